"""Write households to the graph, in batches, while the next ones are prepared."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice

from household_graph.changes.authorization.check import check_authority, check_reach
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    RefusedError,
)
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.prepare import PreparedHousehold, prepare
from household_graph.imports.records import Source
from household_graph.imports.staging import RejectedRecords, WorkItem
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows_and_now
from household_graph.store.writer import ChangeMetadata, write

_BATCH = 50  # households in one transaction
_TRANSACTIONS = 2  # at once
_WAITING = 3  # batches prepared meanwhile


class HouseholdWriter:
    """Writes the households of one run.

    Attributes:
        kept: ids of what both the export and the graph have changed.
        rejected: the records that could not be written, so far.
    """

    def __init__(
        self, connection: Connection, source: Source, run: RecordedRun, actor: Actor
    ) -> None:
        """Write to a graph, in the name of an actor, as part of a run."""
        self._connection, self._source, self._run = connection, source, run
        self._actor = actor
        self.kept: list[str] = []
        self.rejected: list[RejectedRecords] = []

    def write(self, items: Iterable[WorkItem], on_written: Callable[[int], None]) -> None:
        """Write households; afterwards `rejected` has the records that could not be written.

        Args:
            items: the households.
            on_written: called with the number of households written since.

        Raises:
            DatabaseUnavailableError: if the server does not answer.
        """
        remaining, waiting = iter(items), list[Future[int]]()
        executor = ThreadPoolExecutor(max_workers=_TRANSACTIONS)
        try:
            while batch := list(islice(remaining, _BATCH)):
                prepared = [one for item in batch if (one := self._prepared(item))]
                waiting.append(executor.submit(self._write, prepared))
                if len(waiting) > _WAITING:
                    on_written(waiting.pop(0).result())
            for future in waiting:
                on_written(future.result())
        except BaseException as error:
            # After Ctrl-C do not wait for what is being written: it will be complete, or absent.
            executor.shutdown(wait=isinstance(error, Exception), cancel_futures=True)
            raise
        executor.shutdown()

    def check(self, items: Iterable[WorkItem]) -> None:
        """Check that a party may make all changes; writes nothing.

        Raises:
            RefusedError: if something belongs to another household, or a law forbids it.
            UnknownIdError: if the party does not exist.
            DatabaseUnavailableError: if the server does not answer.
        """
        households = set()
        for item in items:
            households.add(item.household)
            check_reach(self._connection, households, self._actor, alone=True)
            if prepared := self._prepared(item):
                rows, now = fetch_rows_and_now(self._connection, [item.household])
                edits = prepared.merged_into(self._source, rows[item.household], now).edits
                check_authority(rows, [edits], self._actor, from_datetime(now))
        check_reach(self._connection, households, self._actor, alone=True)  # even without items

    def _prepared(self, item: WorkItem) -> PreparedHousehold | None:
        prepared, rejected = prepare(self._source, item)
        self.rejected += rejected
        return prepared

    def _write(self, prepared: list[PreparedHousehold]) -> int:
        """Write households in one transaction, or if that fails, in one each."""
        try:
            self._write_together(prepared)
        except (BadInputError, RefusedError) as error:
            if self._actor.is_party:
                raise  # the actor may not do it: the import ends
            if len(prepared) > 1:
                return sum(self._write([one]) for one in prepared)
            self.rejected.append(prepared[0].rejected(error.message, error.hint))
        return len(prepared)

    def _write_together(self, prepared: list[PreparedHousehold]) -> None:
        kept: list[str] = []

        def decide(rows: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
            kept.clear()
            for one in prepared:
                merged = one.merged_into(self._source, rows[one.item.household], at)
                kept.extend(merged.kept)
                yield merged.edits

        cause = ChangeMetadata(self._actor, "import", self._run.reason, import_run=self._run.id)
        households = [one.item.household for one in prepared]
        try:
            write(self._connection, households, decide, cause, check_authority)
        except OutcomeUnknownError as lost:  # the same command finds what was written
            raise DatabaseUnavailableError(
                "Neo4j does not answer any more", hint="run the same command again to resume"
            ) from lost
        self.kept += kept
