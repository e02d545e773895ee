"""Write an export as files for Neo4j's offline importer, for an empty database.

The files hold the same nodes and relationships as `write` makes online: each household is new, with
its first change and its access cache.
"""

import json
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from household_graph.changes.authorization.check import foreign
from household_graph.errors import BadInputError
from household_graph.imports.bulk_files import BulkFiles, CsvLines, CsvWriter
from household_graph.imports.import_run import RecordedRun, new_run
from household_graph.imports.pipeline import (
    Export,
    ExportFiles,
    ImportResult,
    Progress,
    staged_export,
)
from household_graph.imports.prepare import PreparedHousehold, prepare
from household_graph.imports.records import Source
from household_graph.imports.staging import RejectedRecords, WorkItem, add_rejected
from household_graph.imports.three_way_merge import creation
from household_graph.model.actor import Actor
from household_graph.model.edits import edits_to_text
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.package_data import package_version
from household_graph.store.access_cache import STAMPS, access_of
from household_graph.store.write_validation import check_edits, check_households

_BATCH = 200  # households that go to another process together
_WAITING = 2  # batches for each process, so that none has to wait
_REVISION = 1

_Row = TypeVar("_Row", NodeRow, RelationshipRow)


@dataclass(slots=True)
class BulkBatch:
    """Households as lines of the files.

    Attributes:
        csv: their lines.
        households: how many they are.
        rejected: the records that cannot be written.
    """

    csv: CsvLines = field(default_factory=CsvLines)
    households: int = 0
    rejected: list[RejectedRecords] = field(default_factory=list)

    def add(self, prepared: PreparedHousehold, run: RecordedRun) -> None:
        """Add a new household, or reject its records."""
        try:
            rows = household_rows(prepared.rows, run)
            self.csv.add(rows.nodes, rows.relationships)
            self.households += 1
        except BadInputError as error:
            self.rejected.append(prepared.rejected(error.message, error.hint))


def write_bulk(
    export: Export,
    folder: Path,
    reports: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> tuple[ImportResult, BulkFiles]:
    """Write files with what an import into an empty database would make of an export.

    Other processes help. A script that calls this has to do so below `if __name__ == "__main__"`,
    as they begin by importing it.

    Args:
        export: what to import; all of it is new.
        folder: the folder for the files; files of the same names are replaced.
        reports: the folder for reports and the staging database.
        progress: reports progress.
        actor: who imports; an operator, as no party owns a new household.
        reason: why.

    Raises:
        RefusedError: if the actor is a party.
        BadInputError: if the importer cannot read the path of the folder.
        DocumentError: if a file of the export cannot be read, or does not fit the mapping.
    """
    if actor.is_party:
        raise foreign(actor)
    files, source, at = ExportFiles.opened(export), export.source, datetime.now(UTC)
    run = new_run(
        source.name, 1, actor, at, reason=reason, files=files.names, digest=files.digest()
    )
    with (
        CsvWriter(folder) as writer,
        staged_export(None, files, reports, progress, from_datetime(run.at)) as staged,
    ):
        rejected, households = list[RejectedRecords](), 0
        with progress("writing households", staged.households) as advance:
            for batch in bulk_batches(staged.work_items(run), source, run):
                writer.write(batch.csv)
                rejected += batch.rejected
                households += batch.households
                advance(batch.households)
        add_rejected(staged.staging, rejected)
        result = staged.result(run.id, run)
        finished = replace(
            run,
            state=RunState.FINISHED,
            finished_at=datetime.now(UTC),
            counts=result.counts.of_records,
        )
        lines = CsvLines()
        lines.add([run_node(finished, export.mapping.text)])
        writer.write(lines)
        return replace(result, run=finished), writer.files(households)


def bulk_batches(
    items: Iterable[WorkItem], source: Source, run: RecordedRun
) -> Iterator[BulkBatch]:
    """Yield the lines of new households in their order, made by one process a processor.

    Args:
        items: the households; they are taken as they are needed.
        source: where the export comes from.
        run: the import.
    """
    remaining, count = iter(items), os.cpu_count() or 1
    waiting: deque[Future[BulkBatch]] = deque()
    # Not by fork: a process that is forked while others hold locks can hang.
    context = get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_ignore_interrupts) as executor:
        try:
            while batch := list(islice(remaining, _BATCH)):
                waiting.append(executor.submit(_batch, batch, source, run))
                if len(waiting) > _WAITING * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _batch(items: Iterable[WorkItem], source: Source, run: RecordedRun) -> BulkBatch:
    batch = BulkBatch()
    for item in items:
        prepared, rejected = prepare(source, item)
        batch.rejected += rejected
        if prepared:
            batch.add(prepared, run)
    return batch


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent process, which ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def household_rows(rows: Rows, run: RecordedRun) -> Rows:
    """Return all rows of a new household: its own, its first change, and its access cache.

    Raises:
        BadInputError: if they do not fit the schema.
    """
    household, edits = rows.household, creation(rows)
    check_households([household])
    nothing = {household: Rows(household, (), ())}
    check_edits(nothing, [household], [edits], from_datetime(run.at))
    at = datetime.now(UTC)
    change = _node(
        f"{household}/change-{_REVISION}",
        "Change",
        revision=_REVISION,
        actor=run.actor,
        actor_kind=run.actor_kind.value,
        action="import",
        at=at,
        effective_at=at,
        summary=edits.summary,
        difference=edits_to_text(edits),
        reason=run.reason,
    )
    more, access = [change], access_of(rows)
    if access is not None:
        content = access.content(_REVISION)
        more.append(_node(household, "AccessCache", revision=_REVISION, content=content, **STAMPS))
    links = [
        RelationshipRow("RECORDED_FOR", change.id, household),
        RelationshipRow("PART_OF", change.id, run.id),
    ]
    nodes = [_as_stored(node) for node in rows.nodes]
    nodes = [_with_revision(node) if node.id == household else node for node in nodes]
    relationships = [_as_stored(link) for link in rows.relationships]
    return Rows(household, (*nodes, *more), (*relationships, *links))


def run_node(run: RecordedRun, mapping: str) -> NodeRow:
    """Return the node of a finished run.

    Args:
        run: the run, with its counts.
        mapping: the mapping by which the export was read, as text.
    """
    return _node(
        run.id,
        "ImportRun",
        source=run.source,
        actor=run.actor,
        actor_kind=run.actor_kind.value,
        reason=run.reason,
        at=run.at,
        finished_at=run.finished_at,
        state=run.state.value,
        files=run.files,
        digest=run.digest,
        mapping=mapping,
        counts=json.dumps(dict(run.counts or {})),
    )


def _node(own_id: str, label: str, **properties: Any) -> NodeRow:  # noqa: ANN401 - values or None
    stated = {name: value for name, value in properties.items() if value is not None}
    return NodeRow(own_id, frozenset({label}), stated)


def _with_revision(node: NodeRow) -> NodeRow:
    return replace(
        node, properties={**node.properties, "revision": _REVISION, "written_by": package_version()}
    )


def _as_stored(row: _Row) -> _Row:
    """Return a row with instants cut to the millisecond, as the graph stores them."""
    instants: dict[str, Value] = {
        name: to_utc(from_datetime(value))
        for name, value in row.properties.items()
        if isinstance(value, datetime)
    }
    return replace(row, properties={**row.properties, **instants}) if instants else row
