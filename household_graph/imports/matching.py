"""Matching: which records are about one person, and which belong to one household.

Another way to match fills the same tables: `add_features` takes what records are compared by into
a staging database, and `resolve` compares pairs there, and labels those that belong together.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from household_graph.imports.cleaning.addresses import address_key
from household_graph.imports.cleaning.text import without_accents
from household_graph.imports.records import NormalizedRecord, PersonFields

LABEL_KINDS = ("known", "household", "account", "record")
"""What identifies a household: the digit in front of its label is the index in this tuple."""


def statements_in(path: Path) -> dict[str, str]:
    """Return the statements of a file of SQL by their names."""
    parts = path.read_text(encoding="utf-8").split("-- name: ")[1:]
    return dict(part.split("\n", 1) for part in parts)


_STATEMENTS = statements_in(Path(__file__).with_suffix(".sql"))


class MatchFeatures(NamedTuple):
    """What a record is compared by, as keys of the source; names have no accents and no capitals.

    Attributes:
        birth_date: in ISO form.
        phone: an E.164 number.
        address: what all spellings of an address share; see `address_key`.
        known_household: the id of the household that an earlier import assigned it to.
        known_person: the person that an earlier import found it to be about.
    """

    record: str
    person: str | None
    household_key: str | None
    account: str | None
    given: str | None
    family: str | None
    birth_date: str | None
    email: str | None
    phone: str | None
    address: str | None
    known_household: str | None
    known_person: str | None


def features_of(
    record: NormalizedRecord, known_household: str | None = None, known_person: str | None = None
) -> MatchFeatures:
    """Return what a record is compared by."""
    person = record.person or PersonFields(key="")
    return MatchFeatures(
        record=record.key,
        person=person.key or None,
        household_key=record.household,
        account=record.account,
        given=without_accents(person.given_name or "") or None,
        family=without_accents(person.family_name or "") or None,
        birth_date=person.birth_date.isoformat() if person.birth_date else None,
        email=person.email,
        phone=person.phone,
        address=address_key(record.place) if record.place else None,
        known_household=known_household,
        known_person=known_person,
    )


def add_features(connection: sqlite3.Connection, features: Iterable[MatchFeatures]) -> None:
    """Add features to a staging database, with the blocks in which records are compared."""
    for table in ("make_features", "make_blocks", "make_spouses"):
        connection.execute(_STATEMENTS[table])
    for one in features:
        connection.execute(_STATEMENTS["insert_features"], one)
        blocks = [(value, one.record) for value in _blocks(one)]
        connection.executemany(_STATEMENTS["insert_block"], blocks)


def _blocks(one: MatchFeatures) -> Iterator[str]:
    """Yield the blocking keys: records that share one are compared."""
    if one.address:
        country, town, street, _flat = one.address.split("|")
        number = re.search(r"\d+", street)
        yield f"address {country} {town} {number.group() if number else street[:4]}"
    if one.person and (one.given or one.family or one.email):
        for kind in ("household_key", "email", "phone"):
            if value := getattr(one, kind):
                yield f"{kind} {value}"
        if one.birth_date and one.family:
            yield f"born {one.birth_date} {one.family[:1]}"


_SAME_NAMES = 0.6
_BIRTH_DATE = 0.35
_CONTACTS = {"email": 0.3, "phone": 0.2}
_UNKNOWN_FLAT = 0.75  # below what merges two households: neighbours share names
_INITIAL = 0.75  # with a birth date it is possible, with an e-mail address it is sure
_SIMILAR = 0.7  # below this, two names are different names


class Score(NamedTuple):
    """How likely it is, from 0 to 1, and why, in words."""

    confidence: float
    grounds: str


def same_person(one: MatchFeatures, other: MatchFeatures) -> Score | None:
    """Score whether two records are about one person; None if there is no evidence.

    Names are compared by optimal string alignment distance. Different birth dates rule it out,
    unless they differ by one digit or the order of day and month; then it is possible at most.
    """
    names, described = _compared_names(one, other)
    if names < _SIMILAR:
        return None
    reasons, confidence = [described], _SAME_NAMES * names
    if one.birth_date and other.birth_date:
        if one.birth_date == other.birth_date:
            confidence += _BIRTH_DATE
            reasons.append("same birth date")
        elif _nearly(one.birth_date, other.birth_date):
            return Score(_SAME_NAMES * names, f"{described}, birth dates nearly the same")
        else:
            return None
    for kind, weight in _CONTACTS.items():
        if getattr(one, kind) and getattr(one, kind) == getattr(other, kind):
            confidence += weight
            reasons.append(f"same {kind}")
    return Score(min(confidence, 1.0), ", ".join(reasons))


def same_household(one: MatchFeatures, other: MatchFeatures) -> Score | None:
    """Score whether two records are of one household, by address and family name.

    Another flat in the same house is another household; if one flat or one name is unknown, it is
    possible at most.
    """
    if not one.address or not other.address:
        return None
    street, unit = _same_address(one.address, other.address)
    if street < _SIMILAR or unit is False:
        return None
    if not one.family or not other.family:
        return Score(_SAME_NAMES, "same address, a name is missing") if street == 1 else None
    family = OSA.normalized_similarity(one.family, other.family)
    if family < _SIMILAR:
        return None
    confidence = min(street, family)
    described = f"family names {family:.0%} and streets {street:.0%} alike"
    if unit is None:
        return Score(min(confidence, _UNKNOWN_FLAT), f"{described}, one flat is not known")
    return Score(confidence, described)


def _compared_names(one: MatchFeatures, other: MatchFeatures) -> tuple[float, str]:
    """Return how similar two names are, and in what way; both parts are needed.

    Typing errors rarely hit the first letter: another one is another name, as with many twins. An
    initial matches any name that begins with it.
    """
    if not (one.given and other.given and one.family and other.family):
        return 0.0, ""
    if (one.given, one.family) == (other.family, other.given):
        return _INITIAL, "names in another order"
    if one.given[0] != other.given[0]:
        return 0.0, ""
    family = OSA.normalized_similarity(one.family, other.family)
    if 1 in (len(one.given), len(other.given)) and one.given != other.given:
        return min(_INITIAL, family), f"an initial, family names {family:.0%} alike"
    similarity = min(OSA.normalized_similarity(one.given, other.given), family)
    return similarity, f"names {similarity:.0%} alike"


def _nearly(one: str, other: str) -> bool:
    year, month, day = one.split("-")
    return other == f"{year}-{day}-{month}" or OSA.distance(one, other) <= 1


def _same_address(one: str, other: str) -> tuple[float, bool | None]:
    """Return how similar two streets are, and whether the flat is the same; None: unknown."""
    *town, street, flat = one.split("|")
    *other_town, other_street, other_flat = other.split("|")
    unit = None if bool(flat) != bool(other_flat) else flat == other_flat
    if town != other_town or _numbers(street) != _numbers(other_street):
        return 0.0, False  # another number is another house, however similar the rest is
    return OSA.normalized_similarity(street, other_street), unit


def _numbers(street: str) -> list[str]:
    return [word for word in street.split() if word[0].isdigit()]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which scores suffice for one person, a possible duplicate, and one household; 0 to 1."""

    merge: float = 0.82
    possible: float = 0.6
    household: float = 0.8


