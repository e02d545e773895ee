"""The questions about devices: what they are, who uses them, and what for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from household_graph.documents.offerings import OfferedDevice, Offering
from household_graph.documents.values import Text
from household_graph.onboarding.asking import ask_for, ask_some, ask_text
from household_graph.onboarding.household import Household
from household_graph.onboarding.names import Ids, slug
from household_graph.onboarding.people import Person, choices_of
from household_graph.onboarding.products import HeldProduct, HeldService
from household_graph.onboarding.question import NOTHING, Asking, Choice, Question, ask
from household_graph.onboarding.values import as_kind, one_of, optional

_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Device:
    """A device.

    Attributes:
        id: the local id.
        name: what it is called.
        resource_type: what it is.
        value: its number, or None.
        users: the ids of who uses it; the household's own reaches its members.
        services: the ids of what it can be used for.
        stays: whether it stands at the address.
    """

    id: str
    name: str
    resource_type: str
    value: str | None
    users: tuple[str, ...]
    services: tuple[str, ...]
    stays: bool


def ask_devices(
    household: Household,
    people: Sequence[Person],
    products: Sequence[HeldProduct],
    offerings: Sequence[Offering],
    ids: Ids,
) -> Asking[tuple[Device, ...]]:
    """Ask for one device after the other, first for what comes with the products."""
    catalogue = _catalogue(offerings)
    services = [service for product in products for service in product.services]
    coming = [key for key, device in catalogue.items() if _comes_with(device, services)]
    found: list[Device] = []
    while True:
        proposed = coming.pop(0) if coming else NOTHING
        chosen = yield from _which(catalogue, proposed, another=bool(found))
        if chosen is None:
            return tuple(found)
        if chosen in coming:
            coming.remove(chosen)
        offered = catalogue.get(chosen) or (yield from _other())
        users = yield from _users(offered, household, people, products)
        found.append((yield from _device(offered, users, people, services, ids)))


def _catalogue(offerings: Iterable[Offering]) -> dict[str, OfferedDevice]:
    """Return all kinds of device by id, each once."""
    found: dict[str, OfferedDevice] = {}
    for offering in offerings:
        for device in offering.devices:
            found.setdefault(device.id, device)
    return found


def _comes_with(device: OfferedDevice, services: Sequence[HeldService]) -> bool:
    return device.included and any(device.resource_type in s.offered.used_on for s in services)


def _which(
    catalogue: dict[str, OfferedDevice], proposed: str, *, another: bool
) -> Asking[str | None]:
    choices = [Choice(key, device.name) for key, device in catalogue.items() if key != _OTHER]
    choices.append(Choice(_OTHER, "something else"))
    return ask(
        Question(
            "Another device?" if another else "A device?",
            optional(one_of(choices)),
            proposed,
            tuple(choices),
            "What services are used on: type what it is, or - when there is no other.",
        )
    )


def _other() -> Asking[OfferedDevice]:
    kind: str = yield from ask_for(
        "What is it?", as_kind(Text), "device", "A word, such as: games console."
    )
    return OfferedDevice(id=slug(kind, "device"), name=kind, resource_type=kind)


def _users(
    offered: OfferedDevice,
    household: Household,
    people: Sequence[Person],
    products: Sequence[HeldProduct],
) -> Asking[tuple[str, ...]]:
    """Ask who uses a device: unless otherwise said, whoever can use what it is there for."""
    guests = {person.id for person in people if not person.is_member}
    served = [
        consumer
        for product in products
        if any(offered.resource_type in s.offered.used_on for s in product.services)
        for consumer in product.consumers
        if consumer in guests
    ]
    everybody = dict.fromkeys([household.id, *served])
    return ask_some(
        f"Who uses the {offered.name}?",
        (Choice(household.id, "everybody who belongs to it"), *choices_of(people)),
        list(everybody) if offered.shared else [people[0].id],
        "Only they can use services on it.",
    )


def _device(
    offered: OfferedDevice,
    users: Sequence[str],
    people: Sequence[Person],
    services: Sequence[HeldService],
    ids: Ids,
) -> Asking[Device]:
    owner = next((p for p in people if p.id in users and len(users) == 1), None)
    proposed = f"{offered.name} of {owner.shown}" if owner else offered.name
    name = (yield from ask_text("Name of the device", proposed, "What to call it.")) or proposed
    wanted = f"{offered.id}-{owner.id}" if owner else offered.id
    own_id = yield from ask_for(
        "Id of the device", ids.reader(), ids.free(wanted), "Letters, digits, `-` and `_`."
    )
    ids.take(own_id)
    value = yield from ask_text("Its number", None, "Of a phone, or a serial number; - for none.")
    available = yield from _available(offered, users, services)
    return Device(
        own_id, name, offered.resource_type, value, tuple(users), available, offered.shared
    )


def _available(
    offered: OfferedDevice, users: Sequence[str], services: Sequence[HeldService]
) -> Asking[tuple[str, ...]]:
    if not services:
        return ()
    return (
        yield from ask_some(
            "Which services can be used on it?",
            [Choice(service.id, service.name) for service in services],
            [
                service.id
                for service in services
                if offered.resource_type in service.offered.used_on
                and (service.owner is None or service.owner in users)
            ],
            "Whoever uses it still has to be a Consumer of the service.",
        )
    )
