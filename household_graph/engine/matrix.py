"""The access matrix of a household: every individual, service and device, yes or no."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from household_graph.engine.facts import Facts
from household_graph.engine.grants import CONSUMER, holdings
from household_graph.engine.timeline import compute_timeline

_Place = tuple[str, str | None]


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


def matrix_axes(facts: Facts) -> tuple[list[str], list[_Place]]:
    """Return every individual, and every service on each device it is available on.

    A service that is on no device is there once, without one.
    """
    nowhere: list[str | None] = [None]
    places = [
        (service, device)
        for service in facts.services
        for device in sorted(facts.availability.get(service, ())) or nowhere
    ]
    return facts.individuals, places


def access_matrix(facts: Facts, instant: int) -> AccessMatrix:
    """Answer all questions of a matrix, yes or no.

    Args:
        facts: of the household.
        instant: they are judged for, in milliseconds.
    """
    parties, places = matrix_axes(facts)
    columns: dict[str | None, list[tuple[int, str]]] = defaultdict(list)
    for number, (service, device) in enumerate(places):
        columns[device].append((number, service))
    return AccessMatrix(
        parties,
        tuple([service for service, _device in places]),
        tuple([device for _service, device in places]),
        b"".join(_row(facts, party, columns, len(places), instant=instant) for party in parties),
    )


def _row(
    facts: Facts,
    party: str,
    columns: dict[str | None, list[tuple[int, str]]],
    width: int,
    *,
    instant: int,
) -> bytes:
    """Return the answers of a party; only what it holds at some time is looked at."""
    row = bytearray(width)
    own = holdings(facts, party, CONSUMER)
    for device in (None, *own):
        for number, service in columns.get(device, ()):
            if service in own:
                found = compute_timeline(facts, party, CONSUMER, service, device)
                row[number] = found.allows(instant, facts.zone)
    return bytes(row)
