"""Commands of nouns: each calls a method of the library, which changes or lists something."""

import inspect
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from functools import partial, wraps
from getpass import getuser
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import typer

from household_graph.cli.options import (
    AT,
    DRY_RUN,
    HOUSEHOLD,
    OUTPUT,
    TIME,
    VERBOSE,
    AskedState,
    a_number,
    argument,
    asks_state,
    complete_party,
    configure,
    connected,
    declare,
    flag,
    gathered,
    may_make_local,
    option,
    parameter,
    positional,
    text,
)
from household_graph.cli.output import Format, ask_for, confirm, emit, note, show, table
from household_graph.cli.preview import COLUMNS, preview_records, preview_rows, show_preview
from household_graph.errors import ArgumentNeededError, BadInputError
from household_graph.model.actor import Actor
from household_graph.model.enums import RoleName
from household_graph.model.instants import short_local

if TYPE_CHECKING:
    from household_graph.api.change_api import ChangeApi
    from household_graph.changes.service import ChangeResult, HouseholdChange

_T = TypeVar("_T")
HOUSEHOLD_ID = parameter("household", str, HOUSEHOLD)
PERSON = positional("person", "PARTY", "Id of the person.")
PEOPLE = parameter("person", list[str], argument("PARTY...", "Id of a person, or of several."))
HOLDER = positional(
    "holder", "PARTY", "Id of the individual, organization or resource whose role it is."
)
_ROLES = "customer, bill-payer or user of an account; admin, chooser or consumer of anything else."
ROLE = parameter("role", RoleName, argument("ROLE", _ROLES))
ROLE_TARGET = positional(
    "target", "TARGET", "Id of the customer account, or of the product, service or resource."
)
UNTIL = text("--until TIME", "When it ends. Default: it does not.")
ACCOUNT = text(
    "--account ID",
    "Id of the customer account as whose User a party is involved. Default: that of the product.",
)
PERSON_NAMES = (
    text("--given-name TEXT", "The given name."),
    text("--family-name TEXT", "The family name."),
    text("--description TEXT", "Who they are, in words."),
)
BIRTH_DATE = option(
    "--birth-date --born DATE", "The date of birth, such as 2013-05-14.", formats=["%Y-%m-%d"]
)
PLACE_ADDRESS = (
    text("--street TEXT", "Street and number."),
    text("--postal-code TEXT", "The postal code."),
    text("--city TEXT", "The city."),
    text("--country TEXT", "The country, as its two-letter ISO 3166 code."),
)
TIME_ZONE = text(
    "--time-zone ZONE",
    "IANA name of the time zone whose clock policies follow from then on, such as "
    "America/New_York; everything recorded keeps its instant.",
)
ENDED = flag("--all", "Also list what has ended or has not begun yet.", name="ended")
SINCE = option("--from TIME", f"When it begins, {TIME}")
_EFFECTIVE = option("--at TIME", f"When the change takes effect, {TIME}")
SCHEDULE = option(
    "--schedule TIME",
    "Make the change at this time, by `household-graph due`, as the household is then.",
)
LAPSES = option("--lapses TIME", "When the request lapses. Default: after 14 days.")
_WHOSE = positional("whose", "HOUSEHOLD|PARTY", "Id of a household or business, or of one party.")
_OUTPUT = parameter("output", Format, OUTPUT)
_YES = flag("--yes -y", "Do not ask about what may be a mistake.", name="yes")


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
    request: bool = False
    schedule: str | None = None

    @property
    def author(self) -> dict[str, Any]:
        """Who makes the change and why, as keyword arguments."""
        return {"actor": self.actor, "reason": self.reason}

    @property
    def asking(self) -> dict[str, Any]:
        """Who asks for a change and why, as keyword arguments."""
        who = {self.actor.kind.value: self.actor.parties or self.actor.name}
        return {**who, "reason": self.reason, "dry_run": self.dry_run}

    @property
    def asked_for(self) -> dict[str, Any]:
        """What of the options is part of the change that is asked for."""
        given = {"at": self.at, "consents": self.consents or None}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def keywords(self) -> dict[str, Any]:
        """The keyword arguments of the library that say the same."""
        given = {
            self.actor.kind.value: self.actor.parties or self.actor.name,
            "reason": self.reason,
            "at": self.at,
            "dry_run": self.dry_run,
            "consents": self.consents,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def is_deferred(self) -> bool:
        """Whether the change is asked for, scheduled or simulated, and not made at once."""
        in_a_line = ASKED.get() is not None or SIMULATED.get() is not None
        return self.request or self.schedule is not None or in_a_line


class Simulated(NamedTuple):
    """What a command changes in place of the graph, and what that comes to."""

    graph: "ChangeApi"
    results: "list[ChangeResult]"


SIMULATED: ContextVar[Simulated | None] = ContextVar("simulated", default=None)
ASKED: ContextVar[list[tuple[str, dict[str, Any]]] | None] = ContextVar("asked", default=None)
"""The method and the arguments that a command line asks for, in place of calling the method."""


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
        at: object = None,
        consents: bool = False,
        formerly: str | None = None,
        sanity_check: Callable[["ChangeResult"], str | None] | None = None,
        checked: Collection[str] = (),
    ) -> None:
        """Add a command that changes something; the options of `change_options` follow its own.

        It calls the `method` of the library, by default that of its name, with its parameters. Its
        former name still works and warns; `example` has arguments that show its use. Where one of
        the `checked` parameters is given, the `sanity_check` says what of the result may be a
        mistake, if anything; then it is asked whether that is meant, unless `--yes` says so.
        """
        called = f"{self.group}.{method or verb.replace('-', '_')}"

        def change(*, options: ChangeOptions, yes: bool = False, **arguments: Any) -> None:  # noqa: ANN401 - its own
            is_checked = (
                sanity_check and not yes and any(arguments[one] is not None for one in checked)
            )
            make_change(called, arguments, options, sanity_check if is_checked else None)

        own = [*parameters, *([_YES] if sanity_check else [])]
        declare(change, [*own, parameter("options", ChangeOptions, ...)], summary)
        command = change_options(at=at or _EFFECTIVE, consents=consents, requests=True)(change)
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
        sparse: Collection[str] = (),
        readers: Mapping[str, Callable[[Any], object]] | None = None,
        empty: str,
    ) -> None:
        """Add the command `list`, which shows what the method `list` of the library returns.

        Its columns are fields of that, or read by `readers`; a table leaves out the hidden ones,
        and the sparse ones where nothing has them. `empty` is the note where there is nothing.
        """
        getters = {name: attrgetter(name) for name in columns} | dict(readers or {})
        shown = [one for one in columns if one not in hidden]

        def list_(output: Format, state: AskedState, **arguments: Any) -> None:  # noqa: ANN401 - its own
            with state.graph() as graph:
                found = getattr(graph, self.group).list(**arguments)
            written = _short if output is Format.TABLE else _plain
            records = [
                {name: written(read(one)) for name, read in getters.items()} for one in found
            ]
            if output is Format.TABLE:
                unused = {one for one in sparse if not any(record[one] for record in records)}
                show(table(records, [one for one in shown if one not in unused]))
            else:
                emit(records, output, columns=columns)
            if not records:
                note(empty)

        asked = [parameter("at", str | None, AT), parameter("state", AskedState, ...)]
        declare(list_, [_WHOSE, *parameters, *asked, _OUTPUT], summary)
        self.app.command("list", epilog=self._example("list", example))(asks_state(list_))

    def _example(self, verb: str, arguments: str) -> str:
        return f"Example: household-graph {self.name} {verb} {arguments}"


