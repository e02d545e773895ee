"""An import from its files to the graph; a plan is the same without the writing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from household_graph.imports.mapping import mapping_text
from household_graph.imports.runs.export import Export, digest_of, opened_files, source_of
from household_graph.imports.runs.import_run import ImportRun, alone, begin, finish, new_run
from household_graph.imports.runs.progress import Progress
from household_graph.imports.runs.readying import Work
from household_graph.imports.runs.staged import Imported, Staged, staged
from household_graph.imports.runs.works import leavings, works
from household_graph.imports.runs.writing import Writer
from household_graph.model.actor import Actor
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_now


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
        ConflictError: if the source is being read by somebody else on this machine.
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer.
    """
    at = from_datetime(fetch_now(connection))
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
        actor: who imports; a party may import no more than what it may change itself.
        reason: why.

    Raises:
        ConflictError: if the source is being imported by somebody else.
        RefusedError: if the actor is a party that may not make all of it; nothing is written then.
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer; run it again then.
    """
    files = opened_files(export)
    source, digest = export.mapping.source, digest_of(export, files)
    names = tuple(file.name for file, _table in files)
    with alone(connection, source):
        if actor.is_party:
            at = fetch_now(connection)
            tried = new_run(source, 0, actor, at, reason=reason, files=names, digest=digest)
            with staged(connection, export, folder, progress, from_datetime(at)) as staging:
                writer = Writer(connection, source_of(export), tried, actor)
                writer.check(_every_work(staging, export, tried))
        run = begin(
            connection,
            source,
            actor=actor,
            reason=reason,
            files=names,
            digest=digest,
            mapping=mapping_text(export.mapping),
        )
        with staged(connection, export, folder, progress, from_datetime(run.at)) as staging:
            writer = Writer(connection, source_of(export), run, actor)
            done = _written(staging, writer, export, progress, run)
        finished = finish(connection, run, RunState.FINISHED, done.counts.of_records)
        return replace(done, run=finished)


def _written(
    staging: Staged, writer: Writer, export: Export, progress: Progress, run: ImportRun
) -> Imported:
    with progress("writing households", staging.households) as advance:
        writer.write(leavings(staging.store), lambda _count: None)
        writer.write(works(staging.store, run.id, complete=export.complete), advance)
    staging.refuse(writer.refused)
    return staging.imported(run.id, run, writer.kept)


def _every_work(staging: Staged, export: Export, run: ImportRun) -> Iterator[Work]:
    yield from leavings(staging.store)
    yield from works(staging.store, run.id, complete=export.complete)
