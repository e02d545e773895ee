"""Every change writes the access cache of its household, in its own transaction."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Event
from time import sleep
from typing import Any

import pytest
from neo4j import ManagedTransaction

from bench.households import business
from household_graph import HouseholdGraph
from household_graph.changes.authorization.check import check_authority
from household_graph.doctor.runner import CHECKS, examine_one
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.store.access_cache import FORMAT, STAMPS, Access, CacheState, facts_from_text
from household_graph.store.cache_rebuild import (
    fetch_rows_and_caches,
    orphan_caches,
    rebuild_cache,
)
from household_graph.store.connection import Connection, read
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import read_rows
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write
from tests.graph.rows import edits, put
from tests.scenarios.scenarios import seed

EVENING = "2026-11-22T20:00"


@pytest.fixture
def rows() -> Rows:
    """The Bakers."""
    return to_rows(seed("bakers"))


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


def cached(connection: Connection, household: str = "bakers") -> Access | None:
    """Return what is cached of a household, if it may be trusted."""
    found = fetch_rows_and_caches(connection, [household])
    if household not in found:
        return None
    _rows, stored = found[household]
    if stored.stamps != STAMPS:
        return None
    return Access.from_content(stored.content, stored.revision)


def behind(connection: Connection, household: str = "bakers") -> list[str]:
    """Return the households whose cache would be written again."""
    return rebuild_cache(connection, [household], check=True).households


def test_what_is_cached_is_what_was_written(blank: Connection, rows: Rows) -> None:
    """Of a new household, of a change, and of none any more."""
    for state in (rows, suspended(rows)):
        put(blank, state)
        found = cached(blank)
        assert found is not None
        assert facts_from_text(found.facts) == facts_from_rows(state)
        assert behind(blank) == []
    write(
        blank,
        ["bakers"],
        removed,
        ChangeMetadata(Actor.operator("tests"), "remove"),
        check_authority,
    )
    assert cached(blank) is None
    assert orphan_caches(blank) == []


def test_a_change_that_fails_leaves_what_was_cached(blank: Connection, rows: Rows) -> None:
    """With the rest of its transaction."""
    put(blank, rows)
    before = cached(blank)
    nowhere = RelationshipRow("CONNECTED_TO", "bakers/home-hub", "bakers/nothing")
    with pytest.raises(BadInputError):
        put(blank, replace(suspended(rows), relationships=(*rows.relationships, nowhere)))
    assert before is not None
    assert cached(blank) == before


def test_a_large_business_is_answered_live(blank: Connection) -> None:
    """Nothing is cached of it, and it is answered as well as any other, one by one and whole."""
    shop = to_rows(HouseholdDocument.model_validate(business("shop", 400, 800)))
    put(blank, shop)
    assert cached(blank, "shop") is None
    assert rebuild_cache(blank, ["shop"]).households == []
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

    monkeypatch.setattr("household_graph.store.facts_loader.read", noted)
    return names


def test_what_is_not_cached_is_not_looked_for_again_at_once(
    blank: Connection, run: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second question goes to the server once; after a moment it is found out again."""
    put(blank, to_rows(HouseholdDocument.model_validate(business("shop", 400, 800))))
    graph, asked = HouseholdGraph(blank), ("shop/person-7", "shop/voice")
    for queries in (["facts/access-cache", "facts/of-questions"], ["facts/of-questions"]):
        assert graph.check(*asked, device="shop/phone-7", at=EVENING).allowed
        assert run == queries
        run.clear()
    assert graph.services("shop/person-7", device="shop/phone-7", at=EVENING)
    assert run == ["facts/of-households"]
    run.clear()
    monkeypatch.setattr("household_graph.store.connection._A_MOMENT", 0.0)
    assert graph.check(*asked, device="shop/phone-7", at=EVENING).allowed
    assert run == ["facts/access-cache", "facts/of-questions"]


def test_what_is_cached_again_is_read_at_once(
    blank: Connection, rows: Rows, run: list[str]
) -> None:
    """Whatever was found a moment ago: after a rebuild, and after a change."""
    put(blank, rows)
    ask = partial(HouseholdGraph(blank).check, "bakers/dad", "bakers/live-tv", at=EVENING)
    rebuild = partial(rebuild_cache, blank, ["bakers"])
    change = partial(put, blank, suspended(rows))
    for act, allowed in ((rebuild, True), (change, False)):
        blank.driver.execute_query("MATCH (cache:AccessCache) DELETE cache")
        assert ask().allowed
        act()
        run.clear()
        assert (ask().allowed, run) == (allowed, ["facts/access-cache"])


def test_either_part_can_be_wrong(blank: Connection, rows: Rows) -> None:
    """Entitlements that are not those of the facts are written again, missing ones too."""
    put(blank, rows)
    right = cached(blank)
    assert right is not None
    for wrong in ('["bakers","Europe/London",{},{},{},"",[]]', None):
        content = right._replace(entitlements=wrong).content(1)
        blank.driver.execute_query(
            "MATCH (cache:AccessCache {id: 'bakers'}) SET cache.content = $content", content=content
        )
        assert rebuild_cache(blank, ["bakers"]).households == ["bakers"]
        assert cached(blank) == right


