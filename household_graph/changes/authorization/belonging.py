"""To which accounts something belongs, and so whose Customers have a say in it."""

from collections.abc import Iterable

from household_graph.changes.authorization.rights import Right, RightKind
from household_graph.changes.authorization.sight import Sight

_CARRIED = ("REALIZED_BY", "BUNDLES")


def accounts_of(sight: Sight, item: str) -> set[str]:
    """Return the accounts of a product, of what realizes it, or of what is to be had on a device.

    A product without an account of its own belongs to those of the products that bundle it.
    """
    found: set[str] = set()
    above = [item]
    for one in above:  # grows while it is walked
        own = sight.starts("HAS_PRODUCT", one)
        found.update(own)
        carriers = [
            carrier
            for kind in ("REALIZED_BY", "AVAILABLE_ON", *(() if own else ("BUNDLES",)))
            for carrier in sight.starts(kind, one)
        ]
        above += [carrier for carrier in carriers if carrier not in above]
    return found


def accounts_of_bill(sight: Sight, bill: str) -> set[str]:
    """Return the accounts of the products charged to a bill, or without any, of who pays it."""
    charged = sight.starts("CHARGED_TO", bill)
    if charged:
        return {account for product in charged for account in accounts_of(sight, product)}
    payers = sight.starts("PAYS", bill)
    return {account for payer in payers for account in sight.ends("ON_ACCOUNT", payer)}


def customers(sight: Sight, accounts: Iterable[str], *, adult: bool = False) -> tuple[Right, ...]:
    """Return the right of the Customers of any of some accounts.

    What belongs to no account, or to a new one, is a matter of the whole household.
    """
    there = sorted(account for account in accounts if not sight.is_new(account))
    rights = tuple(Right(RightKind.CUSTOMER, account, adult) for account in there)
    return rights or (Right(RightKind.ANY_CUSTOMER, sight.household),)


def customers_of(sight: Sight, item: str) -> tuple[Right, ...]:
    """Return the right of the Customers that something belongs to.

    Of a device, and of what enforces policies, the adult ones.
    """
    adult = "Resource" in sight.labels(item) or sight.closed_to_minors(item)
    return customers(sight, accounts_of(sight, item), adult=adult)


def device_rights(sight: Sight, device: str) -> tuple[Right, ...]:
    """Return who may change a device: its Admins, or where there is none, Customers."""
    admin = Right(RightKind.ADMIN, device)
    return (admin,) if sight.administered(device) else (admin, *customers_of(sight, device))


def product_rights(sight: Sight, product: str) -> tuple[Right, ...]:
    """Return who may change a product, or a service: Customers and Choosers of it.

    What is new is chosen by who chooses what it becomes a part of.
    """
    chosen = [product]
    if sight.is_new(product):
        chosen += [one for kind in _CARRIED for one in sight.starts(kind, product)]
    choosers = (Right(RightKind.CHOOSER, one, sight.closed_to_minors(one)) for one in chosen)
    return (*customers_of(sight, product), *choosers)
