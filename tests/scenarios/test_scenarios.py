"""Every scenario, asked in every way there is; all of them must agree."""

import pytest

from household_graph import HouseholdGraph
from household_graph.api.batch_check import load_view
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.model.enums import Action
from household_graph.model.ids import household_of
from tests.scenarios.scenarios import Scenario, decide_from_documents, documents, scenarios

SCENARIOS = scenarios()
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@each_scenario
def test_judged_from_the_document_alone(scenario: Scenario) -> None:
    """Without a database, the facts of the document give the expected answer."""
    decision = decide_from_documents(scenario.question)
    assert scenario.matches(decision), decision.as_dict()


@each_scenario
def test_checked_in_the_graph(scenario: Scenario, graph: HouseholdGraph) -> None:
    """A check in the graph gives the expected answer."""
    q = scenario.question
    decision = graph.check(q.party, q.target, action=q.action, device=q.device, at=q.at)
    assert scenario.matches(decision), decision.as_dict()


def test_checked_in_one_batch(graph: HouseholdGraph) -> None:
    """A batch of all scenarios gives the answers of the single checks, in their order."""
    answers = graph.check_many(scenario.question for scenario in SCENARIOS)
    singles = [
        graph.check(q.party, q.target, action=q.action, device=q.device, at=q.at)
        for q in (scenario.question for scenario in SCENARIOS)
    ]
    assert answers == singles


@each_scenario
def test_found_in_who(scenario: Scenario, graph: HouseholdGraph) -> None:
    """The list of who may holds the party if, and only if, the answer is yes."""
    q = scenario.question
    if household_of(q.party) != household_of(q.target):
        assert not scenario.allowed  # the list is of the target's own household
        return
    found = graph.who(q.target, device=q.device, action=q.action, at=q.at)
    assert (q.party in [decision.party for decision in found]) == scenario.allowed


@each_scenario
def test_found_in_lists(scenario: Scenario, graph: HouseholdGraph) -> None:
    """Lists of services and devices hold the target if, and only if, the answer is yes."""
    q = scenario.question
    facts = load_view(graph.connection, q.target).facts
    at_home = household_of(q.party) == household_of(q.target)
    if at_home and q.action is Action.USE and q.target in facts.services:
        services = graph.services(q.party, device=q.device, at=q.at)
        assert (q.target in [decision.target for decision in services]) == scenario.allowed
    if q.device is not None:
        devices = graph.devices(q.party, q.target, at=q.at)
        assert (q.device in [decision.device for decision in devices]) == scenario.allowed


@pytest.mark.parametrize("household", sorted(documents()))
def test_facts_of_the_graph_are_those_of_the_document(
    household: str, graph: HouseholdGraph
) -> None:
    """What is kept in the graph is what the document comes to."""
    found = load_view(graph.connection, household).facts
    assert found == facts_from_rows(to_rows(documents()[household]))
