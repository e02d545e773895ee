"""A population decided into files is what the graph says of each household, whoever does it."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from household_graph import BadInputError, HouseholdGraph
from household_graph.batch import scheduler as running
from household_graph.batch.partition import Part, Written, write_part
from household_graph.batch.scheduler import plan, run
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import LocalServer
from household_graph.store.connection import open_connection
from household_graph.store.facts_loader import all_households
from tests.cli.commands import household_graph

EVENING = "2026-11-22T21:30"
Rows = list[dict[str, Any]]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few households, so that there are several."""
    count = 3
    monkeypatch.setattr(running, "_HOUSEHOLDS_A_PART", count)


def rows_in(folder: Path) -> Rows:
    """All rows of a folder, in the order of parts."""
    files = sorted(folder.glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def expected(graph: HouseholdGraph) -> Iterator[dict[str, Any]]:
    """What the graph says, household by household."""
    for household in all_households(graph.connection):
        for one in graph.matrix(household, at=EVENING):
            yield {
                "household": household,
                "party": one.party,
                "service": one.target,
                "device": one.device,
                "allowed": one.allowed,
                "codes": list(one.codes),
                "changes_at": one.changes_at,
            }


@pytest.mark.usefixtures("small_parts")
def test_files_say_what_the_graph_says(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Every cell of every household, with reasons and next changes, written by two processes."""
    planned = plan(graph.connection, tmp_path, EVENING, reasons=True)
    assert len(planned.ends) > 2
    done = list(run(tmp_path, planned, 2))
    rows = rows_in(tmp_path)
    assert rows == list(expected(graph))
    assert sum(one.decisions for one in done) == len(rows)
    assert sum(one.households for one in done) == planned.households


@pytest.mark.usefixtures("small_parts")
def test_what_was_cut_off_goes_on(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Whole parts stay as they are; what was half written is written again."""
    planned = plan(graph.connection, tmp_path, EVENING, reasons=False)
    for part in planned.parts(tmp_path)[:2]:
        write_part(graph.connection, part)
    (tmp_path / "_population.json").write_text(json.dumps(_as_json(planned)))
    first, half = tmp_path / "part-00000.parquet", tmp_path / "_part-00002.part"
    half.write_bytes(b"PAR1")
    before = first.stat().st_mtime_ns
    again = plan(graph.connection, tmp_path, None, reasons=False)
    assert again.at == EVENING
    assert len(list(run(tmp_path, again, 1))) == len(planned.ends) - 2
    assert first.stat().st_mtime_ns == before
    assert not half.exists()
    assert [row["allowed"] for row in rows_in(tmp_path)] == [
        row["allowed"] for row in expected(graph)
    ]


@pytest.mark.usefixtures("small_parts")
def test_households_made_since_are_decided_too(graph: HouseholdGraph, tmp_path: Path) -> None:
    """When it goes on: parts with other households again, and new ones behind the last."""
    whole = plan(graph.connection, tmp_path, EVENING, reasons=False)
    last = whole.ends[-1]
    before = replace(
        whole,
        ends=whole.ends[:-1],
        digests=["another household was in it", *whole.digests[1:-1]],
    )
    (tmp_path / "_population.json").write_text(json.dumps(_as_json(before)))
    for part in whole.parts(tmp_path)[:2]:
        write_part(graph.connection, part)
    again = plan(graph.connection, tmp_path, None, reasons=False)
    assert (again.ends[-1], again.households) == (last, whole.households)
    left = [part.path.name for part in again.parts(tmp_path)]
    assert left == [path.name for n, path in enumerate(whole.files(tmp_path)) if n != 1]
    assert list(run(tmp_path, again, 1))
    assert [row["party"] for row in rows_in(tmp_path)] == [row["party"] for row in expected(graph)]
    with pytest.raises(BadInputError, match="is finished, for"):
        plan(graph.connection, tmp_path, None, reasons=False)


def test_a_folder_is_for_one_moment(graph: HouseholdGraph, tmp_path: Path) -> None:
    """What is there is not mixed with another moment, other columns or other files."""
    folder = tmp_path / "decided"
    planned = plan(graph.connection, folder, EVENING, reasons=False)
    folder.mkdir()
    (folder / "_population.json").write_text(json.dumps(_as_json(planned)))
    for at, reasons in (("2026-11-22", False), (EVENING, True)):
        with pytest.raises(BadInputError, match="is for 2026-11-22T21:30, without reasons"):
            plan(graph.connection, folder, at, reasons=reasons)
    for text in ("{}", "[" * 99_999):
        (folder / "_population.json").write_text(text)
        with pytest.raises(BadInputError, match="is no plan"):
            plan(graph.connection, folder, EVENING, reasons=False)
    (folder / "_population.json").rename(folder / "other.json")
    with pytest.raises(BadInputError, match="is not empty"):
        plan(graph.connection, folder, EVENING, reasons=False)


def test_a_plan_that_does_not_end_is_none(graph: HouseholdGraph, tmp_path: Path) -> None:
    """What lies in its place and never ends is refused, not read into memory."""
    (tmp_path / "_population.json").symlink_to("/dev/zero")
    with pytest.raises(BadInputError, match="is no plan of a population"):
        plan(graph.connection, tmp_path, None, reasons=False)


def test_without_pyarrow_the_extra_is_named(
    graph: HouseholdGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is written."""
    assert graph.connection
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = household_graph("matrix", "--all", "--to", str(tmp_path / "decided"))
    assert done.code == ExitCode.BAD_INPUT
    assert "household-graph[parquet]" in done.err
    assert not (tmp_path / "decided").exists()


def test_the_command_says_what_it_did(graph: HouseholdGraph, tmp_path: Path) -> None:
    """A dry run writes nothing; a finished folder is not written again; what is wrong is said."""
    count = len(list(all_households(graph.connection)))
    command = ("matrix", "--all", "--at", EVENING, "--to", str(tmp_path / "decided"))
    assert household_graph(*command, "--dry-run").err.startswith(f"{count} households in 1 part")
    assert not (tmp_path / "decided").exists()
    assert f"{count} households at {EVENING}: " in household_graph(*command).err
    finished = household_graph(*command)
    assert (finished.code, "decide it again with --overwrite" in finished.err) == (2, True)
    (tmp_path / "decided" / "part-00007.parquet").touch()  # of a time with more households
    assert " written to " in household_graph(*command, "--overwrite").err
    assert len(pd.read_parquet(tmp_path / "decided")) == len(rows_in(tmp_path / "decided")) > 0
    assert len(list((tmp_path / "decided").glob("*.parquet"))) == 1
    wrong = (
        *(command[:2], (*command, "bakers"), ("matrix", "bakers", "--workers", "2")),
        ("matrix", "bakers", "--overwrite"),
        (*command[:-1], str(tmp_path / "x.csv")),
        (*command[:-1], str(tmp_path / "new"), "-o", "csv"),
    )
    for line in wrong:
        assert household_graph(*line).code == ExitCode.BAD_INPUT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["decided"]
    (tmp_path / "file").touch()
    blocked = household_graph(*command[:-1], str(tmp_path / "file" / "decided"))
    assert (blocked.code, "cannot be written" in blocked.err) == (ExitCode.BAD_INPUT, True)


@pytest.mark.usefixtures("small_parts")
def test_a_distributed_engine_does_the_same(
    graph: HouseholdGraph, server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray runs the same step on its workers, and the files are the same."""
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    # Below `uv run` Ray would have each worker make an environment of its own.
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    monkeypatch.setenv("RAY_AUTH_TOKEN", token_hex(32))  # or it leaves one in the user's home
    ray = import_module("ray")  # which reads these when it is imported
    variables = {
        "NEO4J_URI": server.bolt_uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    planned = plan(graph.connection, ours, EVENING, reasons=False)
    assert list(run(ours, planned, 2))
    theirs.mkdir()
    parts = [replace(part, path=theirs / part.path.name) for part in planned.parts(tmp_path)]
    ray.init(
        num_cpus=1,
        include_dashboard=False,
        log_to_driver=False,
        runtime_env={"env_vars": variables},
    )
    try:
        step = ray.remote(_decide)
        written = ray.get([step.remote(part) for part in parts])
    finally:
        ray.shutdown()
    assert sum(one.households for one in written) == planned.households
    assert rows_in(theirs) == rows_in(ours)


def _decide(part: Part) -> Written:
    return write_part(open_connection(), part)


def _as_json(planned: running.Plan) -> dict[str, Any]:
    return {
        "at": planned.at,
        "reasons": planned.reasons,
        "households": planned.households,
        "ends": list(planned.ends),
        "digests": list(planned.digests),
    }
