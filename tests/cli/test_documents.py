"""What `load` says that documents change: row by row, and as gains and losses; all or none."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.store.row_reader import fetch_rows
from tests.cli.fresh import Home, home

BEDTIME = 'start_time: "21:00"'


@pytest.fixture
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "load-home") as household:
        yield household


@pytest.fixture
def later(bakers: Home, tmp_path: Path) -> Path:
    """The document of the household, with a bedtime that begins an hour later."""
    text = bakers.done("export @").out
    assert BEDTIME in text
    path = tmp_path / "later.yaml"
    path.write_text(text.replace(BEDTIME, 'start_time: "22:00"'), encoding="utf-8")
    return path


def test_a_document_says_what_it_changes(bakers: Home, later: Path) -> None:
    """Every row before and after, and who gains and loses what; the same dry and real."""
    dry, real = bakers.done(f"load {later} --dry-run"), bakers.done(f"load {later}")
    assert dry.out == real.out
    assert "load-home/bedtime: start_time: 21:00 → 22:00" in real.out.splitlines()
    gains = [line for line in real.out.splitlines() if "gains internet" in line]
    assert len(gains) == 3  # Emma, Tom and Katie, each until they are of age
    assert all("Sunday to Thursday 21:00 to 22:00 (was: curfew)" in line for line in gains)
    again = bakers.done(f"load {later}")
    assert "unchanged" in again.out
    assert "gains" not in again.out


def test_every_format_has_it(bakers: Home, later: Path) -> None:
    """Records have rows and access of what is changed; a table of CSV has the counts alone."""
    [record] = json.loads(bakers.done(f"load {later} --dry-run -o json").out)
    [row] = record["nodes"]
    assert (row["id"], row["before"]["start_time"]) == ("load-home/bedtime", "21:00")
    assert row["after"] == row["before"] | {"start_time": "22:00"}
    assert record["relationships"] == record["roles"] == []
    assert {one["effect"] for one in record["access"]} == {"gains"}
    assert record["access"][0]["periods"][0]["hours"] == "Sunday to Thursday 21:00 to 22:00"
    [counts] = csv.DictReader(io.StringIO(bakers.done(f"load {later} --dry-run -o csv").out))
    assert ",".join(counts) == "household,outcome,added,changed,ended,removed,kept"


def test_all_or_none(bakers: Home, later: Path, tmp_path: Path, graph: HouseholdGraph) -> None:
    """With --atomic nothing is loaded where one is refused; without it what came before stays."""
    wrong = tmp_path / "wrong.yaml"
    with home(graph, "load-other") as other:
        text = other.done("export @").out
        other.done("device add @ gadget --type tablet")
        gadget = "places:\n  - id: gadget\n    city: London\n"
        wrong.write_text(text.replace("places:\n", gadget), encoding="utf-8")
        before = fetch_rows(graph.connection, [bakers.household])
        for dry in ("", " --dry-run"):
            refused = bakers.run(f"load {later} {wrong} --atomic{dry}")
            assert (refused.code, refused.out) == (ExitCode.BAD_INPUT, "")
            assert "`load-other/gadget` is" in refused.err
            assert fetch_rows(graph.connection, [bakers.household]) == before
        assert "only 1 of 2 households are loaded" in bakers.run(f"load {later} {wrong}").err
        assert fetch_rows(graph.connection, [bakers.household]) != before
        wrong.write_text(text, encoding="utf-8")
        assert bakers.done(f"load {later} {wrong} --atomic").out.count("load-") >= 2


def test_a_household_twice_is_no_whole(bakers: Home, later: Path) -> None:
    """With --atomic two documents of one household are refused."""
    twice = bakers.run(f"load {later} {later} --atomic")
    assert twice.code == ExitCode.BAD_INPUT
    assert "several documents are of the household `load-home`" in twice.err
