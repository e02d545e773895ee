"""Household documents as nodes and rows of the graph, by the fields of their entries.

The rules and `export`, which is the way back, read entries through this module as well.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from household_graph.documents.models import (
    DatedLink,
    DocumentModel,
    Entry,
    EntryLink,
    HouseholdSections,
    InvolvementEntry,
    Link,
    NarrowedLink,
    PartyRoleEntry,
    ResourceRoleEntry,
    SharedLink,
    Timed,
    UnitEntry,
)
from household_graph.documents.values import Loc, model_in
from household_graph.model.declaration import Property, label_named
from household_graph.model.enums import Audience, OrganizationType
from household_graph.model.ids import involvement_id, party_role_id, resource_role_id
from household_graph.model.instants import BEGINNING, FOREVER, instant_of, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import ALWAYS, stated_span


@cache
def sections_of(document: type[DocumentModel]) -> Mapping[str, type[Entry]]:
    """Return the model of the entries in each section of a document; `organization` is first."""
    found = {name: model_in(field.annotation) for name, field in document.model_fields.items()}
    return {name: model for name, model in found.items() if model and issubclass(model, Entry)}


@dataclass(frozen=True, slots=True)
class Node:
    """An entry, and where it is, as the node that it is in the graph.

    The id is local, and the most specific label last; the household itself has `Household` besides.
    One that is written in another entry has the local id of that `owner`, and the type of the
    relationship from it.
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


def nodes_of(document: HouseholdSections) -> Iterator[Node]:
    """Yield every entry with an id, in the order of the document."""
    household, own = document.organization.id, document.organization
    yield Node(household, (*_labels("Organization"), "Household"), own, ("organization",))
    yield from _owned(household, household, own, ("organization",))
    for section in list(sections_of(type(document)))[1:]:
        for index, entry in enumerate(getattr(document, section)):
            yield from _with_owned(household, entry, (section, index))


def _with_owned(
    household: str, entry: Entry, loc: Loc, owner: str = "", link: Link | None = None
) -> Iterator[Node]:
    label = link.labels[0] if link else entry.label
    if entry.label_field:
        label = getattr(entry, entry.label_field).value
    values = vars(entry)
    own_id = values["id"] or derived_id(household, type(entry), values, owner, label)
    yield Node(own_id, _labels(label), entry, loc, owner, (link and link.type) or "")
    yield from _owned(household, own_id, entry, loc)


def _owned(household: str, own_id: str, entry: Entry, loc: Loc) -> Iterator[Node]:
    for name, link in type(entry).links.items():
        for index, item in enumerate(getattr(entry, name) if link.owned else ()):
            yield from _with_owned(household, item, (*loc, name, index), own_id, link)


def _labels(label: str) -> tuple[str, ...]:
    return (*reversed([one for one in label_named(label).implies if one != "Entity"]), label)


def derived_id(
    household: str, model: type[Entry], values: Mapping[str, Any], owner: str, label: str
) -> str:
    """Return the local id that an entry has if it states none; empty: it has to state one.

    It is made of its fields, its most specific label, and the local id of the role it stands in.
    """

    def of(field: str) -> str:
        return local(household, values.get(field))

    if issubclass(model, InvolvementEntry):
        return involvement_id(owner, label, of("to"))
    if issubclass(model, PartyRoleEntry):
        return party_role_id(of("party"), label, of("account"))
    if issubclass(model, ResourceRoleEntry):
        return resource_role_id(of("resource"), values.get("name"))
    return ""


def local(household: str, reference: str | None) -> str:
    """Return the local id of a reference; one into another household stays as it is."""
    return (reference or "").removeprefix(f"{household}/")


def full(household: str, reference: str) -> str:
    """Return the full id of what a reference refers to; that of the household is its own."""
    name = local(household, reference)
    return name if name == household else f"{household}/{name}"


_TARGETS = Link(None, ("Product", "Service", "Resource"), "What a link is narrowed to.")


class ReferenceAt(NamedTuple):
    """A reference, the link that its field is, and where it is.

    `entry` is what it is the `to` of (None: a plain reference), `list_loc` where the list is that
    it is in (None: it stands alone).
    """

    text: str
    link: Link
    loc: Loc
    entry: EntryLink | None = None
    list_loc: Loc | None = None


