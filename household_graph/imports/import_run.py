"""Runs of imports, as the graph records them, and the lock on a source."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from neo4j import ManagedTransaction, Record, Transaction
from neo4j.exceptions import DriverError, Neo4jError

from household_graph.errors import ConflictError, UnknownIdError
from household_graph.model.actor import Actor, recorded_kind
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.ids import nearest
from household_graph.store.connection import Connection, database_errors
from household_graph.store.driver_types import instant_from_wire
from household_graph.store.row_reader import run_query

_PATIENCE = 5.0  # seconds at most, to wait for the lock


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run of an import.

    Attributes:
        id: such as `import-telco-1`.
        source: the name of the source.
        actor: who started it, as recorded.
        actor_kind: a party, or an operator.
        reason: why, or None.
        at: when it started, in UTC; what it ends, ends then.
        state: running, stopped, finished or undone.
        files: the names of its files.
        digest: a checksum of the files and options.
        finished_at: when it finished, in UTC; None if it has not.
        counts: how many records became what.
        changes: how many changes of households it made.
    """

    id: str
    source: str
    actor: str
    actor_kind: ActorKind
    reason: str | None
    at: datetime
    state: RunState
    files: tuple[str, ...]
    digest: str
    finished_at: datetime | None = None
    counts: Mapping[str, int] | None = None
    changes: int = 0


def fetch_runs(connection: Connection, source: str | None = None) -> list[RecordedRun]:
    """Return the runs of all sources, or of one, the newest last.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors(), connection.session() as session:
        records = session.execute_read(
            lambda tx: list(run_query(tx, "reads/import-runs", source=source))
        )
    return [_run(record["run"], record["changes"]) for record in records]


def run_named(connection: Connection, run_id: str | None) -> RecordedRun:
    """Return a run; None means the newest one.

    Raises:
        UnknownIdError: if there is no such run.
    """
    runs = {one.id: one for one in fetch_runs(connection)}
    run_id = run_id or next(reversed(runs), "")
    if run_id not in runs:
        raise UnknownIdError(run_id or "newest", nearest(run_id, runs), place="import")
    return runs[run_id]


def new_run(
    source: str,
    number: int,
    actor: Actor,
    at: datetime,
    *,
    reason: str | None,
    files: tuple[str, ...],
    digest: str,
) -> RecordedRun:
    """Return a running run, without recording it in the graph."""
    return RecordedRun(
        id=f"import-{source}-{number}",
        source=source,
        actor=actor.name,
        actor_kind=actor.kind,
        reason=reason,
        at=at,
        state=RunState.RUNNING,
        files=files,
        digest=digest,
    )


def begin(
    connection: Connection,
    source: str,
    *,
    actor: Actor,
    reason: str | None,
    files: tuple[str, ...],
    digest: str,
    mapping: str,
) -> RecordedRun:
    """Record and return a new run, or resume the unfinished one with the same digest."""
    runs = fetch_runs(connection, source)
    last = runs[-1] if runs else None
    if last and last.state is RunState.RUNNING:
        if last.digest == digest:
            return last
        finish(connection, last, RunState.STOPPED, None)
    number = max((int(one.id.rpartition("-")[2]) for one in runs), default=0) + 1
    noted = _record(
        connection,
        f"import-{source}-{number}",
        source=source,
        actor=actor.name,
        actor_kind=actor.kind.value,
        reason=reason,
        state=RunState.RUNNING.value,
        files=list(files),
        digest=digest,
        mapping=mapping,
    )
    at = instant_from_wire(noted["at"])
    return new_run(source, number, actor, at, reason=reason, files=files, digest=digest)


def finish(
    connection: Connection, run: RecordedRun, state: RunState, counts: Mapping[str, int] | None
) -> RecordedRun:
    """Record that a run has ended, with its counts, and return it."""
    counts = counts or run.counts
    text = json.dumps(dict(counts or {}))
    noted = _record(connection, run.id, ends=True, state=state.value, counts=text)
    finished_at = instant_from_wire(noted["finished_at"])
    return replace(run, state=state, finished_at=finished_at, counts=counts)


@contextmanager
def source_lock(connection: Connection, source: str) -> Iterator[None]:
    """Lock a source: nobody else can import it, or undo an import of it, meanwhile.

    Raises:
        ConflictError: if it is locked.
        DatabaseUnavailableError: if the server does not answer.
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


def _record(
    connection: Connection,
    run_id: str,
    *,
    ends: bool = False,
    **properties: Any,  # noqa: ANN401 - as stored
) -> Record:
    def record(tx: ManagedTransaction) -> Record:
        parameters = {"id": run_id, "properties": properties, "ends": ends}
        [found] = run_query(tx, "writes/import-run", **parameters)
        return found

    with database_errors(), connection.session() as session:
        return session.execute_write(record)


def _run(found: Mapping[str, Any], changes: int) -> RecordedRun:
    finished = found.get("finished_at")
    return RecordedRun(
        id=found["id"],
        source=found["source"],
        actor=found["actor"],
        actor_kind=recorded_kind(found["actor"], found.get("actor_kind"), ""),
        reason=found.get("reason"),
        at=instant_from_wire(found["at"]),
        state=RunState(found["state"]),
        files=tuple(found["files"]),
        digest=found["digest"],
        finished_at=None if finished is None else instant_from_wire(finished),
        counts=json.loads(found["counts"]) if "counts" in found else None,
        changes=changes,
    )
