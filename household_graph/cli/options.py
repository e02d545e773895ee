"""Arguments and options of commands, and the graph that the global options lead to.

A command with a body has an argument or option as the default of each parameter. One without, such
as a change, is declared by a list of parameters: see `positional`, `text`, `texts` and `flag`.
"""

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import replace
from functools import wraps
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from household_graph.cli.output import Format
from household_graph.errors import BadInputError, HouseholdGraphError
from household_graph.model.enums import Action

if TYPE_CHECKING:
    from household_graph.api.change_api import ChangeApi
    from household_graph.api.household_graph import HouseholdGraph
    from household_graph.api.simulation import Simulation
    from household_graph.documents.document import HouseholdDocument

MOST = 1_000_000_000
"""The upper limit of numbers of rows, nodes, changes or seconds; more is a typing mistake."""
_local: ContextVar[bool] = ContextVar("local", default=False)
_timeout: ContextVar[float | None] = ContextVar("timeout", default=None)
VERBOSE: ContextVar[bool] = ContextVar("verbose", default=False)
"""Whether a refusal names every law, and what it is about."""


def configure(*, local: bool, timeout: float | None) -> None:
    """Set the global options; a timeout is in seconds, or None for the default."""
    _local.set(local)
    _timeout.set(timeout)


def may_make_local() -> bool | None:
    """Return True if `--local` was given; None: it depends, see `ensure_running`."""
    return _local.get() or None


@contextmanager
def connected(*, local: bool | None = None, is_batch: bool = False) -> Iterator["HouseholdGraph"]:
    """Yield the graph; install and start a local server if need be. See `connect`.

    An empty local database may be made if `local`, or else `--local`, says so; for a batch the
    default time limit does not apply.
    """
    from household_graph.api.household_graph import HouseholdGraph, connect

    local = may_make_local() if local is None else local
    with connect(local=local, timeout=_timeout.get()) as graph:
        batch = replace(graph.connection, is_batch=True) if is_batch else None
        yield HouseholdGraph(batch) if batch else graph


def completions(read: Callable[["HouseholdGraph"], list[str]]) -> list[str]:
    """Return what is read from the graph; nothing if there is an error, or no server running."""
    from household_graph.local_neo4j import status
    from household_graph.store.connection import ServerSettings

    try:
        if not ServerSettings().uri and not status().running:
            return []
        with connected() as graph:
            return read(graph)
    except HouseholdGraphError:
        return []


def _completion(statement: str) -> Callable[[str], list[str]]:
    """Return a function that completes ids by a statement; before a slash those of households."""

    def complete(incomplete: str) -> list[str]:
        from household_graph.store.connection import read

        is_id = "/" in incomplete or statement == _HOUSEHOLD_IDS
        name = statement if is_id else _HOUSEHOLD_IDS
        found = completions(
            lambda graph: [record[0] for record in read(graph.connection, name, prefix=incomplete)]
        )
        return found if is_id else [f"{household}/" for household in found]

    return complete


_HOUSEHOLD_IDS = "facts/household-ids"
complete_id = _completion("facts/ids")
complete_party = _completion("facts/party-ids")
_IDS = (
    *("ACCOUNT", "ACTOR", "ADULT", "BILL", "DEVICE", "HOUSEHOLD|PARTY", "HOUSEHOLD|UNIT", "ID"),
    *("IDENTITY", "PARTY", "PARTY...", "PLACE", "POLICY", "PRODUCT", "SERVICE", "TARGET", "WHOM"),
)
_COMPLETIONS = {
    "HOUSEHOLD": _completion(_HOUSEHOLD_IDS),
    "REQUEST": _completion("facts/request-ids"),
    **dict.fromkeys(_IDS, complete_id),
}
"""How a value is completed, by the name that help gives it."""


def a_number(value: float | None) -> float | None:
    """Return a number as it is, but refuse `nan`, which no limit catches."""
    if value is not None and isnan(value):
        raise typer.BadParameter("it is not a number")
    return value


def argument(metavar: str, text: str, default: object = ..., **more: Any) -> Any:  # noqa: ANN401 - as Typer's
    """Return an argument by the name and the text that help shows; ids are completed."""
    more = {"autocompletion": _COMPLETIONS.get(metavar), **more}
    return typer.Argument(default, metavar=metavar, help=text, **more)


def option(spelling: str, text: str, default: object = None, **more: Any) -> Any:  # noqa: ANN401 - as Typer's
    """Return an option as help shows it, such as `--device -d ID`; ids are completed."""
    words = spelling.split()
    flags = [word for word in words if word.startswith("-")]
    metavar = " ".join(words[len(flags) :]) or None
    more = {"autocompletion": _COMPLETIONS.get(metavar or ""), **more}
    return typer.Option(default, *flags, metavar=metavar, help=text, **more)


