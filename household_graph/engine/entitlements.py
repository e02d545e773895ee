"""When individuals may use services, on each device: found out beforehand, to be looked up.

The judge finds out from facts what holds at an instant; here what it would say is laid out over
all time, so that an answer takes no facts. What the clock decides stays open until an instant is
named: spans of time, and the windows of curfews.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from household_graph.engine.alike import Alike
from household_graph.engine.bearing import Bearing, governed
from household_graph.engine.curfew import Windows, is_covered
from household_graph.engine.facts import Facts
from household_graph.engine.intervals import Span, common, contains, union, without
from household_graph.engine.matrix import Grid
from household_graph.engine.paths import held
from household_graph.engine.question import USE, Question
from household_graph.engine.standing import CONSUMER, policies_for
from household_graph.model.instants import instant_of, zone_named

_Spans = tuple[Span, ...]
_Pick = Callable[[Sequence[Any]], tuple[Any, ...]]

_BLANK = ord(" ")
_HAD = dict.fromkeys(range(_BLANK + 1, 127), "x")
"""What letters come to where it does not matter when a service is to be had; most have one."""


class Curfew(Struct, frozen=True, array_like=True, gc=False):
    """The windows of a policy, and when they count for somebody."""

    windows: Windows
    spans: _Spans


class Times(Struct, frozen=True, array_like=True, gc=False):
    """When the answer is yes: within the spans, outside the windows of the curfews."""

    spans: _Spans = ()
    curfews: tuple[Curfew, ...] = ()

    def hold(self, instant: int, zone: ZoneInfo) -> bool:
        """Return whether the answer is yes at an instant, in milliseconds."""
        if not contains(self.spans, instant):
            return False
        for curfew in self.curfews:
            if contains(curfew.spans, instant) and is_covered(curfew.windows, instant, zone):
                return False
        return True

    def sharing(self, alike: Alike) -> "Times":
        """Return the same, with one object for what is equal in many; see `Entitlements`."""
        curfews = [Curfew(alike.one(one.windows), alike.one(one.spans)) for one in self.curfews]
        return alike.one(Times(alike.one(self.spans), tuple(curfews)))


_NEVER = Times()


class Entitlements(Struct, frozen=True, array_like=True, gc=False):
    """When each individual of a household may use each service, on each device or without one.

    Names are local, without the household before them, so that those of many households are alike.

    Attributes:
        household: its id.
        time_zone: the IANA name of the household's.
        individuals: by name, the place of their rows.
        services: by name, the place of theirs in the rows of each individual.
        devices: by name, the place of theirs in each row; the first place is that of no device.
        cells: a letter each, row by row; a blank where the service is not to be had on the device.
        times: what the letters mean, from the blank on.
    """

    household: str
    time_zone: str
    individuals: Mapping[str, int]
    services: Mapping[str, int]
    devices: Mapping[str, int]
    cells: str
    times: tuple[Times, ...]

    @classmethod
    def of(cls, facts: Facts) -> "Entitlements":
        """Find out from facts what the judge would say at any instant."""
        people = sorted(one.id for one in facts.askers.values() if one.kind == "Individual")
        services, devices = sorted(facts.services), sorted(facts.resources)
        letters: dict[Times | None, str] = {None: chr(_BLANK)}
        cells = [
            letters.setdefault(times, chr(_BLANK + len(letters)))
            for person in people
            for times in _cells(facts, person, services, devices)
        ]
        return cls(
            household=facts.household,
            time_zone=facts.time_zone,
            individuals=_places(facts, people),
            services=_places(facts, services),
            devices=_places(facts, devices, first=1),
            cells="".join(cells),
            times=tuple(times or _NEVER for times in letters),
        )

    def answer(self, question: Question, now: int) -> tuple[int, bool] | None:
        """Return the instant that is asked for, and the answer; None where facts are needed.

        Args:
            question: what is asked.
            now: the instant of a question that names none, in milliseconds.

        Raises:
            InvalidTimeError: if the moment cannot be read.
        """
        cell = self._cell(question)
        if cell is None or question.action is not USE:
            return None
        zone = zone_named(self.time_zone)
        instant = now if question.at is None else instant_of(question.at, zone)
        return instant, self.times[ord(self.cells[cell]) - _BLANK].hold(instant, zone)

    def sharing(self, alike: Alike) -> "Entitlements":
        """Return the same, with one object for what is equal in many households.

        It takes less memory than one for each household, and is sooner found there.

        Args:
            alike: what there is so far; what is new is added.
        """
        return Entitlements(
            self.household,
            alike.one(self.time_zone),
            alike.places(self.individuals),
            alike.places(self.services),
            alike.places(self.devices),
            alike.one(self.cells),
            alike.one(tuple([one.sharing(alike) for one in self.times])),
        )

    def grid(self, instant: int) -> Grid:
        """Return the answers to all questions of a matrix, yes or no; no places without people."""
        zone = zone_named(self.time_zone)
        allowed = {
            code: chr(times.hold(instant, zone)) for code, times in enumerate(self.times, _BLANK)
        }
        full = f"{self.household}/".__add__
        devices = [None, *map(full, self.devices)]
        row = self.cells[: len(devices) * len(self.services)].translate(_HAD)
        service_of, device_of, cells_of = _columns(row, len(devices), len(self.individuals))
        return Grid(
            [*map(full, self.individuals)],
            service_of([*map(full, self.services)]),
            device_of(devices),
            bytes(cells_of(self.cells.translate(allowed).encode())),
        )

    def _cell(self, question: Question) -> int | None:
        """Return where the cell of a question is; None if there is none for it."""
        prefix = f"{self.household}/"
        person = question.party.removeprefix(prefix)
        service = question.target.removeprefix(prefix)
        if person == question.party or service == question.target:
            return None
        try:
            row = self.individuals[person] * len(self.services) + self.services[service]
            if question.device is None:
                return row * (len(self.devices) + 1)
            device = question.device.removeprefix(prefix)
            if device == question.device:
                return None
            return row * (len(self.devices) + 1) + self.devices[device]
        except KeyError:
            return None


@lru_cache(maxsize=1024)
def _columns(row: str, width: int, height: int) -> tuple[_Pick, _Pick, _Pick]:
    """Return what picks the services, the devices and the cells that count in a matrix.

    Those of the devices a service is to be had on; where it is on none, that of no device. Most
    households share a few patterns.

    Args:
        row: of anybody's cells, blank where a service is not to be had.
        width: the cells of a service.
        height: the rows there are.
    """
    had = [cell != chr(_BLANK) for cell in row]
    for first in range(0, len(row), width):
        had[first] = True not in had[first + 1 : first + width]
    places = [*compress(range(len(row)), had)]
    rows = [number * len(row) for number in range(height)]
    return (
        _picking([place // width for place in places]),
        _picking([place % width for place in places]),
        _picking([first + place for first in rows for place in places]),
    )


def _picking(places: Sequence[int]) -> _Pick:
    """Return what picks the items at some places; for one or none `itemgetter` is no tuple."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda items: tuple([items[place] for place in places])


