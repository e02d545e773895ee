"""A change is made once, whatever becomes of its answer, and what is not known is said."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from household_graph import HouseholdGraph
from household_graph.changes.authorization.check import check_authority
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.errors import (
    DatabaseUnavailableError,
    DeadlineExceededError,
    OutcomeUnknownError,
)
from household_graph.installation import shipped
from household_graph.local_neo4j import LocalServer
from household_graph.model.edits import Edits
from household_graph.model.rows import NodeRow, Rows
from household_graph.store.connection import Connection, ServerSettings, open_connection
from household_graph.store.row_reader import fetch_recorded, fetch_rows
from household_graph.store.row_store import CommittedChange
from household_graph.store.writer import write
from tests.graph.bolt_proxy import BoltProxy, Message, Mode
from tests.graph.rows import CAUSE, ORGANIZATION, edits, put

BAKERS = to_rows(next(iter(read_documents(shipped("seed") / "bakers.yaml"))))
EMPTY = Rows("bakers", (NodeRow("bakers", ORGANIZATION, {"age_of_majority": 0}),), ())


@pytest.fixture
def proxy(own_server: LocalServer, blank: Connection) -> Iterator[BoltProxy]:
    """A proxy before a server that has one household."""
    put(blank, EMPTY)
    with BoltProxy(int(str(own_server.bolt_uri).rpartition(":")[2])) as proxy:
        yield proxy


@contextmanager
def through(proxy: BoltProxy, server: LocalServer, timeout: float = 20.0) -> Iterator[Connection]:
    """Connect through a proxy."""
    uri, password = f"bolt://127.0.0.1:{proxy.port}", str(server.password)
    connection = open_connection(ServerSettings(uri=uri, password=password), timeout)
    try:
        yield connection
    finally:
        connection.driver.close()


def count_up(connection: Connection) -> tuple[CommittedChange, ...]:
    return write(connection, ["bakers"], one_more, CAUSE, check_authority)


def one_more(rows: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
    there = rows["bakers"]
    [node] = there.nodes
    count = node.properties["age_of_majority"]
    assert isinstance(count, int)
    counted = replace(node, properties={"age_of_majority": count + 1})
    yield edits(there, replace(there, nodes=(counted,)))


def counted(connection: Connection) -> object:
    [node] = fetch_rows(connection, ["bakers"])["bakers"].nodes
    return node.properties["age_of_majority"]


def revisions(connection: Connection) -> list[int]:
    return [one.revision for one in fetch_recorded(connection, ["bakers"])["bakers"].changes]


@pytest.mark.parametrize("mode", [Mode.CUT, Mode.LOSE])
@pytest.mark.parametrize(
    "place", [(Message.BEGIN, 0), *((Message.RUN, n) for n in range(5)), (Message.COMMIT, 0)]
)
def test_a_change_is_made_once_wherever_the_connection_breaks(
    place: tuple[Message, int],
    mode: Mode,
    proxy: BoltProxy,
    own_server: LocalServer,
    blank: Connection,
) -> None:
    """Whether a message or its answer is lost, the change is reported, and is there once."""
    with through(proxy, own_server) as connection:
        proxy.fault(place[0], mode, after=place[1])
        [written] = count_up(connection)
    assert proxy.struck.is_set()
    assert (written.change, written.revision) == ("bakers/change-2", 2)
    assert (counted(blank), revisions(blank)) == (1, [1, 2])


def test_somebody_else_may_change_it_before_it_is_looked_for(
    proxy: BoltProxy,
    own_server: LocalServer,
    blank: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The change is found by its own key, not by its being the last one."""
    transact, calls = Connection.transact, []

    def transact_later(connection: Connection, *asked: object, **more: object) -> object:
        if connection is not blank:
            calls.append(connection)
            if len(calls) > 1:
                count_up(blank)
        return transact(connection, *asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "transact", transact_later)
    with through(proxy, own_server) as connection:
        proxy.fault(Message.COMMIT, Mode.LOSE)
        [lost] = count_up(connection)
        calls.clear()
        proxy.fault(Message.COMMIT, Mode.CUT)
        [cut] = count_up(connection)
    assert (lost.revision, cut.revision) == (2, 5)
    assert (counted(blank), revisions(blank)) == (4, [1, 2, 3, 4, 5])


