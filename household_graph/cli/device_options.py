"""Arguments and options of the commands for devices."""

from typing import Annotated

import typer

from household_graph.cli.completion import complete_id

__all__ = [
    "ConnectedToOption",
    "DeviceArgument",
    "DeviceNameOption",
    "ForOption",
    "LocalIdArgument",
    "NewTypeOption",
    "PlaceOption",
    "ServicesOption",
    "ToOption",
    "TypeOption",
    "ValueOption",
]

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
