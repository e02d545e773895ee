"""Arguments and options that several commands share."""

from math import isnan
from typing import Annotated

import typer

from household_graph.cli.completion import complete_household, complete_id
from household_graph.cli.output import Format
from household_graph.model.enums import Action

MOST = 1_000_000_000
"""Of rows, nodes, changes or seconds: whoever says more means all, or has mistyped."""


def a_number(value: float | None) -> float | None:
    """Refuse what floats call `nan`, which is within no limits and beyond none.

    Raises:
        typer.BadParameter: if it is that.
    """
    if value is not None and isnan(value):
        raise typer.BadParameter("it is no number")
    return value


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
ActionOption = Annotated[Action, typer.Option("--action", "-a", help="What leave is asked for.")]
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
        help="As the graph stood in effect at this time, for which it is then asked; by what is "
        "known today, or with --recorded by what was known then.",
    ),
]
RecordedOption = Annotated[
    str | None,
    typer.Option(
        "--recorded",
        metavar="TIME",
        help="As it was known at this time, whatever was put right since; asked for this time, if "
        "neither --at nor --as-of names another.",
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="List what is denied too, and why.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
OutputOption = Annotated[Format, typer.Option("--output", "-o", help="How to write the answer.")]
