"""What records are compared by, and the statements of SQL files."""

import re
from pathlib import Path
from typing import NamedTuple

from household_graph.imports.cleaning.addresses import AddressParts, address_key
from household_graph.imports.cleaning.text import without_accents
from household_graph.imports.records import NormalizedRecord, PersonFields


def statements_in(path: Path) -> dict[str, str]:
    """Return the statements of a file of SQL by their names."""
    parts = path.read_text(encoding="utf-8").split("-- name: ")[1:]
    return dict(part.split("\n", 1) for part in parts)


class MatchFeatures(NamedTuple):
    """What a record is compared by, as keys of the source; names have no accents and no capitals.

    Attributes:
        birth_date: in ISO form.
        phone: an E.164 number.
        address: what all spellings of an address share; see `address_key`.
        postal_code: its letters and digits, as those of the city.
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
    postal_code: str | None
    city: str | None
    known_household: str | None
    known_person: str | None


def features_of(
    record: NormalizedRecord, known_household: str | None = None, known_person: str | None = None
) -> MatchFeatures:
    """Return what a record is compared by."""
    person, place = record.person or PersonFields(key=""), record.place
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
        address=address_key(place) if place else None,
        postal_code=_letters(place.postal_code) if place else None,
        city=_letters(place.city) if place else None,
        known_household=known_household,
        known_person=known_person,
    )


def _letters(text: str | None) -> str | None:
    """Return the letters and digits of a text, without accents and capitals."""
    return re.sub(r"\W", "", without_accents(text or "")) or None


def home_of(one: MatchFeatures) -> tuple[str, str]:
    """Return the street and the number of an address key, each empty if it has none."""
    words = AddressParts.of(one.address).street.split() if one.address else []
    number = next((word for word in words if word[0].isdigit()), "")
    return " ".join(word for word in words if word != number), number
