"""The command `household-graph`: global options, error messages and exit codes."""

import logging
import os
import re
import sys
from errno import ELOOP, ENAMETOOLONG, ENOTDIR
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from household_graph.cli.commands import COMMANDS, SETTINGS, load
from household_graph.cli.exit_codes import ExitCode, ending_at_ctrl_c, exit_code_of, reported
from household_graph.cli.options import VERBOSE, configure, option
from household_graph.errors import (
    AgreementNeededError,
    BadInputError,
    HouseholdGraphError,
    OutcomeUnknownError,
    RefusedError,
)
from household_graph.installation import FRAMES, without

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


class _Commands(TyperGroup):
    """Imports only the command that is used; turns its errors into messages."""

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
        except (KeyboardInterrupt, HouseholdGraphError) as problem:
            if isinstance(problem, HouseholdGraphError) and ctx.params.get("debug"):
                raise
            raise typer.Exit(_report(problem)) from problem


app = typer.Typer(
    name="household-graph",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from household_graph.cli.output import write
        from household_graph.installation import package_version

        write(f"household-graph {package_version()}\n")
        raise typer.Exit


@app.callback()
def main(
    *,
    timeout: float | None = option(
        "--timeout SECONDS",
        "The time limit of one question or change, including waits for other changes.",
        envvar="HOUSEHOLD_GRAPH_TIMEOUT",
        show_default="30",
    ),
    debug: bool = option(
        "--debug",
        "Show tracebacks of errors, and which questions are answered live.",
        default=False,
        envvar="HOUSEHOLD_GRAPH_DEBUG",
    ),
    local: bool = option(
        "--local", "Allow making an empty local database without a terminal.", False
    ),
    version: bool = option(  # noqa: ARG001 - its callback does it
        "--version", "Show the version and exit.", False, callback=_print_version, is_eager=True
    ),
) -> None:
    """Roles and entitlements of households and small businesses, with reasons.

    Uses the Neo4j server of NEO4J_URI, or else a local one, which it installs and starts.
    """
    configure(local=local, timeout=timeout)
    if debug:
        from household_graph.engine.decision import Decision

        Decision.verified = True
        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("household_graph").setLevel(logging.DEBUG)
    else:
        # The error that the driver raises after it logs says the same.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        _ignore_unfinished_sessions()


def _ignore_unfinished_sessions() -> None:
    """Ignore the error of the driver's destructor for a session that Ctrl-C interrupted."""
    report = sys.unraisablehook

    def report_others(error: "UnraisableHookArgs") -> None:
        if not str(getattr(error.object, "__module__", "")).startswith("neo4j."):
            report(error)

    sys.unraisablehook = report_others


def run() -> None:
    """Run the command line; tracebacks are shown with `--debug` only."""
    with ending_at_ctrl_c():
        try:
            _check_texts()
            _drop_wrong_sizes()
            with without(*FRAMES):
                app()
        except (KeyboardInterrupt, HouseholdGraphError) as problem:
            sys.exit(_report(problem))
        except Exception as problem:
            if "--debug" in sys.argv:
                raise
            sys.exit(_report(_of_wrong_name(problem) or problem))


def _check_texts() -> None:
    """Refuse arguments and variables that are not UTF-8."""
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


def _of_wrong_name(problem: Exception) -> BadInputError | None:
    """Return the error of a name that no file system takes; None: it is something else."""
    if isinstance(problem, OSError) and problem.errno in {ENAMETOOLONG, ELOOP, ENOTDIR}:
        return BadInputError(f"cannot use `{problem.filename}`: {problem.strerror}")
    return None


def _drop_wrong_sizes() -> None:
    """Ignore sizes of the terminal that are none; Rich would fail at them."""
    for name in ("COLUMNS", "LINES"):
        if not re.fullmatch("[1-9][0-9]{0,4}", os.environ.get(name, "80")):
            del os.environ[name]


def _report(problem: BaseException) -> ExitCode:
    """Print an error, for Ctrl-C only that, and return the exit code."""
    from household_graph.cli.output import error

    code = exit_code_of(problem)
    if isinstance(problem, HouseholdGraphError):
        message, hint = problem.message, problem.hint
        if isinstance(problem, RefusedError) and problem.brief and not VERBOSE.get():
            message, hint = problem.brief, f"{hint}; --verbose names the laws"
        if isinstance(problem, AgreementNeededError) and problem.needs:
            hint = f"{hint}; --request asks them"
    else:
        message = f"unexpected {type(problem).__name__}: {problem}"
        hint = "run `household-graph --debug …` to see where it comes from"
    if code == ExitCode.INTERRUPTED:
        reported.set()
        if isinstance(problem, OutcomeUnknownError):
            message = f"interrupted, and {message}"
        else:
            message, hint = "interrupted", None
    error(message, hint)
    return code
