"""`event`: what happens to a household as a whole, with who gains and loses what by it."""

from datetime import datetime
from typing import Annotated

from household_graph.cli.change_command import Noun
from household_graph.cli.options import (
    ACCOUNT,
    HOUSEHOLD,
    PERSON,
    ROLE,
    UNTIL,
    flag,
    option,
    parameter,
    positional,
    text,
    texts,
)
from household_graph.errors import BadInputError

_NOUN = Noun("event", "events")
app = _NOUN.app


def _pairs(pairs: list[str] | None) -> list[tuple[str, ...]] | None:
    """Return the two ids in each text, such as `flat-b/katie=flat-a/katie`.

    Raises:
        BadInputError: if one cannot be read.
    """
    found = [tuple(pair.split("=")) for pair in pairs or ()]
    for pair, ids in zip(pairs or (), found, strict=True):
        if len(ids) != 2 or not all(ids):  # noqa: PLR2004 - here and there
            raise BadInputError(
                f"cannot read `{pair}`", hint="write it as flat-b/katie=flat-a/katie"
            )
    return found or None


_BORN = option("--born", "The date of birth, if it is known.", formats=["%Y-%m-%d"])
_NAME = text("--name TEXT", "The name of the new household.")
_SUCCESSOR = text(
    "--successor PARTY",
    "Who takes over what would be left without an Admin, Customer, Bill Payer or responsible "
    "adult.",
)

_NOUN.change(
    "join",
    "Let a person join a household: a new one, or one who was in it before.",
    "bakers/auntie-jean --at 2027-06-01 --until 2027-09-01",
    PERSON,
    text("--given-name TEXT", "The given name, if there is one."),
    text("--family-name TEXT", "The family name."),
    text("--description TEXT", "Who they are, in words."),
    parameter("birth_date", Annotated[datetime | None, _BORN], None),
    flag("--minor", "A minor, whose date of birth is not known."),
    texts("--responsible ID", "An adult who is responsible for the minor."),
    flag("--guest", "No member: uses only what is given with --consumer-of."),
    texts("--consumer-of ID", "A product, service or device they use by name.", name="uses"),
    ACCOUNT,
    UNTIL,
)
_NOUN.change(
    "leave",
    "Remove a person from the household, or move them to a new one with what they keep.",
    "bakers/granny --dry-run",
    PERSON,
    text("--to NEW-HOUSEHOLD", "Id of a household of their own, which is created."),
    texts("--keep ID", "A product or a device that goes along, with --to."),
    _NAME,
    _SUCCESSOR,
    consents=True,
)
_NOUN.change(
    "separate",
    "Split a household in two: who keeps which account, product, device, and which children.",
    "bakers mums-place --move bakers/mum --dry-run",
    HOUSEHOLD,
    positional("new", "NEW-HOUSEHOLD", "Id of the household to create."),
    texts(
        "--move ID",
        "A person, account, bill, product or device that goes to the new one.",
        required=True,
    ),
    texts("--both ID", "A minor who belongs to both households from then on."),
    _NAME,
    texts(
        "--successor ID",
        "Who takes over what would lack an owner, one for each household.",
        name="successors",
    ),
    consents=True,
)
_NOUN.change(
    "hand-over",
    "Hand an Admin, Chooser, Customer or Bill Payer role over to another party.",
    "admin bakers/cloud --from bakers/mum --to bakers/dad",
    ROLE,
    positional("target", "TARGET", "Id of what the role is on."),
    text("--from PARTY", "Who has it now.", name="giver", required=True),
    text("--to PARTY", "Who has it from then on.", name="taker", required=True),
    consents=True,
)
_NOUN.change(
    "come-of-age",
    "End what held for a minor alone: responsibility for them, and their guarantors.",
    "bakers/emma --at 2027-01-30 --dry-run",
    PERSON,
)
_NOUN.change(
    "move-home",
    "Move a household to a new place, with everything at its old one.",
    'bakers new-home --street "9 Mill Lane" --city London --dry-run',
    HOUSEHOLD,
    positional("place", "LOCAL-ID", "Id of the new place; no household in front."),
    text("--street TEXT", "Street and number."),
    text("--postal-code TEXT", "The postal code."),
    text("--city TEXT", "The city."),
    text("--country TEXT", "The ISO 3166 code of two letters."),
    text("--from PLACE", "The place that is left; needed where there are several.", name="old"),
    texts("--leave ID", "A product that ends, or a device that stays and is locked.", name="left"),
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
    "Move everything of one household into another, and close the one.",
    "flat-b --into flat-a --dry-run",
    HOUSEHOLD,
    text("--into HOUSEHOLD", "The household that both are from then on.", required=True),
    texts("--same ID=ID", "Two ids of one person, here and there.", callback=_pairs),
    _SUCCESSOR,
    consents=True,
)
