"""What is kept of a household: its layout, and what becomes of a text that is none."""

import os
import zlib
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from bench.households import households
from household_graph.decision.entitlements import Entitlements
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.errors import HouseholdGraphError
from household_graph.graph.kept_facts import (
    FORMAT,
    Kept,
    entitlements_from_text,
    facts_from_text,
    is_kept,
    kept_of,
)
from household_graph.graph.queries import names, query
from household_graph.model.rows import NodeRow, Rows
from household_graph.onboarding import HouseholdDocument, read_documents
from household_graph.onboarding.rows import to_rows
from household_graph.resources import shipped
from tests.scenarios.scenarios import documents

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return to_rows(document)


def held(rows: Rows) -> Kept:
    kept = kept_of(rows)
    assert kept is not None
    return kept


def same_as_golden(name: str, said: str) -> bool:
    golden = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, encoding="utf-8")
    return said == golden.read_text(encoding="utf-8")


def test_the_layout_has_a_number(rows: Rows) -> None:
    """What the Bakers' texts hold is in files of this format's number.

    Where they differ the layout has changed: FORMAT has to be one more, and the files are made
    anew with UPDATE_GOLDEN=1, or new code would read old texts wrong.
    """
    kept = held(rows)
    facts = zlib.decompress(b64decode(kept.facts)).decode()
    assert same_as_golden(f"kept-facts-{FORMAT}.json", facts)
    assert same_as_golden(f"kept-entitlements-{FORMAT}.json", f"{kept.entitlements}\n")


def test_queries_are_shown_with_the_number() -> None:
    """An example with another would be of what is walked, and not of what is kept."""
    examples = (query(name).example or {} for name in names())
    assert {one["format"] for one in examples if "format" in one} == {FORMAT}


def test_the_laws_have_a_number() -> None:
    """What the households of scenarios, and some random ones, are entitled to is of this number.

    Where one differs the judge answers otherwise than it did: FORMAT has to be one more, or what
    was kept before would outlive the laws it was found by.
    """
    random = {one["organization"]["id"]: one for one in households(40)}
    every = documents() | {n: HouseholdDocument.model_validate(one) for n, one in random.items()}
    said = {name: held(to_rows(one)).entitlements for name, one in every.items()}
    digests = (f"{name} {sha256(str(said[name]).encode()).hexdigest()}\n" for name in sorted(said))
    assert same_as_golden(f"entitlements-{FORMAT}.txt", "".join(digests))


def test_both_are_read_from_it(rows: Rows) -> None:
    """All that was written; and it is told from that of other rows."""
    kept = held(rows)
    assert facts_from_text(kept.facts) == facts_from_rows(rows)
    assert entitlements_from_text(str(kept.entitlements)) == Entitlements.of(facts_from_rows(rows))
    assert is_kept(kept, rows)
    fewer = replace(rows, relationships=rows.relationships[:-1])
    assert is_kept(kept, fewer) == (facts_from_rows(fewer) == facts_from_rows(rows))
    assert not is_kept(None, rows)
    assert not is_kept(kept._replace(entitlements=None), rows)


def test_many_cells_are_not_kept(rows: Rows) -> None:
    """Of many people, services and devices the facts alone are kept."""
    crowd = tuple(
        NodeRow(f"bakers/guest-{n}", frozenset({"Party", "Individual"}), {"status": "active"})
        for n in range(200)
    )
    crowded = replace(rows, nodes=(*rows.nodes, *crowd))
    kept = held(crowded)
    assert kept.entitlements is None
    assert is_kept(kept, crowded)


def test_of_what_is_large_nothing_is_kept(rows: Rows) -> None:
    """A walk from the question is quicker then."""
    crowd = tuple(
        NodeRow(f"bakers/guest-{n}", frozenset({"Party", "Individual"}), {"status": "active"})
        for n in range(1_500)
    )
    crowded = replace(rows, nodes=(*rows.nodes, *crowd))
    assert kept_of(crowded) is None
    assert is_kept(None, crowded)
    assert not is_kept(held(rows), crowded)


def test_of_what_is_damaged_nothing_is_kept(rows: Rows) -> None:
    """Nor of what is not there: whoever asks is told what is wrong."""
    home, *others = sorted(rows.nodes, key=lambda node: node.id)
    assert home.id == "bakers"
    assert kept_of(replace(rows, nodes=tuple(others))) is None
    for wrong in ({**home.properties, "time_zone": "Nowhere/At-all"}, {}):
        assert kept_of(replace(rows, nodes=(replace(home, properties=wrong), *others))) is None


@pytest.mark.parametrize(
    "text", ["", "no base64!", b64encode(b"{}").decode(), b64encode(zlib.compress(b"{}")).decode()]
)
def test_a_text_that_is_none_is_said(text: str) -> None:
    """With the command that writes it anew, not with what a library says of it."""
    with pytest.raises(HouseholdGraphError, match="cannot be read") as raised:
        facts_from_text(text)
    assert "keep-facts" in str(raised.value.hint)
    with pytest.raises(HouseholdGraphError, match="cannot be read"):
        entitlements_from_text(text)
