"""`db`: the local Neo4j that the tool runs when no NEO4J_URI names another."""

import webbrowser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.database import may_make_local
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import DryRunOption, OutputOption, option
from household_graph.cli.output import Format, confirm, emit, note, plain

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer()
_Yes = Annotated[bool, option("--yes -y", "Do not ask for confirmation.")]


@app.command(epilog="Example: household-graph db start")
def start() -> None:
    """Start the local Neo4j; install it first if necessary."""
    from household_graph.local_neo4j import ensure_running

    server = ensure_running()
    note(f"running at {server.bolt_uri}, pid {server.pid}")


@app.command(epilog="Example: household-graph db stop")
def stop() -> None:
    """Stop the local Neo4j; its data stay."""
    from household_graph import local_neo4j as local

    note("stopped" if local.stop() else "not running")


@app.command(epilog="Example: household-graph db status -o json")
def status(output: OutputOption = Format.TABLE) -> None:
    """Show whether the local Neo4j is running, and where; changes nothing."""
    from household_graph import local_neo4j as local

    _emit(asdict(local.status()), output)


@app.command(epilog="Example: household-graph db browser --no-open -o json")
def browser(
    *,
    open_browser: Annotated[
        bool, option("--open/--no-open", "Open it in the default web browser.")
    ] = True,
    show_password: Annotated[
        bool, option("--show-password", "Also print the password, not only its file.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Open Neo4j Browser on the local Neo4j, and show how to log in."""
    from household_graph.local_neo4j import ensure_running
    from household_graph.local_neo4j.disk import open_private
    from household_graph.queries.catalogue import library_queries, write_browser_file

    server = ensure_running(create=may_make_local())
    library = Path(server.password_file).with_name("household-graph-questions.zip")
    open_private(library).close()
    write_browser_file(library, library_queries().values())
    url = f"{server.http_uri}/browser/"
    login: dict[str, Any] = {
        "url": url,
        "connect_url": server.bolt_uri,
        "username": server.username,
        "password_file": server.password_file,
        "questions_file": str(library),
    }
    _emit(login | ({"password": server.password} if show_password else {}), output)
    note("drop the questions file on its window to have the library below Favorites")
    if open_browser and not webbrowser.open(url):
        note("no web browser here: open the URL yourself")


@app.command(epilog="Example: household-graph db repair --dry-run")
def repair(
    *,
    dry_run: DryRunOption = False,
    yes: _Yes = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Repair a local Neo4j whose transaction log is damaged, as by a full disk.

    The data are copied first and checked afterwards. All acknowledged changes are restored; the
    copy stays until you delete it.
    """
    from household_graph.local_neo4j.maintenance import repair as repair_database

    if dry_run:
        _emit(asdict(repair_database(dry_run=True)), output)
        note("nothing was done: this was a dry run")
        return
    question = "Copy the data and drop the torn end of the transaction log, if there is one?"
    _require_yes(question, "repaired", yes=yes)
    done = repair_database()
    _emit(asdict(done), output)
    if done.needed:
        note(
            f"repaired; a copy of the data as they were is in {done.copy}; delete it when you like"
        )
    else:
        note("it runs; no repair needed")


@app.command(epilog="Example: household-graph db reset --yes")
def reset(*, yes: _Yes = False) -> None:
    """Stop the local Neo4j and delete everything in it."""
    from household_graph import local_neo4j as local

    home = local.status().home
    _require_yes(f"Delete all data of the local Neo4j in {home}?", "deleted", yes=yes)
    note(f"deleted all data in {home}" if local.reset() else f"there were no data in {home}")


def _require_yes(question: str, done: str, *, yes: bool) -> None:
    if not yes and not confirm(question):
        note(f"nothing {done}; `--yes` skips the question")
        raise typer.Exit(ExitCode.FAILED)


def _emit(record: dict[str, Any], output: Format) -> None:
    """Write one record; as a table, one line per field."""
    plain_record = {name: _plain_value(value) for name, value in record.items()}
    emit([plain_record], output, picture=lambda: _picture(plain_record), single=True)


def _plain_value(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value) if isinstance(value, Path) else value


def _picture(record: dict[str, Any]) -> "Table":
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in record.items():
        shown = {True: "yes", False: "no", None: "-"}.get(value, value)
        grid.add_row(plain(name.replace("_", " "), style="dim"), plain(shown))
    return grid