def resolve(
    connection: sqlite3.Connection,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
) -> None:
    """Find which records belong to one household, and which are about one person.

    Decisions of a review override scores. Households with different keys are not merged without a
    review; two that earlier imports left separate are possible duplicates, and so is a person who
    seems to be in two households: accepted, the two households become one.

    Makes the tables `label` (record, label), `persons` (person, same_as), and `match`: the merges
    and the possible duplicates, with reasons.

    Args:
        connection: to a staging database.
        thresholds: which scores suffice.
        decisions: whether two are one, by the keys of two records, the smaller one first.
    """
    add_features(connection, ())
    connection.executescript(f"BEGIN; {_STATEMENTS['prepare']}")
    connection.executemany(
        _STATEMENTS["join_household"], [pair for pair, is_one in decisions.items() if is_one]
    )
    _spread(connection, "household", decided=True)
    for kind, compare, least in (
        ("household", same_household, thresholds.household),
        ("person", same_person, thresholds.merge),
    ):
        for one, other, may_join in _pairs(connection, kind):
            pair = one.record, other.record
            decided = decisions.get(pair)
            score = Score(1.0, "decided in a review") if decided else compare(one, other)
            if score is None or decided is False:
                continue
            is_sure = may_join and score.confidence >= least
            if is_sure:
                connection.execute(_STATEMENTS[f"join_{kind}"], pair)
            if is_sure or score.confidence >= thresholds.possible:
                report = "merges" if is_sure else "possible_duplicates"
                connection.execute(_STATEMENTS["insert_match"], (report, *pair, kind, *score))
        _spread(connection, kind)
    connection.execute("COMMIT")


def _pairs(
    connection: sqlite3.Connection, kind: str
) -> Iterator[tuple[MatchFeatures, MatchFeatures, bool]]:
    """Yield pairs to compare, and whether they may be joined."""
    width = len(MatchFeatures._fields)
    for row in connection.execute(_STATEMENTS[f"{kind}_pairs"]):
        one, other = MatchFeatures._make(row[:width]), MatchFeatures._make(row[width:-1])
        yield one, other, bool(row[-1])


def _spread(connection: sqlite3.Connection, kind: str, *, decided: bool = False) -> None:
    """Give all households, or persons, that edges connect the least of their labels."""
    connection.execute(_STATEMENTS["components"])
    while connection.execute(_STATEMENTS["spread"]).rowcount > 0:
        pass
    connection.execute(_STATEMENTS[f"apply_{kind}"], {"decided": decided})
    connection.execute("DELETE FROM edge")
    connection.execute("DELETE FROM component")