def references_in(node: Node) -> Iterator[ReferenceAt]:
    """Yield the references of an entry, in the order of its fields."""
    for name, link in type(node.entry).links.items():
        if link.owned:
            continue
        value, loc = getattr(node.entry, name), (*node.loc, name)
        if isinstance(value, str) and not isinstance(value, Enum):
            yield ReferenceAt(value, link, loc)
        for index, item in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(item, EntryLink):
                yield ReferenceAt(item.to, link, (*loc, index, "to"), item, loc)
                if isinstance(item, NarrowedLink):
                    narrowed = (*loc, index, "only_for")
                    for number, one in enumerate(item.only_for):
                        yield ReferenceAt(one, _TARGETS, (*narrowed, number), None, narrowed)
            else:
                yield ReferenceAt(item, link, (*loc, index), None, loc)


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


def zone_of(document: HouseholdSections) -> ZoneInfo:
    """Return the time zone of the household."""
    return zone_named(document.organization.time_zone)


def start_of(document: HouseholdSections, timed: Timed) -> date | datetime | None:
    """Return the `valid_from` of something: its own where it states one, or the document's."""
    return timed.valid_from if "valid_from" in timed.model_fields_set else document.valid_from


def span_of(document: HouseholdSections, timed: Timed) -> tuple[int, int]:
    """Return the instants at which something begins and ceases to hold, in milliseconds."""
    start, end = start_of(document, timed), timed.valid_to
    return (
        BEGINNING if start is None else instant_of(start, zone_of(document)),
        FOREVER if end is None else instant_of(end, zone_of(document)),
    )


def to_rows(document: HouseholdSections) -> Rows:
    """Return the rows of a document, nodes in the order of ids, relationships of their keys.

    Instants are in UTC. States that a document leaves out are there, as `active` and the like.
    """
    entries = list(nodes_of(document))
    nodes = [_node_row(document, one) for one in entries]
    links = [link for one in entries for link in _link_rows(document, one)]
    return Rows(
        household=document.organization.id,
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        relationships=tuple(sorted(links, key=lambda link: link.key)),
    )


def _node_row(document: HouseholdSections, node: Node) -> NodeRow:
    household, entry = document.organization.id, node.entry
    properties: dict[str, Value] = {}
    for name, declared in type(entry).properties.items():
        link = type(entry).links.get(name)
        value = _property_value(household, declared, link, getattr(entry, name))
        properties |= {} if value is None else {name: value}
    if isinstance(entry, UnitEntry):
        properties["organization_type"] = OrganizationType.UNIT.value
    if isinstance(entry, Timed):
        properties |= stated_span(*span_of(document, entry))
    labels = frozenset(node.labels) - {"Household"}
    return NodeRow(full(household, node.id), labels, properties)


def _property_value(
    household: str,
    declared: Property,
    link: Link | None,
    value: Any,  # noqa: ANN401 - of any field
) -> Value | None:
    """Return a field as a property: words as text, lists in a fixed order; None if absent."""
    if link and isinstance(value, tuple):
        return Audience.PARTIES.value  # an audience of parties is relationships to them
    if link and not link.type and isinstance(value, str):
        return full(household, value)
    if isinstance(value, tuple):
        words = {item.value if isinstance(item, Enum) else str(item) for item in value}
        order = [*declared.words] if declared.words else []
        return tuple(sorted(words, key=order.index if order else str)) or None
    stated: Value | None = value.value if isinstance(value, Enum) else value
    return stated


def _link_rows(document: HouseholdSections, node: Node) -> Iterator[RelationshipRow]:
    """Yield the relationships of a node; those of two nodes are numbered by when they begin."""
    household = document.organization.id
    own_id = full(household, node.id)
    if node.link:
        yield RelationshipRow(node.link, full(household, node.owner), own_id)
    periods: Counter[tuple[str, str]] = Counter()
    references = [one for one in references_in(node) if one.link.type]
    references.sort(
        key=lambda one: span_of(document, one.entry) if isinstance(one.entry, DatedLink) else ALWAYS
    )
    for text, link, _loc, entry, _list in references:
        kind, other = str(link.type), full(household, text)
        start, end = (other, own_id) if link.incoming else (own_id, other)
        if isinstance(entry, DatedLink):
            periods[kind, other] += 1
            stated = stated_span(*span_of(document, entry))
            if isinstance(entry, NarrowedLink) and entry.only_for:
                stated["only_for"] = tuple(sorted({full(household, one) for one in entry.only_for}))
            yield RelationshipRow(kind, start, end, periods[kind, other], stated)
        else:
            share = {"share": float(entry.share)} if isinstance(entry, SharedLink) else {}
            yield RelationshipRow(kind, start, end, 0, share)
