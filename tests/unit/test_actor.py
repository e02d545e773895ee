"""Who makes a change is told by the kind of the actor, never by how the name is spelt."""

import pytest

from household_graph.errors import BadInputError
from household_graph.model.actor import Actor, recorded_kind
from household_graph.model.enums import ActorKind


def test_a_party_and_an_operator_are_told_apart_by_kind() -> None:
    """A party without a slash is a party, and the laws bind it; an operator of that name is not."""
    party, operator = Actor.party("bakers"), Actor.operator("bakers")
    assert party.is_party
    assert party.party_id == "bakers"
    assert not operator.is_party
    assert operator.party_id is None
    assert party != operator
    assert str(party) == str(operator) == "bakers"


@pytest.mark.parametrize(
    "name", ["", " ", "\t\n", " anna", "anna ", "an\x1bna", "an\nna", "\x1b[1m ", "\ud800"]
)
def test_a_name_that_nobody_can_have(name: str) -> None:
    """Empty, blank, with a blank at an end, or not to be shown: refused, and never stripped."""
    for make in (Actor.party, Actor.operator):
        with pytest.raises(BadInputError) as refused:
            make(name)
        assert refused.value.message.isprintable()


def test_an_operator_has_no_slash_and_a_bounded_name() -> None:
    """What looks like the id of a party is no operator, and neither is a page of text."""
    with pytest.raises(BadInputError, match="slash"):
        Actor.operator("bakers/tom")
    Actor.operator("x" * 100)
    with pytest.raises(BadInputError, match="101 characters"):
        Actor.operator("x" * 101)
    with pytest.raises(BadInputError, match="501 characters"):
        Actor.party("x" * 501)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("bakers/mum", None, ActorKind.PARTY),
        ("bakers", None, ActorKind.PARTY),
        ("anna", None, ActorKind.OPERATOR),
        ("  ", None, ActorKind.OPERATOR),
        ("bakers", "operator", ActorKind.OPERATOR),
        ("anna", "party", ActorKind.PARTY),
    ],
)
def test_what_records_say(name: str, kind: str | None, expected: ActorKind) -> None:
    """A record without a kind is of version 0.1, where the spelling tells it."""
    assert recorded_kind(name, kind, "bakers") is expected
