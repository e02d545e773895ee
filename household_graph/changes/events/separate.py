"""Two households from one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from household_graph.changes.bill_shares import normalise_shares
from household_graph.changes.draft import Draft
from household_graph.changes.events.succession import assign_successor, successor_in, terminate
from household_graph.changes.events.transfer import (
    HouseholdTransfer,
    found,
    make_account,
    make_bill,
    transfer_policies,
    with_parts,
)
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import accounts_of, involved, is_minor
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.ids import household_of
from household_graph.model.rows import RowIndex
from household_graph.model.spans import holds

_MOVABLE = ("Individual", "CustomerAccount", "BillingAccount", "Product", "Resource")


@dataclass(frozen=True, slots=True)
class Separation:
    """Who and what goes.

    Attributes:
        moved: ids of people, accounts, bills, products and devices that go to the new household.
        both: ids of minors who belong to both households from then on.
        name: of the new household, or None.
        successors: ids of those who take over what would lack an owner, one a household;
            one who moves is the successor in the new one.
    """

    moved: tuple[str, ...]
    both: tuple[str, ...] = ()
    name: str | None = None
    successors: tuple[str, ...] = ()


def separate(source: Draft, target: Draft, how: Separation) -> None:
    """Make two households of one.

    An account moves with its products and with the bills that charge only these, a product with
    its services, a person with their usernames. Adults who move are responsible for the minors in
    the new household only, and adults who stay for those who stay.

    Raises:
        BadInputError: if the new household exists already, no person moves, or an id is of
            something that does not move by itself.
    """
    ids = [in_household(source, one, "thing", *_MOVABLE).id for one in how.moved]
    both = [_minor_in_both(source, one) for one in how.both]
    people, accounts, bills, products, devices = _sorted(source.index, ids)
    if not people:
        raise BadInputError(
            f"nobody goes to `{target.household}`", hint="name who does with --move"
        )
    found(source, target, how.name)
    transfer = HouseholdTransfer(source, target)
    for person in (*people, *both):
        transfer.person(person)
        transfer.settle(person)
    for one in (*accounts, *bills, *devices):
        transfer.copy(one)
    _products(transfer, products, accounts, bills)
    _carry_roles(transfer, [*people, *both], accounts, bills, devices)
    transfer_policies(transfer)
    _say_what_stays(source, people, devices)
    _settle(transfer, people, devices, how)


def _sorted(index: RowIndex, ids: Iterable[str]) -> list[list[str]]:
    """Return the ids of each kind, with what goes along: products of accounts, and their bills."""
    people, accounts, bills, products, devices = (
        [one for one in ids if label in index.nodes[one].labels] for label in _MOVABLE
    )
    for account in accounts:
        products += [link.end for link in index.outgoing("HAS_PRODUCT", account)]
    products = list(dict.fromkeys(with_parts(index, products)))
    for product in products:
        for link in index.outgoing("CHARGED_TO", product):
            charged = {each.start for each in index.incoming("CHARGED_TO", link.end)}
            if charged <= set(products):
                bills.append(link.end)
    return [people, accounts, list(dict.fromkeys(bills)), products, devices]


def _products(
    transfer: HouseholdTransfer,
    products: Sequence[str],
    accounts: Sequence[str],
    bills: Sequence[str],
) -> None:
    """Carry products; what goes without its account or its bill gets a new one."""
    index, target = transfer.source.index, transfer.target
    live = [one for one in products if holds(index.nodes[one].properties, transfer.source.at)]
    new_account = new_bill = None
    for product in live:
        account = next((one for one in accounts_of(index, product) if one in accounts), None)
        charged = [link.end for link in index.outgoing("CHARGED_TO", product)]
        bill = next((one for one in charged if one in bills), None)
        if account is None and new_account is None:
            new_account = make_account(target)
        if charged and bill is None and new_bill is None:
            new_bill = make_bill(target)
        on = transfer.ids[account] if account else str(new_account)
        transfer.product(product, on, transfer.ids[bill] if bill else new_bill)


def _carry_roles(
    transfer: HouseholdTransfer,
    people: Sequence[str],
    accounts: Sequence[str],
    bills: Sequence[str],
    devices: Sequence[str],
) -> None:
    on = {one: transfer.ids[one] for one in accounts}
    paid = {one: transfer.ids[one] for one in bills}
    for person in people:
        transfer.functional(person, on, paid)
    transfer.roles([*people, *devices, transfer.source.household])
    transfer.surroundings()


def _settle(
    transfer: HouseholdTransfer, people: Sequence[str], devices: Sequence[str], how: Separation
) -> None:
    """End in the source what has moved, and let successors take over what lacks an owner."""
    source, target = transfer.source, transfer.target
    named = [source.qualify(one) for one in how.successors]
    there = [transfer.ids[one] if one in people else one for one in named]
    for one in there:
        if household_of(one) not in {source.household, target.household}:
            raise UnknownIdError(one, place="successor")
    staying = successor_in(source, there, people)
    transfer.end_devices(devices)
    terminate(source, people)
    assign_successor(source, staying)
    assign_successor(target, successor_in(target, there))
    for bill in target.index.labelled("BillingAccount"):
        normalise_shares(target, bill.id)


def _minor_in_both(source: Draft, reference: str) -> str:
    party = in_household(source, reference, "individual", "Individual").id
    if not is_minor(source, party):
        raise BadInputError(
            f"`{party}` is of age, and belongs to one household",
            hint="name it with --move, or leave it where it is",
        )
    return party


def _say_what_stays(source: Draft, people: Sequence[str], devices: Sequence[str]) -> None:
    for person in people:
        for one in involved(source.index, person):
            node = source.get(one.item)
            if "Resource" in node.labels and one.item not in devices and one.span[1] > source.at:
                source.notes.append(f"{one.item} stays, and {person} used it")
