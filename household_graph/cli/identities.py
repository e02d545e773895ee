"""`identity`: usernames, whose they are, and what they are used for."""

from typing import Annotated

import typer

from household_graph.cli.change_command import change_command
from household_graph.cli.change_report import show_list
from household_graph.cli.database import connected
from household_graph.cli.options import AtOption, OutputOption, complete_id
from household_graph.cli.output import Format
from household_graph.cli.role_options import (
    HolderArgument,
    OptionalHolderArgument,
    OptionalItemArgument,
    OptionalRoleArgument,
    WhoseArgument,
)

app = typer.Typer()
_COLUMNS = ("identity", "party", "username", "realm", "status", "used_for")
IdentityArgument = Annotated[
    str,
    typer.Argument(metavar="IDENTITY", help="Id of the username.", autocompletion=complete_id),
]


@change_command(app, "identity add", "identities.add", "bakers/dad dad@bakers.example --realm tv")
def add(
    owner: HolderArgument,
    username: Annotated[str, typer.Argument(metavar="USERNAME", help="The name used to log in.")],
    *,
    realm: Annotated[str, typer.Option("--realm", help="Where it is known.")],
    local_id: Annotated[
        str | None, typer.Option("--id", help="Its local id. Made of the party's, if not given.")
    ] = None,
) -> None:
    """Give a party a username."""


@change_command(
    app, "identity link", "identities.link", "bakers/mum-login bakers/mum admin bakers/cloud"
)
def link(
    identity: IdentityArgument,
    holder: OptionalHolderArgument = None,
    role: OptionalRoleArgument = None,
    target: OptionalItemArgument = None,
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="ID",
            help="The id of the involvement role, in place of PARTY ROLE TARGET.",
            autocompletion=complete_id,
        ),
    ] = None,
) -> None:
    """Let a role be exercised with a username of its holder."""


@change_command(app, "identity suspend", "identities.suspend", "bakers/mum-login --reason stolen")
def suspend(
    identity: IdentityArgument,
    *,
    lift: Annotated[bool, typer.Option("--lift", help="Let it be used again.")] = False,
) -> None:
    """Suspend a username, or let it be used again."""


@app.command("list", epilog="Example: household-graph identity list bakers")
def list_(
    whose: WhoseArgument, *, at: AtOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List usernames, and what they are used for."""
    with connected() as graph:
        usernames = graph.identities.list(whose, at=at)
    empty = "no usernames; `household-graph identity add` adds one"
    show_list((one._asdict() for one in usernames), output, _COLUMNS, empty=empty)
