"""Lists are many questions: which ones are asked for services, devices, who and matrix."""

from collections.abc import Iterator
from typing import NamedTuple

from household_graph.decision.facts import Facts
from household_graph.decision.question import Moment, Question
from household_graph.decision.standing import Standing, carried_services
from household_graph.model.vocabulary import Action

__all__ = [
    "Grid",
    "device_questions",
    "matrix_grid",
    "matrix_places",
    "matrix_questions",
    "service_questions",
    "who_questions",
]


def service_questions(facts: Facts, party: str, device: str | None, at: Moment) -> list[Question]:
    """Ask for every service of the household, or for those that are to be had on the device."""
    return [
        Question(party, service, device=device, at=at)
        for service in facts.services
        if device is None or (service, device) in facts.availability
    ]


def device_questions(facts: Facts, party: str, target: str, at: Moment) -> list[Question]:
    """Ask on every device on which the target, or a service that realizes it, is to be had."""
    services = {target, *carried_services(facts, target)}
    devices = {device for service, device in facts.availability if service in services}
    return [Question(party, target, device=device, at=at) for device in sorted(devices)]


def who_questions(
    facts: Facts, target: str, device: str | None, action: Action, at: Moment
) -> list[Question]:
    """Ask for every individual and organization, and every resource that plays a role."""
    holders = {holder for holder, _kind, _item in facts.grants}
    return [
        Question(asker.id, target, action, device, at)
        for asker in facts.askers.values()
        if asker.kind != "Resource" or asker.id in holders
    ]


def matrix_questions(facts: Facts, at: Moment) -> Iterator[Question]:
    """Ask for every individual and every service, on each device it is to be had on."""
    places = matrix_places(facts)
    for asker in facts.askers.values():
        if asker.kind == "Individual":
            for service, device in places:
                yield Question(asker.id, service, device=device, at=at)


class Grid(NamedTuple):
    """The answers of a matrix without reasons, as columns want them.

    Attributes:
        parties: every individual.
        places: every service with the device it is on, or None.
        allowed: for each individual, the answer at each place.
    """

    parties: list[str]
    places: list[tuple[str, str | None]]
    allowed: list[list[bool]]


def matrix_grid(facts: Facts, instant: int) -> Grid:
    """Answer all questions of a matrix, yes or no.

    Args:
        facts: of the household.
        instant: they are judged for, in milliseconds.
    """
    places = matrix_places(facts)
    parties = [asker.id for asker in facts.askers.values() if asker.kind == "Individual"]
    return Grid(parties, places, Standing(facts, instant).usable(parties, places))


def matrix_places(facts: Facts) -> list[tuple[str, str | None]]:
    """Return every service on each device it is to be had on, or without one if on none."""
    devices: dict[str, list[str | None]] = {service: [] for service in facts.services}
    for service, place in sorted(facts.availability):
        devices[service].append(place)
    return [(service, device) for service in devices for device in devices[service] or [None]]
