"""`device`: what there is, who uses it, and what becomes of it."""

from typing import TYPE_CHECKING

import typer

from household_graph.cli.device_options import (
    ConnectedToOption,
    DeviceArgument,
    DeviceNameOption,
    ForOption,
    LocalIdArgument,
    NewTypeOption,
    PlaceOption,
    ServicesOption,
    ToOption,
    TypeOption,
    ValueOption,
)
from household_graph.cli.one_household import (
    How,
    by_a_party,
    change_within,
    household_at,
    one_party,
)
from household_graph.cli.options import (
    ActorOption,
    AtOption,
    DryRunOption,
    EffectiveOption,
    HouseholdArgument,
    OutputOption,
    ReasonOption,
)
from household_graph.cli.output import Format, emit, note
from household_graph.cli.role_options import WhoseArgument
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.changes.draft import Draft

__all__ = ["app"]

app = typer.Typer()
_COLUMNS = (
    *("device", "type", "name", "value", "state", "used_by", "services", "connected_to"),
    "places",
)


@app.command(
    epilog="Example: household-graph device add bakers tablet-tom --type tablet --for bakers/tom"
)
def add(
    household: HouseholdArgument,
    local_id: LocalIdArgument,
    *,
    kind: TypeOption,
    name: DeviceNameOption = None,
    value: ValueOption = None,
    users: ForOption = None,
    services: ServicesOption = None,
    connected_to: ConnectedToOption = None,
    place: PlaceOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Add a device, with its users and the services to be had on it."""

    def work(draft: "Draft") -> None:
        from household_graph.changes.devices import add_device

        add_device(
            draft,
            local_id,
            {"name": name, "resource_type": kind, "value": value},
            users=users or (),
            services=services or (),
            connected_to=connected_to or (),
            place=place,
            granted_by=by_a_party(actor, draft),
        )

    how = How(actor, reason, at, dry_run, output)
    summary = f"the {kind} {local_id} is new"
    change_within(household, work, how, action="device add", summary=summary)


@app.command(
    epilog='Example: household-graph device replace bakers/phone-dad phone-dad-2 --name "Dad\'s"'
)
def replace(
    device: DeviceArgument,
    local_id: LocalIdArgument,
    *,
    kind: NewTypeOption = None,
    name: DeviceNameOption = None,
    value: ValueOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Put a new device in the place of another, which is shut down, with all that it had."""

    def work(draft: "Draft") -> None:
        from household_graph.changes.replacing import replace_device

        properties = {"name": name, "resource_type": kind, "value": value}
        replace_device(draft, device, local_id, properties)

    how = How(actor, reason, at, dry_run, output)
    summary = f"{local_id} is in the place of {device}"
    change_within(device, work, how, action="device replace", summary=summary)


@app.command(epilog="Example: household-graph device move bakers/stb-bedroom --to bakers/granny")
def move(
    device: DeviceArgument,
    *,
    users: ToOption = None,
    place: PlaceOption = None,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Hand a device on to others, who use it alone from then on, or let it stand elsewhere."""
    if not users and place is None:
        raise BadInputError(
            "where to?", hint="say --to with a party, --place with a place, or both"
        )

    def work(draft: "Draft") -> None:
        from household_graph.changes.devices import move_device

        move_device(draft, device, users or (), place, granted_by=by_a_party(actor, draft))

    how = How(actor, reason, at, dry_run, output)
    whom = f"used by {', '.join(users)}" if users else f"at {place}"
    change_within(device, work, how, action="device move", summary=f"{device} is {whom}")


@app.command(epilog="Example: household-graph device lock bakers/tablet-katie --as bakers/mum")
def lock(
    device: DeviceArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Lock a device: nothing can be used on it until it is unlocked."""
    _set_state(device, "lock", How(actor, reason, at, dry_run, output))


@app.command(epilog="Example: household-graph device unlock bakers/tablet-katie --as bakers/mum")
def unlock(
    device: DeviceArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Unlock a device."""
    _set_state(device, "unlock", How(actor, reason, at, dry_run, output))


@app.command(epilog="Example: household-graph device lost bakers/phone-emma --as bakers/emma")
def lost(
    device: DeviceArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Report a device lost: nothing can be used on it until it is found."""
    _set_state(device, "lost", How(actor, reason, at, dry_run, output))


@app.command(epilog="Example: household-graph device found bakers/phone-emma --as bakers/emma")
def found(
    device: DeviceArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Report that a lost device is found, and unlock it."""
    _set_state(device, "found", How(actor, reason, at, dry_run, output))


@app.command("list", epilog="Example: household-graph device list bakers")
def list_(
    whose: WhoseArgument, *, at: AtOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List devices, who uses them, what for, and the state they are in now.

    Of one party those that it is a Consumer of, also as a member of something.
    """
    from household_graph.changes.device_list import list_devices

    there = household_at(whose, at)
    records = [
        {name: list(v) if isinstance(v, tuple) else v for name, v in one._asdict().items()}
        for one in list_devices(there.rows, there.at, one_party(there, whose))
    ]
    emit(records, output, columns=_COLUMNS)
    if not records:
        note("no devices")


def _set_state(device: str, word: str, how: How) -> None:
    def work(draft: "Draft") -> None:
        from household_graph.changes.devices import StateChange, set_state

        set_state(draft, device, StateChange(word))

    change_within(device, work, how, action=f"device {word}", summary=f"{word} {device}")
