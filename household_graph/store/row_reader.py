"""Read the rows of households from the graph."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from neo4j import ManagedTransaction, Record, Transaction

from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.store.connection import Connection, database_errors
from household_graph.store.driver_types import instant_from_wire, properties_from_wire
from household_graph.store.query_files import load_query

_NOT_OF_THE_ROW = ("id", "revision", "written_by")


def read_rows(tx: ManagedTransaction | Transaction, households: Sequence[str]) -> dict[str, Rows]:
    """Return all nodes and relationships of households, by household; empty for an unknown one.

    Nodes are sorted by id, relationships by type and ends. The revision of a household, the
    version that wrote it, and the records of its changes are not part of its rows.

    Args:
        tx: an open transaction.
        households: ids of households, such as `bakers`.
    """
    found = {
        record["household"]: Rows(
            record["household"],
            tuple(sorted(map(_node, record["nodes"]), key=lambda row: row.key)),
            tuple(sorted(map(_relationship, record["relationships"]), key=lambda row: row.key)),
        )
        for record in run_query(tx, "reads/rows", households=list(households))
    }
    return {one: found.get(one, Rows(one, (), ())) for one in households}


def fetch_rows(connection: Connection, households: Iterable[str]) -> dict[str, Rows]:
    """Return the rows of households as `read_rows` does, in a read transaction of its own.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        return session.execute_read(read_rows, wanted)


def fetch_rows_and_now(
    connection: Connection, households: Iterable[str]
) -> tuple[dict[str, Rows], datetime]:
    """Return the rows of households, and the time that a change of them would get now.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        return session.execute_read(lambda tx: (read_rows(tx, wanted), _now(tx, wanted)))


def fetch_now(connection: Connection) -> datetime:
    """Return the time of the server, in UTC.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors(), connection.session() as session:
        return session.execute_read(_now, [])


def _now(tx: ManagedTransaction, households: Sequence[str]) -> datetime:
    [record] = run_query(tx, "reads/now", households=list(households))
    return instant_from_wire(record["at"])


def run_query(
    tx: ManagedTransaction | Transaction,
    name: str,
    **parameters: Any,  # noqa: ANN401 - whatever the query takes
) -> Iterator[Record]:
    """Run a query of the catalogue in a transaction, and return its records."""
    return iter(tx.run(load_query(name).text, parameters))


def _node(row: Sequence[Any]) -> NodeRow:
    entity_id, labels, properties = row
    others = {name: v for name, v in properties.items() if name not in _NOT_OF_THE_ROW}
    return NodeRow(entity_id, frozenset(labels), _properties(others))


def _relationship(row: Sequence[Any]) -> RelationshipRow:
    kind, start, end, properties = row
    return RelationshipRow(kind, start, end, properties.pop("period", 0), _properties(properties))


def _properties(wire: dict[str, Any]) -> dict[str, Value]:
    instants = {name: wire.pop(name) for name in ("valid_from", "valid_to")}
    stated = {name: to_utc(at) for name, at in instants.items() if at is not None}
    return properties_from_wire(wire) | stated
