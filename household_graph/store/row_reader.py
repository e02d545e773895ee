"""Rows and changes out of the graph, and the values of rows between Python and the driver.

An instant is passed as a datetime in `datetime.timezone.utc`. A datetime that carries a
`zoneinfo.ZoneInfo` must never be a query parameter: the driver ends the whole process with a
segmentation fault after some hundreds of those (CPython issue gh-125318).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import neo4j.time
from neo4j import Record

from household_graph.errors import ConflictError, InvalidTimeError
from household_graph.model.actor import recorded_kind
from household_graph.model.edits import RecordedChange, edits_from_text
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import VALIDITY, NodeRow, RelationshipRow, Rows, Value, zone_of
from household_graph.store.connection import Connection, Tx, database_errors, run_query

Wire = str | int | float | bool | date | datetime | list[str]

_NOT_OF_THE_ROW = ("id", "revision", "written_by")
_ATTEMPTS = 10


def to_wire(value: Value) -> Wire:
    """Return a value as the driver takes it: instants in UTC, tuples as lists.

    Raises:
        InvalidTimeError: if a datetime has no offset.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidTimeError(
                f"the time `{value.isoformat()}` has no offset",
                hint="give a datetime with a tzinfo, such as datetime.now(timezone.utc)",
            )
        return value.astimezone(UTC)
    return list(value) if isinstance(value, tuple) else value


def from_wire(value: Any) -> Value:  # noqa: ANN401 - any property value
    """Return a value as rows have it: instants as datetimes in UTC, lists as tuples.

    A LOCAL DATETIME, which this project never writes, is read as UTC.
    """
    if isinstance(value, neo4j.time.DateTime):
        moment = value.to_native()
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError:
            return to_utc(from_datetime(moment))
    if isinstance(value, neo4j.time.Date):
        return value.to_native()
    converted: Value = tuple(value) if isinstance(value, list) else value
    return converted


def instant_from_wire(value: Any) -> datetime:  # noqa: ANN401 - a property that was written as one
    """Return an instant from the database as a datetime in UTC."""
    moment = from_wire(value)
    assert isinstance(moment, datetime)  # noqa: S101 - written as one
    return moment


def properties_to_wire(properties: Mapping[str, Value]) -> dict[str, Wire]:
    """Return the properties of a row as `writes/edits` takes them: without the validity."""
    return {name: to_wire(value) for name, value in properties.items() if name not in VALIDITY}


def validity_to_wire(properties: Mapping[str, Value]) -> list[dict[str, int]]:
    """Return the validity of a row as `writes/edits` takes it: one map of milliseconds, or none."""
    stated = {
        name: from_datetime(value)
        for name in VALIDITY
        if isinstance(value := properties.get(name), datetime)
    }
    return [stated] if stated else []


def properties_from_wire(properties: Mapping[str, Any]) -> dict[str, Value]:
    """Return properties from the database as rows have them."""
    return {name: from_wire(value) for name, value in properties.items()}


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
        joint_actors=tuple(record.get("joint_actors") or ()),
        edits=edits_from_text(record["difference"]),
    )


def last_zone(found: Recorded) -> ZoneInfo | None:
    """Return the time zone of a household, or the last it had; None if there never was one."""
    past = (edit.after or edit.before for one in found.changes[::-1] for edit in one.edits.nodes)
    return zone_of(found.rows.household, (*found.rows.nodes, *past))
