"""Ages on the household's local date, and who answers for minors (law 9)."""

from datetime import MAXYEAR, date
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from household_graph.engine.facts import Facts, Principal
from household_graph.model.enums import PartyRoleKind
from household_graph.model.instants import BEGINNING, FOREVER, from_local
from household_graph.model.spans import ALWAYS, Span, holds

if TYPE_CHECKING:
    from household_graph.model.rows import RowIndex

GUARANTEED = frozenset({PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER})
"""The functional roles that a minor has only with a guarantor."""


@lru_cache(maxsize=4096)
def birthday(born: date, age: int, zone: ZoneInfo) -> int:
    """Return the instant at which a person reaches an age: local midnight of the birthday.

    Who was born on 29 February has the birthday on 1 March in a year without that day, as in
    English law (In re Shurey, 1918).
    """
    year = born.year + age
    if year > MAXYEAR:
        return FOREVER
    try:
        return from_local(born.replace(year=year), zone)
    except ValueError:
        return from_local(date(year, 3, 1), zone)


def minority_of(
    born: date | None, *, minor: bool, age_of_majority: int, zone: ZoneInfo
) -> Span | None:
    """Return when a person is a minor by the birth date, or without one by being flagged."""
    if born is not None:
        return Span(BEGINNING, birthday(born, age_of_majority, zone))
    return ALWAYS if minor else None


def minority(facts: Facts, principal: Principal) -> Span | None:
    """Return when the principal is a minor, or None if it never is."""
    return minority_of(
        principal.birth_date,
        minor=principal.minor,
        age_of_majority=facts.age_of_majority,
        zone=facts.zone,
    )


def is_minor(facts: Facts, party: str, instant: int) -> bool:
    """Return whether a party is an individual below the age of majority at an instant."""
    principal = facts.principals.get(party)
    span = minority(facts, principal) if principal and principal.kind == "Individual" else None
    return span is not None and span.start <= instant < span.end


def under_age(facts: Facts, party: str, service: str) -> tuple[Span, ...]:
    """Return when a party is too young to administer a service, whatever is granted.

    That is while they are a minor and the service enforces a policy in force (law "Under age").
    """
    span = minority(facts, facts.principals[party])
    if span is None:
        return ()
    enforced = (one for one in facts.policies if service in one.enforced_by)
    return tuple(span.meet(policy.valid_from, policy.valid_to) for policy in enforced)


def younger_than(facts: Facts, principal: Principal, age: int) -> Span | None:
    """Return when the principal is below an age, or None if it never is.

    Without a birth date a minor counts as 0, and anybody else as just of age.
    """
    if principal.birth_date is not None:
        return Span(BEGINNING, birthday(principal.birth_date, age, facts.zone))
    known_age = 0 if principal.minor else facts.age_of_majority
    return ALWAYS if known_age < age else None


def age_at(principal: Principal, local_date: date) -> int | None:
    """Return the principal's age in years on a local date, or None if it is not known."""
    born = principal.birth_date
    if born is None:
        return 0 if principal.minor else None
    return (
        local_date.year - born.year - ((local_date.month, local_date.day) < (born.month, born.day))
    )


def responsible_adults(index: "RowIndex", facts: Facts, minor: str, instant: int) -> set[str]:
    """Return the ids of adults, active or not, who are responsible for a minor at an instant."""
    return {
        link.start
        for link in index.incoming("RESPONSIBLE_FOR", minor)
        if holds(link.properties, instant) and not is_minor(facts, link.start, instant)
    }


def is_guaranteed(index: "RowIndex", facts: Facts, role: str, minor: str, instant: int) -> bool:
    """Return whether a responsible adult is recorded as guarantor of a role of a minor."""
    adults = responsible_adults(index, facts, minor, instant)
    return not adults.isdisjoint(index.ends("GUARANTEED_BY", role))


def judged_at(span: tuple[int, int], instant: int) -> int | None:
    """Return the instant for which a role is held to the law of guarantors; None: it is over.

    A role that begins later than an instant is judged by how it begins, others by that instant.
    """
    start, end = span
    moment = max(start, instant)
    return moment if moment < end else None
