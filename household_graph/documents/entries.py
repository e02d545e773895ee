"""The entries of a document that are nodes, their ids, and the references between them.

Both directions between documents and rows, and the rules, read a document through this module.
"""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from household_graph.documents.models import (
    DatedLink,
    DocumentModel,
    Entry,
    EntryLink,
    InvolvementEntry,
    Owns,
    PartyRoleEntry,
    ReferenceTo,
    ResourceRoleEntry,
    Timed,
    labels_of,
)
from household_graph.documents.problems import Loc, model_in
from household_graph.model.declaration import Property, properties_of
from household_graph.model.ids import involvement_id, party_role_id, resource_role_id
from household_graph.model.instants import BEGINNING, FOREVER, instant_of, zone_named

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


@dataclass(frozen=True, slots=True)
class EntryField:
    """A field of an entry, and what it is in the graph.

    Attributes:
        name: of the field, and of the property.
        declared: the declaration of the property that it is; None: it is none.
        reference: the mark of a field that refers to other entries.
        owns: the mark of a field of entries written inside.
        item: the model of its items, such as `DatedLink`; None: it has values or references.
        is_list: whether it has several items.
    """

    name: str
    declared: Property | None
    reference: ReferenceTo | None
    owns: Owns | None
    item: type[DocumentModel] | None
    is_list: bool

    @property
    def link(self) -> str | None:
        """The type of the relationships that the field is in the graph."""
        return self.reference.link if self.reference else None


@cache
def fields_of(model: type[Entry]) -> tuple[EntryField, ...]:
    """Return the fields of an entry that are properties, relationships or entries of their own."""
    found = []
    for name, field in model.model_fields.items():
        declared = properties_of(frozenset({model.label})).get(name)
        reference = next((one for one in field.metadata if isinstance(one, ReferenceTo)), None)
        owns = next((one for one in field.metadata if isinstance(one, Owns)), None)
        declared = declared if declared and declared.documented else None
        if declared or reference or owns:
            is_list = typing.get_origin(field.annotation) is tuple
            item = typing.cast("type[DocumentModel] | None", model_in(field.annotation))
            found.append(EntryField(name, declared, reference, owns, item, is_list))
    return tuple(found)


@cache
def sections_of(document: type[DocumentModel]) -> Mapping[str, type[Entry]]:
    """Return the model of the entries in each section of a document; `organization` is first."""
    found = {name: model_in(field.annotation) for name, field in document.model_fields.items()}
    return {name: model for name, model in found.items() if model and issubclass(model, Entry)}


@dataclass(frozen=True, slots=True)
class Node:
    """An entry as the node that it is in the graph.

    Attributes:
        id: its local id; that of the household is its own.
        labels: the labels of the node, the most specific last; the household itself has
            `Household` besides.
        entry: what the document says of it.
        loc: where it is.
        owner: the local id of the entry it is written in; empty for an entry of a section.
        link: the type of the relationship from the owner.
    """

    id: str
    labels: tuple[str, ...]
    entry: Entry
    loc: Loc
    owner: str = ""
    link: str = ""

    @property
    def is_derived(self) -> bool:
        """Whether its id is derived, not stated."""
        return vars(self.entry)["id"] is None

    @property
    def id_loc(self) -> Loc:
        """Where its id is stated, or where it is itself."""
        return self.loc if self.is_derived else (*self.loc, "id")


def nodes_of(document: "HouseholdDocument") -> Iterator[Node]:
    """Yield every entry with an id, in the order of the document."""
    household = document.organization.id
    for section in sections_of(type(document)):
        if section == "organization":
            labels = (*labels_of("Organization"), "Household")
            yield Node(household, labels, document.organization, (section,))
            yield from _owned(household, household, document.organization, (section,))
            continue
        for index, entry in enumerate(getattr(document, section)):
            yield from _with_owned(household, entry, (section, index))


def _with_owned(
    household: str, entry: Entry, loc: Loc, owner: str = "", owns: Owns | None = None
) -> Iterator[Node]:
    label = (owns and owns.label) or entry.label
    if entry.label_field:
        label = getattr(entry, entry.label_field).value
    values = vars(entry)
    own_id = values["id"] or derived_id(household, type(entry), values, owner, label)
    yield Node(own_id, labels_of(label), entry, loc, owner, owns.link if owns else "")
    yield from _owned(household, own_id, entry, loc)


