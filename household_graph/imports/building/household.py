"""The document of a household, made of what all its records say."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.imports.building.ids import Ids
from household_graph.imports.building.placed import Placed
from household_graph.imports.cleaning import address_key
from household_graph.imports.statements import AccountSaid, PersonSaid, PlaceSaid, ProductSaid

_ACCOUNT = ("name", "state", "payment_status", "contract_term", "tenure_months")
_BILL = (
    *("name", "state", "payment_status", "payment_method", "paperless_billing"),
    *("monthly_charge", "total_charged"),
)
_PERSON = ("given_name", "family_name", "description", "birth_date", "minor", "status")


def document_of(ids: Ids, records: Sequence[Placed], time_zone: str) -> HouseholdDocument:
    """Return the document of a household; what records leave open is left open.

    Where records say different things of one person or account, the last one that says something
    counts, in the order of keys.

    Args:
        ids: makes the ids of the household.
        records: all its records, at least one, in the order of their keys.
        time_zone: the IANA name.
    """
    household = _Household(ids, time_zone)
    for record in records:
        household.add(record)
    return HouseholdDocument.model_validate(household.document(), context=SKIP_RULES)


class _Household:
    """Collects the parts of one household, by id."""

    def __init__(self, ids: Ids, time_zone: str) -> None:
        self.ids = ids
        self.organization: dict[str, Any] = {"id": ids.household, "time_zone": time_zone}
        self.places: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.accounts: dict[str, dict[str, Any]] = {}
        self.bills: dict[str, dict[str, Any]] = {}
        self.products: dict[str, dict[str, Any]] = {}
        self.services: dict[str, dict[str, Any]] = {}
        self.devices: dict[str, dict[str, Any]] = {}
        self.roles: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(self, record: Placed) -> None:
        said, account = record.said, self.ids.account(record.said.account)
        self._organization(record)
        person = self._person(record)
        if said.roles or said.products or said.terms:
            self._account(said.account, said.terms)
        for role in said.roles if person else ():
            self._role(person or "", role, account)
        for product in said.products:
            self._product(product, record, person)

    def document(self) -> dict[str, Any]:
        """Return the parts as a document has them, with the bills shared by who pays them."""
        for (_party, kind, account), role in self.roles.items():
            if kind == "BillPayer":
                role["pays"] = self._shares(account)
            if kind == "Customer":
                held = [one["id"] for one in self.products.values() if one["account"] == account]
                role |= {"admin_of": held, "chooser_of": held}
        return {
            "organization": self.organization,
            "places": list(self.places.values()),
            "individuals": list(self.people.values()),
            "customer_accounts": list(self.accounts.values()),
            "billing_accounts": list(self.bills.values()),
            "products": list(self.products.values()),
            "services": list(self.services.values()),
            "resources": list(self.devices.values()),
            "party_roles": list(self.roles.values()),
        }

    def _organization(self, record: Placed) -> None:
        said = record.said
        if said.organization_name:
            self.organization["name"] = said.organization_name
        if said.organization_type:
            self.organization["organization_type"] = said.organization_type
        if said.place:
            place = self._place(said.place)
            located = self.organization.setdefault("located_at", [])
            located += [] if place in located else [place]

    def _place(self, said: PlaceSaid) -> str:
        parts = said.model_dump(exclude_none=True)
        same = address_key(said) or ", ".join(map(str, parts.values()))
        own_id = self.ids.place(same.strip("|").replace("|", "-").replace(" ", "-"))
        self.places.setdefault(own_id, {"id": own_id, **parts})
        return own_id

    def _person(self, record: Placed) -> str | None:
        """Add the person of a record and those whom it implies; return the id of the first."""
        said, person = record.said, None
        if said.person and record.person:
            person = self._individual(record.person, said.person)
        for other in said.others:
            implied = self._individual(other.key, other)
            if other.minor and person:
                minors = self.people[person].setdefault("responsible_for", [])
                minors += [] if implied in minors else [implied]
        return person

    def _individual(self, key: str, said: PersonSaid) -> str:
        own_id = self.ids.person(key)
        individual = self.people.setdefault(
            own_id, {"id": own_id, "member_of": [self.ids.household]}
        )
        individual |= _stated(said, _PERSON)
        if said.email:
            identity = {"id": f"{own_id}.email", "username": said.email, "realm": "email"}
            individual["identities"] = [identity]
        return own_id

    def _account(self, key: str | None, said: AccountSaid | None) -> None:
        account, bill = self.ids.account(key), self.ids.bill(key)
        terms = said or AccountSaid()
        self.accounts.setdefault(account, {"id": account}).update(_stated(terms, _ACCOUNT))
        self.bills.setdefault(account, {"id": bill}).update(_stated(terms, _BILL))

    def _product(self, said: ProductSaid, record: Placed, person: str | None) -> None:
        account = self.ids.account(record.said.account)
        own_id = self.ids.product(record.said.account, said.key)
        device = self._device(own_id, said)
        self.products[own_id] = {
            "id": own_id,
            "account": account,
            "services": [f"{own_id}.{service.id}" for service in said.services],
            "charged_to": [self.bills[account]["id"]],
            **_stated(said, ("name", "status", "price", "valid_from", "valid_to")),
        }
        for service in said.services:
            service_id = f"{own_id}.{service.id}"
            available = {"available_on": [device]} if device else {}
            stated = service.model_dump(exclude_none=True, exclude={"id"})
            self.services[service_id] = {"id": service_id, **stated, **available}
        alone = said.consumers == "person" and person
        user = self._role(person if alone and person else self.ids.household, "User", account)
        user.setdefault("consumer_of", []).extend([own_id, device] if device else [own_id])

    def _device(self, product: str, said: ProductSaid) -> str | None:
        if said.device is None:
            return None
        own_id = f"{product}.{said.device.id}"
        stated = said.device.model_dump(exclude_none=True, exclude={"id"})
        self.devices[own_id] = {"id": own_id, **stated}
        return own_id

    def _role(self, party: str, kind: str, account: str) -> dict[str, Any]:
        key = party, kind, account
        return self.roles.setdefault(key, {"party": party, "role": kind, "account": account})

    def _shares(self, account: str) -> list[dict[str, Any]]:
        """Return what one of those pays who share a bill equally."""
        payers = [key for key in self.roles if key[1:] == ("BillPayer", account)]
        return [{"to": self.bills[account]["id"], "share": 100 / len(payers)}]


def _stated(said: BaseModel, names: Iterable[str]) -> dict[str, Any]:
    """Return those values of a part that it states."""
    stated = {name: getattr(said, name) for name in names}
    return {name: value for name, value in stated.items() if value is not None}
