"""`db`, `schema` and `cache`: the local Neo4j, and what every database needs besides households."""

import webbrowser
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    DRY_RUN,
    OUTPUT,
    argument,
    connected,
    may_make_local,
    option,
)
from household_graph.cli.output import (
    Format,
    confirm,
    counted,
    emit,
    error,
    note,
    plain,
    progress,
    record_of,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from household_graph.errors import HouseholdGraphError
    from household_graph.model.declaration import Index, Property

db, schema, cache = typer.Typer(), typer.Typer(), typer.Typer()
_PAGE = 100  # households whose caches are rebuilt together, locked
_YES = option("--yes -y", "Do not ask for confirmation.", default=False)
_HOUSEHOLDS = argument(
    "HOUSEHOLD", "Ids of households or businesses. Default: all.", None, show_default=False
)


@db.command(epilog="Example: household-graph db start")
def start() -> None:
    """Start the local Neo4j; install it first if necessary."""
    from household_graph.local_neo4j import ensure_running

    server = ensure_running()
    note(f"running at {server.bolt_uri}, pid {server.pid}")


@db.command(epilog="Example: household-graph db stop")
def stop() -> None:
    """Stop the local Neo4j; its data stay."""
    from household_graph import local_neo4j as local

    note("stopped" if local.stop() else "not running")


@db.command(epilog="Example: household-graph db status -o json")
def status(output: Format = OUTPUT) -> None:
    """Show whether the local Neo4j is running, and where; changes nothing."""
    from household_graph import local_neo4j as local

    _emit(asdict(local.status()), output)


@db.command(epilog="Example: household-graph db browser --no-open -o json")
def browser(
    *,
    open_browser: bool = option("--open/--no-open", "Open it in the default web browser.", True),
    show_password: bool = option(
        "--show-password", "Also print the password, not only its file.", False
    ),
    output: Format = OUTPUT,
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


@db.command(epilog="Example: household-graph db repair --dry-run")
def repair(*, dry_run: bool = DRY_RUN, yes: bool = _YES, output: Format = OUTPUT) -> None:
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


@db.command(epilog="Example: household-graph db reset --yes")
def reset(*, yes: bool = _YES) -> None:
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


class SchemaFormat(StrEnum):
    """How the schema is written."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"
    MARKDOWN = "markdown"


@schema.command(epilog="Example: household-graph schema apply --dry-run")
def apply(
    *,
    dry_run: bool = option("--dry-run", "List what is missing, and create nothing.", False),
    output: Format = OUTPUT,
) -> None:
    """Create the constraints and indexes that are missing; the data stay as they are."""
    from household_graph.store import graph_schema
    from household_graph.store.connection import database_errors

    apply_ = graph_schema.missing_schema if dry_run else graph_schema.install_schema
    with connected() as graph, database_errors():
        rules = apply_(graph.connection.driver, database=graph.connection.database)
    emit(_rules(rules), output, columns=["label", "property", "kind"])
    what = "missing" if dry_run else "created"
    note(f"{what}: {len(rules)}" if rules else "nothing is missing")


@schema.command("show", epilog="Example: household-graph schema show -o markdown")
def show_schema(
    output: SchemaFormat = option("--output -o", "The output format.", SchemaFormat.TABLE),
) -> None:
    """Show labels, properties and relationships with their meaning; needs no database."""
    from household_graph.store.graph_schema import schema_page

    if output is SchemaFormat.MARKDOWN:
        write(schema_page())
    elif output is SchemaFormat.TABLE:
        emit(_schema_lines(), Format.TABLE)
    else:
        emit([_schema()], Format(output.value), single=True)


def _rules(rules: "Iterable[Index]") -> list[dict[str, Any]]:
    return [record_of(one, "label", "property", "kind") for one in rules]


def _schema_lines() -> list[dict[str, str]]:
    """Return one line for each label, each of its properties, and each relationship."""
    from household_graph.model.declaration import LABELS, RELATIONSHIPS

    lines: list[tuple[str, str, str]] = []
    for label in LABELS:
        lines.append((label.name, "label", label.meaning))
        lines += [(f"{label.name}.{p.name}", p.type.value, p.meaning) for p in label.properties]
    for link in RELATIONSHIPS:
        path = f"({link.start})-[{link.type}]->({' | '.join(link.ends)})"
        lines.append((path, "relationship", link.meaning))
    return [dict(zip(("what", "type", "meaning"), line, strict=True)) for line in lines]


def _schema() -> dict[str, Any]:
    """Return the schema as JSON."""
    from household_graph.model.declaration import INDEXES, LABELS, RELATIONSHIPS

    return {
        "labels": [
            record_of(one, "name", "implies", "meaning") | _properties(one.properties)
            for one in LABELS
        ],
        "links": [
            record_of(one, "type", "start", "ends", "meaning") | _properties(one.properties)
            for one in RELATIONSHIPS
        ],
        "rules": _rules(INDEXES),
    }


def _properties(properties: "Iterable[Property]") -> dict[str, Any]:
    return {
        "properties": [
            record_of(one, "name", "type", "meaning")
            | {"values": [word.value for word in one.words or ()]}
            for one in properties
        ]
    }


@cache.command(epilog="Example: household-graph cache rebuild bakers --check")
def rebuild(
    households: list[str] | None = _HOUSEHOLDS,
    *,
    check: bool = option("--check", "List the stale caches, and write nothing.", False),
    output: Format = OUTPUT,
) -> None:
    """Rebuild access caches that are missing or differ from the graph.

    Every change by `household-graph` updates the cache of its household. Rebuild it after an
    upgrade or an update of time-zone data, since answers are slow until then, and after changes in
    plain Cypher; `doctor` finds all of these. Also removes the caches of deleted households. Lists
    the households that were rebuilt; if one cannot be read, the exit code is 1.
    """
    done: list[str] = []
    failed: dict[str, HouseholdGraphError] = {}
    with connected(is_batch=True) as graph:
        from household_graph.store.cache_rebuild import orphan_caches, rebuild_cache
        from household_graph.store.facts_loader import all_households

        connection = graph.connection
        if not check:
            graph.apply_schema()
        every = households or chain(all_households(connection), orphan_caches(connection))
        wanted = list(dict.fromkeys(every))
        with progress("households", len(wanted)) as advance:
            for start in range(0, len(wanted), _PAGE):
                page = wanted[start : start + _PAGE]
                rebuilt = rebuild_cache(connection, page, check=check)
                done += rebuilt.households
                failed |= rebuilt.failed
                advance(len(page))
    emit([{"household": household} for household in done], output, columns=["household"])
    result = "to be rebuilt" if check else "rebuilt"
    note(f"the access cache of {len(done)} of {counted(len(wanted), 'household')} {result}")
    for household, problem in failed.items():
        error(f"`{household}` is left out: {problem.message}", problem.hint)
    if failed:
        raise typer.Exit(ExitCode.FAILED)


def keep_facts(
    households: list[str] | None = _HOUSEHOLDS,
    *,
    dry_run: bool = DRY_RUN,
    output: Format = OUTPUT,
) -> None:
    """Deprecated: use `cache rebuild`; `--dry-run` is `--check` there."""
    note("`keep-facts` is deprecated and goes with the next version: use `cache rebuild`")
    rebuild(households, check=dry_run, output=output)
