"""Two households from one: of several people with accounts and devices, or of one adult."""

from collections.abc import Collection, Iterable, Sequence

from household_graph.changes.bill_shares import normalise_shares, pays
from household_graph.changes.draft import Draft, in_household
from household_graph.changes.events.leave import assign_successor, leave, successor_of, terminate
from household_graph.changes.events.transfer import HouseholdTransfer, open_account, with_parts
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.role_queries import accounts_of, involved
from household_graph.engine.facts import is_minor
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.enums import (
    InvolvementKind,
    OrganizationType,
    PartyRoleKind,
    PartyStatus,
)
from household_graph.model.ids import household_of
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import holds

_MOVABLE = ("Individual", "CustomerAccount", "BillingAccount", "Product", "Resource")


def separate(
    source: Draft,
    target: Draft,
    moved: Iterable[str],
    *,
    both: Iterable[str] = (),
    name: str | None = None,
    successors: Iterable[str] = (),
) -> None:
    """Make two households of one; see `Events.separate`.

    An account moves with its products and with the bills that charge only these, a product with
    its services, a person with their usernames. Adults who move are responsible for the minors in
    the new household only, and adults who stay for those who stay. A successor who moves is the
    one of the new household.

    Raises:
        BadInputError: if the new household exists already, no person moves, or an id is of
            something that does not move by itself.
    """
    ids = [in_household(source, one, "thing", *_MOVABLE).id for one in moved]
    shared = [_minor_in_both(source, one) for one in both]
    people, accounts, bills, products, devices = _sorted(source.index, ids)
    if not people:
        raise BadInputError(
            f"nobody goes to `{target.household}`", hint="name who does with --move"
        )
    transfer = _to_new_household(source, target, name)
    for person in (*people, *shared):
        transfer.person(person)
        transfer.settle(person)
    for one in (*accounts, *bills, *devices):
        transfer.copy(one)
    _products(transfer, products)
    for person in (*people, *shared):
        transfer.functional(person)
    transfer.roles([*people, *shared, *devices, source.household])
    transfer.surroundings()
    transfer.policies()
    _note_what_stays(source, people, devices)
    _settle(transfer, people, devices, successors)


def leave_for(
    source: Draft,
    target: Draft,
    reference: str,
    *,
    keep: Iterable[str] = (),
    name: str | None = None,
    successor: str | None = None,
) -> None:
    """Let an adult leave for a new household of their own; see `Events.leave`.

    They are Customer and Bill Payer of an account there, and Admin, Chooser and Consumer of what
    they keep.

    Raises:
        RefusedError: if they are a minor, who needs a household with an adult.
        BadInputError: if the new household exists already, or something else is kept.
    """
    party = in_household(source, reference, "individual", "Individual").id
    if is_minor(source.facts, party, source.at):
        raise RefusedError(
            f"`{party}` is a minor, and cannot be Customer of an account without a guarantor",
            hint="let an adult move along: `household-graph event separate`",
        )
    kept = [in_household(source, one, "thing", "Product", "Resource").id for one in keep]
    things = [source.get(one) for one in with_parts(source.index, kept)]
    for thing in things:
        if not source.remaining(thing):
            raise BadInputError(f"`{thing.id}` has ended by then, and cannot be kept")
    transfer = _to_new_household(source, target, name)
    transfer.person(party)
    transfer.settle(party)
    _own(transfer, transfer.ids[party], things)
    transfer.roles([party])
    transfer.surroundings()
    transfer.end_devices([one.id for one in things if "Resource" in one.labels])
    leave(source, party, successor)


def _to_new_household(source: Draft, target: Draft, name: str | None) -> HouseholdTransfer:
    """Make a household with the time zone and the age of majority of another one."""
    if target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is there already",
            hint="give the new one another id, or join two with `household-graph event merge`",
        )
    old = source.get(source.household).properties
    properties = {
        "name": name,
        "organization_type": OrganizationType.HOUSEHOLD.value,
        "time_zone": old["time_zone"],
        "age_of_majority": old["age_of_majority"],
        "status": PartyStatus.ACTIVE.value,
    }
    target.create(target.household, ("Party", "Organization"), properties)
    return HouseholdTransfer(source, target)