def count_requests(connection: Connection) -> int:
    found = connection.driver.execute_query("MATCH (r:Request) RETURN count(r) AS requests")
    return int(found.records[0]["requests"])


@pytest.mark.parametrize("mode", [Mode.CUT, Mode.LOSE])
@pytest.mark.parametrize("approves", [False, True])
def test_each_step_of_a_request_is_taken_once_wherever_the_connection_breaks(
    mode: Mode, *, approves: bool, proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """Whichever commit of a step is lost, or its answer, the step is taken once, or an error."""
    put(blank, BAKERS)
    broken, taken = 0, 0
    with through(proxy, own_server) as connection:
        requests = HouseholdGraph(connection).requests
        while not broken or proxy.struck.is_set():
            given = {"person": "bakers/granny", "given_name": f"{broken}"}
            begin = partial(requests.new, "parties.update", given, party="bakers/katie")
            asked = begin().request.id if approves else ""
            step = partial(requests.approve, asked, party="bakers/dad") if approves else begin
            before = (count_requests(blank), revisions(blank)[-1])
            proxy.fault(Message.COMMIT, mode, after=broken)
            try:
                outcome = step()
            except DatabaseUnavailableError:
                made = (0, 0)
            else:
                made = (0, 1) if approves else (1, 0)
                assert outcome.request.changes == ((f"bakers/change-{before[1] + 1}",) * approves)
                taken += proxy.struck.is_set()
            proxy.heal()
            now = (count_requests(blank), revisions(blank)[-1])
            assert now == (before[0] + made[0], before[1] + made[1])
            broken += 1
    assert broken > 2
    assert taken > 0


@pytest.mark.parametrize(("mode", "is_made"), [(Mode.CUT, False), (Mode.LOSE, True)])
def test_where_nobody_can_look_it_is_said_so(
    mode: Mode, *, is_made: bool, proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """If the server is gone after the commit was sent, the change may have been made."""
    with through(proxy, own_server, timeout=2) as connection:
        proxy.fault(Message.COMMIT, mode, dies=True)
        with pytest.raises(OutcomeUnknownError, match="`bakers` may have been made") as unknown:
            count_up(connection)
    assert "history bakers" in str(unknown.value.hint)
    assert counted(blank) == int(is_made)


def test_what_was_not_committed_was_not_made(
    proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """If the server is gone before the commit was sent, nothing was written, and it is said so."""
    with through(proxy, own_server, timeout=2) as connection:
        proxy.fault(Message.RUN, Mode.LOSE, after=3, dies=True)
        with pytest.raises(DatabaseUnavailableError) as gone:
            count_up(connection)
    assert "again" in str(gone.value.hint)
    assert counted(blank) == 0


@pytest.mark.parametrize("message", [Message.BEGIN, Message.RUN])
@pytest.mark.parametrize("mode", [Mode.SILENCE, Mode.HOLE])
def test_a_silent_connection_is_given_up(
    message: Message, mode: Mode, proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """Where a connection stands and nothing comes over it, a change ends at its deadline."""
    with through(proxy, own_server, timeout=1) as connection:
        proxy.fault(message, mode)
        with pytest.raises(DeadlineExceededError):
            count_up(connection)
    assert counted(blank) == 0


@pytest.mark.parametrize("mode", [Mode.SILENCE, Mode.HOLE])
def test_a_commit_into_silence_is_looked_for(
    mode: Mode, proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """A commit that no answer comes to is given up, and then it is found out what became of it."""
    with through(proxy, own_server, timeout=2) as connection:
        proxy.fault(Message.COMMIT, mode)
        [written] = count_up(connection)
    assert written.revision == 2
    assert (counted(blank), revisions(blank)) == (1, [1, 2])


def test_a_question_into_silence_ends(
    proxy: BoltProxy, own_server: LocalServer, blank: Connection
) -> None:
    """A question to which no answer comes ends at its deadline; the next one is answered."""
    assert counted(blank) == 0
    with through(proxy, own_server, timeout=1) as connection:
        proxy.fault(Message.RUN, Mode.SILENCE)
        with pytest.raises(DeadlineExceededError, match="within 1 s"):
            fetch_rows(connection, ["bakers"])
        assert counted(connection) == 0
