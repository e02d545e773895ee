"""The entries of a household document.

A field that is a property of the graph under the same name is declared once, in
`model/declaration/labels.py`: its values, default and description come from there, and it exists
even where no entry below names it. One that is named below (`name: str | None`) has its place in
the order of fields there, before those that are not, and its type for checkers. Everything else a
document says is a relationship: a field that is `linked`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import NoneType
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from household_graph.documents.values import (
    Addressees,
    HouseholdId,
    LocalId,
    Moment,
    Reference,
    Share,
    TimeZone,
    declared_field,
    model_in,
    one_of,
)
from household_graph.engine.policies import KIND_OF_FIELD, KINDS
from household_graph.model import enums
from household_graph.model.declaration import (
    RELATIONSHIPS,
    Property,
    properties_of,
    relationships_from,
)
from household_graph.model.declaration.properties import as_sentence

_Model = type[BaseModel]


@dataclass(frozen=True, slots=True)
class Link:
    """What a field of an entry is in the graph, if it is not a property of its own.

    It is a relationship of the type to entries with one of some labels, or from them if it is
    `incoming`; `owned` entries are written inside the one that has the field. Without a type, it
    is a property that refers to an entry. `item` is the model of what it holds, such as
    `DatedLink`; None: a reference, or words.
    """

    type: str | None
    labels: tuple[str, ...]
    description: str
    incoming: bool = False
    owned: bool = False
    is_list: bool = False
    item: _Model | None = None


def linked(
    kind: str | None, description: str, *labels: str, incoming: bool = False, owned: bool = False
) -> Any:  # noqa: ANN401 - stands where a field has its default
    """Declare a field of an entry that is a link, to all that is declared or to some labels."""
    declared = [one for one in RELATIONSHIPS if one.type == kind]
    if not labels:
        labels = tuple(one.start for one in declared) if incoming else declared[0].ends
    return Link(kind, labels, description, incoming, owned)


class DocumentModel(BaseModel):
    """Any model of a YAML file: immutable, and without fields but the declared ones."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        use_attribute_docstrings=False,
        validate_default=False,
    )

    @classmethod
    def schema_text(cls, title: str, description: str) -> str:
        """Return the JSON Schema of the model as text, for editors and other programs.

        It describes single values; rules about several are checked by the readers only.
        """
        schema = _without_titles(cls.model_json_schema()) | {"description": description}
        dialect = "https://json-schema.org/draft/2020-12/schema"
        titled = {"$schema": dialect, "title": title, **schema}
        return json.dumps(titled, indent=2, ensure_ascii=False) + "\n"


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """Return a schema without the titles, which only repeat the names of the fields."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _without_titles(item)
        for name, item in schema.items()
        if name != "title" or not isinstance(item, str)
    }


class Timed(DocumentModel):
    """What holds for a time."""

    valid_from: Moment | None = Field(
        None,
        description="The first instant at which it holds. Left out: the `valid_from` of the "
        "document. `null`: it always did.",
    )
    valid_to: Moment | None = Field(
        None, description="The first instant at which it holds no longer. Left out: it goes on."
    )


class EntryLink(DocumentModel):
    """A link to another entry: a reference alone, or a mapping with `to` and more."""

    to: Reference = Field(description="What it links to: a local id, or a full one.")

    @model_validator(mode="before")
    @classmethod
    def _from_reference(cls, value: object) -> object:
        return {"to": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Allow a plain reference as well."""
        reference = handler(core_schema)
        definition = handler.resolve_ref_schema(reference)
        mapping: dict[str, Any] = dict(definition)
        definition.clear()
        definition["description"] = mapping.pop("description")
        definition["anyOf"] = [mapping["properties"]["to"], mapping]
        return reference


class DatedLink(EntryLink, Timed):
    """A link that holds for a time: a reference alone, or a mapping with `to` and a validity."""


References = tuple[Reference, ...]


class NarrowedLink(DatedLink):
    """A link that holds for a time, and may name what alone it is for."""

    only_for: References = Field(
        (), description="The products, services and devices for which alone it holds."
    )


class SharedLink(EntryLink):
    """A link that bears a share: a reference alone (all of it), or a mapping with a share."""

    share: Share = Field(100.0, description="The share, in per cent, 0 to 100.")


