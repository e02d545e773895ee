"""The pipeline of an import: read, clean, stage, match, assign, assemble, merge, write, report.

| step | where |
| --- | --- |
| read | `sources`, `byte_streams`: files to raw records |
| clean | `mapping.compile` and `cleaning`: raw to normalised records, or rejects |
| stage, assign | `staging`: this export and earlier ones, in a file on disk |
| match | `matching`: which person and household each record belongs to |
| assemble | `assemble`: the records of a household to its rows |
| merge | `three_way_merge`: rows before, now and in the graph to edits |
| write | `write`: edits to the graph; `bulk`: rows to files for the offline importer |
| report | `reports`: counts, rejects, merges and possible duplicates |

A plan leaves out assemble to write.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from household_graph.errors import BadInputError, ConflictError
from household_graph.imports.import_run import (
    RecordedRun,
    begin,
    fetch_previous,
    finish,
    source_lock,
)
from household_graph.imports.mapping.compile import CompiledTable
from household_graph.imports.mapping.headers import (
    check_required,
    missing_columns,
    table_for,
    unused_columns,
)
from household_graph.imports.mapping.mapping import ExportMapping
from household_graph.imports.matching import Thresholds
from household_graph.imports.records import RejectedRecord, SkippedRecord, Source
from household_graph.imports.reports import (
    ImportCounts,
    Reports,
    count_records,
    fetch_decisions,
    restore_merges,
    write_merges,
    write_reports,
)
from household_graph.imports.sources import ReadOptions, open_sources
from household_graph.imports.staging import (
    PreviousRecord,
    ReadRecord,
    ReadWell,
    RecordChanges,
    RejectedRecords,
    Staging,
    WorkItem,
    opened_staging,
)
from household_graph.model.actor import Actor
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_now

if TYPE_CHECKING:
    from household_graph.imports.planned_changes import PlannedHousehold

Advance = Callable[[int], None]
"""Called with how much more is done: bytes of files, or households."""

Progress = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Called with the name of a step, and its total, if known."""

_BLOCK = 1 << 20
_MOST_ENDS, _LARGEST_SHARE = 20, 0.1  # from which on so many ends may be a mistake


def silent(_step: str, _total: int | None) -> AbstractContextManager[Advance]:
    """Report no progress."""
    return nullcontext(lambda _amount: None)


@dataclass(frozen=True, slots=True)
class Export:
    """An export of a source, and how to import it.

    Attributes:
        paths: files and folders.
        mapping: what their columns mean.
        is_full: whether everything that it does not mention has ended.
        confirmed_ends: how many records may end at most, where that is suspiciously many.
    """

    paths: tuple[Path, ...]
    mapping: ExportMapping
    options: ReadOptions = field(default_factory=ReadOptions)
    is_full: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    confirmed_ends: int | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import, or the expected one of a plan.

    Attributes:
        run: the run; None in a plan.
        files: a description of each file, in one line.
        conflicts: ids of what both the export and the graph have changed; empty in a plan.
        changes: how the records of earlier exports change.
        missing_columns: columns of the mapping that are in no file, with their table in front.
        unused_columns: columns that the mapping leaves out, with their file in front.
        possible_mistake: why a run stops and asks for a confirmation; None: it does not.
    """

    run: RecordedRun | None
    files: tuple[str, ...]
    counts: ImportCounts
    conflicts: tuple[str, ...]
    reports: Reports
    changes: RecordChanges
    missing_columns: tuple[str, ...]
    unused_columns: tuple[str, ...]
    possible_mistake: str | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do, while the export is staged.

    Attributes:
        households: returns what would become of each household that is to be written, in the
            order of their ids; they are planned as they are taken.
    """

    result: ImportResult
    households: Callable[[], "Iterator[PlannedHousehold]"]


@contextmanager
def import_planned(
    connection: Connection, export: Export, folder: Path, progress: Progress
) -> Iterator[ImportPlan]:
    """Plan an import, and write nothing to the graph; see `Imports.plan` of the graph."""
    job = ImportJob(connection, export, folder, progress)
    with job.staged(fetch_now(connection)) as staging:

        def households() -> "Iterator[PlannedHousehold]":
            from household_graph.imports.planned_changes import (  # noqa: PLC0415 - on request
                planned_households,
            )
            from household_graph.store.graph_rows import GraphRows  # noqa: PLC0415 - likewise

            return planned_households(GraphRows(connection), job.source, staging)

        yield ImportPlan(job.result(staging, f"plan-{job.source.name}"), households)


