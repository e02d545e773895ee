"""What imports print, byte for byte. `UPDATE_GOLDEN=1 make test` writes the files anew."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.installation import shipped
from household_graph.local_neo4j import LocalServer
from tests.cli.commands import household_graph

GOLDEN = Path(__file__).parent / "golden/imports"
SIEBEL = f"plan {shipped('seed') / 'crm/siebel'} -p siebel"
COMMANDS = {
    "plan.table": SIEBEL,
    "plan.json": f"{SIEBEL} -o json",
    "profiles.table": "profiles",
    "profiles.json": "profiles -o json",
}


@pytest.fixture
def home(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A home for reports whose name is always as long, so that lines break at one place."""
    folder = tempfile.mkdtemp(prefix="home-", dir="/tmp")
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_USERNAME", server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", folder)
    monkeypatch.setenv("COLUMNS", "80")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("name", COMMANDS)
def test_prints_what_it_printed_before(name: str, home: str, graph: HouseholdGraph) -> None:
    """Stdout is that of the golden file, but for the name of the home."""
    assert graph.connection
    outcome = household_graph("import", *shlex.split(COMMANDS[name]))
    printed = outcome.out.replace(home, "#" * len(home))
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8"), outcome.err


def test_no_golden_file_is_left_over() -> None:
    """Each golden file belongs to a command."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(COMMANDS)
