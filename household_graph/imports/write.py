"""Prepare households, and write them to the graph in batches while the next ones are prepared."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from pydantic import ValidationError

from household_graph.changes.authorization.check import check_authority, check_reach
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.values import field_problems, path_of
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    RefusedError,
)
from household_graph.imports.assemble import assemble_rows, recorded
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.records import AssignedRecord, Source
from household_graph.imports.staging import RejectedRecords, WorkItem
from household_graph.imports.three_way_merge import MergedHousehold, three_way_merge
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows_and_now
from household_graph.store.row_store import ChangeMetadata, RowStore

BATCH = 50
"""How many households are written in one transaction."""

_TRANSACTIONS = 2  # at once
_WAITING = 3  # batches prepared meanwhile

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def merged(source: Source, item: WorkItem, current: Rows, at: datetime) -> MergedHousehold:
    """Return what a prepared item changes in the household as it is in the graph.

    What the export no longer says ends at the instant.

    Raises:
        BadInputError: if an id has other labels in the graph.
    """
    household, nothing = current.household, Rows(current.household, (), ())
    earlier = {one.key: one for one in recorded(source, current)}
    if not earlier:
        return three_way_merge(current, nothing, item.rows, at)
    before = assemble_rows(source, household, list(earlier.values()))
    now = assemble_rows(source, household, _all_records(item, earlier, at))
    return three_way_merge(current, before, now, at)


def _all_records(
    item: WorkItem, earlier: Mapping[str, AssignedRecord], at: datetime
) -> list[AssignedRecord]:
    """Return the records that a household has now, of earlier exports and of this one.

    Those that end do so at the instant.
    """
    records, end = dict(earlier), to_utc(from_datetime(at))
    for key in records.keys() & item.gone:
        del records[key]
    for key in records.keys() & item.ended:
        records[key] = replace(records[key], ended_at=records[key].ended_at or end)
    for key in records.keys() & item.merged.keys():
        records[key] = replace(records[key], person=item.merged[key])
    for record in item.records:
        known = records.get(record.key)
        is_same = (
            known
            and not known.ended_at
            and (known.text, known.person) == (record.text, record.person)
        )
        records[record.key] = known if known and is_same else record
    return list(records.values())


def prepare(source: Source, item: WorkItem) -> tuple[WorkItem | None, list[RejectedRecords]]:
    """Return an item with its rows, without rejected records; None if nothing is left."""
    try:
        return replace(item, rows=assemble_rows(source, item.household, item.records)), []
    except ValidationError as error:
        problems = {
            one.key: problem for one in item.records if (problem := _problem(source, one))
        } or dict.fromkeys((one.key for one in item.records), _first(error))
    rejected = [RejectedRecords(item.household, (key,), *why) for key, why in problems.items()]
    left = tuple(one for one in item.records if one.key not in problems)
    if not (left or item.gone or item.ended):
        return None, rejected
    prepared, more = prepare(source, replace(item, records=left))
    return prepared, [*rejected, *more]


def _problem(source: Source, record: AssignedRecord) -> tuple[str, str] | None:
    """Return what is wrong with a record by itself."""
    try:
        assemble_rows(source, "alone", [record])
    except ValidationError as error:
        return _first(error)
    return None


def _first(error: ValidationError) -> tuple[str, str]:
    """Return the first problem, and what to do."""
    problem = field_problems(HouseholdDocument, error.errors(include_url=False))[0]
    return f"{path_of(problem.loc)}: {problem.message}", problem.hint or "correct the value"


def in_batches(
    executor: Executor,
    work: Callable[[list[_Item]], _Result],
    items: Iterable[_Item],
    *,
    size: int,
    waiting: int,
) -> Generator[_Result]:
    """Yield the results of work on batches of items, in their order, and shut the executor down.

    Items are taken as they are needed: so many batches wait at most. Close it in the end.
    """
    remaining, futures = iter(items), deque[Future[_Result]]()
    try:
        while batch := list(islice(remaining, size)):
            futures.append(executor.submit(work, batch))
            if len(futures) > waiting:
                yield futures.popleft().result()
        while futures:
            yield futures.popleft().result()
    except BaseException as error:
        # After Ctrl-C do not wait for what is being done: it will be complete, or absent.
        executor.shutdown(wait=isinstance(error, Exception), cancel_futures=True)
        raise
    executor.shutdown()


class HouseholdWriter:
    """Writes the households of one run, and collects conflicts with the graph and rejects."""

    def __init__(self, store: RowStore, source: Source, run: RecordedRun, actor: Actor) -> None:
        """Write to the graph, or to a simulation, in the name of an actor, as part of a run."""
        self._store, self._source, self._actor = store, source, actor
        self._cause = ChangeMetadata(actor, "import", run.reason, import_run=run.id)
        self.conflicts: list[str] = []
        self.rejected: list[RejectedRecords] = []

    def write(
        self, items: Iterable[WorkItem], on_written: Callable[[int], None] = lambda _count: None
    ) -> None:
        """Write households, and call `on_written` with the number of those written since."""
        prepared = (one for item in items if (one := self._prepared(item)))
        executor = ThreadPoolExecutor(max_workers=_TRANSACTIONS)
        limits = {"size": BATCH, "waiting": _WAITING}
        with closing(in_batches(executor, self._write, prepared, **limits)) as counts:
            for count in counts:
                on_written(count)

    def _prepared(self, item: WorkItem) -> WorkItem | None:
        prepared, rejected = prepare(self._source, item)
        self.rejected += rejected
        return prepared

    def _write(self, prepared: list[WorkItem]) -> int:
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

    def _write_together(self, prepared: list[WorkItem]) -> None:
        conflicts: list[str] = []

        def plan(rows: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
            conflicts.clear()
            for one in prepared:
                found = merged(self._source, one, rows[one.household], at)
                conflicts.extend(found.conflicts)
                yield found.edits

        households = [one.household for one in prepared]
        try:
            self._store.write(households, plan, self._cause, check_authority)
        except OutcomeUnknownError as lost:  # the same command finds what was written
            raise DatabaseUnavailableError(
                "Neo4j does not answer any more", hint="run the same command again to resume"
            ) from lost
        self.conflicts += conflicts


def check_changes(
    connection: Connection, source: Source, actor: Actor, items: Iterable[WorkItem]
) -> None:
    """Check that a party may make all changes; writes nothing.

    Raises:
        RefusedError: if something belongs to another household, or a law forbids it.
        UnknownIdError: if the party does not exist.
    """
    households = set()
    for item in items:
        households.add(item.household)
        check_reach(GraphRows(connection), households, actor, alone=True)
        prepared, _rejected = prepare(source, item)
        if prepared:
            rows, now = fetch_rows_and_now(connection, [item.household])
            edits = merged(source, prepared, rows[item.household], now).edits
            check_authority(rows, [edits], actor, from_datetime(now))
    check_reach(GraphRows(connection), households, actor, alone=True)  # even without items
