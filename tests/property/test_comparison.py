"""What a change gives and takes over time, against every question asked before and after it."""

from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.engine.timeline_difference import DifferingPeriod
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
from tests.property.specification import Specification

Rows = dict[str, Any]
TABLES = (
    *("individuals", "organizations", "memberships", "grants", "products", "services"),
    *("availability", "resources", "policies", "exemptions", "carriers"),
)
HALF_HOUR = 1_800_000
DAY = 48 * HALF_HOUR
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


def key(question: Question) -> tuple[str, str, Action, str | None]:
    return question.party, question.target, question.action, question.device


def asked_by(change: AccessChange) -> tuple[str, str, Action, str | None]:
    one = change.decision
    return one.party, one.target, one.action, one.device


def told(changes: Iterable[AccessChange], rows: Iterable[Rows]) -> dict[Any, list[AccessChange]]:
    """Return by question what is told of it, itself or a narrower question in its place."""
    carriers = {tuple(link) for of in rows for link in of["carriers"]}
    found: dict[Any, list[AccessChange]] = {}
    for change in changes:
        found.setdefault(asked_by(change), []).append(change)
    by_itself = dict(found)
    for (party, target, action, device), of in by_itself.items():
        if action is Action.USE:
            for wider, on in wider_than(target, device, carriers):
                place = (party, wider, action, on)
                for change in of:
                    known = found.setdefault(place, [])
                    if all(change.effect != other.effect for other in by_itself.get(place, ())):
                        known.append(change)
    return found


def effects_of(
    question: Question,
    found: dict[Any, list[AccessChange]],
    moment: int,
    *,
    whole: bool = False,
) -> set[str]:
    """Return what is told of a question for a moment.

    Of a product or a device, a service in its place may be told within windows: so at any time.
    """
    return {
        one.effect
        for one in found.get(key(question), ())
        if holds(one.periods if whole else one.spans, moment)
        or (question.target not in SERVICES and one.decision.target != question.target)
    }


def wider_than(
    target: str, device: str | None, carriers: set[tuple[str, ...]]
) -> Iterator[tuple[str, str | None]]:
    """Yield the less narrow questions: a product for its services, and any device or none."""
    above, count = {target}, 0
    while len(above) > count:
        count = len(above)
        above |= {product for thing, product in carriers if thing in above}
    for thing in above if target in SERVICES else {target}:
        yield from ((thing, on) for on in {device, None} if (thing, on) != (target, device))
    if device is not None:
        yield device, None


def holds(spans: Iterable[DifferingPeriod], instant: int) -> bool:
    edges = map(edges_of, spans)
    return any(start <= instant and (end is None or instant < end) for start, end in edges)


def edges_of(period: DifferingPeriod) -> tuple[int, int | None]:
    return from_datetime(period.start), from_datetime(period.end) if period.end else None


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
    by_question = told(found, (before, after))
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
    for moment in (one for one in asked if instant <= one < instant + 14 * DAY):
        for question in ALL:
            was, now = (decide(facts, question, now=moment).allowed for facts in sides)
            right = {"gains" if now else "loses"} if was != now else set()
            own = (one for one in found if asked_by(one) == key(question))
            assert {one.effect for one in own if holds(one.spans, moment)} <= right
            assert right <= effects_of(question, by_question, moment)


@given(changes(), st.lists(questions(), min_size=1, max_size=8), moments)
def test_the_preview_is_that_of_the_specification(
    change: tuple[Rows, Rows, int], asked: list[Question], offsets: list[int]
) -> None:
    """What the plain statement of the laws answers differently is told, and when."""
    before, after, instant = change
    found = told(compare(Facts.of(before), Facts.of(after), instant), (before, after))
    for question in asked:
        for moment in {instant, *(instant + offset for offset in offsets)}:
            was, now = (not Specification(of, question, moment).grounds() for of in change[:2])
            effects = effects_of(question, found, moment)
            assert was == now or ("gains" if now else "loses") in effects


@given(changes(), st.integers(14 * 48, 5000 * 48))
def test_outside_its_periods_all_answers_agree(change: tuple[Rows, Rows, int], later: int) -> None:
    """At any later time what differs lies in a period; in one of all hours all of it differs."""
    before, after, instant = change
    sides, moment = (Facts.of(before), Facts.of(after)), instant + later * HALF_HOUR
    found = compare(*sides, instant)
    by_question = told(found, (before, after))
    for question in ALL:
        was, now = (decide(facts, question, now=moment).allowed for facts in sides)
        if was != now and before["time_zone"] == after["time_zone"]:
            effects = effects_of(question, by_question, moment, whole=True)
            assert ("gains" if now else "loses") in effects
    for one in found:
        constant = [period for period in one.periods if not period.hours]
        if holds(constant, moment):
            question = Question(*asked_by(one))
            was, now = (decide(facts, question, now=moment).allowed for facts in sides)
            assert (was, now) == (one.effect == "loses", one.effect == "gains")


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


@given(fact_rows(), instants())
def test_no_change_no_difference(rows: Rows, instant: int) -> None:
    """A household is not different from itself; one that is new gains all that is allowed in it."""
    facts = Facts.of(rows)
    assert compare(facts, Facts.of(rows), instant) == []
    gained = told(compare(None, facts, instant), (rows,))
    for question in ALL:
        if decide(facts, question, now=instant).allowed:
            assert "gains" in effects_of(question, gained, instant)
