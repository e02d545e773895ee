"""Lists are many questions: which ones are asked for services, devices, who and matrix."""

from collections.abc import Iterator

from household_graph.engine.facts import Facts
from household_graph.engine.matrix import matrix_axes
from household_graph.engine.question import Moment, Question
from household_graph.engine.standing import carried_services
from household_graph.model.enums import Action


def service_questions(facts: Facts, party: str, device: str | None, at: Moment) -> list[Question]:
    """Ask for every service of the household, or for those that are to be had on the device."""
    return [
        Question(party, service, device=device, at=at)
        for service in facts.services
        if device is None or device in facts.availability.get(service, ())
    ]


def device_questions(facts: Facts, party: str, target: str, at: Moment) -> list[Question]:
    """Ask on every device on which the target, or a service that realizes it, is to be had."""
    services = {target, *carried_services(facts, target)}
    devices = {device for service in services for device in facts.availability.get(service, ())}
    return [Question(party, target, device=device, at=at) for device in sorted(devices)]


def who_questions(
    facts: Facts, target: str, device: str | None, action: Action, at: Moment
) -> list[Question]:
    """Ask for every individual and organization, and every resource that plays a role."""
    return [
        Question(asker.id, target, action, device, at)
        for asker in facts.askers.values()
        if asker.kind != "Resource" or asker.id in facts.roles
    ]


def matrix_questions(facts: Facts, at: Moment) -> Iterator[Question]:
    """Ask for every individual and every service, on each device it is to be had on."""
    people, places = matrix_axes(facts)
    for person in people:
        for service, device in places:
            yield Question(person, service, device=device, at=at)
