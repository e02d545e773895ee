"""`query`: the analysts' library of Cypher queries, found, shown, run and checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    MOST,
    OUTPUT,
    a_number,
    argument,
    complete_id,
    connected,
    option,
)
from household_graph.cli.output import (
    Format,
    counted,
    emit,
    note,
    plain,
    record_of,
    show,
    show_text,
    table_of,
    write,
)
from household_graph.errors import BadInputError, HouseholdGraphError

if TYPE_CHECKING:
    from rich.tree import Tree

    from household_graph.queries.catalogue import LibraryQuery

query = typer.Typer()


def complete_name(incomplete: str) -> list[tuple[str, str]]:
    """Return the names of queries that begin with what is typed, with their titles."""
    from household_graph.queries.catalogue import library_queries

    try:
        titles = {name: one.query.title for name, one in library_queries().items()}
    except HouseholdGraphError:
        return []
    if incomplete:
        titles |= {name.rpartition("/")[2]: title for name, title in titles.items()}
    return [(name, title) for name, title in titles.items() if name.startswith(incomplete)]


def _complete_parameter(ctx: typer.Context, incomplete: str) -> list[str]:
    from household_graph.queries.catalogue import find_query

    typed = ctx.params.get("name") or next(iter(ctx.args), "")
    try:
        declared = {one.name: one for one in find_query(str(typed)).query.parameters}
    except HouseholdGraphError:
        return []
    key, equals, value = incomplete.partition("=")
    if not equals:
        return [f"{name}=" for name in declared if name.startswith(key)]
    is_id = key in declared and declared[key].is_id
    return [f"{key}={one}" for one in complete_id(value)] if is_id else []


_NAME = argument(
    "NAME", "Name of the query, or its last part; see `query list`.", autocompletion=complete_name
)
PARAMETER = option(
    "--param -p KEY=VALUE",
    "A parameter of the query. May be given again.",
    autocompletion=_complete_parameter,
)
_REFUSED = typer.Option(None, hidden=True)  # with a hint


@query.command("list", epilog="Example: household-graph query list --search minor")
def list_queries(
    *,
    search: str | None = option("--search -s WORDS", "Only queries with these words."),
    output: Format = OUTPUT,
) -> None:
    """List the queries of the library, and your own."""
    from household_graph.queries.catalogue import library_queries, search_queries

    found = search_queries(search) if search else list(library_queries().values())
    records = [
        {
            "name": one.name,
            "title": one.query.title,
            "parameters": [parameter.name for parameter in one.query.parameters],
            "own": one.own,
        }
        for one in found
    ]
    titles = ((one.name, one.query.title) for one in found)
    columns = ["name", "title", "parameters", "own"]
    emit(records, output, columns=columns, picture=lambda: table_of(("name", "question"), titles))
    if not found:
        note("no query has such words; `household-graph query list` lists all")


@query.command("show", epilog="Example: household-graph query show services-for-party")
def show_query(name: str = _NAME, output: Format = OUTPUT) -> None:
    """Show a query: when to use it, its parameters, its columns and its Cypher."""
    from household_graph.queries.catalogue import find_query

    found = find_query(name)
    if output is Format.TABLE:
        show_text(found.path.read_text(encoding="utf-8"), "cypher")
    else:
        emit([_record(found)], output, single=True)


@query.command("run", epilog="Example: household-graph query run services-for-party -p party=…")
def run_query(
    name: str = _NAME,
    *,
    parameter: list[str] | None = PARAMETER,
    params: Path | None = option("--params FILE", "A file of parameters, in YAML or JSON."),
    at: str | None = option(
        "--at TIME",
        "The time to ask about, the parameter `at`, in ISO 8601 with an offset. Default: now.",
    ),
    as_of: str | None = _REFUSED,
    recorded: str | None = _REFUSED,
    limit: int = option(
        "--limit ROWS", "The maximum number of rows; 0 means all.", 1000, min=0, max=MOST
    ),
    timeout: float = option(
        "--timeout SECONDS", "The time limit.", 60.0, min=0.001, max=MOST, callback=a_number
    ),
    plan: Literal["explain", "profile"] | None = option(
        "--plan", "Show the server's plan instead of rows; `profile` also runs the query."
    ),
    output: Format = OUTPUT,
) -> None:
    """Run a query on the graph as it is now; it can only read."""
    if as_of is not None or recorded is not None:
        raise BadInputError(
            "`query run` does not look back: a query runs on the graph as it stands",
            hint="`household-graph services`, `who`, `check` and `matrix` look back, such as "
            "`household-graph services PARTY --as-of TIME`; for the moment to ask about use --at",
        )
    from household_graph.queries.catalogue import find_query
    from household_graph.queries.execute import execute
    from household_graph.queries.parameters import bind_parameters, read_parameters

    query = find_query(name).query
    values = bind_parameters(query, read_parameters(parameter or (), params, at=at))
    with connected() as graph:
        found = execute(
            graph.connection, query, values, limit=limit or None, timeout=timeout, plan=plan
        )
    if found.plan is not None and output is Format.TABLE:
        show(_plan_tree(found.plan))
        return
    if found.plan is not None:
        emit([_plan(found.plan)], output, single=True)
        return
    emit(found.records, output, columns=found.columns)
    if found.cut:
        note(f"cut after {counted(limit, 'row')}; `--limit 0` shows all")
    elif not found.records and output is Format.TABLE:
        note("no rows")


@query.command("new", epilog="Example: household-graph query new devices/lost-this-week")
def new(name: str = argument("NAME", "Topic and name, such as devices/lost.")) -> None:
    """Create a query of your own, in the first folder of HOUSEHOLD_GRAPH_QUERIES."""
    from household_graph.queries.catalogue import create_query_file, own_query_folders

    folders = own_query_folders()
    if not folders:
        raise BadInputError(
            "no folder for your own queries",
            hint="set HOUSEHOLD_GRAPH_QUERIES to one, such as ~/queries",
        )
    write(f"{create_query_file(folders[0], name)}\n")


@query.command("check", epilog="Example: household-graph query check devices/lost-this-week")
def check(
    names: list[str] | None = argument(
        "[NAME]…", "Names of queries. Default: all your own.", None, autocompletion=complete_name
    ),
    output: Format = OUTPUT,
) -> None:
    """Check queries against their headers; the server plans them and runs nothing."""
    from household_graph.queries.catalogue import find_query, library_queries
    from household_graph.queries.execute import lint_query

    wanted = [find_query(name) for name in names or ()]
    wanted = wanted or [one for one in library_queries().values() if one.own]
    with connected() as graph:
        found = [
            {"name": one.name, "problem": problem}
            for one in wanted
            for problem in lint_query(graph.connection, one.query)
        ]
    if found or output is not Format.TABLE:
        emit(found, output, columns=["name", "problem"])
    note(f"{counted(len(wanted), 'query file')} checked, {counted(len(found), 'problem')}")
    if found:
        raise typer.Exit(ExitCode.BAD_INPUT)


@query.command("export", epilog="Example: household-graph query export --to questions.zip")
def export(
    to: Path = option("--to FILE", "The file to write.", Path("household-graph-questions.zip")),
) -> None:
    """Write all queries to one file; drop it on Neo4j Browser to save them there."""
    from household_graph.queries.catalogue import library_queries, write_browser_file

    write_browser_file(to, library_queries().values())
    write(f"{to}\n")


def _record(one: "LibraryQuery") -> dict[str, Any]:
    query = one.query
    return {
        "name": one.name,
        "title": query.title,
        "prose": query.prose,
        "parameters": [
            record_of(p, "name", "type", "meaning", "required")
            | ({} if p.required else {"default": p.default})
            for p in query.parameters
        ],
        "columns": [record_of(one, "name", "type", "meaning") for one in query.columns],
        "example": dict(query.example or {}),
        "path": str(one.path),
        "cypher": query.text,
    }


def _plan_tree(step: Mapping[str, Any]) -> "Tree":
    from rich.tree import Tree

    arguments = step["args"]
    counts = {
        "rows": step.get("rows"),
        "db hits": step.get("dbHits"),
        "rows expected": round(arguments.get("EstimatedRows", 0)),
    }
    shown = ", ".join(f"{value:,} {name}" for name, value in counts.items() if value is not None)
    details = plain(f"  {arguments.get('Details', '')}".rstrip(), "dim")
    line = plain(step["operatorType"].partition("@")[0], "bold") + plain(f" {shown}") + details
    tree = Tree(line, guide_style="dim")
    tree.children.extend(map(_plan_tree, step.get("children", ())))
    return tree


def _plan(step: Mapping[str, Any]) -> dict[str, Any]:
    from household_graph.queries.execute import to_json as plain_value

    return {
        "operator": step["operatorType"],
        "arguments": plain_value(dict(step["args"])),
        "children": [_plan(child) for child in step.get("children", ())],
    }
