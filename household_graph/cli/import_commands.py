"""`import`: plan, run, resume, review and undo imports of legacy exports."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from household_graph.cli.change_command import ChangeOptions, change_options, check_room
from household_graph.cli.exit_codes import ExitCode, note_if_interrupted
from household_graph.cli.import_report import duplicates_table, runs_table, show_result
from household_graph.cli.options import (
    OUTPUT,
    a_number,
    argument,
    completions,
    connected,
    gathered,
    may_make_local,
    option,
)
from household_graph.cli.output import Format, counted, emit, note, progress, write
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph import HouseholdGraph
    from household_graph.doctor.runner import KindOfFinding
    from household_graph.imports.bulk import BulkFiles
    from household_graph.imports.import_run import RecordedRun
    from household_graph.imports.pipeline import Export, ImportResult
    from household_graph.store.connection import Connection

import_ = typer.Typer()
command = import_.command

_RESTART = "the same command starts again"
_RESUME = "the same command resumes it"
_DECIDE = "decide with --accept N, --refuse N, --accept-from CONFIDENCE or --from FILE"


def _complete_profile(incomplete: str) -> list[str]:
    from household_graph.imports.mapping.mapping import shipped_profiles

    return [name for name in shipped_profiles() if name.startswith(incomplete)]


def _complete_run(incomplete: str) -> list[str]:
    from household_graph.imports.import_run import fetch_runs

    runs = completions(lambda graph: [run.id for run in fetch_runs(graph.connection)])
    return [run for run in runs if run.startswith(incomplete)]


_PROFILE = option(
    "--profile -p NAME",
    "The kind of export; see `import profiles`.",
    autocompletion=_complete_profile,
)
_CONFIRM_ENDS = option(
    "--confirm-ends N", "Let the export end up to so many records, where a run asks for it.", min=0
)
_ACCEPT_FROM = option(
    "--accept-from CONFIDENCE",
    "Accept all pairs from a confidence on, from 0.5 to 1, that are not refused otherwise.",
    min=0.5,
    max=1.0,
    callback=a_number,
)
_RUN = argument(
    "RUN",
    "Id of the run, such as import-telco-1. Default: the newest.",
    None,
    autocompletion=_complete_run,
)


_PATHS = argument(
    "PATH…",
    "Exports: CSV, JSON, vCard or Excel, also as .gz or .zip, folders of them, or - for "
    "stdin; BOOK.xlsx/SHEET is one sheet.",
)


def _export(
    paths: list[Path] = _PATHS,
    *,
    profile: str | None = _PROFILE,
    mapping: Path | None = option("--mapping -m FILE", "A mapping file; see `import mapping`."),
    encoding: str | None = option(
        "--encoding NAME", "The encoding, such as cp1252. Default: detected."
    ),
    delimiter: str | None = option(
        "--delimiter CHAR", "The delimiter, such as ; or tab. Default: detected."
    ),
    merge_from: float | None = option(
        "--merge-from CONFIDENCE",
        "The confidence, from 0.5 to 1, at which two records are merged into one person.",
        min=0.5,
        max=1.0,
        callback=a_number,
    ),
    full_export: bool = option(
        "--full-export",
        "Treat the export as complete: end everything it no longer contains.",
        False,
    ),
    confirm_ends: int | None = _CONFIRM_ENDS,
    complete: bool = typer.Option(False, "--complete", hidden=True),
) -> "Export":
    """Return the export that the options describe."""
    from household_graph.cli.piped_export import with_stdin_read
    from household_graph.imports.mapping.mapping import profile_named, read_mapping
    from household_graph.imports.matching import Thresholds
    from household_graph.imports.pipeline import Export
    from household_graph.imports.sources import ReadOptions

    if complete:
        note("`--complete` is deprecated and goes with the next version: use `--full-export`")
    paths = with_stdin_read(paths)
    if (profile is None) == (mapping is None):
        raise _not_one(None if profile else _fitting_profile(paths))
    check_room(paths, "this import")
    return Export(
        tuple(paths),
        profile_named(profile) if profile else read_mapping(mapping or Path()),
        ReadOptions(encoding, {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)),
        full_export or complete,
        Thresholds() if merge_from is None else Thresholds(merge=merge_from),
        confirm_ends,
    )


_takes_full_export = gathered("export", _export)
_takes_export = gathered("export", _export, ["full_export", "confirm_ends", "complete"])


def _not_one(fitting: str | None) -> BadInputError:
    """Return the error where neither a profile nor a mapping is named, or both are."""
    return BadInputError(
        "give one of --profile and --mapping",
        hint=f"by its columns it is an export that `--profile {fitting}` reads"
        if fitting
        else "`household-graph import profiles` lists profiles, and "
        "`household-graph import mapping PATH` guesses a mapping to edit",
    )


def _fitting_profile(paths: list[Path]) -> str | None:
    """Return the profile that knows an export by its columns; None: none does."""
    from household_graph.imports.mapping.headers import fitting_profiles
    from household_graph.imports.mapping.mapping import shipped_profiles
    from household_graph.imports.sources import open_sources

    headers = [(one.name, one.header) for one in open_sources(paths)]
    return next(iter(fitting_profiles(shipped_profiles(), headers)), None)


def imports_folder() -> Path:
    """Return the folder in which imports leave their reports, readable by the user alone.

    From here on that is true of every file that this process writes: rejects, staging and the
    files for the importer are about people.
    """
    from household_graph.local_neo4j.disk import make_private
    from household_graph.local_neo4j.home import locate

    home = locate(None)
    home.make()
    folder = home.root / "imports"
    make_private(folder)
    os.umask(0o077)
    return folder


@command(epilog="Example: household-graph import bulk seed/crm/lines.csv -p phone-lines --run")
@change_options(dry_run=False)
@_takes_export
def bulk(
    *,
    export: "Export",
    to: Path | None = option("--to FOLDER", "The folder for the files."),
    run: bool = option("--run", "Import them into the local server, which must be empty.", False),
    options: ChangeOptions,
) -> None:
    """Write the files for Neo4j's offline importer, and show the command that imports them.

    For a first, very large import into an empty database; fastest on machines with many cores. The
    result is identical to `import run`. The server must be stopped while the importer works;
    `--run` does that.
    """
    from household_graph.imports.bulk import write_bulk

    if run:
        _check_target()
    folder = to or imports_folder() / f"{export.mapping.source}.bulk"
    with note_if_interrupted(f"nothing is imported; {_RESTART}"):
        with complete_or_removed(folder), _folder_errors(folder):
            result, files = write_bulk(export, folder, imports_folder(), progress, **options.author)
        if run:
            _import(files, keep=to is not None)
    show_result(result, options.output, bulk_files=None if run else files)
    _exit_if_rejected(result)


@command(epilog="Example: household-graph import plan seed/crm/lines.csv -p phone-lines --changes")
@_takes_full_export
def plan(
    *,
    export: "Export",
    changes: bool = option(
        "--changes",
        "Show what changes in each household, row by row, and who gains and loses what. "
        "Formats other than table have the changes alone.",
        False,
    ),
    output: Format = OUTPUT,
) -> None:
    """Show what an import would do, and write nothing to the graph.

    Of a first import up to five households are shown as trees.
    """
    from household_graph.cli.import_changes import show_changes, show_some
    from household_graph.imports.pipeline import import_planned

    with (
        connected(is_batch=True) as graph,
        note_if_interrupted(f"nothing was written; {_RESTART}"),
        import_planned(graph.connection, export, imports_folder(), progress) as planned,
    ):
        if not changes or output is Format.TABLE:
            show_result(planned.result, output)
        if changes:
            show_changes(planned.households(), output)
        elif output is Format.TABLE and not planned.result.changes.known:
            show_some(planned.households())
    note("nothing was written: this was a plan")
    _exit_if_rejected(planned.result)


@command(epilog="Example: household-graph import run seed/crm/lines.csv -p phone-lines")
@change_options(dry_run=False)
@_takes_full_export
def run(*, export: "Export", options: ChangeOptions) -> None:
    """Import an export, or resume an interrupted import; the same export changes nothing.

    Rejected records do not stop the import: they are written to a file, to be corrected and
    imported again, and the exit code is 5. What `doctor` finds in the households that were written
    is told by kind.
    """
    from household_graph.imports.pipeline import run_import

    with (
        connected(is_batch=True) as graph,
        note_if_interrupted(f"what is written stays; {_RESUME}"),
    ):
        graph.apply_schema()
        result = run_import(graph.connection, export, imports_folder(), progress, **options.author)
        findings = _examined(graph, result)
    show_result(result, options.output, findings=findings)
    _exit_if_rejected(result)


def _examined(graph: "HouseholdGraph", result: "ImportResult") -> "list[KindOfFinding]":
    """Return what the doctor finds in the households that a run has written, by kind."""
    from household_graph.doctor.runner import by_kind, examine_some
    from household_graph.imports.import_run import fetch_households

    households = fetch_households(graph.connection, result.run.id) if result.run else []
    with progress("examining households", len(households)) as advance:
        return by_kind(examine_some(graph.store, households), advance)


def _exit_if_rejected(result: "ImportResult") -> None:
    if result.reports.rejects.count:
        raise typer.Exit(ExitCode.REJECTED)


@command(epilog="Example: household-graph import status")
def status(
    source: str | None = argument("SOURCE", "Only imports of this source, such as telco.", None),
    output: Format = OUTPUT,
) -> None:
    """List the imports, the newest last, with their states and numbers of records."""
    from household_graph.imports.import_run import fetch_runs

    with connected() as graph:
        runs = fetch_runs(graph.connection, source)
    rows = [_row(one) for one in runs]
    columns = dict.fromkeys(name for one in rows for name in one)  # unfinished runs lack counts
    emit(rows, output, columns=list(columns), picture=lambda: runs_table(runs))
    if not runs:
        note(f"nothing was imported yet{f' from `{source}`' if source else ''}")


@command(epilog="Example: household-graph import rejects import-telco-1 > corrected.csv")
def rejects(run_id: str | None = _RUN) -> None:
    """Write the rejected records of a run as CSV, to be corrected and imported again."""
    with connected() as graph:
        path = _report(graph.connection, run_id, "rejects")
    write(path.read_text(encoding="utf-8"))


@command(epilog="Example: household-graph import undo import-telco-1 --dry-run")
@change_options(output=False)
def undo(
    run_id: str = argument("RUN", "Id of the run.", autocompletion=_complete_run),
    *,
    options: ChangeOptions,
) -> None:
    """Undo an import as a whole, unless later changes depend on it."""
    from household_graph.imports.import_run import run_named
    from household_graph.imports.undo_import import undo_import

    dry_run = options.dry_run
    left = f"nothing was written; {_RESTART}" if dry_run else f"what is undone stays so; {_RESUME}"
    with connected(is_batch=True) as graph, note_if_interrupted(left):
        found = run_named(graph.connection, run_id)
        with progress("households", 2 * found.changes) as advance:
            count = undo_import(
                graph.connection, found, dry_run=dry_run, on_done=advance, **options.author
            )
    note(f"{'would undo' if dry_run else 'undid'} {counted(count, 'change')} of households")


@command(epilog="Example: household-graph import profiles")
def profiles(output: Format = OUTPUT) -> None:
    """List the known kinds of export."""
    from household_graph.imports.mapping.mapping import shipped_profiles

    found = shipped_profiles()
    emit([{"profile": name, "what": one.description} for name, one in found.items()], output)


@command(epilog="Example: household-graph import mapping seed/crm/lines.csv > mapping.yaml")
def mapping(
    paths: list[Path] | None = argument("PATH…", "Exports to guess the mapping from.", None),
    *,
    schema: bool = option("--schema", "Write the JSON Schema of mappings instead.", False),
    profile: str | None = _PROFILE,
) -> None:
    """Write a mapping to edit: guessed from headers and values, or that of a profile."""
    from household_graph.cli.piped_export import with_stdin_read
    from household_graph.imports.mapping.guess import guess_mapping
    from household_graph.imports.mapping.mapping import mapping_schema, profile_text
    from household_graph.imports.sources import open_sources, samples

    if schema:
        write(mapping_schema())
    elif profile:
        write(profile_text(profile))
    elif paths:
        paths = with_stdin_read(paths)
        write(guess_mapping(samples(open_sources(paths))))
        if fitting := _fitting_profile(paths):
            note(f"by its columns it is an export that `--profile {fitting}` reads as it is")
    else:
        raise BadInputError("nothing to guess a mapping from", hint="name files, or a --profile")


@command(epilog="Example: household-graph import review import-telco-1 --accept 1 --refuse 2")
@change_options(dry_run=False)
def review(
    run_id: str | None = _RUN,
    *,
    accept: list[int] | None = option(
        "--accept N", "Number of a pair that is the same. May be given again."
    ),
    refuse: list[int] | None = option(
        "--refuse N", "Number of a pair that is not the same. May be given again."
    ),
    accept_from: float | None = _ACCEPT_FROM,
    from_file: Path | None = option(
        "--from FILE", "A CSV file with the columns first, second and accepted; of merges, too."
    ),
    options: ChangeOptions,
) -> None:
    """List possible duplicates, or decide about them for the next run of the export."""
    from household_graph.changes.authorization.check import foreign
    from household_graph.imports.import_run import run_named
    from household_graph.imports.reports import (
        decisions_by_number,
        decisions_from,
        decisions_in,
        read_possible_duplicates,
        store_decisions,
    )

    with connected() as graph:
        if options.actor.is_party:
            raise foreign(options.actor)
        found = run_named(graph.connection, run_id)
        possible = read_possible_duplicates(
            _report(graph.connection, found.id, "possible_duplicates")
        )
        decisions = decisions_from(possible, accept_from)
        if from_file:
            merges = read_possible_duplicates(_report(graph.connection, found.id, "merges"))
            decisions |= decisions_in(from_file, [*possible, *merges])
        decisions |= decisions_by_number(possible, accept or (), refuse or ())
        if decisions:
            store_decisions(graph.connection, found.source, decisions, **options.author)
            note(f"decided: {len(decisions)}; run the import again")
            return
    blank = {"accepted": ""} if options.output is Format.CSV else {}  # to be filled in
    rows = [{**one, **blank} for one in possible]
    emit(rows, options.output, picture=lambda: duplicates_table(possible))
    note(_DECIDE if possible else "there are no possible duplicates")


def _report(connection: "Connection", run_id: str | None, report: str) -> Path:
    from household_graph.imports.import_run import run_named
    from household_graph.imports.reports import report_path

    run, folder = run_named(connection, run_id).id, imports_folder()
    path, old = report_path(folder, run, report), report_path(folder, run, "doubts")
    if report == "possible_duplicates" and not path.is_file() and old.is_file():
        path = old  # its name in the last version
    if not path.is_file():
        raise BadInputError(
            f"this run has no report of {report.replace('_', ' ')} on this machine: `{path}`",
            hint="reports stay where the import was run; run it again to have them here",
        )
    return path


def _row(run: "RecordedRun") -> dict[str, Any]:
    finished = run.finished_at
    return {
        "run": run.id,
        "source": run.source,
        "state": run.state.value,
        "at": run.at.isoformat(timespec="seconds"),
        "finished_at": finished and finished.isoformat(timespec="seconds"),
        "actor": run.actor,
        "actor_kind": run.actor_kind.value,
        "reason": run.reason,
        "households": run.changes,
        **(run.counts or {}),
        "files": list(run.files),
    }


def _check_target() -> None:
    """Refuse early what would be refused after the files are written."""
    from household_graph.store.bulk_import import check_empty
    from household_graph.store.connection import ServerSettings, without_login

    if uri := ServerSettings().uri:
        raise BadInputError(
            f"`--run` imports into the local server, and NEO4J_URI names `{without_login(uri)}`",
            hint="leave it out, and run the command that is shown on the machine of that server",
        )
    check_empty(create=may_make_local())


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInputError(
            f"`{error.filename or folder}` cannot be written to: {error.strerror}",
            hint="choose another folder with --to, or make room",
        ) from error


def _import(files: "BulkFiles", *, keep: bool) -> None:
    from household_graph.store.bulk_import import import_into_local

    try:
        server = import_into_local(files.options)
    finally:
        if not keep:
            shutil.rmtree(files.folder, ignore_errors=True)
    note(f"imported {counted(files.households, 'household')} into {server.bolt_uri}")


@contextmanager
def complete_or_removed(folder: Path) -> Iterator[None]:
    """Remove the files that were written to a folder if an error ends the work; others stay."""
    is_new, before = not folder.exists(), _times(folder)
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        for path in dict(_times(folder).items() - before.items()):
            path.unlink()
        raise


def _times(folder: Path) -> dict[Path, int]:
    """Return when each file for the importer was last written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("*-*.csv") if path.is_file()}
