"""`import`: exports of a legacy CRM, planned, run, reviewed and taken back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.change_command import ChangeOptions, change_options
from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.import_bulk import bulk
from household_graph.cli.import_leftovers import if_interrupted
from household_graph.cli.import_options import (
    CompleteOption,
    DelimiterOption,
    EncodingOption,
    MappingOption,
    MergeOption,
    OneRunArgument,
    PathsArgument,
    ProfileOption,
    RunArgument,
    export_of,
    imports_folder,
)
from household_graph.cli.import_pictures import doubts_table, runs_table, show_imported
from household_graph.cli.options import OutputOption
from household_graph.cli.output import Format, counted, emit, note, progress, write
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.imports.runs.import_run import ImportRun

app = typer.Typer()

_ANEW = "the same command begins anew"
_DECIDE = "decide with --accept N, --refuse N or --from FILE"
_ON = "the same command goes on with it"

app.command(epilog="Example: household-graph import bulk seed/crm/lines.csv -p phone-lines --run")(
    bulk
)


@app.command(epilog="Example: household-graph import plan seed/crm/lines.csv -p phone-lines")
def plan(
    paths: PathsArgument,
    *,
    profile: ProfileOption = None,
    mapping: MappingOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    merge_from: MergeOption = None,
    complete: CompleteOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Say what an export would become, and write nothing to the graph."""
    from household_graph.imports.runs.importing import plan_import

    export = export_of(
        paths,
        profile=profile,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        merge_from=merge_from,
        complete=complete,
    )
    with connected(is_batch=True) as graph, if_interrupted(f"nothing was written; {_ANEW}"):
        done = plan_import(graph.connection, export, imports_folder(), progress)
    show_imported(done, output)
    note("nothing was written: this was a plan")


@app.command(epilog="Example: household-graph import run seed/crm/lines.csv -p phone-lines")
@change_options(dry_run=False)
def run(
    paths: PathsArgument,
    *,
    profile: ProfileOption = None,
    mapping: MappingOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    merge_from: MergeOption = None,
    complete: CompleteOption = False,
    options: ChangeOptions,
) -> None:
    """Import an export; what was cut off is gone on with, and the same again changes nothing.

    Rejected records never take a good one with them: they are written to a file, to be corrected
    and run again, and the exit code is 5.
    """
    from household_graph.imports.runs.importing import run_import

    export = export_of(
        paths,
        profile=profile,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        merge_from=merge_from,
        complete=complete,
    )
    with connected(is_batch=True) as graph, if_interrupted(f"what is written stays; {_ON}"):
        graph.apply_schema()
        done = run_import(
            graph.connection,
            export,
            imports_folder(),
            progress,
            actor=options.actor,
            reason=options.reason,
        )
    show_imported(done, options.output)
    if done.reports.rejected:
        raise typer.Exit(ExitCode.REJECTED)


