"""Command lines within a command: changes that are simulated, or asked for, in words."""

import shlex
from typing import TYPE_CHECKING, Any

from typer.exceptions import TyperException

from household_graph.changes.service import ChangeResult
from household_graph.cli.change_command import ASKED, METHODS, SIMULATED, ChangeOptions, Simulated
from household_graph.cli.commands import COMMANDS, SETTINGS, load
from household_graph.cli.options import connected
from household_graph.errors import BadInputError, HouseholdGraphError, RefusedError, did_you_mean
from household_graph.model.ids import nearest

if TYPE_CHECKING:
    from household_graph.api.change_api import ChangeApi
    from household_graph.changes.request_steps import RequestOutcome

_EXAMPLE = "give one such as 'policy end bakers/bedtime --as bakers/mum'"


def simulate(graph: "ChangeApi", line: str) -> ChangeResult:
    """Change a simulation by a command line, such as `policy end bakers/bedtime`; shows nothing.

    Raises:
        BadInputError: if it is no command that changes something; other errors are those of the
            change. They all name the line.
    """
    simulated = Simulated(graph, [])
    token = SIMULATED.set(simulated)
    try:
        _run(line)
    finally:
        SIMULATED.reset(token)
    if not simulated.results:  # it was asked for its help
        raise BadInputError(f"`{line}` changes nothing", hint=_EXAMPLE)
    return ChangeResult(tuple(one for made in simulated.results for one in made.households))


def request_change(
    line: str, options: ChangeOptions, *, lapses: str | None, schedule: str | None
) -> "RequestOutcome":
    """Ask for the change of a command line, such as `policy end bakers/bedtime`.

    Raises:
        BadInputError: if it is no command that changes something; others as of `Requests.new`.
    """
    asked: list[tuple[str, dict[str, Any]]] = []
    token = ASKED.set(asked)
    try:
        _run(line)
    finally:
        ASKED.reset(token)
    if not asked:
        raise BadInputError(f"`{line}` changes nothing", hint=_EXAMPLE)
    if len(asked) > 1:
        raise BadInputError(
            f"`{line}` is of {len(asked)} households", hint="ask for the change of each by itself"
        )
    [(method, arguments)] = asked
    with connected() as graph:
        return graph.requests.new(
            method, arguments, lapses=lapses, schedule=schedule, **options.asking
        )


def _run(line: str) -> None:
    try:
        name, *words = shlex.split(line)
    except ValueError as error:  # quotes that are open, or no word at all
        raise BadInputError(f"`{line}` is no command line", hint=_EXAMPLE) from error
    command = load(name) if name in COMMANDS else None
    called = " ".join(
        [name, *words[:1]] if name in COMMANDS and COMMANDS[name].is_group else [name]
    )
    if command is None or called not in METHODS:
        near = did_you_mean(nearest(called, METHODS), _EXAMPLE)
        raise BadInputError(f"`{line}` is no command that changes a household", hint=near)
    try:
        command.main(words, prog_name=name, standalone_mode=False, **SETTINGS)
    except TyperException as error:
        raise BadInputError(f"`{line}`: {error.format_message()}", hint=_EXAMPLE) from error
    except HouseholdGraphError as error:
        error.message = f"`{line}`: {error.message}"
        if isinstance(error, RefusedError) and error.brief:
            error.brief = f"`{line}`: {error.brief}"
        raise
