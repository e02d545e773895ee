"""Whose key it is: what earlier exports said tells."""

import pytest

from household_graph.imports.key_holders import (
    Holder,
    held_keys,
    holder_number,
    is_somebody_else,
    with_holders,
)
from household_graph.imports.records import NormalizedRecord, PersonFields
from tests.unit.import_records import normalized

KEY = "lines/181"


def person(name: str, born: str | None = None) -> PersonFields:
    given, _blank, family = name.partition(" ")
    stated = {"given_name": given or None, "family_name": family or None, "birth_date": born}
    return PersonFields.model_validate({"key": KEY, **stated})


def record(name: str, born: str | None = None) -> NormalizedRecord:
    return normalized(KEY, person=person(name, born))


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        (("Alice Archer", "1948-03-02"), ("Ben Booth", "2001-11-30"), True),
        (("Alice Archer", None), ("Ben Booth", None), True),
        (("Alice Archer", "1948-03-02"), ("Alice Booth", "2001-11-30"), True),
        (("Alice Archer", "1948-03-02"), ("Alice Booth", "1948-03-02"), False),
        (("Alice Archer", "1948-03-02"), ("Zoe Booth", "1948-03-02"), False),
        (("Alice Archer", "1948-03-02"), ("Alice Archer", "1984-12-20"), False),
        (("Alice Archer", "1948-03-02"), ("Archer Alice", "1948-03-02"), False),
        (("Alice Archer", "1948-03-02"), ("Alcie Arhcer", "1948-03-20"), False),
        (("Alice Archer", None), ("A Archer", None), False),
        (("Alice Archer", "1948-03-02"), ("", None), False),
        (("", None), ("Alice Archer", "1948-03-02"), False),
    ],
)
def test_two_with_one_key_are_two_where_nothing_of_them_is_alike(
    one: tuple[str, str | None], other: tuple[str, str | None], two: bool
) -> None:
    """A changed name, a spelling, an initial or a missing cell is no other person."""
    assert is_somebody_else(person(*one), person(*other)) is two
    assert is_somebody_else(person(*other), person(*one)) is two


def holder(name: str, number: int, *, is_live: bool) -> Holder:
    key = KEY if number == 1 else f"{KEY}~holder-{number}"
    said = record(name)
    held = said.model_copy(update={"person": said.person and person(name)})
    return Holder(key, held.text, is_live)


def test_a_key_returns_to_who_had_it() -> None:
    """Who has it now comes first, then who had it last, then somebody new."""
    holders = [holder("Alice Archer", 1, is_live=False), holder("Ben Booth", 2, is_live=True)]
    assert holder_number(record("Ben Booth"), holders, frozenset()) == 2
    assert holder_number(record("Alice Archer"), holders, frozenset()) == 1
    assert holder_number(record("Cleo Cole"), holders, frozenset()) == 3


def test_a_review_can_say_that_two_holders_are_one() -> None:
    """Then it was a renaming after all."""
    holders = [holder("Alice Archer", 1, is_live=True)]
    accepted = frozenset({(KEY, f"{KEY}~holder-2")})
    assert holder_number(record("Ben Booth"), holders, accepted) == 1


def test_other_records_speak_of_the_later_holder() -> None:
    """Who names a person by a key that is somebody else's now, names them."""
    held = held_keys(record("Ben Booth"), 2)
    child = {"person": {"key": "lines/9"}, "relationship": {"other": KEY, "kind": "child-of"}}
    found = with_holders(normalized("families/1", **child), held)
    assert found.relationship
    assert found.relationship.other == f"{KEY}~holder-2"
    member = with_holders(normalized("members/1", person={"key": KEY}), held)
    assert member.person
    assert (member.key, member.person.key) == ("members/1", f"{KEY}~holder-2")
