"""Changes out of the graph: who did what to a household, when and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from neo4j import ManagedTransaction, Record, Transaction

from household_graph.errors import ConflictError
from household_graph.model.actor import recorded_kind
from household_graph.model.as_of import Change
from household_graph.model.edits import edits_from_text
from household_graph.model.rows import Rows, zone_of
from household_graph.store.connection import Connection, database_errors
from household_graph.store.driver_types import instant_from_wire
from household_graph.store.row_reader import read_rows, run_query

_ATTEMPTS = 10


class Recorded(NamedTuple):
    """A household with all that was ever done to it.

    Attributes:
        rows: as they are; none for one that is not there, or not any more.
        changes: the oldest first.
    """

    rows: Rows
    changes: tuple[Change, ...]


def read_changes(
    tx: ManagedTransaction | Transaction, households: Sequence[str]
) -> dict[str, tuple[Change, ...]]:
    """Return the changes of households, by household, the oldest first.

    Args:
        tx: an open transaction.
        households: ids of households, such as `bakers`.
    """
    found: dict[str, list[Change]] = {one: [] for one in households}
    for record in _records(tx, dict.fromkeys(households, 0)):
        found[record["household"]].append(_change(record["household"], record["change"]))
    return {household: tuple(changes) for household, changes in found.items()}


def fetch_recorded(connection: Connection, households: Iterable[str]) -> dict[str, Recorded]:
    """Return households with their changes; rows and changes belong together.

    Neo4j lets one transaction see what another commits in between, so it is read again until
    nothing came between the changes and the rows.

    Raises:
        ConflictError: if the households are changed without a pause.
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        for _attempt in range(_ATTEMPTS):
            found = session.execute_read(_read, wanted)
            if found is not None:
                return found
    raise ConflictError(
        "the households are being changed while they are read", hint="try again in a moment"
    )


def _read(tx: ManagedTransaction, households: Sequence[str]) -> dict[str, Recorded] | None:
    changes = read_changes(tx, households)
    rows = read_rows(tx, households)
    seen = {one: of_one[-1].revision if of_one else 0 for one, of_one in changes.items()}
    if any(True for _later in _records(tx, seen)):
        return None
    return {one: Recorded(rows[one], changes[one]) for one in households}


def _records(tx: ManagedTransaction | Transaction, after: Mapping[str, int]) -> Iterator[Record]:
    asked = [{"id": household, "after": revision} for household, revision in after.items()]
    return run_query(tx, "reads/changes", households=asked)


def _change(household: str, record: Mapping[str, Any]) -> Change:
    at = instant_from_wire(record["at"])
    effective = record.get("effective_at")
    return Change(
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