def optional(required: Any) -> Any:  # noqa: ANN401 - see `argument`
    """Return an argument that may be left out, in place of one that may not."""
    declared = copy(required)
    declared.default = None
    return declared


def parameter(name: str, kind: object, declared: object) -> inspect.Parameter:
    """Return a parameter of a command that is declared as a list of them."""
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=declared, annotation=kind
    )


def positional(name: str, metavar: str, text: str) -> inspect.Parameter:
    """Return a text that has to be given."""
    return parameter(name, str, argument(metavar, text))


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
    declared = option(spelling, words, ... if required else None, **more)
    return parameter(name or _name(spelling), kind if required else kind | None, declared)


def flag(spelling: str, words: str, *, name: str | None = None) -> inspect.Parameter:
    """Return an option without a value."""
    return parameter(name or _name(spelling), bool, option(spelling, words, default=False))


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
    name: str,
    build: Callable[..., object],
    without: Collection[str] = (),
    **instead: object,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Replace one parameter of a command by those of a function that builds its value.

    A command lacks those that `without` names, which have their defaults; `instead` has other
    declarations, by name.
    """
    every = inspect.signature(build).parameters
    lacking = {one: every[one].default.default for one in without}
    added = [
        one.replace(kind=one.KEYWORD_ONLY, default=instead.get(one.name, one.default))
        for one in every.values()
        if one.name not in without
    ]

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:  # noqa: ANN401 - what Typer has read
            built = build(**{one.name: given.pop(one.name) for one in added}, **lacking)
            function(**given, **{name: built})

        declared: list[inspect.Parameter] = []
        for one in inspect.signature(function).parameters.values():
            declared += added if one.name == name else [one]
        return declare(command, declared)

    return decorate


TIME = "in ISO 8601; without an offset, local time of the household. Default: now."
HOUSEHOLD = argument("HOUSEHOLD", "Id of a household or business.")
PARTY = argument("PARTY", "Id of the individual, organization or resource that asks.")
TARGET = argument("TARGET", "Id of a product, service or resource.")
DEVICE = option("--device -d ID", "Id of the device to use it on.")
ACTION = option("--action -a", "The action to ask about.", Action.USE)
AT = option("--at TIME", f"The time to ask about, {TIME}")
DRY_RUN = option("--dry-run", "Show what would change, and change nothing.", default=False)
OUTPUT = option("--output -o", "The output format.", Format.TABLE)


class AskedState(NamedTuple):
    """The state of households that a question is about; by default, the graph as it stands."""

    as_of: str | None = option(
        "--as-of TIME",
        "Answer from the state in effect at this time, including later corrections, unless "
        "--recorded is given too.",
    )
    recorded: str | None = option(
        "--recorded TIME",
        "Answer from the state recorded at this time, without later corrections. It is also the "
        "time to ask about, unless --at or --as-of gives another.",
    )
    document: list[Path] | None = option(
        "--document FILE",
        "Answer from the households in this document, without a database; - for stdin. May be "
        "given again.",
    )
    changes: list[str] | None = option(
        "--if COMMAND",
        "Answer as if this command had been run, such as 'policy end bakers/bedtime'. May be given "
        "again.",
    )

    @property
    def is_past(self) -> bool:
        """Whether an earlier time is asked about."""
        return self.as_of is not None or self.recorded is not None

    @contextmanager
    def graph(self, *, is_batch: bool = False) -> Iterator["ChangeApi"]:
        """Yield what is asked: a graph, now or at the earlier time, or a simulation.

        See `connected`.
        """
        if self.document:
            if self.is_past:
                raise BadInputError(
                    "a document has no past",
                    hint="leave --as-of and --recorded out; --at asks for any time",
                )
            yield self._changed(_simulated(self.document))
            return
        with connected(is_batch=is_batch) as graph:
            past = {"as_of": self.as_of, "recorded": self.recorded}
            yield self._changed(graph.past(**past) if self.is_past else graph)

    def _changed(self, graph: "ChangeApi") -> "ChangeApi":
        """Return the same after the changes, which are made in memory."""
        if not self.changes:
            return graph
        from household_graph.cli.command_lines import simulate

        simulation = graph.simulate()
        for line in self.changes:
            simulate(simulation, line)
        return simulation


def _simulated(files: Iterable[Path]) -> "Simulation":
    from household_graph.api.simulation import Simulation

    return Simulation.of_documents([one for file in files for one in documents_in(file)])


def documents_in(path: Path) -> "list[HouseholdDocument]":
    """Return the documents of a file, or of stdin for `-`; see `read_documents`."""
    from household_graph.documents.read import read_documents

    if str(path) == "-":
        return read_documents(sys.stdin.buffer, "stdin")
    return read_documents(path)


asks_state = gathered("state", AskedState)
"""Give a command the options of `AskedState`, as its parameter `state`."""
