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
    "In per cent of it. What others leave, if not given.",
    min=0,
    max=100,
    callback=a_number,
)

_NOUN.change(
    "grant",
    "Grant a role to a party or a resource; if it has the role already, nothing is done.",
    "bakers/katie consumer bakers/sports",
    HOLDER,
    ROLE,
    ROLE_TARGET,
    UNTIL,
    texts(
        "--identity ID",
        "A username of the party with which the role is exercised.",
        name="identities",
    ),
    ACCOUNT,
    text("--guarantor ADULT", "Who answers for a minor who is made customer or bill-payer."),
    text("--pays BILL", "The bill that a bill-payer pays."),
    parameter("share", Annotated[float | None, _SHARE], None),
    text("--role-name NAME", "As what a resource is involved, such as gateway."),
    at=SINCE,
    consents=True,
)
_NOUN.change(
    "revoke",
    "End a role that a party or a resource plays itself.",
    "bakers/tom consumer bakers/sports-channel",
    HOLDER,
    ROLE,
    ROLE_TARGET,
)
_NOUN.list(
    "List the roles in force: of one party also those it has as a member of something.",
    "bakers --on bakers/sports",
    text("--on ID", "Only roles on this, or on a product that carries it."),
    ENDED,
    hidden=("account", "id"),
    readers={"role": lambda held: RoleName.of(held.role).value},
    columns=(
        *("party", "role", "target", "account", "valid_from", "valid_to", "identities"),
        *("through", "id"),
    ),
    empty="no roles; --all lists those that have ended or are to come too",
)
