"""`cache rebuild`, and what the doctor says where plain Cypher left something else behind."""

import json
from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from household_graph.store.cache_rebuild import rebuild_cache
from household_graph.store.facts_loader import all_households
from tests.cli.commands import household_graph

EVENING = "2026-11-22T20:00"
WATCH = ("bakers/dad", "bakers/live-tv")
COUNT = "MATCH (h:Organization {id: 'bakers'}) SET h.revision = coalesce(h.revision, 0) + 1"
DOCTOR = ("doctor", "bakers", "--only", "stale-cache")


@pytest.fixture
def stopped(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph after somebody stopped a service of the Bakers in plain Cypher."""
    assert household_graph("cache", "rebuild").code == 0  # whatever other tests have left behind
    state = "MATCH (s:Service {id: 'bakers/live-tv'}) SET s.state = $state"
    run = graph.connection.driver.execute_query
    run(state, state="inactive")
    graph.connection.misses.forget(["bakers"])  # as another test may have left it
    try:
        yield graph
    finally:
        run(state, state="active")
        rebuild_cache(graph.connection, list(all_households(graph.connection)))


def allowed(graph: HouseholdGraph) -> bool:
    return graph.check(*WATCH, at=EVENING).allowed


def test_plain_cypher_that_counts_the_revision_is_seen(stopped: HouseholdGraph) -> None:
    """Whoever writes it outdates the cache; the doctor warns that questions are answered live."""
    assert allowed(stopped)
    stopped.connection.driver.execute_query(COUNT)
    assert not allowed(stopped)
    outcome = household_graph(*DOCTOR, "-o", "json")
    [finding] = json.loads(outcome.out)
    assert (outcome.code, finding["kind"], finding["severity"]) == (0, "stale-cache", "warning")
    assert "out of date" in finding["text"]


def test_the_doctor_finds_what_was_forgotten(stopped: HouseholdGraph) -> None:
    """As an error, with the command that mends it; after that the answer is another."""
    outcome = household_graph(*DOCTOR, "-o", "json")
    [finding] = json.loads(outcome.out)
    assert (outcome.code, finding["kind"], finding["severity"]) == (4, "stale-cache", "error")
    assert finding["mend"] == "household-graph cache rebuild bakers"
    assert allowed(stopped)
    assert household_graph(*finding["mend"].split()[1:]).code == 0
    assert not allowed(stopped)
    assert household_graph(*DOCTOR).code == 0


def test_a_cache_that_is_missing_is_a_warning(graph: HouseholdGraph) -> None:
    """No answer is wrong, only slow."""
    graph.connection.driver.execute_query("MATCH (c:AccessCache {id: 'bakers'}) DELETE c")
    [finding] = json.loads(household_graph(*DOCTOR, "-o", "json").out)
    assert (finding["severity"], "answered live" in finding["text"]) == ("warning", True)
    assert household_graph("cache", "rebuild", "bakers").code == 0


def test_the_word_of_earlier_versions_will_do(graph: HouseholdGraph) -> None:
    """`stale-facts`, for one version, with a line that says so."""
    assert graph.connection
    outcome = household_graph("doctor", "bakers", "--only", "stale-facts")
    assert outcome.code == 0
    assert "`stale-facts` is deprecated" in outcome.err
    nearest = household_graph("doctor", "bakers", "--only", "stale-cash")
    assert (nearest.code, "did you mean `stale-cache`" in nearest.err) == (2, True)


def test_a_check_writes_nothing(stopped: HouseholdGraph) -> None:
    """It names the households; without an id, all are looked at."""
    outcome = household_graph("cache", "rebuild", "--check", "-o", "json")
    assert json.loads(outcome.out) == [{"household": "bakers"}]
    assert f"1 of {len(list(all_households(stopped.connection)))} households" in outcome.err
    checked = rebuild_cache(stopped.connection, ["bakers", "bike-shop"], check=True)
    assert checked.households == ["bakers"]


def test_a_graph_of_an_earlier_version_is_cached_whole(graph: HouseholdGraph) -> None:
    """Where nothing is cached, everything is, once; again, there is nothing to do."""
    graph.connection.driver.execute_query("MATCH (c:AccessCache) DELETE c")
    every = list(all_households(graph.connection))
    outcome = household_graph("cache", "rebuild", "-o", "jsonl")
    assert [json.loads(line)["household"] for line in outcome.out.splitlines()] == every
    again = household_graph("cache", "rebuild", "-o", "json")
    assert (again.code, json.loads(again.out)) == (0, [])


def test_the_command_of_earlier_versions_goes_on(graph: HouseholdGraph) -> None:
    """`keep-facts` does the same for one version, and says on stderr what to use."""
    graph.connection.driver.execute_query("MATCH (c:AccessCache {id: 'bakers'}) DELETE c")
    for options, left in ((("--dry-run",), [{"household": "bakers"}]), ((), [])):
        outcome = household_graph("keep-facts", *options, "-o", "json")
        assert json.loads(outcome.out) == [{"household": "bakers"}]
        assert "`keep-facts` is deprecated" in outcome.err
        again = household_graph("cache", "rebuild", "--check", "-o", "json")
        assert json.loads(again.out) == left


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_household_that_is_not_there_is_named(
    options: tuple[str, ...], graph: HouseholdGraph
) -> None:
    """With the nearest one; and none is made by asking."""
    outcome = household_graph("cache", "rebuild", "bakers", "baker", *options)
    assert outcome.code == 2
    assert "unknown id `baker`" in outcome.err
    assert "bakers" in outcome.err
    assert "baker" not in list(all_households(graph.connection))


def test_an_orphan_is_found_and_removed(graph: HouseholdGraph) -> None:
    """What is cached of a household that is not there: by the doctor, and by a rebuild of all."""
    graph.connection.driver.execute_query("CREATE (:AccessCache:KeptFacts {id: 'gone'})")
    for about in (("gone",), ("--severity", "error")):
        outcome = household_graph("doctor", *about, "--only", "stale-cache", "-o", "json")
        [finding] = json.loads(outcome.out)
        assert (outcome.code, finding["ids"]) == (4, ["gone"])
    outcome = household_graph("cache", "rebuild", "-o", "json")
    assert json.loads(outcome.out) == [{"household": "gone"}]
    assert household_graph("doctor", "--only", "stale-cache").code == 0
    assert household_graph("doctor", "gone").code == 2


def test_a_household_that_cannot_be_read_is_named(graph: HouseholdGraph) -> None:
    """The others are rebuilt, and the command ends with exit code 1."""
    run = graph.connection.driver.execute_query
    run("MATCH (s:Service {id: 'bakers/live-tv'}) SET s.valid_to = '2026-01-01'")
    run("MATCH (c:AccessCache) WHERE c.id IN ['bakers', 'bike-shop'] DELETE c")
    try:
        outcome = household_graph("cache", "rebuild", "-o", "json")
        assert json.loads(outcome.out) == [{"household": "bike-shop"}]
        assert outcome.code == 1
        assert "`bakers` is left out" in outcome.err
    finally:
        run("MATCH (s:Service {id: 'bakers/live-tv'}) REMOVE s.valid_to")
        rebuild_cache(graph.connection, ["bakers"])


def test_what_cannot_be_read_is_said(graph: HouseholdGraph) -> None:
    """Facts that somebody broke are no traceback, and the hint mends it."""
    run = graph.connection.driver.execute_query
    run(
        "MATCH (c:AccessCache {id: 'bakers'}), (h:Organization {id: 'bakers'}) "
        "SET c.content = toString(h.revision) + ' broken '"
    )
    outcome = household_graph("check", *WATCH, "--at", EVENING)
    assert outcome.code == 1
    assert "cache rebuild" in outcome.err
    assert household_graph("cache", "rebuild", "bakers").code == 0
    assert household_graph("check", *WATCH, "--at", EVENING).code == 0
