"""Names of people. Having none is fine: somebody may be known without a name."""

import re

from household_graph.imports.cleaning.blanks import tidied, word_set
from household_graph.imports.cleaning.casing import one_case, recased
from household_graph.imports.cleaning.problems import CleaningError

# Null, None and Nan are names of people as well: these are blank only as a system writes them.
BLANKS = word_set(r"NULL null (null) (NULL) <NULL> \N N/A n/a #N/A nan NaN none")
UNNAMED = word_set(
    """unknown unnamed anonymous not_known not_given not_provided no_name n/k tbc tbd tba occupant
    occupier householder resident unbekannt bewohner inconnu nieznany desconocido"""
)
TITLES = word_set(
    """mr mrs ms miss mx dr prof professor sir madam herr frau monsieur madame mme mlle
    signor signora señor señora sr sra"""
)
GIVEN_TITLES = frozenset(("sir", "madam"))
BEHIND = frozenset(("jr", "sr", "ii", "iii", "iv"))
DEGREES = frozenset(("phd", "mba", "msc", "bsc", "esq", "obe", "mbe", "cbe"))
PARTICLES = word_set(
    """af av da das de del della den der di do dos du la le ten ter van von zu zum zur"""
)
SEVERAL = re.compile(r"[&+/;]|\b(?:and|und|et|oraz)\b", re.IGNORECASE)
NO_NAME = re.compile(r"[\d@<>|_=]")
INITIALS = 3


def names(
    full: str | None, given: str | None = None, family: str | None = None
) -> tuple[str | None, str | None]:
    """Read the name of a person, in one text or in two.

    Only a name in capitals alone, or in small letters alone, is written anew, and not `JP` beside
    `Baker`, as it may be initials. Of a full name without a comma the last word, with its
    particles, is the family name; one word alone is the given name, unless a title stands before
    it. Titles and degrees are left off.

    Args:
        full: the full name, `Katie Baker` or `BAKER, KATIE`; looked at if the others are blank.
        given: the given names.
        family: the family name.

    Raises:
        CleaningError: it names several people, or has digits or signs that names do not have.

    Returns:
        Given and family name; None for each that is blank or only says that there is no name,
        such as `Unknown` or `The Householder`.
    """
    first, second = name_text(given), name_text(family)
    if first is None and second is None:
        first, second = parted(name_text(full))
    else:
        first = without_titles(first)[0] if first else None
    beside_mixed = second is not None and not one_case(second)
    initials = first is not None and first.isupper() and len(first) <= INITIALS
    return first if initials and beside_mixed else cased(first), cased(second)


def name_text(text: str | None) -> str | None:
    written = tidied(text or "")
    if written in BLANKS or not any(map(str.isalnum, written)) or is_unnamed(written):
        return None
    if SEVERAL.search(written):
        raise CleaningError(
            f"`{written}` names more than one person",
            hint="give each person a record of their own, or leave the name empty",
        )
    if NO_NAME.search(written):
        raise CleaningError(
            f"`{written}` is not a name", hint="correct it, or leave the name empty"
        )
    return written


def is_unnamed(written: str) -> bool:
    words = [word for word in written.lower().split() if plain(word) not in TITLES]
    words = words[1:] if words[:1] == ["the"] else words
    text = " ".join(words).strip(".,?!()[]")
    return text in UNNAMED or bool(words and all(word.strip(".,") in UNNAMED for word in words))


def plain(word: str) -> str:
    return word.lower().strip(".,")


def parted(written: str | None) -> tuple[str | None, str | None]:
    """Part a full name: given, family."""
    if written is None:
        return None, None
    before, *behind = (without_degrees(part) for part in written.split(",") if part.strip())
    behind = [part for part in behind if part and plain(part) not in TITLES - BEHIND]
    if len(behind) == 1 and plain(behind[0]) not in BEHIND:
        return without_titles(behind[0])[0], without_titles(before)[0]
    return by_place(" ".join([before, *behind]))


def without_degrees(part: str) -> str:
    words = part.split()
    while words and plain(words[-1]) in DEGREES:
        words.pop()
    return " ".join(words)


def by_place(written: str) -> tuple[str | None, str | None]:
    """Part a full name without a comma by the places of its words."""
    rest, title = without_titles(written)
    words = rest.split() if rest else []
    if len(words) <= 1:
        alone = words[0] if words else None
        return (None, alone) if title and title not in GIVEN_TITLES else (alone, None)
    start = len(words) - 1
    if start > 1 and plain(words[start]) in BEHIND:
        start -= 1
    while start > 1 and plain(words[start - 1]) in PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def without_titles(written: str) -> tuple[str | None, str | None]:
    """Take titles off the front: the rest, and the last title."""
    words = [word for word in written.split() if any(map(str.isalnum, word))]
    title = None
    while words and plain(words[0]) in TITLES:
        title = plain(words.pop(0))
    return " ".join(words) or None, title


def cased(name: str | None) -> str | None:
    return recased(name) if name and one_case(name) else name
