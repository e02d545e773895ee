"""Eight processes that change the same household at once end in one consistent state."""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from household_graph.changes.role_queries import involved, overlap
from household_graph.local_neo4j import LocalServer
from household_graph.model.rows import RowIndex
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows
from tests.cli.commands import Outcome
from tests.graph.command_worker import Worker
from tests.graph.consistency import assert_consistent

PROCESSES = 8
ROUNDS = 2
ROLE = ("bakers/katie", "consumer", "bakers/sports-channel")
OPERATORS = ("--operator", "tests")


@pytest.fixture(scope="module")
def workers(own_server: LocalServer) -> Iterator[list[Worker]]:
    """The processes; each of them waits."""
    environment = {
        "NEO4J_URI": str(own_server.bolt_uri),
        "NEO4J_USERNAME": own_server.username,
        "NEO4J_PASSWORD": str(own_server.password),
    }
    started = [Worker(environment) for _ in range(PROCESSES)]
    try:
        assert [worker.orders.recv() for worker in started] == ["ready"] * PROCESSES
        assert len({worker.process.pid for worker in started} | {os.getpid()}) == PROCESSES + 1
        yield started
    finally:
        for worker in started:
            worker.orders.send(())
            worker.process.join()


def at_once(workers: Sequence[Worker], stories: Sequence[Sequence[Sequence[str]]]) -> list[Outcome]:
    """Let each process run its own commands, all at once; return what all of them came to."""
    with ThreadPoolExecutor(len(workers)) as threads:
        done = threads.map(Worker.story, workers, stories)
        return [outcome for outcomes in done for outcome in outcomes]


def test_a_household_made_at_once_is_made_once(
    workers: Sequence[Worker], blank: Connection
) -> None:
    """Of eight processes that load or onboard the same household one makes it, seven find it."""
    load = ["load", "seed/bakers.yaml", "-o", "jsonl", *OPERATORS]
    onboard = ["onboard", "--from", "seed/bakers.yaml", "-o", "jsonl", *OPERATORS]
    outcomes = at_once(workers, [[load], [onboard]] * (PROCESSES // 2))
    assert all("is there already" in outcome.err for outcome in outcomes if outcome.code)
    found = [
        json.loads(outcome.out.splitlines()[-1])["outcome"]
        for outcome in outcomes
        if not outcome.code
    ]
    assert found.count("new") == 1
    assert set(found) <= {"new", "unchanged"}
    assert len(assert_consistent(blank)) == 1


def test_a_role_granted_and_revoked_at_once(workers: Sequence[Worker], blank: Connection) -> None:
    """Every change that is told of is recorded once, on top of the one before; no grants meet."""
    assert workers[0].run("load", "seed/bakers.yaml", *OPERATORS).code == 0
    story = [["role", verb, *ROLE, "-o", "jsonl"] for verb in ("grant", "revoke")] * ROUNDS
    outcomes = at_once(workers, [story if n % 2 else story[::-1] for n in range(PROCESSES)])
    assert all("is no Consumer of" in outcome.err for outcome in outcomes if outcome.code)
    told = [json.loads(outcome.out)["change"] for outcome in outcomes if outcome.out]
    recorded = assert_consistent(blank)[1:]
    assert sorted(told) == sorted(one["id"] for one in recorded)
    assert {one["action"] for one in recorded} == {"role grant", "role revoke"}
    index = RowIndex(fetch_rows(blank, ["bakers"])["bakers"])
    held = [one.span for one in involved(index, ROLE[0]) if one.item == ROLE[2]]
    assert held
    assert not any(overlap(one, other) for one, other in combinations(held, 2))
