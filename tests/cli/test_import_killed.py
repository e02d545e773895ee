"""An import whose tool, or whose database, is killed at any moment: run again, nothing is missing.

The database is one of its own, that no other test asks anything.
"""

import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from household_graph import connect
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import ensure_running, stop
from household_graph.model.rows import Rows
from tests.cli.commands import household_graph
from tests.cli.imports import imported_rows

HOUSEHOLDS = 500
TOOL = [sys.executable, "-c", "from household_graph.cli.main import run; run()"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home that all commands use meanwhile."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(home))
    try:
        ensure_running(home)
        yield home
    finally:
        stop(home)


@pytest.fixture
def export(tmp_path: Path) -> list[str]:
    """The arguments that import two people in each household."""
    path = tmp_path / "contacts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "household", "primary"))
        writer.writerows((f"C-{n}", f"{n // 2}", "yes") for n in range(2 * HOUSEHOLDS))
    return ["import", "run", str(path), "-p", "contacts-with-household", "-o", "json"]


def started(arguments: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - this project
        [*TOOL, *arguments],
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def imported() -> dict[str, Rows]:
    """Return the rows of all households."""
    with connect() as graph:
        return imported_rows(graph)


def test_what_is_killed_is_gone_on_with(own: Path, export: list[str]) -> None:
    """The tool and the database are killed in turn; the graph is that of an undisturbed run."""
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    seen = [_tool_killed(export, chance), _database_killed(own, export, chance)]
    seen.append(_tool_killed(export, chance))
    assert seen == sorted(seen)  # what was written once is not lost
    done = household_graph(*export)
    assert done.code == 0, done
    disturbed = imported()
    assert len(disturbed) == HOUSEHOLDS
    runs = json.loads(household_graph("import", "status", "contacts", "-o", "json").out)
    assert sum(one["households"] for one in runs) == HOUSEHOLDS  # each was written once
    assert {one["state"] for one in runs} == {"finished"}
    for run in reversed(runs):
        assert household_graph("import", "undo", run["run"]).code == 0
    assert imported() == {}
    assert household_graph(*export).code == 0
    assert imported() == disturbed


def _tool_killed(export: list[str], chance: random.Random) -> int:
    """Begin an import and kill it; return how many households are there then."""
    process = started(export)
    time.sleep(chance.uniform(1.0, 3.5))
    process.kill()
    process.wait()
    return len(imported())


def _database_killed(home: Path, export: list[str], chance: random.Random) -> int:
    """Kill the database while an import goes on, and start it again; the import copes, or says so.

    It ends well if the database is back before the driver gives up, or else as any command does
    that finds no database.
    """
    process = started(export)
    time.sleep(chance.uniform(1.0, 3.5))
    server = psutil.Process(ensure_running(home).pid)
    server.kill()
    server.wait()
    ensure_running(home)
    _out, told = process.communicate(timeout=120)
    assert process.returncode in {0, ExitCode.DATABASE_UNAVAILABLE}, told.decode()
    assert b"CONNECTION" not in told  # the driver's own words about it
    return len(imported())
