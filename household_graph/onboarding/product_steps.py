"""The prompts about products and devices, and about who uses, chooses and administers them."""

from collections.abc import Iterable, Sequence

from household_graph.documents.offerings import (
    OfferedDevice,
    OfferedProduct,
    OfferedService,
    Offering,
)
from household_graph.documents.values import Text
from household_graph.onboarding.answers import (
    AccountAnswer,
    Answers,
    IdPool,
    PersonAnswer,
    ProductAnswer,
    ServiceAnswer,
    choices_of,
    slug,
)
from household_graph.onboarding.prompts import (
    NOTHING,
    Asking,
    Choice,
    ask,
    ask_name,
    ask_some,
    ask_text,
    one_choice,
    optional,
    read_as,
)

_OTHER = "other"


def ask_products(answers: Answers) -> Asking[None]:
    """Ask for the products on each account, with the usual involvement."""
    catalogue = _catalogue(answers.offerings)
    for account in answers.accounts if catalogue else ():
        first = not answers.products
        chosen = yield from ask_some(
            f"Which products are on {account.name}?",
            [Choice(key, _label(product)) for key, product in catalogue.items()],
            [key for key, product in catalogue.items() if product.included and first],
            "The price is that of a month.",
        )
        for key in chosen:
            owners = yield from _ask_owners(catalogue[key], answers.people, account)
            for owner in owners:
                _add_product(answers, account, catalogue[key], owner)


def _catalogue(offerings: Iterable[Offering]) -> dict[str, OfferedProduct]:
    """Return all products on offer by a key: the id, or with -2, -3 after it."""
    keys = IdPool("")
    products = (product for offering in offerings for product in offering.products)
    return {keys.take_free(product.id): product for product in products}


def _label(product: OfferedProduct) -> str:
    services = ", ".join(service.name for service in product.services)
    price = "" if product.price is None else f", {product.price:.2f}"
    each = " for each person" if product.per_person else ""
    return f"{product.name}{price}{each}: {services}" if services else f"{product.name}{price}"


def _ask_owners(
    product: OfferedProduct, people: Sequence[PersonAnswer], account: AccountAnswer
) -> Asking[Sequence[PersonAnswer | None]]:
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


def _add_product(
    answers: Answers, account: AccountAnswer, offered: OfferedProduct, owner: PersonAnswer | None
) -> None:
    """Add a product that was chosen, with the usual involvement."""
    own_id, name = _name(answers, offered, owner)
    services = tuple(
        ServiceAnswer(*_name(answers, service, owner), service, owner.id if owner else None)
        for service in offered.services
    )
    admin = account.customer
    if any(service.enforces for service in offered.services):  # no minor administers it
        admin = account.guarantors.get(admin, admin)
    guests = answers.guests if offered.open_to_guests else []
    consumers = (owner.id,) if owner else (answers.household.id, *guests)
    involved = {"admin_of": (admin,), "chooser_of": (admin,), "consumer_of": consumers}
    answers.products.append(ProductAnswer(own_id, name, account, services, involved))
    answers.add(
        "products",
        own_id,
        name=name,
        account=account.id,
        price=offered.price,
        services=[service.id for service in services],
        charged_to=[account.bill],
    )
    for one in services:
        rating, category = one.offered.minimum_age, one.offered.category
        answers.add("services", one.id, name=one.name, category=category, minimum_age=rating)


def _name(
    answers: Answers, offered: OfferedProduct | OfferedService, owner: PersonAnswer | None
) -> tuple[str, str]:
    """Return a free id and the name of what was chosen; both name its owner, if it has one."""
    if owner is None:
        return answers.ids.take_free(offered.id), offered.name
    return answers.ids.take_free(f"{offered.id}-{owner.id}"), f"{offered.name} for {owner.shown}"


def ask_involvement(answers: Answers) -> Asking[None]:
    """Ask for which products the involvement differs from the usual one, and how."""
    if not answers.products:
        return
    different = yield from ask_some(
        "Which products does somebody else choose, administer or use?",
        [Choice(product.id, _usual(product)) for product in answers.products],
        (),
        "Type the products with a different involvement; - for none.",
    )
    for product in answers.products:
        if product.id in different:
            yield from _ask_involved(answers, product)
        for field, parties in product.involved.items():
            answers.involve(parties, field, product.id, product.account)


def _usual(product: ProductAnswer) -> str:
    admins, consumers = (", ".join(product.involved[one]) for one in ("admin_of", "consumer_of"))
    return f"{product.name}: {admins} chooses and administers it, {consumers} can use it"


