"""A Neo4j of its own for the soak, in a home that is thrown away; nothing leaves loopback."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from household_graph import HouseholdGraph, connect
from household_graph.changes.draft import Draft
from household_graph.changes.role_grants import involve, release
from household_graph.changes.service import ChangeService, HouseholdChange, PlannedChange
from household_graph.local_neo4j import LocalServer, ensure_running, stop
from household_graph.local_neo4j.settings import read_settings
from household_graph.model.actor import Actor
from household_graph.model.enums import InvolvementKind

__all__ = ["Ground", "environment_of", "grant", "ground", "revoke", "toggled"]

_OURS = ("HOUSEHOLD_GRAPH_", "NEO4J_", "COLUMNS")
_OPERATOR = Actor.operator("soak")


@dataclass(frozen=True)
class Ground:
    """Where the soak takes place.

    Attributes:
        home: of the local Neo4j.
        server: that Neo4j; another one, with other process and port, after it was killed.
        graph: a connection to it.
        folder: for files.
    """

    home: Path
    server: LocalServer
    graph: HouseholdGraph
    folder: Path


@contextmanager
def ground() -> Iterator[Ground]:
    """Start a Neo4j, and stop it afterwards."""
    logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what is broken is on purpose
    jars = read_settings().jars_directory
    with TemporaryDirectory(prefix="soak-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(_OURS)]:
            patch.delenv(name)
        home = Path(folder) / "home"
        patch.setenv("HOUSEHOLD_GRAPH_JARS", str(jars))
        patch.setenv("HOUSEHOLD_GRAPH_HOME", str(home))
        patch.setenv("HOUSEHOLD_GRAPH_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        try:
            server = ensure_running()
            with connect() as graph:
                graph.apply_schema()
                yield Ground(home, server, graph, Path(folder))
        finally:
            stop()


def environment_of(server: LocalServer) -> dict[str, str]:
    """Return the variables that lead another process to a server."""
    return {
        "NEO4J_URI": str(server.bolt_uri),
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": str(server.password),
    }


def grant(graph: HouseholdGraph, household: str) -> tuple[HouseholdChange, ...]:
    """Let Granny watch sports."""
    return toggled(graph, household, granted=True)


def revoke(graph: HouseholdGraph, household: str) -> tuple[HouseholdChange, ...]:
    """Let Granny watch sports no more."""
    return toggled(graph, household, granted=False)


def toggled(graph: HouseholdGraph, household: str, *, granted: bool) -> tuple[HouseholdChange, ...]:
    """Grant Granny, whom no policy for minors speaks to, the sports channel; or revoke it."""

    def work(drafts: Mapping[str, Draft]) -> None:
        draft = drafts[household]
        asked = (draft, "granny", InvolvementKind.CONSUMER, "sports-channel")
        if granted:
            involve(*asked)
        else:
            release(*asked)

    action = "role grant" if granted else "role revoke"
    return (
        ChangeService(graph.store)
        .change([household], work, PlannedChange(_OPERATOR, action))
        .households
    )
