"""Hostile texts: what no command has been told to expect, made from a seed."""

import random
from collections.abc import Sequence

__all__ = ["hostile_bytes", "hostile_text"]

POOL = (
    *("", " ", "\t", "\n", "-", "--", "/", "//", ".", "..", "@", "%s%n", "{0}", "${HOME}", "~"),
    *("\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x07", "\x08", "\x7f", "\x9b31m", "\x85", "\xad"),
    *(
        "\u200e",
        "\u202egnp.exe",
        "\u2066x\u2069",
        "\u061c",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\U000e0001",
    ),
    *(
        "\udcff",
        "bakers/\udc80",
        "\ud800",
        "e\u0301" * 40,
        "\U0001f469\u200d\U0001f467",
        "क\u200dष",
    ),
    *(
        "9" * 19,
        "9" * 20,
        "9" * 400,
        "9" * 5_000,
        "-1",
        "0",
        "0.1",
        "1e400",
        "-1e400",
        "nan",
        "inf",
    ),
    *("1_000", "٣", "0x10", "1234", "-0", "1e-400", "00000000001", "+5", "²"),
    *("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-11-22T15:00+00:00:30"),
    *("0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "2026-02-30", "2026-11-22T25:00"),
    *("2026-11-22T20:00Z", "2026-W01-1", "20261122", "24:00", "1:2:3", "tomorrow"),
    *(
        "null",
        "true",
        "[]",
        "{}",
        "[" * 20_000,
        '{"a":' * 2_000,
        '"',
        "'",
        '"\\ud800"',
        "!!python/x",
    ),
    *("[red]x[/red]", "[/]", "=cmd|' /C calc'!A0", "@SUM(1)", "'}) DETACH DELETE n //", "`"),
    *(
        "../x",
        "../../x",
        "no/such/file",
        "/dev/full",
        "/proc/self/mem",
        "a/b/c/d",
        "bakers/",
        "/bakers",
    ),
    *(
        "x" * 300,
        "x" * 100_000,
        "a/" * 3_000,
        "\u0416" * 9_000,
        "bakers/" + "y" * 9_000,
        "a," * 5_000,
    ),
)
_LETTERS = "aZ09-_./ ,;:=\"'[]{}<>|&%$#@!*?\\\t\n\x1b\x07\x9b\u202e\u2066\u200d\udcfe\ufffdßé漢😀"


def hostile_text(chance: random.Random, base: str = "", *, zero: bool = False) -> str:
    """Return a hostile text: one of the pool, letters at random, or a good one that was damaged.

    Args:
        chance: where it comes from.
        base: a text that would do.
        zero: whether it may have a zero byte in it, which no argument can.
    """
    kind = chance.random()
    if kind < 0.5:
        text = chance.choice(POOL)
    elif kind < 0.65:
        text = "".join(chance.choices(_LETTERS, k=chance.randrange(1, 30)))
    else:
        text = _damaged(chance, base or chance.choice(POOL), chance.choice(POOL))
    if not zero:
        text = text.replace("\0", "")
    return text if text.startswith(("/dev/", "/proc/")) else text.lstrip("/")


def hostile_bytes(chance: random.Random, good: Sequence[bytes]) -> bytes:
    """Return a file that was damaged in one place or in a few."""
    found = chance.choice(good)
    for _time in range(chance.randrange(1, 4)):
        start = chance.randrange(len(found) + 1)
        stop = min(len(found), start + chance.choice((0, 0, 1, 3, 40)))
        put = hostile_text(chance, zero=True) if chance.random() < 0.8 else "\0" * 3
        encoding = chance.choice(("utf-8", "utf-8", "utf-8", "latin-1", "utf-16"))
        errors = "surrogatepass" if encoding == "utf-8" else "ignore"
        found = found[:start] + put.encode(encoding, errors) + found[stop:]
    if chance.random() < 0.05:
        found = found.decode("utf-8", "ignore").encode(
            chance.choice(("utf-16", "utf-32", "cp1252")), "ignore"
        )
    return found


def _damaged(chance: random.Random, base: str, other: str) -> str:
    start = chance.randrange(len(base) + 1)
    stop = chance.randrange(start, len(base) + 1)
    return chance.choice(
        (base[:start] + other[:200] + base[stop:], base[:start], base * 2, base.swapcase())
    )
