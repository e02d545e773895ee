"""What a change gives and takes: the timelines of a household before and after it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts, derived
from household_graph.engine.grants import CONSUMER, carried_services, coverages, holdings
from household_graph.engine.question import Question
from household_graph.engine.timeline import NEVER, Timeline, timeline
from household_graph.engine.timeline_difference import (
    NO_DIFFERENCE,
    DifferingPeriod,
    DifferingTimes,
    TimelineDifference,
    ZonedTimeline,
    timeline_difference,
)
from household_graph.model.enums import Action
from household_graph.model.instants import from_datetime

_ACTIONS = list(Action)


class _AccessCell(NamedTuple):
    """A question without a moment."""

    party: str
    action: Action
    target: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One question that a change answers differently, from a time on, for a time or for good.

    Where one is answered yes at some times and no at others, there are two.

    Attributes:
        before: the answer without the change when it first differs; None: the household did not
            know an id of it then.
        after: the one with the change.
        times: when they differ so.
    """

    before: Decision | None
    after: Decision | None
    times: DifferingTimes

    @property
    def decision(self) -> Decision:
        """The answer there is: the one after the change, or the one before."""
        decision = self.after or self.before
        if decision is None:
            raise ValueError("a change of access with no answer on either side")
        return decision

    @property
    def effect(self) -> str:
        """`gains` or `loses`."""
        return "gains" if self.after and self.after.allowed else "loses"

    @property
    def periods(self) -> tuple[DifferingPeriod, ...]:
        """When the answers differ so, until they agree for good; hours that recur, as such."""
        return self.times.periods

    @property
    def spans(self) -> tuple[DifferingPeriod, ...]:
        """The same exactly, each time that begins within 14 days of the instant of effect."""
        return self.times.spans


def compare(before: Facts | None, after: Facts | None, instant: int) -> list[AccessChange]:
    """Return every question that is answered differently from an instant on, and when.

    The questions are of each party, and each device that asks: to use a service, a product or a
    device, with and without a device, and to choose or administer it. Left out is what another
    question shows: of a service without a device, where one on a device differs at the same times;
    and of a product, or of a device itself, where one of a service that it carries, or on it, does,
    windows that recur aside. A side is None for a household that is not there.
    """
    sides = [facts for facts in (before, after) if facts]
    found = _differences(before, after, instant)
    ways = [{cell: of.one_way(n) for cell, of in found.items()} for n in (0, 1)]
    implied = [_implied(sides, one_way) for one_way in ways]
    return [
        _change(before, after, cell, one_way[cell].times)
        for cell in sorted(found, key=_order(sides))
        for one_way, left_out in zip(ways, implied, strict=True)
        if one_way[cell].times.periods and cell not in left_out
    ]


class _OneWay(NamedTuple):
    """When a cell differs one way; and when it would if no windows recurred."""

    times: DifferingTimes
    windows_aside: DifferingTimes


class _BothWays(NamedTuple):
    """The difference of a cell; and what it would be if no windows recurred."""

    difference: TimelineDifference
    windows_aside: TimelineDifference

    def one_way(self, way: int) -> _OneWay:
        """Return what is gained (0) or lost (1)."""
        return _OneWay(self.difference[way], self.windows_aside[way])


def _differences(
    before: Facts | None, after: Facts | None, instant: int
) -> dict[_AccessCell, _BothWays]:
    """Return the cells of which the timelines differ; equal pairs of these are compared once."""
    sides = [facts for facts in (before, after) if facts]
    zones = [facts.zone for facts in (sides[0], sides[-1])] if sides else []
    known: dict[tuple[Timeline, Timeline], _BothWays] = {}
    found = {}
    for cell in dict.fromkeys(cell for facts in sides for cell in _held_cells(facts)):
        pair = _timeline(before, cell), _timeline(after, cell)
        if pair not in known:
            was, now = map(ZonedTimeline, pair, zones)
            plain = was.without_windows(), now.without_windows()
            differences = (timeline_difference(of, instant) for of in ((was, now), plain))
            known[pair] = _BothWays(*differences)
        if known[pair].difference != NO_DIFFERENCE:
            found[cell] = known[pair]
    return found


