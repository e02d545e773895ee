"""`role`: who is Customer, Bill Payer or User of an account, and Admin, Chooser or Consumer."""

from typing import Annotated

import typer

from household_graph.cli.change_command import FromOption, change_command
from household_graph.cli.change_report import show_list
from household_graph.cli.database import connected
from household_graph.cli.options import AtOption, OutputOption, a_number, complete_id
from household_graph.cli.output import Format
from household_graph.cli.role_options import (
    AccountOption,
    EverOption,
    HolderArgument,
    RoleArgument,
    RoleTargetArgument,
    UntilOption,
    WhoseArgument,
)
from household_graph.model.enums import RoleName

app = typer.Typer()
_COLUMNS = (
    *("party", "role", "target", "account", "valid_from", "valid_to", "identities", "through"),
    "id",
)

OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="ITEM",
        help="Only roles on this, or on a product that carries it.",
        autocompletion=complete_id,
    ),
]
IdentitiesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--identity",
        metavar="ID",
        help="A username of the party with which the role is exercised. May be given again.",
        autocompletion=complete_id,
    ),
]
GuarantorOption = Annotated[
    str | None,
    typer.Option(
        "--guarantor",
        metavar="ADULT",
        help="Who answers for a minor who is made customer or bill-payer.",
        autocompletion=complete_id,
    ),
]
BillOption = Annotated[
    str | None,
    typer.Option(
        "--pays",
        metavar="BILL",
        help="The bill that a bill-payer pays.",
        autocompletion=complete_id,
    ),
]
ShareOption = Annotated[
    float | None,
    typer.Option(
        "--share",
        min=0,
        max=100,
        callback=a_number,
        help="In per cent of it. What others leave, if not given.",
    ),
]
RoleNameOption = Annotated[
    str | None,
    typer.Option(
        "--role-name", metavar="NAME", help="As what a resource is involved, such as gateway."
    ),
]


@change_command(
    app,
    "role grant",
    "roles.grant",
    "bakers/katie consumer bakers/sports",
    at=FromOption,
    consents=True,
)
def grant(
    holder: HolderArgument,
    role: RoleArgument,
    target: RoleTargetArgument,
    *,
    until: UntilOption = None,
    identities: IdentitiesOption = None,
    account: AccountOption = None,
    guarantor: GuarantorOption = None,
    pays: BillOption = None,
    share: ShareOption = None,
    role_name: RoleNameOption = None,
) -> None:
    """Grant a role to a party or a resource; if it has the role already, nothing is done."""


@change_command(app, "role revoke", "roles.revoke", "bakers/tom consumer bakers/sports-channel")
def revoke(holder: HolderArgument, role: RoleArgument, target: RoleTargetArgument) -> None:
    """End a role that a party or a resource plays itself."""


@app.command("list", epilog="Example: household-graph role list bakers --on bakers/sports")
def list_(
    whose: WhoseArgument,
    *,
    on: OnOption = None,
    ever: EverOption = False,
    at: AtOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the roles in force: of one party also those it has as a member of something."""
    with connected() as graph:
        roles = graph.roles.list(whose, on=on, at=at, ended=ever)
    records = (
        {
            "party": one.party,
            "role": RoleName.of(one.role).value,
            "target": one.target,
            "account": one.account,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "identities": one.identities,
            "through": one.through,
            "id": one.id,
        }
        for one in roles
    )
    empty = "no roles; --all lists those that have ended or are to come too"
    show_list(records, output, _COLUMNS, hidden=("account", "id"), empty=empty)
