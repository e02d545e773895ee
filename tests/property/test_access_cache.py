"""What is kept of a household's facts is all of them, and nothing else."""

from typing import Any

from hypothesis import given, settings

from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.store.access_cache import facts_from_text, facts_to_text
from tests.property.facts_strategy import cases

Case = tuple[dict[str, Any], Facts, Question, int]


@given(cases())
@settings(max_examples=300, deadline=None)
def test_facts_come_back_from_their_text(case: Case) -> None:
    """Equal, and a decision by them says the same, reasons and next change included."""
    _rows, facts, question, instant = case
    text = facts_to_text(facts)
    assert text is not None
    assert facts_from_text(text) == facts
    by_text = decide(facts_from_text(text), question, now=instant)
    assert by_text == decide(facts, question, now=instant)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_a_decision_need_not_keep_the_facts(case: Case) -> None:
    """One that comes by them again, when it is asked why, says what it would have said."""
    _rows, facts, question, instant = case
    fetched: list[Facts] = []

    def again() -> Facts:
        fetched.append(facts)
        return facts

    decision = decide(facts, question, now=instant, load=again)
    assert (decision.party, decision.target, decision.device) == (
        question.party,
        question.target,
        question.device,
    )
    assert fetched == []
    assert decision == decide(facts, question, now=instant)
    assert len(fetched) == 1


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_does_not_matter(case: Case) -> None:
    """Facts of the same rows in another order are the same."""
    rows, facts, _question, _instant = case
    turned = {
        name: value[::-1] if isinstance(value, list) else value for name, value in rows.items()
    }
    assert Facts.of(turned) == facts
