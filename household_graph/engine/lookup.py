"""Lists are many questions: which ones are asked, and with the parties of which households."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.grants import carried_services
from household_graph.engine.matrix import matrix_axes
from household_graph.engine.question import Moment, Question
from household_graph.model.enums import Action
from household_graph.model.ids import household_of


def service_questions(facts: Facts, party: str, device: str | None, at: Moment) -> list[Question]:
    """Ask for every service of the household, or for those that are available on the device."""
    return [
        Question(party, service, device=device, at=at)
        for service in facts.services
        if device is None or device in facts.availability.get(service, ())
    ]


def device_questions(facts: Facts, party: str, target: str, at: Moment) -> list[Question]:
    """Ask on every device on which the target, or a service that realizes it, is available."""
    services = {target, *carried_services(facts, target)}
    devices = {device for service in services for device in facts.availability.get(service, ())}
    return [Question(party, target, device=device, at=at) for device in sorted(devices)]


def who_questions(
    facts: Facts, target: str, device: str | None, action: Action, at: Moment
) -> list[Question]:
    """Ask for every individual and organization, and every resource that plays a role."""
    return [
        Question(principal.id, target, action, device, at)
        for principal in facts.principals.values()
        if principal.kind != "Resource" or principal.id in facts.roles
    ]


def matrix_questions(facts: Facts, at: Moment) -> Iterator[Question]:
    """Ask for every individual and every service, on each device it is available on."""
    people, places = matrix_axes(facts)
    for person in people:
        for service, device in places:
            yield Question(person, service, device=device, at=at)


def foreign_ids(question: Question) -> list[str]:
    """Return the party and the device where they are not of the target's household."""
    home = household_of(question.target)
    named = (question.party, question.device or question.target)
    return [entity_id for entity_id in named if household_of(entity_id) != home]


def with_foreign_parties(facts: Facts, ids: Iterable[str], others: Mapping[str, Facts]) -> Facts:
    """Return facts with parties or devices of other households among them.

    No path leaves a household, so what is added is only what their own facts say of themselves.

    Args:
        facts: of the target's household.
        ids: of other households; one that is not there is left out.
        others: the facts of other households, by household id.
    """
    principals = dict(facts.principals)
    for one in ids:
        other = others.get(household_of(one))
        if other and one in other.principals:
            principals[one] = other.principals[one]
    return replace(facts, principals=principals, cache=FactsCache())