def _own(transfer: HouseholdTransfer, party: str, things: Iterable[NodeRow]) -> None:
    target = transfer.target
    account, bill = open_account(target, "account"), open_account(target, "bill")
    for role in (PartyRoleKind.CUSTOMER, PartyRoleKind.USER):
        party_role(target, party, role, account)
    pays(target, party_role(target, party, PartyRoleKind.BILL_PAYER, account), bill, 100.0)
    for thing in things:
        is_product = "Product" in thing.labels
        if is_product:
            transfer.product(thing.id, account, bill)
        else:
            transfer.copy(thing.id)
        for kind in InvolvementKind if is_product else (InvolvementKind.CONSUMER,):
            involve(target, party, kind, transfer.ids[thing.id], account=account)


def _sorted(index: RowIndex, ids: Iterable[str]) -> list[list[str]]:
    """Return the ids of each kind, with what goes along: products of accounts, and their bills."""
    people, accounts, bills, products, devices = (
        [one for one in ids if label in index.nodes[one].labels] for label in _MOVABLE
    )
    for account in accounts:
        products += index.ends("HAS_PRODUCT", account)
    products = list(dict.fromkeys(with_parts(index, products)))
    for product in products:
        for bill in index.ends("CHARGED_TO", product):
            if set(products).issuperset(index.starts("CHARGED_TO", bill)):
                bills.append(bill)
    return [people, accounts, list(dict.fromkeys(bills)), products, devices]


def _products(transfer: HouseholdTransfer, products: Iterable[str]) -> None:
    """Carry products; what goes without its account or its bill gets a new one."""
    source, target, ids = transfer.source, transfer.target, transfer.ids
    index = source.index
    new_account = new_bill = None
    for product in [one for one in products if holds(index.nodes[one].properties, source.at)]:
        account = next((ids[one] for one in accounts_of(index, product) if one in ids), None)
        charged = index.ends("CHARGED_TO", product)
        bill = next((ids[one] for one in charged if one in ids), None)
        if account is None:
            account = new_account = new_account or open_account(target, "account")
        if charged and bill is None:
            bill = new_bill = new_bill or open_account(target, "bill")
        transfer.product(product, account, bill or new_bill)


def _settle(
    transfer: HouseholdTransfer,
    people: Collection[str],
    devices: Iterable[str],
    successors: Iterable[str],
) -> None:
    """End in the source what has moved, and let successors take over what lacks an owner."""
    source, target = transfer.source, transfer.target
    named = [source.qualify(one) for one in successors]
    named = [transfer.ids[one] if one in people else one for one in named]
    for one in named:
        if household_of(one) not in {source.household, target.household}:
            raise UnknownIdError(one, place="successor")
    staying = _successor_in(source, named, people)
    transfer.end_devices(devices)
    terminate(source, people)
    assign_successor(source, staying)
    assign_successor(target, _successor_in(target, named))
    for bill in target.index.labelled("BillingAccount"):
        normalise_shares(target, bill.id)


def _successor_in(draft: Draft, named: Iterable[str], leaving: Collection[str] = ()) -> str | None:
    """Return the one successor in a household, of all that are named."""
    own = [one for one in named if household_of(one) == draft.household]
    if len(own) > 1:
        raise BadInputError(
            f"two successors in the household `{draft.household}`: {', '.join(own)}",
            hint="name one, and hand over the rest with `household-graph event hand-over`",
        )
    return successor_of(draft, own[0] if own else None, leaving)


def _minor_in_both(source: Draft, reference: str) -> str:
    party = in_household(source, reference, "individual", "Individual").id
    if not is_minor(source.facts, party, source.at):
        raise BadInputError(
            f"`{party}` is of age, and belongs to one household",
            hint="name it with --move, or leave it where it is",
        )
    return party


def _note_what_stays(source: Draft, people: Sequence[str], devices: Collection[str]) -> None:
    for person in people:
        for one in involved(source.index, person):
            node = source.get(one.item)
            if "Resource" in node.labels and one.item not in devices and one.span.end > source.at:
                source.notes.append(f"{one.item} stays, and {person} used it")
