"""The timeline of a question, against the specification and against the paths of its reasons."""

from itertools import pairwise
from typing import Any

from hypothesis import given, note, settings

from household_graph.engine.decision import evaluate
from household_graph.engine.facts import Facts
from household_graph.engine.grants import CONSUMER, coverages, held, holdings, paths
from household_graph.engine.question import Question
from household_graph.model.enums import Action
from household_graph.model.spans import union, without
from tests.property.facts_strategy import (
    DEVICES,
    PARTIES,
    PRODUCTS,
    SERVICES,
    cases,
    local,
)
from tests.property.specification import Specification

Case = tuple[dict[str, Any], Facts, Question, int]
HALF_HOUR = 1_800_000


@given(cases())
@settings(max_examples=100, deadline=None)
def test_segments_say_what_the_specification_says(case: Case) -> None:
    """On each half hour of three days, and just before and at each edge."""
    rows, facts, question, start = case
    end = start + 3 * 48 * HALF_HOUR
    segments = list(evaluate(facts, question).timeline.segments(start, end, facts.zone))
    assert [one.start for one in segments] == [start, *(one.end for one in segments[:-1])]
    assert segments[-1].end == end
    assert all(one.allowed != two.allowed for one, two in pairwise(segments))
    for segment in segments:
        halves = range(segment.start, segment.end, HALF_HOUR)
        for instant in (*halves, segment.end - 1):
            note(f"{question} at {local(facts, instant)}: {segment}")
            grounds = Specification(rows, question, instant).grounds()
            assert segment.allowed == (not grounds)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_paths_hold_when_grants_do(case: Case) -> None:
    """The spans of the paths that explain a grant are, together, when it is held."""
    _rows, facts, _question, _instant = case
    for action in Action:
        kind = action.needs.value
        for party in (*PARTIES, *DEVICES):
            own = holdings(facts, party, kind)
            for target in (*PRODUCTS, *SERVICES, *DEVICES):
                found = evaluate(facts, Question(party, target, action))
                explained = [] if found.inactive else found.grants
                spans = union(tuple(path.span for path in explained if path.inactive is None))
                assert held(facts, party, kind, target) == without(spans, tuple(found.under_age))
                assert own.get(target, ()) == held(facts, party, kind, target)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_every_path_ends_at_a_coverage(case: Case) -> None:
    """A path leads from the party to the target over an item that covers it."""
    _rows, facts, question, _instant = case
    for path in paths(facts, question.party, CONSUMER, question.target):
        assert path.ids[0] == question.party
        assert path.ids[-1] == question.target
        assert path.coverage in coverages(facts, question.target)
