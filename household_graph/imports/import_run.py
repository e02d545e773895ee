"""Runs of imports, as the graph records them, and the lock on a source."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

from neo4j import Record, Transaction
from neo4j.exceptions import DriverError, Neo4jError

from household_graph.errors import BadInputError, ConflictError, UnknownIdError
from household_graph.imports.staging import PreviousRecord
from household_graph.model.actor import recorded_kind
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.ids import household_of, nearest
from household_graph.store.connection import Connection, database_errors, read, run_query
from household_graph.store.row_reader import from_wire, instant_from_wire

_PATIENCE = 5.0  # seconds at most, to wait for the lock
_PAGE = 2000  # records
_UNDATED = datetime.min.replace(tzinfo=UTC)  # until the server says when it begins
_TIMES = ("at", "finished_at")
_INTERRUPTED = {
    RunState.RUNNING: RunState.INTERRUPTED,
    RunState.UNDOING: RunState.HALF_UNDONE,
}
"""What a run is called while no process is at work on it."""
_UNFINISHED = {RunState.RUNNING, RunState.INTERRUPTED}
_AS_STORED = ("source", "actor", "reason", "files", "digest", "mapping")

_Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run of an import.

    Attributes:
        id: such as `import-telco-1`.
        source: the name of the source.
        at, finished_at: when it started and finished, in UTC.
        digest: a checksum of its files and of the options.
        mapping: what the columns of the files mean, as text.
        counts: how many records became what.
        changes: how many changes of households it made.
        is_resumed: whether it was begun by an earlier command, and is gone on with.
    """

    id: str
    source: str
    actor: str
    actor_kind: ActorKind
    reason: str | None = None
    at: datetime = _UNDATED
    state: RunState = RunState.RUNNING
    files: tuple[str, ...] = ()
    digest: str = ""
    mapping: str = ""
    finished_at: datetime | None = None
    counts: _Counts | None = None
    changes: int = 0
    is_resumed: bool = False

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any], changes: int) -> Self:
        """Return a run from the properties of its node in the graph."""
        known = properties.keys() & cls.__dataclass_fields__.keys()
        stated: dict[str, Any] = {name: from_wire(properties[name]) for name in known}
        stated["actor_kind"] = recorded_kind(stated["actor"], stated.get("actor_kind"), "")
        stated["state"] = RunState(stated["state"])
        if "counts" in stated:
            stated["counts"] = json.loads(stated["counts"])
        return cls(**stated, changes=changes)

    @property
    def properties(self) -> dict[str, Any]:
        """The properties of its node; the times, which the server sets, left out."""
        stated = {name: getattr(self, name) for name in _AS_STORED}
        counts = None if self.counts is None else json.dumps(dict(self.counts))
        kind, state = self.actor_kind.value, self.state.value
        return {**stated, "actor_kind": kind, "state": state, "counts": counts}


def fetch_runs(connection: Connection, source: str | None = None) -> list[RecordedRun]:
    """Return the runs of all sources, or of one, the newest last.

    One that was cut off is interrupted, or half undone.
    """
    records = read(connection, "reads/import-runs", source=source)
    runs = [RecordedRun.from_properties(one["run"], one["changes"]) for one in records]
    if _INTERRUPTED.keys().isdisjoint(one.state for one in runs):
        return runs
    active = {record["source"] for record in read(connection, "reads/importing")}
    return [
        one if one.source in active else replace(one, state=_INTERRUPTED.get(one.state, one.state))
        for one in runs
    ]


def run_named(connection: Connection, run_id: str | None) -> RecordedRun:
    """Return a run; None means the newest one.

    Raises:
        BadInputError: if there is no run at all; UnknownIdError: if there is none of this id.
    """
    runs = {one.id: one for one in fetch_runs(connection)}
    if not runs:
        raise BadInputError(
            "nothing has been imported", hint="`household-graph import run FILE` imports an export"
        )
    run_id = run_id or next(reversed(runs))
    if run_id not in runs:
        raise UnknownIdError(run_id, nearest(run_id, runs), place="import")
    return runs[run_id]


def fetch_households(connection: Connection, run: str) -> list[str]:
    """Return the ids of the households that a run changed, in their order."""
    return [one["household"] for one in read(connection, "reads/import-households", run=run)]


def begin(connection: Connection, new: RecordedRun) -> RecordedRun:
    """Record a new run under the next number, or resume the unfinished one of the same digest."""
    runs = fetch_runs(connection, new.source)
    last = runs[-1] if runs else None
    if last and last.state in _UNFINISHED:
        if last.digest == new.digest:
            return replace(last, state=RunState.RUNNING, is_resumed=True)
        finish(connection, last, RunState.STOPPED)
    number = max((int(one.id.rpartition("-")[2]) for one in runs), default=0) + 1
    return _record(connection, replace(new, id=f"import-{new.source}-{number}"))


def finish(
    connection: Connection, run: RecordedRun, state: RunState, counts: _Counts | None = None
) -> RecordedRun:
    """Record that a run has ended, with its counts, and return it."""
    counts = counts or run.counts or {}
    return _record(connection, replace(run, state=state, counts=counts), ends=True)


def begin_undo(connection: Connection, run: RecordedRun) -> None:
    """Record that a run is being undone."""
    _record(connection, replace(run, state=RunState.UNDOING))


def _record(connection: Connection, run: RecordedRun, *, ends: bool = False) -> RecordedRun:
    stated = {"id": run.id, "properties": run.properties, "ends": ends}
    [times] = store(connection, "writes/import-run", **stated)
    changed = {name: from_wire(times[name]) for name in _TIMES if times[name]}
    return replace(run, **changed)  # type: ignore[arg-type]


def fetch_previous(connection: Connection, source: str) -> Iterator[PreviousRecord]:
    """Yield all records of a source that are in the graph, in the order of keys.

    Among them are those that have ended.
    """
    after, last = f"{source}:", f"{source};"
    while page := read(connection, "reads/source-records", first=after, last=last, limit=_PAGE):
        for key, node, person, text, run, ended in page:
            ended_at = None if ended is None else instant_from_wire(ended)
            own = key.partition(":")[2]
            yield PreviousRecord(own, household_of(node), person, text, run, ended_at)
        after = page[-1]["key"]


@contextmanager
def source_lock(connection: Connection, source: str) -> Iterator[None]:
    """Lock a source: nobody else can import it, or undo an import of it, meanwhile.

    Raises:
        ConflictError: if it is locked.
    """
    with database_errors(), connection.watched(min(connection.timeout, _PATIENCE)) as watch:
        tx = watch.session.begin_transaction(metadata={"app": "household-graph", "import": source})
        try:
            list(run_query(tx, "writes/import-alone", source=source))
        except (DriverError, Neo4jError) as error:
            if not watch.is_over:
                raise
            raise ConflictError(
                f"another import of `{source}`, or an undo of one, is running",
                hint=f"try again when it has ended, see `household-graph import status {source}`",
            ) from error
        watch.lift()
        try:
            yield
        except Exception:
            _release(tx)
            raise
        _release(tx)


def _release(tx: Transaction) -> None:
    with suppress(DriverError, Neo4jError):  # it ended with the connection
        tx.rollback()


def store(connection: Connection, query: str, **parameters: object) -> list[Record]:
    """Run a query that writes, in a transaction of its own, and return its records."""
    with database_errors(), connection.session() as session:
        return session.execute_write(lambda tx: list(run_query(tx, query, **parameters)))
