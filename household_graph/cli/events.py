"""`event`: what happens to a household as a whole, with who gains and loses what by it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.event_options import (
    AdultsOption,
    BothOption,
    CityOption,
    CountryOption,
    DescriptionOption,
    FamilyNameOption,
    GivenNameOption,
    GuestOption,
    HouseholdNameOption,
    IntoOption,
    KeepOption,
    LeftOption,
    MinorOption,
    MoveOption,
    NewHouseholdArgument,
    OldPlaceOption,
    OwnHouseholdOption,
    PersonArgument,
    PlaceIdArgument,
    PostalCodeOption,
    SameOption,
    StreetOption,
    SuccessorOption,
    SuccessorsOption,
    UsesOption,
)
from household_graph.cli.one_household import How, instant
from household_graph.cli.options import (
    ActorOption,
    DryRunOption,
    EffectiveOption,
    HouseholdArgument,
    OutputOption,
    ReasonOption,
)
from household_graph.cli.outcomes import change
from household_graph.cli.output import Format
from household_graph.cli.role_options import AccountOption, RoleArgument, UntilOption
from household_graph.errors import BadInputError
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER

if TYPE_CHECKING:
    from household_graph.changes.making import Drafts, Work

__all__ = ["app"]

app = typer.Typer()


@app.command(
    epilog="Example: household-graph event join bakers/auntie-jean --at 2027-06-01 "
    "--until 2027-09-01"
)
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
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Let somebody join a household: somebody new, or who was here before."""
    names = {"given_name": given_name, "family_name": family_name, "description": description}
    person = {**names, "birth_date": born.date() if born else None, "minor": minor or None}
    home = household_of(party)

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.coming import Joining, join

        draft = drafts[home]
        end = instant(until, draft) or FOREVER
        lists = (tuple(responsible or ()), guest, tuple(uses or ()))
        join(draft, party, Joining(person, *lists, account, end))

    _event([home], work, "join", f"{party} joins", How(actor, reason, at, dry_run, output))


@app.command(epilog="Example: household-graph event leave bakers/granny --dry-run")
def leave(
    party: PersonArgument,
    *,
    to: OwnHouseholdOption = None,
    keep: KeepOption = None,
    name: HouseholdNameOption = None,
    successor: SuccessorOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Let somebody leave, for good or for a household of its own with what it keeps."""
    if to is None and (keep or name):
        raise BadInputError(
            "what is kept needs a household to go to", hint="name a new one with --to"
        )
    home = household_of(party)

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.leaving import OwnHousehold, leave, leave_for

        if to is None:
            leave(drafts[home], party, successor)
        else:
            own = OwnHousehold(tuple(keep or ()), name)
            leave_for(drafts[home], drafts[to], party, own, successor=successor)

    how = How(actor, reason, at, dry_run, output)
    _event([home, to or home], work, "leave", f"{party} leaves", how)


@app.command(
    epilog="Example: household-graph event separate bakers mums-place --move bakers/mum --dry-run"
)
def separate(
    household: HouseholdArgument,
    new: NewHouseholdArgument,
    *,
    move: MoveOption,
    both: BothOption = None,
    name: HouseholdNameOption = None,
    successor: SuccessorsOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Make two households of one: who keeps which account, product, device, and which children."""

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.separating import Separation, separate

        how = Separation(tuple(move), tuple(both or ()), name, tuple(successor or ()))
        separate(drafts[household], drafts[new], how)

    how = How(actor, reason, at, dry_run, output)
    _event([household, new], work, "separate", f"{new} separates from {household}", how)


@app.command(
    "hand-over",
    epilog="Example: household-graph event hand-over admin bakers/cloud --from bakers/mum "
    "--to bakers/dad",
)
def hand_over(
    role: RoleArgument,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Id of what the role is on.")],
    *,
    giver: Annotated[str, typer.Option("--from", metavar="PARTY", help="Who has it now.")],
    taker: Annotated[str, typer.Option("--to", metavar="PARTY", help="Who has it from then on.")],
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Hand an Admin, Chooser, Customer or Bill Payer role over to another party."""
    home = household_of(target)

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.handing_over import hand_over

        hand_over(drafts[home], role.kind, target, giver, taker)

    how = How(actor, reason, at, dry_run, output)
    _event([home], work, "hand-over", f"{taker} is {role} of {target} for {giver}", how)


@app.command(
    "come-of-age",
    epilog="Example: household-graph event come-of-age bakers/emma --at 2027-01-30 --dry-run",
)
def come_of_age(
    party: PersonArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """End what held for a minor alone: responsibility for it, and guarantors of its roles."""
    home = household_of(party)

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.coming import come_of_age

        come_of_age(drafts[home], party)

    how = How(actor, reason, at, dry_run, output)
    _event([home], work, "come-of-age", f"{party} comes of age", how)


@app.command(
    "move-home",
    epilog='Example: household-graph event move-home bakers new-home --street "9 Mill Lane" '
    "--city London --dry-run",
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
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Let a household live elsewhere, with everything that stood at its old place."""
    lines = {"street": street, "postal_code": postal_code, "city": city, "country": country}

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.moving_home import move_home

        move_home(drafts[household], place, lines, left=left or (), old=old)

    how = How(actor, reason, at, dry_run, output)
    _event([household], work, "move-home", f"{household} moves home", how)


@app.command(
    epilog="Example: household-graph event decease bakers/dad --successor bakers/mum --dry-run"
)
def decease(
    party: PersonArgument,
    *,
    successor: SuccessorOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Record that somebody has died, and who takes over."""
    home = household_of(party)

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.dying import decease

        decease(drafts[home], party, successor)

    how = How(actor, reason, at, dry_run, output)
    _event([home], work, "decease", f"{party} has died", how)


@app.command(epilog="Example: household-graph event merge flat-b --into flat-a --dry-run")
def merge(
    household: HouseholdArgument,
    *,
    into: IntoOption,
    same: SameOption = None,
    successor: SuccessorOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Carry everything of one household into another, and close the one."""
    if household == into:
        raise BadInputError(f"`{into}` cannot be merged into itself")
    one_person = dict(map(_pair, same or ()))

    def work(drafts: "Drafts") -> None:
        from household_graph.changes.life_events.merging import merge

        merge(drafts[household], drafts[into], one_person, successor)

    how = How(actor, reason, at, dry_run, output)
    _event([household, into], work, "merge", f"{household} is merged into {into}", how)


def _event(households: list[str], work: "Work", action: str, summary: str, how: How) -> None:
    change(
        households,
        work,
        action=f"event {action}",
        summary=summary,
        output=how.output,
        actor=how.actor,
        reason=how.reason,
        at=how.at,
        dry_run=how.dry_run,
        keeps_owners=True,
    )


def _pair(text: str) -> tuple[str, str]:
    here, equals, there = text.partition("=")
    if not (here and equals and there):
        raise BadInputError(f"cannot read `{text}`", hint="write it as flat-b/katie=flat-a/katie")
    return here, there
