"""`identity`: usernames, whose they are, and what they are used for."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.change_command import ChangePlan, change_command, change_within
from household_graph.cli.one_household import household_at, one_party
from household_graph.cli.options import AtOption, OutputOption, complete_id
from household_graph.cli.output import Format, emit, note
from household_graph.cli.role_options import (
    HolderArgument,
    OptionalHolderArgument,
    OptionalItemArgument,
    OptionalRoleArgument,
    Role,
    WhoseArgument,
)
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind

if TYPE_CHECKING:
    from household_graph.changes.draft import Draft

app = typer.Typer()
_COLUMNS = ("identity", "party", "username", "realm", "status", "used_for")
IdentityArgument = Annotated[
    str,
    typer.Argument(metavar="IDENTITY", help="Id of the username.", autocompletion=complete_id),
]


@change_command(app, "identity add", "bakers/dad dad@bakers.example --realm tv")
def add(
    party: HolderArgument,
    username: Annotated[str, typer.Argument(metavar="USERNAME", help="What one logs in with.")],
    *,
    realm: Annotated[str, typer.Option("--realm", help="Where it is known.")],
    local_id: Annotated[
        str | None, typer.Option("--id", help="Its local id. Made of the party's, if not given.")
    ] = None,
) -> ChangePlan:
    """Give a party a username."""
    from household_graph.changes.identities import add_identity

    def work(draft: "Draft") -> None:
        draft.notes.append(f"it is {add_identity(draft, party, username, realm, local_id)}")

    return change_within(party, work, f"{party} is {username} at {realm}")


@change_command(app, "identity link", "bakers/mum-login bakers/mum admin bakers/cloud")
def link(
    identity: IdentityArgument,
    party: OptionalHolderArgument = None,
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
) -> ChangePlan:
    """Let a role be exercised with a username of whoever plays it."""
    from household_graph.changes.identities import link_identity, link_identity_to

    named = _named(party, role, target, to)

    def work(draft: "Draft") -> None:
        if isinstance(named, str):
            link_identity(draft, identity, named)
        else:
            link_identity_to(draft, identity, *named)

    return change_within(identity, work, f"{identity} is used for {to or f'{role} of {target}'}")


@change_command(app, "identity suspend", "bakers/mum-login --reason stolen")
def suspend(
    identity: IdentityArgument,
    *,
    lift: Annotated[bool, typer.Option("--lift", help="Let it be used again.")] = False,
) -> ChangePlan:
    """Suspend a username, or let it be used again."""
    from household_graph.changes.identities import ACTIVE, SUSPENDED, set_status

    def work(draft: "Draft") -> None:
        set_status(draft, identity, ACTIVE if lift else SUSPENDED)

    return change_within(identity, work, f"{identity} is {'active' if lift else 'suspended'}")


@app.command("list", epilog="Example: household-graph identity list bakers")
def list_(
    whose: WhoseArgument, *, at: AtOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List usernames, and what they are used for."""
    from household_graph.changes.identities import list_identities

    found = household_at(whose, at)
    party = one_party(found, whose)
    listed = list_identities(found.rows, party, found.at)
    records: list[dict[str, Any]] = [
        one._asdict() | {"used_for": list(one.used_for)} for one in listed
    ]
    emit(records, output, columns=_COLUMNS)
    if not records:
        note("no usernames; `household-graph identity add` adds one")


def _named(
    party: str | None, role: Role | None, target: str | None, involvement: str | None
) -> "str | tuple[str, InvolvementKind, str]":
    """Return the involvement role that is meant, by its id or by party, kind and item."""
    if involvement is not None and party is None:
        return involvement
    if involvement is not None or party is None or role is None or target is None:
        raise BadInputError(
            "which role is it used for?", hint="name PARTY ROLE TARGET, or --to with its id"
        )
    if not isinstance(role.kind, InvolvementKind):
        raise BadInputError(
            f"a {role} has no username", hint="name a role that is admin, chooser or consumer"
        )
    return party, role.kind, target
