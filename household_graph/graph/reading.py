"""Rows out of the graph: everything that belongs to some households, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from neo4j import ManagedTransaction, Record, Transaction

from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.queries import query
from household_graph.graph.wire import properties_from_wire
from household_graph.model.rows import NodeRow, RelationshipRow, Rows

__all__ = ["fetch_rows", "read_rows", "run"]


def read_rows(tx: ManagedTransaction | Transaction, households: Sequence[str]) -> dict[str, Rows]:
    """Return all nodes and relationships of households, by household; empty for an unknown one.

    Nodes are sorted by id, relationships by type and ends. The revision of a household and the
    records of its changes are not part of its rows. The two reads see one state only if the
    households are locked (see `household_graph.graph.writing`).

    Args:
        tx: an open transaction.
        households: ids of households, such as `bakers`.
    """
    nodes: dict[str, list[NodeRow]] = defaultdict(list)
    for record in run(tx, "reads/nodes", households=list(households)):
        nodes[record["household"]].append(_node(record))
    links: dict[str, list[RelationshipRow]] = defaultdict(list)
    for record in run(tx, "reads/relationships", households=list(households)):
        links[record["household"]].append(_relationship(record))
    return {
        household: Rows(
            household,
            tuple(sorted(nodes[household], key=lambda row: row.key)),
            tuple(sorted(links[household], key=lambda row: row.key)),
        )
        for household in households
    }


def fetch_rows(connection: Connection, households: Iterable[str]) -> dict[str, Rows]:
    """Return the rows of households as `read_rows` does, in a read transaction of its own.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        return session.execute_read(read_rows, wanted)


def run(tx: ManagedTransaction | Transaction, name: str, **parameters: Any) -> Iterator[Record]:  # noqa: ANN401 - whatever the query takes
    """Run a query of the catalogue in a transaction, and return its records."""
    return iter(tx.run(query(name).text, parameters))


def _node(record: Record) -> NodeRow:
    properties = properties_from_wire(record["properties"])
    del properties["id"]
    properties.pop("revision", None)
    return NodeRow(record["id"], frozenset(record["labels"]), properties)


def _relationship(record: Record) -> RelationshipRow:
    properties = properties_from_wire(record["properties"])
    return RelationshipRow(
        record["type"],
        record["start"],
        record["end"],
        cast("int", properties.pop("period", 0)),
        properties,
    )
