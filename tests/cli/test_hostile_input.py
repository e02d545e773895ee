"""What commands have been given by mistake or in malice: each is refused, and told why.

`tests/fuzz` looks for more of the kind; what it finds comes here.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import household_graph
from tests.cli.fresh import Home, home

NINES = "9" * 400
UNWRITABLE = {
    "device add @ box --type=": "resource type of `@/box` is empty",
    "device add @ box --type tv --name=": "name of `@/box` is empty",
    "event join @/x --given-name=": "given name of `@/x` is empty",
    "identity add @/dad  --realm tv": "username of",
    "identity add @/dad dad --realm=": "realm of",
    "policy set @ bedtime --name=": "name of",
    "policy set @ bedtime --category=": "categories of",
    "policy set @ adults --kind classification --audience minors --governs @/movies "
    "--maximum-age 1234": "maximum age of `@/adults` cannot be `1234`",
    f"device add @ box --type {'x' * 2001}": "has 2001 characters",
    f"device add @ {'x' * 1001} --type tv": "characters",
    "role grant @/katie consumer @/sports-channel --until 9999-12-31": "out of range",
    "role grant @/katie consumer @/sports-channel --until 0001-01-01T00:00+14:00": "out of range",
}


@pytest.fixture(scope="module")
def hostile(graph: HouseholdGraph) -> Iterator[Home]:
    """A household that nobody else changes."""
    with home(graph, "hostile-home") as there:
        yield there


@pytest.mark.parametrize("line", UNWRITABLE)
def test_what_no_document_can_hold_is_not_written(line: str, hostile: Home) -> None:
    """Empty, too long, far-off and unreadable values are refused, whatever command gives them."""
    before = hostile.revision()
    done = hostile.run(line) if "  " not in line else hostile.run(*_with_empty(line))
    assert done.code == ExitCode.BAD_INPUT, done
    assert UNWRITABLE[line].replace("@", hostile.household) in done.err
    assert hostile.revision() == before


def _with_empty(line: str) -> tuple[str, ...]:
    """Return the words of a line in which two blanks stand around an empty one."""
    first, last = line.split("  ")
    return first, "", *last.split()
