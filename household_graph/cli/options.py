"""Arguments and options that several commands share, and the ids they are completed with."""

from math import isnan
from typing import Annotated

import typer

from household_graph.cli.output import Format
from household_graph.errors import HouseholdGraphError
from household_graph.model.enums import Action

MOST = 1_000_000_000
"""The upper limit of numbers of rows, nodes, changes or seconds; more is a typing mistake."""


def a_number(value: float | None) -> float | None:
    """Return a number as it is, but refuse `nan`, which no limit catches.

    Raises:
        typer.BadParameter: if it is `nan`.
    """
    if value is not None and isnan(value):
        raise typer.BadParameter("it is not a number")
    return value


def complete_household(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text."""
    return _complete("facts/household-ids", incomplete)


def complete_id(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text, or after a slash of what is in one."""
    return _complete("facts/ids", incomplete)


def complete_party(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text, or after a slash of their parties."""
    return _complete("facts/party-ids", incomplete)


def _complete(statement: str, prefix: str) -> list[str]:
    """Ask the database, but return nothing if it is not running."""
    from household_graph.cli.database import connected, is_running
    from household_graph.store.facts_loader import read

    is_id = "/" in prefix or statement == "facts/household-ids"
    try:
        if not is_running():
            return []
        with connected() as graph:
            name = statement if is_id else "facts/household-ids"
            found = [record[0] for record in read(graph.connection, name, prefix=prefix)]
    except HouseholdGraphError:
        return []
    return found if is_id else [f"{household}/" for household in found]


_PARTY = typer.Argument(
    metavar="PARTY",
    help="Id of the individual, organization or resource that asks.",
    autocompletion=complete_id,
)
_TARGET = typer.Argument(
    metavar="TARGET", help="Id of a product, service or resource.", autocompletion=complete_id
)
PartyArgument = Annotated[str, _PARTY]
TargetArgument = Annotated[str, _TARGET]
OptionalPartyArgument = Annotated[str | None, _PARTY]
OptionalTargetArgument = Annotated[str | None, _TARGET]
PersonArgument = Annotated[
    str,
    typer.Argument(metavar="PARTY", help="Id of the person.", autocompletion=complete_id),
]
_HOUSEHOLD = typer.Argument(
    metavar="HOUSEHOLD",
    help="Id of a household or business.",
    autocompletion=complete_household,
)
HouseholdArgument = Annotated[str, _HOUSEHOLD]
OptionalHouseholdArgument = Annotated[str | None, _HOUSEHOLD]
DeviceOption = Annotated[
    str | None,
    typer.Option(
        "--device", "-d", metavar="ID", help="On this device.", autocompletion=complete_id
    ),
]
ActionOption = Annotated[Action, typer.Option("--action", "-a", help="The action to ask about.")]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="ISO 8601; without an offset, local time of the household. Now, if not given.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Ask about the graph as of this time: as known today, or with --recorded as known "
        "then.",
    ),
]
RecordedOption = Annotated[
    str | None,
    typer.Option(
        "--recorded",
        metavar="TIME",
        help="Ask about the graph as recorded at this time, without later corrections; about this "
        "time too, unless --at or --as-of names another.",
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="List what is denied too, with reasons.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
]
OutputOption = Annotated[Format, typer.Option("--output", "-o", help="The output format.")]
