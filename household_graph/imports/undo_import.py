"""Undo an import: every household returns to what it was before the run, or none does."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from household_graph.changes.authorization.check import check_authority, check_reach
from household_graph.changes.change_history import UNDO, dependents, inverse_of, undone_by
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.import_run import RecordedRun, begin_undo, finish, source_lock
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, RecordedChange, apply_edits
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection, read
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_recorded, fetch_rows_and_now
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write

_BATCH = 100
_NAMED = 10  # later changes named in a refusal

_Changes = Mapping[str, Sequence[str]]
"""Ids of the changes of a run, by household."""


def undo_import(
    connection: Connection,
    run: RecordedRun,
    *,
    actor: Actor,
    reason: str | None = None,
    dry_run: bool = False,
    on_done: Callable[[int], None] = lambda _households: None,
) -> int:
    """Undo all changes of a run, or resume that; see `Imports.undo` of the graph.

    `on_done` is called with the number of households checked or written since.

    Raises:
        ConflictError: if another import of the source is running.
    """
    if run.state is RunState.UNDONE:
        raise BadInputError(f"`{run.id}` is already undone", hint="run the import again")
    if actor.is_party:
        households = [one for page in _pages(connection, run) for one in page]
        check_reach(GraphRows(connection), households, actor, alone=True)
    if dry_run:
        _check(connection, run, actor, on_done)
        return run.changes
    count, cause = 0, ChangeMetadata(actor, UNDO, reason, summary=f"undo {run.id}")
    with source_lock(connection, run.source):
        _check(connection, run, actor, on_done)
        begin_undo(connection, run)
        for page in _pages(connection, run):
            _invert(connection, page, cause)
            count += len(page)
            on_done(len(page))
        finish(connection, run, RunState.UNDONE)
        return count


def _pages(connection: Connection, run: RecordedRun) -> Iterator[_Changes]:
    """Yield the changes of the run, some households at a time."""
    after = ""
    while found := read(connection, "reads/import-changes", run=run.id, after=after, limit=_BATCH):
        yield {record["household"]: record["changes"] for record in found}
        after = found[-1]["household"]


def _check(
    connection: Connection, run: RecordedRun, actor: Actor, on_done: Callable[[int], None]
) -> None:
    """Refuse an undo that later changes depend on, or that the actor may not make."""
    later: list[RecordedChange] = []
    for page in _pages(connection, run):
        found = fetch_recorded(connection, page)
        for household, ids in page.items():
            every = found[household].changes
            depending = [dependents(one, every) for one in _not_undone(every, ids)]
            later += [one for one in chain.from_iterable(depending) if one.id not in ids]
        on_done(len(page))
    if later:
        named = "; ".join(f"`{one.id}` ({one.action}: {one.summary})" for one in later[:_NAMED])
        others = f" and {len(later) - _NAMED} more" if len(later) > _NAMED else ""
        raise RefusedError(
            f"`{run.id}` cannot be undone while later changes depend on it: {named}{others}",
            hint="undo those first; for a later import: household-graph import undo",
        )
    for page in _pages(connection, run) if actor.is_party else ():
        found = fetch_recorded(connection, page)
        present, now = fetch_rows_and_now(connection, page)
        for household, ids in page.items():
            rows = present[household]
            for change in _not_undone(found[household].changes, ids):
                edits = inverse_of(rows, change.edits)
                check_authority({household: rows}, [edits], actor, from_datetime(now))
                rows = apply_edits(rows, edits)


def _invert(connection: Connection, page: _Changes, cause: ChangeMetadata) -> None:
    found = fetch_recorded(connection, page)
    left = {one: _not_undone(found[one].changes, ids) for one, ids in page.items()}

    def plan(rows: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
        for household, (change, *_older) in left.items():
            edits = inverse_of(rows[household], change.edits)
            yield replace(edits, effective=change.effective_at)

    # A resumed run can have changed a household more than once.
    while left := {one: changes for one, changes in left.items() if changes}:
        write(connection, left, plan, cause, check_authority)
        left = {one: changes[1:] for one, changes in left.items()}


def _not_undone(every: Sequence[RecordedChange], ids: Collection[str]) -> list[RecordedChange]:
    """Return those of some changes of a household that are not undone, the newest first."""
    undone = undone_by(every)
    return [one for one in reversed(every) if one.id in ids and one.id not in undone]
