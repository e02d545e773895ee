"""What people and households are recognised by, and what is worth comparing."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter

from household_graph.imports.cleaning import address_key
from household_graph.imports.statements import Statement

_TABLES = """
CREATE TABLE IF NOT EXISTS traits (
  record TEXT PRIMARY KEY, person TEXT, household_key TEXT, account TEXT, given TEXT, family TEXT,
  birth_date TEXT, email TEXT, phone TEXT, address TEXT, known_household TEXT, known_person TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (value TEXT, record TEXT);
"""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a record is recognised by; text that is compared has no accents and no capitals.

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
        address: what different spellings of an address have in common; see `address_key`.
        known_household: the id of the household that an earlier import put it into.
        known_person: whom an earlier import found it to be about.
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


def traits_of(
    said: Statement, known_household: str | None = None, known_person: str | None = None
) -> Traits:
    """Return what a record is recognised by."""
    person = said.person
    return Traits(
        record=said.key,
        person=person.key if person else None,
        household_key=said.household,
        account=said.account,
        given=_plain(person.given_name) if person else None,
        family=_plain(person.family_name) if person else None,
        birth_date=person.birth_date.isoformat() if person and person.birth_date else None,
        email=person.email if person else None,
        phone=person.phone if person else None,
        address=address_key(said.place) if said.place else None,
        known_household=known_household,
        known_person=known_person,
    )


def add_traits(connection: sqlite3.Connection, every: Iterable[Traits]) -> None:
    """Put traits into a staging file, with the blocks in which records are compared."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    for one in every:
        values = _VALUES(one)
        connection.execute(f"INSERT INTO traits VALUES ({_MARKS})", values)  # noqa: S608 - marks
        connection.executemany(
            "INSERT INTO block VALUES (?, ?)", [(value, one.record) for value in _blocks(one)]
        )


_NAMES = [one.name for one in fields(Traits)]
_MARKS = ", ".join("?" * len(_NAMES))
_VALUES = attrgetter(*_NAMES)


def _blocks(one: Traits) -> Iterator[str]:
    """Yield what records have in common that are worth comparing."""
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


def _plain(name: str | None) -> str | None:
    if not name:
        return None
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one))
