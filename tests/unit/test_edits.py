"""What a change keeps of itself as text."""

import pytest

from household_graph.model.edits import Edits, NodeEdit, edits_from_text, edits_to_text
from household_graph.model.rows import NodeRow


@pytest.mark.parametrize("count", [0, 1, 10, 300])
def test_edits_come_back_from_text(count: int) -> None:
    """Few or many, short or long, with letters of any kind, they are what they were."""
    nodes = tuple(
        NodeEdit(None, NodeRow(f"h/place-{n}", frozenset({"Place"}), {"city": "Łódź 東京"}))
        for n in range(count)
    )
    edits = Edits("h", nodes)
    assert edits_from_text(edits_to_text(edits)) == edits


def test_a_long_text_is_kept_short() -> None:
    """That of a household that is made takes an eighth of the room; a small one can be read."""
    made = tuple(
        NodeEdit(None, NodeRow(f"h/product-{n}", frozenset({"Product"}), {"name": "TV"}))
        for n in range(100)
    )
    assert len(edits_to_text(Edits("h", made))) < 8 * 100
    assert edits_to_text(Edits("h", made[:1])).startswith('{"household":"h"')
