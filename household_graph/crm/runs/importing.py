"""An import from its files to the graph; a plan is the same without the writing."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from household_graph.crm.mapping import mapping_text
from household_graph.crm.runs.export import Export, digest_of, opened_files, source_of
from household_graph.crm.runs.import_run import begin, finish
from household_graph.crm.runs.progress import Progress
from household_graph.crm.runs.staged import Imported, staged
from household_graph.crm.runs.works import leavings, works
from household_graph.crm.runs.writing import Writer
from household_graph.graph.connection import Connection
from household_graph.model.actor import Actor
from household_graph.model.instants import from_datetime
from household_graph.model.vocabulary import RunState

__all__ = ["plan_import", "run_import"]


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
    with staged(connection, export, folder, progress, at) as staging:
        return staging.imported(f"plan-{export.mapping.source}", None)


def run_import(
    connection: Connection,
    export: Export,
    folder: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> Imported:
    """Import, or go on with what was cut off: the same export again changes nothing more.

    Args:
        connection: the graph.
        export: what is to be imported.
        folder: where the reports and, while it works, its own file lie.
        progress: is told how far it has come.
        actor: who imports.
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
    with staged(connection, export, folder, progress, from_datetime(run.at)) as staging:
        writer = Writer(connection, source_of(export), run, actor)
        with progress("writing households", staging.households) as advance:
            writer.write(leavings(staging.store), lambda _count: None)
            writer.write(works(staging.store, run.id, complete=export.complete), advance)
        staging.refuse(writer.refused)
        done = staging.imported(run.id, run, writer.kept)
        return replace(done, run=finish(connection, run, RunState.FINISHED, done.counts.of_records))
