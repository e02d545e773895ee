"""Where nothing is kept of a household the graph is walked, and comes to the same."""

from collections.abc import Iterator
from itertools import chain

import pytest
from household_graph.graph.keeping import keep_facts, kept_beside

from household_graph import HouseholdGraph
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.graph.answers import Answer, view_of
from household_graph.graph.facts import all_households
from household_graph.model.ids import household_of
from household_graph.onboarding import to_rows
from tests.scenarios.scenarios import Scenario, documents, scenarios

SCENARIOS = scenarios()


@pytest.fixture(scope="module")
def walked(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph of the scenarios with nothing kept; everything is kept again afterwards."""
    graph.connection.driver.execute_query("MATCH (kept:KeptFacts) DELETE kept")
    try:
        yield graph
    finally:
        keep_facts(graph.connection, list(all_households(graph.connection)))


@pytest.mark.parametrize("household", sorted(documents()))
def test_a_walk_finds_the_facts_of_the_document(household: str, walked: HouseholdGraph) -> None:
    """The query and the reading of rows, two ways to the facts, find the same."""
    found = view_of(walked.connection, household).facts
    assert found == facts_from_rows(to_rows(documents()[household]))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_walk_gives_the_expected_answer(scenario: Scenario, walked: HouseholdGraph) -> None:
    """From the question through the graph, with what bears on it alone."""
    q = scenario.question
    decision = walked.check(q.party, q.target, action=q.action, device=q.device, at=q.at)
    assert scenario.matches(decision), decision.as_dict()


def test_what_is_kept_and_a_walk_say_the_same(walked: HouseholdGraph) -> None:
    """Every scenario in one batch, and matrices, with reasons and the next change."""
    connection = walked.connection
    questions = [scenario.question for scenario in SCENARIOS]
    homes = sorted({household_of(question.target) for question in questions})

    def said() -> list[Answer]:
        matrices = (walked.matrix(home, at="2026-11-22T21:30") for home in homes)
        return [*walked.check_many(questions), *chain.from_iterable(matrices)]

    by_walking = said()
    assert keep_facts(connection, homes, dry_run=True) == homes
    assert keep_facts(connection, homes) == homes
    assert keep_facts(connection, homes, dry_run=True) == []
    assert sorted(kept_beside(connection, homes)) == homes
    assert said() == by_walking
    connection.driver.execute_query("MATCH (kept:KeptFacts) DELETE kept")
