"""What people and households are recognised by, and which records are worth comparing."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter

from household_graph.imports.cleaning import address_key
from household_graph.imports.cleaning.text import without_accents
from household_graph.imports.records import NormalizedRecord


@dataclass(frozen=True, slots=True)
class MatchFeatures:
    """What a record is compared by; names have no accents and no capitals.

    Attributes:
        record: the key of the record.
        person: the key of the person it is about, or None.
        household_key: the key of its household, where the source has one.
        account: the key of its account, where the source has one.
        given: the given name.
        family: the family name.
        birth_date: in ISO form.
        email: the e-mail address.
        phone: the phone number, E.164.
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


_NAMES = [one.name for one in fields(MatchFeatures)]
_VALUES = attrgetter(*_NAMES)
_COLUMNS = ", ".join(f"{one} TEXT" for one in _NAMES)
_TABLES = (
    f"CREATE TABLE IF NOT EXISTS features ({_COLUMNS}, PRIMARY KEY (record)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS block (value TEXT, record TEXT)",
)
_INSERT = f"INSERT INTO features VALUES ({', '.join('?' * len(_NAMES))})"  # noqa: S608 - marks


def features_of(
    record: NormalizedRecord, known_household: str | None = None, known_person: str | None = None
) -> MatchFeatures:
    """Return what a record is compared by."""
    person = record.person
    return MatchFeatures(
        record=record.key,
        person=person.key if person else None,
        household_key=record.household,
        account=record.account,
        given=_folded(person.given_name) if person else None,
        family=_folded(person.family_name) if person else None,
        birth_date=person.birth_date.isoformat() if person and person.birth_date else None,
        email=person.email if person else None,
        phone=person.phone if person else None,
        address=address_key(record.place) if record.place else None,
        known_household=known_household,
        known_person=known_person,
    )


def add_features(connection: sqlite3.Connection, features: Iterable[MatchFeatures]) -> None:
    """Add features to a staging database, with the blocks in which records are compared.

    Makes the tables `features` (a column for each field of `MatchFeatures`) and `block` (value,
    record), if they are missing.
    """
    for statement in _TABLES:
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


def _folded(name: str | None) -> str | None:
    return without_accents(name) if name else None
