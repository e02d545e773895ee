"""The command `household-graph`: its commands, and what becomes of errors."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socket, socketpair
from threading import Event, Thread, current_thread, main_thread
from time import sleep
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from household_graph.cli.commands import COMMANDS, load
from household_graph.cli.database import let_local, limit
from household_graph.cli.exit_codes import ExitCode, exit_code_of
from household_graph.errors import BadInputError, HouseholdGraphError, OutcomeUnknownError
from household_graph.optional_dependencies import FRAMES, without

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_LETTING_GO = 0.5  # seconds after Ctrl-C, in which a command may end by itself
_ENDING = 1.3  # seconds after that
_INTERRUPTED = b"error: interrupted\n"
_SAID = Event()  # once it is said that a command was interrupted


class _Commands(TyperGroup):
    """Imports the command that is used and no other; turns what it raises into a message."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - the base class's own
        super().__init__(**attributes)
        for name, listed in COMMANDS.items():
            self.add_command(TyperCommand(name, help=listed.help, rich_help_panel=listed.panel))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as the base class has it
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else command, rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the base class has it
        try:
            return super().invoke(ctx)
        except HouseholdGraphError as problem:
            if ctx.params.get("debug"):
                raise
            raise typer.Exit(_told(problem, problem.message, problem.hint)) from problem
        except KeyboardInterrupt as interrupt:
            raise typer.Exit(_told(interrupt)) from interrupt


app = typer.Typer(
    name="household-graph",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from household_graph.cli.output import write

        write(f"household-graph {version('household-graph')}\n")
        raise typer.Exit


@app.callback()
def main(
    *,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            envvar="HOUSEHOLD_GRAPH_TIMEOUT",
            show_default="30",
            help="How long one question or change may take, waiting for others included.",
        ),
    ] = None,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            envvar="HOUSEHOLD_GRAPH_DEBUG",
            help="Show tracebacks of errors, and what is answered live.",
        ),
    ] = False,
    local: Annotated[
        bool,
        typer.Option(
            "--local", help="Let an empty local database be made, where nobody is at a terminal."
        ),
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Roles and entitlements of households and small businesses, with reasons.

    Uses the Neo4j server of NEO4J_URI, or else a local one, which it installs and starts.
    """
    let_local(local)
    limit(timeout)
    if debug:
        from household_graph.engine.decision import Decision

        Decision.verified = True
        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("household_graph").setLevel(logging.DEBUG)
    else:
        # What the driver logs before it raises is said once, by the error that comes of it.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        _be_silent_of_half_sessions()


def _be_silent_of_half_sessions() -> None:
    """Ctrl-C may catch the driver making a session, which is not thrown away without an error."""
    say = sys.unraisablehook

    def say_others(error: "UnraisableHookArgs") -> None:
        if not str(getattr(error.object, "__module__", "")).startswith("neo4j."):
            say(error)

    sys.unraisablehook = say_others


@contextmanager
def _ending_at_ctrl_c() -> Iterator[None]:
    """See to it that the first Ctrl-C ends the process, whatever it is waiting for.

    Python works a signal off between two steps of its own, and a wait for a thread, or for a
    server that went silent, is none. So another thread is told of it: it closes what is open to
    the database, which lets go whoever waits for it, and if that is not enough, ends the process.
    """
    if current_thread() is not main_thread():
        yield
        return
    told, tell = socketpair()  # no pipe: on Windows only a socket will do
    tell.setblocking(False)
    before = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    Thread(target=_end_when_told, args=(told,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        tell.close()


def _end_when_told(told: socket) -> None:
    with told:
        while number := told.recv(1):
            if number[0] == signal.SIGINT:
                sleep(_LETTING_GO)
                if deadlines := sys.modules.get("household_graph.store.deadlines"):
                    deadlines.close_all()
                sleep(_ENDING)
                if not _SAID.is_set():
                    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _INTERRUPTED)
                os._exit(ExitCode.INTERRUPTED)


def run() -> None:
    """Run the command line; nobody sees a traceback without asking for it."""
    with _ending_at_ctrl_c():
        _run()


def _run() -> None:
    try:
        _check_texts()
        with without(*FRAMES):
            app()
    except KeyboardInterrupt as interrupt:
        sys.exit(_told(interrupt))
    except HouseholdGraphError as problem:
        sys.exit(_told(problem, problem.message, problem.hint))
    except Exception as problem:
        if "--debug" in sys.argv:
            raise
        message = f"unexpected {type(problem).__name__}: {problem}"
        hint = "run `household-graph --debug …` to see where it comes from"
        sys.exit(_told(problem, message, hint))


def _check_texts() -> None:
    """Refuse bytes from outside that are not UTF-8: no id, no name, no password has any.

    Raises:
        BadInputError: naming the argument by its place, or the variable.
    """
    given = {f"argument {place}": word for place, word in enumerate(sys.argv[1:], start=1)}
    given |= {
        f"the environment variable `{name}`": value
        for name, value in os.environ.items()
        if name.startswith(("NEO4J_", "HOUSEHOLD_GRAPH_"))
    }
    for what, text in given.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise BadInputError(f"{what} is not UTF-8", hint="type it once more") from error


def _told(problem: BaseException, message: str = "", hint: str | None = None) -> ExitCode:
    """Say what went wrong, of Ctrl-C no more than that, and return what it ends in."""
    from household_graph.cli.output import error

    code = exit_code_of(problem)
    if code == ExitCode.INTERRUPTED:
        _SAID.set()
        if isinstance(problem, OutcomeUnknownError):
            message = f"interrupted, and {message}"
        else:
            message, hint = "interrupted", None
    error(message, hint)
    return code
