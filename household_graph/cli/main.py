"""The command `household-graph`: its commands, and what becomes of errors."""

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from household_graph.cli.commands import COMMANDS, load
from household_graph.cli.database import let_local
from household_graph.cli.exit_codes import ExitCode, exit_code_of
from household_graph.errors import BadInputError, HouseholdGraphError
from household_graph.extras import FRAMES, without

__all__ = ["app", "run"]


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
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="HOUSEHOLD_GRAPH_DEBUG", help="Show tracebacks of errors."),
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
    if not debug:
        import logging

        # What the driver logs before it raises is said once, by the error that comes of it.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())
        # Ctrl-C may catch it making a session, which then cannot be thrown away without an error.
        sys.unraisablehook = lambda _error: None


def run() -> None:
    """Run the command line; nobody sees a traceback without asking for it."""
    try:
        _check_texts()
        with without(*FRAMES):
            app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
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
        message, hint = "interrupted", None
    error(message, hint)
    return code
