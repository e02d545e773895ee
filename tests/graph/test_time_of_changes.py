"""The time of a change is the server's, once its households are locked, and never goes back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
from neo4j import Transaction

from household_graph.changes import change_history as undoing
from household_graph.changes.policies import Policies
from household_graph.changes.revocation import revoke
from household_graph.changes.service import ChangeResult, ChangeService, Drafts, PlannedChange
from household_graph.documents.load import load_document
from household_graph.errors import RefusedError
from household_graph.model.actor import Actor
from household_graph.model.edits import RecordedChange
from household_graph.model.enums import InvolvementKind
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.query_files import load_query
from household_graph.store.row_reader import fetch_now, fetch_recorded, instant_from_wire
from household_graph.store.row_store import ChangeMetadata
from tests.scenarios.scenarios import seed
from tests.unit.drafts import on

OPERATOR = PlannedChange(Actor.operator("anna"), "test")
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def service(connection: Connection) -> ChangeService:
    """Return the change service of the graph."""
    return ChangeService(GraphRows(connection))


@pytest.fixture
def bakers(blank: Connection) -> Connection:
    """A graph with the seed households in it."""
    for name in ("bakers", "bike-shop"):
        load_document(GraphRows(blank), seed(name), actor=Actor.operator("tests"))
    return blank


def rename(drafts: Drafts) -> None:
    for draft in drafts.values():
        again = draft.get(draft.household).properties.get("name") == "A name"
        draft.update(draft.household, name="Another name" if again else "A name")


def without_admin(drafts: Drafts) -> None:
    for item in ("bakers/broadband", "bakers/smart-firewall"):
        revoke(drafts["bakers"], "bakers/mum", InvolvementKind.ADMIN, item)


def without_bedtime(drafts: Drafts) -> None:
    on(drafts["bakers"], Policies).end("bakers/bedtime")


def changes(connection: Connection, household: str = "bakers") -> list[RecordedChange]:
    return list(fetch_recorded(connection, [household])[household].changes)


def locked(connection: Connection) -> Iterator[Transaction]:
    """Hold the lock of the Bakers, as somebody else who changes them does."""
    with connection.session() as session, session.begin_transaction() as tx:
        list(tx.run(load_query("writes/lock").text, {"households": ["bakers"]}))
        yield tx
        tx.rollback()


def test_who_was_revoked_meanwhile_undoes_nothing(
    bakers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the actor of an undo may do is judged when it is made, not when it was asked for."""
    request = PlannedChange(Actor.party("bakers/mum"), "policy lift")
    [lifted] = service(bakers).change(["bakers"], without_bedtime, request).households

    change = ChangeService.change

    def revoked_before(service: ChangeService, *asked: Any) -> ChangeResult:  # noqa: ANN401 - handed on
        change(service, ["bakers"], without_admin, OPERATOR)
        return change(service, *asked)

    monkeypatch.setattr(ChangeService, "change", revoked_before)
    with pytest.raises(RefusedError):
        undoing.undo(GraphRows(bakers), str(lifted.change), actor=Actor.party("bakers/mum"))
    assert [one.action for one in changes(bakers)] == ["load", "policy lift", "test"]


def test_a_change_is_made_once_the_lock_is_had(bakers: Connection) -> None:
    """Who waited for another change makes theirs after it, by the clock of the server."""
    with ThreadPoolExecutor(1) as threads:
        for tx in locked(bakers):
            waiting = threads.submit(service(bakers).change, ["bakers"], rename, OPERATOR)
            sleep(0.5)
            [record] = tx.run("RETURN datetime.realtime() AS at")
            released = instant_from_wire(record["at"])
        waiting.result()
    assert changes(bakers)[-1].at >= released


def test_the_time_never_goes_back(bakers: Connection) -> None:
    """After a change that a clock gone wrong dated later, the next ones have its time at least."""
    service(bakers).change(
        ["bakers"], rename, PlannedChange(Actor.operator("anna"), "test", now=LATER)
    )
    [dry] = (
        service(bakers)
        .change(["bakers"], rename, PlannedChange(Actor.operator("anna"), "test", dry_run=True))
        .households
    )
    [real] = service(bakers).change(["bakers"], rename, OPERATOR).households
    assert (changes(bakers)[-1].at, dry.at) == (LATER, real.at)


def test_cypher_of_ones_own_does_not_turn_it_back(bakers: Connection) -> None:
    """Where somebody counted the revision up without a record, the last record counts."""
    service(bakers).change(
        ["bakers"], rename, PlannedChange(Actor.operator("anna"), "test", now=LATER)
    )
    bakers.driver.execute_query("MATCH (n:Organization {id: 'bakers'}) SET n.revision = 7")
    service(bakers).change(["bakers"], rename, OPERATOR)
    assert [(one.revision, one.at) for one in changes(bakers)][-1] == (8, LATER)


def test_changes_that_are_one_have_one_time(bakers: Connection) -> None:
    """A change of several households has the latest time that any of them needs."""
    service(bakers).change(
        ["bike-shop"], rename, PlannedChange(Actor.operator("anna"), "test", now=LATER)
    )
    service(bakers).change(["bakers", "bike-shop"], rename, OPERATOR)
    assert [changes(bakers, one)[-1].at for one in ("bakers", "bike-shop")] == [LATER, LATER]


def test_times_go_up_with_revisions(bakers: Connection) -> None:
    """Of many who change a household at once, nobody has an earlier time than who came before."""
    with ThreadPoolExecutor(4) as threads:
        for done in [
            threads.submit(service(bakers).change, ["bakers"], rename, OPERATOR) for _ in range(20)
        ]:
            done.result()
    found = changes(bakers)
    assert [one.revision for one in found] == list(range(1, 22))
    assert sorted(one.at for one in found) == [one.at for one in found]
    assert found[-1].at <= fetch_now(bakers)


def test_an_undo_of_what_is_yet_to_hold_holds_at_once(bakers: Connection) -> None:
    """An undo takes effect when the undone change did, and where that is later, at once."""
    at = (fetch_now(bakers) + timedelta(days=30)).isoformat()
    [ended] = (
        service(bakers)
        .change(["bakers"], leave, PlannedChange(Actor.operator("anna"), "test", at=at))
        .households
    )
    [undone] = undoing.undo(
        GraphRows(bakers), str(ended.change), actor=Actor.operator("anna"), dry_run=True
    ).households
    [real] = undoing.undo(
        GraphRows(bakers), str(ended.change), actor=Actor.operator("anna")
    ).households
    last = changes(bakers)[-1]
    assert undone.at <= real.at < ended.at
    assert last.effective_at - last.at < timedelta(milliseconds=1)


def leave(drafts: Drafts) -> None:
    draft = drafts["bakers"]
    for link in draft.index.outgoing("MEMBER_OF", "bakers/katie"):
        draft.end(link)


def test_a_cause_may_still_be_dated(blank: Connection) -> None:
    """What is written into a graph for the first time can have a time of its own."""
    assert ChangeMetadata(Actor.operator("tests"), "load", at=LATER).at == LATER
    assert fetch_now(blank) < LATER
