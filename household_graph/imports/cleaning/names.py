"""Names of people; a person may be known without one."""

import re

from household_graph.imports.cleaning.text import (
    WORDS,
    CleaningError,
    capitalized,
    is_one_case,
    tidied,
)

_BLANK, _UNNAMED, _TITLES, _TITLES_OF_GIVEN, _SUFFIXES, _DEGREES = (
    frozenset(WORDS["name"][name])
    for name in ("blank", "unnamed", "title", "title_of_given", "suffix", "degree")
)
_DESCENT, _CONJUNCTIONS, _PARTICLES = (
    frozenset(WORDS["name"][name]) for name in ("descent", "conjunction", "particle")
)
_SEVERAL = re.compile(r"[&+/;]")
_NO_NAME = re.compile(r"[\d@<>|_=]")
_INITIALS = 3
PARTS_OF_NAMES = ("full_name", "given_name", "family_name")
"""The fields that `names` reads, in the order of its arguments."""


def names(
    full: str | None, given: str | None = None, family: str | None = None
) -> tuple[str | None, str | None]:
    """Read the name of a person, in one text or in two.

    Only a name that is all capitals or all small letters is capitalized, and not `JP` beside
    `Baker`, as it may be initials. Of a full name without a comma the last word, with its
    particles, is the family name; one word alone is the given name, unless it follows a title.
    Titles and degrees are removed.

    Args:
        full: the full name, `Katie Baker` or `BAKER, KATIE`; used if the others are blank.
        given: the given names.
        family: the family name.

    Raises:
        CleaningError: it names several people, or has digits or signs that names do not have; its
            column is one of PARTS_OF_NAMES.

    Returns:
        Given and family name; None for each that is blank, or such as `The Householder`.
    """
    first, second = _name_text(given, "given_name"), _name_text(family, "family_name")
    if first is None and second is None:
        first, second = _split(_name_text(full, "full_name") or "")
    else:
        first = _without_titles(first or "")[0]
    is_beside_mixed = second is not None and not is_one_case(second)
    may_be_initials = first is not None and first.isupper() and len(first) <= _INITIALS
    if first and not (may_be_initials and is_beside_mixed):
        first = capitalized(first)
    return first, capitalized(second) if second else second


def _name_text(text: str | None, part: str) -> str | None:
    written = tidied(text or "")
    if written in _BLANK or not any(map(str.isalnum, written)) or _is_unnamed(written):
        return None
    if _is_of_several(written, is_given=part == "given_name"):
        raise CleaningError(
            f"`{written}` names more than one person",
            hint="give each person a record of their own, or leave the name empty",
            column=part,
        )
    if _NO_NAME.search(written):
        hint = "correct it, or leave the name empty"
        raise CleaningError(f"`{written}` is not a name", hint=hint, column=part)
    return written


def _is_of_several(written: str, *, is_given: bool) -> bool:
    """Tell whether a text names several people; `And` at its end may be a family name."""
    words = [word for word in written.split() if word.lower() not in _DESCENT]
    inner = range(1, len(words) - 1 + is_given)
    return bool(_SEVERAL.search(" ".join(words))) or any(
        _plain(words[place]) in _CONJUNCTIONS and not _is_of_particles(words, place)
        for place in inner
    )


def _is_of_particles(words: list[str], place: int) -> bool:
    """Tell whether the word at a place joins two particles, such as `von und zu`."""
    before, word, *behind = (one.lower() for one in words[place - 1 : place + 2])
    return word in _CONJUNCTIONS and before in _PARTICLES and not _PARTICLES.isdisjoint(behind)


def _is_unnamed(written: str) -> bool:
    words = [word for word in written.lower().split() if _plain(word) not in _TITLES]
    words = words[1:] if words[:1] == ["the"] else words
    text = " ".join(words).strip(".,?!()[]")
    return text in _UNNAMED or bool(words and all(word.strip(".,") in _UNNAMED for word in words))


def _plain(word: str) -> str:
    return word.lower().strip(".,")


def _split(written: str) -> tuple[str | None, str | None]:
    """Split a full name: given, family; the family name is first if a comma follows it."""
    before, *behind = (_without_degrees(part) for part in written.strip(" ,").split(","))
    behind = [part for part in behind if part and _plain(part) not in _TITLES - _SUFFIXES]
    if len(behind) == 1 and _plain(behind[0]) not in _SUFFIXES:
        return _without_titles(behind[0])[0], _without_titles(before)[0]
    rest, title = _without_titles(" ".join([before, *behind]))
    words = rest.split() if rest else []
    if len(words) <= 1:
        return (None, rest) if title and title not in _TITLES_OF_GIVEN else (rest, None)
    start = len(words) - 1
    if start > 1 and _plain(words[start]) in _SUFFIXES:
        start -= 1
    while start > 1 and (
        _plain(words[start - 1]) in _PARTICLES | _DESCENT or _is_of_particles(words, start - 1)
    ):
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def _without_degrees(part: str) -> str:
    words = part.split()
    while words and _plain(words[-1]) in _DEGREES:
        words.pop()
    return " ".join(words)


def _without_titles(written: str) -> tuple[str | None, str | None]:
    """Strip leading titles: the rest, and the last title."""
    words = [word for word in written.split() if any(map(str.isalnum, word))]
    title = None
    while words and _plain(words[0]) in _TITLES:
        title = _plain(words.pop(0))
    return " ".join(words) or None, title
