"""Answers and decisions as tables for notebooks: typed, native, inert."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import pandas as pd
import polars as pl
import pytest

from household_graph import BadInputError, HouseholdGraph, ask, table
from household_graph.store.neomodel_classes import Organization
from household_graph.viz.diagram import Diagram
from household_graph.viz.page import html_page
from tests.cli.own_questions import OwnQuestions, own_questions

__all__ = ["own_questions"]  # a fixture

VALUES: dict[str, tuple[str, Any, str, pl.DataType]] = {
    "BOOLEAN": ("true", True, "boolean", pl.Boolean()),
    "DATE": ("date('2013-05-14')", date(2013, 5, 14), "datetime64[s]", pl.Date()),
    "DURATION": ("duration('P1M2D')", "P1M2D", "string", pl.String()),
    "FLOAT": ("1.5", 1.5, "Float64", pl.Float64()),
    "INTEGER": ("9007199254740993", 9007199254740993, "Int64", pl.Int64()),
    "LIST<INTEGER>": ("[1, 2]", [1, 2], "object", pl.List(pl.Int64())),
    "LIST<STRING>": ("['a']", ["a"], "object", pl.List(pl.String())),
    "LOCAL DATETIME": (
        "localdatetime('2026-11-22T20:00')",
        datetime(2026, 11, 22, 20),  # noqa: DTZ001 - it has no zone
        "datetime64[us]",
        pl.Datetime("us"),
    ),
    "LOCAL TIME": ("localtime('21:00')", time(21), "object", pl.Time()),
    "STRING": ("'Katie'", "Katie", "string", pl.String()),
    "ZONED DATETIME": (
        "datetime('2026-06-01T00:00+01:00')",
        datetime(2026, 5, 31, 23, tzinfo=UTC),
        "datetime64[us, UTC]",
        pl.Datetime("us", "UTC"),
    ),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("rows", ["[1, 2]", "[]"])
def test_a_declared_type_is_that_of_the_frame(
    own_questions: OwnQuestions, graph: HouseholdGraph, kind: str, rows: str
) -> None:
    """With a value and a null in it, and without any row; the value is that of Python."""
    text, value, of_pandas, of_polars = VALUES[kind]
    cypher = f"UNWIND {rows} AS i RETURN CASE i WHEN 1 THEN {text} END AS x"
    found = ask(graph, own_questions.has("typed", cypher, returns=[f"x {kind}"]))
    assert [row[0] for row in found.rows] == ([value, None] if rows != "[]" else [])
    assert str(found.to_pandas()["x"].dtype) == of_pandas
    frame = found.to_polars()
    assert frame.schema == {"x": of_polars}
    assert frame["x"].to_list() == [row[0] for row in found.rows]


def test_maps_and_nodes_are_dicts(own_questions: OwnQuestions, graph: HouseholdGraph) -> None:
    """What has no type of its own in a frame is there as Python has it."""
    cypher = "MATCH (n:Individual {id: 'bakers/katie'}) RETURN n, {since: date('2026-01-01')} AS m"
    found = ask(graph, own_questions.has("maps", cypher, returns=["n NODE", "m MAP"]))
    [row] = found.to_dicts()
    assert row["n"]["given_name"] == "Katie"
    assert row["m"] == {"since": date(2026, 1, 1)}
    assert found.to_pandas()["m"].tolist() == [row["m"]]
    assert found.to_polars()["m"].to_list() == [row["m"]]


@pytest.mark.parametrize("form", ["to_pandas", "to_polars"])
def test_another_type_than_declared_is_named(
    own_questions: OwnQuestions, graph: HouseholdGraph, form: str
) -> None:
    """A column that holds other values than its header says is an error, not a guess."""
    found = ask(graph, own_questions.has("wrong", "RETURN 'a' AS x"))
    with pytest.raises(BadInputError, match="`x` is declared as INTEGER"):
        getattr(found, form)()


def test_decisions_become_a_frame(graph: HouseholdGraph) -> None:
    """One row each, with the answer, the instants in UTC, and the grounds."""
    decisions = graph.matrix("bakers", at="2026-11-22T21:30")
    frame = table(decisions).to_pandas()
    assert len(frame) == len(decisions)
    assert frame["allowed"].tolist() == [one.allowed for one in decisions]
    assert frame["codes"].map(tuple).tolist() == [one.codes for one in decisions]
    assert set(frame["at"]) == {pd.Timestamp("2026-11-22T21:30", tz="UTC")}
    assert table([]).to_polars().schema == table(decisions).to_polars().schema


def test_a_limit_is_kept_and_told(graph: HouseholdGraph) -> None:
    """At most so many rows; the table says that there were more, the notebook how many it shows."""
    assert ask(graph, "who-administers", limit_=2).cut
    found = ask(graph, "who-administers", household="bakers")
    assert not found.cut
    assert f"<p>{len(found.rows)} rows</p>" in found._repr_html_()


def test_a_notebook_shows_text_as_text(own_questions: OwnQuestions, graph: HouseholdGraph) -> None:
    """Whatever is in the graph, no markup of it reaches the page; long tables are cut."""
    cypher = "UNWIND range(1, 30) AS i RETURN '<script>alert(1)</script>' AS x"
    shown = ask(graph, own_questions.has("hostile", cypher, returns=["x STRING"]))._repr_html_()
    assert "<script" not in shown
    assert shown.count("<tr>") == 1 + 20
    assert "30 rows, 20 of them shown" in shown


def test_the_past_is_not_asked(graph: HouseholdGraph) -> None:
    """A question of the library is of the graph as it stands: another answer would be wrong."""
    with pytest.raises(BadInputError, match="as it stands"):
        ask(graph.past(as_of="2026-01-01"), "who-pays-what")


def test_objects_walk_the_graph(graph: HouseholdGraph) -> None:
    """From a household to its members and their roles, as objects of neomodel."""
    with graph.objects():
        bakers = Organization.nodes.get(id="bakers")
        roles = {one.id: {type(role).__name__ for role in one.plays} for one in bakers.members}
    assert roles["bakers/katie"] == {"User"}
    assert roles["bakers/tom"] == {"BillPayer", "User"}


@pytest.mark.parametrize(
    ("module", "extra", "done"),
    [
        ("pandas", "frames", table([]).to_pandas),
        ("polars", "frames", table([]).to_polars),
        ("neo4j_viz", "pictures", partial(html_page, Diagram("nothing", (), ()))),
    ],
)
def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, extra: str, done: Callable[[], object]
) -> None:
    """Without what it needs, the error says how to install it."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BadInputError, match=f"`{module}` is not installed") as raised:
        done()
    assert raised.value.hint == f"pip install 'household-graph[{extra}]'"
