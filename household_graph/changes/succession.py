"""What ends when people leave a household, and who takes over what would lack an owner."""

from collections.abc import Collection

from household_graph.changes.bill_shares import redistribute_share, supersede_role, take_over_share
from household_graph.changes.draft import Draft, in_household
from household_graph.changes.role_grants import end_role, involve, party_role
from household_graph.changes.role_queries import (
    accounts_of,
    guarantor_of,
    has_part,
    open_roles,
    player_of,
)
from household_graph.engine.ownership_gaps import OwnershipGap, takes_part
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PartyStatus

_ADULT = "responsible adult"


def leave(
    draft: Draft, person: str, successor: str | None = None, *, has_died: bool = False
) -> None:
    """End all that a person is in the household, and let the successor, if any, take over.

    Raises:
        BadInputError: if someone alive has no part in the household then that could end.
    """
    party = in_household(draft, person, "individual", "Individual").id
    if not has_died and not has_part(draft, party):
        raise no_part(draft, party)
    heir = successor_of(draft, successor, [party])
    terminate(draft, [party])
    if has_died:
        draft.update(party, status=PartyStatus.DECEASED.value)
    assign_successor(draft, heir)


def no_part(draft: Draft, party: str) -> BadInputError:
    """Return the error for a party who would go, and is nothing in the household then."""
    return BadInputError(f"`{party}` has no part in `{draft.household}` that could end then")


def successor_of(draft: Draft, named: str | None, leaving: Collection[str] = ()) -> str | None:
    """Return the full id of a successor, who is none of those that leave; None: none is named.

    Raises:
        BadInputError: if the party has no part in the household then.
        UnknownIdError: if it does not exist.
    """
    if named is None:
        return None
    party = in_household(draft, named, "successor", "Party")
    active = party.properties.get("status", PartyStatus.ACTIVE) == PartyStatus.ACTIVE
    if party.id in leaving or not active or not takes_part(draft.index, party.id, draft.at):
        raise BadInputError(
            f"`{party.id}` has no part in `{draft.household}` then, and cannot take over",
            hint="name a party who stays",
        )
    return party.id


def terminate(draft: Draft, parties: Collection[str]) -> None:
    """End the memberships, roles and responsibilities of people, by full id.

    Other payers, where there are any, pay what they paid; another responsible adult, where there is
    one, becomes guarantor of the minors they were guarantor of.
    """
    for party in parties:
        index = draft.index
        links = [
            link
            for kind in ("MEMBER_OF", "RESPONSIBLE_FOR", "EXEMPT_FROM")
            for link in index.outgoing(kind, party)
        ]
        for link in (*links, *index.incoming("RESPONSIBLE_FOR", party)):
            draft.end(link)
        for role in open_roles(draft, party):
            if PartyRoleKind.BILL_PAYER.value in role.labels:
                redistribute_share(draft, role)
            else:
                end_role(draft, role.id)
    for party in parties:
        for role_id in draft.index.starts("GUARANTEED_BY", party):
            lasts = draft.remaining(draft.get(role_id))
            if lasts and (other := guarantor_of(draft, player_of(draft.index, role_id))):
                supersede_role(draft, role_id, guarantors=[other])
                draft.notes.append(f"{other} answers for {role_id} now")


def assign_successor(draft: Draft, successor: str | None) -> None:
    """Let a successor take over what is live and would lack an owner, and did not before.

    A note says what. Without a successor nothing is done, and what is lacking is refused later.
    """
    if successor is None:
        return
    order = {_ADULT: 0, PartyRoleKind.CUSTOMER.value: 1}  # a guarantor has to be there first
    for gap in sorted(set(draft.new_gaps()), key=lambda gap: (order.get(gap.needs, 2), gap)):
        _take_over(draft, successor, gap)
        draft.successors.add(successor)
        draft.notes.append(f"{successor} is {gap.needs} of {gap.id} now")


def _take_over(draft: Draft, successor: str, gap: OwnershipGap) -> None:
    if gap.needs == _ADULT:
        draft.relate("RESPONSIBLE_FOR", successor, gap.id)
    elif gap.needs == InvolvementKind.ADMIN.value:
        involve(draft, successor, InvolvementKind.ADMIN, gap.id)
    elif "CustomerAccount" in draft.get(gap.id).labels:
        kind = PartyRoleKind(gap.needs)
        party_role(draft, successor, kind, gap.id, guarantor=guarantor_of(draft, successor))
    else:  # a bill, which has a payer by way of the account of a product charged to it
        charged = draft.index.starts("CHARGED_TO", gap.id)
        account = next(on for product in charged for on in accounts_of(draft.index, product))
        take_over_share(draft, successor, account, gap.id, 100.0)
