"""What is found out beforehand for all time is what the judge says at each instant."""

from itertools import product
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from household_graph.engine.decision import decide
from household_graph.engine.entitlements import Entitlements
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question, matrix_questions
from household_graph.model.enums import Action
from household_graph.model.instants import to_utc
from household_graph.store.access_cache import entitlements_from_text, entitlements_to_text
from household_graph.store.household_view import HouseholdView
from tests.property.facts_strategy import DEVICES, PARTIES, SERVICES, cases, local

Case = tuple[dict[str, Any], Facts, Question, int]
PLACES = [(service, device) for service in SERVICES for device in (None, *DEVICES)]


@given(cases())
@settings(max_examples=500, deadline=None)
def test_each_cell_says_what_the_judge_says(case: Case) -> None:
    """For every person, service and device, at the instant of the case and around it."""
    _rows, facts, _question, around = case
    entitlements = Entitlements.of(facts)
    for instant in (around, around - 1, around + 1_800_000, around + 12 * 3_600_000):
        for party, (service, device) in product(PARTIES, PLACES):
            question = Question(party, service, device=device, at=to_utc(instant))
            judged = decide(facts, question, now=0).allowed
            note(f"{question} at {local(facts, instant)}")
            assert entitlements.look_up(question, 0) == (instant, judged)


@given(cases(), st.integers(0, len(PARTIES)), st.integers(0, len(SERVICES)))
@settings(max_examples=150, deadline=None)
def test_a_grid_says_what_the_judge_says(case: Case, people: int, services: int) -> None:
    """The same questions as those of a matrix, in the order of ids, and the same answers.

    Also where there is one of them, or none.
    """
    rows, _facts, _question, instant = case
    fewer = {"individuals": rows["individuals"][:people], "services": rows["services"][:services]}
    facts = Facts.of({**rows, **fewer})
    grid = Entitlements.of(facts).access_matrix(instant)
    found = {
        (party, *place): allowed
        for (party, place), allowed in zip(
            product(grid.parties, zip(grid.services, grid.devices, strict=True)),
            grid.allowed,
            strict=True,
        )
    }
    asked = list(matrix_questions(facts, to_utc(instant)))
    assert list(found) == sorted(found, key=str)
    assert found == {(q.party, q.target, q.device): decide(facts, q, now=0).allowed for q in asked}


@given(cases())
@settings(max_examples=100, deadline=None)
def test_a_decision_says_as_much(case: Case) -> None:
    """One that was looked up has the reasons and the next change of one that was judged."""
    _rows, facts, question, instant = case
    text = entitlements_to_text(facts)
    assert text is not None
    assert entitlements_from_text(text) == Entitlements.of(facts)
    view = HouseholdView.of(facts, instant, entitlements_from_text(text))
    assert view.decide(question) == decide(facts, question, now=instant)


@given(cases())
@settings(max_examples=20, deadline=None)
def test_other_questions_are_left_to_the_judge(case: Case) -> None:
    """About products, devices and guests, by organizations, for other than use."""
    _rows, facts, _question, instant = case
    entitlements = Entitlements.of(facts)
    for question in (
        Question("h/ann", "h/product"),
        Question("h/ann", "h/box"),
        Question("h/ann", "h/video", device="other/box"),
        Question("other/ann", "h/video"),
        Question("h/unit", "h/video"),
        Question("h/ann", "h/video", Action.CHOOSE),
    ):
        assert entitlements.look_up(question, instant) is None


@given(cases())
@settings(max_examples=20, deadline=None)
def test_nobody_is_entitled_where_nobody_is(case: Case) -> None:
    """A household or business without individuals has no cells, and a matrix without rows."""
    rows, _facts, question, instant = case
    entitlements = Entitlements.of(Facts.of({**rows, "individuals": []}))
    assert entitlements.look_up(Question("h/ann", question.target), instant) is None
    assert entitlements.access_matrix(instant).allowed == b""