def plan_import(
    connection: Connection, export: Export, folder: Path, progress: Progress
) -> ImportResult:
    """Return what an import would do; see `import_planned`."""
    with import_planned(connection, export, folder, progress) as plan:
        return plan.result


def run_import(
    connection: Connection,
    export: Export,
    folder: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> ImportResult:
    """Import an export, or resume an interrupted import; see `Imports.run` of the graph."""
    from household_graph.imports.write import (  # noqa: PLC0415 - a plan needs none
        HouseholdWriter,
        check_changes,
    )
    from household_graph.store.graph_rows import GraphRows  # noqa: PLC0415 - likewise

    job = ImportJob(connection, export, folder, progress)
    run = job.new_run(actor, reason)
    with source_lock(connection, run.source):
        if actor.is_party:
            with job.staged(fetch_now(connection)) as staging:
                items = chain(staging.departures(), staging.work_items(run.id))
                check_changes(connection, job.source, actor, items)
        with job.staged(fetch_now(connection)) as staging:
            job.check_ends(staging)
            run = begin(connection, run)
            writer = HouseholdWriter(GraphRows(connection), job.source, run, actor)
            result = job.written(staging, run, writer)
        finished = finish(connection, run, RunState.FINISHED, result.counts.of_records)
        return replace(result, run=finished)


class Writer(Protocol):
    """Writes the households of a run, and collects conflicts with the graph and rejects."""

    conflicts: list[str]
    rejected: list[RejectedRecords]

    def write(self, items: Iterable[WorkItem], on_written: Advance = ...) -> None:
        """Write households, and call `on_written` with the number of those written since."""


class ImportJob:
    """An import at work: the opened files of an export of a source, and what becomes of them."""

    def __init__(
        self, connection: Connection | None, export: Export, folder: Path, progress: Progress
    ) -> None:
        """Open the files of an export; no connection means an empty graph.

        Reports and the staging database go to the folder.

        Raises:
            DocumentError: if a file cannot be read, or fits no table of the mapping.
        """
        self._connection, self._export, self._folder = connection, export, folder
        self._progress = progress
        self.source = Source(export.mapping.source, export.mapping.time_zone)
        mapping = export.mapping
        options = replace(export.options, decimal=mapping.decimal, skip_files=mapping.skip_files)
        self._files = open_sources(export.paths, options)
        self._tables = [table_for(export.mapping, one.header, one.name) for one in self._files]
        for file, table in zip(self._files, self._tables, strict=True):
            check_required(export.mapping.tables[table], file.header, file.name)

    def new_run(self, actor: Actor, reason: str | None) -> RecordedRun:
        """Return the run of the import, not yet recorded; it has one actor, or is refused."""
        if actor.others:
            raise BadInputError("an import is made by one actor", hint="name one alone")
        name = self.source.name
        return RecordedRun(
            *(f"import-{name}-1", name, actor.name, actor.kind, reason),
            files=tuple(file.name for file in self._files),
            digest=self._digest(),
            mapping=self._export.mapping.text,
        )

    @contextmanager
    def staged(
        self, at: datetime, previous: Iterable[PreviousRecord] | None = None
    ) -> Iterator[Staging]:
        """Read, clean, stage, match and assign the records; the time decides who is a minor.

        The previous ones, in the order of their keys, are those of the graph unless they are given.

        Raises:
            ConflictError: if another process stages an export of the source in this folder.
            DocumentError: if a file cannot be read.
        """
        name, connection, export = self.source.name, self._connection, self._export
        decisions = fetch_decisions(connection, name) if connection else {}
        if previous is None:
            previous = fetch_previous(connection, name) if connection else ()
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.staging"
        with (
            _folder_lock(self._folder, name),
            opened_staging(
                path,
                self.source,
                full_export=export.is_full,
                keep_blanks=export.mapping.blank == "keep",
            ) as staging,
        ):
            with self._progress("reading bytes", sum(one.size for one in self._files)) as advance:
                staging.stage(self._read(advance), from_datetime(at))
            with self._progress("finding households", None):
                staging.stage_previous(previous, decisions)
                staging.assign(export.thresholds, decisions, self._folder)
            yield staging

    def written(self, staging: Staging, run: RecordedRun, writer: Writer) -> ImportResult:
        """Write all households, and return the result with the reports.

        The merges are reported before: a run that goes on with this one finds fewer of them.
        """
        if run.is_resumed:
            restore_merges(staging, self._folder, run.id)
        write_merges(staging, self._folder, run.id)
        with self._progress("writing households", staging.households) as advance:
            writer.write(staging.departures())
            writer.write(staging.work_items(run.id), advance)
        staging.reject(writer.rejected)
        return self.result(staging, run.id, run, writer.conflicts)

    def result(
        self,
        staging: Staging,
        name: str,
        run: RecordedRun | None = None,
        conflicts: Iterable[str] = (),
    ) -> ImportResult:
        """Write the reports under a name, and return the result."""
        columns = list(dict.fromkeys(name for file in self._files for name in file.header))
        changes = staging.changes
        return ImportResult(
            run,
            tuple(file.described for file in self._files),
            count_records(staging, run.id if run else None),
            tuple(conflicts),
            write_reports(staging, columns, self._folder, name, with_records=bool(run)),
            changes,
            tuple(self._missing_columns()),
            tuple(self._unused_columns()),
            None if run else _possible_mistake(staging, changes),
        )

    def check_ends(self, staging: Staging) -> None:
        """Refuse an export that would end so many records that it may be a mistake.

        Raises:
            BadInputError: unless so many ends are confirmed.
        """
        changes, confirmed = staging.changes, self._export.confirmed_ends
        if confirmed is not None and changes.ended <= confirmed:
            return
        if mistake := _possible_mistake(staging, changes):
            raise BadInputError(
                mistake,
                hint="nothing was written; if that is right, say so with "
                f"--confirm-ends {changes.ended}",
            )

    def _missing_columns(self) -> Iterator[str]:
        for name in dict.fromkeys(self._tables):
            table = self._export.mapping.tables[name]
            pairs = zip(self._files, self._tables, strict=True)
            headers = [file.header for file, of in pairs if of == name]
            yield from (f"{name}: {column}" for column in missing_columns(table, headers))

    def _unused_columns(self) -> Iterator[str]:
        for file, name in zip(self._files, self._tables, strict=True):
            unused = unused_columns(self._export.mapping.tables[name], file.header)
            yield from (f"{file.name}: {column}" for column in unused)

    def _read(self, advance: Advance) -> Iterator[ReadRecord]:
        """Yield the records in the order of the files, cleaned or rejected."""
        for file, table in zip(self._files, self._tables, strict=True):
            compiled = CompiledTable(self._export.mapping, table, file.header)
            for raw in file.records(advance):
                if isinstance(raw, RejectedRecord):
                    yield raw
                    continue
                record = compiled.read(raw)
                if isinstance(record, RejectedRecord | SkippedRecord):
                    yield record
                else:
                    yield ReadWell(raw, record, tuple(compiled.left_out), compiled.columns_of)

    def _digest(self) -> str:
        """Return a checksum of all that decides the result of an import."""
        export, checksum = self._export, blake2b(digest_size=16)
        options = (export.mapping.text, export.options, export.is_full, export.thresholds)
        checksum.update(repr(options).encode())
        for path in dict.fromkeys(file.entry.path for file in self._files):
            with path.open("rb") as content:
                while block := content.read(_BLOCK):
                    checksum.update(block)
        return checksum.hexdigest()


def _possible_mistake(staging: Staging, changes: RecordChanges) -> str | None:
    """Return what speaks against the ends of an export; None: nothing does."""
    read = staging.counts["read"]
    share = changes.ended / changes.known if changes.known else 0
    if changes.ended and not read:
        return f"the export has no record, and would end all {changes.ended:,} of earlier ones"
    if changes.ended >= _MOST_ENDS and share > _LARGEST_SHARE:
        of = f"{changes.ended:,} of {changes.known:,} records of earlier exports"
        return f"the export would end {of}"
    near = staging.nearly_known if changes.new else 0
    if near * 2 > changes.new:
        return (
            "no key of the export is known, but "
            f"{near:,} are but for zeros, blanks, signs or capitals"
        )
    return None


@contextmanager
def _folder_lock(folder: Path, source: str) -> Iterator[None]:
    try:
        with FileLock(folder / f".{source}.lock", timeout=0):
            yield
    except Timeout as timeout:
        raise ConflictError(
            f"another process on this machine is reading an export of `{source}`",
            hint="try again when that import or plan has ended",
        ) from timeout
