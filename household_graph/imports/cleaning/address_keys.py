"""What two spellings of one address have in common."""

import re

from household_graph.imports.cleaning.blanks import without_accents
from household_graph.imports.cleaning.street_words import (
    NUMBER_WORDS,
    STREET_SIGNS,
    street_words,
    unit_words,
)
from household_graph.imports.statements import PlaceSaid

GERMAN = ("DE", "AT", "CH")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
FLAT_BEHIND = re.compile(r"\b(\d+[a-z]?)\s*/\s*(\d+[a-z]?)$")
FLAT_BEFORE = re.compile(r"^(\d+[a-z]?)\s*/\s*(\d+[a-z]?)\b")
FLAT_NUMBER = re.compile(r"[a-z]?\d+[a-z]?|[a-z]")


def address_key(place: PlaceSaid) -> str | None:
    """Make the key that all spellings of an address share.

    Case, accents, punctuation and short forms of street words do not matter; the number of the
    flat does, wherever it stands.

    Args:
        place: a cleaned address.

    Returns:
        Country, postal code (or else the town), street and flat, such as
        `gb|sw1a1aa|12 high st|2`; None without a street, or without both code and town.
    """
    country = place.country or ""
    area = place.postal_code or place.city
    if not place.street or not area:
        return None
    words, flat = flat_apart(word_list(place.street, country), unit_words(country))
    # The last four digits of a ZIP code are often left out.
    area = area.split("-")[0] if country == "US" and place.postal_code else area
    place_word = re.sub(r"\W", "", folded(area, country))
    return "|".join((country.lower(), place_word, " ".join(words), flat))


def folded(text: str, country: str) -> str:
    small = text.casefold()
    return without_accents(small.translate(UMLAUTS) if country in GERMAN else small)


def word_list(street: str, country: str) -> list[str]:
    text = folded(street, country).replace("#", " unit ")
    if country in ("PL", "AT"):
        text = FLAT_BEHIND.sub(r"\1 unit \2", text)
    elif country in ("AU", "NZ"):
        text = FLAT_BEFORE.sub(r"unit \1 \2", text)
    elif country in GERMAN:
        text = re.sub(r"[ -]?str(?:asse|\b\.?)", "strasse ", text)
    text = re.sub(r"['\u2019.](?=\w)", "", text).replace(",", " , ")
    known, signs = street_words(country), STREET_SIGNS.get(country, frozenset())
    words = re.sub(r"[^\w\s,]|_", " ", text).split()
    return [known.get(word, word) for word in words if word not in signs]


def flat_apart(words: list[str], units: frozenset[str]) -> tuple[list[str], str]:
    """Take the number of the flat out of the words: the others, and the number or nothing.

    A comma keeps apart what only seems to be one: `Ground Floor Flat, 12 High St`.
    """
    rest: list[str] = []
    flat = ""
    for before, word, behind in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word in units and (behind in units or FLAT_NUMBER.fullmatch(behind)):
            continue
        if before in units and FLAT_NUMBER.fullmatch(word) and not flat:
            flat = word
        elif word != "," and (word not in NUMBER_WORDS or not behind[:1].isdigit()):
            rest.append(word)
    return joined_letters(rest), flat


def joined_letters(words: list[str]) -> list[str]:
    """Put the letter of a house number to the number: `12 a` is `12a`."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].isdecimal() and (word == "bis" or re.fullmatch("[a-z]", word)):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
