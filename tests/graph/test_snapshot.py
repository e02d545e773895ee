"""A snapshot answers as the graph did, without it; `connect_async` asks the same questions."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from household_graph import (
    AsyncHouseholdGraph,
    BadInputError,
    HouseholdGraph,
    Question,
    Snapshot,
    UnknownIdError,
    connect_async,
)
from household_graph.local_neo4j import LocalServer
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import all_households

EVENING = "2026-11-22T21:30"
WEEK = {"start": "2026-11-22", "end": "2026-11-29"}


@pytest.fixture(scope="module")
def snapshot(graph: HouseholdGraph) -> Snapshot:
    """All households of the scenarios."""
    return graph.snapshot()


def test_it_holds_all_households(graph: HouseholdGraph, snapshot: Snapshot) -> None:
    """None named: all there are; it says when, and gives the bookmarks of what it read."""
    assert snapshot.households == tuple(all_households(graph.connection))
    assert datetime.now(UTC) - timedelta(minutes=10) < snapshot.at < datetime.now(UTC)
    assert snapshot.bookmarks


def test_it_answers_every_question_as_the_graph_does(
    graph: HouseholdGraph, snapshot: Snapshot
) -> None:
    """The matrix of each household, cell by cell, with reasons and the next change."""
    for household in snapshot.households:
        assert snapshot.matrix(household, at=EVENING) == graph.matrix(household, at=EVENING)


def test_its_lists_are_those_of_the_graph(graph: HouseholdGraph, snapshot: Snapshot) -> None:
    """Services, devices and who, and single checks."""
    for one in (graph, snapshot):
        assert one.check("bakers/katie", "bakers/live-tv", at=EVENING).allowed
    katie = ("bakers/katie", "bakers/live-tv")
    assert snapshot.services(katie[0], at=EVENING) == graph.services(katie[0], at=EVENING)
    assert snapshot.devices(*katie, at=EVENING) == graph.devices(*katie, at=EVENING)
    assert snapshot.who(katie[1], at=EVENING) == graph.who(katie[1], at=EVENING)


def test_its_timelines_are_those_of_the_graph(graph: HouseholdGraph, snapshot: Snapshot) -> None:
    """Of one question and of all that are open to a party; without a start, from its now on."""
    tom = {"device": "bakers/stb-living-room", **WEEK}
    found = snapshot.timeline("bakers/tom", "bakers/sports", **tom)
    assert found == graph.timeline("bakers/tom", "bakers/sports", **tom)
    assert len(found.spans) > 1
    every = snapshot.timelines("bakers/tom", **tom)
    assert every == graph.timelines("bakers/tom", **tom)
    assert len(every) > 1
    assert snapshot.timeline("bakers/dad", "bakers/live-tv").start >= snapshot.at


def test_a_guest_of_another_household_is_known(graph: HouseholdGraph, snapshot: Snapshot) -> None:
    """No right crosses households, but the question makes sense where both are in it."""
    question = Question("bike-shop/owner", "bakers/live-tv", at=EVENING)
    assert snapshot.check_many([question]) == graph.check_many([question])


def test_it_knows_only_what_was_fetched(graph: HouseholdGraph) -> None:
    """Other households are unknown to it, and fail alone in a batch; the nearest are named."""
    bakers = graph.snapshot(["bakers"])
    asked = [Question("bakers/dad", "bakers/live-tv"), Question("x/dad", "baker/live-tv")]
    answers = bakers.check_many(asked)
    assert not isinstance(answers[0], BadInputError)
    assert isinstance(answers[1], UnknownIdError)
    assert "bakers/live-tv" in str(answers[1].hint)
    with pytest.raises(UnknownIdError, match="bike-shop"):
        bakers.matrix("bike-shop")


def test_a_household_that_is_not_there_is_named(graph: HouseholdGraph) -> None:
    """Fetching it fails, rather than to deny everything later."""
    with pytest.raises(UnknownIdError, match="bakery"):
        graph.snapshot(["bakers", "bakery"])


def test_what_changes_later_does_not_change_it(seeds: Connection) -> None:
    """It stays as it was, and needs no server."""
    before = HouseholdGraph(seeds).snapshot(["bakers"])
    with seeds.session() as session, session.begin_transaction() as transaction:
        transaction.run("MATCH (s:Service {id: 'bakers/live-tv'}) SET s.state = 'inactive'")
        transaction.run("MATCH (h:Organization {id: 'bakers'}) SET h.revision = h.revision + 1")
        transaction.commit()
    try:
        after = HouseholdGraph(seeds).check("bakers/dad", "bakers/live-tv", at=EVENING)
        assert before.check("bakers/dad", "bakers/live-tv", at=EVENING).allowed
        assert not after.allowed
    finally:
        with seeds.session() as session:
            session.run("MATCH (s:Service {id: 'bakers/live-tv'}) SET s.state = 'active'").consume()


def test_the_past_has_no_snapshot(graph: HouseholdGraph) -> None:
    """It would not be what its name says."""
    with pytest.raises(BadInputError, match="as it stands"):
        graph.past(as_of="2026-01-01").snapshot()


def test_awaited_answers_are_the_same(graph: HouseholdGraph, server: LocalServer) -> None:
    """Every question, many at a time, and errors as they are."""

    async def ask() -> None:
        found = await connect_async(
            server.bolt_uri, username=server.username, password=server.password, threads=4
        )
        async with found as awaited:
            await _same(awaited, graph)

    asyncio.run(ask())


async def _same(awaited: AsyncHouseholdGraph, graph: HouseholdGraph) -> None:
    people = [f"bakers/{one}" for one in ("dad", "mum", "emma", "tom", "katie", "granny")]
    checks = (awaited.check(one, "bakers/live-tv", at=EVENING) for one in people)
    assert await asyncio.gather(*checks) == [
        graph.check(one, "bakers/live-tv", at=EVENING) for one in people
    ]
    assert await awaited.matrix("bakers", at=EVENING) == graph.matrix("bakers", at=EVENING)
    assert await awaited.who("bakers/sports", at=EVENING) == graph.who("bakers/sports", at=EVENING)
    katie = ("bakers/katie", "bakers/live-tv")
    assert await awaited.timeline(*katie, **WEEK) == graph.timeline(*katie, **WEEK)
    assert await awaited.timelines("bakers/tom", **WEEK) == graph.timelines("bakers/tom", **WEEK)
    assert await awaited.devices(*katie, at=EVENING) == graph.devices(*katie, at=EVENING)
    assert await awaited.roles.list("bakers/dad") == graph.roles.list("bakers/dad")
    opened = await awaited.snapshot(["bakers"])
    assert opened.households == ("bakers",)
    with pytest.raises(UnknownIdError):
        await awaited.check("bakers/nobody", "bakers/live-tv")


def test_a_server_that_is_not_there_is_said() -> None:
    """As without awaiting."""
    with pytest.raises(BadInputError, match="is not the URI"):
        asyncio.run(connect_async("nonsense"))
