"""Imports on a terminal: how far they have come, and what Ctrl-C leaves; off one, quiet."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.import_commands import complete_or_removed, imports_folder
from household_graph.installation import shipped
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan, import_run, imported_rows
from tests.cli.terminal import terminal

LINES = str(shipped("seed") / "crm" / "lines.csv")
PROFILE = ("-p", "contacts-with-household")


def export_of(folder: Path, households: int) -> str:
    """Write an export with two people of one name in each household; return its path."""
    path = folder / "contacts.csv"
    lines = (f"C-{n},{n // 2},yes,Dad,Baker\n" for n in range(2 * households))
    path.write_text("id,household,primary,first_name,last_name\n" + "".join(lines))
    return str(path)


@pytest.fixture
def export(tmp_path: Path) -> str:
    """An export that takes a while to read."""
    return export_of(tmp_path, 1_000)


def left() -> set[str]:
    """Return the names of files and folders that are no reports, and no locks."""
    return {path.name for path in imports_folder().glob("[!.]*") if path.suffix != ".csv"}


def test_progress_fits_a_narrow_terminal(
    empty: HouseholdGraph, export: str, tmp_path: Path
) -> None:
    """How much of how much, how fast and the time left are on one line, and nothing is cut."""
    assert empty
    with terminal("import", "plan", export, *PROFILE, folder=tmp_path, COLUMNS="60") as screen:
        screen.sees("nothing was written")
        assert screen.ends() == 0
    size = f"{Path(export).stat().st_size:,}"
    assert re.search(rf"reading bytes \S+ [\d,]+/{size} [\d,]+/s \d\d:\d\d", screen.screen)
    assert re.search(r"\S finding households +\d:\d\d:\d\d", screen.screen)
    shown, _summary = screen.screen.split("contacts.csv:")
    assert "…" not in shown


def test_off_a_terminal_there_is_no_progress(empty: HouseholdGraph, export: str) -> None:
    """Nothing is on stderr but what a plan ends with."""
    assert empty
    done = household_graph("import", "plan", export, *PROFILE)
    assert done.err == "nothing was written: this was a plan\n"


def test_a_plan_that_is_interrupted_leaves_nothing(
    empty: HouseholdGraph, export: str, tmp_path: Path
) -> None:
    """Ctrl-C is told as such, also in a function that SQLite calls while households are found."""
    with terminal("import", "plan", export, *PROFILE, folder=tmp_path) as screen:
        screen.sees("finding households")
        screen.presses("c")
        screen.sees("nothing was written; the same command starts again")
        assert screen.ends() == 130
    assert "Traceback" not in screen.screen
    assert left() == set()
    assert imported_rows(empty) == {}


def test_a_run_that_is_interrupted_is_gone_on_with(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Ctrl-C keeps what is written and says so; the same command makes the rest, in one run."""
    export = export_of(tmp_path, 300)
    with terminal("import", "run", export, *PROFILE, folder=tmp_path) as screen:
        screen.sees("writing households")
        screen.sees("/300 ")
        screen.presses("c")
        screen.sees("what is written stays; the same command resumes it")
        assert screen.ends() == 130
    assert "Traceback" not in screen.screen
    assert left() == set()
    import_run(export, *PROFILE)
    (told,) = json.loads(household_graph("import", "status", "contacts", "-o", "json").out)
    assert (told["state"], told["households"]) == ("finished", 300)
    assert len(imported_rows(empty)) == 300


def test_files_that_are_cut_off_do_not_stay(
    graph: HouseholdGraph, export: str, tmp_path: Path
) -> None:
    """Ctrl-C while the importer's files are prepared leaves none of them, and says what is left."""
    assert graph
    files = tmp_path / "files"
    command = ("import", "bulk", export, *PROFILE, "--to", str(files))
    with terminal(*command, folder=tmp_path) as screen:
        screen.sees("finding households")
        screen.presses("c")
        screen.sees("nothing is imported; the same command starts again")
        assert screen.ends() == 130
    assert "Traceback" not in screen.screen
    assert not files.exists()
    assert left() == set()


def test_only_what_was_written_is_removed(tmp_path: Path) -> None:
    """In a folder that was there, what the command did not write stays."""
    for name in ("mine.txt", "nodes-Place.csv", "nodes-Change.csv"):
        (tmp_path / name).write_text("as it was")

    def write_half() -> None:
        with complete_or_removed(tmp_path):
            (tmp_path / "nodes-Change.csv").write_text("half")
            (tmp_path / "relationships-PAYS.csv").write_text("half")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_half()
    assert {path.name for path in tmp_path.iterdir()} == {"mine.txt", "nodes-Place.csv"}