def make_change(
    method: str,
    arguments: Mapping[str, Any],
    options: ChangeOptions,
    sanity_check: Callable[["ChangeResult"], str | None] | None = None,
) -> None:
    """Call a method of the library, such as `roles.grant`, and show the result of the change.

    Arguments that are None are left out. What a `sanity_check` finds is asked first.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    if (asked := ASKED.get()) is not None:
        asked.append((method, given | options.asked_for))
        return
    if simulated := SIMULATED.get():
        changed = attrgetter(method)(simulated.graph)
        simulated.results.append(changed(**given, **options.keywords | {"dry_run": False}))
        return
    if options.request or options.schedule is not None:
        _complete(partial(_request, method, options), given)
        return

    def checked(given: dict[str, Any]) -> "ChangeResult":
        make = partial(attrgetter(method)(graph), **given, **options.keywords)
        if sanity_check and not options.dry_run and (found := sanity_check(make(dry_run=True))):
            _require_yes(found)
        return cast("ChangeResult", make())

    with connected() as graph:
        result = _complete(checked, given)
    _show_result(result, options.output)


def _complete(make: Callable[[dict[str, Any]], _T], given: dict[str, Any]) -> _T:
    """Make a change; on a terminal, ask for arguments that it turns out to need."""
    try:
        return make(given)
    except ArgumentNeededError as needed:
        answer = ask_for(f"{needed.message}. {needed.question}", needed.choices)
        if answer is None:
            raise
        completed = given | {needed.argument: answer}
    return _complete(make, completed)


def _request(method: str, options: ChangeOptions, given: dict[str, Any]) -> None:
    """Ask for a change in place of making it, and show what it waits for."""
    from household_graph.cli.request_view import show_request

    with connected() as graph:
        found = graph.requests.new(
            method, given | options.asked_for, schedule=options.schedule, **options.asking
        )
    show_request(found, options.output)


def _require_yes(mistake: str) -> None:
    """Ask whether what may be a mistake is meant; without a terminal it is refused."""
    if not confirm(f"{mistake[0].upper()}{mistake[1:]}. Is that meant?"):
        raise BadInputError(mistake, hint="correct it, or say --yes if it is meant")


def change_options(
    *,
    at: object = None,
    dry_run: bool = True,
    output: bool = True,
    consents: bool = False,
    requests: bool = False,
    reason: bool = True,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of all that change something, as its parameter `options`.

    It always has `--as`, `--operator` and `--timeout`; the arguments name the others,
    of which `at` is the option that says when the change takes effect.
    """
    wanted = {"at": at, "dry_run": dry_run, "output": output, "consents": consents}
    wanted |= {"reason": reason, "request": requests, "schedule": requests}
    return gathered("options", _options, [name for name, one in wanted.items() if not one], at=at)


