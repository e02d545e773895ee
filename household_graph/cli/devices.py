"""`device`: what there is, who uses it, and what becomes of it."""

from typing import Annotated

import typer

from household_graph.cli.change_command import change_command
from household_graph.cli.change_report import show_list
from household_graph.cli.database import connected
from household_graph.cli.options import AtOption, HouseholdArgument, OutputOption, complete_id
from household_graph.cli.output import Format
from household_graph.cli.role_options import WhoseArgument

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


@change_command(
    app, "device add", "devices.add", "bakers tablet-tom --type tablet --for bakers/tom"
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
) -> None:
    """Add a device, with its users and the services available on it."""


@change_command(
    app, "device replace", "devices.replace", 'bakers/phone-dad phone-dad-2 --name "Dad\'s"'
)
def replace(
    device: DeviceArgument,
    local_id: LocalIdArgument,
    *,
    kind: NewTypeOption = None,
    name: DeviceNameOption = None,
    value: ValueOption = None,
) -> None:
    """Replace a device, which is shut down, by a new one that takes over all it had."""


@change_command(app, "device move", "devices.move", "bakers/stb-bedroom --to bakers/granny")
def move(device: DeviceArgument, *, users: ToOption = None, place: PlaceOption = None) -> None:
    """Give a device to other users, who alone use it from then on, or put it in another place."""


@change_command(app, "device lock", "devices.lock", "bakers/tablet-katie --as bakers/mum")
def lock(device: DeviceArgument) -> None:
    """Lock a device: nothing can be used on it until it is unlocked."""


@change_command(app, "device unlock", "devices.unlock", "bakers/tablet-katie --as bakers/mum")
def unlock(device: DeviceArgument) -> None:
    """Unlock a device."""


@change_command(app, "device lost", "devices.report_lost", "bakers/phone-emma --as bakers/emma")
def lost(device: DeviceArgument) -> None:
    """Report a device lost: nothing can be used on it until it is found."""


@change_command(app, "device found", "devices.report_found", "bakers/phone-emma --as bakers/emma")
def found(device: DeviceArgument) -> None:
    """Report that a lost device is found, and unlock it."""


@app.command("list", epilog="Example: household-graph device list bakers")
def list_(
    whose: WhoseArgument, *, at: AtOption = None, output: OutputOption = Format.TABLE
) -> None:
    """List devices, who uses them, what for, and the state they are in now.

    Of one party those that it is a Consumer of, also as a member of something.
    """
    with connected() as graph:
        devices = graph.devices.list(whose, at=at)
    show_list((one._asdict() for one in devices), output, _COLUMNS, empty="no devices")