def test_runs_can_be_read_where_there_is_little_room(
    empty: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a table columns are left out and none is folded; other formats have all of them."""
    assert empty
    run = import_run(LINES, "-p", "phone-lines", code=5)["run"]
    for columns in (80, 60, 50):
        monkeypatch.setenv("COLUMNS", str(columns))
        title, _rule, line = household_graph("import", "status", "lines").out.splitlines()
        assert max(map(len, (title, line))) <= columns
        words = dict(zip(title.split(), line.split(), strict=True))
        assert words.items() >= {"run": run, "state": "finished", "rejected": "3"}.items()
        assert ("households" in words) == (columns == 80)
    (told,) = json.loads(household_graph("import", "status", "lines", "-o", "json").out)
    assert told.keys() >= {"finished_at", "reason", "unchanged", "merged", "skipped", "files"}


def test_the_counts_of_later_runs_are_in_a_csv(empty: HouseholdGraph, tmp_path: Path) -> None:
    """That the first run listed was never finished takes no column from the others."""
    path = tmp_path / "contacts.csv"
    path.write_text("id,household\nC-1,1\n")
    query = "CREATE (:ImportRun {id: 'import-a-1', source: 'a', actor: 'tests', at: datetime(), "
    empty.connection.driver.execute_query(
        query + "state: 'running', files: ['a.csv'], digest: ''})"
    )
    import_run(str(path), *PROFILE)
    title, first, second = household_graph("import", "status", "-o", "csv").out.splitlines()
    assert "rejected" in title.split(",")
    assert len(title.split(",")) == first.count(",") + 1 == second.count(",") + 1


def test_paths_are_never_broken(empty: HouseholdGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each report stands whole in a line of its own, however narrow the terminal."""
    assert empty
    monkeypatch.setenv("COLUMNS", "40")
    told = import_plan(LINES, "-p", "phone-lines")
    lines = household_graph("import", "plan", LINES, "-p", "phone-lines").out.splitlines()
    for what in ("rejects", "merges", "possible_duplicates"):
        assert f"  {told[what]}" in lines


def test_possible_duplicates_can_be_read_where_there_is_little_room(
    empty: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys of the two stand below each other, whole, and how to decide is said."""
    assert empty
    import_run(LINES, "-p", "phone-lines", code=5)
    possible = json.loads(household_graph("import", "review", "-o", "json").out)
    monkeypatch.setenv("COLUMNS", "60")
    done = household_graph("import", "review")
    lines = done.out.splitlines()
    assert max(map(len, lines)) <= 60
    keys = [line.split()[0] for line in lines if line.lstrip().startswith("lines/")]
    assert keys == [pair[one] for pair in possible for one in ("first", "second")]
    assert "--accept" in done.err


def test_runs_are_completed(empty: HouseholdGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tab after `undo` and `review` gives the runs that begin so."""
    assert empty
    run = import_run(LINES, "-p", "phone-lines", code=5)["run"]
    monkeypatch.setenv("_HOUSEHOLD_GRAPH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_CWORD", "3")
    for command, begun, found in (
        ("undo", "", run),
        ("review", "import-l", run),
        ("undo", "x", ""),
    ):
        monkeypatch.setenv("COMP_WORDS", f"household-graph import {command} {begun}")
        assert household_graph().out.strip() == found


LOGS = "logging.getLogger('neo4j.io').error('[#C138]')\n"
HALF_MADE = """
def gone(self): self.closed
gone.__module__ = 'neo4j._sync.work.workspace'
type('Half', (), {'__del__': gone})()
"""
"""As Ctrl-C leaves a session of the driver that it catches in the making."""


@pytest.mark.parametrize(
    ("said", "told"),
    [(LOGS, r"neo4j\.io: \[#C138\]\n"), (HALF_MADE, r"(?s)Exception ignored .* 'closed'\n")],
)
def test_the_driver_says_nothing_of_its_own(said: str, told: str) -> None:
    """What it logs is on stderr only with --debug; what comes of it is told as an error."""
    script = (
        "import logging, sys; from household_graph.cli.main import app\n"
        f"app(sys.argv[1:], standalone_mode=False)\n{said}"
    )
    quiet, debug = (
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", script, *option, "import", "profiles"],
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        for option in ((), ("--debug",))
    )
    assert quiet == ""
    assert re.fullmatch(told, debug)
