"""The commands that draw: picture and tree."""

import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.database import connected
from household_graph.cli.options import (
    MOST,
    ActionOption,
    AtOption,
    DeviceOption,
    HouseholdArgument,
    OptionalHouseholdArgument,
    complete_id,
)
from household_graph.cli.output import counted, note, show, write_picture
from household_graph.cli.query import ParameterOption, complete_name
from household_graph.errors import BadInputError
from household_graph.model.enums import Action

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph
    from household_graph.engine.decision import Decision
    from household_graph.viz.scene import Scene

_SHAPES = 500
_ROWS = 200
_NOTHING = "a question is drawn by the nodes in its rows, and by columns that are `the id of …`"
_Query = Annotated[
    str | None,
    typer.Option(
        "--query",
        "-q",
        metavar="NAME",
        help="Draw what a question of the library answers.",
        autocompletion=complete_name,
    ),
]
_Explain = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--explain",
        "-e",
        metavar="PARTY TARGET",
        help="Let the grounds of this decision stand out; see --device and --action.",
        autocompletion=complete_id,
    ),
]
_All = Annotated[bool, typer.Option("--all", help="With what has ended, or not begun yet.")]
_Limit = Annotated[
    int, typer.Option(min=1, max=MOST, metavar="NODES", help="Draw at most so many.")
]
_To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="An .html or .svg file; one named so, if none."),
]
_Open = Annotated[bool, typer.Option("--open", help="Open it in the web browser.")]


def picture(
    household: OptionalHouseholdArgument = None,
    *,
    query: _Query = None,
    parameter: ParameterOption = None,
    explain: _Explain = None,
    device: DeviceOption = None,
    action: ActionOption = Action.USE,
    at: AtOption = None,
    ended: _All = False,
    limit: _Limit = _SHAPES,
    to: _To = None,
    open_it: _Open = False,
) -> None:
    """Draw a household, what a question answers, or why a decision is as it is.

    A page has all it needs in it: it can be moved, zoomed, searched and sent to others. An .svg
    is for documents.
    """
    _require_one(household, query)
    _require_beside("--param", parameter, "--query", query)
    _require_beside("--explain", explain, "a HOUSEHOLD", household)
    _require_beside("--device", device, "--explain", explain)
    _require_beside("--action", action is not Action.USE, "--explain", explain)
    to = to or Path(f"{(household or str(query)).replace('/', '-')}.html")
    draw = _form(to)
    with connected() as graph:
        if household is None:
            drawn = _of_question(graph, str(query), parameter or (), at, ended=ended)
        else:
            drawn = _of_household(graph, household, at, ended=ended)
            if explain:
                party, target = explain
                why = graph.check(party, target, action=action, device=device, at=at)
                drawn = _explained(drawn, why)
    if not drawn.shapes:
        raise BadInputError("there is nothing to draw", hint=_NOTHING if query else None)
    write_picture(to, draw(_cut(drawn, limit)))
    if open_it and not webbrowser.open(to.resolve().as_uri()):
        note("no web browser here: open the file yourself")


def tree(household: HouseholdArgument, *, at: AtOption = None) -> None:
    """Show a household as a tree: people, accounts with products and services, devices.

    All that is known of it is there, with its dates; with --at, what holds at that time.
    """
    from household_graph.cli import tree_view as trees
    from household_graph.documents import from_rows
    from household_graph.viz.fetching import rows_of_household

    with connected() as graph:
        rows = rows_of_household(graph.connection, household, at, ended=at is None)
    show(trees.tree(from_rows(rows)))


def _require_one(household: str | None, query: str | None) -> None:
    if (household is None) == (query is None):
        raise BadInputError(
            "a picture is either of a household or of a question",
            hint="name a household, or a question with --query",
        )


def _require_beside(option: str, read_parameters: object, needed: str, there: object) -> None:
    if read_parameters and not there:
        raise BadInputError(f"{option} goes with {needed}", hint=f"leave it out, or give {needed}")


def _form(path: Path) -> "Callable[[Scene], str]":
    """Return what draws a file of this name."""
    from household_graph.viz.page import html_page
    from household_graph.viz.svg import svg_picture

    forms = {".html": html_page, ".svg": svg_picture}
    if path.suffix.lower() not in forms:
        raise BadInputError(
            f"`{path}` is neither an .html nor an .svg file", hint="name one of these with --to"
        )
    return forms[path.suffix.lower()]


def _of_household(
    graph: "HouseholdGraph", household: str, at: str | None, *, ended: bool
) -> "Scene":
    from household_graph.viz.fetching import scene_of_household

    return scene_of_household(graph.connection, household, at, ended=ended)


def _explained(drawn: "Scene", why: "Decision") -> "Scene":
    from household_graph.viz.explaining import explained

    return explained(drawn, why)


def _of_question(
    graph: "HouseholdGraph", name: str, pairs: Sequence[str], at: str | None, *, ended: bool
) -> "Scene":
    """Return what the ids in an answer speak of."""
    from household_graph.queries.catalogue import find_query
    from household_graph.queries.execute import execute
    from household_graph.queries.parameters import bind_parameters, read_parameters
    from household_graph.viz.fetching import scene_of_ids

    query = find_query(name).query
    values = bind_parameters(query, read_parameters(pairs, None, at=at))
    found = execute(graph.connection, query, values, limit=_ROWS)
    notes = [*pairs, *([f"drawn from the first {counted(_ROWS, 'row')}"] if found.cut else [])]
    if found.cut:
        note(notes[-1])
    columns = [column.name for column in query.columns if column.is_id]
    ids = {one for row in found.records for name in columns for one in _texts(row[name])}
    ids |= {one for row in found.records for value in row.values() for one in _node_ids(value)}
    ids |= {one for asked in query.parameters if asked.is_id for one in _texts(values[asked.name])}
    drawn = scene_of_ids(graph.connection, query.title, ids, values.get("at"), ended=ended)
    return replace(drawn, notes=tuple(notes))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - what JSON can say
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _node_ids(value: Any) -> Iterator[str]:  # noqa: ANN401 - what JSON can say
    if isinstance(value, dict) and "labels" in value:
        yield from _texts(value.get("id"))
    elif isinstance(value, list):
        for item in value:
            yield from _node_ids(item)


def _cut(drawn: "Scene", limit: int) -> "Scene":
    from household_graph.viz.scene import cut

    if len(drawn.shapes) <= limit:
        return drawn
    said = f"{limit:,} of {counted(len(drawn.shapes), 'node')} drawn, those with most links"
    note(f"{said}; `--limit` draws more")
    return replace(cut(drawn, limit), notes=(*drawn.notes, said))
