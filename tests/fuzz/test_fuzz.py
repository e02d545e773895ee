"""Hostile input: whatever a command is given, it ends well or says what is wrong."""

import os
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from tests.fuzz.harness import Fuzz
from tests.fuzz.targets import texts

COUNT = int(os.environ.get("FUZZ", "1000"))
PARTS = 5
SEED = int(os.environ.get("SEED", "1"))


def test_every_text_of_every_command_is_a_target() -> None:
    """What is fuzzed is found by asking the commands, so that a new option is fuzzed as well."""
    found = {(" ".join(one.command), one.option or one.name) for one in texts()}
    assert {("check", "--at"), ("check", "party"), ("policy set", "--maximum-age")} <= found
    assert {command for command, _text in found} >= {"query run", "import plan", "event join"}


@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_input(
    part: int, graph: HouseholdGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, no raw control character, no secret, nothing written by what is refused."""
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"):
        monkeypatch.delenv(name)  # or hostile passwords lock the user out of the graph
    fuzz = Fuzz(graph, SEED * PARTS + part, tmp_path)
    fuzz.run(COUNT // PARTS)
    assert fuzz.violations == [], "\n".join(map(str, fuzz.violations))
