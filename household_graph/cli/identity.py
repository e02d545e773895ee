"""`identity`: usernames, whose they are, and what they are used for."""

from household_graph.cli.change_command import Noun
from household_graph.cli.options import (
    HOLDER,
    ROLE,
    ROLE_TARGET,
    flag,
    optional,
    positional,
    text,
)

_NOUN = Noun("identity", "identities")
app = _NOUN.app
_ID = positional("identity", "IDENTITY", "Id of the username.")

_NOUN.change(
    "add",
    "Give a party a username.",
    "bakers/dad dad@bakers.example --realm tv",
    HOLDER.replace(name="owner"),
    positional("username", "USERNAME", "The name used to log in."),
    text("--realm", "Where it is known.", required=True),
    text("--id", "Its local id. Made of the party's, if not given.", name="local_id"),
)
_NOUN.change(
    "link",
    "Let a role be exercised with a username of its holder.",
    "bakers/mum-login bakers/mum admin bakers/cloud",
    _ID,
    *map(optional, (HOLDER, ROLE, ROLE_TARGET)),
    text("--to ID", "The id of the involvement role, in place of PARTY ROLE TARGET."),
)
_NOUN.change(
    "suspend",
    "Suspend a username, or let it be used again.",
    "bakers/mum-login --reason stolen",
    _ID,
    flag("--lift", "Let it be used again."),
)
_NOUN.list(
    "List usernames, and what they are used for.",
    "bakers",
    columns=("identity", "party", "username", "realm", "status", "used_for"),
    empty="no usernames; `household-graph identity add` adds one",
)
