"""A Neo4j of its own for tests that need an empty graph, or take the schema away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.local_neo4j import LocalServer, ensure_running, stop
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection
from household_graph.store.graph_schema import install_schema
from household_graph.store.row_store import ChangeMetadata
from tests.graph.rows import put

SEED = Path(__file__).parents[2] / "seed"
LOADED = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def own_server(
    _environment: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalServer]:
    """A server that no other tests keep anything in."""
    home = tmp_path_factory.mktemp("own home")
    try:
        yield ensure_running(home)
    finally:
        stop(home)


@pytest.fixture(scope="session")
def connection(own_server: LocalServer) -> Iterator[Connection]:
    """A connection to it; it has the schema."""
    with GraphDatabase.driver(
        own_server.bolt_uri,
        auth=(own_server.username, own_server.password),
        notifications_min_severity="OFF",
    ) as driver:
        install_schema(driver)
        yield Connection(driver, None)


@pytest.fixture
def blank(connection: Connection) -> Iterator[Connection]:
    """The same with nothing in it; what a test writes is deleted."""
    _empty(connection)
    yield connection
    _empty(connection)


@pytest.fixture(scope="module")
def seeds(connection: Connection) -> Iterator[Connection]:
    """The Bakers and The Bike Shop, and nothing else, loaded on a day in January."""
    _empty(connection)
    documents = [*read_documents(SEED / "bakers.yaml"), *read_documents(SEED / "bike-shop.yaml")]
    cause = ChangeMetadata(Actor.operator("operator"), "load", at=LOADED)
    put(connection, *(to_rows(document) for document in documents), metadata=cause)
    yield connection
    _empty(connection)


def _empty(connection: Connection) -> None:
    connection.driver.execute_query("MATCH (n) DETACH DELETE n")
