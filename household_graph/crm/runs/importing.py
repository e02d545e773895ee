"""An import from its files to the graph; a plan is the same without the writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from household_graph.crm.mapping import mapping_text
from household_graph.crm.runs.decisions import fetch_decisions
from household_graph.crm.runs.export import (
    Export,
    Files,
    columns_of,
    digest_of,
    opened_files,
    read_files,
    source_of,
)
from household_graph.crm.runs.import_run import ImportRun, begin, finish
from household_graph.crm.runs.outcome import Counts, counts_of
from household_graph.crm.runs.progress import Progress
from household_graph.crm.runs.reports import Reports, write_reports
from household_graph.crm.runs.works import leavings, refuse, works
from household_graph.crm.runs.writing import Writer
from household_graph.crm.staging.filling import fill
from household_graph.crm.staging.knowing import fetch_known, keep_known
from household_graph.crm.staging.placing import place
from household_graph.crm.staging.store import Store, opened
from household_graph.graph.connection import Connection
from household_graph.model.instants import from_datetime
from household_graph.model.vocabulary import RunState

__all__ = ["Imported", "plan_import", "run_import"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to, or in a plan would come to.

    Attributes:
        run: the run; None in a plan.
        files: each file, as it was read, in one line.
        counts: how many records came to what.
        kept: ids of what the export says otherwise and the households changed themselves; in a
            plan they are not known.
        reports: the files of rejects, merges and doubts.
    """

    run: ImportRun | None
    files: tuple[str, ...]
    counts: Counts
    kept: tuple[str, ...]
    reports: Reports


def plan_import(
    connection: Connection, export: Export, folder: Path, progress: Progress
) -> Imported:
    """Find out what an import would come to, and write nothing but the reports.

    Args:
        connection: the graph.
        export: what is to be imported.
        folder: where the reports and, while it works, its own file lie.
        progress: is told how far it has come.

    Raises:
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer.
    """
    at = from_datetime(datetime.now(UTC))
    with _staged(connection, export, folder, progress, at) as (store, files):
        reports = write_reports(store, columns_of(files), folder, f"plan-{export.mapping.source}")
        described = tuple(file.described for file, _table in files)
        return Imported(None, described, counts_of(store, None), (), reports)


def run_import(
    connection: Connection,
    export: Export,
    folder: Path,
    progress: Progress,
    *,
    actor: str,
    reason: str | None = None,
) -> Imported:
    """Import, or go on with what was cut off: the same export again changes nothing more.

    Args:
        connection: the graph.
        export: what is to be imported.
        folder: where the reports and, while it works, its own file lie.
        progress: is told how far it has come.
        actor: who imports; the name of an operator.
        reason: why.

    Raises:
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer; run it again then.
    """
    files = opened_files(export)
    run = begin(
        connection,
        export.mapping.source,
        actor=actor,
        reason=reason,
        files=tuple(file.name for file, _table in files),
        digest=digest_of(export, files),
        mapping=mapping_text(export.mapping),
    )
    with _staged(connection, export, folder, progress, from_datetime(run.at)) as (store, _files):
        writer = Writer(connection, source_of(export), run)
        with progress("writing households", store.number("SELECT count(*) FROM household")) as on:
            writer.write(leavings(store), lambda _count: None)
            writer.write(works(store, run.id, complete=export.complete), on)
        refuse(store, writer.refused)
        counts = counts_of(store, run.id)
        reports = write_reports(store, columns_of(files), folder, run.id)
        done = finish(connection, run, RunState.FINISHED, counts.of_records)
        described = tuple(file.described for file, _table in files)
        return Imported(done, described, counts, tuple(writer.kept), reports)


@contextmanager
def _staged(
    connection: Connection, export: Export, folder: Path, progress: Progress, at: int
) -> Iterator[tuple[Store, Files]]:
    """Open a staging file in which every record has its household and its person."""
    source, files = source_of(export), opened_files(export)
    decisions = fetch_decisions(connection, source.name)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(folder / f"{source.name}.staging") as store:
        with progress("reading bytes", sum(file.size for file, _table in files)) as advance:
            fill(store, source, read_files(export, files, advance), at)
        with progress("finding households", None):
            keep_known(store, fetch_known(connection, source.name), complete=export.complete)
            place(store, source.name, export.thresholds, decisions, complete=export.complete)
        yield store, files
