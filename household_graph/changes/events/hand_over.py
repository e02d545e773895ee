"""Handing over one role: from one party to another, and nothing else."""

from household_graph.changes.bill_shares import redistribute_share
from household_graph.changes.draft import Draft, holder_of, in_household
from household_graph.changes.role_grants import end_role, involve, party_role, revoke
from household_graph.changes.role_queries import guarantor_of, holding_roles, involved, player_of
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.instants import FOREVER
from household_graph.model.spans import holds


def hand_over(
    draft: Draft, kind: PartyRoleKind | InvolvementKind, target: str, giver: str, taker: str
) -> None:
    """Let another party have a role that one has, with the share of the bill it pays by it.

    What the giver administers, chooses or uses by way of a functional role stays theirs.

    Raises:
        BadInputError: if the giver does not play such a role, or both are the same.
    """
    giver, taker = holder_of(draft, giver).id, holder_of(draft, taker).id
    if giver == taker:
        raise BadInputError(f"`{giver}` cannot hand anything over to itself")
    if kind in {PartyRoleKind.USER, InvolvementKind.CONSUMER}:
        raise BadInputError(
            f"the role {kind.value} is not handed over",
            hint="grant it to the one and revoke it from the other",
        )
    if isinstance(kind, InvolvementKind):
        revoke(draft, giver, kind, target)
        involve(draft, taker, kind, target)
    else:
        _hand_over_functional(draft, kind, target, giver, taker)


def _hand_over_functional(
    draft: Draft, kind: PartyRoleKind, target: str, giver: str, taker: str
) -> None:
    account = _account(draft, target, giver)
    roles = holding_roles(draft, giver, kind, account)
    if not roles:
        revoke(draft, giver, kind, account)  # its error says what they have instead
    for role in roles:
        by_role = [one for one in involved(draft.index, giver) if one.role == role.id]
        if kind is PartyRoleKind.BILL_PAYER:
            redistribute_share(draft, role, taker)
        else:
            end_role(draft, role.id)
        for one in [one for one in by_role if one.span.end > draft.at]:
            span = one.span.meet(draft.at, FOREVER)
            identities = draft.index.ends("IDENTIFIED_BY", one.id)
            involve(draft, giver, one.kind, one.item, span, identities=identities)
    party_role(draft, taker, kind, account, guarantor=guarantor_of(draft, taker))


def _account(draft: Draft, target: str, giver: str) -> str:
    """Return the account that a role is on: the one named, or that by which a bill is paid."""
    node = in_household(draft, target, "account", "CustomerAccount", "BillingAccount")
    if "CustomerAccount" in node.labels:
        return node.id
    index = draft.index
    for role in index.starts("PAYS", node.id):
        if player_of(index, role) == giver and holds(index.nodes[role].properties, draft.at):
            return index.ends("ON_ACCOUNT", role)[0]
    raise BadInputError(
        f"`{giver}` does not pay `{node.id}`",
        hint="`household-graph role list` says who is BillPayer of what",
    )
