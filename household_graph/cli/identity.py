"""`identity`: usernames, whose they are, and what they are used for."""

from household_graph.cli.change_command import Noun
from household_graph.cli.options import HOLDER, ROLE, ROLE_TARGET, flag, optional, positional, text

_NOUN = Noun("identity", "identities")
app = _NOUN.app
_ID = positional("identity", "IDENTITY", "Id of the username.")

_NOUN.change(
    "add",
    "Give a party a username.",
    "bakers/dad dad@bakers.example --realm tv",
    positional("owner", "PARTY", "Id of the party."),
    positional("username", "USERNAME", "The name used to log in."),
    text("--realm", "The system that the username is for, such as tv.", required=True),
    text("--id", "Its local id. Default: derived from that of the party.", name="local_id"),
)
_NOUN.change(
    "link",
    "Let a username be used to exercise a role of its owner.",
    "bakers/mum-login bakers/mum admin bakers/cloud",
    _ID,
    *map(optional, (HOLDER, ROLE, ROLE_TARGET)),
    text("--to ID", "Id of the involvement role, instead of PARTY ROLE TARGET."),
)
_NOUN.change(
    "suspend",
    "Suspend a username, or with --lift, let it be used again.",
    "bakers/mum-login --reason stolen",
    _ID,
    flag("--lift", "Let the username be used again."),
)
_NOUN.list(
    "List usernames and the roles they are used for.",
    "bakers",
    columns=("identity", "party", "username", "realm", "status", "used_for"),
    empty="no usernames; `household-graph identity add` adds one",
)
