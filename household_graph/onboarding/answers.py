"""What the steps of the wizard collect: a household document as plain data, and what they look up.

Sections hold entries by their ids until the document is complete.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from household_graph.documents.offerings import OfferedService, Offering
from household_graph.documents.values import Day, LocalId, Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType, PartyRoleKind
from household_graph.model.ids import involvement_id, party_role_id
from household_graph.model.instants import country_of_zone
from household_graph.onboarding.prompts import Interview, read_as

Data = dict[str, Any]

_MAX_SLUG = 40  # characters of a proposed id: people will type it


@dataclass(frozen=True, slots=True)
class WizardSetting:
    """The circumstances of an onboarding.

    Attributes:
        offerings: what can be chosen, by kind of organization.
        now: the instant of the onboarding, in milliseconds.
        time_zone: the one that is proposed.
        taken: returns whether there is a household with an id already.
        read_day: reads a day as people of a country write it, by the ISO 3166 code of that.
        read_country: reads a country, likewise, and returns its code.

    What readers raise is a BadInputError.
    """

    offerings: Callable[[OrganizationType], tuple[Offering, ...]]
    now: int
    time_zone: str = "Europe/London"
    taken: Callable[[str], bool] = lambda _household: False
    read_day: Callable[[str, str], date] = lambda text, _country: read_as(Day)(text)
    read_country: Callable[[str, str], str] = lambda text, _country: text.upper()


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """A customer account with its bill, and the guarantor of each minor who holds or pays it."""

    id: str
    name: str
    bill: str
    customer: str
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
    """A chosen product, and by field of a role the ids of who administers, chooses and uses it.

    The id of the household among its consumers reaches the members.
    """

    id: str
    name: str
    account: AccountAnswer
    services: tuple[ServiceAnswer, ...]
    involved: dict[str, tuple[str, ...]]


class IdPool:
    """Ids, each of which is used once."""

    def __init__(self, *taken: str) -> None:
        """Begin with the ids that are taken."""
        self.taken = set(taken)

    def free(self, proposed: str) -> str:
        """Return a free id: the proposed one, or with -2, -3 after it."""
        numbered = (proposed if n == 1 else f"{proposed}-{n}" for n in count(1))
        return next(one for one in numbered if one not in self.taken)

    def take_free(self, proposed: str) -> str:
        """Take the proposed id, or the next free one, and return it."""
        found = self.free(proposed)
        self.taken.add(found)
        return found

    def read(self, text: str) -> str:
        """Read a free local id."""
        own_id: str = read_as(LocalId)(text)
        if "." in own_id:
            raise BadInputError(
                f"`{own_id}` could be mistaken for the id of a role", hint="use `-` for `.`"
            )
        if own_id in self.taken:
            raise BadInputError(f"the id `{own_id}` is taken", hint="use another id")
        return own_id


class Answers(Interview):
    """Everything answered so far; each step adds to it.

    Attributes:
        organization: the entry of the household or business; the first step makes it, with its
            id, kind, zone and address, when everything begins to hold, and what it is offered.
        people: what each person is called, by id, to choose from.
        minors: those who are minors on this day, and the ids of adults responsible for each.
        guests: those who are no members: what the household is granted does not reach them.
        stays: the `valid_from` and `valid_to` of those who are there for a time.
        sections: the other entries of the document by section and id.
        places: the streets of its addresses by id, the first one first.
        resource_roles: the roles of devices.
    """

    organization: Data
    household: str
    kind: OrganizationType
    zone: ZoneInfo
    since: date | datetime
    offerings: tuple[Offering, ...]

    def __init__(self, setting: WizardSetting, values: Iterable[Any]) -> None:
        """Begin with the values of the answers to the first prompts."""
        super().__init__(values)
        self.setting = setting
        self.ids = IdPool()
        self.people: dict[str, str] = {}
        self.minors: dict[str, tuple[str, ...]] = {}
        self.guests: list[str] = []
        self.stays: dict[str, Data] = {}
        self.accounts: list[AccountAnswer] = []
        self.products: list[ProductAnswer] = []
        self.sections: dict[str, dict[str, Data]] = defaultdict(dict)
        self.places: dict[str, str] = {}
        self.resource_roles: list[Data] = []
        self._roles: dict[tuple[str, str, str], Data] = {}

    @property
    def adults(self) -> dict[str, str]:
        """The people who are no minors."""
        return {one: called for one, called in self.people.items() if one not in self.minors}

    @property
    def country(self) -> str:
        """The ISO 3166 code of the country that the time zone is named for; empty: of none."""
        return country_of_zone(self.zone.key) or ""

    def read_day(self, text: str) -> date:
        """Read a day, in ISO 8601 or as people of the country write it."""
        try:
            day: date = read_as(Day)(text)
        except BadInputError:
            return self.setting.read_day(text, self.country)
        return day

    def read_moment(self, text: str) -> date | datetime:
        """Read a day, or a local time in ISO 8601."""
        try:
            moment: date | datetime = read_as(Moment)(text)
        except BadInputError as error:
            try:
                return self.setting.read_day(text, self.country)
            except BadInputError:
                raise error from None
        return moment

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
    def consumers(self) -> dict[str, str]:
        """Everybody to choose from, the members together first."""
        return {self.household: "everybody who belongs to it", **self.people}

    def ask_id(self, text: str, proposed: str, more: str = "") -> str:
        """Ask for a free id, take it, and return it."""
        explanation = f"Letters, digits, `-` and `_`{more}."
        return self.ids.take_free(
            self.ask(text, self.ids.read, self.ids.free(proposed), explanation)
        )

    def add(self, section: str, own_id: str, **fields: object) -> Data:
        """Add an entry with the fields that have a value, and return it."""
        stated = {name: value for name, value in fields.items() if value is not None}
        return self.sections[section].setdefault(own_id, {"id": own_id, **stated})

    def role(self, party: str, kind: PartyRoleKind, account: AccountAnswer) -> Data:
        """Return the role of a kind that a party has on an account, which may be new."""
        fields = {"party": party, "role": kind.value, "account": account.id}
        role = self._roles.setdefault((party, kind.value, account.id), fields)
        if kind is PartyRoleKind.USER:
            role |= self.stays.get(party, {})
        elif party in account.guarantors:
            role["guarantor"] = account.guarantors[party]
        return role

    def involve(
        self, parties: Iterable[str], field: str, target: str, account: AccountAnswer
    ) -> None:
        """Give parties an involvement role, named as the field of a document is."""
        for party in parties:
            kind = _role_kind(party, field, account)
            self.role(party, kind, account).setdefault(field, []).append(target)

    def add_policy(
        self, proposed: str, audience: Sequence[str] | None = None, **fields: object
    ) -> None:
        """Add a policy for minors, or for those of an audience.

        It is set by the first Admin of the product that enforces it.
        """
        if self.enforcer is None:
            return
        service, product = self.enforcer
        admin, account = product.involved["admin_of"][0], product.account
        role = party_role_id(admin, _role_kind(admin, "admin_of", account).value, account.id)
        setter = involvement_id(role, "Admin", product.id)
        parties = list(audience) if audience else "minors"
        fields |= {"audience": parties, "enforced_by": [service.id], "set_by": setter}
        self.add("policies", self.ids.take_free(proposed), **fields)

    def document(self) -> Data:
        """Return the document as plain data, in which everybody is User of the first account."""
        if self.places:
            self.organization["located_at"] = [*self.places]
        for party in (self.household, *self.people):
            self.role(party, PartyRoleKind.USER, self.accounts[0])
        return {
            "organization": self.organization,
            "valid_from": self.since,
            **{name: list(entries.values()) for name, entries in self.sections.items() if entries},
            "party_roles": list(self._roles.values()),
            **({"resource_roles": self.resource_roles} if self.resource_roles else {}),
        }


def _role_kind(party: str, field: str, account: AccountAnswer) -> PartyRoleKind:
    """Return the kind of role through which a party is involved in what is on an account.

    A Customer chooses and administers as such; everything else is by a User role, which ends when
    a person who is there for a time leaves.
    """
    as_customer = party == account.customer and field != "consumer_of"
    return PartyRoleKind.CUSTOMER if as_customer else PartyRoleKind.USER


def slug(text: str | None, fallback: str) -> str:
    """Return text as an id of lower-case ASCII letters, digits and `-`; the fallback for none."""
    letters = unicodedata.normalize("NFKD", (text or "").lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.replace("'", ""))[:_MAX_SLUG].strip("-") or fallback
