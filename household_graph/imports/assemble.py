"""Assemble the rows of a household from all its records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.imports.cleaning.addresses import address_key
from household_graph.imports.records import (
    AGE_OF_MAJORITY,
    AccountFields,
    AssignedRecord,
    DeviceFields,
    PersonFields,
    PlaceFields,
    ProductFields,
    RecordFields,
    RelationshipFields,
    Source,
    household_id,
    joined_characteristics,
    record_id,
    slug,
)
from household_graph.model.declaration import properties_of
from household_graph.model.enums import MediumType
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

RECORD_LABEL = "SourceRecord"


def assemble_rows(source: Source, household: str, records: Sequence[AssignedRecord]) -> Rows:
    """Return the rows of a household, its records among them; no rows without records.

    Records that have ended are there and describe nothing.

    If records disagree about a person or account, the last one that has a value wins, in the order
    of keys.

    Raises:
        ValidationError: if they make no valid household.
    """
    ended = [_record_node(source, household, one) for one in records if one.ended_at]
    ordered = sorted((one for one in records if not one.ended_at), key=lambda record: record.key)
    if not ordered:
        return Rows(household, tuple(ended), ())
    assembly = _Assembly(source, household)
    described = [assembly.add(record) for record in ordered]
    assembly.relate(ordered)
    document = HouseholdDocument.model_validate(assembly.sections(), context=SKIP_RULES)
    rows = to_rows(document)
    known = {node.id for node in rows.nodes}
    nodes = [_record_node(source, household, record) for record in ordered]
    links = [
        RelationshipRow("DESCRIBES", node.id, f"{household}/{thing}")
        for node, things in zip(nodes, described, strict=True)
        for thing in sorted(things)
        if f"{household}/{thing}" in known
    ]
    return Rows(household, (*rows.nodes, *nodes, *ended), (*rows.relationships, *links))


def recorded(source: Source, rows: Rows) -> list[AssignedRecord]:
    """Return the records of a source from which a household in the graph was assembled."""
    nodes: Iterable[Mapping[str, Any]] = (
        node.properties for node in rows.nodes if RECORD_LABEL in node.labels
    )
    return [
        AssignedRecord(
            *(node["said"], node.get("person"), node["file"], node["line"], node["import_run"]),
            ended_at=node.get("ended_at"),
        )
        for node in nodes
        if node["key"].startswith(f"{source.name}:")
    ]


def _record_node(source: Source, household: str, record: AssignedRecord) -> NodeRow:
    properties: dict[str, Value] = {
        "key": f"{source.name}:{record.key}",
        "said": record.text,
        "file": record.file,
        "line": record.line,
        "import_run": record.run,
    }
    if record.person:
        properties["person"] = record.person
    if record.ended_at:
        properties["ended_at"] = record.ended_at
    own_id = f"{household}/{record_id(record.key)}"
    return NodeRow(own_id, frozenset({RECORD_LABEL}), properties)


_Item = dict[str, Any]


class _Assembly:
    """Collects the items of the document of one household, by section and id.

    Those of roles are a party, a kind and an account.
    """

    def __init__(self, source: Source, household: str) -> None:
        self.source, self.household = source.name, household
        self.organization: _Item = {"id": household, "time_zone": source.time_zone}
        self.items: dict[str, dict[Any, _Item]] = defaultdict(dict)
        self.shares: dict[tuple[str, str], float] = {}
        self.bundled: dict[str, str] = {}

    def add(self, record: AssignedRecord) -> set[str]:
        """Add what a record says, and return the local ids of what it may describe."""
        content, account = record.content, self._account_id(record.content.account)
        self.organization |= _stated(content, "Organization")
        if content.organization_name:
            self.organization["name"] = content.organization_name
        if content.place:
            _append(self.organization, "located_at", self._place(content.place))
        people = self._people(record)
        person = people[0] if content.person and record.person else None
        if content.billing_account:
            self._bill(content.billing_account, content.terms or AccountFields())
        elif content.roles or content.products or content.terms:
            self._account(account, content.terms or AccountFields())
        for role in content.roles if person else ():
            self._role(person or "", role, account)
        if person and content.share is not None:
            self.shares[person, account] = content.share
        described = {account, *people}
        for product in content.products:
            alone = person if product.consumers == "person" else None
            used = self._product(content.account, product)
            user = self._role(alone or self.household, "User", account)
            user.setdefault("consumer_of", []).extend(used)
            described.update(used)
        return described

    def relate(self, records: Iterable[AssignedRecord]) -> None:
        """Make adults responsible for minors, as relationships say, after all records are added.

        Both have to be people of the household; the adult is responsible while the minor is one.
        """
        people = {
            one.content.person.key: one.person
            for one in records
            if one.content.person and one.person
        }
        for record in records:
            relationship = record.content.relationship
            if relationship is None or relationship.kind == "spouse-of" or not record.person:
                continue
            pair = record.person, people.get(relationship.other, relationship.other)
            ids = [self._person_id(key) for key in pair]
            if relationship.kind == "child-of":
                ids.reverse()
            adult, minor = (self.items["individuals"].get(one) for one in ids)
            if adult and minor and adult is not minor:
                self._make_responsible(adult, minor, relationship)

    def _make_responsible(self, adult: _Item, minor: _Item, stated: RelationshipFields) -> None:
        of_age, until = _comes_of_age(adult), _comes_of_age(minor)
        if adult.get("minor") or not (until or minor.get("minor")):
            return
        begins = [stated.valid_from] if stated.valid_from else []
        born = minor.get("birth_date")
        if of_age and of_age > (born or date.max):
            begins.append(of_age)
        valid_from = max(begins, default=None)
        valid_to = min(filter(None, (stated.valid_to, until)), default=None)
        if valid_from and valid_to and valid_from >= valid_to:
            return
        validity = {"valid_from": valid_from, "valid_to": valid_to}
        link = {name: value for name, value in validity.items() if value}
        links = adult.setdefault("responsible_for", [])
        if all(_target(one) != minor["id"] for one in links):
            links.append({"to": minor["id"], **link} if link else minor["id"])

    def sections(self) -> dict[str, Any]:
        """Return the sections of the document; who has no share of a bill stated pays equally."""
        for part, whole in self.bundled.items():
            if whole in self.items["products"] and self.bundled.get(whole) != part != whole:
                _append(self.items["products"][whole], "bundles", part)
        roles = self.items["party_roles"]
        for (party, kind, account), role in roles.items():
            if kind == "BillPayer":
                share = self._share(party, account)
                role["pays"] = [{"to": bill, "share": share} for bill in self._bills(account)]
            if kind == "Customer":
                products = self.items["products"].values()
                held = [one["id"] for one in products if one["account"] == account]
                role |= {"admin_of": held, "chooser_of": held}
        sections = {name: list(items.values()) for name, items in self.items.items()}
        return {"organization": self.organization, **sections}

    def _share(self, party: str, account: str) -> float:
        """Return the share of the bills of an account that a party pays, in per cent."""
        every = self.items["party_roles"]
        payers = [one for one, kind, of in every if (kind, of) == ("BillPayer", account)]
        stated = {one: self.shares[one, account] for one in payers if (one, account) in self.shares}
        rest = max(0.0, 100 - sum(stated.values()))
        return stated[party] if party in stated else rest / (len(payers) - len(stated))

    def _bills(self, account: str) -> list[str]:
        """Return the bills that what is held on an account is charged to, its own first."""
        held = (one for one in self.items["products"].values() if one["account"] == account)
        charged = (bill for one in held for bill in one["charged_to"])
        return list(dict.fromkeys((_bill(account), *charged)))

    def _place(self, place: PlaceFields) -> str:
        parts = _stated(place, "Place")
        same = address_key(place) or ", ".join(map(str, parts.values()))
        own_id = f"place-{slug(same.strip('|').replace('|', '-').replace(' ', '-'))}"
        self.items["places"].setdefault(own_id, {"id": own_id, **parts})
        return own_id

    def _people(self, record: AssignedRecord) -> list[str]:
        """Add the person of a record and those whom it implies; return their ids in this order."""
        content, people = record.content, list[str]()
        if content.person and record.person:
            # A relationship alone makes nobody: whom it names, another record describes.
            if content.relationship and not _stated(content.person, "Individual"):
                return [self._person_id(record.person)]
            people.append(self._individual(record.person, content.person))
        for other in content.others:
            people.append(self._individual(other.key, other))
            if other.minor and content.person and record.person:
                _append(self.items["individuals"][people[0]], "responsible_for", people[-1])
        return people

    def _individual(self, key: str, person: PersonFields) -> str:
        own_id = self._person_id(key)
        individual = self.items["individuals"].setdefault(
            own_id, {"id": own_id, "member_of": [self.household]}
        )
        _state(individual, person, "Individual")
        if person.email:
            identity = {"id": f"{own_id}.email", "username": person.email, "realm": "email"}
            individual["identities"] = [identity]
        for kind, first, others in (
            (MediumType.EMAIL, person.email, person.other_emails),
            (MediumType.PHONE, person.phone, person.other_phones),
        ):
            for value in filter(None, (first, *(others or ()))):
                _append(individual, "contact_media", _contact_medium(own_id, kind, value))
        return own_id

    def _account(self, account: str, terms: AccountFields) -> None:
        item = self.items["customer_accounts"].setdefault(account, {"id": account})
        _state(item, terms, "CustomerAccount")
        self._bill(None, terms, _bill(account))

    def _bill(self, key: str | None, terms: AccountFields, own_id: str | None = None) -> str:
        """Add a bill, by the key of its account or by its own id, and return the id."""
        own_id = own_id or _bill(self._account_id(key))
        item = self.items["billing_accounts"].setdefault(own_id, {"id": own_id})
        _state(item, terms, "BillingAccount")
        return own_id

    def _product(self, account: str | None, product: ProductFields) -> list[str]:
        """Add a product with its services and its devices; return the ids of what is used."""
        own_id = self._product_id(account, product.key)
        devices = [self._device(own_id, one) for one in (product.device, *product.devices) if one]
        available = {"available_on": devices} if devices else {}
        services = {f"{own_id}.{service.id}": service for service in product.services}
        for service_id, service in services.items():
            item = {"id": service_id, **_stated(service, "Service"), **available}
            self.items["services"][service_id] = item
        bill = _bill(self._account_id(account))
        if product.billing_account:
            bill = self._bill(product.billing_account, AccountFields())
        if product.bundled_in:
            self.bundled[own_id] = self._product_id(account, product.bundled_in)
        self.items["products"][own_id] = {
            "id": own_id,
            "account": self._account_id(account),
            "services": list(services),
            "charged_to": [bill],
            **_stated(product, "Product"),
        }
        return [own_id, *devices]

    def _product_id(self, account: str | None, key: str) -> str:
        return slug(key) if self._is_named_after(account) else f"{slug(account or '')}.{slug(key)}"

    def _device(self, product: str, device: DeviceFields) -> str:
        own_id = f"{product}.{device.id}"
        item = self.items["resources"][own_id] = {"id": own_id, **_stated(device, "Resource")}
        if device.place:
            item["located_at"] = [self._place(device.place)]
        return own_id

    def _account_id(self, key: str | None) -> str:
        """Return the id of an account: `account`, if the household is named after its key."""
        return "account" if self._is_named_after(key) else f"account-{slug(key or '')}"

    def _person_id(self, key: str) -> str:
        """Return the id of a person from a key such as `contacts/17` or `customers/4#partner`."""
        whole, _hash, implied = key.partition("#")
        tail = whole.partition("/")[2] or whole
        if self._is_named_after(tail):
            return implied or "customer"
        return f"{slug(tail)}.{implied}" if implied else slug(tail)

    def _is_named_after(self, key: str | None) -> bool:
        """Return whether the household is named after a key; None counts as its own."""
        kinds = ("household", "account", "record")
        return key is None or any(
            self.household == household_id(self.source, key, kind) for kind in kinds
        )

    def _role(self, party: str, kind: str, account: str) -> _Item:
        item = {"party": party, "role": kind, "account": account}
        return self.items["party_roles"].setdefault((party, kind, account), item)


def _contact_medium(party: str, kind: MediumType, value: str) -> _Item:
    return {"id": f"{party}.{kind}-{slug(value)}", "medium_type": kind.value, "value": value}


def _comes_of_age(individual: _Item) -> date | None:
    """Return the day on which a person comes of age; None: the birth date is not known."""
    born: date | None = individual.get("birth_date")
    if born is None:
        return None
    try:
        return born.replace(year=born.year + AGE_OF_MAJORITY)
    except ValueError:  # born on 29 February, see `engine.facts.birthday`
        return date(born.year + AGE_OF_MAJORITY, 3, 1)


def _target(link: _Item | str) -> str:
    return link if isinstance(link, str) else str(link["to"])


def _bill(account: str) -> str:
    """Return the id of the bill of an account."""
    return account.replace("account", "bill", 1)


def _append(item: _Item, name: str, value: str | _Item) -> None:
    values = item.setdefault(name, [])
    if value not in values:
        values.append(value)


def _state(item: _Item, fields: RecordFields, label: str) -> None:
    """Add what fields state to an item; characteristics of other names stay."""
    earlier = item.get("characteristics")
    item |= _stated(fields, label)
    if earlier:
        item["characteristics"] = joined_characteristics(earlier, item["characteristics"])


def _stated(fields: RecordFields, label: str) -> _Item:
    """Return the fields that have a value and are properties of a label, but for the id."""
    stated = {name: getattr(fields, name) for name in _shared(type(fields), label)}
    return {name: value for name, value in stated.items() if value is not None}


@cache
def _shared(fields: type[RecordFields], label: str) -> tuple[str, ...]:
    declared = properties_of(frozenset({label})).keys() - {"id"}
    return tuple(name for name in fields.model_fields if name in declared)
