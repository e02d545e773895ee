"""What is asked: one question, and those that lists and matrices come to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import NoneType

from msgspec import Struct
from msgspec.structs import force_setattr

from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.grants import carried_services
from household_graph.errors import InvalidQuestionError
from household_graph.model.enums import Action
from household_graph.model.ids import household_of, is_unicode

Moment = datetime | date | str | None
"""When: a datetime (without an offset: local time of the household), a date (its first moment),
ISO 8601 text, or None for now."""


USE = Action.USE
"""What most questions are about; to find it in its class takes longer than to compare with it."""


Place = tuple[str, str | None]
"""A service, and the device it is on, or none."""

_MOMENTS = (datetime, date, str, NoneType)


def action_named(word: str) -> Action:
    """Return the action of a word.

    Raises:
        InvalidQuestionError: if there is none.
    """
    try:
        return Action(word)
    except ValueError:
        raise InvalidQuestionError(
            f"unknown action `{word}`", hint=f"use one of {', '.join(Action)}"
        ) from None


class Question(Struct, frozen=True, gc=False):
    """May this party do this with this target, on this device, at this moment?

    A frozen dataclass in all but how long one takes to make, which is a quarter: a batch asks
    many. `msgspec.structs.replace` makes one that differs.

    Attributes:
        party: the id of the individual, organization or resource that asks.
        target: the id of a product, service or resource.
        action: what to do with it; its word will do.
        device: the id of the resource to use the target on, or None.
        at: the moment.

    Raises:
        InvalidQuestionError: if a device is named with an action other than `use`, or if an id or
            a moment is of a type that cannot be one, or there is no such action.
    """

    party: str
    target: str
    action: Action = USE
    device: str | None = None
    at: Moment = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before anything is fetched for it, together with others."""
        if type(self.action) is not Action:
            force_setattr(self, "action", action_named(self.action))
        for place in ("party", "target", "device"):
            entity_id = getattr(self, place)
            if not isinstance(entity_id, str) and (entity_id is not None or place != "device"):
                raise InvalidQuestionError(
                    f"`{entity_id}` is no {place}", hint="give its id, such as bakers/katie"
                )
            if entity_id is not None and not is_unicode(entity_id):
                raise InvalidQuestionError(f"the id {entity_id!a} holds half a character")
        if not isinstance(self.at, _MOMENTS):
            raise InvalidQuestionError(
                f"`{self.at}` is no moment", hint="give a datetime, a date, ISO 8601 text or None"
            )
        if self.device is not None and self.action is not USE:
            raise InvalidQuestionError(
                f"a device (`{self.device}`) cannot be named with `{self.action}`",
                hint="leave the device out, or ask whether the target may be used",
            )


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


def matrix_axes(facts: Facts) -> tuple[list[str], list[Place]]:
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
