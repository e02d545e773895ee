"""A whole matrix at once, yes or no: what rows and columns share is found once.

A row is the bits of a number, one for each place: the answers of a party are a few numbers put
together, whatever the number of devices.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from household_graph.engine.bearing import about, governed, is_forbidden
from household_graph.engine.facts import Facts
from household_graph.engine.intervals import contains
from household_graph.engine.paths import covers, inactive, live_items, reaches
from household_graph.engine.standing import CONSUMER, availability

_Place = tuple[str, str | None]


class Grid(NamedTuple):
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


def matrix_axes(facts: Facts) -> tuple[list[str], list[_Place]]:
    """Return every individual, and every service on each device it is to be had on.

    A service that is on no device is there once, without one.
    """
    nowhere: list[str | None] = [None]
    places = [
        (service, device)
        for service in facts.services
        for device in sorted(facts.availability.get(service, ())) or nowhere
    ]
    return [asker.id for asker in facts.askers.values() if asker.kind == "Individual"], places


def matrix_grid(facts: Facts, instant: int) -> Grid:
    """Answer all questions of a matrix, yes or no.

    Args:
        facts: of the household.
        instant: they are judged for, in milliseconds.
    """
    parties, places = matrix_axes(facts)
    rows = _rows(facts, parties, places, instant)
    columns = range(len(places))
    return Grid(
        parties,
        tuple([service for service, _device in places]),
        tuple([device for _service, device in places]),
        bytes([row >> n & 1 for row in rows for n in columns]),
    )


def _rows(
    facts: Facts, parties: Sequence[str], places: Sequence[_Place], instant: int
) -> Iterator[int]:
    """Yield the bits of each party."""
    at_target, on_device, watched = _bits(facts, places)
    anywhere = on_device.pop(None, 0)
    offered = _offered(facts, places, instant)
    above = {
        thing: [cover.item for cover in covers(facts, thing) if cover.live(instant)]
        for thing in (*at_target, *on_device)
        if thing is not None and inactive(facts, thing) is None
    }
    items = live_items(facts, CONSUMER, instant)
    for party in parties:
        targets, devices = 0, anywhere
        for thing in _holdings(facts, party, above, items, instant=instant):
            targets |= at_target.get(thing, 0)
            devices |= on_device.get(thing, 0)
        row = offered & targets & devices
        for (target, device), bits in watched.items():
            if row & bits and is_forbidden(facts, party, target, device, instant):
                row &= ~bits
        yield row


def _bits(
    facts: Facts, places: Sequence[_Place]
) -> tuple[dict[str, int], dict[str | None, int], dict[_Place, int]]:
    """Return the places of each target, of each device, and of what policies may forbid."""
    at_target: dict[str, int] = defaultdict(int)
    on_device: dict[str | None, int] = defaultdict(int)
    for number, (target, device) in enumerate(places):
        at_target[target] |= 1 << number
        on_device[device] |= 1 << number
    ruled = [None, *(device for device in on_device if device in governed(facts))]
    watched = {
        (target, device): bits if device is None else bits & on_device[device]
        for target, bits in at_target.items()
        for device in ruled
        if about(facts, target, device)
    }
    return at_target, on_device, watched


def _offered(facts: Facts, places: Sequence[_Place], instant: int) -> int:
    """Return the places that are to be had at an instant."""
    return sum(
        1 << number
        for number, (target, device) in enumerate(places)
        if device is None or contains(availability(facts, target, device), instant)
    )


def _holdings(
    facts: Facts,
    party: str,
    above: Mapping[str, Sequence[str]],
    items: Mapping[str, set[str]],
    *,
    instant: int,
) -> Iterator[str]:
    """Yield what a party is Consumer of.

    Args:
        facts: of the household.
        party: who it is.
        above: the things that are looked for, with the items that grants may be on.
        items: what is granted to each holder of roles.
        instant: in milliseconds.
    """
    if inactive(facts, party) is None:
        own: set[str] = set()
        for reach in reaches(facts, party):
            if reach.holder in items and reach.live(instant):
                own |= items[reach.holder]
        for thing, around in above.items():
            if not own.isdisjoint(around):
                yield thing
