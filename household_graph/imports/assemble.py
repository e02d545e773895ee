"""Assemble the rows of a household from all its records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.imports.cleaning.addresses import address_key
from household_graph.imports.local_ids import LocalIds
from household_graph.imports.records import (
    AccountFields,
    AssignedRecord,
    PersonFields,
    PlaceFields,
    ProductFields,
    RecordFields,
    Source,
)
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

RECORD_LABEL = "SourceRecord"

_ACCOUNT = ("name", "state", "payment_status", "contract_term", "tenure_months")
_BILL = (
    *("name", "state", "payment_status", "payment_method", "paperless_billing"),
    *("monthly_charge", "total_charged"),
)
_PERSON = ("given_name", "family_name", "description", "birth_date", "minor", "status")
_PRODUCT = ("name", "status", "price", "valid_from", "valid_to")


def assemble_rows(source: Source, household: str, records: Sequence[AssignedRecord]) -> Rows:
    """Return the rows of a household, its records among them; no rows without records.

    If records disagree about a person or account, the last one that has a value wins, in the order
    of keys.

    Args:
        source: where the records come from.
        household: the id of the household.
        records: all its records.

    Raises:
        ValidationError: if they make no valid household.
    """
    if not records:
        return Rows(household, (), ())
    ids = LocalIds(source.name, household)
    ordered = sorted(records, key=lambda record: record.content.key)
    rows = to_rows(_document(ids, ordered, source.time_zone))
    known = {node.id for node in rows.nodes}
    nodes = [_record_node(source, ids, record) for record in ordered]
    links = [
        RelationshipRow("DESCRIBES", node.id, f"{household}/{thing}")
        for node, record in zip(nodes, ordered, strict=True)
        for thing in sorted(set(_described(ids, record)))
        if f"{household}/{thing}" in known
    ]
    return Rows(household, (*rows.nodes, *nodes), (*rows.relationships, *links))


def recorded(source: Source, rows: Rows) -> list[AssignedRecord]:
    """Return the records of a source from which a household in the graph was assembled."""
    return [
        AssignedRecord.from_properties(node.properties)
        for node in rows.nodes
        if RECORD_LABEL in node.labels and str(node.properties["key"]).startswith(f"{source.name}:")
    ]


def _record_node(source: Source, ids: LocalIds, record: AssignedRecord) -> NodeRow:
    key = record.content.key
    properties: dict[str, Value] = {
        "key": f"{source.name}:{key}",
        "file": record.file,
        "line": record.line,
        "import_run": record.run,
        "said": record.text,
    }
    if record.person:
        properties["person"] = record.person
    return NodeRow(f"{ids.household}/{ids.record(key)}", frozenset({RECORD_LABEL}), properties)


def _described(ids: LocalIds, record: AssignedRecord) -> Iterator[str]:
    """Yield the local ids of what a record may describe."""
    content = record.content
    if record.person:
        yield ids.person(record.person)
    yield from (ids.person(other.key) for other in content.others)
    yield ids.account(content.account)
    for product in content.products:
        product_id = ids.product(content.account, product.key)
        yield product_id
        if product.device:
            yield f"{product_id}.{product.device.id}"


def _document(
    ids: LocalIds, records: Sequence[AssignedRecord], time_zone: str
) -> HouseholdDocument:
    household = _Assembly(ids, time_zone)
    for record in records:
        household.add(record)
    return HouseholdDocument.model_validate(household.sections(), context=SKIP_RULES)


_Item = dict[str, Any]


class _Assembly:
    """Collects the sections of the document of one household; items by id."""

    def __init__(self, ids: LocalIds, time_zone: str) -> None:
        self.ids = ids
        self.organization: _Item = {"id": ids.household, "time_zone": time_zone}
        self.places: dict[str, _Item] = {}
        self.people: dict[str, _Item] = {}
        self.accounts: dict[str, _Item] = {}
        self.bills: dict[str, _Item] = {}
        self.products: dict[str, _Item] = {}
        self.services: dict[str, _Item] = {}
        self.devices: dict[str, _Item] = {}
        self.roles: dict[tuple[str, str, str], _Item] = {}

    def add(self, record: AssignedRecord) -> None:
        content, account = record.content, self.ids.account(record.content.account)
        self.organization |= _stated(content, ("organization_type",))
        if content.organization_name:
            self.organization["name"] = content.organization_name
        if content.place:
            _append(self.organization, "located_at", self._place(content.place))
        person = self._people(record)
        if content.roles or content.products or content.terms:
            self._account(content.account, content.terms or AccountFields())
        for role in content.roles if person else ():
            self._role(person or "", role, account)
        for product in content.products:
            alone = person if product.consumers == "person" else None
            self._product(content.account, product, alone or self.ids.household)

    def sections(self) -> dict[str, Any]:
        """Return the sections of the document; those who pay one bill share it equally."""
        for (_party, kind, account), role in self.roles.items():
            if kind == "BillPayer":
                payers = sum(key[1:] == ("BillPayer", account) for key in self.roles)
                role["pays"] = [{"to": self.bills[account]["id"], "share": 100 / payers}]
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

    def _place(self, place: PlaceFields) -> str:
        parts = place.model_dump(exclude_none=True)
        same = address_key(place) or ", ".join(map(str, parts.values()))
        own_id = self.ids.place(same.strip("|").replace("|", "-").replace(" ", "-"))
        self.places.setdefault(own_id, {"id": own_id, **parts})
        return own_id

    def _people(self, record: AssignedRecord) -> str | None:
        """Add the person of a record and those whom it implies; return the id of the first."""
        content, person = record.content, None
        if content.person and record.person:
            person = self._individual(record.person, content.person)
        for other in content.others:
            implied = self._individual(other.key, other)
            if other.minor and person:
                _append(self.people[person], "responsible_for", implied)
        return person

    def _individual(self, key: str, person: PersonFields) -> str:
        own_id = self.ids.person(key)
        individual = self.people.setdefault(
            own_id, {"id": own_id, "member_of": [self.ids.household]}
        )
        individual |= _stated(person, _PERSON)
        if person.email:
            identity = {"id": f"{own_id}.email", "username": person.email, "realm": "email"}
            individual["identities"] = [identity]
        return own_id

    def _account(self, key: str | None, terms: AccountFields) -> None:
        account, bill = self.ids.account(key), self.ids.bill(key)
        self.accounts.setdefault(account, {"id": account}).update(_stated(terms, _ACCOUNT))
        self.bills.setdefault(account, {"id": bill}).update(_stated(terms, _BILL))

    def _product(self, account_key: str | None, product: ProductFields, consumer: str) -> None:
        account, own_id = self.ids.account(account_key), self.ids.product(account_key, product.key)
        device = f"{own_id}.{product.device.id}" if product.device else None
        if product.device and device:
            self.devices[device] = {"id": device, **_stated_but_id(product.device)}
        for service in product.services:
            service_id = f"{own_id}.{service.id}"
            available = {"available_on": [device]} if device else {}
            self.services[service_id] = {"id": service_id, **_stated_but_id(service), **available}
        self.products[own_id] = {
            "id": own_id,
            "account": account,
            "services": [f"{own_id}.{service.id}" for service in product.services],
            "charged_to": [self.bills[account]["id"]],
            **_stated(product, _PRODUCT),
        }
        user = self._role(consumer, "User", account)
        user.setdefault("consumer_of", []).extend([own_id, device] if device else [own_id])

    def _role(self, party: str, kind: str, account: str) -> _Item:
        key = party, kind, account
        return self.roles.setdefault(key, {"party": party, "role": kind, "account": account})


def _append(item: _Item, name: str, value: str) -> None:
    values = item.setdefault(name, [])
    if value not in values:
        values.append(value)


def _stated(fields: RecordFields, names: Iterable[str]) -> _Item:
    """Return those of some fields that have a value."""
    stated = {name: getattr(fields, name) for name in names}
    return {name: value for name, value in stated.items() if value is not None}


def _stated_but_id(fields: RecordFields) -> _Item:
    return fields.model_dump(exclude_none=True, exclude={"id"})
