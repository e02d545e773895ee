"""Lists on terminals of 80 and of 40 columns: ids are whole, times short."""

import json
import re
from typing import Any

import pytest

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph

LISTS = ("role list", "policy list", "device list", "identity list", "history")
_ID = re.compile(r"bakers/[\w.-]+")


def ids(value: Any, left_out: frozenset[str]) -> set[str]:  # noqa: ANN401 - JSON
    """Return the full ids in a value, without those of some keys."""
    if isinstance(value, dict):
        parts = [ids(one, left_out) for key, one in value.items() if key not in left_out]
        return set().union(*parts)
    if isinstance(value, list):
        return set().union(*(ids(one, left_out) for one in value))
    return {value} if isinstance(value, str) and _ID.fullmatch(value) else set()


@pytest.mark.usefixtures("graph")
@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("line", LISTS[:-1])
def test_no_id_is_broken(line: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every id of the list stands in one line, and no line is wider than an id needs."""
    found = json.loads(household_graph(*line.split(), "bakers", "-o", "json").out)
    hidden = frozenset({"account", "id"} if line == "role list" else {"enforced_by", "set_by"})
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = household_graph(*line.split(), "bakers").out
    assert ids(found, hidden) <= {*_ID.findall(shown)}
    assert max(map(len, shown.splitlines())) <= max(
        columns, *(len(one) + 4 for one in shown.split())
    )


def test_times_are_short(graph: HouseholdGraph) -> None:
    """A table has neither seconds nor offsets; what was made and is in effect at once, one time."""
    shown = household_graph("history", "bakers").out
    assert re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d ", shown)
    assert "in effect" not in shown
    assert not re.search(
        r"\d\dT\d\d:\d\d|\d\d:\d\d:\d\d", shown + household_graph("role", "list", "bakers").out
    )
    assert graph.roles.list("bakers")[0].valid_from is not None
