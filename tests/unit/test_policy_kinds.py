"""Each kind of policy is one class, and what others need to know of it follows from it."""

from dataclasses import replace
from typing import get_type_hints

import pytest

from household_graph.engine.decision import decide
from household_graph.engine.facts import FactsCache
from household_graph.engine.policies import KIND_OF_FIELD, KINDS, KindTerms
from household_graph.engine.question import Question
from household_graph.errors import BadInputError
from household_graph.model.declaration import properties_of, relationships_from
from household_graph.model.enums import PolicyKind, ReasonCode
from household_graph.viz.heat_map import LETTERS
from tests.unit.test_timeline import facts_with


def test_a_kind_is_known_everywhere() -> None:
    """As a value of the property, as a reason, and with a letter of its own in matrices."""
    assert set(KINDS) == set(PolicyKind) <= set(ReasonCode)
    assert len({*LETTERS.values()}) == len(LETTERS)
    assert all(LETTERS[ReasonCode(one.name)] == one.letter for one in KINDS.values())


def test_the_fields_of_kinds_are_those_of_policies() -> None:
    """Each belongs to one kind, and the engine reads it."""
    fields = [field for kind in KINDS.values() for field in kind.options]
    assert len(fields) == len(set(fields))
    declared = properties_of(frozenset({"Policy"})).keys() | relationships_from("Policy").keys()
    assert set(fields) <= declared
    assert set(fields) == get_type_hints(KindTerms).keys() == KIND_OF_FIELD.keys()
    for kind in KINDS.values():
        assert {*kind.required, *kind.any_of} <= kind.options.keys()


def test_an_unknown_kind_is_an_error_and_no_block() -> None:
    """It names the policy and the kind; what the policy is not about is answered."""
    facts = facts_with({"kind": "block"})
    [policy] = facts.policies
    unknown = policy._replace(kind="quota")
    newer = replace(facts, policies=(unknown,), written_by="9.1", cache=FactsCache())
    with pytest.raises(
        BadInputError, match=r"`home/policy` is of a kind that .*: `quota`"
    ) as refused:
        decide(newer, Question("home/kid", "home/net"), now=0)
    assert "household-graph 9.1 changed" in str(refused.value.hint)
    elsewhere = unknown._replace(governs=["home/other"])
    newer = replace(facts, policies=(elsewhere,), cache=FactsCache())
    assert decide(newer, Question("home/kid", "home/net"), now=0).allowed
