"""A live read is of one state, and now is what the clock of the server says."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from bench.households import business
from household_graph import (
    AsyncHouseholdGraph,
    BadInputError,
    ConflictError,
    Decision,
    HouseholdGraph,
    Question,
    ask,
)
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.store import facts_loader as facts
from household_graph.store.connection import Connection, read
from household_graph.store.household_view import Answer
from tests.graph.rows import put

EVENING = "2026-11-22T20:00"
PERSON, PHONE, VOICE = "shop/person-7", "shop/phone-7", "shop/voice"
TURN = """
MATCH (h:Organization {id: 'shop'}) SET h.revision = h.revision + 1
WITH h
MATCH (person:Individual {id: 'shop/person-7'}), (phone:Resource {id: 'shop/phone-7'})
SET person.status = $person, phone.administrative_state = $phone
"""


@pytest.fixture
def shop(blank: Connection) -> Connection:
    """A business that is too large to be cached."""
    put(blank, to_rows(HouseholdDocument.model_validate(business("shop", 400, 800))))
    return blank


@pytest.fixture
def turning(shop: Connection) -> Iterator[Connection]:
    """Two things that are never both in order, turned round by one change after the other."""
    stop, random = Event(), Random(1)  # noqa: S311 - not secret
    states = ({"person": "suspended", "phone": "unlocked"}, {"person": "active", "phone": "locked"})
    shop.driver.execute_query(TURN, states[0])

    def turn() -> None:
        turns = 0
        while not stop.wait(random.random() / 5):
            turns += 1
            shop.driver.execute_query(TURN, states[turns % 2])

    thread = Thread(target=turn)
    thread.start()
    try:
        yield shop
    finally:
        stop.set()
        thread.join()


def test_a_live_answer_is_of_before_or_after(
    turning: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither state lets the person in; what a change came into was read again.

    Where one comes into each time, that is an error to try again.
    """
    names: list[str] = []

    def noted(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
        names.append(name)
        return read(connection, name, **parameters)

    monkeypatch.setattr(facts, "read", noted)
    graph, question = HouseholdGraph(turning), Question(PERSON, VOICE, device=PHONE, at=EVENING)
    asked = 0
    for number in range(120):
        asked += 1
        try:
            answers = graph.check_many([question])
            if not number % 4:
                asked += 1
                answers += graph.services(PERSON, device=PHONE, at=EVENING, include_denied=True)
        except ConflictError:
            continue
        assert [answer.allowed for answer in answers if isinstance(answer, Decision)].count(
            True
        ) == 0
    live = [name for name in names if name.startswith("facts/of-")]
    assert len(live) > asked  # some were changed while they were read


def test_who_changes_without_a_pause_is_a_conflict() -> None:
    """After some attempts it is said, as an error that can be tried again."""
    calls: list[list[object]] = []

    def find(_name: str, asked: Sequence[object], **_more: object) -> Iterator[tuple[Any, int]]:
        calls.append(list(asked))
        quiet = {"household": "quiet", "revision": 1, "revision_after": 1}
        busy = {"household": "busy", "revision": len(calls), "revision_after": len(calls) + 1}
        yield [one for one in (quiet, busy) if one["household"] in asked], 7

    found: list[Mapping[str, Any]] = []

    def use() -> None:
        asked = {"quiet": "quiet", "busy": "busy"}
        found.extend(rows for rows, _now in facts._live(find, "facts/of-households", asked))

    with pytest.raises(ConflictError, match="`busy` is being changed"):
        use()
    assert [rows["household"] for rows in found] == ["quiet"]
    assert calls[0] == ["quiet", "busy"]
    assert calls[1:] == [["busy"]] * (len(calls) - 1)
    assert len(calls) > 2


class _Kind(type):
    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class Late(datetime, metaclass=_Kind):
    """The clock of a client that is an hour late."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401
        return datetime.now(tz) - timedelta(hours=1)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the clock of this process back by an hour."""
    monkeypatch.setattr("household_graph.model.instants.datetime", Late)


def moments(answers: Sequence[Answer]) -> list[datetime]:
    return [answer.at for answer in answers if isinstance(answer, Decision)]


ASKED: Mapping[str, Callable[[HouseholdGraph], Sequence[Answer]]] = {
    "check": lambda graph: [graph.check("bakers/dad", "bakers/live-tv")],
    "check, not looked up": lambda graph: [graph.check("bakers/dad", "bakers/cable-tv")],
    "batch": lambda graph: graph.check_many([Question("bakers/dad", "bakers/live-tv")] * 9),
    "services": lambda graph: graph.services("bakers/dad", include_denied=True),
    "devices": lambda graph: graph.devices("bakers/dad", "bakers/movies", include_denied=True),
    "actions": lambda graph: graph.actions("bakers/dad", "bakers/movies", include_denied=True),
    "who": lambda graph: graph.who("bakers/movies", include_denied=True),
    "matrix": lambda graph: graph.matrix("bakers"),
    "snapshot": lambda graph: graph.snapshot().matrix("bakers"),
    "past": lambda graph: graph.past().matrix("bakers"),
    "past, check": lambda graph: [graph.past().check("bakers/dad", "bakers/live-tv")],
}


@pytest.mark.usefixtures("late")
@pytest.mark.parametrize("how", ASKED)
@pytest.mark.parametrize("cached", [True, False])
def test_now_is_the_servers(how: str, cached: bool, graph: HouseholdGraph) -> None:
    """Whoever asks, and whatever their clock says: live, from the cache, one by one or many."""
    if not cached:
        count = "MATCH (h:Organization {id: 'bakers'}) SET h.revision = h.revision + 1"
        graph.connection.driver.execute_query(count)
    found = moments(ASKED[how](graph))
    assert found
    assert all(abs(at - datetime.now(UTC)) < timedelta(minutes=10) for at in found)


@pytest.mark.usefixtures("late")
def test_a_snapshot_goes_on_with_the_time(graph: HouseholdGraph) -> None:
    """By what has passed since it was opened."""
    snapshot = graph.snapshot(["bakers"])
    first = snapshot.check("bakers/dad", "bakers/live-tv").at
    Event().wait(0.05)
    later = snapshot.check("bakers/dad", "bakers/live-tv").at
    assert snapshot.at <= first
    assert first + timedelta(milliseconds=40) <= later


@pytest.mark.usefixtures("late")
def test_services_agree_with_the_library(graph: HouseholdGraph) -> None:
    """Which asks the server for its time as well."""
    party = "bakers/katie"
    found = ask(graph, "entitlement/services-for-party", party=party)
    place = [column.name for column in found.columns].index("service")
    services = sorted(decision.target for decision in graph.services(party))
    assert sorted(row[place] for row in found.rows) == services


def test_the_past_leaves_the_live_graph_open(seeds: Connection) -> None:
    """It may be used with `with`; closing is for the graph it was asked of."""
    graph = HouseholdGraph(seeds)
    with graph.past(as_of="2026-11-22") as past:
        assert past.check("bakers/dad", "bakers/live-tv").allowed
    past.close()
    assert graph.check("bakers/dad", "bakers/live-tv", at=EVENING).allowed


def test_closing_waits_for_what_is_asked() -> None:
    """All that was asked before is answered, and the loop goes on meanwhile."""
    asked, let_go, done = Event(), Event(), []

    class Slow(HouseholdGraph):
        def __init__(self) -> None:
            self.is_closed = False

        def matrix(self, household: str, *, at: Any = None) -> list[Decision]:  # noqa: ANN401, ARG002
            asked.set()
            assert let_go.wait(30)
            assert not self.is_closed
            done.append(household)
            return []

        def close(self) -> None:
            self.is_closed = True

    async def close() -> None:
        graph = Slow()
        awaited = AsyncHouseholdGraph(graph, ThreadPoolExecutor(2))
        asking = [asyncio.create_task(awaited.run(lambda: graph.matrix("x"))) for _ in range(5)]
        await asyncio.to_thread(asked.wait, 30)
        closing = asyncio.create_task(awaited.close())
        for _ in range(10):
            await asyncio.sleep(0.01)  # the loop is not blocked
        assert not closing.done()
        let_go.set()
        await asyncio.gather(closing, *asking)
        assert graph.is_closed

    asyncio.run(close())
    assert done == ["x"] * 5


def test_one_household_that_cannot_be_read_fails_alone(seeds: Connection) -> None:
    """Somebody wrote a text where an instant belongs: others of a batch are answered."""
    write = "MATCH (n:Organization {id: 'bakers'}) SET n.revision = n.revision + $by "
    write += "WITH n MATCH (r {id: 'bakers/bakers.user.account'}) SET r.valid_to = $until"
    graph, shop = HouseholdGraph(seeds), Question("bike-shop/owner", "bike-shop/internet-shop")
    wrong = Question("bakers/granny", "bakers/internet")
    seeds.driver.execute_query(write, by=1, until="2026-01-01")
    try:
        for asked in ([wrong, shop], [wrong, shop] * 8):
            for question, answer in zip(asked, graph.check_many(asked), strict=True):
                assert isinstance(answer, Decision if question is shop else BadInputError)
        with pytest.raises(BadInputError, match="`bakers` cannot be read"):
            graph.check(wrong.party, wrong.target)
        with pytest.raises(BadInputError, match="`bakers` cannot be read"):
            graph.snapshot()
        assert graph.snapshot(["bike-shop"]).check(shop.party, shop.target)
    finally:
        seeds.driver.execute_query(write, by=-1, until=None)
