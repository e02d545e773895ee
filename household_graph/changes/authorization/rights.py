"""The rights that a change requires, and whether a party has them, by the grants of the engine."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from household_graph.changes.authorization.context import HouseholdState, closed_to_minors
from household_graph.changes.authorization.laws import Law
from household_graph.changes.role_queries import functional_roles
from household_graph.engine.facts import is_minor
from household_graph.engine.grants import inactive, is_granted, paths
from household_graph.engine.ownership_gaps import is_guaranteed, responsible_adults, takes_part
from household_graph.model.enums import AccountState, InvolvementKind, PartyRoleKind
from household_graph.model.spans import holds

Predicate = Callable[[HouseholdState, str, str], bool]
"""Takes the household, the party, and the id of what the right is relative to."""


class Right(NamedTuple):
    """One thing that would do.

    Attributes:
        predicate: tells who has it.
        of: the id of the account, product, service, device, role, party or household.
        adult: whether they have to be of age as well.
    """

    predicate: Predicate
    of: str
    adult: bool = False


class Requirement(NamedTuple):
    """What a law asks of a party who touches something.

    Attributes:
        law: the law.
        thing: the id of what is touched.
        rights: any one of these will do; none: no party may do it.
    """

    law: Law
    thing: str
    rights: tuple[Right, ...] = ()


def customer(state: HouseholdState, party: str, account: str) -> bool:
    """Return whether a party is Customer of an active account; a minor, with a guarantor."""
    index, facts, now = state.index, state.facts, state.now
    node = index.nodes.get(account)
    if node is None or node.properties.get("state") != AccountState.ACTIVE:
        return False
    of_age = not is_minor(facts, party, now)
    return any(
        of_age or is_guaranteed(index, facts, role.id, party, now)
        for role in functional_roles(index, party, PartyRoleKind.CUSTOMER, account)
        if holds(role.properties, now)
    )


def any_customer(state: HouseholdState, party: str, _household: str) -> bool:
    """Return whether a party is Customer of an account of the household."""
    accounts = state.index.labelled("CustomerAccount")
    return any(customer(state, party, account.id) for account in accounts)


def admin(state: HouseholdState, party: str, item: str) -> bool:
    """Return whether a party is Admin; of what enforces policies, or carries it, no minor is."""
    facts, now = state.facts, state.now
    if not is_granted(facts, party, InvolvementKind.ADMIN, item, now):
        return False
    return not (is_minor(facts, party, now) and closed_to_minors(facts, item, now))


def chooser(state: HouseholdState, party: str, item: str) -> bool:
    """Return whether a party is Chooser of a product or service."""
    return is_granted(state.facts, party, InvolvementKind.CHOOSER, item, state.now)


def only_consumer(state: HouseholdState, party: str, device: str) -> bool:
    """Return whether a person alone uses a device; what the household uses, its members share."""
    facts = state.facts
    if facts.principals[party].kind != "Individual":
        return False
    consumers = {
        one.holder
        for one in facts.assignments
        if (one.kind, one.item) == (InvolvementKind.CONSUMER, device)
        and not inactive(facts, one.holder)
        and is_granted(facts, one.holder, InvolvementKind.CONSUMER, device, state.now)
    }
    return consumers == {party}


def role_holder(state: HouseholdState, party: str, involvement: str) -> bool:
    """Return whether a party is Admin by the involvement role of this id."""
    return any(
        path.assignment.grant.involvement == involvement and path.is_effective(state.now)
        for link in state.index.outgoing("INVOLVED_IN", involvement)
        for path in paths(state.facts, party, InvolvementKind.ADMIN, link.end)
    )


def same_party(_state: HouseholdState, party: str, other: str) -> bool:
    """Return whether a party is the one of this id."""
    return party == other


def guardian(state: HouseholdState, party: str, minor: str) -> bool:
    """Return whether a party is a responsible adult of a minor; an adult has none."""
    return is_minor(state.facts, minor, state.now) and party in responsible_adults(
        state.index, state.facts, minor, state.now
    )


def guarantor(state: HouseholdState, party: str, role: str) -> bool:
    """Return whether a party is recorded as guarantor of a role."""
    return any(link.end == party for link in state.index.outgoing("GUARANTEED_BY", role))


def satisfies(state: HouseholdState, party: str, requirement: Requirement) -> bool:
    """Return whether a party is eligible and has one of the rights that would do."""
    if not is_eligible(state, party):
        return False
    of_age = not is_minor(state.facts, party, state.now)
    return any(
        right.predicate(state, party, right.of)
        for right in requirement.rights
        if of_age or not right.adult
    )


def who_satisfies(state: HouseholdState, requirements: Sequence[Requirement]) -> list[str]:
    """Return the people who meet all of some requirements, by id."""
    return [
        person
        for person in sorted(state.facts.individuals)
        if all(satisfies(state, person, requirement) for requirement in requirements)
    ]


def refusing_law(state: HouseholdState, party: str, requirement: Requirement) -> Law:
    """Return the law that says why a party does not meet a requirement.

    If the party is only too young to be Admin, that is the law about minors.
    """
    too_young = is_minor(state.facts, party, state.now) and any(
        path.is_effective(state.now)
        for right in requirement.rights
        if right.predicate is admin
        for path in paths(state.facts, party, InvolvementKind.ADMIN, right.of)
    )
    return Law.MINOR_ADMINS if too_young else requirement.law


def is_eligible(state: HouseholdState, party: str) -> bool:
    """Return whether a party is active and, if it is a person, takes part in anything."""
    principal = state.facts.principals.get(party)
    if principal is None or principal.kind == "Resource" or inactive(state.facts, party):
        return False
    return principal.kind != "Individual" or takes_part(state.index, party, state.now)
