"""Matching: which records are about one person, and which belong to one household.

Another way to match fills the same tables: `add_features` takes what records are compared by into
a staging database, and `resolve` compares pairs of records there, and labels those that belong
together.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from household_graph.imports.cleaning.addresses import address_key
from household_graph.imports.cleaning.text import without_accents
from household_graph.imports.records import NormalizedRecord, PersonFields

LABEL_KINDS = ("known", "household", "account", "record")
"""What identifies a household: the digit in front of its label is the index in this tuple."""


@dataclass(frozen=True, slots=True)
class MatchFeatures:
    """What a record is compared by; names have no accents and no capitals.

    Attributes:
        record, person, household_key, account: keys in the source.
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


_FIELDS = [one.name for one in fields(MatchFeatures)]
_VALUES = attrgetter(*_FIELDS)
_COLUMNS = ", ".join(f"{one} TEXT" for one in _FIELDS)
_FEATURE_TABLES = (
    f"CREATE TABLE IF NOT EXISTS features ({_COLUMNS}, PRIMARY KEY (record)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS block (value TEXT, record TEXT)",
)
_INSERT = f"INSERT INTO features VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 - marks


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
    """Add features to the table `features` of a staging database, with the blocks of records.

    `features` has a column for each field, `block` has value and record; they are made if missing.
    """
    for statement in _FEATURE_TABLES:
        connection.execute(statement)
    for one in features:
        connection.execute(_INSERT, _VALUES(one))
        connection.executemany(
            "INSERT INTO block VALUES (?, ?)", [(value, one.record) for value in _blocks(one)]
        )


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


_NODE = {
    "household": "SELECT label FROM label WHERE record = ?",
    "person": "SELECT same_as FROM persons WHERE person = ?",
}
_COMPONENTS = "INSERT INTO component SELECT DISTINCT node, node FROM link"
_SPREAD = """
UPDATE component SET least = found.least FROM (
  SELECT link.node, min(component.least) AS least
  FROM link JOIN component ON component.node = link.next GROUP BY link.node
) AS found WHERE component.node = found.node AND found.least < component.least
"""
# Two households that earlier imports left separate are not merged through a third.
_APPLY = {
    "household": """
UPDATE label SET label = component.least FROM component
WHERE component.node = label.label AND (label.label >= '1' OR :decided)
""",
    "person": """
UPDATE persons SET same_as = component.least FROM component WHERE component.node = persons.same_as
""",
}


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

    Makes the tables `label` (record, label), `persons` (person, same_as), `merges` and
    `possible_duplicates` (both: first, second, kind, confidence, grounds).

    Args:
        connection: to a staging database with features.
        thresholds: which scores suffice.
        decisions: whether two are one, by the keys of two records, the smaller one first.
    """
    add_features(connection, ())
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    connection.executescript(f"BEGIN; {script}; COMMIT;")
    connection.execute("BEGIN")
    resolution = _Resolution(connection, thresholds, decisions)
    resolution.join_decided()
    resolution.join_households()
    resolution.join_persons()
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class _Resolution:
    """The three steps of a resolution, in this order; each changes the labels that it joins."""

    connection: sqlite3.Connection
    thresholds: Thresholds
    decisions: Mapping[tuple[str, str], bool]

    def join_decided(self) -> None:
        for records, is_one in self.decisions.items():
            if is_one:
                self._join("household", records)
        self._spread("household", decided=True)

    def join_households(self) -> None:
        for one, other, _is_joined in self._pairs("household"):
            were_separate = bool(one.known_household and other.known_household)
            score = same_household(one, other)
            if score and self.decisions.get((one.record, other.record)) is not False:
                is_sure = score.confidence >= self.thresholds.household and not were_separate
                if is_sure:
                    self._join("household", (one.record, other.record))
                self._add_match("household", one, other, score, is_sure=is_sure)
        self._spread("household")

    def join_persons(self) -> None:
        for one, other, is_joined in self._pairs("person"):
            decided = self.decisions.get((one.record, other.record))
            score = Score(1.0, "decided in a review") if decided else same_person(one, other)
            if score and decided is not False:
                is_sure = score.confidence >= self.thresholds.merge and is_joined
                if is_sure:
                    self._join("person", (one.person, other.person))
                self._add_match("person", one, other, score, is_sure=is_sure)
        self._spread("person")

    def _pairs(self, kind: str) -> Iterator[tuple[MatchFeatures, MatchFeatures, bool]]:
        """Yield pairs to compare, and whether they are of one household."""
        query, width = f"SELECT * FROM {kind}_pair", len(_FIELDS)  # noqa: S608 - a name of ours
        for *row, is_joined in self.connection.execute(query):
            yield MatchFeatures(*row[:width]), MatchFeatures(*row[width:]), bool(is_joined)

    def _join(self, kind: str, pair: tuple[str | None, str | None]) -> None:
        """Add an edge between the labels of two records, or between two persons."""
        nodes = [self.connection.execute(_NODE[kind], (key,)).fetchone() for key in pair]
        if all(nodes):
            self.connection.execute("INSERT INTO edge VALUES (?, ?)", [node for (node,) in nodes])

    def _spread(self, kind: str, *, decided: bool = False) -> None:
        """Give all nodes that edges connect the least of their labels."""
        self.connection.execute(_COMPONENTS)
        while self.connection.execute(_SPREAD).rowcount > 0:
            pass
        self.connection.execute(_APPLY[kind], {"decided": decided})
        self.connection.execute("DELETE FROM edge")
        self.connection.execute("DELETE FROM component")

    def _add_match(
        self, kind: str, one: MatchFeatures, other: MatchFeatures, score: Score, *, is_sure: bool
    ) -> None:
        if is_sure or score.confidence >= self.thresholds.possible:
            table = "merges" if is_sure else "possible_duplicates"
            self.connection.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - one of two names
                (one.record, other.record, kind, score.confidence, score.grounds),
            )
