"""Leaving a household, for good or for a household of one's own."""

from collections.abc import Iterable
from typing import NamedTuple

from household_graph.changes.draft import Draft
from household_graph.changes.events.succession import assign_successor, successor_of, terminate
from household_graph.changes.events.transfer import (
    HouseholdTransfer,
    found,
    make_account,
    make_bill,
    with_parts,
)
from household_graph.changes.functional_roles import party_role, pays
from household_graph.changes.involvement_roles import involve
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import has_part, is_minor
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.rows import NodeRow
from household_graph.model.spans import span_of


class OwnHousehold(NamedTuple):
    """The new household of a person who leaves.

    Attributes:
        kept: ids of the products and devices that go along.
        name: of the household, or None.
    """

    kept: tuple[str, ...] = ()
    name: str | None = None


def leave(draft: Draft, reference: str, successor: str | None) -> None:
    """End all that a person is in the household.

    Args:
        draft: the household.
        reference: the id of the person.
        successor: the id of who takes over what would lack an owner, or None.

    Raises:
        BadInputError: if the person has no part in the household then.
    """
    party = in_household(draft, reference, "individual", "Individual").id
    if not has_part(draft, party):
        raise BadInputError(f"`{party}` has no part in `{draft.household}` that could end then")
    heir = successor_of(draft, successor, [party])
    terminate(draft, [party])
    assign_successor(draft, heir)


def leave_for(
    source: Draft,
    target: Draft,
    reference: str,
    own: OwnHousehold,
    successor: str | None,
) -> None:
    """Let an adult leave for a new household of their own, with what they keep.

    They are Customer and Bill Payer of an account there, and Admin, Chooser and Consumer of what
    they keep.

    Args:
        source: the household that is left.
        target: the new one.
        reference: the id of the person.
        own: the household, and what goes along.
        successor: the id of who takes over what would lack an owner here, or None.

    Raises:
        RefusedError: if it is a minor, who needs a household with an adult.
        BadInputError: if the new household exists already, or something else is kept.
    """
    party = in_household(source, reference, "individual", "Individual").id
    if is_minor(source, party):
        raise RefusedError(
            f"`{party}` is a minor, and cannot be Customer of an account without a guarantor",
            hint="let an adult move along: `household-graph event separate`",
        )
    kept = [in_household(source, one, "thing", "Product", "Resource").id for one in own.kept]
    things = [source.get(one) for one in with_parts(source.index, kept)]
    for thing in things:
        if span_of(thing.properties)[1] <= source.at:
            raise BadInputError(f"`{thing.id}` has ended by then, and cannot be kept")
    found(source, target, own.name)
    transfer = HouseholdTransfer(source, target)
    transfer.person(party)
    transfer.settle(party)
    _own(transfer, transfer.ids[party], things)
    transfer.roles([party])
    transfer.surroundings()
    transfer.end_devices([one.id for one in things if "Resource" in one.labels])
    leave(source, party, successor)


def _own(transfer: HouseholdTransfer, party: str, things: Iterable[NodeRow]) -> None:
    target = transfer.target
    account, bill = make_account(target), make_bill(target)
    for role in (PartyRoleKind.CUSTOMER, PartyRoleKind.USER):
        party_role(target, party, role, account)
    pays(target, party_role(target, party, PartyRoleKind.BILL_PAYER, account), bill, 100.0)
    for thing in things:
        if "Product" in thing.labels:
            transfer.product(thing.id, account, bill)
        else:
            transfer.copy(thing.id)
        whole = "Product" in thing.labels
        for kind in InvolvementKind if whole else (InvolvementKind.CONSUMER,):
            involve(target, party, kind, transfer.ids[thing.id], account=account)