def test_many_people_are_judged_by_their_facts(blank: Connection) -> None:
    """Of a business with many people, services and devices no entitlements are cached."""
    shop = to_rows(HouseholdDocument.model_validate(business("shop", 60, 60)))
    put(blank, shop)
    found = cached(blank, "shop")
    assert found is not None
    assert found.entitlements is None
    graph = HouseholdGraph(blank)
    asked = ("shop/person-7", "shop/voice")
    for device, codes in (("shop/phone-7", ("granted",)), ("shop/phone-8", ("no-device-grant",))):
        decision = graph.check(*asked, device=device, at=EVENING)
        assert decision.codes == codes
        with graph.snapshot() as snapshot:
            assert snapshot.check(*asked, device=device, at=EVENING) == decision


STOP = "MATCH (s:Service {id: 'bakers/live-tv'}) SET s.state = 'inactive'"
COUNT = "MATCH (h:Organization {id: 'bakers'}) SET h.revision = coalesce(h.revision, 0) + 1"
EARLIER = """
MATCH (h:Organization {id: 'bakers'}) SET h.revision = h.revision + 1
MERGE (kept:KeptFacts {id: 'bakers'})
SET kept.facts = 'of old', kept.entitlements = 'of old', kept.format = 3
"""
OUTDATING = {
    "a revision counted up in plain Cypher": (COUNT, {}),
    "no revision any more": ("MATCH (h:Organization {id: 'bakers'}) REMOVE h.revision", {}),
    "other time-zone data": ("MATCH (c:AccessCache) SET c.tzdata = '2020a'", {}),
    "another format": ("MATCH (c:AccessCache) SET c.format = $format", {"format": FORMAT + 1}),
    "a revision of a backup, and the same number beside it": (
        "MATCH (c:AccessCache), (h:Organization {id: 'bakers'}) SET h.revision = 9, c.revision = 9",
        {},
    ),
    "an earlier version, during a rollout": (EARLIER, {}),
    "the old recipe of plain Cypher": ("MATCH (kept:KeptFacts {id: 'bakers'}) DELETE kept", {}),
}


@pytest.mark.parametrize("how", OUTDATING)
def test_nothing_outdated_is_answered_from(how: str, blank: Connection, rows: Rows) -> None:
    """Whatever makes it so: the answer is that of the graph, everywhere, and a rebuild mends it."""
    put(blank, rows)
    graph, asked = HouseholdGraph(blank), ("bakers/dad", "bakers/live-tv")
    assert graph.check(*asked, at=EVENING).allowed
    text, parameters = OUTDATING[how]
    blank.driver.execute_query(STOP)
    blank.driver.execute_query(text, parameters)
    for one in (graph, HouseholdGraph(blank), graph.snapshot()):
        assert one.check(*asked, at=EVENING).codes == ("not-active",)
        assert not [d for d in one.services(asked[0], at=EVENING) if d.target == asked[1]]
    assert rebuild_cache(blank, ["bakers"]).households == ["bakers"]
    assert cached(blank) is not None
    assert graph.check(*asked, at=EVENING).codes == ("not-active",)
    [labels] = blank.driver.execute_query("MATCH (c:KeptFacts) RETURN labels(c), keys(c)").records
    assert sorted(labels[0]) == ["AccessCache", "KeptFacts"]
    assert sorted(labels[1]) == ["content", "format", "id", "revision", "tzdata"]


def test_what_an_earlier_version_left_goes_with_the_next_change(
    blank: Connection, rows: Rows
) -> None:
    """A node with its label alone, beside which a new one could not be made."""
    put(blank, rows)
    blank.driver.execute_query("MATCH (c:AccessCache) DELETE c")
    blank.driver.execute_query(
        "CREATE (:KeptFacts {id: 'bakers', facts: 'of old', entitlements: 'of old', format: 3})"
    )
    put(blank, suspended(rows))
    records = blank.driver.execute_query("MATCH (c:KeptFacts) RETURN labels(c) AS labels").records
    assert [sorted(record["labels"]) for record in records] == [["AccessCache", "KeptFacts"]]
    assert not HouseholdGraph(blank).check("bakers/dad", "bakers/live-tv", at=EVENING).allowed


