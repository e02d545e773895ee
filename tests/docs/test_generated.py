"""What is generated is up to date: pages, pictures and the output of commands in them."""

from household_graph import HouseholdGraph
from scripts.make_docs import ROOT, pages


def test_generated_pages_are_up_to_date(graph: HouseholdGraph) -> None:
    """The commands in the README print what it says, and `make docs` would change no page."""
    assert graph.connection
    stale = [
        str(path.relative_to(ROOT))
        for path, text in pages().items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == []
