"""The same rows written in other ways: as barely as can be, and one object at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from neomodel.exceptions import NeomodelException

from household_graph import HouseholdGraph
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.store import neomodel_types
from household_graph.store.neomodel_classes import NODE_CLASSES
from household_graph.store.row_reader import to_wire

__all__ = ["merge_rows", "renamed", "save_objects"]

_AT_A_TIME = 50  # households in a transaction, as in an import

_NODES = """
UNWIND $rows AS row
MERGE (node:Entity {id: row.id})
SET node:$(row.labels)
SET node += row.properties
"""
_RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (start:Entity {id: row.start})
MATCH (end:Entity {id: row.end})
MERGE (start)-[relationship:`%s`]->(end)
SET relationship += row.properties
"""


def renamed(every: Iterable[Rows], name: str) -> list[Rows]:
    """Return the rows of households under other ids, as everything has one id of its own."""

    def new(own_id: str) -> str:
        return f"{name}-{own_id}"

    return [
        Rows(
            new(rows.household),
            tuple(NodeRow(new(n.id), n.labels, _unique(n.properties, name)) for n in rows.nodes),
            tuple(
                RelationshipRow(r.type, new(r.start), new(r.end), r.period, r.properties)
                for r in rows.relationships
            ),
        )
        for rows in every
    ]


def _unique(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return (
        {**properties, "key": f"{name}:{properties['key']}"} if "key" in properties else properties
    )


def merge_rows(graph: HouseholdGraph, every: Iterable[Rows]) -> None:
    """Write rows with `UNWIND … MERGE`: nodes, then the relationships of each type."""
    remaining = iter(every)
    with graph.connection.session() as session:
        while part := list(islice(remaining, _AT_A_TIME)):
            session.execute_write(_merge, part)


def _merge(tx: Any, part: Iterable[Rows]) -> None:  # noqa: ANN401 - a transaction
    nodes = [
        {"id": n.id, "labels": sorted(n.labels), "properties": _wire(n.properties)}
        for rows in part
        for n in rows.nodes
    ]
    links: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for link in (link for rows in part for link in rows.relationships):
        period = {"period": link.period} if link.period else {}
        links[link.type].append(
            {
                "start": link.start,
                "end": link.end,
                "properties": {**_wire(link.properties), **period},
            }
        )
    tx.run(_NODES, rows=nodes).consume()
    for kind, rows in links.items():
        tx.run(_RELATIONSHIPS % kind, rows=rows).consume()


def _wire(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_wire(value) for name, value in properties.items()}


def save_objects(graph: HouseholdGraph, every: Iterable[Rows]) -> None:
    """Write rows as anybody would begin with neomodel: one object, one relationship at a time."""
    classes = {frozenset(one.inherited_labels()): one for one in NODE_CLASSES}
    with neomodel_types.objects(graph.connection.driver, database=graph.connection.database):
        for rows in every:
            made = {}
            for node in rows.nodes:
                kind = classes[node.labels | {"Entity"}]
                made[node.id] = kind(id=node.id, **node.properties).save()
            for link in rows.relationships:
                _connect(made[link.start], made[link.end], link)


def _connect(start: Any, end: Any, link: RelationshipRow) -> None:  # noqa: ANN401 - any class
    period = {"period": link.period} if link.period else {}
    manager = getattr(start, _attribute(type(start), link.type))
    manager.connect(end, {**link.properties, **period})


def _attribute(kind: Any, link: str) -> str:  # noqa: ANN401 - any class
    found = kind.defined_properties(aliases=False, properties=False, rels=True)
    for name, relationship in found.items():
        definition = relationship.definition
        if definition["relation_type"] == link and definition["direction"].name == "OUTGOING":
            return str(name)
    raise NeomodelException(f"{kind.__name__} has no {link}")
