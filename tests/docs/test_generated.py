"""What is generated is up to date: pages, pictures and the output of commands in them."""

import pytest

from household_graph import HouseholdGraph
from scripts.make_docs import ROOT, pages, printed


def test_generated_pages_are_up_to_date(graph: HouseholdGraph) -> None:
    """The commands in the README print what it says, and `make docs` would change no page."""
    assert graph.connection
    stale = [
        str(path.relative_to(ROOT))
        for path, text in pages().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []


def test_a_command_that_fails_blanks_no_page() -> None:
    """A page is not written where a command that is in it cannot be answered."""
    assert printed("household-graph --version")
    with pytest.raises(SystemExit, match="`household-graph nonsense` ends in 2"):
        printed("household-graph nonsense")
