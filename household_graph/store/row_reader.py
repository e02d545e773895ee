"""Read the graph by queries of the catalogue: the rows of households, their changes, the time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neo4j import Record

from household_graph.errors import ConflictError
from household_graph.model.actor import recorded_kind
from household_graph.model.edits import RecordedChange, edits_from_text
from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value, zone_of
from household_graph.store.connection import Connection, Tx, database_errors, run_query
from household_graph.store.driver_types import VALIDITY, instant_from_wire, properties_from_wire

_NOT_OF_THE_ROW = ("id", "revision", "written_by")
_ATTEMPTS = 10


def read_rows(tx: Tx, households: Sequence[str]) -> dict[str, Rows]:
    """Return all nodes and relationships of households, by household; empty for an unknown one.

    Nodes are sorted by id, relationships by type and ends. The revision of a household, the
    version that wrote it, and the records of its changes are not part of its rows.
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
    """Return the rows of households as `read_rows` does, in a read transaction of its own."""
    wanted = list(households)
    with database_errors(), connection.session() as session:
        return session.execute_read(read_rows, wanted)


def fetch_rows_and_now(
    connection: Connection, households: Iterable[str]
) -> tuple[dict[str, Rows], datetime]:
    """Return the rows of households, and the time that a change of them would get now."""
    wanted = list(households)
    with database_errors(), connection.session() as session:
        return session.execute_read(lambda tx: (read_rows(tx, wanted), _now(tx, wanted)))


def fetch_now(connection: Connection) -> datetime:
    """Return the time of the server, in UTC."""
    with database_errors(), connection.session() as session:
        return session.execute_read(_now, [])


def _now(tx: Tx, households: Sequence[str]) -> datetime:
    [record] = run_query(tx, "reads/now", households=list(households))
    return instant_from_wire(record["at"])


def _node(row: Sequence[Any]) -> NodeRow:
    entity_id, labels, properties = row
    others = {name: v for name, v in properties.items() if name not in _NOT_OF_THE_ROW}
    return NodeRow(entity_id, frozenset(labels), _properties(others))


def _relationship(row: Sequence[Any]) -> RelationshipRow:
    kind, start, end, properties = row
    return RelationshipRow(kind, start, end, properties.pop("period", 0), _properties(properties))


def _properties(wire: dict[str, Any]) -> dict[str, Value]:
    instants = {name: wire.pop(name) for name in VALIDITY}
    stated = {name: to_utc(at) for name, at in instants.items() if at is not None}
    return properties_from_wire(wire) | stated


class Recorded(NamedTuple):
    """The rows of a household, none of one that is gone, and all its changes, the oldest first."""

    rows: Rows
    changes: tuple[RecordedChange, ...]


def fetch_recorded(connection: Connection, households: Iterable[str]) -> dict[str, Recorded]:
    """Return households with their changes; rows and changes belong together.

    Neo4j lets one transaction see what another commits in between, so it is read again until
    nothing came between the changes and the rows.

    Raises:
        ConflictError: if the households are changed without a pause.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        for _attempt in range(_ATTEMPTS):
            found = session.execute_read(_read_recorded, wanted)
            if found is not None:
                return found
    raise ConflictError(
        "the households are being changed while they are read", hint="try again in a moment"
    )


def _read_recorded(tx: Tx, households: Sequence[str]) -> dict[str, Recorded] | None:
    changes: dict[str, list[RecordedChange]] = {one: [] for one in households}
    for record in _changes(tx, dict.fromkeys(households, 0)):
        changes[record["household"]].append(_change(record["household"], record["change"]))
    rows = read_rows(tx, households)
    seen = {one: of_one[-1].revision if of_one else 0 for one, of_one in changes.items()}
    if any(True for _later in _changes(tx, seen)):
        return None
    return {one: Recorded(rows[one], tuple(changes[one])) for one in households}


def _changes(tx: Tx, after: Mapping[str, int]) -> Iterator[Record]:
    """Run the query for the changes of households after a revision of each, the oldest first."""
    asked = [{"id": household, "after": revision} for household, revision in after.items()]
    return run_query(tx, "reads/changes", households=asked)


def _change(household: str, record: Mapping[str, Any]) -> RecordedChange:
    at = instant_from_wire(record["at"])
    effective = record.get("effective_at")
    return RecordedChange(
        id=record["id"],
        household=household,
        revision=record["revision"],
        actor=record["actor"],
        actor_kind=recorded_kind(record["actor"], record.get("actor_kind"), household),
        action=record["action"],
        reason=record.get("reason"),
        at=at,
        effective_at=instant_from_wire(effective) if effective else at,
        summary=record["summary"],
        together=tuple(record.get("together") or ()),
        consents=tuple(record.get("consents") or ()),
        edits=edits_from_text(record["difference"]),
    )


def last_zone(found: Recorded) -> ZoneInfo | None:
    """Return the time zone of a household, or the last it had; None if there never was one."""
    past = (edit.after or edit.before for one in found.changes[::-1] for edit in one.edits.nodes)
    return zone_of(found.rows.household, (*found.rows.nodes, *past))
