"""What all tests share: an environment of their own, and one real Neo4j."""

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from xdist.remote import Producer

from household_graph import Decision, HouseholdGraph, connect
from household_graph.documents.load import load_documents
from household_graph.errors import LocalServerError
from household_graph.local_neo4j import LocalServer, ensure_running, java, stop
from household_graph.local_neo4j.home import MARK
from household_graph.local_neo4j.settings import read_settings
from household_graph.model.actor import Actor
from tests.java_cache import begin_recording, java_options
from tests.scenarios.scenarios import documents
from tests.scheduling import LONG, ServerScheduling

# A large query takes seconds to plan: plan it once, not for each length of text or size of graph.
PLANNED_ONCE = {
    "dbms.cypher.min_replan_interval": "1h",
    "internal.cypher.use_parameter_size": "false",
}
OURS = ("HOUSEHOLD_GRAPH_", "NEO4J_", "COLUMNS")


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests off the user's own databases; only the jars are shared, they are many."""
    jars = read_settings().jars_directory
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(OURS)]:
            patch.delenv(name)
        patch.setattr(Decision, "verified", True)
        patch.setenv("HOUSEHOLD_GRAPH_JARS", str(jars))
        patch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(java, "CONFIGURATION", java.CONFIGURATION | PLANNED_ONCE)
        patch.setenv("HOUSEHOLD_GRAPH_JAVA_OPTIONS", java_options())
        yield


@pytest.fixture(scope="session")
def server(_environment: None) -> Iterator[LocalServer]:
    """A local Neo4j for all tests; a test leaves it as empty as it found it."""
    try:
        yield ensure_running()
    finally:
        stop()


@pytest.fixture(scope="session")
def graph(server: LocalServer) -> Iterator[HouseholdGraph]:
    """The graph on that Neo4j, with every household of the scenarios in it."""
    assert server.pid
    with connect() as graph:
        graph.apply_schema()
        load_documents(graph.store, documents().values(), actor=Actor.operator("tests"))
        yield graph


@pytest.fixture(autouse=True)
def _address(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell the commands of a test where its graph is: finding and asking a local server takes long.

    It takes as long as many a command; that they find it is what `tests/local_neo4j` tests.
    """
    if "graph" in request.fixturenames:
        server: LocalServer = request.getfixturevalue("server")
        monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
        monkeypatch.setenv("NEO4J_USERNAME", server.username)
        monkeypatch.setenv("NEO4J_PASSWORD", server.password)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ServerScheduling:
    """Let few processes start the same server."""
    return ServerScheduling(config, log)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to record the cache of Java classes, where many processes will start servers."""
    if session.config.getoption("numprocesses", None):
        begin_recording()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what workers have left running: Ctrl-C gives them no time for it."""
    if not hasattr(config, "workerinput"):
        for mark in config._tmp_path_factory.getbasetemp().rglob(MARK):  # type: ignore[attr-defined]
            with suppress(LocalServerError):  # tests of homes leave some that are refused
                stop(mark.parent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests say they have compared, from whatever process they ran in."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "compared":
                terminalreporter.write_line(f"{report.nodeid}: {value}")