@app.command(epilog="Example: household-graph import status")
def status(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="Of this source only, such as telco.")
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the imports, the newest last: how far they came, and what became of the records."""
    from household_graph.imports.runs.import_run import fetch_runs

    with connected() as graph:
        runs = fetch_runs(graph.connection, source)
    told = [_told(one) for one in runs]
    columns = dict.fromkeys(name for one in told for name in one)  # unfinished runs lack counts
    emit(told, output, columns=list(columns), picture=runs_table(runs))
    if not runs:
        note(f"nothing was imported yet{f' from `{source}`' if source else ''}")


@app.command(epilog="Example: household-graph import rejects import-telco-1 > corrected.csv")
def rejects(run_id: RunArgument = None) -> None:
    """Write the rejected records of a run as CSV: correct them, and run the file again."""
    with connected() as graph:
        path = _report(graph.connection, run_id, "rejects")
    write(path.read_text(encoding="utf-8"))


@app.command(epilog="Example: household-graph import undo import-telco-1 --dry-run")
@change_options(output=False)
def undo(
    run_id: OneRunArgument,
    *,
    options: ChangeOptions,
) -> None:
    """Take an import back entirely, unless later changes rest on it."""
    from household_graph.imports.runs.import_run import run_named
    from household_graph.imports.runs.undoing import undo_run

    dry_run = options.dry_run
    left = f"nothing was written; {_ANEW}" if dry_run else f"what is taken back stays so; {_ON}"
    with connected(is_batch=True) as graph, if_interrupted(left):
        wanted = run_named(graph.connection, run_id)
        with progress("households", 2 * wanted.changes) as advance:
            count = undo_run(
                graph.connection,
                wanted,
                actor=options.actor,
                reason=options.reason,
                dry_run=dry_run,
                on_done=advance,
            )
    note(f"{'would take' if dry_run else 'took'} back {counted(count, 'change')} of households")


@app.command(epilog="Example: household-graph import profiles")
def profiles(output: OutputOption = Format.TABLE) -> None:
    """List the kinds of export that are known."""
    from household_graph.imports.mapping import shipped_profiles

    found = shipped_profiles()
    emit([{"profile": name, "what": one.description} for name, one in found.items()], output)


@app.command(epilog="Example: household-graph import mapping seed/crm/lines.csv > mapping.yaml")
def mapping(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="Exports to guess it from.")
    ] = None,
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON Schema of mappings instead.")
    ] = False,
    profile: ProfileOption = None,
) -> None:
    """Write a mapping to edit: guessed from headers and values, or that of a profile."""
    from household_graph.imports.mapping import guess_mapping, mapping_schema, profile_text
    from household_graph.imports.sources import open_sources, samples

    if schema:
        write(mapping_schema())
    elif profile:
        write(profile_text(profile))
    elif paths:
        write(guess_mapping(samples(open_sources(paths))))
    else:
        raise BadInputError("nothing to guess a mapping from", hint="name files, or a --profile")


@app.command(epilog="Example: household-graph import review import-telco-1 --accept 1 --refuse 2")
@change_options(dry_run=False)
def review(
    run_id: RunArgument = None,
    *,
    accept: Annotated[
        list[int] | None, typer.Option(metavar="N", help="These two are one, by their number.")
    ] = None,
    refuse: Annotated[
        list[int] | None, typer.Option(metavar="N", help="These two are not one.")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="CSV with the columns first, second and accepted."
        ),
    ] = None,
    options: ChangeOptions,
) -> None:
    """Show who may be the same, and decide; the next run of the export follows what is decided."""
    from household_graph.changes.authorization import foreign
    from household_graph.imports.runs.decisions import decide
    from household_graph.imports.runs.import_run import run_named
    from household_graph.imports.runs.reviewing import chosen, decided_in, doubts_of

    with connected() as graph:
        if options.actor.is_party:
            raise foreign(options.actor)
        wanted = run_named(graph.connection, run_id)
        doubts = doubts_of(_report(graph.connection, wanted.id, "doubts"))
        decisions = decided_in(from_file, doubts) if from_file else {}
        decisions |= chosen(doubts, accept or (), refuse or ())
        if decisions:
            by, why = options.actor, options.reason
            decide(graph.connection, wanted.source, decisions, actor=by, reason=why)
            note(f"decided: {len(decisions)}; run the import again")
        else:
            blank = {"accepted": ""} if options.output is Format.CSV else {}  # to be filled in
            emit([{**one, **blank} for one in doubts], options.output, picture=doubts_table(doubts))
            note(_DECIDE if doubts else "there is no doubt")


def _report(connection: Any, run_id: str | None, what: str) -> Path:  # noqa: ANN401 - a Connection
    from household_graph.imports.runs.import_run import run_named

    path = imports_folder() / f"{run_named(connection, run_id).id}.{what}.csv"
    if not path.is_file():
        raise BadInputError(
            f"the {what} of this run are not on this machine: `{path}`",
            hint="they lie where the import was run; run it again to have them here",
        )
    return path


def _told(run: "ImportRun") -> dict[str, Any]:
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
