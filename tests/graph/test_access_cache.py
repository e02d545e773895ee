"""Every change keeps the facts of its household, in its own transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from bench.households import business
from household_graph import HouseholdGraph
from household_graph.changes.authority import check_authority
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.errors import BadInputError
from household_graph.graph.connection import Connection
from household_graph.graph.facts import read
from household_graph.graph.keeping import keep_facts, kept_beside
from household_graph.graph.kept_facts import facts_from_text
from household_graph.graph.writing import Cause, write
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.onboarding import HouseholdDocument, read_documents
from household_graph.onboarding.rows import to_rows
from household_graph.resources import shipped
from tests.graph.rows import put

EVENING = "2026-11-22T20:00"


@pytest.fixture
def rows() -> Rows:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return to_rows(document)


def suspended(rows: Rows) -> Rows:
    """Return the same with Dad suspended."""
    nodes = [
        replace(node, properties={**node.properties, "status": "suspended"})
        if node.id == "bakers/dad"
        else node
        for node in rows.nodes
    ]
    return replace(rows, nodes=tuple(nodes))


def removed(there: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
    rows = there["bakers"]
    yield Edits(
        "bakers",
        tuple(NodeEdit(node, None) for node in rows.nodes),
        tuple(RelationshipEdit(link, None) for link in rows.relationships),
    )


def test_what_is_kept_is_what_was_written(blank: Connection, rows: Rows) -> None:
    """Of a new household, of a change, and of none any more."""
    for state in (rows, suspended(rows)):
        put(blank, state)
        [kept] = kept_beside(blank, ["bakers"]).values()
        assert facts_from_text(kept.facts) == facts_from_rows(state)
        assert keep_facts(blank, ["bakers"], dry_run=True) == []
    write(blank, ["bakers"], removed, Cause(Actor.operator("tests"), "remove"), check_authority)
    assert kept_beside(blank, ["bakers"]) == {}


def test_a_change_that_fails_leaves_what_was_kept(blank: Connection, rows: Rows) -> None:
    """With the rest of its transaction."""
    put(blank, rows)
    before = kept_beside(blank, ["bakers"])
    nowhere = RelationshipRow("CONNECTED_TO", "bakers/home-hub", "bakers/nothing")
    with pytest.raises(BadInputError):
        put(blank, replace(suspended(rows), relationships=(*rows.relationships, nowhere)))
    assert kept_beside(blank, ["bakers"]) == before


def test_a_large_business_is_walked(blank: Connection) -> None:
    """Nothing is kept of it, and it is answered as well as any other, one by one and whole."""
    shop = to_rows(HouseholdDocument.model_validate(business("shop", 400, 800)))
    put(blank, shop)
    assert kept_beside(blank, ["shop"]) == {}
    assert keep_facts(blank, ["shop"]) == []
    graph = HouseholdGraph(blank)
    phone = "shop/phone-7"
    allowed = graph.check("shop/person-7", "shop/voice", device=phone, at=EVENING)
    assert allowed.codes == ("granted",)
    with graph.snapshot() as snapshot:
        assert snapshot.check("shop/person-7", "shop/voice", device=phone, at=EVENING) == allowed
    refused = graph.check("shop/person-8", "shop/voice", device=phone, at=EVENING)
    assert refused.codes == ("no-device-grant",)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the queries that questions run, as they go to the server."""
    names: list[str] = []

    def noted(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
        names.append(name)
        return read(connection, name, **parameters)

    monkeypatch.setattr("household_graph.graph.facts.read", noted)
    return names


def test_what_is_walked_is_not_looked_for_again_at_once(
    blank: Connection, run: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second question goes to the server once; after a moment it is found out again."""
    put(blank, to_rows(HouseholdDocument.model_validate(business("shop", 400, 800))))
    graph, asked = HouseholdGraph(blank), ("shop/person-7", "shop/voice")
    for queries in (["facts/kept", "facts/of-questions"], ["facts/of-questions"]):
        assert graph.check(*asked, device="shop/phone-7", at=EVENING).allowed
        assert run == queries
        run.clear()
    assert graph.services("shop/person-7", device="shop/phone-7", at=EVENING)
    assert run == ["facts/of-households"]
    run.clear()
    monkeypatch.setattr("household_graph.graph.walked._A_MOMENT", 0.0)
    assert graph.check(*asked, device="shop/phone-7", at=EVENING).allowed
    assert run == ["facts/kept", "facts/of-questions"]


def test_what_is_kept_anew_is_read_at_once(blank: Connection, rows: Rows, run: list[str]) -> None:
    """Whatever was found a moment ago: after `keep-facts`, and after a change."""
    put(blank, rows)
    ask = partial(HouseholdGraph(blank).check, "bakers/dad", "bakers/live-tv", at=EVENING)
    keep = partial(keep_facts, blank, ["bakers"])
    change = partial(put, blank, suspended(rows))
    for act, allowed in ((keep, True), (change, False)):
        blank.driver.execute_query("MATCH (kept:KeptFacts) DELETE kept")
        assert ask().allowed
        act()
        run.clear()
        assert (ask().allowed, run) == (allowed, ["facts/kept"])


def test_either_text_can_be_behind(blank: Connection, rows: Rows) -> None:
    """Entitlements that are not those of the facts are found and written anew, missing ones too."""
    put(blank, rows)
    [kept] = kept_beside(blank, ["bakers"]).values()
    for wrong in ('["bakers","Europe/London",{},{},{},"",[]]', None):
        blank.driver.execute_query(
            "MATCH (kept:KeptFacts {id: 'bakers'}) SET kept.entitlements = $wrong", wrong=wrong
        )
        assert keep_facts(blank, ["bakers"]) == ["bakers"]
        assert kept_beside(blank, ["bakers"]) == {"bakers": kept}


def test_many_people_are_judged_by_their_facts(blank: Connection) -> None:
    """Of a business with many people, services and devices no entitlements are kept."""
    shop = to_rows(HouseholdDocument.model_validate(business("shop", 60, 60)))
    put(blank, shop)
    [kept] = kept_beside(blank, ["shop"]).values()
    assert kept.entitlements is None
    graph = HouseholdGraph(blank)
    asked = ("shop/person-7", "shop/voice")
    for device, codes in (("shop/phone-7", ("granted",)), ("shop/phone-8", ("no-device-grant",))):
        decision = graph.check(*asked, device=device, at=EVENING)
        assert decision.codes == codes
        with graph.snapshot() as snapshot:
            assert snapshot.check(*asked, device=device, at=EVENING) == decision
