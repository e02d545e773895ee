"""Succession: what ends with a person who goes, and who takes over what would lack an owner."""

from collections.abc import Collection, Iterable

from household_graph.changes.authorization.check import lacking_after
from household_graph.changes.bill_shares import redistribute_share, supersede_role, take_over_share
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import end_role, party_role
from household_graph.changes.involvement_roles import involve
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import accounts_of, guarantor_of, open_roles, player_of
from household_graph.engine.ownership_gaps import OwnershipGap, takes_part
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PartyStatus
from household_graph.model.ids import household_of
from household_graph.model.spans import span_of


def terminate(draft: Draft, parties: Iterable[str]) -> None:
    """End the memberships, roles and responsibilities of people, by full id.

    What they pay is paid by the other payers, where there are any.
    """
    leaving = list(parties)
    for party in leaving:
        _end_all(draft, party)
    for party in leaving:
        _answer_no_more(draft, party)


def _end_all(draft: Draft, party: str) -> None:
    for kind in ("MEMBER_OF", "RESPONSIBLE_FOR", "EXEMPT_FROM"):
        for link in draft.index.outgoing(kind, party):
            draft.end(link)
    for link in draft.index.incoming("RESPONSIBLE_FOR", party):
        draft.end(link)
    for role in open_roles(draft, party):
        if PartyRoleKind.BILL_PAYER.value in role.labels:
            redistribute_share(draft, role)
        else:
            end_role(draft, role.id)


def _answer_no_more(draft: Draft, guarantor: str) -> None:
    """Let another responsible adult answer for the roles of minors, where there is one."""
    for link in draft.index.incoming("GUARANTEED_BY", guarantor):
        lasting = span_of(draft.get(link.start).properties)[1] > draft.at
        other = guarantor_of(draft, player_of(draft.index, link.start)) if lasting else None
        if other:
            supersede_role(draft, link.start, guarantors=[other])
            draft.notes.append(f"{other} answers for {link.start} now")


_ADULT = "responsible adult"


def successor_in(draft: Draft, named: Iterable[str], leaving: Collection[str] = ()) -> str | None:
    """Return the one successor named for a household, of all that are; see `successor_of`.

    Raises:
        BadInputError: if several are named for it.
    """
    own = [one for one in named if household_of(one) == draft.household]
    if len(own) > 1:
        raise BadInputError(
            f"two successors in the household `{draft.household}`: {', '.join(own)}",
            hint="name one, and hand over the rest with `household-graph event hand-over`",
        )
    return successor_of(draft, own[0] if own else None, leaving)


def successor_of(draft: Draft, named: str | None, leaving: Collection[str] = ()) -> str | None:
    """Return the full id of a successor; None if none is named.

    Args:
        draft: the household.
        named: the id of a party of it, or None.
        leaving: the full ids of those who go.

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


def assign_successor(draft: Draft, successor: str | None) -> None:
    """Let a successor take over what is live and would lack an owner, and did not before.

    A note says what. Without a successor nothing is done, and what is lacking is refused later.
    """
    if successor is None:
        return
    gaps = lacking_after(draft.before, draft.rows, draft.at)
    order = {_ADULT: 0, PartyRoleKind.CUSTOMER.value: 1}  # a guarantor has to be there first
    for lack in sorted(set(gaps), key=lambda lack: (order.get(lack.needs, 2), lack)):
        _take_over(draft, successor, lack)
        draft.successors.add(successor)
        draft.notes.append(f"{successor} is {lack.needs} of {lack.id} now")


def _take_over(draft: Draft, successor: str, lack: OwnershipGap) -> None:
    if lack.needs == _ADULT:
        draft.relate("RESPONSIBLE_FOR", successor, lack.id)
    elif lack.needs == InvolvementKind.ADMIN.value:
        involve(draft, successor, InvolvementKind.ADMIN, lack.id)
    elif lack.needs == PartyRoleKind.CUSTOMER.value:
        _appoint(draft, successor, PartyRoleKind.CUSTOMER, lack.id)
    elif "CustomerAccount" in draft.get(lack.id).labels:
        _appoint(draft, successor, PartyRoleKind.BILL_PAYER, lack.id)
    else:
        take_over_share(draft, successor, _account_of_bill(draft, lack.id), lack.id, 100.0)


def _appoint(draft: Draft, party: str, kind: PartyRoleKind, account: str) -> None:
    party_role(draft, party, kind, account, guarantor=guarantor_of(draft, party))


def _account_of_bill(draft: Draft, bill: str) -> str:
    """Return the account of the first product charged to a bill; a lack means there is one."""
    charged = (link.start for link in draft.index.incoming("CHARGED_TO", bill))
    return next(account for product in charged for account in accounts_of(draft.index, product))
