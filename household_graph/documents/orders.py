"""Ordering a product that the catalogue offers, for a household that is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from household_graph.changes.bill_shares import set_share
from household_graph.changes.draft import Draft, in_household, new_id, text_of
from household_graph.changes.products import charge, usual_bill
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.role_queries import customer_accounts, guarantor_of, holding_roles
from household_graph.documents.offerings import OfferedProduct, OfferedService, offered_product
from household_graph.engine.facts import is_minor
from household_graph.engine.ownership_gaps import holders_of
from household_graph.errors import BadInputError
from household_graph.model.enums import (
    AccountState,
    InvolvementKind,
    OrganizationType,
    PartyRoleKind,
    ProductStatus,
    ServiceState,
)
from household_graph.model.ids import local_id
from household_graph.model.instants import FOREVER
from household_graph.model.spans import holds

_CENTS = 2  # digits of a share in per cent


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """A product of the catalogue, and who has to do with it; ids are local or full.

    Attributes:
        offering: its name in the catalogue; see `offered_product`.
        account: None: the only one, or the one of which the party who orders is Customer.
        bill: None: the one that products of the account are charged to.
        payers: who pay a new bill, the same each; none: it is charged to a bill that is there.
        admins, choosers: none: the Customer of the account.
        users: none: the household; or the Customer of the account, if that is a minor.
        own_id: the local id of the product; None: as it is offered.
    """

    offering: str
    account: str | None = None
    bill: str | None = None
    payers: Sequence[str] = ()
    admins: Sequence[str] = ()
    choosers: Sequence[str] = ()
    users: Sequence[str] = ()
    own_id: str | None = None


def place_order(draft: Draft, order: ProductOrder) -> str:
    """Make the product and its services, as offered, with who pays, administers and uses it.

    Return its id. Notes say on which devices its services could be, and which no bedtime governs.

    Raises:
        BadInputError: if the order leaves open what there are several of.
        UnknownIdError: if there is no such product for this kind of organization.
    """
    kind = text_of(draft.get(draft.household), "organization_type")
    offered = offered_product(order.offering, OrganizationType(kind) if kind else None)
    account = _account(draft, order)
    owner, users = _owner(draft, offered, account), _users(draft, order, offered, account)
    owned = f"-{local_id(users[0])}" if offered.per_person else ""
    product = _create_product(draft, order, offered, owned)
    draft.relate("HAS_PRODUCT", account, product)
    services = [_create_service(draft, product, one, owned) for one in offered.services]
    _bill(draft, order, account, product)
    for kind, parties in (
        (InvolvementKind.ADMIN, order.admins or owner),
        (InvolvementKind.CHOOSER, order.choosers or owner),
        (InvolvementKind.CONSUMER, users),
    ):
        for party in parties:
            involve(draft, party, kind, product, account=account, granted_by=draft.granter)
    draft.notes.append(f"it is {product}")
    for service, one in zip(services, offered.services, strict=True):
        _note_device(draft, service, one)
        _note_bedtime(draft, service, one)
    return product


def _account(draft: Draft, order: ProductOrder) -> str:
    if order.account is not None:
        return in_household(draft, order.account, "account", "CustomerAccount").id
    every = [
        one
        for one in customer_accounts(draft)
        if draft.get(one).properties.get("state") == AccountState.ACTIVE
    ]
    own = [one for one in every if not set(draft.parties).isdisjoint(_customers(draft, one))]
    accounts = own or every
    if len(accounts) != 1:
        raise BadInputError(
            f"`{draft.household}` has several accounts: {', '.join(accounts)}",
            hint="name one with --account",
        )
    return accounts[0]


def _customers(draft: Draft, account: str) -> list[str]:
    kind = PartyRoleKind.CUSTOMER
    return holders_of(draft.index, draft.facts, kind, account, draft.at)


def _owner(draft: Draft, product: OfferedProduct, account: str) -> list[str]:
    """Return who chooses and administers a product, where nobody else is named."""
    customers = _customers(draft, account)
    owner = next((one for one in (*draft.parties, *customers) if one in customers), None)
    if owner and any(service.enforces for service in product.services):
        owner = _guarantor(draft, owner, account) or owner  # no minor administers it
    return [owner] if owner else []


def _guarantor(draft: Draft, customer: str, account: str) -> str | None:
    """Return who guarantees for a Customer of an account, if that is a minor."""
    roles = holding_roles(draft, customer, PartyRoleKind.CUSTOMER, account)
    named = (adult for role in roles for adult in draft.index.ends("GUARANTEED_BY", role.id))
    return next(named, None) if is_minor(draft.facts, customer, draft.at) else None


def _users(draft: Draft, order: ProductOrder, offered: OfferedProduct, account: str) -> list[str]:
    users = [in_household(draft, one, "party", "Party", "Resource").id for one in order.users]
    if offered.per_person:
        if len(users) != 1:
            raise BadInputError(
                f"a {offered.name} is for one person",
                hint="name them with --for, and order one for each",
            )
        return users
    young = [one for one in _customers(draft, account) if is_minor(draft.facts, one, draft.at)]
    return users or young or [draft.household]


def _create_product(draft: Draft, order: ProductOrder, offered: OfferedProduct, owned: str) -> str:
    """Make a product, called as it is offered, with its owner behind that if it has one."""
    own_id = order.own_id and new_id(draft, order.own_id)
    properties = {
        "name": offered.name,
        "status": ProductStatus.ACTIVE.value,
        "price": None if offered.price is None else float(offered.price),
    }
    free = own_id or draft.next_free_id(f"{offered.id}{owned}")
    made = draft.create(free, ["Product"], properties, (draft.at, FOREVER))
    draft.offered.add(made)
    return made


def _create_service(draft: Draft, product: str, offered: OfferedService, owned: str) -> str:
    properties = {
        "name": offered.name,
        "category": offered.category,
        "minimum_age": offered.minimum_age,
        "state": ServiceState.ACTIVE.value,
    }
    own_id = draft.create(draft.next_free_id(f"{offered.id}{owned}"), ["Service"], properties)
    draft.offered.add(own_id)
    draft.relate("REALIZED_BY", product, own_id)
    return own_id


def _bill(draft: Draft, order: ProductOrder, account: str, product: str) -> None:
    """Charge a product to a bill: to a new one of those who pay it, or to one that is there."""
    if not order.payers:
        if bill := order.bill or usual_bill(draft, account):
            charge(draft, product, bill)
        return
    if order.bill is not None:
        raise BadInputError(
            "--charged-to names a bill that is paid already, and --paid-by asks for a new one",
            hint="leave one of them out",
        )
    state = {"name": text_of(draft.get(product), "name"), "state": AccountState.ACTIVE.value}
    bill = draft.create(draft.next_free_id(f"{local_id(product)}-bill"), ["BillingAccount"], state)
    share = round(100 / len(order.payers), _CENTS)
    first = 100 - share * (len(order.payers) - 1)
    for place, payer in enumerate(order.payers):
        party, kind = in_household(draft, payer, "party", "Party").id, PartyRoleKind.BILL_PAYER
        present = next(iter(holding_roles(draft, party, kind, account)), None)
        role = (
            present.id
            if present
            else party_role(draft, party, kind, account, guarantor=guarantor_of(draft, party))
        )
        set_share(draft, role, bill, share if place else round(first, _CENTS))
    charge(draft, product, bill)


def _note_device(draft: Draft, service: str, offered: OfferedService) -> None:
    devices = draft.index.labelled("Resource") if offered.used_on else ()
    fitting = [one.id for one in devices if one.properties.get("resource_type") in offered.used_on]
    if fitting:
        draft.notes.append(
            f"{service} is on no device yet; it fits {', '.join(fitting)}: "
            f"household-graph service available {service} DEVICE"
        )


def _note_bedtime(draft: Draft, service: str, offered: OfferedService) -> None:
    """Note a service that a bedtime is meant to close, while none there is does."""
    bedtimes = [
        node
        for node in draft.index.labelled("Policy")
        if "start_time" in node.properties and holds(node.properties, draft.at)
    ]
    governed = {end for one in bedtimes for end in draft.index.ends("GOVERNS", one.id)}
    if offered.bedtime and bedtimes and draft.household not in governed:
        draft.notes.append(f"no bedtime governs {service}, though one usually closes it")
