"""Without an access cache a household is answered live from the graph, and comes to the same."""

from collections.abc import Iterator
from itertools import chain

import pytest

from household_graph import HouseholdGraph
from household_graph.api.batch_check import load_view
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.model.ids import household_of
from household_graph.store.cache_rebuild import rebuild_cache
from household_graph.store.facts_loader import all_households
from household_graph.store.household_view import Answer
from tests.scenarios.scenarios import Scenario, documents, scenarios

SCENARIOS = scenarios()


@pytest.fixture(scope="module")
def live(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph of the scenarios without access caches; they are rebuilt afterwards."""
    graph.connection.driver.execute_query("MATCH (cache:AccessCache) DELETE cache")
    try:
        yield graph
    finally:
        rebuild_cache(graph.connection, list(all_households(graph.connection)))


@pytest.mark.parametrize("household", sorted(documents()))
def test_the_facts_are_those_of_the_document(household: str, live: HouseholdGraph) -> None:
    """The query and the reading of rows, two ways to the facts, find the same."""
    found = load_view(live.connection, household).facts
    assert found == facts_from_rows(to_rows(documents()[household]))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_answer_is_as_expected(scenario: Scenario, live: HouseholdGraph) -> None:
    """From the question through the graph, with what bears on it alone."""
    q = scenario.question
    decision = live.check(q.party, q.target, action=q.action, device=q.device, at=q.at)
    assert scenario.matches(decision), decision.as_dict()


def test_the_cache_says_the_same(live: HouseholdGraph) -> None:
    """Every scenario in one batch, and matrices, with reasons and the next change."""
    connection = live.connection
    questions = [scenario.question for scenario in SCENARIOS]
    homes = sorted({household_of(question.target) for question in questions})

    def said() -> list[Answer]:
        matrices = (live.matrix(home, at="2026-11-22T21:30") for home in homes)
        return [*live.check_many(questions), *chain.from_iterable(matrices)]

    by_reading = said()
    assert rebuild_cache(connection, homes, check=True).households == homes
    assert rebuild_cache(connection, homes).households == homes
    assert rebuild_cache(connection, homes, check=True).households == []
    assert said() == by_reading
    connection.driver.execute_query("MATCH (cache:AccessCache) DELETE cache")
