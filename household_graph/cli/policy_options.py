"""Arguments and options of the commands for policies."""

from typing import Annotated

import typer

from household_graph.cli.completion import complete_id
from household_graph.model.vocabulary import PolicyKind, Weekday

__all__ = [
    "AudienceOption",
    "BlockCategoryOption",
    "CategoryOption",
    "EndOption",
    "EnforcedByOption",
    "GovernsOption",
    "KindOption",
    "MaximumAgeOption",
    "NameOption",
    "PolicyArgument",
    "StartOption",
    "WeekdayOption",
]

PolicyArgument = Annotated[
    str,
    typer.Argument(metavar="POLICY", help="Id of the policy.", autocompletion=complete_id),
]
KindOption = Annotated[
    PolicyKind | None,
    typer.Option("--kind", help="What it forbids: hours, ratings and categories, or everything."),
]
NameOption = Annotated[str | None, typer.Option("--name", help="What it is called.")]
AudienceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--audience",
        metavar="WHOM",
        help="minors, everyone, or the id of a party. A party may be followed by others.",
        autocompletion=complete_id,
    ),
]
GovernsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--governs",
        metavar="ID",
        help="A product, service or resource; the household means everything. May be given again.",
        autocompletion=complete_id,
    ),
]
CategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--category",
        metavar="WORD",
        help="A category of service that it governs as well. May be given again.",
    ),
]
WeekdayOption = Annotated[
    list[Weekday] | None,
    typer.Option("--weekday", help="A day on which a curfew begins. May be given again."),
]
StartOption = Annotated[
    str | None,
    typer.Option("--start", metavar="HH:MM", help="When a curfew begins, in local time."),
]
EndOption = Annotated[
    str | None,
    typer.Option(
        "--end",
        metavar="HH:MM",
        help="When a curfew ends, in local time; on the next day, if that is not later.",
    ),
]
MaximumAgeOption = Annotated[
    str | None,
    typer.Option(
        "--maximum-age",
        metavar="N|own-age",
        help="The highest rating that a classification allows.",
    ),
]
BlockCategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--block-category",
        metavar="WORD",
        help="A category that a classification forbids. May be given again.",
    ),
]
EnforcedByOption = Annotated[
    list[str] | None,
    typer.Option(
        "--enforced-by",
        metavar="SERVICE",
        help="Who enforces it. The service that enforces the other policies, if not given.",
        autocompletion=complete_id,
    ),
]
