"""What the steps of the wizard collect, and the ids that they use."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from household_graph.documents.offerings import OfferedProduct, OfferedService, Offering
from household_graph.documents.values import LocalId
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType
from household_graph.onboarding.prompts import Asking, Choice, ask, read_as

_MAX_SLUG = 40  # characters of a proposed id: people will type it


@dataclass(frozen=True, slots=True)
class WizardSetting:
    """The circumstances of an onboarding.

    Attributes:
        offerings: what can be chosen, by kind of organization.
        now: the instant of the onboarding, in milliseconds.
        time_zone: the one that is proposed.
        taken: returns whether there is a household with an id already.
    """

    offerings: Callable[[OrganizationType], tuple[Offering, ...]]
    now: int
    time_zone: str = "Europe/London"
    taken: Callable[[str], bool] = lambda _household: False


@dataclass(frozen=True, slots=True)
class HouseholdAnswer:
    """The household or business; `since` is when everything begins to hold."""

    kind: OrganizationType
    name: str
    id: str
    time_zone: str
    age_of_majority: int
    since: date | datetime
    address: dict[str, str | None] | None


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """A person.

    Attributes:
        id: the local id.
        shown: what to call them.
        fields: the names, the description and the birth date, as in a document.
        is_minor: on the day of the onboarding.
        is_member: whether what the household is granted reaches them.
        span: since when and until when they are there, if for a time; either may be open.
        responsible: the ids of the adults who are responsible for them.
    """

    id: str
    shown: str
    fields: dict[str, Any]
    is_minor: bool
    is_member: bool = True
    span: tuple[date | datetime | None, date | datetime | None] = (None, None)
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """A customer account and its bill.

    Attributes:
        id: the local id.
        name: what it is called.
        bill: the local id of the bill.
        bill_name: what the bill is called.
        customer: the id of who holds it.
        shares: who pays the bill, and how much of it in per cent; these sum to 100.
        guarantors: the guarantor of each minor who holds or pays, by the id of the minor.
    """

    id: str
    name: str
    bill: str
    bill_name: str
    customer: str
    shares: dict[str, float]
    guarantors: dict[str, str]


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """A service of a chosen product; `owner` is the id of the person whose own it is, or None."""

    id: str
    name: str
    offered: OfferedService
    owner: str | None


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """A chosen product.

    Attributes:
        id: the local id.
        name: what it is called.
        offered: what it was chosen from.
        account: the account it is held on.
        services: what realizes it.
        admins: the ids of who administers it.
        choosers: the ids of who chooses and changes it.
        consumers: the ids of who uses it; that of the household reaches its members.
    """

    id: str
    name: str
    offered: OfferedProduct
    account: AccountAnswer
    services: tuple[ServiceAnswer, ...]
    admins: tuple[str, ...]
    choosers: tuple[str, ...]
    consumers: tuple[str, ...]

    @property
    def enforces(self) -> bool:
        """Whether a service of it enforces policies."""
        return any(service.offered.enforces for service in self.services)


@dataclass(frozen=True, slots=True)
class DeviceAnswer:
    """A device.

    Attributes:
        id: the local id.
        fields: the name, the type and the number, as in a document.
        users: the ids of who uses it; that of the household reaches its members.
        services: the ids of the services that can be used on it.
        stays: whether it stands at the address.
    """

    id: str
    fields: dict[str, Any]
    users: tuple[str, ...]
    services: tuple[str, ...]
    stays: bool


@dataclass(slots=True)
class Answers:
    """Everything answered so far; each step adds to it.

    Policies are those for minors, with the fields that they have in a document.
    """

    setting: WizardSetting
    household: HouseholdAnswer
    people: list[PersonAnswer] = field(default_factory=list)
    accounts: list[AccountAnswer] = field(default_factory=list)
    products: list[ProductAnswer] = field(default_factory=list)
    devices: list[DeviceAnswer] = field(default_factory=list)
    policies: list[dict[str, Any]] = field(default_factory=list)
    ids: "IdPool" = field(init=False)

    def __post_init__(self) -> None:
        """Reserve the id of the household."""
        self.ids = IdPool(self.household.id)

    @property
    def is_business(self) -> bool:
        """Whether it is a business, not a household."""
        return self.household.kind is OrganizationType.BUSINESS

    @property
    def adults(self) -> list[PersonAnswer]:
        """The people who are no minors."""
        return [person for person in self.people if not person.is_minor]

    @property
    def guests(self) -> list[str]:
        """The ids of the people who are no members."""
        return [person.id for person in self.people if not person.is_member]

    @property
    def services(self) -> list[ServiceAnswer]:
        """The services of all products."""
        return [service for product in self.products for service in product.services]

    @property
    def enforcer(self) -> tuple[ServiceAnswer, ProductAnswer] | None:
        """The first service that enforces policies, and its product; None: there is none."""
        found = ((one, product) for product in self.products for one in product.services)
        return next((one for one in found if one[0].offered.enforces), None)

    @property
    def offerings(self) -> tuple[Offering, ...]:
        """What can be chosen."""
        return self.setting.offerings(self.household.kind)

    @property
    def consumers(self) -> tuple[Choice, ...]:
        """Everybody to choose from, the members together first."""
        everybody = Choice(self.household.id, "everybody who belongs to it")
        return (everybody, *people_choices(self.people))


def people_choices(people: Iterable[PersonAnswer]) -> tuple[Choice, ...]:
    """Return people to choose from."""
    return tuple(Choice(person.id, person.shown) for person in people)


def slug(text: str | None, fallback: str) -> str:
    """Return text as an id: lower-case ASCII letters, digits and `-`.

    Args:
        text: what the id is for, in words.
        fallback: the id if nothing of the text is left.
    """
    letters = unicodedata.normalize("NFKD", (text or "").lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.replace("'", ""))[:_MAX_SLUG].strip("-") or fallback


class IdPool:
    """The local ids of a household, each of which is used once."""

    def __init__(self, *taken: str) -> None:
        """Begin with the ids that are taken."""
        self._taken = set(taken)

    def free(self, proposed: str) -> str:
        """Return a free id: the proposed one, or with -2, -3 after it."""
        number, found = 1, proposed
        while found in self._taken:
            number += 1
            found = f"{proposed}-{number}"
        return found

    def take_free(self, proposed: str) -> str:
        """Take the proposed id, or the next free one, and return it."""
        found = self.free(proposed)
        self._taken.add(found)
        return found

    def ask(self, text: str, proposed: str, explanation: str) -> Asking[str]:
        """Ask for a free id, take it, and return it."""
        own_id = yield from ask(text, self._read, self.free(proposed), explanation)
        self._taken.add(own_id)
        return own_id

    def _read(self, text: str) -> str:
        own_id: str = read_as(LocalId)(text)
        if "." in own_id:
            raise BadInputError(
                f"`{own_id}` could be mistaken for the id of a role", hint="use `-` for `.`"
            )
        if own_id in self._taken:
            raise BadInputError(f"the id `{own_id}` is taken", hint="use another id")
        return own_id
