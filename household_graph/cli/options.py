"""Arguments and options of commands: shared ones, how to declare others, and how ids complete.

A command with a body annotates its parameters with `argument` and `option`. One without, such as a
change, is declared by a list of parameters: see `positional`, `text`, `texts` and `flag`.
"""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.models import ArgumentInfo, OptionInfo

from household_graph.cli.output import Format
from household_graph.errors import HouseholdGraphError
from household_graph.model.enums import Action, RoleName

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph

MOST = 1_000_000_000
"""The upper limit of numbers of rows, nodes, changes or seconds; more is a typing mistake."""
REQUIRED = inspect.Parameter.empty


def a_number(value: float | None) -> float | None:
    """Return a number as it is, but refuse `nan`, which no limit catches."""
    if value is not None and isnan(value):
        raise typer.BadParameter("it is not a number")
    return value


def complete_household(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text."""
    return _complete("facts/household-ids", incomplete)


def complete_id(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text, or after a slash of what is in one."""
    return _complete("facts/ids", incomplete)


def complete_party(incomplete: str) -> list[str]:
    """Return the ids of households that begin with a text, or after a slash of their parties."""
    return _complete("facts/party-ids", incomplete)


def _complete(statement: str, prefix: str) -> list[str]:
    from household_graph.store.connection import read

    is_id = "/" in prefix or statement == "facts/household-ids"
    name = statement if is_id else "facts/household-ids"
    found = completions(
        lambda graph: [record[0] for record in read(graph.connection, name, prefix=prefix)]
    )
    return found if is_id else [f"{household}/" for household in found]


def completions(read: Callable[["HouseholdGraph"], list[str]]) -> list[str]:
    """Return what is read from the graph; nothing if there is an error, or no server running."""
    from household_graph.cli.database import connected, is_running

    try:
        if not is_running():
            return []
        with connected() as graph:
            return read(graph)
    except HouseholdGraphError:
        return []


_IDS = (
    *("ACTOR", "ADULT", "BILL", "DEVICE", "HOUSEHOLD|PARTY", "ID", "IDENTITY", "PARTY", "PLACE"),
    *("POLICY", "SERVICE", "TARGET", "WHOM"),
)
_COMPLETIONS = {"HOUSEHOLD": complete_household, **dict.fromkeys(_IDS, complete_id)}
"""How a value is completed, by the name that help gives it."""


def argument(metavar: str, text: str, **more: Any) -> ArgumentInfo:  # noqa: ANN401 - as Typer's
    """Return an argument by the name and the text that help shows; ids are completed."""
    more = {"autocompletion": _COMPLETIONS.get(metavar), **more}
    info: ArgumentInfo = typer.Argument(metavar=metavar, help=text, **more)
    return info


def option(spelling: str, text: str, **more: Any) -> OptionInfo:  # noqa: ANN401 - as Typer's
    """Return an option as help shows it, such as `--device -d ID`; ids are completed."""
    words = spelling.split()
    flags = [word for word in words if word.startswith("-")]
    metavar = " ".join(words[len(flags) :]) or None
    more = {"autocompletion": _COMPLETIONS.get(metavar or ""), **more}
    info: OptionInfo = typer.Option(*flags, metavar=metavar, help=text, **more)
    return info


def parameter(name: str, annotation: object, default: object = REQUIRED) -> inspect.Parameter:
    """Return a parameter of a command that is declared as a list of them."""
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def positional(name: str, metavar: str, text: str) -> inspect.Parameter:
    """Return a text that has to be given."""
    return parameter(name, Annotated[str, argument(metavar, text)])


def text(spelling: str, words: str, **more: Any) -> inspect.Parameter:  # noqa: ANN401 - see `option`
    """Return an option with a text.

    Its name is that of the flag, unless `name` is given; with `required` it must be given.
    """
    return _text(str, spelling, words, **more)


def texts(spelling: str, words: str, **more: Any) -> inspect.Parameter:  # noqa: ANN401 - see `option`
    """Return an option with a text that may be given again; see `text`."""
    return _text(list[str], spelling, f"{words} May be given again.", **more)


def _text(
    kind: Any,  # noqa: ANN401 - a type
    spelling: str,
    words: str,
    *,
    name: str | None = None,
    required: bool = False,
    **more: Any,  # noqa: ANN401 - as Typer's
) -> inspect.Parameter:
    declared = parameter(name or _name(spelling), Annotated[kind, option(spelling, words, **more)])
    return declared if required else optional(declared)


def optional(required: inspect.Parameter) -> inspect.Parameter:
    """Return an argument or option that may be left out, in place of one that may not."""
    kind, info = required.annotation.__origin__, required.annotation.__metadata__[0]
    return required.replace(annotation=Annotated[kind | None, info], default=None)


def flag(spelling: str, words: str, *, name: str | None = None) -> inspect.Parameter:
    """Return an option without a value."""
    return parameter(name or _name(spelling), Annotated[bool, option(spelling, words)], False)


def _name(spelling: str) -> str:
    return spelling.partition(" ")[0].lstrip("-").replace("-", "_")


def declare(
    function: Callable[..., None], parameters: Iterable[inspect.Parameter], doc: str | None = None
) -> Callable[..., None]:
    """Give a function that takes any keywords the parameters that Typer is to read."""
    signature = inspect.Signature(list(parameters))
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    function.__doc__ = doc or function.__doc__
    return function


def gathered(
    name: str, parameters: Iterable[inspect.Parameter], build: Callable[..., object]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replace one parameter of a command by several, of whose values it is built."""
    added = list(parameters)

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:  # noqa: ANN401 - what Typer has read
            built = build(**{one.name: given.pop(one.name) for one in added})
            function(**given, **{name: built})

        declared: list[inspect.Parameter] = []
        for one in inspect.signature(function).parameters.values():
            declared += added if one.name == name else [one]
        return declare(command, declared)

    return decorate


_TIME = "in ISO 8601; without an offset, local time of the household. Default: now."
_HOUSEHOLD = argument("HOUSEHOLD", "Id of a household or business.")
_PARTY = argument("PARTY", "Id of the individual, organization or resource that asks.")
_TARGET = argument("TARGET", "Id of a product, service or resource.")
_ROLE = argument(
    "ROLE",
    "customer, bill-payer or user of an account; admin, chooser or consumer of anything else.",
)
HouseholdArgument = Annotated[str, _HOUSEHOLD]
OptionalHouseholdArgument = Annotated[str | None, _HOUSEHOLD]
PartyArgument = Annotated[str, _PARTY]
OptionalPartyArgument = Annotated[str | None, _PARTY]
TargetArgument = Annotated[str, _TARGET]
OptionalTargetArgument = Annotated[str | None, _TARGET]
DeviceOption = Annotated[str | None, option("--device -d ID", "Id of the device to use it on.")]
ActionOption = Annotated[Action, option("--action -a", "The action to ask about.")]
AtOption = Annotated[str | None, option("--at TIME", f"The time to ask about, {_TIME}")]
DryRunOption = Annotated[bool, option("--dry-run", "Show what would change, and change nothing.")]
OutputOption = Annotated[Format, option("--output -o", "The output format.")]

AT = parameter("at", AtOption, None)
EFFECTIVE = text("--at TIME", f"When the change takes effect, {_TIME}")
SINCE = text("--from TIME", f"When it begins, {_TIME}", name="at")
PAST = (
    text(
        "--as-of TIME",
        "Answer from the state in effect at this time, including later corrections, unless "
        "--recorded is given too.",
    ),
    text(
        "--recorded TIME",
        "Answer from the state recorded at this time, without later corrections. It is also the "
        "time to ask about, unless --at or --as-of gives another.",
    ),
)
OUTPUT = parameter("output", OutputOption, Format.TABLE)
HOUSEHOLD = parameter("household", HouseholdArgument)
PERSON = positional("person", "PARTY", "Id of the person.")
HOLDER = positional(
    "holder", "PARTY", "Id of the individual, organization or resource whose role it is."
)
ROLE = parameter("role", Annotated[RoleName, _ROLE])
ROLE_TARGET = positional(
    "target", "TARGET", "Id of the customer account, or of the product, service or resource."
)
UNTIL = text("--until TIME", "When it ends. Default: it does not.")
ACCOUNT = text(
    "--account ID",
    "Id of the customer account as whose User a party is involved. Default: that of the product.",
)
WHOSE = positional("whose", "HOUSEHOLD|PARTY", "Id of a household or business, or of one party.")
ENDED = flag("--all", "Also list what has ended or has not begun yet.", name="ended")
