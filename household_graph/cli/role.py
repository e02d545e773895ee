"""`role`: who is Customer, Bill Payer or User of an account, and Admin, Chooser or Consumer."""

from typing import Annotated

from household_graph.cli.change_command import Noun
from household_graph.cli.options import (
    ACCOUNT,
    ENDED,
    HOLDER,
    ROLE,
    ROLE_TARGET,
    SINCE,
    UNTIL,
    a_number,
    option,
    parameter,
    text,
    texts,
)
from household_graph.model.enums import RoleName

_NOUN = Noun("role", "roles")
app = _NOUN.app
_SHARE = option(
    "--share",
    "The share of the bill in per cent. Default: what others leave.",
    min=0,
    max=100,
    callback=a_number,
)

_NOUN.change(
    "grant",
    "Grant a role to a party or a resource; granting it again changes nothing.",
    "bakers/katie consumer bakers/sports",
    HOLDER,
    ROLE,
    ROLE_TARGET,
    UNTIL,
    texts(
        "--identity ID", "Id of a username of the party for exercising the role.", name="identities"
    ),
    ACCOUNT,
    text(
        "--guarantor ADULT", "Id of the adult who guarantees for a minor as customer or bill-payer."
    ),
    text("--pays BILL", "Id of the bill that a bill-payer pays."),
    parameter("share", Annotated[float | None, _SHARE], None),
    text("--role-name NAME", "What a resource does for the target, such as gateway."),
    at=SINCE,
    consents=True,
)
_NOUN.change(
    "revoke",
    "End a role that a party or a resource has itself.",
    "bakers/tom consumer bakers/sports-channel",
    HOLDER,
    ROLE,
    ROLE_TARGET,
)
_NOUN.list(
    "List the roles in force; for one party, also those it has as a member of something.",
    "bakers --on bakers/sports",
    text("--on ID", "Only roles on this target, or on a product that carries it."),
    ENDED,
    hidden=("account", "id"),
    readers={"role": lambda held: RoleName.of(held.role).value},
    columns=(
        *("party", "role", "target", "account", "valid_from", "valid_to", "identities"),
        *("through", "id"),
    ),
    empty="no roles; --all lists those that have ended or are to come too",
)