def _options(
    *,
    at: str | None = _EFFECTIVE,
    as_parties: list[str] | None = option(
        "--as PARTY",
        "Id of the party who makes the change; the laws apply. Given again, these parties make it "
        "together.",
        autocompletion=complete_party,
    ),
    operator: str | None = option(
        "--operator NAME", "Name of the operator who makes the change. Default: your login name."
    ),
    consents: list[str] | None = option(
        "--consent-of PARTY",
        "Id of a party who agreed to become Bill Payer, guarantor or successor, for the record. "
        "May be given again.",
    ),
    reason: str | None = option("--reason", "The reason, for the record of the change."),
    request: bool = option(
        "--request",
        "Ask for the change: it is made once all agreed who have to. See `request`.",
        default=False,
    ),
    schedule: str | None = SCHEDULE,
    dry_run: bool = DRY_RUN,
    output: Format = OUTPUT,
    timeout: float | None = option(
        "--timeout SECONDS",
        "The time limit, including waits for other changes; as the option before the command.",
        callback=a_number,
    ),
    verbose: bool = option(
        "--verbose", "If it is refused, name every law, and what it is about.", default=False
    ),
) -> ChangeOptions:
    VERBOSE.set(verbose)
    if timeout is not None:
        configure(local=bool(may_make_local()), timeout=timeout)
    if not as_parties:
        actor = Actor.operator(_logged_in() if operator is None else operator)
    elif operator is None:
        actor = Actor.joint(as_parties)
    else:
        raise BadInputError("--as and --operator name two actors", hint="leave one of them out")
    agreed = tuple(consents or ())
    return ChangeOptions(actor, reason, at, dry_run, output, agreed, request, schedule)


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


def _show_result(result: "ChangeResult", output: Format) -> None:
    """Show the result of a change: access on stdout, everything else on stderr."""
    if output is Format.TABLE:
        for one in result.households:
            show_preview(one)
    elif output is Format.CSV:
        rows = [row for one in result.households for row in preview_rows(one)]
        emit(rows, output, columns=COLUMNS)
    else:
        emit([_record(one) for one in result.households], output)
    for line in _notes(result):
        note(line)


def _notes(result: "ChangeResult") -> Iterator[str]:
    for one in result.households:
        for lack in one.lacking:
            yield f"{lack.id} has no {lack.needs} now"
        yield from one.notes
        if one.change:
            yield f"recorded as {one.change}: {one.edits.summary}"
    if not result.households:
        yield "no change needed"
    elif not (result.access or result.roles):
        yield "no access changes, then or later"
    if result.dry_run:
        yield "nothing was written: this was a dry run"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return list(value) if isinstance(value, tuple) else value


def _short(value: object) -> object:
    """Return a value for a table: times are short, and a `;` stands between several sentences."""
    if isinstance(value, tuple) and any(" " in str(one) for one in value):
        return "; ".join(map(str, value))
    return short_local(value) if isinstance(value, datetime) else _plain(value)


def _record(one: "HouseholdChange") -> dict[str, Any]:
    return {
        "household": one.household,
        "change": one.change,
        "edits": one.edits.summary,
        **preview_records(one),
        "lacking": [lack._asdict() for lack in one.lacking],
        "notes": list(one.notes),
    }


def check_room(paths: Iterable[Path], work: str) -> None:
    """Refuse to read files that the disk of the home cannot hold; warn if there is little room.

    The staged or loaded data of a file, or of the files of a folder, takes at least as much space.
    """
    from household_graph.local_neo4j.disk import check_space
    from household_graph.local_neo4j.home import locate

    check_space(locate(None).root, sum(map(_size, paths)), work)


def _size(path: Path) -> int:
    try:
        found = path.rglob("*") if path.is_dir() else [path]
        return sum(one.stat().st_size for one in found if one.is_file())
    except OSError:
        return 0  # reading it will report why it cannot be read
