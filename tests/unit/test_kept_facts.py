"""The text that is kept of a household: its layout, and what becomes of one that is none."""

import os
import zlib
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.errors import HouseholdGraphError
from household_graph.graph.kept_facts import FORMAT, facts_from_text, is_kept, kept_text
from household_graph.model.rows import NodeRow, Rows
from household_graph.onboarding import read_documents
from household_graph.onboarding.rows import to_rows
from household_graph.resources import shipped

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return to_rows(document)


def text_of(rows: Rows) -> str:
    text = kept_text(rows)
    assert text is not None
    return text


def test_the_layout_has_a_number(rows: Rows) -> None:
    """What the Bakers' text holds is in a file of this format's number.

    Where the two differ the layout has changed: FORMAT has to be one more, and the file is made
    anew with UPDATE_GOLDEN=1, or new code would read old texts wrong.
    """
    said = zlib.decompress(b64decode(text_of(rows))).decode()
    golden = GOLDEN / f"kept-facts-{FORMAT}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_the_facts_of_rows_are_read_from_it(rows: Rows) -> None:
    """All of them; and it is told from the text of other rows."""
    assert facts_from_text(text_of(rows)) == facts_from_rows(rows)
    assert is_kept(text_of(rows), rows)
    fewer = replace(rows, relationships=rows.relationships[:-1])
    assert is_kept(text_of(rows), fewer) == (facts_from_rows(fewer) == facts_from_rows(rows))
    assert not is_kept(None, rows)


def test_of_what_is_large_nothing_is_kept(rows: Rows) -> None:
    """A walk from the question is quicker then."""
    crowd = tuple(
        NodeRow(f"bakers/guest-{n}", frozenset({"Party", "Individual"}), {"status": "active"})
        for n in range(1_500)
    )
    crowded = replace(rows, nodes=(*rows.nodes, *crowd))
    assert kept_text(crowded) is None
    assert is_kept(None, crowded)
    assert not is_kept(text_of(rows), crowded)


def test_of_what_is_damaged_nothing_is_kept(rows: Rows) -> None:
    """Nor of what is not there: whoever asks is told what is wrong."""
    home, *others = sorted(rows.nodes, key=lambda node: node.id)
    assert home.id == "bakers"
    assert kept_text(replace(rows, nodes=tuple(others))) is None
    for wrong in ({**home.properties, "time_zone": "Nowhere/At-all"}, {}):
        assert kept_text(replace(rows, nodes=(replace(home, properties=wrong), *others))) is None


@pytest.mark.parametrize(
    "text", ["", "no base64!", b64encode(b"{}").decode(), b64encode(zlib.compress(b"{}")).decode()]
)
def test_a_text_that_is_none_is_said(text: str) -> None:
    """With the command that writes it anew, not with what a library says of it."""
    with pytest.raises(HouseholdGraphError, match="cannot be read") as raised:
        facts_from_text(text)
    assert "keep-facts" in str(raised.value.hint)
