"""Taking an import back: every household is again what it was before the run, or none is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from household_graph.changes.authorization import check_authority, check_reach
from household_graph.changes.undo import UNDO, dependents, taken_back, undone_by
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.runs.import_run import ImportRun, alone, finish
from household_graph.model.actor import Actor
from household_graph.model.as_of import Change
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.change_log import Recorded, fetch_recorded
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import fetch_rows_and_now, run_query
from household_graph.store.writer import Cause, write

_AT_A_TIME = 100
_NAMED = 10  # later changes that are named in a refusal


def undo_run(
    connection: Connection,
    run: ImportRun,
    *,
    actor: Actor,
    reason: str | None = None,
    dry_run: bool = False,
    on_done: Callable[[int], None] = lambda _households: None,
) -> int:
    """Take all changes of a run back, and return how many households that was about.

    One that is cut off is gone on with by the same call.

    Args:
        connection: where to.
        run: the run.
        actor: who takes it back; a party only what it may change itself.
        reason: why.
        dry_run: find out whether it can be taken back, and write nothing.
        on_done: is told how many households have been checked or written, again and again.

    Raises:
        BadInputError: if it is taken back already.
        ConflictError: if the source is being imported by somebody else.
        RefusedError: if later changes rest on it, naming the first ones; or if the actor may not.
        DatabaseUnavailableError: if the server does not answer.
    """
    if run.state is RunState.UNDONE:
        raise BadInputError(f"`{run.id}` is taken back already", hint="run the import again")
    _check_reach(connection, run, actor)
    if dry_run:
        _check_later(connection, run, on_done)
        _check_party(connection, run, actor)
        return run.changes
    with alone(connection, run.source):
        _check_later(connection, run, on_done)
        _check_party(connection, run, actor)
        return _undo_all(
            connection, run, Cause(actor, UNDO, reason, summary=f"undo {run.id}"), on_done
        )


def _undo_all(
    connection: Connection, run: ImportRun, cause: Cause, on_done: Callable[[int], None]
) -> int:
    count = 0
    for households in _households(connection, run):
        count += _take_back(connection, households, cause)
        on_done(len(households))
    finish(connection, run, RunState.UNDONE, run.counts)
    return count


def _check_reach(connection: Connection, run: ImportRun, actor: Actor) -> None:
    """Refuse a party that would change other households than its own."""
    if actor.is_party:
        households = [one for page in _households(connection, run) for one in page]
        check_reach(connection, households, actor, alone=True)


def _check_party(connection: Connection, run: ImportRun, actor: Actor) -> None:
    """Hold a party to the laws for all that is taken back, before anything is."""
    if not actor.is_party:
        return
    for households in _households(connection, run):
        found = fetch_recorded(connection, households)
        present, now = fetch_rows_and_now(connection, households)
        for household, changes in households.items():
            rows = present[household]
            for change in _standing(found[household], set(changes)):
                edits = taken_back(rows, change.edits)
                check_authority({household: rows}, [edits], actor, from_datetime(now))
                rows = apply_edits(rows, edits)


def _check_later(connection: Connection, run: ImportRun, on_done: Callable[[int], None]) -> None:
    resting: list[Change] = []
    for households in _households(connection, run):
        found = fetch_recorded(connection, households)
        for one, changes in households.items():
            resting += _later(found[one], set(changes))
        on_done(len(households))
    if resting:
        named = "; ".join(f"`{one.id}` ({one.action}: {one.summary})" for one in resting[:_NAMED])
        others = f" and {len(resting) - _NAMED} more" if len(resting) > _NAMED else ""
        raise RefusedError(
            f"`{run.id}` cannot be taken back while later changes rest on it: {named}{others}",
            hint="undo those first; for a later import: household-graph import undo",
        )


def _later(found: Recorded, wanted: set[str]) -> Iterator[Change]:
    for change in _standing(found, wanted):
        yield from (one for one in dependents(change, found.changes) if one.id not in wanted)


def _standing(found: Recorded, wanted: set[str]) -> list[Change]:
    """Return those of the wanted changes that are not taken back, the newest first."""
    undone = undone_by(found.changes)
    return [one for one in reversed(found.changes) if one.id in wanted and one.id not in undone]


def _take_back(
    connection: Connection, households: Mapping[str, Sequence[str]], cause: Cause
) -> int:
    found = fetch_recorded(connection, households)
    standing = {one: _standing(found[one], set(changes)) for one, changes in households.items()}
    wanted = {one: changes for one, changes in standing.items() if changes}

    def decide(rows: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
        for household, (change, *_older) in wanted.items():
            edits = taken_back(rows[household], change.edits)
            yield replace(edits, effective=change.effective_at)

    while wanted:  # a run that was gone on with can have changed a household more than once
        write(connection, wanted, decide, cause, check_authority)
        wanted = {one: changes[1:] for one, changes in wanted.items() if changes[1:]}
    return len(standing)


def _households(connection: Connection, run: ImportRun) -> Iterator[dict[str, list[str]]]:
    """Yield the households that a run has changed, some at a time, with the ids of the changes."""
    after = ""
    while page := _page(connection, run.id, after):
        yield page
        after = max(page)


def _page(connection: Connection, run_id: str, after: str) -> dict[str, list[str]]:
    with database_errors(), connection.session() as session:
        return session.execute_read(
            lambda tx: {
                record["household"]: record["changes"]
                for record in run_query(
                    tx, "reads/import-changes", run=run_id, after=after, limit=_AT_A_TIME
                )
            }
        )
