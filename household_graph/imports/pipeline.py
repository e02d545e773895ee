"""The pipeline of an import: read, clean, stage, match, assign, assemble, merge, write, report.

| step | where |
| --- | --- |
| read | `sources`: files to raw records |
| clean | `mapping.compile` and `cleaning`: raw to normalised records, or rejects |
| stage | `staging`: both this export and earlier ones, in a file on disk |
| match, assign | `matching` and `assign`: which person and household each record belongs to |
| assemble | `prepare` and `assemble`: the records of a household to its rows |
| merge | `three_way_merge`: rows before, now and in the graph to edits |
| write | `write`: edits to the graph |
| report | `reports`: counts, rejects, merges and possible duplicates |

A plan leaves out assemble to write.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain
from pathlib import Path

from filelock import FileLock, Timeout

from household_graph.errors import ConflictError
from household_graph.imports.assign import assign_households
from household_graph.imports.import_run import RecordedRun, begin, finish, new_run, source_lock
from household_graph.imports.mapping.compile import CompiledTable, table_for
from household_graph.imports.mapping.mapping import ExportMapping
from household_graph.imports.matching import Thresholds
from household_graph.imports.records import RejectedRecord, Source
from household_graph.imports.reports import ImportCounts, Reports, count_records, write_reports
from household_graph.imports.sources.open import ReadOptions, SourceFile, open_sources
from household_graph.imports.staging import (
    ReadRecord,
    Staging,
    WorkItem,
    add_rejected,
    departures,
    fetch_decisions,
    fetch_previous,
    opened_staging,
    stage_previous,
    stage_records,
    work_items,
)
from household_graph.model.actor import Actor
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_now

Advance = Callable[[int], None]
"""Called with how much more is done: bytes of files, or households."""

Progress = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Called with the name of a step, and its total, if known."""

_BLOCK = 1 << 20


def silent(_step: str, _total: int | None) -> AbstractContextManager[Advance]:
    """Report no progress."""
    return nullcontext(lambda _amount: None)


