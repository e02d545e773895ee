"""Household documents as rows of the graph, by the fields of their entries.

`export` is the way back. Both follow `entries.fields_of`.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from household_graph.documents.entries import (
    EntryField,
    Node,
    fields_of,
    full,
    nodes_of,
    span_of,
)
from household_graph.documents.models import DatedLink, SharedLink, Timed, UnitEntry
from household_graph.model.enums import Audience, OrganizationType
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import stated_span

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def to_rows(document: "HouseholdDocument") -> Rows:
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


def _node_row(document: "HouseholdDocument", node: Node) -> NodeRow:
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


def _link_rows(document: "HouseholdDocument", node: Node) -> Iterator[RelationshipRow]:
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
    document: "HouseholdDocument", links: tuple[Any, ...]
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
