"""What is built runs on its own: no checkout, no development tools."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph.cli.documents import QUESTIONS

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv/bin/uv")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - ourselves
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--wheel", "--quiet", "--out-dir", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Install it into an empty environment, with a home of its own; yields the command."""
    folder = tmp_path_factory.mktemp("installed")
    run(UV, "venv", "--quiet", folder / "venv", cwd=folder)
    run(UV, "pip", "install", "--quiet", "--python", folder / "venv", wheel, cwd=folder)
    command = folder / "venv" / "bin" / "household-graph"
    yield command
    run(command, "db", "stop", cwd=folder, HOUSEHOLD_GRAPH_HOME=str(folder / "home"))


def test_everything_it_needs_is_inside(wheel: Path) -> None:
    """Queries, seeds, the list of jars and the mark of a typed package are in the wheel."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    folders = {"cypher": "*.cypher", "seed": "*.yaml"}
    for folder, pattern in folders.items():
        for path in (ROOT / folder).rglob(pattern):
            assert f"household_graph/{path.relative_to(ROOT).as_posix()}" in inside
    assert {"household_graph/local_neo4j/jars.lock", "household_graph/py.typed"} <= inside
    assert not [name for name in inside if name.startswith("tests")]


def test_the_demo_runs_from_an_empty_environment(installed: Path) -> None:
    """`demo` of the installed package starts a Neo4j, loads the seeds and answers."""
    folder = installed.parents[2]
    printed = run(installed, "demo", cwd=folder, HOUSEHOLD_GRAPH_HOME=str(folder / "home"))
    for question, command in QUESTIONS:
        assert question in printed
        assert f"$ household-graph {command}" in printed
    assert "no  bakers/tom may not use bakers/sports" in printed
    assert "bakers/mum is Admin of bakers/smart-firewall" in printed.replace("`", "")