def _implied(sides: Sequence[Facts], found: Mapping[_AccessCell, _OneWay]) -> set[_AccessCell]:
    """Return the cells of which another one, of a service or on a device, shows the same."""
    return {
        wider
        for cell, times in found.items()
        if cell.action is Action.USE and times.times.periods
        for wider in _wider(sides, cell)
        if wider in found
        and _shows_the_same(times, found[wider], is_same_target=wider.target == cell.target)
    }


def _shows_the_same(one: _OneWay, other: _OneWay, *, is_same_target: bool) -> bool:
    if one.times == other.times:
        return True
    aside = one.windows_aside
    return not is_same_target and bool(aside.periods) and aside == other.windows_aside


def _wider(sides: Sequence[Facts], cell: _AccessCell) -> Iterator[_AccessCell]:
    """Yield the cells that say less than that of a service, or of a target on a device."""
    party, action, target, device = cell
    products = {
        coverage.item
        for facts in sides
        if target in facts.services
        for coverage in coverages(facts, target)
        if coverage.item != target
    }
    yield from (_AccessCell(party, action, product, device) for product in products)
    if device is not None:
        yield from (_AccessCell(party, action, one) for one in (target, device, *products))


def _held_cells(facts: Facts) -> Iterator[_AccessCell]:
    """Yield the cells that a grant covers at some time; no other is ever a yes."""
    for party in facts.principals:
        own = holdings(facts, party, CONSUMER)
        own_devices = [one for one in own if facts.is_resource(one)]
        for target in own:
            yield _AccessCell(party, Action.USE, target)
            available = _devices_of(facts, target)
            for device in own_devices:
                if device in available:
                    yield _AccessCell(party, Action.USE, target, device)
        for action in (Action.CHOOSE, Action.ADMINISTER):
            for target in holdings(facts, party, action.needs.value):
                yield _AccessCell(party, action, target)


@derived
def _devices_of(facts: Facts, target: str) -> frozenset[str]:
    """Return the devices on which a service is available, or a service of a product."""
    services = (target, *carried_services(facts, target))
    return frozenset(device for one in services for device in facts.availability.get(one, ()))


def _timeline(facts: Facts | None, cell: _AccessCell) -> Timeline:
    if facts is None or not _knows(facts, cell):
        return NEVER
    return timeline(facts, cell.party, cell.action.needs.value, cell.target, cell.device)


def _change(
    before: Facts | None, after: Facts | None, cell: _AccessCell, times: DifferingTimes
) -> AccessChange:
    first = from_datetime(times.periods[0].start)
    return AccessChange(_decision(before, cell, first), _decision(after, cell, first), times)


def _decision(facts: Facts | None, cell: _AccessCell, instant: int) -> Decision | None:
    if facts is None or not _knows(facts, cell):
        return None
    question = Question(cell.party, cell.target, cell.action, cell.device)
    return decide(facts, question, now=instant)


def _knows(facts: Facts, cell: _AccessCell) -> bool:
    return (
        cell.party in facts.principals
        and (
            cell.target in facts.products
            or cell.target in facts.services
            or facts.is_resource(cell.target)
        )
        and (cell.device is None or facts.is_resource(cell.device))
    )


def _order(sides: Sequence[Facts]) -> Callable[[_AccessCell], tuple[int, int, int, int, str]]:
    """Return where a cell is in the matrix before the change, or else in the one after it."""
    places = [
        {one: n for n, one in enumerate((*facts.principals, *facts.products, *facts.services))}
        for facts in sides
    ]

    def place(cell: _AccessCell) -> tuple[int, int, int, int, str]:
        placed = cell.device is None or cell.device in _devices_of(sides[0], cell.target)
        side = 0 if placed and _knows(sides[0], cell) else len(sides) - 1
        party, target = places[side][cell.party], places[side][cell.target]
        return side, party, _ACTIONS.index(cell.action), target, cell.device or ""

    return place
