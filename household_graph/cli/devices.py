"""`device`: what there is, who uses it, and what becomes of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.change_command import (
    ChangeOptions,
    ChangePlan,
    change_command,
    change_within,
)
from household_graph.cli.one_household import household_at, one_party
from household_graph.cli.options import AtOption, HouseholdArgument, OutputOption, complete_id
from household_graph.cli.output import Format, emit, note
from household_graph.cli.role_options import WhoseArgument
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.changes.draft import Draft

app = typer.Typer()
_COLUMNS = (
    *("device", "type", "name", "value", "state", "used_by", "services", "connected_to"),
    "places",
)
_TYPE = typer.Option("--type", metavar="WORD", help="What it is, such as tablet.")
_USERS = "Who uses it from then on. May be given again."
DeviceArgument = Annotated[
    str,
    typer.Argument(metavar="DEVICE", help="Id of the device.", autocompletion=complete_id),
]
LocalIdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Its id within the household, such as tablet-tom.")
]
TypeOption = Annotated[str, _TYPE]
NewTypeOption = Annotated[str | None, _TYPE]
DeviceNameOption = Annotated[str | None, typer.Option("--name", help="What it is called.")]
ValueOption = Annotated[
    str | None, typer.Option("--value", help="Its number, such as an MSISDN or a serial number.")
]
ForOption = Annotated[
    list[str] | None,
    typer.Option("--for", metavar="PARTY", help=_USERS, autocompletion=complete_id),
]
ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="PARTY", help=_USERS, autocompletion=complete_id),
]
ServicesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--service",
        metavar="ID",
        help="A service that is available on it. May be given again.",
        autocompletion=complete_id,
    ),
]
ConnectedToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--connected-to",
        metavar="ID",
        help="A device it is connected to. May be given again.",
        autocompletion=complete_id,
    ),
]
PlaceOption = Annotated[
    str | None,
    typer.Option(
        "--place", metavar="ID", help="The place where it stands.", autocompletion=complete_id
    ),
]


@change_command(app, "device add", "bakers tablet-tom --type tablet --for bakers/tom")
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
    options: ChangeOptions,
) -> ChangePlan:
    """Add a device, with its users and the services to be had on it."""
    from household_graph.changes.devices import add_device

    def work(draft: "Draft") -> None:
        add_device(
            draft,
            local_id,
            {"name": name, "resource_type": kind, "value": value},
            users=users or (),
            services=services or (),
            connected_to=connected_to or (),
            place=place,
            granted_by=options.actor.party_id,
        )

    return change_within(household, work, f"the {kind} {local_id} is new")


@change_command(app, "device replace", 'bakers/phone-dad phone-dad-2 --name "Dad\'s"')
def replace(
    device: DeviceArgument,
    local_id: LocalIdArgument,
    *,
    kind: NewTypeOption = None,
    name: DeviceNameOption = None,
    value: ValueOption = None,
) -> ChangePlan:
    """Put a new device in the place of another, which is shut down, with all that it had."""
    from household_graph.changes.devices import replace_device

    def work(draft: "Draft") -> None:
        properties = {"name": name, "resource_type": kind, "value": value}
        replace_device(draft, device, local_id, properties)

    return change_within(device, work, f"{local_id} is in the place of {device}")


@change_command(app, "device move", "bakers/stb-bedroom --to bakers/granny")
def move(
    device: DeviceArgument,
    *,
    users: ToOption = None,
    place: PlaceOption = None,
    options: ChangeOptions,
) -> ChangePlan:
    """Hand a device on to others, who use it alone from then on, or let it stand elsewhere."""
    from household_graph.changes.devices import move_device

    if not users and place is None:
        raise BadInputError(
            "where to?", hint="say --to with a party, --place with a place, or both"
        )

    def work(draft: "Draft") -> None:
        move_device(draft, device, users or (), place, granted_by=options.actor.party_id)

    whom = f"used by {', '.join(users)}" if users else f"at {place}"
    return change_within(device, work, f"{device} is {whom}")


@change_command(app, "device lock", "bakers/tablet-katie --as bakers/mum")
def lock(device: DeviceArgument) -> ChangePlan:
    """Lock a device: nothing can be used on it until it is unlocked."""
    return _set_state(device, "lock")


@change_command(app, "device unlock", "bakers/tablet-katie --as bakers/mum")
def unlock(device: DeviceArgument) -> ChangePlan:
    """Unlock a device."""
    return _set_state(device, "unlock")


@change_command(app, "device lost", "bakers/phone-emma --as bakers/emma")
def lost(device: DeviceArgument) -> ChangePlan:
    """Report a device lost: nothing can be used on it until it is found."""
    return _set_state(device, "lost")


@change_command(app, "device found", "bakers/phone-emma --as bakers/emma")
def found(device: DeviceArgument) -> ChangePlan:
    """Report that a lost device is found, and unlock it."""
    return _set_state(device, "found")


@app.command("list", epilog="Example: household-graph device list bakers")
def list_(
    whose: WhoseArgument, *, at: AtOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List devices, who uses them, what for, and the state they are in now.

    Of one party those that it is a Consumer of, also as a member of something.
    """
    from household_graph.changes.lists import list_devices

    there = household_at(whose, at)
    records = [
        {name: list(v) if isinstance(v, tuple) else v for name, v in one._asdict().items()}
        for one in list_devices(there.rows, there.at, one_party(there, whose))
    ]
    emit(records, output, columns=_COLUMNS)
    if not records:
        note("no devices")


def _set_state(device: str, word: str) -> ChangePlan:
    from household_graph.changes.devices import StateChange, set_state

    def work(draft: "Draft") -> None:
        set_state(draft, device, StateChange(word))

    return change_within(device, work, f"{word} {device}")