def _places(facts: Facts, ids: Iterable[str], *, first: int = 0) -> dict[str, int]:
    """Return the places of things by their local names."""
    return {one.removeprefix(f"{facts.household}/"): place for place, one in enumerate(ids, first)}


def _cells(
    facts: Facts, person: str, services: Sequence[str], devices: Sequence[str]
) -> Iterator[Times | None]:
    """Yield when somebody may use each service, without a device and on each."""
    own = {
        thing: union(tuple(spans))
        for thing, spans in held(facts, person, CONSUMER, (*services, *devices)).items()
    }
    for service in services:
        alike: dict[tuple[_Spans, str | None], Times] = {}
        for device, spans in _entitled(facts, service, devices, own):
            ruled = device if device in governed(facts) else None
            if spans and (spans, ruled) not in alike:
                alike[spans, ruled] = _ruled(facts, person, service, ruled, spans)
            yield None if spans is None else alike.get((spans, ruled), _NEVER)


def _entitled(
    facts: Facts, service: str, devices: Iterable[str], own: Mapping[str, _Spans]
) -> Iterator[tuple[str | None, _Spans | None]]:
    """Yield when somebody may use a service, policies aside; None where it is not to be had."""
    spans, there = own[service], facts.availability.get(service, {})
    yield None, spans
    for device in devices:
        if device not in there:
            yield device, None
        elif spans and own[device]:
            yield device, common(spans, common(own[device], tuple(there[device])))
        else:
            yield device, ()


def _ruled(facts: Facts, person: str, service: str, device: str | None, spans: _Spans) -> Times:
    """Return when somebody may use what it is entitled to within some spans."""
    curfews, bans = policies_for(facts, person, CONSUMER, service, device)
    for ban in bans:
        spans = without(spans, _in_force(ban))
    if not spans:
        return _NEVER
    return Times(spans, tuple(Curfew(one.policy.windows, _in_force(one)) for one in curfews))


def _in_force(bearing: Bearing) -> _Spans:
    return without(tuple(bearing.forbids), tuple(bearing.exempt))
