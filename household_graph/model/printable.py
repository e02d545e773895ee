"""Texts of the graph, made fit to be seen: nothing in them does anything to who looks at them.

Control characters move the cursor of a terminal and are not allowed in XML, and changes of
direction let a text look like another one. Joiners and all kinds of spaces stay: names are
written with them.
"""

import json
import re
from unicodedata import category

_SEEN = frozenset("\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_LAST_OF_FOUR_DIGITS = 0xFFFF
_UNUSUAL = re.compile(r"[^ -~\n]")


def printable(text: str) -> str:
    """Return text with a replacement character for whatever is not to be shown."""
    return _UNUSUAL.sub(
        lambda found: found[0] if _is_legible(found[0]) else "\N{REPLACEMENT CHARACTER}", text
    )


def escape_unprintable(text: str, *, beyond: str | None = None) -> str:
    r"""Return JSON, or other text with all that is unusual in quotes, with `\uXXXX` in its place.

    What reads it finds the same characters as before.

    Args:
        text: with quotes around whatever is not to be shown.
        beyond: how a character beyond `\uFFFF` is written, for `str.format`; None: as in JSON.
    """

    def escape(found: re.Match[str]) -> str:
        letter = found[0]
        if _is_legible(letter):
            return letter
        if beyond is not None and ord(letter) > _LAST_OF_FOUR_DIGITS:
            return beyond.format(ord(letter))
        return _in_json(letter)

    return _UNUSUAL.sub(escape, text)


def _is_legible(letter: str) -> bool:
    return letter.isprintable() or letter in _SEEN or category(letter) == "Zs"


def _in_json(letter: str) -> str:
    """Return the escape of a character; `json` itself leaves DELETE as it is."""
    return "\\u007f" if letter == "\x7f" else json.dumps(letter)[1:-1]
