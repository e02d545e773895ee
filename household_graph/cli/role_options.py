"""Arguments and options of the commands about roles, policies and devices."""

from typing import Annotated

import typer

from household_graph.cli.options import complete_id
from household_graph.model.enums import RoleName

_HOLDER = typer.Argument(
    metavar="PARTY",
    help="Id of the individual, organization or resource whose role it is.",
    autocompletion=complete_id,
)
_ROLE = typer.Argument(
    metavar="ROLE",
    help="customer, bill-payer or user of an account; admin, chooser or consumer of anything else.",
)
_ITEM = typer.Argument(
    metavar="TARGET",
    help="Id of the customer account, or of the product, service or resource.",
    autocompletion=complete_id,
)
HolderArgument = Annotated[str, _HOLDER]
OptionalHolderArgument = Annotated[str | None, _HOLDER]
RoleArgument = Annotated[RoleName, _ROLE]
OptionalRoleArgument = Annotated[RoleName | None, _ROLE]
RoleTargetArgument = Annotated[str, _ITEM]
OptionalItemArgument = Annotated[str | None, _ITEM]
WhoseArgument = Annotated[
    str,
    typer.Argument(
        metavar="HOUSEHOLD|PARTY",
        help="Id of a household or business, or of one party.",
        autocompletion=complete_id,
    ),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="When it ends. It goes on, if not given."),
]
AccountOption = Annotated[
    str | None,
    typer.Option(
        "--account",
        metavar="ID",
        help="The customer account as whose User a party is involved. That of the product, if "
        "not given.",
        autocompletion=complete_id,
    ),
]
EverOption = Annotated[bool, typer.Option("--all", help="List what has ended or is to come too.")]
