"""What a change gives and takes, against the whole matrix judged twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from household_graph.engine.access_diff import compare
from household_graph.engine.decision import decide, evaluate
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question, matrix_questions
from household_graph.model.enums import Action
from tests.property.facts_strategy import PARTIES, PRODUCTS, SERVICES, fact_rows, instants

TABLES = (
    *("individuals", "organizations", "memberships", "grants", "products", "services"),
    *("availability", "resources", "policies", "exemptions"),
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Facts, Facts, int]:
    """Draw a household before and after a change of one or two of its tables, and an instant."""
    before, other = draw(fact_rows()), draw(fact_rows())
    after: dict[str, Any] = dict(before)
    for table in draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=2)):
        after[table] = other[table]
    return Facts.of(before), Facts.of(after), draw(instants())


def whole_matrix(facts: Facts) -> set[Question]:
    others = [
        Question(party, target, action)
        for action in (Action.CHOOSE, Action.ADMINISTER)
        for target in (*PRODUCTS, *SERVICES)
        for party in PARTIES
    ]
    return {*matrix_questions(facts, None), *others}


@given(changes())
def test_nothing_that_differs_is_missed(change: tuple[Facts, Facts, int]) -> None:
    """The difference is every question answered differently at the instant, and no other."""
    before, after, instant = change
    found = {
        Question(one.decision.party, one.decision.target, one.decision.action, one.decision.device)
        for one in compare(before, after, instant)
    }
    expected = {
        question
        for question in whole_matrix(before) | whole_matrix(after)
        if verdict(before, question, instant) != verdict(after, question, instant)
    }
    assert found == expected


def verdict(facts: Facts, question: Question, instant: int) -> tuple[bool, bool]:
    """Return the answer, and the answer if there were no curfews."""
    allowed = decide(facts, question, now=instant).allowed
    return allowed, evaluate(facts, question).timeline.permits(instant)


@given(changes())
def test_a_difference_turns_round(change: tuple[Facts, Facts, int]) -> None:
    """What one way round is gained is lost the other way round."""
    before, after, instant = change
    there, back = (
        {(one.decision.party, one.effect) for one in compare(*way, instant)}
        for way in ((before, after), (after, before))
    )
    turned = {"gains": "loses", "loses": "gains"}
    plainly = {(party, effect) for party, effect in there if effect in turned}
    assert {(party, turned[effect]) for party, effect in plainly} == {
        (party, effect) for party, effect in back if effect in turned
    }


@given(fact_rows(), instants())
def test_no_change_no_difference(rows: dict[str, Any], instant: int) -> None:
    """A household is not different from itself; one that is new gains all that is allowed in it."""
    facts = Facts.of(rows)
    assert compare(facts, Facts.of(rows), instant) == []
    gained = [one for one in compare(None, facts, instant) if one.effect == "gains"]
    allowed = [q for q in whole_matrix(facts) if decide(facts, q, now=instant).allowed]
    assert len(gained) == len(allowed)
