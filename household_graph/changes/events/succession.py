"""Succession: who takes over what would otherwise be left to nobody."""

from collections.abc import Collection, Iterable

from household_graph.changes.accounts import accounts_of
from household_graph.changes.checks import in_household
from household_graph.changes.draft import Draft
from household_graph.changes.events.paying import pay_instead
from household_graph.changes.events.standing import guarantor_of
from household_graph.changes.functional_roles import party_role
from household_graph.changes.involvement import involve
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.ownership import Lack, lacks, takes_part
from household_graph.errors import BadInputError
from household_graph.model.ids import household_of
from household_graph.model.row_index import RowIndex
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind, PartyStatus

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
    """Return the full id of a successor; None if nobody is named.

    Args:
        draft: the household.
        named: the id of a party of it, or None.
        leaving: the full ids of those who go.

    Raises:
        BadInputError: if it is somebody who has no part in the household then.
        UnknownIdError: if it is nobody.
    """
    if named is None:
        return None
    party = in_household(draft, named, "successor", "Party")
    active = party.properties.get("status", PartyStatus.ACTIVE) == PartyStatus.ACTIVE
    if party.id in leaving or not active or not takes_part(draft.index, party.id, draft.at):
        raise BadInputError(
            f"`{party.id}` has no part in `{draft.household}` then, and cannot take over",
            hint="name somebody who stays",
        )
    return party.id


def succeed(draft: Draft, successor: str | None) -> None:
    """Let a successor take over what is live and would lack somebody, and did not before.

    A note says what. Without a successor nothing is done, and what is lacking is refused later.
    """
    if successor is None:
        return
    had: list[Lack] = []
    if draft.before.nodes:
        had = lacks(RowIndex(draft.before), facts_from_rows(draft.before), draft.at)
    has = lacks(draft.index, facts_from_rows(draft.rows), draft.at)
    order = {_ADULT: 0, PartyRoleKind.CUSTOMER.value: 1}  # a guarantor has to be there first
    for lack in sorted(set(has) - set(had), key=lambda lack: (order.get(lack.needs, 2), lack)):
        _take_over(draft, successor, lack)
        draft.successors.add(successor)
        draft.notes.append(f"{successor} is {lack.needs} of {lack.id} now")


def _take_over(draft: Draft, successor: str, lack: Lack) -> None:
    if lack.needs == _ADULT:
        draft.link("RESPONSIBLE_FOR", successor, lack.id)
    elif lack.needs == InvolvementKind.ADMIN.value:
        involve(draft, successor, InvolvementKind.ADMIN, lack.id)
    elif lack.needs == PartyRoleKind.CUSTOMER.value:
        _appoint(draft, successor, PartyRoleKind.CUSTOMER, lack.id)
    elif "CustomerAccount" in draft.node(lack.id).labels:
        _appoint(draft, successor, PartyRoleKind.BILL_PAYER, lack.id)
    else:
        pay_instead(draft, successor, _account_of_bill(draft, lack.id), lack.id, 100.0)


def _appoint(draft: Draft, party: str, kind: PartyRoleKind, account: str) -> None:
    party_role(draft, party, kind, account, guarantor=guarantor_of(draft, party))


def _account_of_bill(draft: Draft, bill: str) -> str:
    """Return the account of the first product charged to a bill; a lack means there is one."""
    charged = (link.start for link in draft.index.into("CHARGED_TO", bill))
    return next(account for product in charged for account in accounts_of(draft.index, product))
