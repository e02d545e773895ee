"""The questions about what minors may not: a bedtime, and what is not fit for their age."""

from collections.abc import Sequence
from dataclasses import dataclass

from household_graph.documents.values import Clock
from household_graph.model.enums import Weekday
from household_graph.onboarding.asking import ask_for, ask_some, ask_yes
from household_graph.onboarding.household import Household
from household_graph.onboarding.names import Ids, slug
from household_graph.onboarding.people import Person
from household_graph.onboarding.products import HeldProduct, HeldService
from household_graph.onboarding.question import Asking, Choice
from household_graph.onboarding.values import as_kind

_DAYS = tuple(Choice(day.value, "") for day in Weekday)
_SCHOOL_NIGHTS = ("sunday", "monday", "tuesday", "wednesday", "thursday")
_ADULT = "adult"


@dataclass(frozen=True, slots=True)
class Bedtime:
    """When minors are offline.

    Attributes:
        start: the local time at which it begins, as HH:MM.
        end: the local time at which it is over, on the next day if it is not later.
        days: the days on which it begins.
        services: the ids of what it closes.
    """

    start: str
    end: str
    days: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What minors may not.

    Attributes:
        service: the id of the service that enforces it.
        product: the product of which that is a part; its first Admin sets the policies.
        bedtime: when they are offline, or None.
        by_age: whether they use only what is fit for their age.
        blocked: the categories of service closed to them beside that.
    """

    service: str
    product: HeldProduct
    bedtime: Bedtime | None
    by_age: bool
    blocked: tuple[str, ...] = ()


def ask_restrictions(
    household: Household, people: Sequence[Person], products: Sequence[HeldProduct]
) -> Asking[Restrictions | None]:
    """Ask for policies where there are minors, and something that enforces what is set."""
    enforcing = [
        (service, product)
        for product in products
        for service in product.services
        if service.offered.enforces
    ]
    if not enforcing or not any(person.is_minor for person in people):
        return None
    service, product = enforcing[0]
    others = [s for p in products for s in p.services if not s.offered.enforces]
    bedtime = yield from _bedtime(others, usual=not household.is_business)
    by_age = yield from ask_yes(
        "Are minors kept from what is not for their age?",
        f"By the ratings of services; {service.name} enforces it.",
        default=True,
    )
    blocked = (yield from _blocked(others)) if by_age else ()
    return Restrictions(service.id, product, bedtime, by_age, blocked)


def _bedtime(services: Sequence[HeldService], *, usual: bool) -> Asking[Bedtime | None]:
    if not services:
        return None
    wanted = yield from ask_yes(
        "Is there a bedtime for minors?",
        "A curfew: on some days they are offline from one time to another.",
        default=usual,
    )
    if not wanted:
        return None
    start: str = yield from ask_for(
        "It begins at", as_kind(Clock), "21:00", "In local time, as 21:00."
    )
    end: str = yield from ask_for(
        "It is over at", as_kind(Clock), "07:00", "On the next day if it is not later."
    )
    days = yield from ask_some(
        "It begins on", _DAYS, _SCHOOL_NIGHTS, "The days on which it begins.", least=1
    )
    closed = [service.id for service in services if service.offered.bedtime]
    choices = [Choice(service.id, service.name) for service in services]
    chosen = yield from ask_some(
        "What is closed then?", choices, closed or [services[0].id], "The services.", least=1
    )
    return Bedtime(start, end, days, chosen)


def _blocked(services: Sequence[HeldService]) -> Asking[tuple[str, ...]]:
    categories = sorted({s.offered.category for s in services if s.offered.category} | {_ADULT})
    keys = Ids("")
    named = {keys.take_free(slug(category, "category")): category for category in categories}
    chosen = yield from ask_some(
        "Which categories are closed to minors?",
        [Choice(key, category) for key, category in named.items()],
        [key for key, category in named.items() if category == _ADULT],
        "Categories of service, beside what the ratings say.",
    )
    return tuple(named[key] for key in chosen)
