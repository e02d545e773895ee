"""The prompts about policies for minors: a bedtime, and what is not suitable for their age."""

from typing import Any

from household_graph.documents.values import Clock
from household_graph.model.enums import PolicyKind, Weekday
from household_graph.onboarding.answers import Answers, IdPool, ServiceAnswer, slug
from household_graph.onboarding.prompts import Asking, Choice, ask, ask_some, ask_yes, read_as

_DAYS = tuple(Choice(day.value, "") for day in Weekday)
_SCHOOL_NIGHTS = ("sunday", "monday", "tuesday", "wednesday", "thursday")
_ADULT = "adult"

_Fields = dict[str, Any]
"""The fields of a policy in a document; `id` is the proposed one."""


def ask_policies(answers: Answers) -> Asking[None]:
    """Ask for policies where there are minors, and a service that enforces what is set."""
    if answers.enforcer is None or len(answers.adults) == len(answers.people):
        return
    for kind, ask_kind in _ASK_BY_KIND.items():
        fields = yield from ask_kind(answers, answers.enforcer[0])
        if fields:
            answers.add_policy(kind=kind.value, **fields)


def _governable(answers: Answers) -> list[ServiceAnswer]:
    """Return the services that enforce nothing themselves."""
    return [service for service in answers.services if not service.offered.enforces]


def _ask_curfew(answers: Answers, _enforcer: ServiceAnswer) -> Asking[_Fields | None]:
    services = _governable(answers)
    if not services:
        return None
    wanted = yield from ask_yes(
        "Is there a bedtime for minors?",
        "A curfew: on some days they are offline from one time to another.",
        default=not answers.is_business,
    )
    if not wanted:
        return None
    start: str = yield from ask("It begins at", read_as(Clock), "21:00", "In local time, as 21:00.")
    end: str = yield from ask(
        "It is over at", read_as(Clock), "07:00", "On the next day if it is not later."
    )
    days = yield from ask_some(
        "It begins on", _DAYS, _SCHOOL_NIGHTS, "The days on which it begins.", least=1
    )
    closed = [one.id for one in services if one.offered.bedtime]
    chosen = yield from ask_some(
        "What is closed then?",
        [Choice(one.id, one.name) for one in services],
        closed or [services[0].id],
        "The services.",
        least=1,
    )
    return {
        "id": "bedtime",
        "name": "Bedtime",
        "governs": list(chosen),
        "weekdays": list(days),
        "start_time": start,
        "end_time": end,
    }


def _ask_classification(answers: Answers, enforcer: ServiceAnswer) -> Asking[_Fields | None]:
    wanted = yield from ask_yes(
        "Are minors kept from what is not for their age?",
        f"By the ratings of services; {enforcer.name} enforces it.",
        default=True,
    )
    if not wanted:
        return None
    offered = {one.offered.category for one in _governable(answers)}
    categories = sorted({one for one in offered if one} | {_ADULT})
    keys = IdPool("")
    named = {keys.take_free(slug(category, "category")): category for category in categories}
    chosen = yield from ask_some(
        "Which categories are closed to minors?",
        [Choice(key, category) for key, category in named.items()],
        [key for key, category in named.items() if category == _ADULT],
        "Categories of service, in addition to the ratings.",
    )
    return {
        "id": "classification",
        "name": "What is fit for their age",
        "governs": [answers.household.id],
        "maximum_age": "own-age",
        "blocked_categories": [named[key] for key in chosen],
    }


_ASK_BY_KIND = {
    PolicyKind.CURFEW: _ask_curfew,
    PolicyKind.CLASSIFICATION: _ask_classification,
}
"""The prompts for each kind of policy that is offered."""
