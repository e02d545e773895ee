"""`role`, who pays, chooses, administers and uses what, and `identity`, usernames to do so."""

from household_graph.cli.change_command import (
    ACCOUNT,
    ENDED,
    HOLDER,
    ROLE,
    ROLE_TARGET,
    SINCE,
    UNTIL,
    Noun,
)
from household_graph.cli.options import (
    a_number,
    flag,
    option,
    optional,
    parameter,
    positional,
    text,
    texts,
)
from household_graph.model.enums import RoleName

_ROLES = Noun("role", "roles")
_IDENTITIES = Noun("identity", "identities")
role, identity = _ROLES.app, _IDENTITIES.app
_ROLE = (HOLDER, ROLE, ROLE_TARGET)
_SHARE = option(
    "--share",
    "The share of the bill in per cent. Default: what others leave.",
    min=0,
    max=100,
    callback=a_number,
)
_POSITION = option(
    "--position", "The place of a resource in an order, such as of a hunting group.", min=1
)

_ROLES.change(
    "grant",
    "Grant a role to a party or a resource; granting it again changes nothing.",
    "bakers/katie consumer bakers/sports",
    *_ROLE,
    UNTIL,
    texts(
        "--identity ID", "Id of a username of the party for exercising the role.", name="identities"
    ),
    ACCOUNT,
    text(
        "--guarantor ADULT", "Id of the adult who guarantees for a minor as customer or bill-payer."
    ),
    text("--pays BILL", "Id of the bill that a bill-payer pays."),
    parameter("share", float | None, _SHARE),
    text("--role-name NAME", "What a resource does for the target, such as gateway."),
    parameter("position", int | None, _POSITION),
    at=SINCE,
    consents=True,
)
_ROLES.change(
    "revoke",
    "End a role that a party or a resource has itself.",
    "bakers/tom consumer bakers/sports-channel",
    *_ROLE,
)
_ROLES.list(
    "List the roles in force; for one party, also those it has as a member of something.",
    "bakers --on bakers/sports",
    text("--on ID", "Only roles on this target, or on a product that carries it."),
    ENDED,
    hidden=("account", "id"),
    sparse=("position",),
    readers={"role": lambda held: RoleName.of(held.role).value},
    columns=(
        *("party", "role", "target", "account", "valid_from", "valid_to", "identities"),
        *("through", "id", "position"),
    ),
    empty="no roles; --all lists those that have ended or are to come too",
)

_ID = positional("identity", "IDENTITY", "Id of the username.")

_IDENTITIES.change(
    "add",
    "Give a party a username.",
    "bakers/dad dad@bakers.example --realm tv",
    positional("owner", "PARTY", "Id of the party."),
    positional("username", "USERNAME", "The name used to log in."),
    text("--realm", "The system that the username is for, such as tv.", required=True),
    text("--id", "Its local id. Default: derived from that of the party.", name="local_id"),
)
_IDENTITIES.change(
    "link",
    "Let a username be used to exercise a role of its owner.",
    "bakers/mum-login bakers/mum admin bakers/cloud",
    _ID,
    *(
        one.replace(annotation=one.annotation | None, default=optional(one.default))
        for one in _ROLE
    ),
    text("--to ID", "Id of the involvement role, instead of PARTY ROLE TARGET."),
)
_IDENTITIES.change(
    "suspend",
    "Suspend a username, or with --lift, let it be used again.",
    "bakers/mum-login --reason stolen",
    _ID,
    flag("--lift", "Let the username be used again."),
)
_IDENTITIES.list(
    "List usernames and the roles they are used for.",
    "bakers",
    columns=("identity", "party", "username", "realm", "status", "used_for"),
    empty="no usernames; `household-graph identity add` adds one",
)
