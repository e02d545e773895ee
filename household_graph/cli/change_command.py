"""Commands that change something: their common options, and how they call the library."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from getpass import getuser
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import typer

from household_graph.cli.change_report import show_result
from household_graph.cli.database import configure, connected, may_make_local
from household_graph.cli.options import (
    DryRunOption,
    OutputOption,
    a_number,
    complete_id,
    complete_party,
)
from household_graph.cli.output import Format, note
from household_graph.errors import BadInputError
from household_graph.model.actor import Actor

_TIME = "in ISO 8601; without an offset, local time of the household. Now, if not given."
EffectiveOption = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help=f"When it takes effect, {_TIME}")
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help=f"Since when it holds, {_TIME}")
]
_PartyOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="PARTY",
        help="The party who makes the change, by id; the laws apply.",
        autocompletion=complete_party,
    ),
]
_OperatorOption = Annotated[
    str | None,
    typer.Option(
        "--operator",
        metavar="NAME",
        help="The operator who makes the change. You, if neither is given.",
    ),
]
_ConsentsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--consent-of",
        metavar="PARTY",
        help="Who agrees to become Bill Payer, guarantor or successor by it, as an operator "
        "records. May be given again.",
        autocompletion=complete_id,
    ),
]
_ReasonOption = Annotated[
    str | None, typer.Option("--reason", help="Why, for the record of the change.")
]


_TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        callback=a_number,
        help="How long it may take, waiting for others included; as the option of that name "
        "before the command.",
    ),
]


class ChangeOptions(NamedTuple):
    """The values of the options that every command has that changes something.

    Attributes:
        actor: who makes the change.
        reason: why, or None.
        at: when it takes effect, as it was typed; None: now.
        dry_run: find out the result, and write nothing.
        output: how to show it.
        consents: the ids of the parties who agree.
    """

    actor: Actor
    reason: str | None
    at: str | None
    dry_run: bool
    output: Format
    consents: tuple[str, ...]

    @property
    def keywords(self) -> dict[str, Any]:
        """The keyword arguments of the library that say the same."""
        given = {
            self.actor.kind.value: self.actor.name,
            "reason": self.reason,
            "at": self.at,
            "dry_run": self.dry_run,
            "consents": self.consents,
        }
        return {name: value for name, value in given.items() if value is not None}


def change_command(
    app: typer.Typer,
    action: str,
    method: str,
    example: str,
    *,
    at: object = EffectiveOption,
    consents: bool = False,
    formerly: str | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a method of the library that changes something.

    The decorated function has no body: its parameters are the arguments and options of the
    command, named as those of the method, and its docstring is the help. The options of
    `change_options` follow.

    Args:
        app: the group of commands.
        action: the command, such as `role grant`; its last word is the name in the group.
        method: of `HouseholdGraph`, such as `roles.grant`.
        example: arguments that show its use.
        at: the option that says when the change takes effect.
        consents: whether it has `--consent-of`.
        formerly: the old name of the command, which still works and warns.
    """

    def register(declaration: Callable[..., None]) -> Callable[..., None]:
        @change_options(at=at, consents=consents)
        @wraps(declaration)
        def command(*, options: ChangeOptions, **arguments: Any) -> None:  # noqa: ANN401 - its own
            make_change(method, arguments, options)

        group, _, name = action.rpartition(" ")
        epilog = f"Example: household-graph {action} {example}"
        app.command(name, epilog=epilog)(command)
        if formerly:

            @wraps(command)
            def deprecated(**given: Any) -> None:  # noqa: ANN401 - what typer has read
                note(f"`{group} {formerly}` is deprecated: use `{action}`")
                command(**given)

            epilog = f"Example: household-graph {group} {formerly} {example}"
            app.command(formerly, epilog=epilog, hidden=True)(deprecated)
        METHODS[action] = (method, declaration)
        return command

    return register


METHODS: dict[str, tuple[str, Callable[..., None]]] = {}
"""By command, the method of the library that it calls, and its declaration."""


def make_change(method: str, arguments: Mapping[str, Any], options: ChangeOptions) -> None:
    """Call a method of the library, and show what the change comes to.

    Args:
        method: of `HouseholdGraph`, such as `roles.grant`.
        arguments: by parameter; those that are None are left out.
        options: who, why and when.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    with connected() as graph:
        result = attrgetter(method)(graph)(**given, **options.keywords)
    show_result(result, options.output)


def change_options(
    *, at: object = None, dry_run: bool = True, output: bool = True, consents: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all commands that change something.

    It always has `--as`, `--operator`, `--reason` and `--timeout`. The function gets the values as
    `options`.

    Args:
        at: the option that says when the change takes effect; None: it has none.
        dry_run: whether it has `--dry-run`.
        output: whether it has `--output`.
        consents: whether it has `--consent-of`.
    """
    added = {
        **({"at": (at, None)} if at else {}),
        "as_party": (_PartyOption, None),
        "operator": (_OperatorOption, None),
        **({"consents": (_ConsentsOption, None)} if consents else {}),
        "reason": (_ReasonOption, None),
        **({"dry_run": (DryRunOption, False)} if dry_run else {}),
        **({"output": (OutputOption, Format.TABLE)} if output else {}),
        "timeout": (_TimeoutOption, None),
    }

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:  # noqa: ANN401 - what typer has read
            if given["timeout"] is not None:
                configure(local=bool(may_make_local()), timeout=given["timeout"])
            own = {name: value for name, value in given.items() if name not in added}
            function(**own, options=_said(given))

        parameters = [*_own(function)]
        parameters += [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
            for name, (kind, default) in added.items()
        ]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        return command

    return decorate


def _own(function: Callable[..., None]) -> Iterator[inspect.Parameter]:
    """Yield the parameters that a function has of its own."""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name != "options":
            yield parameter


def _said(given: dict[str, Any]) -> ChangeOptions:
    return ChangeOptions(
        actor=_actor(given["as_party"], given["operator"]),
        reason=given["reason"],
        at=given.get("at"),
        dry_run=given.get("dry_run", False),
        output=given.get("output", Format.TABLE),
        consents=tuple(given.get("consents") or ()),
    )


def _actor(party: str | None, operator: str | None) -> Actor:
    if party is None:
        return Actor.operator(_logged_in() if operator is None else operator)
    if operator is not None:
        raise BadInputError("--as and --operator name two actors", hint="leave one of them out")
    return Actor.party(party)


def _logged_in() -> str:
    """Return the name of the user who is logged in, or the number where the system has no name.

    Raises:
        BadInputError: there is no number either, as on Windows.
    """
    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        if hasattr(os, "getuid"):
            return f"uid-{os.getuid()}"
    raise BadInputError(
        "the system has no name for the user who is logged in",
        hint="name yourself with --operator NAME",
    )
