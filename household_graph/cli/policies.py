"""`policy`: what the household forbids, to whom, and when."""

import inspect
from collections.abc import Callable
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
from household_graph.engine.policies import KINDS
from household_graph.model.declaration import (
    Property,
    PropertyType,
    properties_of,
    relationships_from,
)
from household_graph.model.declaration.properties import CLOCK_PATTERN, MAXIMUM_AGE_PATTERN
from household_graph.model.enums import PolicyKind

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
EnforcedByOption = Annotated[
    list[str] | None,
    typer.Option(
        "--enforced-by",
        metavar="SERVICE",
        help="Who enforces it. The service that enforces the other policies, if not given.",
        autocompletion=complete_id,
    ),
]
_POLICY, _AGAIN = frozenset({"Policy"}), " May be given again."
_METAVARS = {CLOCK_PATTERN: "HH:MM", MAXIMUM_AGE_PATTERN: "N|own-age"}


def _with_terms_of_kinds(declaration: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each term that only one kind of policy has, before `--enforced-by`."""
    options = [
        inspect.Parameter(
            field, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(field, flag)
        )
        for kind in KINDS.values()
        for field, flag in kind.options.items()
    ]
    own = list(inspect.signature(declaration).parameters.values())
    place = next(n for n, one in enumerate(own) if one.name == "enforced_by")
    own[place:place] = options
    declaration.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    return declaration


def _option(field: str, flag: str) -> object:
    """Return the annotation of the option of a term, as the graph declares it."""
    declared = relationships_from("Policy").get(field) or properties_of(_POLICY)[field]
    meaning = f"{declared.meaning[0].upper()}{declared.meaning[1:]}."
    if not isinstance(declared, Property):
        ids = typer.Option(flag, metavar="ID", help=meaning + _AGAIN, autocompletion=complete_id)
        return Annotated[list[str] | None, ids]
    if declared.type is PropertyType.STRING:
        metavar = _METAVARS.get(declared.pattern or "")
        return Annotated[str | None, typer.Option(flag, metavar=metavar, help=meaning)]
    if declared.words:
        return Annotated[list[declared.words] | None, typer.Option(flag, help=meaning + _AGAIN)]  # type: ignore[name-defined]
    return Annotated[list[str] | None, typer.Option(flag, metavar="WORD", help=meaning + _AGAIN)]


@change_command(app, "policy set", "policies.set", "bakers bedtime --start 21:30", at=FromOption)
@_with_terms_of_kinds
def set_(
    household: HouseholdArgument,
    policy: Annotated[str, typer.Argument(metavar="ID", help="Its id, such as bedtime.")],
    *,
    kind: KindOption = None,
    name: NameOption = None,
    audience: AudienceOption = None,
    governs: GovernsOption = None,
    categories: CategoryOption = None,
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
