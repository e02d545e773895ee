"""Which rights on a thing there are, and by what it belongs to an account or a party."""

from collections.abc import Iterable

from household_graph.changes.authorization.context import ChangeContext, Right
from household_graph.engine.ownership_gaps import administered

Rights = tuple[Right, ...]
"""Any one of them will do."""


def accounts_of(context: ChangeContext, thing: str) -> set[str]:
    """Return the accounts that something belongs to: itself, those above it, or of who pays it.

    A product without an account of its own belongs to those of the products that bundle it, a bill
    to those of the products charged to it.
    """
    labels = context.labels(thing)
    if "CustomerAccount" in labels:
        return {thing}
    above = context.starts("CHARGED_TO", thing) if "BillingAccount" in labels else [thing]
    if not above:
        payers = context.starts("PAYS", thing)
        return {account for payer in payers for account in context.ends("ON_ACCOUNT", payer)}
    found: set[str] = set()
    for one in above:  # grows during the loop
        own = context.starts("HAS_PRODUCT", one)
        found.update(own)
        for kind in ("REALIZED_BY", "AVAILABLE_ON", *(() if own else ("BUNDLES",))):
            above += [carrier for carrier in context.starts(kind, one) if carrier not in above]
    return found


def customers(context: ChangeContext, thing: str, among: Iterable[str] | None = None) -> Rights:
    """Return the right of the Customers of the accounts of something, or of some `among` these.

    What belongs to no account, or to a new one, is a matter of the whole household. Customers of a
    device, and of what enforces policies, have to be of age.
    """
    accounts = accounts_of(context, thing) if among is None else among
    adult = "Resource" in context.labels(thing) or context.closed_to_minors(thing)
    there = sorted(account for account in accounts if not context.is_new(account))
    found = tuple(Right(context.customer, account, adult) for account in there)
    return found or (Right(context.any_customer, context.household, adult=True),)


def device_rights(context: ChangeContext, device: str) -> Rights:
    """Return the rights to change a device: of its Admins, and without any, of adult Customers."""
    admin, others = Right(context.admin, device), customers(context, device)
    return (admin,) if administered(context.facts, device, context.now) else (admin, *others)


def agent_rights(context: ChangeContext, item: str) -> Rights:
    """Return the rights to let an agent of the provider in: of Admins, else of Customers."""
    admin, others = Right(context.admin, item), customers(context, item)
    return (admin,) if administered(context.facts, item, context.now) else others


def product_rights(context: ChangeContext, product: str) -> Rights:
    """What is new is chosen by who chooses what it becomes a part of."""
    chosen = [product]
    if context.is_new(product):
        chosen += [x for kind in ("REALIZED_BY", "BUNDLES") for x in context.starts(kind, product)]
    choosers = (Right(context.chooser, one, context.closed_to_minors(one)) for one in chosen)
    return (*customers(context, product), *choosers)


def adult_admin(context: ChangeContext, service: str) -> Rights:
    """Return the right of an Admin who is of age."""
    return (Right(context.admin, service, adult=True),)


def policy_rights(context: ChangeContext, policy: str) -> Rights:
    """Where nothing enforces a policy, it is a matter of the whole household."""
    services = context.ends("ENFORCED_BY", policy)
    found = tuple(right for one in services for right in adult_admin(context, one))
    return found or customers(context, policy)


def guardians(context: ChangeContext, minor: str) -> Rights:
    """Return the rights of those who are responsible for a minor, and of adult Customers."""
    return (Right(context.guardian, minor), *customers(context, minor))


def party_rights(context: ChangeContext, party: str) -> Rights:
    """Return the rights on what is a party's own: theirs, and of those responsible for it."""
    return (Right(context.same_party, party), *guardians(context, party))


def own_rights(context: ChangeContext, party: str) -> Rights:
    """Return the right of an adult to end what is their own; of an organization there is none."""
    is_person = "Individual" in context.labels(party)
    return (Right(context.same_party, party, adult=True),) if is_person else ()


def username_rights(context: ChangeContext, identity: str) -> Rights:
    """Return the rights on a username: of an adult theirs alone, else as on what is their own."""
    found = tuple(
        right
        for one in context.starts("HAS_IDENTITY", identity)
        for right in (own_rights if context.is_own_person(one) else party_rights)(context, one)
    )
    return found or customers(context, identity)


def guarantor_rights(context: ChangeContext, product: str) -> Rights:
    """Return the rights of who guarantees for a Customer who holds a product."""
    roles = [
        role
        for account in accounts_of(context, product)
        for role in context.starts("ON_ACCOUNT", account)
        if "Customer" in context.labels(role) and context.is_minor(context.player(role))
    ]
    return guarantors(context, roles)


def guarantors(context: ChangeContext, roles: Iterable[str]) -> Rights:
    """Guarantors may limit, end or hand over what they guarantee."""
    return tuple(Right(context.guarantor, role, adult=True) for role in roles)
