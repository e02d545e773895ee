"""Every Cypher file is what its header says, and is planned well. The server is the judge."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import neo4j
import pytest
from neo4j import GraphDatabase

from household_graph.local_neo4j import LocalServer
from household_graph.store.connection import Connection
from household_graph.store.query_files import QueryFile, load_query, query_names
from tests.graph.rows import put, sample

MISSING_PARAMETERS = "01N60"
DONE = ("00000", "00001", "02000")
MODES = {"r": "read", "w": "write", "rw": "write", "s": "schema"}
SCANS = ("AllNodesScan", "NodeByLabelScan", "RelationshipsScan", "RelationshipTypeScan")

Plan = tuple[list[str], neo4j.ResultSummary]


@pytest.fixture(scope="module")
def explaining(own_server: LocalServer, connection: Connection) -> Iterator[neo4j.Driver]:
    """A driver that is told everything, over households with one of everything, records too."""
    put(connection, *(sample(f"household-{number}") for number in range(10)))
    connection.driver.execute_query(
        "MATCH (change:Change) "
        "MERGE (run:ImportRun {id: 'import-crm-1'}) SET run.source = 'crm', run.at = change.at "
        "CREATE (change)-[:PART_OF]->(run) "
        "MERGE (decision:MatchDecision {id: 'crm:a|b'}) SET decision += {source: 'crm', "
        "first: 'a', second: 'b', accepted: true, actor: 'tests', reason: 'alike', at: change.at} "
        "MERGE (cache:AccessCache:KeptFacts {id: 'household-1'}) "
        "SET cache += {content: '', revision: 1, format: 1, tzdata: '2020a'}"
    )
    connection.driver.execute_query(
        "MATCH (household:Entity:Organization) WHERE NOT household.id CONTAINS '/' "
        "CREATE (:Request {id: household.id + '/request-1', state: 'scheduled', "
        "due_at: datetime.realtime(), at: datetime.realtime()})-[:RECORDED_FOR]->(household)"
    )
    connection.driver.execute_query("CALL db.resampleOutdatedIndexes()")
    with GraphDatabase.driver(
        own_server.bolt_uri,
        auth=(own_server.username, own_server.password),
        warn_notification_severity="OFF",
    ) as driver:
        yield driver
    connection.driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(params=query_names())
def declared(request: pytest.FixtureRequest) -> QueryFile:
    """Each query of the catalogue in turn."""
    return load_query(request.param)


@pytest.fixture(scope="module")
def plans(explaining: neo4j.Driver) -> Callable[[str], Plan]:
    """What the server says of queries without running them, given no parameters; once of each."""

    @cache
    def explain(name: str) -> Plan:
        with explaining.session() as session:
            result = session.run("EXPLAIN " + load_query(name).text)
            return list(result.keys()), result.consume()

    return explain


@pytest.fixture
def plan(plans: Callable[[str], Plan], declared: QueryFile) -> Plan:
    """What the server says of a query."""
    return plans(declared.name)


def test_parameters_are_the_used_ones(declared: QueryFile, plan: Plan) -> None:
    """The parameters that the server misses are those of the header, no more and no less."""
    missing = [
        status.status_description
        for status in plan[1].gql_status_objects
        if status.gql_status == MISSING_PARAMETERS
    ]
    used = re.findall(r"\$`(\w+)`", " ".join(missing))
    assert sorted(used) == sorted(parameter.name for parameter in declared.parameters)


def test_columns_are_the_returned_ones(declared: QueryFile, plan: Plan) -> None:
    """The columns of the header are those the server returns, in order."""
    assert plan[0] == [column.name for column in declared.columns]


def test_the_mode_is_that_of_the_statement(declared: QueryFile, plan: Plan) -> None:
    """A query that says it reads does not write, and the other way round."""
    assert MODES[plan[1].query_type or ""] == declared.mode


def test_the_server_has_nothing_to_say(plan: Plan) -> None:
    """No unknown label, type or property, no cartesian product, no unbounded path, no hint lost."""
    said = [
        status.status_description
        for status in plan[1].gql_status_objects
        if status.gql_status not in (*DONE, MISSING_PARAMETERS)
    ]
    assert said == []


def test_nothing_is_scanned(plan: Plan) -> None:
    """Everything is found by an index, or by walking from what was found by one."""
    scans = [name for name in operators(plan[1].plan) if any(scan in name for scan in SCANS)]
    assert scans == []


def test_answers_rest_on_no_cartesian_product(declared: QueryFile, plan: Plan) -> None:
    """What fetches facts joins nothing that is not linked, whatever the server says of it."""
    if declared.name.startswith(("facts/", "reads/")):
        assert "CartesianProduct" not in " ".join(operators(plan[1].plan))


def test_an_example_gives_the_required_parameters(declared: QueryFile) -> None:
    """An example names parameters that there are, and all that must be given."""
    if declared.example is None:
        return
    required = {parameter.name for parameter in declared.parameters if parameter.required}
    assert required <= declared.example.keys() <= {p.name for p in declared.parameters}


def operators(plan: Any) -> Iterator[str]:  # noqa: ANN401 - the driver gives nested dicts
    yield plan["operatorType"]
    for child in plan.get("children", ()):
        yield from operators(child)
