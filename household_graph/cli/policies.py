"""`policy`: what the household forbids, to whom, and when."""

from typing import Annotated

import typer

from household_graph.cli.change_command import FromOption, change_command
from household_graph.cli.change_report import show_list
from household_graph.cli.database import connected
from household_graph.cli.options import (
    AtOption,
    HouseholdArgument,
    OutputOption,
    PersonArgument,
    complete_id,
)
from household_graph.cli.output import Format
from household_graph.cli.role_options import (
    EverOption,
    UntilOption,
    WhoseArgument,
)
from household_graph.model.enums import PolicyKind, Weekday

app = typer.Typer()
_COLUMNS = (
    *("policy", "kind", "whom", "what", "when", "enforced_by", "set_by", "exempt"),
    *("valid_from", "valid_to"),
)
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
        help="minors, everyone, or the id of a party, which may be given again for others.",
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
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="ID",
        help="A product or service that an allow-only policy allows. May be given again.",
        autocompletion=complete_id,
    ),
]
AllowCategoryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-category",
        metavar="WORD",
        help="A category that an allow-only policy allows. May be given again.",
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


@change_command(app, "policy set", "policies.set", "bakers bedtime --start 21:30", at=FromOption)
def set_(
    household: HouseholdArgument,
    policy: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as bedtime.")],
    *,
    kind: KindOption = None,
    name: NameOption = None,
    audience: AudienceOption = None,
    governs: GovernsOption = None,
    categories: CategoryOption = None,
    weekdays: WeekdayOption = None,
    start_time: StartOption = None,
    end_time: EndOption = None,
    maximum_age: MaximumAgeOption = None,
    blocked_categories: BlockCategoryOption = None,
    allows: AllowOption = None,
    allowed_categories: AllowCategoryOption = None,
    enforced_by: EnforcedByOption = None,
    until: UntilOption = None,
) -> None:
    """Set a new policy, or change one: options that are not given stay as they are.

    A policy that is changed ends, and another begins, such as bedtime-2; bedtime means that one
    from then on.
    """


@change_command(
    app, "policy end", "policies.end", "bakers/bedtime --as bakers/mum", formerly="lift"
)
def end(policy: PolicyArgument) -> None:
    """End a policy for everybody."""


@change_command(app, "policy exempt", "policies.exempt", "bakers/bedtime bakers/tom", at=FromOption)
def exempt(
    policy: PolicyArgument,
    person: PersonArgument,
    *,
    until: UntilOption = None,
    end: Annotated[
        bool, typer.Option("--end", help="End the exemption, now or at the time of --from.")
    ] = False,
) -> None:
    """Exempt a person from a policy."""


@app.command("list", epilog="Example: household-graph policy list bakers/katie")
def list_(
    whose: WhoseArgument,
    *,
    ever: EverOption = False,
    at: AtOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the policies in force, in words; of one party those that apply to it."""
    with connected() as graph:
        policies = graph.policies.list(whose, at=at, ended=ever)
    records = (
        one._asdict() | {"valid_from": one.valid_from, "valid_to": one.valid_to} for one in policies
    )
    show_list(
        ({name: record[name] for name in _COLUMNS} for record in records),
        output,
        _COLUMNS,
        hidden=("enforced_by", "set_by"),
        empty="no policies; --all lists those that have ended or are to come too",
    )
