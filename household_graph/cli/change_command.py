"""What the commands that change something have in common: their options, and how one is made."""

import inspect
import os
from collections.abc import Callable, Iterator
from functools import wraps
from getpass import getuser
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from household_graph.cli.database import connected
from household_graph.cli.options import DryRunOption, OutputOption, complete_id, complete_party
from household_graph.cli.outcomes import show_outcomes
from household_graph.cli.output import Format
from household_graph.errors import BadInputError
from household_graph.model.actor import Actor
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER, parse_instant

if TYPE_CHECKING:
    from household_graph.changes.draft import Draft
    from household_graph.changes.service import Work

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
        help="The party that makes the change, by its id; the laws then bind it.",
        autocompletion=complete_party,
    ),
]
_OperatorOption = Annotated[
    str | None,
    typer.Option(
        "--operator",
        metavar="NAME",
        help="The operator who makes the change, whom no law binds. You, if neither is given.",
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


class ChangeOptions(NamedTuple):
    """What the options say that every command has which changes something.

    Attributes:
        actor: who makes the change.
        reason: why, or None.
        at: when it takes effect, as it was typed; None: now.
        dry_run: find out what it would come to, and write nothing.
        output: how to show it.
        consents: the ids of the parties who agree.
    """

    actor: Actor
    reason: str | None
    at: str | None
    dry_run: bool
    output: Format
    consents: tuple[str, ...]


class ChangePlan(NamedTuple):
    """What a command is to change.

    Attributes:
        households: the ids of all that may be changed; the first one must be there.
        work: changes the drafts, see `household_graph.changes.service`.
        summary: one line on what is changed.
    """

    households: tuple[str, ...]
    work: "Work"
    summary: str


def change_within(entity_id: str, work: "Callable[[Draft], object]", summary: str) -> ChangePlan:
    """Return the plan to change the one household that an id belongs to.

    Args:
        entity_id: of the household, or of something in it.
        work: changes its draft.
        summary: one line on what is changed.
    """
    household = household_of(entity_id)
    return ChangePlan((household,), lambda drafts: work(drafts[household]), summary)


def change_command(
    app: typer.Typer,
    action: str,
    example: str,
    *,
    at: object = EffectiveOption,
    keeps_owners: bool = False,
    consents: bool = False,
) -> Callable[[Callable[..., ChangePlan]], Callable[..., None]]:
    """Make a command of a function that returns what it is to change.

    The command has the arguments of the function, and after them the options of `change_options`;
    it makes the change and shows who gains and loses what. The function may take the
    `ChangeOptions` as `options`.

    Args:
        app: the group of commands.
        action: what kind of change; its last word is the name of the command: `role grant`.
        example: arguments that show its use.
        at: the option that says when the change takes effect.
        keeps_owners: refuse to leave something live to nobody.
        consents: let it say who agrees.
    """

    def register(plan: Callable[..., ChangePlan]) -> Callable[..., None]:
        takes_options = "options" in inspect.signature(plan).parameters

        @change_options(at=at, consents=consents)
        @wraps(plan)
        def change(*, options: ChangeOptions, **arguments: Any) -> None:  # noqa: ANN401 - its own
            more = {"options": options} if takes_options else {}
            _make(action, plan(**arguments, **more), options, keeps_owners=keeps_owners)

        epilog = f"Example: household-graph {action} {example}"
        app.command(action.rpartition(" ")[2], epilog=epilog)(change)
        return change

    return register


def change_options(
    *, at: object = None, dry_run: bool = True, output: bool = True, consents: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all that change something.

    `--as` or `--operator`, and `--reason`, it has in any case. The function takes what they say as
    `options`.

    Args:
        at: the option that says when the change takes effect; None: it cannot be said.
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
    }

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:  # noqa: ANN401 - what typer has read
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


def instant(text: str | None, draft: "Draft") -> int | None:
    """Return the instant of a time as it was typed, in milliseconds; None if it was not."""
    return None if text is None else parse_instant(text, draft.zone)


def span_until(text: str | None, draft: "Draft") -> tuple[int, int]:
    """Return the span from when a change takes effect until a time as it was typed."""
    end = instant(text, draft)
    return draft.at, FOREVER if end is None else end


def _make(action: str, plan: ChangePlan, options: ChangeOptions, *, keeps_owners: bool) -> None:
    from household_graph.changes.service import Request, make_change

    request = Request(
        actor=options.actor,
        action=action,
        summary=plan.summary,
        reason=options.reason,
        at=options.at,
        dry_run=options.dry_run,
        keeps_owners=keeps_owners,
        consents=options.consents,
    )
    with connected() as graph:
        outcomes = make_change(graph.connection, plan.households, plan.work, request)
    show_outcomes(outcomes, options.output, dry_run=options.dry_run)


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
    """Return the name of whoever is logged in, or the number where the system has no name.

    Raises:
        BadInputError: there is no number either, as on Windows.
    """
    try:
        return getuser()
    except (ImportError, KeyError, OSError):
        if hasattr(os, "getuid"):
            return f"uid-{os.getuid()}"
    raise BadInputError(
        "the system has no name for whoever is logged in", hint="name yourself with --operator NAME"
    )