def test_an_orphan_answers_nothing(blank: Connection, rows: Rows) -> None:
    """Of a household that somebody deleted; a rebuild removes it, by name too."""
    for named in (False, True):
        put(blank, rows)
        blank.driver.execute_query(
            "MATCH (n:Entity) WHERE n.id = 'bakers' OR n.id STARTS WITH 'bakers/' DETACH DELETE n"
        )
        blank.driver.execute_query("MATCH (c:Change) DETACH DELETE c")
        with pytest.raises(UnknownIdError):
            HouseholdGraph(blank).check("bakers/katie", "bakers/live-tv", at=EVENING)
        assert HouseholdGraph(blank).snapshot().households == ()
        assert orphan_caches(blank) == ["bakers"]
        assert rebuild_cache(blank, ["bakers"], check=named).households == ["bakers"]
        if named:
            assert rebuild_cache(blank, ["bakers"]).households == ["bakers"]
        assert orphan_caches(blank) == []
        with pytest.raises(UnknownIdError):
            rebuild_cache(blank, ["bakers"])


def test_one_unreadable_household_does_not_stop_the_others(blank: Connection, rows: Rows) -> None:
    """It is named, and the rest is written; nothing is cached of what cannot be laid out."""
    shop = to_rows(HouseholdDocument.model_validate(business("shop", 20, 20)))
    flat = to_rows(HouseholdDocument.model_validate(business("flat", 20, 20)))
    put(blank, rows, shop, flat)
    run = blank.driver.execute_query
    run("MATCH (n:User) WHERE n.id STARTS WITH 'shop/' SET n.valid_to = '2026-01-01'")
    run("MATCH (h:Organization {id: 'flat'}) REMOVE h.time_zone")
    run("MATCH (h:Organization) WHERE NOT h.id CONTAINS '/' SET h.revision = h.revision + 1")
    for check in (True, False):
        rebuilt = rebuild_cache(blank, ["bakers", "shop", "flat"], check=check)
        assert "bakers" in rebuilt.households
        assert "shop" not in rebuilt.households
        assert sorted(rebuilt.failed) == ["flat", "shop"]
        assert "flat" in rebuilt.failed["flat"].message
    assert cached(blank) is not None
    assert cached(blank, "flat") is None


@pytest.mark.parametrize("ours_first", [True, False])
def test_a_plain_cypher_writer_beside_ours(ours_first: bool, blank: Connection, rows: Rows) -> None:
    """Whichever is first, the other waits for it, and no answer is that of before both."""
    put(blank, rows)
    begun, go_on = Event(), Event()

    def in_plain_cypher(tx: ManagedTransaction) -> None:
        tx.run(COUNT).consume()
        if not ours_first:
            begun.set()
            assert go_on.wait(30)
        tx.run(STOP).consume()

    def plain() -> None:
        with blank.session() as session:
            session.execute_write(in_plain_cypher)

    def ours(there: Mapping[str, Rows], _at: datetime) -> list[Edits]:
        if ours_first:
            begun.set()
            assert go_on.wait(30)
        after = suspended(there["bakers"])
        return [edits(there["bakers"], after)]

    def change() -> None:
        write(
            blank,
            ["bakers"],
            ours,
            ChangeMetadata(Actor.operator("tests"), "suspend"),
            check_authority,
        )

    first, second = (change, plain) if ours_first else (plain, change)
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first)
        assert begun.wait(30)
        other = threads.submit(second)
        sleep(0.5)  # so that it comes to where it waits
        assert not other.done()
        go_on.set()
        one.result(30)
        other.result(30)
    graph = HouseholdGraph(blank)
    mum = graph.check("bakers/mum", "bakers/live-tv", at=EVENING)
    assert mum.codes == ("not-active",)
    dad = graph.check("bakers/dad", "bakers/live-tv", at=EVENING)
    assert len([reason for reason in dad.reasons if reason.code == "not-active"]) == 2
    state = fetch_rows_and_caches(blank, ["bakers"])["bakers"][1].state(cached(blank))
    assert state is (CacheState.OUTDATED if ours_first else CacheState.CURRENT)


def test_households_that_are_answered_live_are_said(
    blank: Connection, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    """At the level of `--debug`, and only there."""
    put(blank, rows)
    graph = HouseholdGraph(blank)
    caplog.set_level("DEBUG", "household_graph")
    graph.check("bakers/dad", "bakers/live-tv", at=EVENING)
    assert caplog.records == []
    blank.driver.execute_query(COUNT)
    graph.check("bakers/dad", "bakers/live-tv", at=EVENING)
    [record] = caplog.records
    assert record.levelname == "DEBUG"
    assert "answered live, without an access cache: bakers" in record.getMessage()


def test_a_change_between_two_reads_of_the_doctor_is_no_finding(
    blank: Connection, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows and cache are of one moment: the household is read again."""
    put(blank, rows)
    reads: list[Sequence[str]] = []

    def changed_before(tx: ManagedTransaction, households: Sequence[str]) -> dict[str, Rows]:
        reads.append(households)
        if len(reads) == 1:
            put(blank, suspended(rows))
        return read_rows(tx, households)

    monkeypatch.setattr("household_graph.store.cache_rebuild.read_rows", changed_before)
    assert examine_one(GraphRows(blank), "bakers", only=[CHECKS["stale-cache"]]) == []
    assert behind(blank) == []
    assert len(reads) == 3
