"""Commands that call a method of the library to change or list something, declared as data."""

import inspect
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from getpass import getuser
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import typer

from household_graph.cli.change_report import show_list, show_result
from household_graph.cli.database import configure, connected, may_make_local
from household_graph.cli.options import (
    AT,
    EFFECTIVE,
    OUTPUT,
    WHOSE,
    DryRunOption,
    a_number,
    complete_party,
    declare,
    gathered,
    option,
    parameter,
    text,
    texts,
)
from household_graph.cli.output import Format, note
from household_graph.errors import BadInputError
from household_graph.model.actor import Actor

_PARTY = text(
    "--as PARTY",
    "Id of the party who makes the change; the laws apply.",
    name="as_party",
    autocompletion=complete_party,
)
_OPERATOR = text(
    "--operator NAME", "Name of the operator who makes the change. Default: your login name."
)
_CONSENTS = texts(
    "--consent-of PARTY",
    "Id of a party who agreed to become Bill Payer, guarantor or successor, for the record.",
    name="consents",
)
_REASON = text("--reason", "The reason, for the record of the change.")
_DRY_RUN = parameter("dry_run", DryRunOption, default=False)
_TIMEOUT = parameter(
    "timeout",
    Annotated[
        float | None,
        option(
            "--timeout SECONDS",
            "The time limit, including waits for other changes; as the option before the command.",
            callback=a_number,
        ),
    ],
    default=None,
)

METHODS: dict[str, tuple[str, frozenset[str]]] = {}
"""By command, the method of the library that it calls, and the arguments it passes."""


class ChangeOptions(NamedTuple):
    """The values of the options that every command has that changes something."""

    actor: Actor
    reason: str | None
    at: str | None
    dry_run: bool
    output: Format
    consents: tuple[str, ...]

    @property
    def author(self) -> dict[str, Any]:
        """Who makes the change and why, as keyword arguments."""
        return {"actor": self.actor, "reason": self.reason}

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


class Noun:
    """A group of commands, each of which is a method of a group of the library.

    Parameters of a command are named as those of the method.
    """

    def __init__(self, name: str, group: str) -> None:
        """Name the group, such as `role`, and that of the library, such as `roles`."""
        self.name = name
        self.group = group
        self.app = typer.Typer()

    def change(
        self,
        verb: str,
        summary: str,
        example: str,
        *parameters: inspect.Parameter,
        method: str | None = None,
        at: inspect.Parameter = EFFECTIVE,
        consents: bool = False,
        formerly: str | None = None,
    ) -> None:
        """Add a command that changes something; the options of `change_options` follow its own.

        Args:
            verb: its name.
            summary: the help.
            example: arguments that show its use.
            parameters: its arguments and options.
            method: of the library; None: that of the same name.
            at: the option that says when the change takes effect.
            consents: whether it has `--consent-of`.
            formerly: its old name, which still works and warns.
        """
        called = f"{self.group}.{method or verb.replace('-', '_')}"

        def change(*, options: ChangeOptions, **arguments: Any) -> None:  # noqa: ANN401 - its own
            make_change(called, arguments, options)

        declare(change, [*parameters, parameter("options", ChangeOptions)], summary)
        command = change_options(at=at, consents=consents)(change)
        self.app.command(verb, epilog=self._example(verb, example))(command)
        if formerly:

            @wraps(command)
            def deprecated(**given: Any) -> None:  # noqa: ANN401 - what Typer has read
                note(f"`{self.name} {formerly}` is deprecated: use `{self.name} {verb}`")
                command(**given)

            old = self.app.command(formerly, epilog=self._example(formerly, example), hidden=True)
            old(deprecated)
        METHODS[f"{self.name} {verb}"] = (called, frozenset(one.name for one in parameters))

    def list(
        self,
        summary: str,
        example: str,
        *parameters: inspect.Parameter,
        columns: Sequence[str],
        hidden: Collection[str] = (),
        readers: Mapping[str, Callable[[Any], object]] | None = None,
        empty: str,
    ) -> None:
        """Add the command `list`.

        Args:
            summary: the help.
            example: arguments that show its use.
            parameters: its options besides `--at` and `--output`.
            columns: the fields of what the method returns.
            hidden: those that a table leaves out.
            readers: for columns that are no field, how to read them.
            empty: the note where there is nothing.
        """
        getters = {name: attrgetter(name) for name in columns} | dict(readers or {})

        def list_(output: Format, **arguments: Any) -> None:  # noqa: ANN401 - its own
            with connected() as graph:
                found = getattr(graph, self.group).list(**arguments)
            records = [{name: read(one) for name, read in getters.items()} for one in found]
            show_list(records, output, columns, hidden=hidden, empty=empty)

        declare(list_, [WHOSE, *parameters, AT, OUTPUT], summary)
        self.app.command("list", epilog=self._example("list", example))(list_)

    def _example(self, verb: str, arguments: str) -> str:
        return f"Example: household-graph {self.name} {verb} {arguments}"


def make_change(method: str, arguments: Mapping[str, Any], options: ChangeOptions) -> None:
    """Call a method of the library, such as `roles.grant`, and show the result of the change.

    Arguments that are None are left out.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    with connected() as graph:
        result = attrgetter(method)(graph)(**given, **options.keywords)
    show_result(result, options.output)


def change_options(
    *,
    at: inspect.Parameter | None = None,
    dry_run: bool = True,
    output: bool = True,
    consents: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all that change something, as its parameter `options`.

    It always has `--as`, `--operator`, `--reason` and `--timeout`; the arguments name the others,
    of which `at` is the option that says when the change takes effect.
    """
    choices = (
        *((at, True), (_PARTY, True), (_OPERATOR, True), (_CONSENTS, consents), (_REASON, True)),
        *((_DRY_RUN, dry_run), (OUTPUT, output), (_TIMEOUT, True)),
    )
    return gathered("options", [one for one, is_wanted in choices if one and is_wanted], _options)


def _options(
    *,
    as_party: str | None,
    operator: str | None,
    reason: str | None,
    timeout: float | None,
    at: str | None = None,
    dry_run: bool = False,
    output: Format = Format.TABLE,
    consents: list[str] | None = None,
) -> ChangeOptions:
    if timeout is not None:
        configure(local=bool(may_make_local()), timeout=timeout)
    if as_party is None:
        actor = Actor.operator(_logged_in() if operator is None else operator)
    elif operator is None:
        actor = Actor.party(as_party)
    else:
        raise BadInputError("--as and --operator name two actors", hint="leave one of them out")
    return ChangeOptions(actor, reason, at, dry_run, output, tuple(consents or ()))


def _logged_in() -> str:
    """Return the name of the user who is logged in, or the number where the system has no name."""
    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        if hasattr(os, "getuid"):
            return f"uid-{os.getuid()}"
    raise BadInputError(
        "the system has no name for the user who is logged in",
        hint="name yourself with --operator NAME",
    )