DatedLinks = tuple[DatedLink, ...]


class Entry(DocumentModel):
    """What is a node of the graph, with a label that `label_field`, if any, makes more specific.

    Its fields are properties, links, or both. `excluded` are declared properties of the label that
    this entry does not have.
    """

    label: ClassVar[str]
    label_field: ClassVar[str | None] = None
    excluded: ClassVar[frozenset[str]] = frozenset()
    properties: ClassVar[Mapping[str, Property]] = {}
    links: ClassVar[Mapping[str, Link]] = {}

    def __init_subclass__(cls, label: str = "", **options: Any) -> None:  # noqa: ANN401 - of pydantic
        """Add what is declared of the label as fields: after those that are stated, in place."""
        super().__init_subclass__(**options)
        cls.label = label or getattr(cls, "label", "")
        declared = properties_of(frozenset({cls.label})).items()
        cls.properties = {n: p for n, p in declared if p.documented and n not in cls.excluded}
        inherited = {name for base in cls.__mro__[1:] for name in getattr(base, "model_fields", ())}
        left_out = inherited | {name for name in vars(cls) if name[0] != "_"}
        added = {n: field for n, field in _declared_fields(cls).items() if n not in left_out}
        names = list(cls.__annotations__)
        place = max((n + 1 for n, name in enumerate(names) if name in added), default=len(names))
        names[place:place] = [name for name in added if name not in names]
        hints = cls.__annotations__ | {name: hint for name, (hint, _) in added.items()}
        cls.__annotations__ = {name: hints[name] for name in names}
        for name, (_, default) in added.items():
            setattr(cls, name, default)
        links = {name: link for name, link in vars(cls).items() if isinstance(link, Link)}
        for name, link in links.items():
            hint: Any = hints[name]
            is_list, is_optional = get_origin(hint) is tuple, NoneType in get_args(hint)
            default = () if is_list else None if is_optional else ...
            setattr(cls, name, Field(default, description=link.description))
            links[name] = replace(link, is_list=is_list, item=model_in(hint))
        cls.links = {**cls.links, **links}


def _declared_fields(entry: type[Entry]) -> dict[str, tuple[Any, Any]]:
    """Return annotation and default of what is declared of a label and of kinds of policy."""
    fields = {name: declared_field(one) for name, one in entry.properties.items()}
    for name, link in relationships_from(entry.label).items():
        if name in KIND_OF_FIELD:
            fields[name] = References, linked(link.type, as_sentence(link.meaning))
    return fields


class NamedEntry(Entry):
    """A node with an id that the document states."""

    id: LocalId = Field(
        description="The local id, such as `katie`; unique in the household over all kinds of "
        "entries. The full id is then `bakers/katie`."
    )


class PlaceEntry(NamedEntry, label="Place"):
    """An address."""

    street: str | None
    postal_code: str | None
    city: str | None
    country: str | None


class IdentityEntry(NamedEntry, label="DigitalIdentity"):
    """A username at a provider of identity."""


class ContactMediumEntry(NamedEntry, Timed, label="ContactMedium"):
    """An e-mail address or a phone number by which a party is reached."""


_LOCATED_AT = linked("LOCATED_AT", "The places it is at.")
_IDENTITIES = linked("HAS_IDENTITY", "The usernames it owns.", owned=True)
_CONTACT_MEDIA = linked("HAS_CONTACT_MEDIUM", "The addresses and numbers it has.", owned=True)


class OrganizationEntry(Entry, label="Organization"):
    """The household, or the business, itself."""

    id: HouseholdId = Field(
        description="The id, such as `bakers`: letters, digits and `-`. It stands in front of "
        "all other ids."
    )
    name: str | None
    organization_type: Annotated[
        enums.OrganizationType,
        one_of(enums.OrganizationType, but=enums.OrganizationType.UNIT),
        WithJsonSchema({"type": "string", "enum": ["household", "business"]}),
    ] = Field(enums.OrganizationType.HOUSEHOLD, description="household or business.")
    time_zone: TimeZone = Field(
        description="The IANA name of its time zone. Dates, curfews and ages follow it."
    )
    age_of_majority: int
    status: enums.PartyStatus
    located_at: References = _LOCATED_AT
    identities: tuple[IdentityEntry, ...] = _IDENTITIES
    contact_media: tuple[ContactMediumEntry, ...] = _CONTACT_MEDIA


