"""Arguments and options of the commands that give and take roles."""

from enum import StrEnum
from typing import Annotated

import typer

from household_graph.cli.options import complete_id
from household_graph.model.enums import InvolvementKind, PartyRoleKind


class Role(StrEnum):
    """What somebody can be made, as the command line says it."""

    CUSTOMER = "customer"
    BILL_PAYER = "bill-payer"
    USER = "user"
    ADMIN = "admin"
    CHOOSER = "chooser"
    CONSUMER = "consumer"

    @property
    def kind(self) -> PartyRoleKind | InvolvementKind:
        """The functional role or involvement role that it is."""
        return _KINDS[self]

    @classmethod
    def of(cls, label: str) -> "Role":
        """Return the word for the label of a role, such as `BillPayer`."""
        return next(role for role, kind in _KINDS.items() if kind.value == label)


_KINDS: dict[Role, PartyRoleKind | InvolvementKind] = {
    Role.CUSTOMER: PartyRoleKind.CUSTOMER,
    Role.BILL_PAYER: PartyRoleKind.BILL_PAYER,
    Role.USER: PartyRoleKind.USER,
    Role.ADMIN: InvolvementKind.ADMIN,
    Role.CHOOSER: InvolvementKind.CHOOSER,
    Role.CONSUMER: InvolvementKind.CONSUMER,
}

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
RoleArgument = Annotated[Role, _ROLE]
OptionalRoleArgument = Annotated[Role | None, _ROLE]
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
