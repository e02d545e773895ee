"""A policy has what its kind needs and nothing else, and is set by who administers it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from household_graph.documents.names import involvements_of, local
from household_graph.documents.policies import Policy
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.rules.damage import Unreadable
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PolicyKind

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.roles import PartyRole, ResourceRole

_OF_KIND = {
    "weekdays": PolicyKind.CURFEW,
    "start_time": PolicyKind.CURFEW,
    "end_time": PolicyKind.CURFEW,
    "maximum_age": PolicyKind.CLASSIFICATION,
    "blocked_categories": PolicyKind.CLASSIFICATION,
}


def wrong_policies(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield policies that lack something, or have what is of another kind of policy.

    A role that pays without being a BillPayer is of the same sort.
    """
    for index, policy in enumerate(document.policies):
        if not unreadable.at(("policies", index)):
            yield from _wrong_policy(policy, ("policies", index))
    for index, role in enumerate(document.party_roles):
        if role.pays and role.role is not PartyRoleKind.BILL_PAYER:
            message = f"only a BillPayer has `pays`, not a {role.role.value}"
            yield Problem(("party_roles", index, "pays"), message)


def _wrong_policy(policy: Policy, loc: Loc) -> Iterator[Problem]:
    kind = policy.kind.value
    for field, needed_by in _OF_KIND.items():
        stated = getattr(policy, field) not in (None, ())
        if stated and policy.kind is not needed_by:
            message = f"`{field}` is of a {needed_by.value}, not of a {kind}"
            yield Problem((*loc, field), message, "leave it out")
        if not stated and policy.kind is needed_by is PolicyKind.CURFEW:
            yield Problem(loc, f"a curfew needs `{field}`")
    if policy.kind is PolicyKind.CLASSIFICATION and not (
        policy.maximum_age or policy.blocked_categories
    ):
        yield Problem(loc, "a classification needs `maximum_age` or `blocked_categories`")
    if not policy.governs and not policy.categories:
        hint = "name the household itself in `governs` to mean everything"
        yield Problem(loc, "the policy governs nothing", hint)


def wrong_setters(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield policies set by an Admin role, but of none of the services that enforce them."""
    household = document.organization.id
    roles: tuple[PartyRole | ResourceRole, ...] = (*document.party_roles, *document.resource_roles)
    administered = {
        own_id: local(household, involvement.to)
        for role in roles
        for own_id, kind, involvement, _place in involvements_of(household, role)
        if kind is InvolvementKind.ADMIN
    }
    for index, policy in enumerate(document.policies):
        setter = local(household, policy.set_by or "")
        enforcing = {local(household, service) for service in policy.enforced_by}
        if setter in administered and administered[setter] not in _above(document, enforcing):
            yield Problem(
                ("policies", index, "set_by"),
                f"`{setter}` does not administer a service that enforces the policy",
                f"name an Admin role of {_list(enforcing)}"
                if enforcing
                else "name the enforcing service in `enforced_by`",
            )


def _list(names: set[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))


def _above(document: "HouseholdDocument", services: set[str]) -> set[str]:
    """Return the services, the products they realize, and the products that bundle those."""
    household, reached = document.organization.id, set(services)
    grown = True
    while grown:
        more = {
            product.id
            for product in document.products
            for part in (*product.services, *product.bundles)
            if local(household, part) in reached
        }
        grown = not more <= reached
        reached |= more
    return reached
