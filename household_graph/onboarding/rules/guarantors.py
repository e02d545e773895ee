"""A minor is Customer or Bill Payer only with a responsible adult as guarantor."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from household_graph.model.instants import from_local
from household_graph.model.vocabulary import PartyRoleKind
from household_graph.onboarding.names import local
from household_graph.onboarding.parties import Individual
from household_graph.onboarding.parts import Timed
from household_graph.onboarding.problems import Problem
from household_graph.onboarding.roles import PartyRole
from household_graph.onboarding.validity import span_of, zone_of

if TYPE_CHECKING:
    from household_graph.onboarding.document import HouseholdDocument

__all__ = ["missing_guarantors"]


def missing_guarantors(document: "HouseholdDocument", today: date) -> Iterator[Problem]:
    """Yield roles of minors that need a guarantor and have none, or one who cannot be it.

    A minor is who is below the age of majority today, or flagged so without a date of birth.
    A role, or a responsibility, that has ended by today does not count.
    """
    household, people = document.organization.id, {one.id: one for one in document.individuals}
    for index, role in enumerate(document.party_roles):
        party = people.get(local(household, role.party))
        if role.role is PartyRoleKind.USER or party is None or not _minor(document, party, today):
            continue
        if _current(document, role, today):
            problem = _wrong_guarantor(document, role, party, people, today)
            if problem:
                where = "guarantor" if role.guarantor else "party"
                yield Problem(("party_roles", index, where), *problem)


def _wrong_guarantor(
    document: "HouseholdDocument",
    role: PartyRole,
    minor: Individual,
    people: dict[str, Individual],
    today: date,
) -> tuple[str, str | None] | None:
    """Return what is wrong with a guarantor and a hint, or None."""
    able = [one for one in people.values() if _answers_for(document, one, minor, today)]
    names = " or ".join(f"`{one.id}`" for one in able)
    hint = f"name {names}" if able else f"make an adult `responsible_for` `{minor.id}` first"
    if role.guarantor is None:
        return f"`{minor.id}` is a minor, and {role.role.value} only with a `guarantor`", hint
    guarantor = people.get(local(document.organization.id, role.guarantor))
    if guarantor is None or guarantor in able:
        return None  # one who is not there is a wrong reference, and reported as such
    if _minor(document, guarantor, today):
        return f"the guarantor `{guarantor.id}` is a minor too", hint
    return f"the guarantor `{guarantor.id}` is not responsible for `{minor.id}`", hint


def _answers_for(
    document: "HouseholdDocument", adult: Individual, minor: Individual, today: date
) -> bool:
    household = document.organization.id
    return not _minor(document, adult, today) and any(
        local(household, link.to) == minor.id and _current(document, link, today)
        for link in adult.responsible_for
    )


def _current(document: "HouseholdDocument", part: Timed, today: date) -> bool:
    """Return whether a validity has not ended by the beginning of the day."""
    return span_of(document, part)[1] > from_local(today, zone_of(document))


def _minor(document: "HouseholdDocument", individual: Individual, today: date) -> bool:
    born = individual.birth_date
    if born is None:
        return bool(individual.minor)
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < document.organization.age_of_majority
