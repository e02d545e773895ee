"""The prompts about products and devices, who is involved in them, and policies for minors."""

import re
from collections.abc import Sequence

from household_graph.documents.offerings import (
    OfferedDevice,
    OfferedProduct,
    OfferedService,
)
from household_graph.documents.values import Text
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType, PolicyKind, Weekday
from household_graph.model.schedule_words import (
    SCHOOL_NIGHTS,
    long_window,
    read_time_of_day,
    read_weekdays,
)
from household_graph.onboarding.answers import (
    AccountAnswer,
    Answers,
    IdPool,
    ProductAnswer,
    ServiceAnswer,
    slug,
)
from household_graph.onboarding.prompts import NOTHING, one_choice, optional, read_as

_OTHER = "other"
_DAYS = {day.value: "" for day in Weekday}
_ADULT = "adult"


def ask_products(answers: Answers) -> None:
    """Ask for the products on each account, with the usual involvement."""
    keys = IdPool("")  # two offerings may have products of one id
    products = [product for offering in answers.offerings for product in offering.products]
    catalogue = {keys.take_free(product.id): product for product in products}
    choices = {key: _label(product) for key, product in catalogue.items()}
    for account in answers.accounts if catalogue else ():
        first = not answers.products
        text = f"Which products are on {account.name}?"
        usual = [key for key, product in catalogue.items() if product.included and first]
        chosen = answers.ask_some(text, choices, usual, "The price is that of a month.")
        for product in map(catalogue.__getitem__, chosen):
            for owner in _ask_owners(answers, product, account):
                _add_product(answers, account, product, owner)


def _label(product: OfferedProduct) -> str:
    services = ", ".join(service.name for service in product.services)
    price = "" if product.price is None else f", {product.price:.2f}"
    each = " for each person" if product.per_person else ""
    return f"{product.name}{price}{each}: {services}" if services else f"{product.name}{price}"


def _ask_owners(
    answers: Answers, product: OfferedProduct, account: AccountAnswer
) -> Sequence[str | None]:
    if not product.per_person:
        return (None,)
    text, explanation = f"Who has a {product.name} of their own?", "Each of them gets one."
    people, usual = answers.people, [account.customer]
    chosen = answers.ask_some(text, people, usual, explanation, least=1)
    return [person for person in people if person in chosen]


def _add_product(
    answers: Answers, account: AccountAnswer, offered: OfferedProduct, owner: str | None
) -> None:
    """Add a product that was chosen, with the usual involvement."""
    own_id, name = _name(answers, offered, owner)
    services = tuple(
        ServiceAnswer(*_name(answers, service, owner), service, owner)
        for service in offered.services
    )
    admin = account.customer
    if any(service.enforces for service in offered.services):  # no minor administers it
        admin = account.guarantors.get(admin, admin)
    guests = answers.guests if offered.open_to_guests else []
    young = [one for one in answers.minors if one in account.guarantors]  # who hold or pay it
    everybody = young if account.customer in young else (answers.household, *guests)
    consumers = (owner,) if owner else tuple(everybody)
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
    answers: Answers, offered: OfferedProduct | OfferedService, owner: str | None
) -> tuple[str, str]:
    """Return a free id and the name of what was chosen; both name its owner, if it has one."""
    if owner is None:
        return answers.ids.take_free(offered.id), offered.name
    name = f"{offered.name} for {answers.people[owner]}"
    return answers.ids.take_free(f"{offered.id}-{owner}"), name


def ask_involvement(answers: Answers) -> None:
    """Ask for which products the involvement differs from the usual one, and how."""
    if not answers.products:
        return
    text = "Which products does somebody else choose, administer or use?"
    choices = {product.id: _usual(product) for product in answers.products}
    explanation = "Type the products with a different involvement; - for none."
    different = answers.ask_some(text, choices, (), explanation)
    for product in answers.products:
        if product.id in different:
            _ask_involved(answers, product)
        for field, parties in product.involved.items():
            answers.involve(parties, field, product.id, product.account)


def _usual(product: ProductAnswer) -> str:
    admins, consumers = (", ".join(product.involved[one]) for one in ("admin_of", "consumer_of"))
    return f"{product.name}: {admins} chooses and administers it, {consumers} can use it"


