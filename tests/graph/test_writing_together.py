"""Several who change the same households at once, and the border to the driver."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import LiteralString
from zoneinfo import ZoneInfo

import neo4j
import pytest

from household_graph.changes.authorization.check import check_authority
from household_graph.errors import DeadlineExceededError
from household_graph.model.edits import Edits
from household_graph.model.rows import NodeRow, Rows
from household_graph.store.connection import Connection
from household_graph.store.row_store import PlanEdits
from household_graph.store.writer import write
from tests.graph.rows import CAUSE, ORGANIZATION, edits, put, read

WRITERS = 6
ROUNDS = 10
EMPTY = Rows("bakers", (NodeRow("bakers", ORGANIZATION, {"age_of_majority": 0}),), ())


def one_more(rows: Mapping[str, Rows], _at: datetime) -> Iterable[Edits]:
    """Count up in each household, from what is there."""
    for there in rows.values():
        [node] = there.nodes
        count = node.properties["age_of_majority"]
        assert isinstance(count, int)
        counted = replace(node, properties={"age_of_majority": count + 1})
        yield edits(there, replace(there, nodes=(counted,)))


def test_no_update_is_lost(blank: Connection) -> None:
    """Writers who all count up from what they read never undo each other."""
    put(blank, EMPTY)
    with ThreadPoolExecutor(WRITERS) as threads:
        done = [
            threads.submit(write, blank, ["bakers"], one_more, CAUSE, check_authority)
            for _ in range(WRITERS * ROUNDS)
        ]
    revisions = sorted(written.result()[0].revision for written in done)
    assert revisions == list(range(2, WRITERS * ROUNDS + 2))
    [node] = read(blank, "bakers")["bakers"].nodes
    assert node.properties == {"age_of_majority": WRITERS * ROUNDS}


def test_batches_named_in_any_order_do_not_lose_either(blank: Connection) -> None:
    """Two batches that name the same households the other way round both get through."""
    put(blank, EMPTY, Rows("smiths", (replace(EMPTY.nodes[0], id="smiths"),), ()))
    orders = [["bakers", "smiths"], ["smiths", "bakers"]] * ROUNDS
    with ThreadPoolExecutor(WRITERS) as threads:
        for written in [
            threads.submit(write, blank, o, one_more, CAUSE, check_authority) for o in orders
        ]:
            written.result()
    counts = [rows.nodes[0].properties for rows in read(blank, "bakers", "smiths").values()]
    assert counts == [{"age_of_majority": len(orders)}] * 2


def test_a_household_is_made_once(blank: Connection) -> None:
    """Of several who make the same household at once, one makes it and the others find it."""
    start = Barrier(WRITERS)

    def make(rows: Mapping[str, Rows], _at: datetime) -> Iterable[Edits]:
        return [edits(rows["bakers"], EMPTY)]

    def at_once(_: int) -> int:
        start.wait()
        return len(write(blank, ["bakers"], make, CAUSE, check_authority))

    with ThreadPoolExecutor(WRITERS) as threads:
        assert sum(threads.map(at_once, range(WRITERS))) == 1
    assert read(blank, "bakers") == {"bakers": EMPTY}


def waiting_for(has_lock: Event, go_on: Event) -> PlanEdits:
    """Return a change that stops once it has the lock, as its process does in a debugger."""

    def decide(rows: Mapping[str, Rows], at: datetime) -> Iterable[Edits]:
        has_lock.set()
        assert go_on.wait(60)
        return one_more(rows, at)

    return decide


def test_who_waits_is_told_for_whom(blank: Connection) -> None:
    """A wait for a lock ends at its deadline, and it is said since when somebody has it."""
    put(blank, EMPTY)
    has_lock, go_on, quick = Event(), Event(), replace(blank, timeout=1.0)
    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(
            write, blank, ["bakers"], waiting_for(has_lock, go_on), CAUSE, check_authority
        )
        assert has_lock.wait(60)
        said = r"another change is under way in `bakers` \(since 20[-\d]+T[:\d]+Z\)"
        for waiting in (quick, replace(quick, is_batch=True)):
            with pytest.raises(DeadlineExceededError, match=said):
                write(waiting, ["bakers"], one_more, CAUSE, check_authority)
        go_on.set()
        [held] = holding.result()
    [node] = read(blank, "bakers")["bakers"].nodes
    assert node.properties["age_of_majority"] == held.revision - 1


def test_a_client_that_stopped_lets_go(blank: Connection) -> None:
    """The server ends a change whose process does not go on; others get through."""
    put(blank, EMPTY)
    has_lock, go_on, quick = Event(), Event(), replace(blank, timeout=1.0)
    with ThreadPoolExecutor(1) as threads:
        stopped = threads.submit(
            write, quick, ["bakers"], waiting_for(has_lock, go_on), CAUSE, check_authority
        )
        assert has_lock.wait(60)
        [written] = write(blank, ["bakers"], one_more, CAUSE, check_authority)
        go_on.set()
        with pytest.raises(DeadlineExceededError):
            stopped.result()
    [node] = read(blank, "bakers")["bakers"].nodes
    assert (written.revision, node.properties["age_of_majority"]) == (2, 1)


def test_no_zone_crosses_the_border(blank: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Datetimes of any zone reach the driver in datetime.timezone.utc, and mean the same."""
    sent: list[datetime] = []
    run = neo4j.Transaction.run

    def spy(
        tx: neo4j.Transaction, text: LiteralString, parameters: dict[str, object]
    ) -> neo4j.Result:
        sent.extend(instants_in(parameters))
        return run(tx, text, parameters)

    monkeypatch.setattr(neo4j.Transaction, "run", spy)
    london = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/London"))
    moments = [london + timedelta(hours=hour) for hour in range(2000)]
    nodes = [
        NodeRow(f"bakers/n{number:04}", frozenset({"Product"}), {"seen_at": moment})
        for number, moment in enumerate(moments)
    ]
    cause = replace(CAUSE, at=london)
    state = Rows("bakers", (NodeRow("bakers", ORGANIZATION, {}), *nodes), ())
    write(
        blank, ["bakers"], lambda rows, _at: [edits(rows["bakers"], state)], cause, check_authority
    )
    assert len(sent) == len(moments) + 2  # when it was made, and since when it holds
    assert {moment.tzinfo for moment in sent} == {UTC}
    assert read(blank, "bakers") == {"bakers": state}


def instants_in(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from instants_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from instants_in(part)
