"""The names in a document: ids stated and derived, and the references to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from household_graph.documents.parts import DocumentModel, Link, ReferenceTo
from household_graph.documents.problems import Loc
from household_graph.documents.roles import Involvement, PartyRole, ResourceRole
from household_graph.model.enums import InvolvementKind
from household_graph.model.ids import involvement_id, party_role_id, resource_role_id

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument

INVOLVEMENT_FIELDS = {
    InvolvementKind.CONSUMER: "consumer_of",
    InvolvementKind.CHOOSER: "chooser_of",
    InvolvementKind.ADMIN: "admin_of",
}
"""The field of a role for each kind of involvement."""
SECTIONS = {
    "places": ("Place",),
    "units": ("Party", "Organization"),
    "individuals": ("Party", "Individual"),
    "customer_accounts": ("CustomerAccount",),
    "billing_accounts": ("BillingAccount",),
    "products": ("Product",),
    "services": ("Service",),
    "resources": ("Resource",),
    "policies": ("Policy",),
}
"""The sections of things with an id of their own, and the labels of those."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing with an id.

    Attributes:
        id: the local id; that of the household is its own.
        labels: the labels it has; the household itself has `Household` besides.
        loc: where its id is stated, or where it is, if the id is derived.
        derived: whether the id is derived.
    """

    id: str
    labels: tuple[str, ...]
    loc: Loc
    derived: bool = False


@dataclass(frozen=True, slots=True)
class ReferenceAt:
    """A reference, and where it is.

    Attributes:
        text: as it stands in the document.
        labels: the labels of what it may refer to.
        loc: where it is.
        source: the part it is in.
        in_list: the place of the list it is in, or None if it stands alone.
    """

    text: str
    labels: tuple[str, ...]
    loc: Loc
    source: DocumentModel
    in_list: Loc | None


def local(household: str, reference: str) -> str:
    """Return the local name of a reference; one into another household stays as it is."""
    return reference.removeprefix(f"{household}/")


def full(household: str, reference: str) -> str:
    """Return the full id of what a reference means; that of the household is its own."""
    name = local(household, reference)
    return name if name == household else f"{household}/{name}"


def role_id(household: str, role: PartyRole | ResourceRole) -> str:
    """Return the local id of a role, stated or derived."""
    if role.id is not None:
        return role.id
    if isinstance(role, ResourceRole):
        return resource_role_id(local(household, role.resource), role.name)
    return party_role_id(
        local(household, role.party), role.role.value, local(household, role.account)
    )


def involvements_of(
    household: str, role: PartyRole | ResourceRole
) -> Iterator[tuple[str, InvolvementKind, Involvement, Loc]]:
    """Yield each involvement of a role: local id, kind, itself, and its place in the role."""
    own_id = role_id(household, role)
    for kind, field in INVOLVEMENT_FIELDS.items():
        for index, involvement in enumerate(getattr(role, field)):
            derived = involvement_id(own_id, kind.value, local(household, involvement.to))
            yield involvement.id or derived, kind, involvement, (field, index)


def entries(document: "HouseholdDocument") -> Iterator[Entry]:
    """Yield everything with an id, in the order of the document."""
    household = document.organization.id
    yield Entry(household, ("Party", "Organization", "Household"), ("organization", "id"))
    yield from _identities(document.organization, ("organization",))
    for section, labels in SECTIONS.items():
        for index, part in enumerate(getattr(document, section)):
            yield Entry(part.id, labels, (section, index, "id"))
            yield from _identities(part, (section, index))
    for section in ("party_roles", "resource_roles"):
        for index, role in enumerate(getattr(document, section)):
            label = role.role.value if isinstance(role, PartyRole) else "ResourceRole"
            yield _entry(role_id(household, role), (label,), (section, index), role.id)
            for own_id, kind, involvement, place in involvements_of(household, role):
                loc = (section, index, *place)
                yield _entry(own_id, ("InvolvementRole", kind.value), loc, involvement.id)


def _identities(part: DocumentModel, loc: Loc) -> Iterator[Entry]:
    for index, identity in enumerate(getattr(part, "identities", ())):
        yield Entry(identity.id, ("DigitalIdentity",), (*loc, "identities", index, "id"))


def _entry(own_id: str, labels: tuple[str, ...], loc: Loc, stated: str | None) -> Entry:
    return Entry(own_id, labels, (*loc, "id") if stated else loc, derived=stated is None)


def references(part: DocumentModel, loc: Loc = ()) -> Iterator[ReferenceAt]:
    """Yield every reference within a part, in the order of its fields."""
    for name, field in type(part).model_fields.items():
        value, here = getattr(part, name), (*loc, name)
        mark = next((mark for mark in field.metadata if isinstance(mark, ReferenceTo)), None)
        if mark:
            yield from _marked(value, mark, here, part)
        for place, item in _parts(value, here):
            yield from references(item, place)


def _marked(
    value: object, mark: ReferenceTo, here: Loc, part: DocumentModel
) -> Iterator[ReferenceAt]:
    """Yield the references of one field: one, or a list of them, or of links."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield ReferenceAt(value, mark.labels, here, part, None)
    for index, item in enumerate(value if isinstance(value, tuple) else ()):
        if isinstance(item, Link):
            yield ReferenceAt(item.to, mark.labels, (*here, index, "to"), item, here)
        else:
            yield ReferenceAt(item, mark.labels, (*here, index), part, here)


def parts_within(part: DocumentModel, loc: Loc = ()) -> Iterator[tuple[Loc, DocumentModel]]:
    """Yield every part within a part, at any depth, with its place."""
    for name in type(part).model_fields:
        for place, item in _parts(getattr(part, name), (*loc, name)):
            yield place, item
            yield from parts_within(item, place)


def _parts(value: object, here: Loc) -> Iterator[tuple[Loc, DocumentModel]]:
    if isinstance(value, DocumentModel):
        yield here, value
    for index, item in enumerate(value if isinstance(value, tuple) else ()):
        if isinstance(item, DocumentModel):
            yield (*here, index), item
