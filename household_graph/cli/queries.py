"""`query`: the analysts' library of questions, found, shown, run, and of one's own."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import OutputOption
from household_graph.cli.output import (
    Format,
    counted,
    emit,
    empty_table,
    note,
    plain,
    show,
    show_text,
    write,
)
from household_graph.cli.query_options import (
    LimitOption,
    MomentOption,
    NameArgument,
    NamesArgument,
    ParameterOption,
    ParametersFileOption,
    PastOption,
    PlanOption,
    TimeoutOption,
)
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from rich.text import Text

    from household_graph.queries.catalogue import Question

app = typer.Typer()
_LIMIT = 1000


@app.command("list", epilog="Example: household-graph query list --search minor")
def list_questions(
    *,
    search: Annotated[
        str | None, typer.Option("--search", "-s", metavar="WORDS", help="With words like these.")
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the questions, those of your own among them."""
    from household_graph.queries import catalogue

    found = catalogue.search(search) if search else list(catalogue.questions().values())
    records = [
        {
            "name": one.name,
            "title": one.query.title,
            "parameters": [parameter.name for parameter in one.query.parameters],
            "own": one.own,
        }
        for one in found
    ]
    columns = ["name", "title", "parameters", "own"]
    emit(records, output, columns=columns, picture=_titles(found))
    if not found:
        note("no question has such words; `household-graph query list` lists all")


@app.command("show", epilog="Example: household-graph query show services-for-party")
def show_question(name: NameArgument, output: OutputOption = Format.TABLE) -> None:
    """Show a question: when to use it, its parameters, its columns and its Cypher."""
    from household_graph.queries.catalogue import question

    found = question(name)
    if output is Format.TABLE:
        show_text(found.path.read_text(encoding="utf-8"), "cypher")
    else:
        emit([_told(found)], output, single=True)


@app.command("run", epilog="Example: household-graph query run services-for-party -p party=…")
def run_question(
    name: NameArgument,
    *,
    parameter: ParameterOption = None,
    params: ParametersFileOption = None,
    at: MomentOption = None,
    as_of: PastOption = None,
    recorded: PastOption = None,
    limit: LimitOption = _LIMIT,
    timeout: TimeoutOption = 60.0,
    plan: PlanOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Ask a question of the library, of the graph as it stands; nothing is ever written."""
    if as_of is not None or recorded is not None:
        raise BadInputError(
            "`query run` does not look back: a question is asked of the graph as it stands",
            hint="`household-graph services`, `who`, `check` and `matrix` look back, such as "
            "`household-graph services PARTY --as-of TIME`; the moment that a question is asked "
            "for is --at",
        )
    from household_graph.queries.catalogue import question
    from household_graph.queries.parameters import bound, given
    from household_graph.queries.running import answer

    query = question(name).query
    values = bound(query, given(parameter or (), params, at=at))
    with connected() as graph:
        found = answer(
            graph.connection,
            query,
            values,
            limit=limit or None,
            timeout=timeout,
            plan=plan,
        )
    if found.plan is not None:
        _show_plan(found.plan, output)
        return
    emit(found.records, output, columns=found.columns)
    if found.cut:
        note(f"cut after {counted(limit, 'row')}; `--limit 0` shows all")
    elif not found.records and output is Format.TABLE:
        note("no rows")


@app.command("new", epilog="Example: household-graph query new devices/lost-this-week")
def new(name: Annotated[str, typer.Argument(metavar="NAME", help="Topic and name.")]) -> None:
    """Begin a question of your own, in the first folder of HOUSEHOLD_GRAPH_QUERIES."""
    from household_graph.queries.catalogue import own_folders
    from household_graph.queries.skeleton import new_question

    folders = own_folders()
    if not folders:
        raise BadInputError(
            "no folder for questions of your own",
            hint="set HOUSEHOLD_GRAPH_QUERIES to one, such as ~/questions",
        )
    write(f"{new_question(folders[0], name)}\n")


@app.command("check", epilog="Example: household-graph query check devices/lost-this-week")
def check(
    names: NamesArgument = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Hold questions to their headers; the server looks at them and runs nothing."""
    from household_graph.queries.catalogue import question, questions
    from household_graph.queries.checking import problems

    wanted = (
        [question(name) for name in names]
        if names
        else [one for one in questions().values() if one.own]
    )
    with connected() as graph:
        found = [
            {"name": one.name, "problem": problem}
            for one in wanted
            for problem in problems(graph.connection, one)
        ]
    if found or output is not Format.TABLE:
        emit(found, output, columns=["name", "problem"])
    note(f"{counted(len(wanted), 'question')} checked, {counted(len(found), 'problem')}")
    if found:
        raise typer.Exit(ExitCode.BAD_INPUT)


@app.command("export", epilog="Example: household-graph query export --to questions.zip")
def export(
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to write it.")] = Path(
        "household-graph-questions.zip"
    ),
) -> None:
    """Write all questions as one file: dropped on the window of Neo4j Browser, it saves them."""
    from household_graph.queries.catalogue import questions
    from household_graph.queries.saving import write_browser_file

    write_browser_file(to, questions().values())
    write(f"{to}\n")


def _titles(found: "Iterable[Question]") -> Any:  # noqa: ANN401 - of Rich
    grid = empty_table(("name", "question"))
    for one in found:
        grid.add_row(plain(one.name), plain(one.query.title))
    return grid


def _told(one: "Question") -> dict[str, Any]:
    query = one.query
    return {
        "name": one.name,
        "title": query.title,
        "prose": query.prose,
        "parameters": [
            {"name": p.name, "type": p.type, "meaning": p.meaning, "required": p.required}
            | ({} if p.required else {"default": p.default})
            for p in query.parameters
        ],
        "columns": [{"name": c.name, "type": c.type, "meaning": c.meaning} for c in query.columns],
        "example": dict(query.example or {}),
        "path": str(one.path),
        "cypher": query.text,
    }


def _show_plan(plan: Mapping[str, Any], output: Format) -> None:
    from rich.tree import Tree

    if output is not Format.TABLE:
        emit([_plan(plan)], output, single=True)
        return

    def grown(step: Mapping[str, Any]) -> Tree:
        tree = Tree(_step(step), guide_style="dim")
        for child in step.get("children", ()):
            tree.children.append(grown(child))
        return tree

    show(grown(plan))


def _step(step: Mapping[str, Any]) -> "Text":
    arguments = step["args"]
    more = {
        "rows": step.get("rows"),
        "db hits": step.get("dbHits"),
        "rows expected": round(arguments.get("EstimatedRows", 0)),
    }
    said = ", ".join(f"{value:,} {name}" for name, value in more.items() if value is not None)
    text = plain(step["operatorType"].partition("@")[0], "bold")
    return text.append_text(plain(f" {said}")).append_text(
        plain(f"  {arguments.get('Details', '')}".rstrip(), "dim")
    )


def _plan(step: Mapping[str, Any]) -> dict[str, Any]:
    from household_graph.queries.running import plain as plain_value

    return {
        "operator": step["operatorType"],
        "arguments": plain_value(dict(step["args"])),
        "children": [_plan(child) for child in step.get("children", ())],
    }
