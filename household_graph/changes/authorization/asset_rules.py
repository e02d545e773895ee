"""Who may change accounts, bills, products, services and devices."""

from collections.abc import Iterable, Iterator

from household_graph.changes.authorization.context import ChangeContext
from household_graph.changes.authorization.requirements import Law, Requirement, Right, RightKind
from household_graph.model.edits import NodeEdit
from household_graph.model.enums import AdministrativeState, ServiceState
from household_graph.model.rows import RelationshipRow

_CARRIED = ("REALIZED_BY", "BUNDLES")


def accounts_of(context: ChangeContext, item: str) -> set[str]:
    """Return the accounts of a product, of what realizes it, or of what is available on a device.

    A product without an account of its own belongs to those of the products that bundle it.
    """
    found: set[str] = set()
    above = [item]
    for one in above:  # grows during the loop
        own = context.starts("HAS_PRODUCT", one)
        found.update(own)
        carriers = [
            carrier
            for kind in ("REALIZED_BY", "AVAILABLE_ON", *(() if own else ("BUNDLES",)))
            for carrier in context.starts(kind, one)
        ]
        above += [carrier for carrier in carriers if carrier not in above]
    return found


def accounts_of_bill(context: ChangeContext, bill: str) -> set[str]:
    """Return the accounts of the products charged to a bill, or without any, of who pays it."""
    charged = context.starts("CHARGED_TO", bill)
    if charged:
        return {account for product in charged for account in accounts_of(context, product)}
    payers = context.starts("PAYS", bill)
    return {account for payer in payers for account in context.ends("ON_ACCOUNT", payer)}


def customers(
    context: ChangeContext, accounts: Iterable[str], *, adult: bool = False
) -> tuple[Right, ...]:
    """Return the right of the Customers of any of some accounts.

    What belongs to no account, or to a new one, is a matter of the whole household.
    """
    there = sorted(account for account in accounts if not context.is_new(account))
    rights = tuple(Right(RightKind.CUSTOMER, account, adult) for account in there)
    return rights or (Right(RightKind.ANY_CUSTOMER, context.household),)


def customers_of(context: ChangeContext, item: str) -> tuple[Right, ...]:
    """Return the right of the Customers that something belongs to.

    Of a device, and of what enforces policies, the adult ones.
    """
    adult = "Resource" in context.labels(item) or context.closed_to_minors(item)
    return customers(context, accounts_of(context, item), adult=adult)


def device_rights(context: ChangeContext, device: str) -> tuple[Right, ...]:
    """Return who may change a device: its Admins, or where there is none, Customers."""
    admin = Right(RightKind.ADMIN, device)
    return (admin,) if context.administered(device) else (admin, *customers_of(context, device))


def product_rights(context: ChangeContext, product: str) -> tuple[Right, ...]:
    """Return who may change a product, or a service: Customers and Choosers of it.

    What is new is chosen by who chooses what it becomes a part of.
    """
    chosen = [product]
    if context.is_new(product):
        chosen += [one for kind in _CARRIED for one in context.starts(kind, product)]
    choosers = (Right(RightKind.CHOOSER, one, context.closed_to_minors(one)) for one in chosen)
    return (*customers_of(context, product), *choosers)


_PROVIDERS = ("payment_status", "price", "minimum_age", "category")
_GIVEN_UP = {AdministrativeState.LOCKED.value, AdministrativeState.LOST.value}
_STOPPED = {
    ServiceState.INACTIVE.value,
    ServiceState.SUSPENDED.value,
    ServiceState.TERMINATED.value,
}


def account(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to open or change a customer account."""
    yield Requirement(Law.ACCOUNTS, edit.id, customers(context, [edit.id]))
    yield from _providers(edit)


def bill(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a bill."""
    yield Requirement(Law.ACCOUNTS, edit.id, customers(context, accounts_of_bill(context, edit.id)))
    yield from _providers(edit)


def charged_to(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to charge a product to a bill: a Customer of both."""
    yield Requirement(Law.ACCOUNTS, link.start, customers_of(context, link.start))
    yield Requirement(
        Law.ACCOUNTS, link.end, customers(context, accounts_of_bill(context, link.end))
    )


def has_product(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say which account holds a product: a Customer of each."""
    yield Requirement(Law.ACCOUNTS, link.start, customers(context, [link.start]))
    yield Requirement(Law.ACCOUNTS, link.end, customers_of(context, link.end))


def product(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a product."""
    yield Requirement(Law.PRODUCTS, edit.id, product_rights(context, edit.id))
    yield from _providers(edit)


def service(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to change a service: it may be stopped, and not made what it is not."""
    if not edit.before or not edit.after:
        yield Requirement(Law.SERVICES, edit.id, ())
        return
    state = edit.after.properties.get("state")
    changes_state = edit.before.properties.get("state") != state
    if changes_state and state not in _STOPPED:
        yield Requirement(Law.SERVICES, edit.id, ())
    others = {**edit.before.properties, "state": state} != dict(edit.after.properties)
    if changes_state and edit.id in context.enforcers(later=True):
        yield Requirement(Law.ENFORCERS, edit.id, (Right(RightKind.ADMIN, edit.id, adult=True),))
        changes_state = False
    if others or changes_state:
        yield from product(context, edit)


def joined(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to bundle a product or realize it: a right on both ends.

    Roles on the one reach the other, so a party may not join what they have no say in.
    """
    for end in (link.start, link.end):
        yield Requirement(Law.PRODUCTS, end, product_rights(context, end))


def device(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to register or change a device; others may lock it, or report it."""
    if _gives_up(edit):
        own = (Right(RightKind.ADMIN, edit.id), Right(RightKind.ONLY_CONSUMER, edit.id))
        yield Requirement(Law.GIVEN_UP, edit.id, (*own, *customers_of(context, edit.id)))
    else:
        yield Requirement(Law.DEVICES, edit.id, device_rights(context, edit.id))


def available_on(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say what is available on a device: of age, if it enforces policies."""
    rights = device_rights(context, link.end)
    if context.closed_to_minors(link.start):
        rights = tuple(right._replace(adult=True) for right in rights)
    yield Requirement(Law.DEVICES, link.end, rights)


def connected_to(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to connect a device to another, or to say where it stands."""
    yield Requirement(Law.DEVICES, link.start, device_rights(context, link.start))


def _providers(edit: NodeEdit) -> Iterator[Requirement]:
    if edit.after:
        before = edit.before.properties if edit.before else {}
        after = edit.after.properties
        if any(before.get(name) != after.get(name) for name in _PROVIDERS):
            yield Requirement(Law.PROVIDER, edit.id, ())


def _gives_up(edit: NodeEdit) -> bool:
    """Return whether a device is only locked, or reported lost."""
    if not edit.before or not edit.after:
        return False
    state = edit.after.properties.get("administrative_state")
    others = {**edit.before.properties, "administrative_state": state}
    return state in _GIVEN_UP and others == dict(edit.after.properties)