def _owned(household: str, own_id: str, entry: Entry, loc: Loc) -> Iterator[Node]:
    for field in fields_of(type(entry)):
        for index, item in enumerate(getattr(entry, field.name) if field.owns else ()):
            yield from _with_owned(household, item, (*loc, field.name, index), own_id, field.owns)


def derived_id(
    household: str, model: type[Entry], values: Mapping[str, Any], owner: str, label: str
) -> str:
    """Return the local id that an entry has if it states none; empty: it has to state one.

    Args:
        household: the id of the household.
        model: the class of the entry.
        values: its fields.
        owner: the local id of the role it is written in.
        label: the most specific label of the node.
    """
    if issubclass(model, InvolvementEntry):
        return involvement_id(owner, label, local(household, values.get("to")))
    if issubclass(model, PartyRoleEntry):
        party, account = local(household, values.get("party")), values.get("account")
        return party_role_id(party, label, local(household, account))
    if issubclass(model, ResourceRoleEntry):
        return resource_role_id(local(household, values.get("resource")), values.get("name"))
    return ""


def local(household: str, reference: str | None) -> str:
    """Return the local id of a reference; one into another household stays as it is."""
    return (reference or "").removeprefix(f"{household}/")


def full(household: str, reference: str) -> str:
    """Return the full id of what a reference refers to; that of the household is its own."""
    name = local(household, reference)
    return name if name == household else f"{household}/{name}"


@dataclass(frozen=True, slots=True)
class ReferenceAt:
    """A reference, and where it is.

    Attributes:
        text: as stated in the document.
        labels: the labels of what it may refer to.
        loc: where it is.
        is_dated: whether it is a link with a validity, which may be stated several times.
        list_loc: where the list is that it is in; None: it stands alone.
    """

    text: str
    labels: tuple[str, ...]
    loc: Loc
    is_dated: bool = False
    list_loc: Loc | None = None


def references_of(document: "HouseholdDocument") -> Iterator[ReferenceAt]:
    """Yield every reference of a document, in the order of its entries and their fields."""
    for node in nodes_of(document):
        for field in fields_of(type(node.entry)):
            if field.reference:
                value, loc = getattr(node.entry, field.name), (*node.loc, field.name)
                yield from _references(field.reference.labels, value, loc)


def _references(labels: tuple[str, ...], value: object, loc: Loc) -> Iterator[ReferenceAt]:
    """Yield the references of one field: one, or a list of them, or of links."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield ReferenceAt(value, labels, loc)
    for index, item in enumerate(value if isinstance(value, tuple) else ()):
        if isinstance(item, EntryLink):
            is_dated = isinstance(item, DatedLink)
            yield ReferenceAt(item.to, labels, (*loc, index, "to"), is_dated, loc)
        else:
            yield ReferenceAt(item, labels, (*loc, index), list_loc=loc)


def models_within(model: DocumentModel, loc: Loc = ()) -> Iterator[tuple[Loc, DocumentModel]]:
    """Yield every model within a model, at any depth, with its location."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        items = enumerate(value) if isinstance(value, tuple) else ((None, value),)
        for index, item in items:
            if isinstance(item, DocumentModel):
                place = (*loc, name) if index is None else (*loc, name, index)
                yield place, item
                yield from models_within(item, place)


def zone_of(document: "HouseholdDocument") -> ZoneInfo:
    """Return the time zone of the household."""
    return zone_named(document.organization.time_zone)


def start_of(document: "HouseholdDocument", timed: Timed) -> date | datetime | None:
    """Return the `valid_from` of something: its own where it states one, or the document's."""
    return timed.valid_from if "valid_from" in timed.model_fields_set else document.valid_from


def span_of(document: "HouseholdDocument", timed: Timed) -> tuple[int, int]:
    """Return the instants at which something begins and ceases to hold, in milliseconds."""
    start = start_of(document, timed)
    if start is None and timed.valid_to is None:
        return BEGINNING, FOREVER
    zone = zone_of(document)
    return (
        BEGINNING if start is None else instant_of(start, zone),
        FOREVER if timed.valid_to is None else instant_of(timed.valid_to, zone),
    )
