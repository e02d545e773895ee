"""Given names: which are known, which are short forms of which, and which are spelt in two ways.

Known names are in `given_names.txt`, those of some ninety countries; short forms are those of the
package `nicknames`, English first of all. Names have neither accents nor capitals, as in
`MatchFeatures`.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from nicknames import NickNamer

NAMES = Path(__file__).with_name("given_names.txt")
LONG = 6
"""Letters, from which on a name may have two slips of the pen."""
_USUAL = 3  # countries: what is less usual is hardly the name that a slip of the pen was meant for


@cache
def _countries() -> dict[str, int]:
    """Return in how many countries each known name is usual."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    names = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: int(count) for name, count in names}


@cache
def _short_forms() -> "NickNamer":
    from nicknames import NickNamer  # noqa: PLC0415 - only where records are matched

    return NickNamer()


def is_known(name: str) -> bool:
    """Tell whether it is a given name that people have; a typing error hardly ever is one.

    Of several names all have to be known.
    """
    words = name.replace("-", " ").split()
    return bool(words) and all(word in _countries() for word in words)


@lru_cache(maxsize=100_000)
def forms_of(name: str) -> frozenset[str]:
    """Return the short forms of a name, and the names that it is a short form of."""
    names = _short_forms()
    return frozenset(names.nicknames_of(name) | names.canonicals_of(name))


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        *((r"[\s-]", ""), ("ph", "f"), ("(?<=.)h", ""), ("c+(?=[aoukrlt]|$)", "k")),
        *(("y|ey$", "i"), (r"([b-df-hj-np-tv-z])\1", r"\1")),
    )
)
"""What is spelt in two ways in one name: Philip and Phillip, Sarah and Sara, Erik and Eric."""


@lru_cache(maxsize=100_000)
def spelling_of(name: str) -> str:
    """Return what all spellings of a name share; no name of a sister or brother shares it."""
    for pattern, sound in _SOUNDS:
        name = pattern.sub(sound, name)
    return name


@lru_cache(maxsize=100_000)
def meant_by(name: str) -> frozenset[str]:
    """Return the given names that may be meant by what is written: itself, if it is known.

    Else they are the usual names that it is a slip of the pen away from, or, if there is none and
    it is long, two slips.
    """
    if is_known(name):
        return frozenset((name,))
    for slips in (1, 2) if len(name) >= LONG else (1,):
        found = process.extract(name, _usual(), scorer=OSA.distance, score_cutoff=slips, limit=None)
        if found:
            return frozenset(usual for usual, _distance, _place in found)
    return frozenset()


@cache
def _usual() -> tuple[str, ...]:
    return tuple(name for name, count in _countries().items() if count >= _USUAL)
