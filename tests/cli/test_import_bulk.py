"""`import bulk`: the files and the command for the offline importer, and what it refuses.

That the importer makes of the files what writing online makes is held in tests/graph.
"""

import json
import shlex
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.installation import shipped
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan

LINES = str(shipped("seed") / "crm" / "lines.csv")
EXPORT = (LINES, "-p", "phone-lines")
COUNTS = ("read", "written", "unchanged", "merged", "rejected", "skipped", "new_households")


def test_the_command_names_files_that_are_there(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Counts are those of a plan; each file of the command is there, with a header and rows."""
    assert graph
    planned = import_plan(*EXPORT)
    done = household_graph("import", "bulk", *EXPORT, "--to", str(tmp_path), "-o", "json")
    assert done.code == 5  # some records of the sample are rejected
    told = json.loads(done.out)
    assert {name: told[name] for name in COUNTS} == {name: planned[name] for name in COUNTS}
    named = [
        option.rpartition("=")[2] for option in told["command"] if option[:3] in {"--n", "--r"}
    ]
    assert sorted(named) == sorted(map(str, tmp_path.glob("*.csv")))
    organizations = (tmp_path / "nodes-Organization-Party.csv").read_text(encoding="utf-8")
    assert organizations.count("\n") == told["new_households"] + 1


def test_the_command_can_be_pasted(tmp_path: Path) -> None:
    """As text, the command is one that a shell takes; households are said to be in the files."""
    done = household_graph("import", "bulk", *EXPORT, "--to", str(tmp_path / "a folder"))
    said, _title, command = done.out.partition("neo4j-admin")
    assert "in the files" in said
    words = shlex.split(f"neo4j-admin{command}".replace("\\\n", " "))
    assert words[:5] == ["neo4j-admin", "database", "import", "full", "neo4j"]
    assert any(word.startswith("--nodes=") and "a folder" in word for word in words)


def test_nothing_is_imported_over_what_is_there(
    graph: HouseholdGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that holds something is left alone, and no files are written for it."""
    assert graph
    monkeypatch.delenv("NEO4J_URI")  # it has to be the local one
    folder = tmp_path / "files"
    done = household_graph("import", "bulk", *EXPORT, "--to", str(folder), "--run")
    assert done.code == 2
    assert "is not empty" in done.err
    assert "import run" in done.err
    assert not folder.exists()


def test_a_server_of_ones_own_is_not_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where NEO4J_URI names a server, it is for its owner to stop and to fill it."""
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    folder = tmp_path / "files"
    done = household_graph("import", "bulk", *EXPORT, "--to", str(folder), "--run")
    assert done.code == 2
    assert "NEO4J_URI names `bolt://127.0.0.1:1`" in done.err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("folder", "message"),
    [("a,b", "takes no path with a comma"), ("taken/files", "cannot be written to")],
)
def test_a_folder_that_will_not_do_is_named(tmp_path: Path, folder: str, message: str) -> None:
    """A folder that the importer cannot be told of, or that cannot be made, is an error."""
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = household_graph("import", "bulk", *EXPORT, "--to", str(tmp_path / folder))
    assert done.code == 2
    assert message in done.err
    assert "hint:" in done.err