def _ask_involved(answers: Answers, product: ProductAnswer) -> None:
    enforces = any(service.offered.enforces for service in product.services)
    able = answers.adults if enforces else answers.people
    no_minor = "The Admins. A minor administers nothing that enforces policies."
    may_end = "The Choosers, who may change or end it."
    for field, verb, choices, explanation in (
        ("admin_of", "administers", able, no_minor),
        ("chooser_of", "chooses", answers.people, may_end),
        ("consumer_of", "uses", answers.consumers, "The Consumers."),
    ):
        text, usual = f"Who {verb} {product.name}?", product.involved[field]
        product.involved[field] = answers.ask_some(text, choices, usual, explanation, least=1)


def ask_devices(answers: Answers) -> None:
    """Ask for one device after the other, first for what comes with the products."""
    catalogue: dict[str, OfferedDevice] = {}
    for device in (device for offering in answers.offerings for device in offering.devices):
        catalogue.setdefault(device.id, device)
    coming = [
        key
        for key, device in catalogue.items()
        if device.included and any(_is_for(device, service) for service in answers.services)
    ]
    choices = {key: device.name for key, device in catalogue.items() if key != _OTHER}
    choices[_OTHER] = "something else"
    read = optional(one_choice(choices))
    while True:
        text = "Another device?" if answers.sections["resources"] else "A device?"
        usual = coming.pop(0) if coming else NOTHING
        explanation = "What services are used on: type what it is, or - when there is no other."
        chosen = answers.ask(text, read, usual, explanation, choices)
        if chosen is None:
            return
        if chosen in coming:
            coming.remove(chosen)
        offered = catalogue.get(chosen)
        if offered is None:
            explanation = "A word, such as: games console."
            kind: str = answers.ask("What is it?", read_as(Text), "device", explanation)
            offered = OfferedDevice(id=slug(kind, "device"), name=kind, resource_type=kind)
        _ask_device(answers, offered, _ask_users(answers, offered))


def _is_for(device: OfferedDevice, service: ServiceAnswer) -> bool:
    return device.resource_type in service.offered.used_on


def _ask_users(answers: Answers, offered: OfferedDevice) -> tuple[str, ...]:
    """Ask who uses a device; by default, all who can use a service that it is for."""
    served = [
        consumer
        for product in answers.products
        if any(_is_for(offered, service) for service in product.services)
        for consumer in product.involved["consumer_of"]
        if consumer in answers.guests
    ]
    everybody = list(dict.fromkeys([answers.household, *served]))
    usual = everybody if offered.shared else [*answers.people][:1]
    explanation = "Only they can use services on it."
    return answers.ask_some(f"Who uses the {offered.name}?", answers.consumers, usual, explanation)


def _ask_device(answers: Answers, offered: OfferedDevice, users: Sequence[str]) -> None:
    proposed, called = offered.id, offered.name
    if len(users) == 1 and users[0] in answers.people:
        proposed, called = f"{proposed}-{users[0]}", f"{called} of {answers.people[users[0]]}"
    name = answers.ask_name("Name of the device", called)
    own_id = answers.ask_id("Id of the device", proposed)
    value = answers.ask_text("Its number", None, "Of a phone, or a serial number; - for none.")
    available: Sequence[str] = ()
    if answers.services:
        fitting = [service for service in answers.services if _is_for(offered, service)]
        usual = [one.id for one in fitting if one.owner is None or one.owner in users]
        choices = {service.id: service.name for service in answers.services}
        explanation = "Its users must be Consumers of the service as well."
        text = "Which services can be used on it?"
        available = answers.ask_some(text, choices, usual, explanation)
    kind = offered.resource_type
    entry = answers.add("resources", own_id, name=name, resource_type=kind, value=value)
    if offered.shared and answers.places:
        entry["located_at"] = [_ask_place(answers, name)]
    answers.involve(users, "consumer_of", own_id, answers.accounts[0])
    for service in available:
        answers.sections["services"][service].setdefault("available_on", []).append(own_id)


def _ask_place(answers: Answers, device: str) -> str:
    """Return the place where a device stands; it is asked where there are several."""
    first = next(iter(answers.places))
    if len(answers.places) == 1:
        return first
    return answers.ask_one(f"Where is {device}?", answers.places, first, "Its address.")


