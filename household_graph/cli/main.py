"""The command `household-graph`: its commands, and what becomes of errors."""

import logging
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from household_graph.cli import (
    db,
    devices,
    documents,
    events,
    identities,
    imports,
    pictures,
    policies,
    queries,
    questions,
    roles,
    schema,
)
from household_graph.cli.demo import demo as run_demo
from household_graph.cli.doctor import doctor
from household_graph.cli.exit_codes import ExitCode, exit_code_of
from household_graph.cli.history import history, undo
from household_graph.cli.onboard import onboard
from household_graph.cli.output import error, write
from household_graph.errors import HouseholdGraphError

__all__ = ["app", "run"]


class _Commands(TyperGroup):
    """Turns what commands raise on purpose into a message, a hint and an exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the base class has it
        try:
            return super().invoke(ctx)
        except HouseholdGraphError as problem:
            if ctx.params.get("debug"):
                raise
            error(problem.message, problem.hint)
            raise typer.Exit(exit_code_of(problem)) from problem
        except KeyboardInterrupt as interrupt:
            error("interrupted")
            raise typer.Exit(ExitCode.INTERRUPTED) from interrupt


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

        write(f"household-graph {version('household-graph')}\n")
        raise typer.Exit


@app.callback()
def main(
    *,
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="HOUSEHOLD_GRAPH_DEBUG", help="Show tracebacks of errors."),
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
    if not debug:
        # What the driver logs before it raises is said once, by the error that comes of it.
        logging.getLogger("neo4j").addHandler(logging.NullHandler())


def _add(command: Callable[..., None], group: str, example: str) -> None:
    """Add a command with an example of its use under its help."""
    app.command(rich_help_panel=group, epilog=f"Example: household-graph {example}")(command)


_KATIE = "bakers/katie bakers/live-tv"
_add(questions.check, "Ask", f"check {_KATIE} --device bakers/stb-living-room --explain")
_add(questions.services, "Ask", "services bakers/katie --device bakers/tablet-katie")
_add(questions.devices, "Ask", f"devices {_KATIE}")
_add(questions.who, "Ask", "who bakers/broadband --action administer")
_add(questions.matrix, "Ask", "matrix bakers --at 2026-11-22T21:30")
_add(pictures.picture, "Ask", "picture bakers --explain bakers/katie bakers/movies")
_add(pictures.tree, "Ask", "tree bakers")
_add(onboard, "Households", "onboard --from seed/bakers.yaml --dry-run")
_add(documents.load, "Households", "load seed/bakers.yaml --dry-run")
_add(documents.export, "Households", "export bakers > bakers.yaml")
_add(doctor, "Households", "doctor bakers")
_add(history, "History", "history bakers/katie --since 2026-09-01")
_add(undo, "History", "undo bakers/change-7 --dry-run")
app.add_typer(roles.app, name="role", rich_help_panel="Roles")
app.add_typer(policies.app, name="policy", rich_help_panel="Roles")
app.add_typer(identities.app, name="identity", rich_help_panel="Roles")
app.add_typer(devices.app, name="device", rich_help_panel="Roles")
app.add_typer(events.app, name="event", rich_help_panel="Households")
app.add_typer(imports.app, name="import", rich_help_panel="Households")
app.add_typer(queries.app, name="query", rich_help_panel="Ask")
app.add_typer(db.app, name="db", rich_help_panel="Database")
app.add_typer(schema.app, name="schema", rich_help_panel="Database")


@app.command(rich_help_panel="Households", epilog="Example: household-graph demo")
def demo() -> None:
    """Load the seed households and ask the headline questions about them."""
    run_demo(lambda arguments: app(arguments, standalone_mode=False))


def run() -> None:
    """Run the command line; nobody sees a traceback without asking for it."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as problem:
        if "--debug" in sys.argv:
            raise
        error(
            f"unexpected {type(problem).__name__}: {problem}",
            "run `household-graph --debug …` to see where it comes from",
        )
        sys.exit(exit_code_of(problem))
