"""A run, and an undo, that is cut off: what it is called, and that nothing of it is lost."""

import csv
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.imports.import_run import RecordedRun, fetch_runs
from household_graph.imports.mapping.mapping import profile_named
from household_graph.imports.pipeline import Export, run_import
from household_graph.imports.undo_import import undo_import
from household_graph.imports.write import BATCH
from household_graph.model.actor import Actor
from household_graph.model.enums import RunState
from tests.cli.imports import imported_rows
from tests.cli.test_import_later import LINES

HOUSEHOLDS = 5 * BATCH
TESTS = Actor.operator("tests")


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Two lines at each address, so that all households are joined by likeness."""
    path = tmp_path / "lines.csv"
    rows = (
        f"07700 9{number:05},{name} Baker,02/03/19{name_number}8,{number // 2} Mill Lane,ZZ1 7AB,"
        "London,Mobile,12.00,01/02/2020"
        for number in range(2 * HOUSEHOLDS)
        for name_number, name in ((7 - number % 2, ("Dad", "Mum")[number % 2]),)
    )
    path.write_text("\n".join([LINES, *rows, ""]), encoding="utf-8")
    return Export((path,), profile_named("phone-lines"))


def cut_off_writing(step: str, _total: int | None) -> AbstractContextManager[Callable[[int], None]]:
    """Interrupt a run as soon as it has written something."""

    def interrupt(_count: int) -> None:
        if step == "writing households":
            raise KeyboardInterrupt

    return nullcontext(interrupt)


def quiet(_step: str, _total: int | None) -> AbstractContextManager[Callable[[int], None]]:
    """Let a run come to its end."""
    return nullcontext(lambda _count: None)


def cut_off(graph: HouseholdGraph) -> RecordedRun:
    """Return the only run, once the server has seen that nobody is at work on it any more."""
    for _try in range(100):
        (run,) = fetch_runs(graph.connection)
        if run.state not in {RunState.RUNNING, RunState.UNDOING}:
            break
        time.sleep(0.1)
    return run


def merges(path: Path) -> set[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(one["first"], one["second"]) for one in csv.DictReader(file)}


def test_a_run_that_is_gone_on_with_reports_every_merge(
    empty: HouseholdGraph, export: Export, tmp_path: Path
) -> None:
    """Between the two it is interrupted; in the end the report is that of an undisturbed run."""
    folder = tmp_path / "reports"
    with pytest.raises(KeyboardInterrupt):
        run_import(empty.connection, export, folder, cut_off_writing, actor=TESTS)
    run = cut_off(empty)
    assert run.state is RunState.INTERRUPTED
    assert 0 < len(imported_rows(empty)) < HOUSEHOLDS
    done = run_import(empty.connection, export, folder, quiet, actor=TESTS)
    assert done.run
    assert (done.run.id, done.run.state) == (run.id, RunState.FINISHED)
    assert len(merges(done.reports.merges.path)) == done.reports.merges.count == HOUSEHOLDS
    assert len(imported_rows(empty)) == HOUSEHOLDS


def test_an_undo_that_is_cut_off_is_half_done(
    empty: HouseholdGraph, export: Export, tmp_path: Path
) -> None:
    """Its run is half undone until the same command has undone the rest."""
    done = run_import(empty.connection, export, tmp_path / "reports", quiet, actor=TESTS)
    assert done.run
    left = [2 * HOUSEHOLDS - 1]  # of the checks and the undos

    def interrupt(count: int) -> None:
        left[0] -= count
        if left[0] < HOUSEHOLDS // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_import(empty.connection, done.run, actor=TESTS, on_done=interrupt)
    run = cut_off(empty)
    assert run.state is RunState.HALF_UNDONE
    assert 0 < len(imported_rows(empty)) < HOUSEHOLDS
    undo_import(empty.connection, run, actor=TESTS)
    assert imported_rows(empty) == {}
    assert [one.state for one in fetch_runs(empty.connection)] == [RunState.UNDONE]