class UnitEntry(NamedEntry, label="Organization"):
    """A part of the organization, such as a department; units nest."""

    excluded = frozenset({"organization_type", "time_zone", "age_of_majority"})

    name: str | None
    status: enums.PartyStatus
    member_of: DatedLinks = linked("MEMBER_OF", "The organization or units it is a part of.")
    located_at: References = _LOCATED_AT
    identities: tuple[IdentityEntry, ...] = _IDENTITIES
    contact_media: tuple[ContactMediumEntry, ...] = _CONTACT_MEDIA


class IndividualEntry(NamedEntry, label="Individual"):
    """A person, named or not."""

    given_name: str | None
    family_name: str | None
    description: str | None
    birth_date: date | None
    minor: bool | None
    status: enums.PartyStatus
    member_of: DatedLinks = linked("MEMBER_OF", "The organization or units it is a member of.")
    responsible_for: DatedLinks = linked(
        "RESPONSIBLE_FOR", "The minors whose responsible adult it is."
    )
    located_at: References = _LOCATED_AT
    identities: tuple[IdentityEntry, ...] = _IDENTITIES
    contact_media: tuple[ContactMediumEntry, ...] = _CONTACT_MEDIA


class CustomerAccountEntry(NamedEntry, label="CustomerAccount"):
    """What products are held on, and what functional roles are relative to."""

    name: str | None


class BillingAccountEntry(NamedEntry, label="BillingAccount"):
    """What is billed, as one bill."""

    name: str | None


class ProductEntry(NamedEntry, Timed, label="Product"):
    """A subscribed product."""

    name: str | None
    account: Reference | None = linked(
        "HAS_PRODUCT", "The customer account it is held on.", incoming=True
    )
    status: enums.ProductStatus
    price: float | None
    bundles: References = linked(
        "BUNDLES", "The products it contains; a role on it is one on them."
    )
    services: References = linked(
        "REALIZED_BY", "The services that realize it; a role on it is one on them."
    )
    charged_to: tuple[SharedLink, ...] = linked(
        "CHARGED_TO", "The bills its price is on, with the share of each."
    )


class ServiceEntry(NamedEntry, label="Service"):
    """What a product is realized by."""

    name: str | None
    category: str | None
    minimum_age: int | None
    state: enums.ServiceState
    available_on: DatedLinks = linked("AVAILABLE_ON", "The devices it can be used on.")


class ResourceEntry(NamedEntry, label="Resource"):
    """A device, a line, a SIM, a gateway."""

    name: str | None
    resource_type: str | None
    value: str | None
    administrative_state: enums.AdministrativeState
    operational_state: enums.OperationalState
    connected_to: References = linked("CONNECTED_TO", "The devices it is connected to.")
    located_at: References = linked("LOCATED_AT", "The places it stands at.")


_DERIVED = "Left out, it is made of what the role connects: "


class InvolvementEntry(Entry, EntryLink, Timed, label="InvolvementRole"):
    """An involvement role: a reference alone, or a mapping with `to` and more."""

    to: Reference = linked("INVOLVED_IN", "What it links to: a local id, or a full one.")
    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`<role>.consumer.<target>`."
    )
    identified_by: References = linked("IDENTIFIED_BY", "The usernames it is exercised with.")
    granted_by: Reference | None = linked(None, "The party who granted it.", "Party")


class RoleEntry(Entry, Timed):
    """A role through which a party, or a device, is involved."""

    consumer_of: tuple[InvolvementEntry, ...] = linked(
        "PLAYS", "The products, services and devices it uses (Consumer).", "Consumer", owned=True
    )
    chooser_of: tuple[InvolvementEntry, ...] = linked(
        "PLAYS", "Those it chooses and changes (Chooser).", "Chooser", owned=True
    )
    admin_of: tuple[InvolvementEntry, ...] = linked(
        "PLAYS", "Those it administers (Admin).", "Admin", owned=True
    )


