"""Whose key it is: a number that is given to somebody else.

Ids are made of keys, so what has a key after somebody else needs a key of its own: the second
holder of `lines/+447700900181` is `lines/+447700900181~holder-2`. An export does not say so; what
earlier exports said tells.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from household_graph.imports.cleaning.text import without_accents
from household_graph.imports.records import NormalizedRecord, PersonFields

_HOLDER = re.compile(r"(.*)~holder-(\d+)", re.DOTALL)
_ALIKE = 0.7  # two spellings of one name


class Holder(NamedTuple):
    """Somebody whose key it is or was: the number of holders up to them, and what was said.

    Attributes:
        key: of the record, with the number of its holder.
        is_live: whether the record has not ended.
    """

    key: str
    text: str
    is_live: bool

    @property
    def number(self) -> int:
        """The first holder is 1."""
        return source_key(self.key)[1]


def source_key(key: str) -> tuple[str, int]:
    """Return a key as the source writes it, and the number of its holder."""
    found = _HOLDER.fullmatch(key)
    return (found[1], int(found[2])) if found else (key, 1)


def held_key(key: str, number: int) -> str:
    """Return a key of the source as that of a holder."""
    return key if number == 1 else f"{key}~holder-{number}"


def is_somebody_else(person: PersonFields | None, known: PersonFields | None) -> bool:
    """Return whether two people with one key are two.

    They are where no name is alike, unless the birth date is the same; and where the birth dates
    differ by more than one digit and a name does.
    """
    if person is None or known is None or person.key != known.key:
        return False
    given, family = (
        _alike(getattr(person, name), getattr(known, name))
        for name in ("given_name", "family_name")
    )
    if {given, family} == {False} and _alike(person.given_name, known.family_name):
        given = family = _alike(person.family_name, known.given_name)  # in another order
    born, was_born = person.birth_date, known.birth_date
    if born and was_born and OSA.distance(born.isoformat(), was_born.isoformat()) > 1:
        return False in (given, family)
    return given is False and family is False and (born is None or born != was_born)


def _alike(one: str | None, other: str | None) -> bool | None:
    """Return whether two names may be one name; None if one is missing."""
    if not one or not other:
        return None
    plain, known = without_accents(one), without_accents(other)
    if 1 in (len(plain), len(known)):
        return plain[:1] == known[:1]
    return OSA.normalized_similarity(plain, known) >= _ALIKE


def holder_number(
    record: NormalizedRecord, holders: Iterable[Holder], accepted: frozenset[tuple[str, str]]
) -> int:
    """Return the number of the holder whom a record with the key of a source is about.

    The one whose key it is now comes first, then the latest before; otherwise it is a new one.
    Whom a review has accepted to be one, by pairs of keys, the smaller one first, is one.
    """
    every = sorted(holders, key=lambda one: (one.is_live, one.number), reverse=True)
    number = max(one.number for one in every) + 1
    for one in every:
        known = NormalizedRecord.model_validate_json(one.text).person
        if known:
            known = known.model_copy(update={"key": source_key(known.key)[0]})
        if not is_somebody_else(record.person, known):
            number = one.number
            break
    own = held_key(record.key, number)
    same = [one.number for one in every if tuple(sorted((one.key, own))) in accepted]
    return min([number, *same])


class HeldKeys(NamedTuple):
    """Keys of a source that are those of later holders: of people, accounts and households."""

    people: Mapping[str, str]
    owned: Mapping[str, str]


def held_keys(record: NormalizedRecord, number: int) -> HeldKeys:
    """Return what the keys of a record are for a holder.

    Its account and its household are theirs too, where these have the key of the record.
    """
    own = record.key.partition("/")[2]
    owned = {own: held_key(own, number)} if own in (record.account, record.household) else {}
    return HeldKeys({record.key: held_key(record.key, number)}, owned)


def with_holders(record: NormalizedRecord, held: HeldKeys) -> NormalizedRecord:
    """Return a record with the keys of later holders in place of those of the source."""
    changed: dict[str, Any] = {
        name: held.owned.get(value, value)
        for name in ("household", "account")
        if (value := getattr(record, name)) is not None
    }
    changed["key"] = held.people.get(record.key, record.key)
    if record.person:
        own = held.people.get(record.person.key, record.person.key)
        changed["person"] = record.person.model_copy(update={"key": own})
    if record.relationship:
        other = held.people.get(record.relationship.other, record.relationship.other)
        changed["relationship"] = record.relationship.model_copy(update={"other": other})
    changed["others"] = tuple(
        one.model_copy(update={"key": one.key.replace(record.key, changed["key"], 1)})
        for one in record.others
    )
    return record.model_copy(update=changed)
