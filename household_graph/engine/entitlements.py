"""When individuals may use services, on each device: laid out beforehand, to be looked up.

What `timeline` says of every person, service and device of a household, so that an answer takes no
facts. What the clock decides stays open until an instant is named. A matrix at one instant is
answered by them, and by facts where they are not stored.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from string import ascii_letters, digits, punctuation
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from household_graph.engine.facts import Facts
from household_graph.engine.grants import CONSUMER, availability, consumed_at
from household_graph.engine.question import USE, Place, Question, matrix_axes
from household_graph.engine.timeline import (
    NEVER,
    Closure,
    Timeline,
    compute_timeline,
    governed_device,
    unrestricted,
)
from household_graph.model.instants import instant_of, zone_named
from household_graph.model.spans import contains

_Pick = Callable[[Sequence[Any]], tuple[Any, ...]]
_Value = TypeVar("_Value", bound=Hashable)

_BLANK = ord(" ")
_AVAILABLE = str.maketrans(dict.fromkeys(ascii_letters + digits + punctuation, "x"))
"""What letters become where it does not matter when a service may be used; most have one."""


class AccessMatrix(NamedTuple):
    """The answers of a matrix without reasons, as columns want them.

    Attributes:
        parties: every individual.
        services: what each of them is asked about.
        devices: for each service, the device it is on, or None; it is there once for each device.
        allowed: the answers, 1 or 0: those of the first individual at each place, and so on.
    """

    parties: Sequence[str]
    services: tuple[str, ...]
    devices: tuple[str | None, ...]
    allowed: bytes


def access_matrix(facts: Facts, instant: int) -> AccessMatrix:
    """Answer all questions of a matrix at an instant, yes or no.

    The places of a group have the service and the policies in common. So, among the devices on
    which it is available at the instant, the answer for one that a party holds is that for all
    such devices; and where there are no policies it is yes.
    """
    parties, places = matrix_axes(facts)
    groups: dict[Place, list[tuple[int, str | None]]] = defaultdict(list)
    for number, (service, device) in enumerate(places):
        if device is None or contains(availability(facts, service, device), instant):
            groups[service, governed_device(facts, device)].append((number, device))
    rows = [(one, consumed_at(facts, one, instant), bytearray(len(places))) for one in parties]
    zone = facts.zone
    for (service, governed), group in groups.items():
        for party, own, row in rows:
            if service in own and unrestricted(facts, party, service, governed).allows(
                instant, zone
            ):
                for number, device in group:
                    if device is None or device in own:
                        row[number] = 1
    return AccessMatrix(
        parties,
        tuple([service for service, _device in places]),
        tuple([device for _service, device in places]),
        b"".join([row for _party, _own, row in rows]),
    )


class Interner:
    """Equal values as one object, so that many households use less memory and stay in cache."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[Hashable, Any] = {}

    def intern(self, value: _Value) -> _Value:
        """Return the first value that is equal to this one."""
        found: _Value = self._found.setdefault((type(value), value), value)
        return found

    def index(self, index: Mapping[str, int]) -> Mapping[str, int]:
        """Return the first mapping of the same names, in the same order, to the same numbers."""
        found: Mapping[str, int] = self._found.setdefault((dict, *index.items()), index)
        return found

    def timeline(self, timeline: Timeline) -> Timeline:
        """Return the first timeline that is equal to this one, of parts that are shared."""
        closures = [
            Closure(self.intern(one.windows), self.intern(one.spans)) for one in timeline.closures
        ]
        return self.intern(Timeline(self.intern(timeline.spans), tuple(closures)))


class Entitlements(Struct, frozen=True, array_like=True, gc=False):
    """When each individual of a household may use each service, on each device or without one.

    Names are local, without the household before them, so that those of many households are alike.

    Attributes:
        household: its id.
        time_zone: the IANA name of the household's.
        individuals: by name, the place of their rows.
        services: by name, the place of theirs in the rows of each individual.
        devices: by name, the place of theirs in each row; the first place is that of no device.
        cells: a letter each, row by row; a blank where the service is not available on the device.
        timelines: what the letters mean, from the blank on.
    """

    household: str
    time_zone: str
    individuals: Mapping[str, int]
    services: Mapping[str, int]
    devices: Mapping[str, int]
    cells: str
    timelines: tuple[Timeline, ...]

    @classmethod
    def of(cls, facts: Facts) -> "Entitlements":
        """Lay out the timelines of facts."""
        people = sorted(facts.individuals)
        services, devices = sorted(facts.services), sorted(facts.resources)
        letters: dict[Timeline | None, str] = {None: chr(_BLANK)}
        cells = [
            letters.setdefault(found, chr(_BLANK + len(letters)))
            for person in people
            for found in _cells(facts, person, services, devices)
        ]
        return cls(
            household=facts.household,
            time_zone=facts.time_zone,
            individuals=_index(facts, people),
            services=_index(facts, services),
            devices=_index(facts, devices, first=1),
            cells="".join(cells),
            timelines=tuple(found or NEVER for found in letters),
        )

    def look_up(self, question: Question, now: int) -> tuple[int, bool] | None:
        """Return the instant that is asked for, and the answer; None where facts are needed.

        The instant of a question that names none is now.

        Raises:
            InvalidTimeError: if the moment cannot be read.
        """
        cell = self._cell(question)
        if cell is None or question.action is not USE:
            return None
        zone = zone_named(self.time_zone)
        instant = now if question.at is None else instant_of(question.at, zone)
        return instant, self.timelines[ord(self.cells[cell]) - _BLANK].allows(instant, zone)

    def interned(self, interner: Interner) -> "Entitlements":
        """Return the same, with one object for what is equal in many households."""
        return Entitlements(
            self.household,
            interner.intern(self.time_zone),
            interner.index(self.individuals),
            interner.index(self.services),
            interner.index(self.devices),
            interner.intern(self.cells),
            interner.intern(tuple([interner.timeline(one) for one in self.timelines])),
        )

    def access_matrix(self, instant: int) -> AccessMatrix:
        """Return the answers to all questions of a matrix, yes or no; no places without people."""
        zone = zone_named(self.time_zone)
        allowed = {
            code: chr(one.allows(instant, zone)) for code, one in enumerate(self.timelines, _BLANK)
        }
        full = f"{self.household}/".__add__
        devices = [None, *map(full, self.devices)]
        row = self.cells[: len(devices) * len(self.services)].translate(_AVAILABLE)
        service_of, device_of, cells_of = _columns(row, len(devices), len(self.individuals))
        return AccessMatrix(
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

    Those of the devices a service is available on; where it is on none, that of no device. Most
    households share a few patterns: so many rows like that of any person, of which so many cells
    are a service's, blank where it is not available.
    """
    available = [cell != chr(_BLANK) for cell in row]
    for first in range(0, len(row), width):
        available[first] = True not in available[first + 1 : first + width]
    places = [*compress(range(len(row)), available)]
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


def _index(facts: Facts, ids: Iterable[str], *, first: int = 0) -> dict[str, int]:
    """Return the numbers of things by their local names."""
    return {one.removeprefix(f"{facts.household}/"): place for place, one in enumerate(ids, first)}


def _cells(
    facts: Facts, person: str, services: Sequence[str], devices: Sequence[str]
) -> Iterator[Timeline | None]:
    """Yield when a person may use each service, without a device and on each; None: not there."""
    for service in services:
        on = facts.availability.get(service, {})
        yield compute_timeline(facts, person, CONSUMER, service, None)
        for device in devices:
            there = device in on
            yield compute_timeline(facts, person, CONSUMER, service, device) if there else None
