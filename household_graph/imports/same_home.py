"""Whether two addresses with their family names are one household: rules of streets and flats."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from rapidfuzz.distance import OSA

from household_graph.imports.cleaning.addresses import AddressParts
from household_graph.imports.cleaning.text import WORDS
from household_graph.imports.match_features import MatchFeatures

_SIMILAR = 0.7  # below this, two names are different names
_POSSIBLE = 0.6
_OTHER_ACCOUNT = 0.75
_UNKNOWN_FLAT = 0.75  # below what merges two households: neighbours share names
_TELLING = frozenset(WORDS["street"]["telling"])
_SILENT = frozenset(WORDS["street"]["silent"])
_ORDINALS: dict[str, str] = WORDS["street"]["ordinal"]


class Addresses(Protocol):
    """What the export says of the place of an address key."""

    def records_in_street(self, address: str) -> int:
        """Return how many records are in its street, spelt as it is."""

    def has_flats(self, address: str) -> bool:
        """Tell whether there are flats in the house."""


class Score(NamedTuple):
    """How likely it is, from 0 to 1, and why, in words."""

    confidence: float
    grounds: str


def same_household(one: MatchFeatures, other: MatchFeatures, addresses: Addresses) -> Score | None:
    """Score whether two records are of one household, by address and family name.

    Another house number or flat is another household; where one flat or one name is not known, or
    the streets differ by more than a spelling, it is possible at most.
    """
    if not one.address or not other.address:
        return None
    if not one.family or not other.family:
        same = one.address == other.address
        return Score(_POSSIBLE, "same address, a name is missing") if same else None
    family = OSA.normalized_similarity(one.family, other.family)
    home = same_home(one.address, other.address, addresses)
    if family < _SIMILAR or home is None:
        return None
    described = f"family names {family:.0%} alike, {home.grounds}"
    if one.account and other.account and family < 1:  # such as Roberts and Robertson in one house
        family, described = min(family, _OTHER_ACCOUNT), f"{described}, two accounts"
    return Score(min(home.confidence, family), described)


def same_home(one: str, other: str, addresses: Addresses) -> Score | None:
    """Score whether two address keys are of one home; None: they are of two."""
    *town, street, flat = AddressParts.of(one)
    *other_town, other_street, other_flat = AddressParts.of(other)
    if town != other_town or (flat and other_flat and flat != other_flat):
        return None
    words, other_words = _words(street), _words(other_street)
    if _numbers(words) != _numbers(other_words):
        # One flat in two spellings: `Flat 2/1, 220 Test Street` and `2/1, 220 Test Street`.
        is_one = _numbers([*words, flat]) == _numbers([*other_words, other_flat])
        return Score(_POSSIBLE, "the numbers in another order") if is_one else None
    alike = OSA.normalized_similarity(" ".join(words), " ".join(other_words))
    if alike < _SIMILAR:
        return None
    words_apart = (words - other_words) + (other_words - words)
    differing = {word for word in words_apart if not _is_number(word)}
    if differing & _TELLING:
        return Score(_POSSIBLE, "another street, side or floor")
    described = f"streets {alike:.0%} alike"
    if not (flat and other_flat) and (flat or other_flat or addresses.has_flats(one)):
        alike, described = min(alike, _UNKNOWN_FLAT), "one flat is not known"
    elif differing and not _is_slip(one, other, addresses):
        alike, described = _POSSIBLE, f"{described}, both as they stand"
    return Score(alike, described)


def _is_slip(one: str, other: str, addresses: Addresses) -> bool:
    """Tell whether one of two spellings stands alone, and the other does not."""
    seldom, often = sorted(map(addresses.records_in_street, (one, other)))
    return seldom == 1 < often


def _words(street: str) -> Counter[str]:
    found = (_ORDINALS.get(word, word) for word in street.split())
    return Counter(word for word in found if word not in _SILENT)


def _numbers(words: Iterable[str]) -> list[str]:
    return sorted(filter(_is_number, words))


def _is_number(word: str) -> bool:
    return word[:1].isdigit()