def _ask_involved(answers: Answers, product: ProductAnswer) -> Asking[None]:
    able = choices_of(answers.adults if product.enforces else answers.people)
    no_minor = "The Admins. A minor administers nothing that enforces policies."
    may_end = "The Choosers, who may change or end it."
    for field, verb, choices, explanation in (
        ("admin_of", "administers", able, no_minor),
        ("chooser_of", "chooses", choices_of(answers.people), may_end),
        ("consumer_of", "uses", answers.consumers, "The Consumers."),
    ):
        text, usual = f"Who {verb} {product.name}?", product.involved[field]
        product.involved[field] = yield from ask_some(text, choices, usual, explanation, least=1)


def ask_devices(answers: Answers) -> Asking[None]:
    """Ask for one device after the other, first for what comes with the products."""
    catalogue: dict[str, OfferedDevice] = {}
    for offering in answers.offerings:
        for device in offering.devices:
            catalogue.setdefault(device.id, device)
    coming = [
        key
        for key, device in catalogue.items()
        if device.included and any(_is_for(device, service) for service in answers.services)
    ]
    while True:
        chosen = yield from _ask_which(answers, catalogue, coming.pop(0) if coming else None)
        if chosen is None:
            return
        if chosen in coming:
            coming.remove(chosen)
        offered = catalogue.get(chosen) or (yield from _ask_other())
        users = yield from _ask_users(answers, offered)
        yield from _ask_device(answers, offered, users)


def _is_for(device: OfferedDevice, service: ServiceAnswer) -> bool:
    return device.resource_type in service.offered.used_on


def _ask_which(
    answers: Answers, catalogue: dict[str, OfferedDevice], proposed: str | None
) -> Asking[str | None]:
    choices = [Choice(key, device.name) for key, device in catalogue.items() if key != _OTHER]
    choices.append(Choice(_OTHER, "something else"))
    return ask(
        "Another device?" if answers.sections["resources"] else "A device?",
        optional(one_choice(choices)),
        proposed or NOTHING,
        "What services are used on: type what it is, or - when there is no other.",
        choices,
    )


def _ask_other() -> Asking[OfferedDevice]:
    kind: str = yield from ask(
        "What is it?", read_as(Text), "device", "A word, such as: games console."
    )
    return OfferedDevice(id=slug(kind, "device"), name=kind, resource_type=kind)


def _ask_users(answers: Answers, offered: OfferedDevice) -> Asking[tuple[str, ...]]:
    """Ask who uses a device; by default, all who can use a service that it is for."""
    guests = set(answers.guests)
    served = [
        consumer
        for product in answers.products
        if any(_is_for(offered, service) for service in product.services)
        for consumer in product.involved["consumer_of"]
        if consumer in guests
    ]
    everybody = list(dict.fromkeys([answers.household.id, *served]))
    return ask_some(
        f"Who uses the {offered.name}?",
        answers.consumers,
        everybody if offered.shared else [answers.people[0].id],
        "Only they can use services on it.",
    )


def _ask_device(answers: Answers, offered: OfferedDevice, users: Sequence[str]) -> Asking[None]:
    owner = next((one for one in answers.people if (one.id,) == tuple(users)), None)
    usual = f"{offered.name} of {owner.shown}" if owner else offered.name
    name = yield from ask_name("Name of the device", usual)
    own_id = yield from answers.ids.ask(
        "Id of the device", f"{offered.id}-{owner.id}" if owner else offered.id
    )
    value = yield from ask_text("Its number", None, "Of a phone, or a serial number; - for none.")
    available = yield from _ask_available(answers, offered, users)
    kind = offered.resource_type
    entry = answers.add("resources", own_id, name=name, resource_type=kind, value=value)
    if offered.shared:
        answers.staying.append(entry)
    answers.involve(users, "consumer_of", own_id, answers.accounts[0])
    for service in available:
        answers.sections["services"][service].setdefault("available_on", []).append(own_id)


def _ask_available(
    answers: Answers, offered: OfferedDevice, users: Sequence[str]
) -> Asking[Sequence[str]]:
    if not answers.services:
        return ()
    fitting = [service for service in answers.services if _is_for(offered, service)]
    chosen = yield from ask_some(
        "Which services can be used on it?",
        [Choice(service.id, service.name) for service in answers.services],
        [one.id for one in fitting if one.owner is None or one.owner in users],
        "Its users must be Consumers of the service as well.",
    )
    return chosen
