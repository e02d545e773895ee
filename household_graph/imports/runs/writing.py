"""Households of an import into the graph, some at a time, while the next ones are made ready."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from itertools import islice

from household_graph.changes.authorization import check_authority, check_reach
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    RefusedError,
)
from household_graph.imports.building.placed import Placed
from household_graph.imports.building.rows import Source, recorded, rows_of
from household_graph.imports.building.updating import Update, updated
from household_graph.imports.runs.import_run import ImportRun
from household_graph.imports.runs.readying import Ready, Readying, Refused, Work
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows_and_now
from household_graph.store.writer import Cause, write

_AT_A_TIME = 50  # households in one transaction
_AT_ONCE = 2  # transactions
_WAITING = 3  # batches that are made ready meanwhile


class Writer:
    """Writes the households of one run.

    Attributes:
        kept: ids of what the export says otherwise and the households have changed themselves.
    """

    def __init__(
        self, connection: Connection, source: Source, run: ImportRun, actor: Actor
    ) -> None:
        """Write to a graph, as part of a run that somebody starts or resumes."""
        self._connection, self._source, self._run = connection, source, run
        self._actor = actor
        self._readying = Readying(source)
        self.kept: list[str] = []

    @property
    def refused(self) -> list[Refused]:
        """The records that could not be written, so far."""
        return self._readying.refused

    def write(self, works: Iterable[Work], on_written: Callable[[int], None]) -> None:
        """Write households; records that cannot be written stand in `refused` then.

        Args:
            works: what is to be written.
            on_written: is told how many households have been written, again and again.

        Raises:
            DatabaseUnavailableError: if the server does not answer.
        """
        remaining, waiting = iter(works), list[Future[int]]()
        executor = ThreadPoolExecutor(max_workers=_AT_ONCE)
        try:
            while part := list(islice(remaining, _AT_A_TIME)):
                ready = [one for work in part if (one := self._readying.ready(work))]
                waiting.append(executor.submit(self._write, ready))
                if len(waiting) > _WAITING:
                    on_written(waiting.pop(0).result())
            for future in waiting:
                on_written(future.result())
        except BaseException as error:
            # After Ctrl-C nobody waits for what is being written: it will be there, or not.
            executor.shutdown(wait=isinstance(error, Exception), cancel_futures=True)
            raise
        executor.shutdown()

    def check(self, works: Iterable[Work]) -> None:
        """Refuse an import in the name of a party that may not make all of it; nothing is written.

        Raises:
            RefusedError: if something is not of the party's own household, or a law forbids it.
            UnknownIdError: if there is no such party.
            DatabaseUnavailableError: if the server does not answer.
        """
        concerned = set()
        for work in works:
            concerned.add(work.household)
            check_reach(self._connection, concerned, self._actor, alone=True)
            if ready := self._readying.ready(work):
                rows, now = fetch_rows_and_now(self._connection, [work.household])
                edits = update_by(self._source, rows[work.household], ready, now).edits
                check_authority(rows, [edits], self._actor, from_datetime(now))
        check_reach(self._connection, concerned, self._actor, alone=True)  # there may be no work

    def _write(self, ready: list[Ready]) -> int:
        """Write households together, or if one of them cannot be written, each for itself."""
        try:
            self._write_together(ready)
        except (BadInputError, RefusedError) as error:
            if self._actor.is_party:
                raise  # it is about who acts, and ends the import
            if len(ready) > 1:
                return sum(self._write([one]) for one in ready)
            self.refused.append(ready[0].refused(error.message, error.hint))
        return len(ready)

    def _write_together(self, ready: list[Ready]) -> None:
        kept: list[str] = []

        def decide(rows: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
            kept.clear()
            for one in ready:
                update = update_by(self._source, rows[one.work.household], one, at)
                kept.extend(update.kept)
                yield update.edits

        run = self._run
        cause = Cause(self._actor, "import", run.reason, import_run=run.id)
        households = [one.work.household for one in ready]
        try:
            write(self._connection, households, decide, cause, check_authority)
        except OutcomeUnknownError as lost:  # what was written is found to be so, and stays
            raise DatabaseUnavailableError(
                "Neo4j does not answer any more", hint="run the same command again: it goes on"
            ) from lost
        self.kept += kept


def update_by(source: Source, current: Rows, ready: Ready, at: datetime) -> Update:
    """Return what an import changes in a household.

    Args:
        source: where its records come from.
        current: the household as it stands.
        ready: what the export says of it.
        at: when what the export no longer says ends.

    Raises:
        BadInputError: if an id stands for something else in the graph.
    """
    earlier = {one.said.key: one for one in recorded(source, current)}
    if not earlier:
        return updated(current, Rows(current.household, (), ()), ready.rows, at)
    before = rows_of(source, current.household, list(earlier.values()))
    now = rows_of(source, current.household, _together(earlier, ready.work))
    return updated(current, before, now, at)


def _together(earlier: Mapping[str, Placed], work: Work) -> list[Placed]:
    """Return the records that a household has now: of earlier exports and of this one."""
    records = {key: one for key, one in earlier.items() if key not in work.gone}
    for key, person in (work.merged or {}).items():
        if key in records:
            records[key] = replace(records[key], person=person)
    for record in work.records:
        known = earlier.get(record.said.key)
        same = known and (known.text, known.person) == (record.text, record.person)
        records[record.said.key] = known if known and same else record
    return list(records.values())
