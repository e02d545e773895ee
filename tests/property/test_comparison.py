"""What a change gives and takes over time, against every question asked before and after it."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from household_graph.engine.access_diff import compare
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.model.enums import Action
from household_graph.model.instants import from_datetime
from tests.property.facts_strategy import (
    DEVICES,
    ORGANIZATIONS,
    PARTIES,
    PRODUCTS,
    SERVICES,
    ZONES,
    fact_rows,
    instants,
    mostly,
    questions,
)
from tests.property.previews import DAY, Told, asked_by, edges_of, holds, untold
from tests.property.specification import Specification

Rows = dict[str, Any]
TABLES = (
    *("individuals", "organizations", "memberships", "grants", "products", "services"),
    *("availability", "resources", "policies", "exemptions", "pauses", "carriers"),
)
HALF_HOUR = 1_800_000
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALL = tuple(
    Question(party, target, action, device)
    for party in (*PARTIES, *ORGANIZATIONS, *DEVICES)
    for action in Action
    for target in (*SERVICES, *PRODUCTS, *DEVICES)
    for device in (None, *DEVICES)
    if device is None or (action is Action.USE and target not in DEVICES)
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Rows, Rows, int]:
    """Draw a household before and after a change of one or two of its tables, and an instant."""
    before, other = draw(fact_rows()), draw(fact_rows())
    after = dict(before)
    for table in draw(st.lists(st.sampled_from(TABLES), min_size=1, max_size=2)):
        after[table] = other[table]
    after["time_zone"] = draw(mostly(before["time_zone"], *ZONES))
    return before, after, draw(instants())


moments = st.lists(st.integers(0, 14 * 48 - 1).map(lambda n: n * HALF_HOUR), min_size=1, max_size=6)


@unhurried
@given(changes(), moments, st.data())
def test_the_preview_is_the_difference_of_the_answers(
    change: tuple[Rows, Rows, int], offsets: list[int], data: st.DataObject
) -> None:
    """What is told for a time within 14 days differs then, and nothing else does.

    A question is told of itself, or where it is left out by a narrower one that tells the same.
    """
    before, after, instant = change
    sides = Facts.of(before), Facts.of(after)
    found = compare(*sides, instant)
    edges = [
        from_datetime(edge) + shift
        for one in found
        for span in one.spans
        for edge in (span.start, span.end)
        if edge is not None
        for shift in (-1, 0)
    ]
    asked = {instant, *(instant + offset for offset in offsets)}
    if edges:
        asked |= set(data.draw(st.lists(st.sampled_from(edges), max_size=4)))
    within = [one for one in asked if instant <= one < instant + 14 * DAY]
    every = ((question, moment) for moment in within for question in ALL)
    assert not list(untold(*sides, found, every))


@unhurried
@given(changes(), st.lists(questions(), min_size=1, max_size=8), moments)
def test_the_preview_is_that_of_the_specification(
    change: tuple[Rows, Rows, int], asked: list[Question], offsets: list[int]
) -> None:
    """What the plain statement of the laws answers differently is told, and when."""
    before, after, instant = change
    sides = Facts.of(before), Facts.of(after)
    told = Told(compare(*sides, instant), sides)
    for question in asked:
        for moment in {instant, *(instant + offset for offset in offsets)}:
            was, now = (not Specification(of, question, moment).grounds() for of in change[:2])
            effects = told.possible(question, moment)
            assert was == now or ("gains" if now else "loses") in effects


@unhurried
@given(changes(), st.integers(14 * 48, 5000 * 48))
def test_outside_its_periods_all_answers_agree(change: tuple[Rows, Rows, int], later: int) -> None:
    """At any later time what differs lies in a period; in one of all hours all of it differs."""
    before, after, instant = change
    sides, moment = (Facts.of(before), Facts.of(after)), instant + later * HALF_HOUR
    found = compare(*sides, instant)
    told = Told(found, sides)
    for question in ALL:
        was, now = (decide(facts, question, now=moment).allowed for facts in sides)
        if was != now and before["time_zone"] == after["time_zone"]:
            effects = told.possible(question, moment, whole=True)
            assert ("gains" if now else "loses") in effects
    for one in found:
        constant = [period for period in one.periods if not period.hours]
        if holds(constant, moment):
            question = Question(*asked_by(one))
            was, now = (decide(facts, question, now=moment).allowed for facts in sides)
            assert (was, now) == (one.effect == "loses", one.effect == "gains")


@unhurried
@given(changes())
def test_a_difference_turns_round(change: tuple[Rows, Rows, int]) -> None:
    """What one way round is gained is lost the other way round, in the same time."""
    before, after, instant = (*map(Facts.of, change[:2]), change[2])
    there, back = (
        {
            (*asked_by(one), one.effect, tuple(map(edges_of, one.spans)))
            for one in compare(*way, instant)
        }
        for way in ((before, after), (after, before))
    )
    turned = {"gains": "loses", "loses": "gains"}
    assert {(*of, turned[effect], spans) for *of, effect, spans in there} == back


@unhurried
@given(fact_rows(), instants())
def test_no_change_no_difference(rows: Rows, instant: int) -> None:
    """A household is not different from itself; one that is new gains all that is allowed in it."""
    facts = Facts.of(rows)
    assert compare(facts, Facts.of(rows), instant) == []
    told = Told(compare(None, facts, instant), [facts])
    for question in ALL:
        if decide(facts, question, now=instant).allowed:
            assert "gains" in told.possible(question, instant)
