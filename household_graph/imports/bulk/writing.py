"""An export into files for the offline importer, for a database that is empty."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from household_graph.changes.authorization import foreign
from household_graph.imports.bulk.files import BulkFiles, Files
from household_graph.imports.bulk.lines import Lines, run_lines
from household_graph.imports.bulk.working import worked_off
from household_graph.imports.mapping import mapping_text
from household_graph.imports.runs.export import Export, digest_of, opened_files, source_of
from household_graph.imports.runs.import_run import ImportRun, new_run
from household_graph.imports.runs.progress import Advance, Progress
from household_graph.imports.runs.readying import Refused
from household_graph.imports.runs.staged import Imported, staged
from household_graph.imports.runs.works import works
from household_graph.model.actor import Actor
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime


def write_bulk(
    export: Export,
    folder: Path,
    reports: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> tuple[Imported, BulkFiles]:
    """Write what an import into an empty database would make of an export, as files.

    Other processes help. A script that calls this has to do so below `if __name__ == "__main__"`,
    as they begin by importing it.

    Args:
        export: what is to be imported; all of it is new.
        folder: where the files go; what stands there under their names is replaced.
        reports: where the reports and, while it works, its own file lie.
        progress: is told how far it has come.
        actor: who imports; an operator, as a new household is no party's own.
        reason: why.

    Raises:
        RefusedError: if the actor is a party.
        BadInputError: if the importer could not be told of the folder.
        DocumentError: if a file of the export cannot be read, or does not fit the mapping.
    """
    if actor.is_party:
        raise foreign(actor)
    run, source = _run(export, actor, reason), source_of(export)
    with (
        closing(Files(folder)) as files,
        staged(None, export, reports, progress, from_datetime(run.at)) as staging,
    ):
        with progress("writing households", staging.households) as advance:
            staging.refuse(
                _write(files, worked_off(works(staging.store, run.id), source, run), advance)
            )
        done = staging.imported(run.id, run)
        finished = replace(
            run,
            state=RunState.FINISHED,
            finished_at=datetime.now(UTC),
            counts=done.counts.of_records,
        )
        files.write(run_lines(finished, mapping_text(export.mapping)))
        return replace(done, run=finished), files.written


def _run(export: Export, actor: Actor, reason: str | None) -> ImportRun:
    """Return the run: the first one of a database that is empty."""
    files = opened_files(export)
    names, digest = tuple(file.name for file, _table in files), digest_of(export, files)
    source = export.mapping.source
    return new_run(source, 1, actor, datetime.now(UTC), reason=reason, files=names, digest=digest)


def _write(files: Files, every: Iterable[Lines], advance: Advance) -> list[Refused]:
    refused: list[Refused] = []
    for lines in every:
        files.write(lines)
        refused += lines.refused
        advance(lines.households)
    return refused
