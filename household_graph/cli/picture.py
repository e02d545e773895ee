"""`picture`: draws a household, the result of a query, or the reasons of a decision."""

import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.cli.options import (
    ACTION,
    AT,
    DEVICE,
    HOUSEHOLD,
    MOST,
    AskedState,
    asks_state,
    complete_id,
    connected,
    option,
    optional,
)
from household_graph.cli.output import counted, note, write_picture
from household_graph.cli.query import PARAMETER, complete_name
from household_graph.errors import BadInputError
from household_graph.model.enums import Action

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph
    from household_graph.viz.diagram import Diagram

_ROWS = 200
_NOTHING = "a query is drawn by the nodes in its rows, and by columns that are `the id of …`"
_QUERY = option(
    "--query -q NAME",
    "Draw the result of this query of the library.",
    autocompletion=complete_name,
)
_EXPLAIN = option(
    "--explain -e PARTY TARGET",
    "Highlight the reasons of this decision; see --device and --action.",
    autocompletion=complete_id,
)


@asks_state
def picture(
    household: str | None = optional(HOUSEHOLD),
    *,
    query: str | None = _QUERY,
    parameter: list[str] | None = PARAMETER,
    explain: tuple[str, str] | None = _EXPLAIN,
    device: str | None = DEVICE,
    action: Action = ACTION,
    at: str | None = AT,
    state: AskedState,
    ended: bool = option("--all", "Include what has ended or has not begun yet.", False),
    limit: int = option("--limit NODES", "The maximum number of nodes.", 500, min=1, max=MOST),
    to: Path | None = option(
        "--to FILE", "The .html or .svg file to write. Default: an .html file of that name."
    ),
    open_it: bool = option("--open", "Open the file in the web browser.", False),
) -> None:
    """Draw a household, the result of a query, or the reasons of a decision.

    An .html page is self-contained; you can move, zoom and search in it. An .svg file is for
    documents.
    """
    if (household is None) == (query is None):
        raise BadInputError(
            "a picture is either of a household or of a query",
            hint="name a household, or a query with --query",
        )
    _require_with("--param", parameter, "--query", query)
    _require_with("--explain", explain, "a HOUSEHOLD", household)
    _require_with("--device", device, "--explain", explain)
    if query and any(state):
        raise BadInputError(
            "--query draws from the graph as it stands", hint="leave the other state out"
        )
    _require_with("--action", action is not Action.USE, "--explain", explain)
    to = to or Path(f"{(household or str(query)).replace('/', '-')}.html")
    draw = _drawing(to)
    from household_graph.viz.diagram import highlight, load_household

    if household is None:
        with connected() as graph:
            diagram = _query_diagram(graph, str(query), parameter or (), at, ended=ended)
    else:
        with state.graph() as graph:
            diagram = load_household(graph.store, household, at, ended=ended)
            if explain:
                party, target = explain
                decision = graph.check(party, target, action=action, device=device, at=at)
                diagram = highlight(diagram, decision)
    if not diagram.nodes:
        raise BadInputError("there is nothing to draw", hint=_NOTHING if query else None)
    write_picture(to, draw(_truncated(diagram, limit)))
    if open_it and not webbrowser.open(to.resolve().as_uri()):
        note("no web browser here: open the file yourself")


def _require_with(option: str, given: object, needed: str, present: object) -> None:
    if given and not present:
        raise BadInputError(f"{option} goes with {needed}", hint=f"leave it out, or give {needed}")


def _drawing(path: Path) -> "Callable[[Diagram], str]":
    """Return the function that draws a file of this name."""
    from household_graph.viz.page import html_page
    from household_graph.viz.svg import svg_picture

    forms = {".html": html_page, ".svg": svg_picture}
    if path.suffix.lower() not in forms:
        raise BadInputError(
            f"`{path}` is neither an .html nor an .svg file", hint="name one of these with --to"
        )
    return forms[path.suffix.lower()]


def _query_diagram(
    graph: "HouseholdGraph", name: str, pairs: Sequence[str], at: str | None, *, ended: bool
) -> "Diagram":
    """Return a diagram of the ids in the result of a query, and among its parameters."""
    from household_graph.queries.catalogue import find_query
    from household_graph.queries.execute import execute
    from household_graph.queries.parameters import bind_parameters, read_parameters
    from household_graph.viz.diagram import load_ids

    query = find_query(name).query
    values = bind_parameters(query, read_parameters(pairs, None, at=at))
    result = execute(graph.connection, query, values, limit=_ROWS)
    notes = [*pairs, *([f"drawn from the first {counted(_ROWS, 'row')}"] if result.cut else [])]
    if result.cut:
        note(notes[-1])
    columns = {column.name for column in query.columns if column.is_id}
    found = [(value, name in columns) for row in result.records for name, value in row.items()]
    found += [(values[param.name], True) for param in query.parameters if param.is_id]
    ids = {one for value, is_id in found for one in _ids_in(value, is_id=is_id)}
    diagram = load_ids(graph.store, query.title, ids, values.get("at"), ended=ended)
    return replace(diagram, notes=tuple(notes))


def _ids_in(value: object, *, is_id: bool) -> Iterator[str]:
    """Yield the ids of nodes in a JSON value, and its texts if they are ids."""
    if isinstance(value, str) and is_id:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _ids_in(item, is_id=is_id)
    elif isinstance(value, dict) and "labels" in value:
        yield from _ids_in(value.get("id"), is_id=True)


def _truncated(diagram: "Diagram", limit: int) -> "Diagram":
    from household_graph.viz.diagram import truncate

    if len(diagram.nodes) <= limit:
        return diagram
    text = f"{limit:,} of {counted(len(diagram.nodes), 'node')} drawn, those with most links"
    note(f"{text}; `--limit` draws more")
    return replace(truncate(diagram, limit), notes=(*diagram.notes, text))