class PartyRoleEntry(RoleEntry, label="PartyRole"):
    """A functional role of a party, relative to a customer account."""

    label_field = "role"

    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`dad.bill-payer.account`."
    )
    party: Reference = linked(
        "PLAYS",
        "Whose role it is: an individual, a unit, or the household itself, whose members then "
        "share in it.",
        "Party",
        incoming=True,
    )
    role: Annotated[enums.PartyRoleKind, one_of(enums.PartyRoleKind)] = Field(
        description="Customer, BillPayer or User."
    )
    account: Reference = linked("ON_ACCOUNT", "The customer account it is relative to.")
    guarantor: Reference | None = linked(
        "GUARANTEED_BY",
        "The responsible adult who answers for a minor who is Customer or BillPayer.",
    )
    pays: tuple[SharedLink, ...] = linked(
        "PAYS", "BillPayer only: the bills paid, with the share of each."
    )


class ResourceRoleEntry(RoleEntry, label="ResourceRole"):
    """A role of a device, such as gateway, or member of a hunting group."""

    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`line-1.hunt-group-member`."
    )
    resource: Reference = linked("PLAYS", "Whose role it is.", "Resource", incoming=True)
    name: str | None
    position: int | None


class PolicyEntry(NamedEntry, Timed, label="Policy"):
    """A restriction on what some parties can use; see `kind`.

    What it says from a day on, or between two, is another entry: a version of it, see `policy`.
    """

    policy: Reference | None = linked(
        None, "The policy of which this is a later version. Left out: it is its own.", "Policy"
    )
    supersedes: Reference | None = linked("SUPERSEDES", "The version that it came after.")
    name: str | None
    kind: Annotated[enums.PolicyKind, one_of(enums.PolicyKind)] = Field(
        description=f"What it forbids: {', '.join(f'{n} ({k.summary})' for n, k in KINDS.items())}."
    )
    audience: Addressees = linked(
        "APPLIES_TO", "Who it applies to: minors, everyone, or a list of parties."
    )
    governs: References = linked(
        "GOVERNS",
        "What it is about: products, services, devices, or the household itself, "
        "which means everything.",
        "Product",
        "Service",
        "Resource",
        "Household",
    )
    categories: tuple[str, ...]
    only_on: References = linked(
        "ONLY_ON", "The devices on which alone it forbids. Left out: it does not matter where."
    )
    enforced_by: References = linked("ENFORCED_BY", "The services that enforce it.")
    set_by: Reference | None = linked(
        "SET", "The id of the Admin role of an enforcing service that set it.", incoming=True
    )
    exempt: tuple[NarrowedLink, ...] = linked(
        "EXEMPT_FROM",
        "The individuals who are exempt from it, from all of its versions.",
        incoming=True,
    )
    paused: DatedLinks = linked(
        "PAUSED",
        "When it is lifted for everybody, in all of its versions, as links to the household.",
        "Household",
    )


class HouseholdSections(DocumentModel):
    """What a document says about one household, not yet checked by the rules."""

    organization: OrganizationEntry = Field(description="What the document is about.")
    valid_from: Moment | None = Field(
        None, description="The first instant of every validity below that states none of its own."
    )
    places: tuple[PlaceEntry, ...] = Field((), description="Addresses.")
    units: tuple[UnitEntry, ...] = Field((), description="Parts of the organization.")
    individuals: tuple[IndividualEntry, ...] = Field((), description="People.")
    customer_accounts: tuple[CustomerAccountEntry, ...] = Field(
        (), description="What products are held on."
    )
    billing_accounts: tuple[BillingAccountEntry, ...] = Field((), description="What is billed.")
    products: tuple[ProductEntry, ...] = Field((), description="What is subscribed to.")
    services: tuple[ServiceEntry, ...] = Field((), description="What products are realized by.")
    resources: tuple[ResourceEntry, ...] = Field((), description="Devices, lines, SIMs, gateways.")
    party_roles: tuple[PartyRoleEntry, ...] = Field(
        (), description="Functional roles on accounts, with the involvement that they bring."
    )
    resource_roles: tuple[ResourceRoleEntry, ...] = Field((), description="Roles of devices.")
    policies: tuple[PolicyEntry, ...] = Field((), description="What the household forbids.")
