"""Household documents as rows of the graph, and rows as documents.

Both directions follow the fields of the entries: see `models` and `entries.fields_of`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

from pydantic import ValidationError

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.entries import (
    EntryField,
    Node,
    derived_id,
    fields_of,
    full,
    local,
    nodes_of,
    sections_of,
    span_of,
)
from household_graph.documents.models import DatedLink, Entry, Owns, SharedLink, Timed, UnitEntry
from household_graph.errors import DocumentError
from household_graph.model.enums import Audience, OrganizationType
from household_graph.model.instants import from_datetime, from_local, to_local, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value
from household_graph.model.spans import stated_span


def to_rows(document: HouseholdDocument) -> Rows:
    """Return the rows of a document, nodes in the order of ids, relationships of their keys.

    Instants are in UTC. States that a document leaves out are there, as `active` and the like.
    """
    nodes: list[NodeRow] = []
    links: list[RelationshipRow] = []
    for node in nodes_of(document):
        nodes.append(_node_row(document, node))
        links += _link_rows(document, node)
    return Rows(
        household=document.organization.id,
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        relationships=tuple(sorted(links, key=lambda link: link.key)),
    )


def _node_row(document: HouseholdDocument, node: Node) -> NodeRow:
    household = document.organization.id
    properties: dict[str, Value] = {}
    for field in fields_of(type(node.entry)):
        if field.declared:
            value = _property_value(household, field, getattr(node.entry, field.name))
            properties |= {} if value is None else {field.name: value}
    if isinstance(node.entry, UnitEntry):
        properties["organization_type"] = OrganizationType.UNIT.value
    if isinstance(node.entry, Timed):
        properties |= stated_span(*span_of(document, node.entry))
    labels = frozenset(node.labels) - {"Household"}
    return NodeRow(full(household, node.id), labels, properties)


def _property_value(household: str, field: EntryField, value: object) -> Value | None:
    """Return a field as a property: words as text, lists in a fixed order; None if absent."""
    if field.link and isinstance(value, tuple):
        return Audience.PARTIES.value  # an audience of parties is relationships to them
    if field.reference and isinstance(value, str) and not field.link:
        return full(household, value)
    if isinstance(value, tuple):
        words = {item.value if isinstance(item, Enum) else str(item) for item in value}
        order = [*field.declared.words] if field.declared and field.declared.words else []
        return tuple(sorted(words, key=order.index if order else str)) or None
    if value is None or isinstance(value, str | bool | int | float | date):
        return value.value if isinstance(value, Enum) else value
    raise TypeError(f"the field `{field.name}` is no property")


def _link_rows(document: HouseholdDocument, node: Node) -> Iterator[RelationshipRow]:
    household = document.organization.id
    own_id = full(household, node.id)
    if node.link:
        yield RelationshipRow(node.link, full(household, node.owner), own_id)
    for field in fields_of(type(node.entry)):
        value = getattr(node.entry, field.name)
        if not field.reference or not field.link or value is None or isinstance(value, Enum):
            continue
        links = value if isinstance(value, tuple) else (value,)
        for other, period, properties in _ends(document, links):
            start, end = (other, own_id) if field.reference.incoming else (own_id, other)
            yield RelationshipRow(field.link, start, end, period, properties)


def _ends(
    document: HouseholdDocument, links: tuple[Any, ...]
) -> Iterator[tuple[str, int, dict[str, Value]]]:
    """Yield the other ends of links, with the period and the properties.

    The times at which two are linked are numbered by when they begin.
    """
    household = document.organization.id
    periods: dict[str, int] = defaultdict(int)
    dated = []
    for link in links:
        if isinstance(link, DatedLink):
            dated.append((span_of(document, link), full(household, link.to)))
        elif isinstance(link, SharedLink):
            yield full(household, link.to), 0, {"share": float(link.share)}
        else:
            yield full(household, link), 0, {}
    for span, other in sorted(dated):
        periods[other] += 1
        yield other, periods[other], stated_span(*span)


def from_rows(rows: Rows) -> HouseholdDocument:
    """Return the document of a household's rows, with its values checked, but not the rules.

    What never held (it ended when it began) is left out, and so is an involvement role without a
    player: no document can state them.

    Raises:
        DocumentError: if the rows lack something that a document needs, such as a time zone.
    """
    index = RowIndex(rows)
    if rows.household not in index.nodes:
        raise DocumentError(f"there is no organization `{rows.household}` among its rows")
    try:
        data = _DocumentData(index).document()
        return HouseholdDocument.model_validate(data, context=SKIP_RULES)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        message = f"`{rows.household}` cannot be written as a document: {place}: {first['msg']}"
        raise DocumentError(message) from error


class _DocumentData:
    """Builds the plain data of one document."""

    def __init__(self, index: RowIndex) -> None:
        self.index = index
        self.household = index.household
        self.zone = zone_named(str(index.nodes[self.household].properties.get("time_zone")))
        self.usual_start = index.most_common_start()

    def document(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        if self.usual_start is not None:
            data["valid_from"] = self.moment(self.usual_start)
        for section, model in sections_of(HouseholdDocument).items():
            if section == "organization":
                data[section] = self.entry(model, self.index.nodes[self.household])
                continue
            nodes = self.index.labelled(model.label)
            data[section] = [self.entry(model, one) for one in nodes if one.id != self.household]
        return data

    def entry(self, model: type[Entry], node: NodeRow, owner: str = "") -> dict[str, Any]:
        """Return the data of one entry; an id that would be derived alike is left out."""
        label = min(node.labels - {model.label}, default="") if model.label_field or owner else ""
        data: dict[str, Any] = {"id": local(self.household, node.id)}
        if model.label_field:
            data[model.label_field] = label
        for field in fields_of(model):
            data |= self.field(field, node)
        if issubclass(model, Timed):
            data |= self.validity(node.properties)
        if data["id"] == derived_id(self.household, model, data, owner, label):
            del data["id"]
        return data

    def field(self, field: EntryField, node: NodeRow) -> dict[str, Any]:
        """Return a field by its name; nothing if it has no value."""
        value = node.properties.get(field.name) if field.declared else None
        if field.owns:
            items = self.owned(field, field.owns, node)
            return {field.name: items} if items or field.owns.label is None else {}
        if field.link and value in (None, Audience.PARTIES):
            links = self.links(field, node)
            if field.is_list or value:
                return {field.name: links}
            return {field.name: links[0]} if links else {}
        if field.reference and not field.link and value:
            value = local(self.household, str(value))
        return {} if value is None else {field.name: value}

    def owned(self, field: EntryField, owns: Owns, node: NodeRow) -> list[dict[str, Any]]:
        """Return the data of the entries that are written inside one."""
        model = cast("type[Entry]", field.item)
        nodes = [self.index.nodes[link.end] for link in self.index.outgoing(owns.link, node.id)]
        if owns.label is None:
            return [self.entry(model, one) for one in nodes]
        owner = local(self.household, node.id)
        return [self.entry(model, one, owner) for one in nodes if owns.label in one.labels]

    def links(self, field: EntryField, node: NodeRow) -> list[Any]:
        """Return the links of a field: references, or mappings where its links say more."""
        incoming = field.reference is not None and field.reference.incoming
        found = self.index.incoming if incoming else self.index.outgoing
        links: list[Any] = []
        for link in found(field.link or "", node.id):
            other = local(self.household, link.start if incoming else link.end)
            if field.item is None:
                links.append(other)
                continue
            is_dated = issubclass(field.item, DatedLink)
            more = self.validity(link.properties) if is_dated else link.properties
            links.append({"to": other, **more})
        return links

    def validity(self, properties: Mapping[str, Value]) -> dict[str, Any]:
        """Return what has to be stated: a beginning that is not the usual one, and an end."""
        start, end = properties.get("valid_from"), properties.get("valid_to")
        stated: dict[str, Any] = {}
        if start != self.usual_start:
            stated["valid_from"] = self.moment(start)
        if end is not None:
            stated["valid_to"] = self.moment(end)
        return stated

    def moment(self, value: Value | None) -> Any:  # noqa: ANN401 - a date, a datetime or None
        """Return an instant as a date, if it is the first of one, or as a local time."""
        if not isinstance(value, datetime):
            return value
        instant = from_datetime(value)
        moment = to_local(instant, self.zone)
        return moment.date() if from_local(moment.date(), self.zone) == instant else moment
