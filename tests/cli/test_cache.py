"""`keep-facts`, and what the doctor says where plain Cypher left something else behind."""

import json
from collections.abc import Iterator

import pytest
from household_graph.graph.keeping import keep_facts, kept_beside

from household_graph import HouseholdGraph
from household_graph.graph.facts import all_households
from tests.cli.commands import household_graph

EVENING = "2026-11-22T20:00"
WATCH = ("bakers/dad", "bakers/live-tv")


@pytest.fixture
def stopped(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph after somebody stopped a service of the Bakers in plain Cypher."""
    state = "MATCH (s:Service {id: 'bakers/live-tv'}) SET s.state = $state"
    run = graph.connection.driver.execute_query
    run(state, state="inactive")
    graph.connection.walked.forget(["bakers"])  # as another test may have left it
    try:
        yield graph
    finally:
        run(state, state="active")
        keep_facts(graph.connection, list(all_households(graph.connection)))


def allowed(graph: HouseholdGraph) -> bool:
    return graph.check(*WATCH, at=EVENING).allowed


def test_plain_cypher_is_seen_where_nothing_is_kept(stopped: HouseholdGraph) -> None:
    """Whoever writes it deletes what is kept, and the graph is walked."""
    assert allowed(stopped)
    stopped.connection.driver.execute_query("MATCH (kept:KeptFacts {id: 'bakers'}) DELETE kept")
    assert not allowed(stopped)
    assert household_graph("doctor", "bakers", "--only", "stale-facts").code == 0


def test_the_doctor_finds_what_was_forgotten(stopped: HouseholdGraph) -> None:
    """As an error, with the command that mends it; after that the answer is another."""
    outcome = household_graph("doctor", "bakers", "--only", "stale-facts", "-o", "json")
    [finding] = json.loads(outcome.out)
    assert (outcome.code, finding["kind"], finding["severity"]) == (4, "stale-facts", "error")
    assert finding["mend"] == "household-graph keep-facts bakers"
    assert allowed(stopped)
    assert household_graph(*finding["mend"].split()[1:]).code == 0
    assert not allowed(stopped)
    assert household_graph("doctor", "bakers", "--only", "stale-facts").code == 0


def test_a_dry_run_keeps_nothing(stopped: HouseholdGraph) -> None:
    """It names the households; without an id, all are looked at."""
    outcome = household_graph("keep-facts", "--dry-run", "-o", "json")
    assert json.loads(outcome.out) == [{"household": "bakers"}]
    assert f"1 of {len(list(all_households(stopped.connection)))} households" in outcome.err
    assert keep_facts(stopped.connection, ["bakers", "bike-shop"], dry_run=True) == ["bakers"]


def test_a_graph_of_an_earlier_version_is_kept_whole(graph: HouseholdGraph) -> None:
    """Where nothing is kept, everything is, once; again, there is nothing to do."""
    graph.connection.driver.execute_query("MATCH (kept:KeptFacts) DELETE kept")
    every = list(all_households(graph.connection))
    outcome = household_graph("keep-facts", "-o", "jsonl")
    assert [json.loads(line)["household"] for line in outcome.out.splitlines()] == every
    assert sorted(kept_beside(graph.connection, every)) == every
    again = household_graph("keep-facts", "-o", "json")
    assert (again.code, json.loads(again.out)) == (0, [])


def test_another_format_is_not_read(graph: HouseholdGraph) -> None:
    """What a later version keeps is passed over, and kept anew by this one if it is asked to."""
    graph.connection.driver.execute_query(
        "MATCH (kept:KeptFacts {id: 'bakers'}) SET kept.format = 0, kept.facts = 'of old'"
    )
    assert allowed(graph)
    assert json.loads(household_graph("keep-facts", "-o", "json").out) == [{"household": "bakers"}]
    graph.connection.walked.forget(["bakers"])  # the command has a connection of its own
    assert allowed(graph)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_household_that_is_not_there_is_named(
    options: tuple[str, ...], graph: HouseholdGraph
) -> None:
    """With the nearest one; and none is made by asking."""
    outcome = household_graph("keep-facts", "bakers", "baker", *options)
    assert outcome.code == 2
    assert "unknown id `baker`" in outcome.err
    assert "bakers" in outcome.err
    assert "baker" not in list(all_households(graph.connection))


def test_what_cannot_be_read_is_said(graph: HouseholdGraph) -> None:
    """A text that somebody broke is no traceback, and the hint mends it."""
    graph.connection.driver.execute_query(
        "MATCH (kept:KeptFacts {id: 'bakers'}) SET kept.facts = 'broken'"
    )
    outcome = household_graph("check", *WATCH, "--at", EVENING)
    assert outcome.code == 1
    assert "keep-facts" in outcome.err
    assert household_graph("keep-facts", "bakers").code == 0
    assert household_graph("check", *WATCH, "--at", EVENING).code == 0