@dataclass(frozen=True, slots=True)
class Export:
    """An export of a source, and how to import it.

    Attributes:
        paths: files and folders.
        mapping: what their columns mean.
        options: how to read the files.
        is_full: whether everything that it does not mention has ended.
        thresholds: which scores suffice for one person, or one household.
    """

    paths: tuple[Path, ...]
    mapping: ExportMapping
    options: ReadOptions = field(default_factory=ReadOptions)
    is_full: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def source(self) -> Source:
        """The source that it comes from."""
        return Source(self.mapping.source, self.mapping.time_zone)


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """The opened files of an export, each with the name of its table in the mapping."""

    export: Export
    files: Sequence[tuple[SourceFile, str]]

    @classmethod
    def opened(cls, export: Export) -> "ExportFiles":
        """Open the files of an export.

        Raises:
            DocumentError: if a file cannot be read, or fits no table.
        """
        files = open_sources(export.paths, export.options)
        return cls(
            export, [(one, table_for(export.mapping, one.header, one.name)) for one in files]
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(file.name for file, _table in self.files)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all files, each once."""
        return tuple(dict.fromkeys(name for file, _table in self.files for name in file.header))

    def read(self, advance: Advance) -> Iterator[ReadRecord]:
        """Yield the records in the order of the files, cleaned or rejected."""
        for file, table in self.files:
            compiled = CompiledTable(self.export.mapping, table, file.header)
            for raw in file.records(advance):
                if isinstance(raw, RejectedRecord):
                    yield raw
                else:
                    record = compiled.read(raw)
                    yield record if isinstance(record, RejectedRecord) else (raw, record)

    def digest(self) -> str:
        """Return a checksum of all that decides the result of an import."""
        export, checksum = self.export, blake2b(digest_size=16)
        options = (export.mapping.text, export.options, export.is_full, export.thresholds)
        checksum.update(repr(options).encode())
        for path in dict.fromkeys(file.path for file, _table in self.files):
            with path.open("rb") as content:
                while block := content.read(_BLOCK):
                    checksum.update(block)
        return checksum.hexdigest()


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import, or the expected one of a plan.

    Attributes:
        run: the run; None in a plan.
        files: a description of each file, in one line.
        counts: how many records became what.
        kept: ids of what both the export and the graph have changed; empty in a plan.
        reports: the files of rejects, merges and possible duplicates.
    """

    run: RecordedRun | None
    files: tuple[str, ...]
    counts: ImportCounts
    kept: tuple[str, ...]
    reports: Reports


@dataclass(frozen=True, slots=True)
class StagedExport:
    """An export of which every record is assigned to its household and person.

    Attributes:
        staging: the staging database.
        folder: the folder for reports.
        files: the files that were read.
    """

    staging: Staging
    folder: Path
    files: ExportFiles

    @property
    def households(self) -> int:
        """How many households are to be written."""
        return self.staging.number("SELECT count(*) FROM household")

    def work_items(self, run: RecordedRun) -> Iterator[WorkItem]:
        """Yield the households to be written, without departures."""
        return work_items(self.staging, run.id, full_export=self.files.export.is_full)

    def result(self, name: str, run: RecordedRun | None, kept: Iterable[str] = ()) -> ImportResult:
        """Write the reports under a name, and return the result."""
        counts = count_records(self.staging, run.id if run else None)
        reports = write_reports(self.staging, self.files.columns, self.folder, name)
        described = tuple(file.described for file, _table in self.files.files)
        return ImportResult(run, described, counts, tuple(kept), reports)


@contextmanager
def staged_export(
    connection: Connection | None, files: ExportFiles, folder: Path, progress: Progress, at: int
) -> Iterator[StagedExport]:
    """Read, clean, stage, match and assign the records of an export.

    Args:
        connection: the graph; None for an empty one.
        files: the export.
        folder: the folder for reports and the staging database.
        progress: reports progress.
        at: the instant at which a person counts as a minor or not.

    Raises:
        ConflictError: if another process stages an export of the source in this folder.
        DocumentError: if a file cannot be read.
        DatabaseUnavailableError: if the server does not answer.
    """
    export, source = files.export, files.export.source
    decisions = fetch_decisions(connection, source.name) if connection else {}
    previous = fetch_previous(connection, source.name) if connection else ()
    folder.mkdir(parents=True, exist_ok=True)
    staging_path = folder / f"{source.name}.staging"
    with _folder_lock(folder, source.name), opened_staging(staging_path) as staging:
        total = sum(file.size for file, _table in files.files)
        with progress("reading bytes", total) as advance:
            stage_records(staging, source, files.read(advance), at)
        with progress("finding households", None):
            full = export.is_full
            stage_previous(staging, previous, full_export=full)
            assign_households(staging, source.name, export.thresholds, decisions, full_export=full)
        yield StagedExport(staging, folder, files)


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


def plan_import(
    connection: Connection, export: Export, folder: Path, progress: Progress
) -> ImportResult:
    """Return what an import would do; writes only the reports.

    Args:
        connection: the graph.
        export: what to import.
        folder: the folder for reports and the staging database.
        progress: reports progress.

    Raises:
        ConflictError: if another process on this machine reads an export of the source.
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer.
    """
    files, at = ExportFiles.opened(export), from_datetime(fetch_now(connection))
    with staged_export(connection, files, folder, progress, at) as staged:
        return staged.result(f"plan-{export.mapping.source}", None)


def run_import(
    connection: Connection,
    export: Export,
    folder: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> ImportResult:
    """Import an export, or resume an interrupted import; the same export again changes nothing.

    Args:
        connection: the graph.
        export: what to import.
        folder: the folder for reports and the staging database.
        progress: reports progress.
        actor: who imports; a party may import only what it may change itself.
        reason: why.

    Raises:
        ConflictError: if another import of the source is running.
        RefusedError: if the actor is a party that may not make all changes; nothing is written.
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer; run it again to resume.
    """
    from household_graph.imports.write import HouseholdWriter  # noqa: PLC0415 - a plan needs none

    files = ExportFiles.opened(export)
    source, digest = export.source, files.digest()
    with source_lock(connection, source.name):
        if actor.is_party:
            at = fetch_now(connection)
            trial = new_run(
                source.name, 0, actor, at, reason=reason, files=files.names, digest=digest
            )
            with staged_export(connection, files, folder, progress, from_datetime(at)) as staged:
                HouseholdWriter(connection, source, trial, actor).check(
                    chain(departures(staged.staging), staged.work_items(trial))
                )
        run = begin(
            connection,
            source.name,
            actor=actor,
            reason=reason,
            files=files.names,
            digest=digest,
            mapping=export.mapping.text,
        )
        with staged_export(connection, files, folder, progress, from_datetime(run.at)) as staged:
            writer = HouseholdWriter(connection, source, run, actor)
            with progress("writing households", staged.households) as advance:
                writer.write(departures(staged.staging), lambda _count: None)
                writer.write(staged.work_items(run), advance)
            add_rejected(staged.staging, writer.rejected)
            result = staged.result(run.id, run, writer.kept)
        finished = finish(connection, run, RunState.FINISHED, result.counts.of_records)
        return replace(result, run=finished)
