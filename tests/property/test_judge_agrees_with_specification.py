"""Two ways to an answer, held to each other: the judge and the specification."""

from itertools import product
from typing import Any

from hypothesis import given, note, settings

from household_graph.engine.decision import decide
from household_graph.engine.entitlements import access_matrix
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question, matrix_questions
from tests.property.facts_strategy import cases, local
from tests.property.specification import Specification

Case = tuple[dict[str, Any], Facts, Question, int]


@given(cases())
@settings(max_examples=1000, deadline=None)
def test_same_answer_and_same_grounds(case: Case) -> None:
    """Judge and specification give the same answer, and for a no the same grounds."""
    rows, facts, question, instant = case
    decision = decide(facts, question, now=instant)
    grounds = Specification(rows, question, instant).grounds()
    note(f"{question} at {local(facts, instant)}: {decision.codes} or {sorted(grounds)}")
    assert decision.allowed == (not grounds)
    if grounds:
        assert set(decision.codes) == grounds
    else:
        assert set(decision.codes) <= {"granted", "exempt", "paused"}


@given(cases())
@settings(max_examples=150, deadline=None)
def test_changes_at_is_the_first_instant_with_another_answer(case: Case) -> None:
    """At `changes_at` the answer is another one; on the half hours before, it is the same."""
    rows, facts, question, instant = case
    decision = decide(facts, question, now=instant)
    until = instant + 8 * 48 * 1_800_000  # eight days: a week, and a clock change
    if decision.changes_at is not None:
        change = int(decision.changes_at.timestamp() * 1000)
        note(f"{question} at {local(facts, instant)} changes at {decision.changes_at}")
        assert change > instant
        assert bool(Specification(rows, question, change).grounds()) == decision.allowed
        assert bool(Specification(rows, question, change - 1).grounds()) != decision.allowed
        until = min(until, change)
    for later in range(instant, until, 1_800_000):
        assert bool(Specification(rows, question, later).grounds()) != decision.allowed


@given(cases())
@settings(max_examples=150, deadline=None)
def test_a_grid_says_what_the_judge_says(case: Case) -> None:
    """Cell by cell, though what is found out for one serves the next."""
    rows, facts, _, instant = case
    judged = [
        decide(Facts.of(rows), question, now=instant).allowed
        for question in matrix_questions(facts, None)
    ]
    grid = access_matrix(facts, instant)
    assert [*grid.allowed] == judged
    asked = [(q.party, (q.target, q.device)) for q in matrix_questions(facts, None)]
    places = zip(grid.services, grid.devices, strict=True)
    assert [*product(grid.parties, places)] == asked
