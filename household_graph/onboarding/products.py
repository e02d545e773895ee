"""The questions about products: which, for whom, and who chooses, administers and uses them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from household_graph.documents.offerings import OfferedProduct, OfferedService, Offering
from household_graph.onboarding.accounts import Account
from household_graph.onboarding.asking import ask_some
from household_graph.onboarding.household import Household
from household_graph.onboarding.names import Ids
from household_graph.onboarding.people import Person, choices_of
from household_graph.onboarding.question import Asking, Choice


@dataclass(frozen=True, slots=True)
class HeldService:
    """A service of a product that was chosen; `owner` is whose own it is, or None."""

    id: str
    name: str
    offered: OfferedService
    owner: str | None


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """A product that was chosen.

    Attributes:
        id: the local id.
        name: what it is called.
        offered: what it was chosen from.
        account: the account it is held on.
        services: what realizes it.
        admins: the ids of who administers it.
        choosers: the ids of who chooses and changes it.
        consumers: the ids of who uses it; the household's own reaches its members.
    """

    id: str
    name: str
    offered: OfferedProduct
    account: Account
    services: tuple[HeldService, ...]
    admins: tuple[str, ...]
    choosers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def enforces(self) -> bool:
        """Whether a service of it enforces policies."""
        return any(service.offered.enforces for service in self.services)


def ask_products(
    household: Household,
    people: Sequence[Person],
    accounts: Sequence[Account],
    offerings: Sequence[Offering],
    ids: Ids,
) -> Asking[tuple[HeldProduct, ...]]:
    """Ask for the products on each account, and whether involvement is as usual."""
    catalogue = _catalogue(offerings)
    held: list[HeldProduct] = []
    for account in accounts:
        if not catalogue:
            break
        chosen = yield from ask_some(
            f"Which products are on {account.name}?",
            [Choice(key, _label(product)) for key, product in catalogue.items()],
            [key for key, product in catalogue.items() if product.included and not held],
            "The price is that of a month.",
        )
        for key in chosen:
            owners = yield from _owners(catalogue[key], people, account)
            making = _Making(household, people, account, ids)
            held += [making.product(catalogue[key], owner) for owner in owners]
    return (yield from _involvement(held, household, people))


def _catalogue(offerings: Iterable[Offering]) -> dict[str, OfferedProduct]:
    """Return all products on offer by a key: the id, or with -2, -3 behind it."""
    keys, found = Ids(""), {}
    for offering in offerings:
        for product in offering.products:
            found[keys.take_free(product.id)] = product
    return found


def _label(product: OfferedProduct) -> str:
    services = ", ".join(service.name for service in product.services)
    price = "" if product.price is None else f", {product.price:.2f}"
    each = " for each person" if product.per_person else ""
    return f"{product.name}{price}{each}: {services}" if services else f"{product.name}{price}"


def _owners(
    product: OfferedProduct, people: Sequence[Person], account: Account
) -> Asking[Sequence[Person | None]]:
    if not product.per_person:
        return (None,)
    chosen = yield from ask_some(
        f"Who has a {product.name} of their own?",
        choices_of(people),
        [account.customer],
        "Each of them gets one.",
        least=1,
    )
    return [person for person in people if person.id in chosen]


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes held products of offered ones, with the usual involvement."""

    household: Household
    people: Sequence[Person]
    account: Account
    ids: Ids

    def product(self, offered: OfferedProduct, owner: Person | None) -> HeldProduct:
        own_id = self.ids.take_free(f"{offered.id}-{owner.id}" if owner else offered.id)
        services = tuple(self._service(service, owner) for service in offered.services)
        admins = (self._admin(offered),)
        guests = [person.id for person in self.people if not person.is_member]
        everybody = (self.household.id, *(guests if offered.open_to_guests else ()))
        consumers = (owner.id,) if owner else everybody
        name = _name_for(offered.name, owner)
        return HeldProduct(own_id, name, offered, self.account, services, admins, admins, consumers)

    def _service(self, offered: OfferedService, owner: Person | None) -> HeldService:
        own_id = self.ids.take_free(f"{offered.id}-{owner.id}" if owner else offered.id)
        name = _name_for(offered.name, owner)
        return HeldService(own_id, name, offered, owner.id if owner else None)

    def _admin(self, offered: OfferedProduct) -> str:
        """Return the Customer, or who answers for it where a minor must not administer."""
        if any(service.enforces for service in offered.services):
            return self.account.guarantors.get(self.account.customer, self.account.customer)
        return self.account.customer


def _name_for(name: str, owner: Person | None) -> str:
    return f"{name} for {owner.shown}" if owner else name


def _involvement(
    held: Sequence[HeldProduct], household: Household, people: Sequence[Person]
) -> Asking[tuple[HeldProduct, ...]]:
    """Ask for which products it is otherwise than usual, and how."""
    if not held:
        return ()
    otherwise = yield from ask_some(
        "Which products does somebody else choose, administer or use?",
        [Choice(product.id, _usual(product)) for product in held],
        (),
        "Type the products for which that should be otherwise; - for none.",
    )
    found = []
    for product in held:
        if product.id in otherwise:
            found.append((yield from _involved(product, household, people)))
        else:
            found.append(product)
    return tuple(found)


def _usual(product: HeldProduct) -> str:
    admins, consumers = ", ".join(product.admins), ", ".join(product.consumers)
    return f"{product.name}: {admins} chooses and administers it, {consumers} can use it"


def _involved(
    product: HeldProduct, household: Household, people: Sequence[Person]
) -> Asking[HeldProduct]:
    able = [person for person in people if not (product.enforces and person.is_minor)]
    admins = yield from ask_some(
        f"Who administers {product.name}?",
        choices_of(able),
        product.admins,
        "The Admins. A minor administers nothing that enforces policies.",
        least=1,
    )
    choosers = yield from ask_some(
        f"Who chooses {product.name}?",
        choices_of(people),
        product.choosers,
        "The Choosers, who may change or end it.",
        least=1,
    )
    consumers = yield from ask_some(
        f"Who uses {product.name}?",
        (Choice(household.id, "everybody who belongs to it"), *choices_of(people)),
        product.consumers,
        "The Consumers.",
        least=1,
    )
    return replace(product, admins=admins, choosers=choosers, consumers=consumers)
