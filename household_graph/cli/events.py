"""`event`: what happens to a household as a whole, with who gains and loses what by it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.change_command import (
    ChangePlan,
    change_command,
    change_within,
    instant,
)
from household_graph.cli.options import (
    HouseholdArgument,
    PersonArgument,
    complete_household,
    complete_id,
)
from household_graph.cli.role_options import AccountOption, RoleArgument, UntilOption
from household_graph.errors import BadInputError
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from household_graph.changes.draft import Draft
    from household_graph.changes.service import Drafts

app = typer.Typer()


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
    _ids("--successor", "Who takes over what would be left to nobody, one for each household."),
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
        "--same", metavar="ID=ID", help="Two ids of one person, here and there. May be given again."
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


def _event(
    name: str, example: str, *, consents: bool = False
) -> "Callable[[Callable[..., ChangePlan]], Callable[..., None]]":
    """Make a life event a command; it leaves nothing live to nobody."""
    return change_command(app, f"event {name}", example, keeps_owners=True, consents=consents)


@_event("join", "bakers/auntie-jean --at 2027-06-01 --until 2027-09-01")
def join(
    party: PersonArgument,
    *,
    given_name: GivenNameOption = None,
    family_name: FamilyNameOption = None,
    description: DescriptionOption = None,
    born: Annotated[
        datetime | None,
        typer.Option("--born", formats=["%Y-%m-%d"], help="The date of birth, if it is known."),
    ] = None,
    minor: MinorOption = False,
    responsible: AdultsOption = None,
    guest: GuestOption = False,
    uses: UsesOption = None,
    account: AccountOption = None,
    until: UntilOption = None,
) -> ChangePlan:
    """Let somebody join a household: somebody new, or who was here before."""
    from household_graph.changes.events.join import Joining, join

    names = {"given_name": given_name, "family_name": family_name, "description": description}
    person = {**names, "birth_date": born.date() if born else None, "minor": minor or None}
    lists = (tuple(responsible or ()), guest, tuple(uses or ()))

    def work(draft: "Draft") -> None:
        join(draft, party, Joining(person, *lists, account, instant(until, draft) or FOREVER))

    return change_within(party, work, f"{party} joins")


@_event("leave", "bakers/granny --dry-run", consents=True)
def leave(
    party: PersonArgument,
    *,
    to: OwnHouseholdOption = None,
    keep: KeepOption = None,
    name: HouseholdNameOption = None,
    successor: SuccessorOption = None,
) -> ChangePlan:
    """Let somebody leave, for good or for a household of its own with what it keeps."""
    from household_graph.changes.events.leave import OwnHousehold, leave, leave_for

    if to is None and (keep or name):
        raise BadInputError(
            "what is kept needs a household to go to", hint="name a new one with --to"
        )
    home = household_of(party)

    def work(drafts: "Drafts") -> None:
        if to is None:
            leave(drafts[home], party, successor)
        else:
            own = OwnHousehold(tuple(keep or ()), name)
            leave_for(drafts[home], drafts[to], party, own, successor=successor)

    return ChangePlan((home, to or home), work, f"{party} leaves")


@_event("separate", "bakers mums-place --move bakers/mum --dry-run", consents=True)
def separate(
    household: HouseholdArgument,
    new: NewHouseholdArgument,
    *,
    move: MoveOption,
    both: BothOption = None,
    name: HouseholdNameOption = None,
    successor: SuccessorsOption = None,
) -> ChangePlan:
    """Make two households of one: who keeps which account, product, device, and which children."""
    from household_graph.changes.events.separate import Separation, separate

    how = Separation(tuple(move), tuple(both or ()), name, tuple(successor or ()))

    def work(drafts: "Drafts") -> None:
        separate(drafts[household], drafts[new], how)

    return ChangePlan((household, new), work, f"{new} separates from {household}")


@_event("hand-over", "admin bakers/cloud --from bakers/mum --to bakers/dad", consents=True)
def hand_over(
    role: RoleArgument,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Id of what the role is on.")],
    *,
    giver: Annotated[str, typer.Option("--from", metavar="PARTY", help="Who has it now.")],
    taker: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who has it from then on.")],
) -> ChangePlan:
    """Hand an Admin, Chooser, Customer or Bill Payer role over to another party."""
    from household_graph.changes.events.hand_over import hand_over

    def work(draft: "Draft") -> None:
        hand_over(draft, role.kind, target, giver, taker)

    return change_within(target, work, f"{taker} is {role} of {target} for {giver}")


@_event("come-of-age", "bakers/emma --at 2027-01-30 --dry-run")
def come_of_age(party: PersonArgument) -> ChangePlan:
    """End what held for a minor alone: responsibility for it, and guarantors of its roles."""
    from household_graph.changes.events.come_of_age import come_of_age

    def work(draft: "Draft") -> None:
        come_of_age(draft, party)

    return change_within(party, work, f"{party} comes of age")


@_event("move-home", 'bakers new-home --street "9 Mill Lane" --city London --dry-run')
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
) -> ChangePlan:
    """Let a household live elsewhere, with everything that stood at its old place."""
    from household_graph.changes.events.move_home import move_home

    lines = {"street": street, "postal_code": postal_code, "city": city, "country": country}

    def work(draft: "Draft") -> None:
        move_home(draft, place, lines, left=left or (), old=old)

    return change_within(household, work, f"{household} moves home")


@_event("decease", "bakers/dad --successor bakers/mum --dry-run", consents=True)
def decease(party: PersonArgument, *, successor: SuccessorOption = None) -> ChangePlan:
    """Record that somebody has died, and who takes over."""
    from household_graph.changes.events.death import decease

    def work(draft: "Draft") -> None:
        decease(draft, party, successor)

    return change_within(party, work, f"{party} has died")


@_event("merge", "flat-b --into flat-a --dry-run", consents=True)
def merge(
    household: HouseholdArgument,
    *,
    into: IntoOption,
    same: SameOption = None,
    successor: SuccessorOption = None,
) -> ChangePlan:
    """Carry everything of one household into another, and close the one."""
    from household_graph.changes.events.merge import merge

    if household == into:
        raise BadInputError(f"`{into}` cannot be merged into itself")
    one_person = dict(map(_pair, same or ()))

    def work(drafts: "Drafts") -> None:
        merge(drafts[household], drafts[into], one_person, successor)

    return ChangePlan((household, into), work, f"{household} is merged into {into}")


def _pair(text: str) -> tuple[str, str]:
    here, equals, there = text.partition("=")
    if not (here and equals and there):
        raise BadInputError(f"cannot read `{text}`", hint="write it as flat-b/katie=flat-a/katie")
    return here, there
