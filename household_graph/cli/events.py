"""`event`: what happens to a household as a whole, with who gains and loses what by it."""

from datetime import datetime
from typing import Annotated

import typer

from household_graph.cli.change_command import change_command
from household_graph.cli.options import (
    HouseholdArgument,
    PersonArgument,
    complete_household,
    complete_id,
)
from household_graph.cli.role_options import AccountOption, RoleArgument, UntilOption
from household_graph.errors import BadInputError

app = typer.Typer()


def _pairs(texts: list[str] | None) -> list[tuple[str, str]] | None:
    """Return the two ids in each text, such as `flat-b/katie=flat-a/katie`.

    Raises:
        BadInputError: if one cannot be read.
    """
    pairs = [tuple(text.split("=")) for text in texts or ()]
    for text, pair in zip(texts or (), pairs, strict=True):
        if len(pair) != 2 or not all(pair):  # noqa: PLR2004 - here and there
            raise BadInputError(
                f"cannot read `{text}`", hint="write it as flat-b/katie=flat-a/katie"
            )
    return [(here, there) for here, there in pairs] or None


def _text(name: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar="TEXT", help=words)
    return option


def _ids(name: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        name, metavar="ID", help=f"{words} May be given again.", autocompletion=complete_id
    )
    return option


NewHouseholdArgument = Annotated[
    str, typer.Argument(metavar="NEW-HOUSEHOLD", help="Id of the household that is to be made.")
]
PlaceIdArgument = Annotated[
    str, typer.Argument(metavar="LOCAL-ID", help="Id of the new place; no household in front.")
]
GivenNameOption = Annotated[str | None, _text("--given-name", "The given name, if there is one.")]
FamilyNameOption = Annotated[str | None, _text("--family-name", "The family name.")]
DescriptionOption = Annotated[str | None, _text("--description", "Who it is, in words.")]
MinorOption = Annotated[
    bool, typer.Option("--minor", help="A minor, whose date of birth is not known.")
]
AdultsOption = Annotated[
    list[str] | None, _ids("--responsible", "An adult who is responsible for the minor.")
]
GuestOption = Annotated[
    bool, typer.Option("--guest", help="No member: uses only what is given with --consumer-of.")
]
UsesOption = Annotated[
    list[str] | None, _ids("--consumer-of", "A product, service or device it uses by name.")
]
SuccessorOption = Annotated[
    str | None,
    typer.Option(
        "--successor",
        metavar="PARTY",
        help="Who takes over what would be left without an Admin, Customer, Bill Payer or "
        "responsible adult.",
        autocompletion=complete_id,
    ),
]
SuccessorsOption = Annotated[
    list[str] | None,
    _ids("--successor", "Who takes over what would lack an owner, one for each household."),
]
OwnHouseholdOption = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="NEW-HOUSEHOLD", help="Id of a household of its own, which is made."
    ),
]
HouseholdNameOption = Annotated[str | None, _text("--name", "The name of the new household.")]
KeepOption = Annotated[
    list[str] | None, _ids("--keep", "A product or a device that goes along, with --to.")
]
MoveOption = Annotated[
    list[str],
    _ids("--move", "A person, account, bill, product or device that goes to the new one."),
]
BothOption = Annotated[
    list[str] | None, _ids("--both", "A minor who belongs to both households from then on.")
]
LeftOption = Annotated[
    list[str] | None, _ids("--leave", "A product that ends, or a device that stays and is locked.")
]
IntoOption = Annotated[
    str,
    typer.Option(
        "--into",
        metavar="HOUSEHOLD",
        help="The household that both are from then on.",
        autocompletion=complete_household,
    ),
]
SameOption = Annotated[
    list[str] | None,
    typer.Option(
        "--same",
        metavar="ID=ID",
        callback=_pairs,
        help="Two ids of one person, here and there. May be given again.",
    ),
]
StreetOption = Annotated[str | None, _text("--street", "Street and number.")]
OldPlaceOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="PLACE",
        help="The place that is left; needed where there are several.",
        autocompletion=complete_id,
    ),
]
PostalCodeOption = Annotated[str | None, _text("--postal-code", "The postal code.")]
CityOption = Annotated[str | None, _text("--city", "The city.")]
CountryOption = Annotated[str | None, _text("--country", "The ISO 3166 code of two letters.")]


