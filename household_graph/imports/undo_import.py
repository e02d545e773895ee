"""Undo an import: every household returns to what it was before the run, or none does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from household_graph.changes.authorization.check import check_authority, check_reach
from household_graph.changes.undo import UNDO, dependents, inverse_of, undone_by
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.import_run import RecordedRun, finish, source_lock
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, RecordedChange, apply_edits
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import Recorded, fetch_recorded, fetch_rows_and_now, run_query
from household_graph.store.writer import ChangeMetadata, write

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
    """Undo all changes of a run, and return how many households were concerned.

    An interrupted undo is resumed by the same call.

    Args:
        connection: the graph.
        run: the run.
        actor: who undoes it; a party may undo only what it may change itself.
        reason: why.
        dry_run: only check whether it can be undone; writes nothing.
        on_done: called with the number of households checked or written since.

    Raises:
        BadInputError: if it is undone already.
        ConflictError: if another import of the source is running.
        RefusedError: if later changes depend on it, naming the first ones; or if the actor may not.
        DatabaseUnavailableError: if the server does not answer.
    """
    if run.state is RunState.UNDONE:
        raise BadInputError(f"`{run.id}` is already undone", hint="run the import again")
    undo = _Undo(connection, run, actor, on_done)
    undo.check_reach()
    if dry_run:
        undo.check()
        return run.changes
    with source_lock(connection, run.source):
        undo.check()
        return undo.apply(reason)


@dataclass(frozen=True, slots=True)
class _Undo:
    connection: Connection
    run: RecordedRun
    actor: Actor
    on_done: Callable[[int], None]

    def check_reach(self) -> None:
        """Refuse a party that would change other households than its own."""
        if self.actor.is_party:
            households = [one for page in self._pages() for one in page]
            check_reach(self.connection, households, self.actor, alone=True)

    def check(self) -> None:
        """Refuse an undo that later changes depend on, or that the actor may not make."""
        self._check_later_changes()
        if self.actor.is_party:
            for changes in self._pages():
                self._check_authority(changes)

    def apply(self, reason: str | None) -> int:
        cause = ChangeMetadata(self.actor, UNDO, reason, summary=f"undo {self.run.id}")
        count = 0
        for changes in self._pages():
            self._invert(changes, cause)
            count += len(changes)
            self.on_done(len(changes))
        finish(self.connection, self.run, RunState.UNDONE, self.run.counts)
        return count

    def _check_authority(self, changes: _Changes) -> None:
        found = fetch_recorded(self.connection, changes)
        present, now = fetch_rows_and_now(self.connection, changes)
        for household, ids in changes.items():
            rows = present[household]
            for change in _not_undone(found[household], set(ids)):
                edits = inverse_of(rows, change.edits)
                check_authority({household: rows}, [edits], self.actor, from_datetime(now))
                rows = apply_edits(rows, edits)

    def _check_later_changes(self) -> None:
        later: list[RecordedChange] = []
        for changes in self._pages():
            found = fetch_recorded(self.connection, changes)
            for household, ids in changes.items():
                later += _dependents(found[household], set(ids))
            self.on_done(len(changes))
        if later:
            named = "; ".join(f"`{one.id}` ({one.action}: {one.summary})" for one in later[:_NAMED])
            others = f" and {len(later) - _NAMED} more" if len(later) > _NAMED else ""
            raise RefusedError(
                f"`{self.run.id}` cannot be undone while later changes depend on it: "
                f"{named}{others}",
                hint="undo those first; for a later import: household-graph import undo",
            )

    def _invert(self, changes: _Changes, cause: ChangeMetadata) -> None:
        found = fetch_recorded(self.connection, changes)
        left = {one: _not_undone(found[one], set(ids)) for one, ids in changes.items()}

        def decide(rows: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
            for household, (change, *_older) in left.items():
                edits = inverse_of(rows[household], change.edits)
                yield replace(edits, effective=change.effective_at)

        # A resumed run can have changed a household more than once.
        while left := {one: changes for one, changes in left.items() if changes}:
            write(self.connection, left, decide, cause, check_authority)
            left = {one: changes[1:] for one, changes in left.items()}

    def _pages(self) -> Iterator[_Changes]:
        """Yield the changes of the run, some households at a time."""
        after = ""
        while page := self._page(after):
            yield page
            after = max(page)

    def _page(self, after: str) -> _Changes:
        parameters = {"run": self.run.id, "after": after, "limit": _BATCH}
        with database_errors(), self.connection.session() as session:
            return session.execute_read(
                lambda tx: {
                    record["household"]: record["changes"]
                    for record in run_query(tx, "reads/import-changes", **parameters)
                }
            )


def _dependents(found: Recorded, ids: set[str]) -> Iterator[RecordedChange]:
    for change in _not_undone(found, ids):
        yield from (one for one in dependents(change, found.changes) if one.id not in ids)


def _not_undone(found: Recorded, ids: set[str]) -> list[RecordedChange]:
    """Return those of some changes that are not undone, the newest first."""
    undone = undone_by(found.changes)
    return [one for one in reversed(found.changes) if one.id in ids and one.id not in undone]
