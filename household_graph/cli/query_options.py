"""Options of `query`, and what completes them."""

from pathlib import Path
from typing import Annotated

import typer

from household_graph.cli.options import MOST, a_number
from household_graph.errors import HouseholdGraphError
from household_graph.queries.plans import Plan


def complete_name(incomplete: str) -> list[tuple[str, str]]:
    """Return the names of questions that begin with what is typed, with their titles."""
    from household_graph.queries.catalogue import questions

    try:
        titles = {name: one.query.title for name, one in questions().items()}
    except HouseholdGraphError:
        return []
    if incomplete:
        titles |= {name.rpartition("/")[2]: title for name, title in titles.items()}
    return [(name, title) for name, title in titles.items() if name.startswith(incomplete)]


def _complete_parameter(ctx: typer.Context, incomplete: str) -> list[str]:
    from household_graph.cli.options import complete_id
    from household_graph.queries.catalogue import question

    typed = ctx.params.get("name") or next(iter(ctx.args), "")
    try:
        asked = {one.name: one for one in question(str(typed)).query.parameters}
    except HouseholdGraphError:
        return []
    key, equals, value = incomplete.partition("=")
    if not equals:
        return [f"{name}=" for name in asked if name.startswith(key)]
    is_id = key in asked and asked[key].is_id
    return [f"{key}={one}" for one in complete_id(value)] if is_id else []


NameArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Of the question, or its last part; see `query list`.",
        autocompletion=complete_name,
    ),
]
NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]…", help="All of your own, if none.", autocompletion=complete_name
    ),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="KEY=VALUE",
        help="A parameter; again for each.",
        autocompletion=_complete_parameter,
    ),
]
ParametersFileOption = Annotated[
    Path | None, typer.Option("--params", metavar="FILE", help="Parameters as YAML or JSON.")
]
MomentOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="The moment asked about, the parameter `at`: ISO 8601 with its offset. Now, if not "
        "given.",
    ),
]
PastOption = Annotated[str | None, typer.Option(hidden=True)]  # refused, with what looks back
LimitOption = Annotated[int, typer.Option(min=0, max=MOST, metavar="ROWS", help="At most; 0: all.")]
TimeoutOption = Annotated[
    float,
    typer.Option(
        min=0.001, max=MOST, callback=a_number, metavar="SECONDS", help="When to give up."
    ),
]
PlanOption = Annotated[
    Plan | None, typer.Option(help="How it would be answered, or was; nothing else is shown.")
]
