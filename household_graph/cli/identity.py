"""`identity`: usernames, whose they are, and what they are used for."""

import typer

from household_graph.cli.change_command import add_change_command, add_list_command
from household_graph.cli.options import (
    HOLDER,
    ROLE,
    ROLE_TARGET,
    flag,
    optional,
    positional,
    text,
)

app = typer.Typer()
_IDENTITY = positional("identity", "IDENTITY", "Id of the username.")

add_change_command(
    app,
    "identity add",
    "identities.add",
    "Give a party a username.",
    "bakers/dad dad@bakers.example --realm tv",
    HOLDER.replace(name="owner"),
    positional("username", "USERNAME", "The name used to log in."),
    text("--realm", "Where it is known.", required=True),
    text("--id", "Its local id. Made of the party's, if not given.", name="local_id"),
)
add_change_command(
    app,
    "identity link",
    "identities.link",
    "Let a role be exercised with a username of its holder.",
    "bakers/mum-login bakers/mum admin bakers/cloud",
    _IDENTITY,
    *map(optional, (HOLDER, ROLE, ROLE_TARGET)),
    text("--to ID", "The id of the involvement role, in place of PARTY ROLE TARGET."),
)
add_change_command(
    app,
    "identity suspend",
    "identities.suspend",
    "Suspend a username, or let it be used again.",
    "bakers/mum-login --reason stolen",
    _IDENTITY,
    flag("--lift", "Let it be used again."),
)
add_list_command(
    app,
    "identity list",
    "List usernames, and what they are used for.",
    "bakers",
    group="identities",
    columns=("identity", "party", "username", "realm", "status", "used_for"),
    empty="no usernames; `household-graph identity add` adds one",
)
