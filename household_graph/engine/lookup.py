"""Lists and matrices are many questions: which ones, and with the parties of which households."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.grants import CONSUMER, availability, carried_services, consumed_at
from household_graph.engine.question import Moment, Question
from household_graph.engine.timeline import compute_timeline, governed_device, policies_about
from household_graph.model.enums import Action
from household_graph.model.ids import household_of
from household_graph.model.spans import contains

_Place = tuple[str, str | None]


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


def matrix_questions(facts: Facts, at: Moment) -> Iterator[Question]:
    """Ask for every individual at each place of the matrix."""
    people, places = matrix_axes(facts)
    for person in people:
        for service, device in places:
            yield Question(person, service, device=device, at=at)


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
    groups: dict[_Place, list[tuple[int, str | None]]] = defaultdict(list)
    for number, (service, device) in enumerate(places):
        if device is None or contains(availability(facts, service, device), instant):
            groups[service, governed_device(facts, device)].append((number, device))
    rows = [(one, consumed_at(facts, one, instant), bytearray(len(places))) for one in parties]
    for (service, governed), group in groups.items():
        consumers = [row for row in rows if service in row[1]]
        restricted = consumers and policies_about(facts, service, governed)
        for party, own, row in consumers:
            held = [one for one in group if one[1] is None or one[1] in own]
            if held and (
                not restricted
                or compute_timeline(facts, party, CONSUMER, service, held[0][1]).allows(
                    instant, facts.zone
                )
            ):
                for number, _device in held:
                    row[number] = 1
    return AccessMatrix(
        parties,
        tuple([service for service, _device in places]),
        tuple([device for _service, device in places]),
        b"".join([row for _party, _own, row in rows]),
    )


def foreign_ids(question: Question) -> list[str]:
    """Return the party and the device where they are not of the target's household."""
    home = household_of(question.target)
    named = (question.party, question.device or question.target)
    return [entity_id for entity_id in named if household_of(entity_id) != home]


def with_foreign_parties(facts: Facts, ids: Iterable[str], others: Mapping[str, Facts]) -> Facts:
    """Return facts with parties or devices of other households among them.

    No path leaves a household, so what is added is only what their own facts, by household id, say
    of themselves. An id that is not there is left out.
    """
    principals = dict(facts.principals)
    for one in ids:
        other = others.get(household_of(one))
        if other and one in other.principals:
            principals[one] = other.principals[one]
    return replace(facts, principals=principals, cache=FactsCache())
