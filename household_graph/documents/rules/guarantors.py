"""A minor is Customer or Bill Payer only with a responsible adult as guarantor.

Which roles are held to it, and as of when, is told where the law of changes is told.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from household_graph.changes.authorization.guarantors import judged_at
from household_graph.documents.names import local
from household_graph.documents.parties import Individual
from household_graph.documents.problems import Problem
from household_graph.documents.roles import PartyRole
from household_graph.documents.validity import span_of, zone_of
from household_graph.engine.ages import minority_of
from household_graph.engine.guarantors import GUARANTEED
from household_graph.engine.intervals import Span, contains

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def missing_guarantors(document: "HouseholdDocument", instant: int) -> Iterator[Problem]:
    """Yield roles of minors that need a guarantor and have none, or one who cannot be it.

    A role that begins later is judged by how it begins; one that has ended does not count.

    Args:
        document: the household.
        instant: now, in milliseconds.
    """
    household, people = document.organization.id, {one.id: one for one in document.individuals}
    for index, role in enumerate(document.party_roles):
        party = people.get(local(household, role.party))
        if role.role not in GUARANTEED or party is None:
            continue
        moment = judged_at(span_of(document, role), instant)
        if moment is not None and _minor(document, party, moment):
            problem = _wrong_guarantor(document, role, party, people, moment)
            if problem:
                where = "guarantor" if role.guarantor else "party"
                yield Problem(("party_roles", index, where), *problem)


def _wrong_guarantor(
    document: "HouseholdDocument",
    role: PartyRole,
    minor: Individual,
    people: dict[str, Individual],
    moment: int,
) -> tuple[str, str | None] | None:
    """Return what is wrong with a guarantor and a hint, or None."""
    able = [one for one in people.values() if _answers_for(document, one, minor, moment)]
    names = " or ".join(f"`{one.id}`" for one in able)
    hint = f"name {names}" if able else f"make an adult `responsible_for` `{minor.id}` first"
    if role.guarantor is None:
        return f"`{minor.id}` is a minor, and {role.role.value} only with a `guarantor`", hint
    guarantor = people.get(local(document.organization.id, role.guarantor))
    if guarantor is None or guarantor in able:
        return None  # one who is not there is a wrong reference, and reported as such
    if _minor(document, guarantor, moment):
        return f"the guarantor `{guarantor.id}` is a minor too", hint
    return f"the guarantor `{guarantor.id}` is not responsible for `{minor.id}`", hint


def _answers_for(
    document: "HouseholdDocument", adult: Individual, minor: Individual, moment: int
) -> bool:
    household = document.organization.id
    return not _minor(document, adult, moment) and any(
        local(household, link.to) == minor.id and contains([Span(*span_of(document, link))], moment)
        for link in adult.responsible_for
    )


def _minor(document: "HouseholdDocument", individual: Individual, moment: int) -> bool:
    span = minority_of(
        individual.birth_date,
        minor=bool(individual.minor),
        age_of_majority=document.organization.age_of_majority,
        zone=zone_of(document),
    )
    return span is not None and contains([span], moment)