@change_command(
    app, "event join", "events.join", "bakers/auntie-jean --at 2027-06-01 --until 2027-09-01"
)
def join(
    person: PersonArgument,
    *,
    given_name: GivenNameOption = None,
    family_name: FamilyNameOption = None,
    description: DescriptionOption = None,
    birth_date: Annotated[
        datetime | None,
        typer.Option("--born", formats=["%Y-%m-%d"], help="The date of birth, if it is known."),
    ] = None,
    minor: MinorOption = False,
    responsible: AdultsOption = None,
    guest: GuestOption = False,
    uses: UsesOption = None,
    account: AccountOption = None,
    until: UntilOption = None,
) -> None:
    """Let a person join a household: a new one, or one who was in it before."""


@change_command(app, "event leave", "events.leave", "bakers/granny --dry-run", consents=True)
def leave(
    person: PersonArgument,
    *,
    to: OwnHouseholdOption = None,
    keep: KeepOption = None,
    name: HouseholdNameOption = None,
    successor: SuccessorOption = None,
) -> None:
    """Remove a person from the household, or move them to a new one with what they keep."""


@change_command(
    app,
    "event separate",
    "events.separate",
    "bakers mums-place --move bakers/mum --dry-run",
    consents=True,
)
def separate(
    household: HouseholdArgument,
    new: NewHouseholdArgument,
    *,
    move: MoveOption,
    both: BothOption = None,
    name: HouseholdNameOption = None,
    successors: SuccessorsOption = None,
) -> None:
    """Split a household in two: who keeps which account, product, device, and which children."""


@change_command(
    app,
    "event hand-over",
    "events.hand_over",
    "admin bakers/cloud --from bakers/mum --to bakers/dad",
    consents=True,
)
def hand_over(
    role: RoleArgument,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Id of what the role is on.")],
    *,
    giver: Annotated[str, typer.Option("--from", metavar="PARTY", help="Who has it now.")],
    taker: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who has it from then on.")],
) -> None:
    """Hand an Admin, Chooser, Customer or Bill Payer role over to another party."""


@change_command(
    app, "event come-of-age", "events.come_of_age", "bakers/emma --at 2027-01-30 --dry-run"
)
def come_of_age(person: PersonArgument) -> None:
    """End what held for a minor alone: responsibility for them, and their guarantors."""


@change_command(
    app,
    "event move-home",
    "events.move_home",
    'bakers new-home --street "9 Mill Lane" --city London --dry-run',
)
def move_home(
    household: HouseholdArgument,
    place: PlaceIdArgument,
    *,
    street: StreetOption = None,
    postal_code: PostalCodeOption = None,
    city: CityOption = None,
    country: CountryOption = None,
    old: OldPlaceOption = None,
    left: LeftOption = None,
) -> None:
    """Move a household to a new place, with everything at its old one."""


@change_command(
    app,
    "event death",
    "events.death",
    "bakers/dad --successor bakers/mum --dry-run",
    consents=True,
    formerly="decease",
)
def death(person: PersonArgument, *, successor: SuccessorOption = None) -> None:
    """Record that a person has died, and who takes over."""


@change_command(app, "event merge", "events.merge", "flat-b --into flat-a --dry-run", consents=True)
def merge(
    household: HouseholdArgument,
    *,
    into: IntoOption,
    same: SameOption = None,
    successor: SuccessorOption = None,
) -> None:
    """Move everything of one household into another, and close the one."""
