"""`event`: what happens to a household as a whole, with who gains and loses what by it."""

from datetime import datetime

from household_graph.cli.change_command import (
    ACCOUNT,
    BIRTH_DATE,
    HOUSEHOLD_ID,
    PERSON,
    PERSON_NAMES,
    PLACE_ADDRESS,
    ROLE,
    TIME_ZONE,
    UNTIL,
    Noun,
)
from household_graph.cli.options import flag, parameter, positional, text, texts
from household_graph.errors import BadInputError

_NOUN = Noun("event", "events")
event = _NOUN.app


def _pairs(pairs: list[str] | None) -> list[tuple[str, ...]] | None:
    """Return the two ids in each text, such as `flat-b/katie=flat-a/katie`."""
    found = [tuple(pair.split("=")) for pair in pairs or ()]
    for pair, ids in zip(pairs or (), found, strict=True):
        if len(ids) != 2 or not all(ids):  # noqa: PLR2004 - here and there
            raise BadInputError(
                f"cannot read `{pair}`", hint="write it as flat-b/katie=flat-a/katie"
            )
    return found or None


_NAME = text("--name TEXT", "The name of the new household.")
_SUCCESSOR = text(
    "--successor PARTY",
    "Id of the party who takes over what would lack an Admin, Customer, Bill Payer or responsible "
    "adult.",
)

_NOUN.change(
    "join",
    "Add a person to a household: a new person, or one who was in it before.",
    "bakers/auntie-jean --at 2027-06-01 --until 2027-09-01",
    PERSON,
    *PERSON_NAMES,
    parameter("birth_date", datetime | None, BIRTH_DATE),
    flag("--minor", "The person is a minor whose date of birth is not known."),
    texts("--responsible ID", "Id of an adult who is responsible for the minor."),
    flag("--guest", "The person is no member, and uses only what --consumer-of names."),
    texts("--consumer-of ID", "Id of a product, service or device that they use.", name="uses"),
    ACCOUNT,
    UNTIL,
)
_NOUN.change(
    "leave",
    "Remove a person from the household, or move them to a new one with what they keep.",
    "bakers/granny --dry-run",
    PERSON,
    text("--to NEW-HOUSEHOLD", "Id of a household to create for them."),
    texts("--keep ID", "Id of a product or device that goes with them; needs --to."),
    _NAME,
    _SUCCESSOR,
    consents=True,
)
_NOUN.change(
    "separate",
    "Split a household in two: who keeps which account, product, device, and which children.",
    "bakers mums-place --move bakers/mum --dry-run",
    HOUSEHOLD_ID,
    positional("new", "NEW-HOUSEHOLD", "Id of the household to create."),
    texts(
        "--move ID",
        "Id of a person, account, bill, product or device that moves to the new household.",
        required=True,
    ),
    texts("--both ID", "Id of a minor who will belong to both households."),
    _NAME,
    texts(
        "--successor ID",
        "Id of a party who takes over what would lack an owner, one for each household.",
        name="successors",
    ),
    consents=True,
)
_NOUN.change(
    "hand-over",
    "Hand an Admin, Chooser, Customer or Bill Payer role over to another party.",
    "admin bakers/cloud --from bakers/mum --to bakers/dad",
    ROLE,
    positional("target", "TARGET", "Id of the target of the role."),
    text("--from PARTY", "Id of the party who has it now.", name="giver", required=True),
    text("--to PARTY", "Id of the party who will have it.", name="taker", required=True),
    consents=True,
)
_NOUN.change(
    "come-of-age",
    "End what applies only to a minor: responsibility for them, and their guarantors.",
    "bakers/emma --at 2027-01-30 --dry-run",
    PERSON,
)
_NOUN.change(
    "move-home",
    "Move a household to a new place, with everything at its old one.",
    'bakers new-home --street "9 Mill Lane" --city London --dry-run',
    HOUSEHOLD_ID,
    positional("place", "LOCAL-ID", "Id of the new place, without the household."),
    *PLACE_ADDRESS,
    TIME_ZONE,
    text("--from PLACE", "Id of the old place; required if there are several.", name="old"),
    texts(
        "--leave ID",
        "Id of a product that ends, or of a device that stays behind and is locked.",
        name="left",
    ),
)
_NOUN.change(
    "death",
    "Record that a person has died, and who takes over.",
    "bakers/dad --successor bakers/mum --dry-run",
    PERSON,
    _SUCCESSOR,
    consents=True,
    formerly="decease",
)
_NOUN.change(
    "merge",
    "Move everything of one household into another, and close the first.",
    "flat-b --into flat-a --dry-run",
    HOUSEHOLD_ID,
    text("--into HOUSEHOLD", "Id of the household that remains.", required=True),
    texts("--same ID=ID", "The two ids of a person who is in both households.", callback=_pairs),
    _SUCCESSOR,
    consents=True,
)