def ask_policies(answers: Answers) -> None:
    """Ask for policies where there are minors, and a service that enforces what is set."""
    if answers.enforcer is None or not answers.minors:
        return
    governable = [service for service in answers.services if not service.offered.enforces]
    if governable:
        _ask_bedtime(answers, governable)
    _ask_ratings(answers, governable, answers.enforcer[0].name)
    if governable:
        _ask_allowed(answers, governable)


def _ask_ratings(answers: Answers, services: Sequence[ServiceAnswer], enforcer: str) -> None:
    explanation = f"By the ratings of services; {enforcer} enforces it."
    text = "Are minors kept from what is not for their age?"
    if not answers.ask_yes(text, explanation, default=True):
        return
    offered = {one.offered.category for one in services}
    keys = IdPool("")
    categories = {
        keys.take_free(slug(category, "category")): category
        for category in sorted({one for one in offered if one} | {_ADULT})
    }
    usual = [key for key, category in categories.items() if category == _ADULT]
    text = "Which categories are closed to minors?"
    explanation = "Categories of service, in addition to the ratings."
    chosen = answers.ask_some(text, categories, usual, explanation)
    answers.add_policy(
        "classification",
        kind=PolicyKind.CLASSIFICATION.value,
        name="What is fit for their age",
        governs=[answers.household],
        maximum_age="own-age",
        blocked_categories=[categories[key] for key in chosen],
    )


def _ask_allowed(answers: Answers, services: Sequence[ServiceAnswer]) -> None:
    """Ask which minors, if any, may use nothing but what is listed."""
    text = "May any minor use only what you list?"
    explanation = "As for a young child: all that is not on the list is closed, at all times."
    if not answers.ask_yes(text, explanation, default=False):
        return
    minors = {one: called for one, called in answers.people.items() if one in answers.minors}
    explanation = "All of them: minors who come later, too."
    bound = answers.ask_some("Which of them?", minors, [*minors], explanation, least=1)
    choices = {one.id: one.name for one in services}
    text = "What may they use?"
    allowed = answers.ask_some(text, choices, (), "The services on the list.", least=1)
    answers.add_policy(
        "allowed",
        None if len(bound) == len(minors) else bound,
        kind=PolicyKind.ALLOW_ONLY.value,
        name="What they may use",
        governs=[answers.household],
        allows=list(allowed),
    )


def _ask_bedtime(answers: Answers, services: Sequence[ServiceAnswer]) -> None:
    explanation = "A curfew: on some days they are offline from one time to another."
    default = answers.kind is OrganizationType.HOUSEHOLD
    if not answers.ask_yes("Is there a bedtime for minors?", explanation, default=default):
        return
    start, end = _ask_window(answers)
    nights = "Numbers, or days: mon-fri, weekdays, weekend, school-nights, daily."
    days = answers.ask("It begins on", _read_days, " ".join(SCHOOL_NIGHTS), nights, _DAYS)
    choices = {one.id: one.name for one in services}
    usual = [one.id for one in services if one.offered.bedtime] or [services[0].id]
    closed = answers.ask_some("What is closed then?", choices, usual, "The services.", least=1)
    answers.add_policy(
        "bedtime",
        kind=PolicyKind.CURFEW.value,
        name="Bedtime",
        governs=list(closed),
        weekdays=list(days),
        start_time=start,
        end_time=end,
    )


def _ask_window(answers: Answers) -> tuple[str, str]:
    """Ask from when to when, again where it is so long that it is not meant."""
    while True:
        explanation = "In local time, as 21:00 or 9pm."
        start = answers.ask("It begins at", read_time_of_day, "21:00", explanation)
        explanation = "On the next day if it is not later."
        end = answers.ask("It is over at", read_time_of_day, "07:00", explanation)
        long = long_window(start, end)
        if long is None:
            return start, end
        text = f"{long[0].upper()}{long[1:]}. Is that meant?"
        if answers.ask_yes(text, "No asks for both times again.", default=False):
            return start, end


def _read_days(text: str) -> tuple[str, ...]:
    """Read days by their numbers, or as people write them."""
    words = [] if text == NOTHING else re.split(r"[\s,]+", text.strip(" ,"))
    read_number = one_choice(_DAYS)
    chosen = {
        day
        for word in words
        for day in ((read_number(word),) if word.isdecimal() else read_weekdays(word))
    }
    if not chosen:
        raise BadInputError("at least one is needed", hint="type its number, or its name")
    return tuple(day for day in _DAYS if day in chosen)
