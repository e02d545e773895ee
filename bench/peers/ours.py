"""This project on a Neo4j of its own: the graph, a snapshot, and the server asked nothing."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from neo4j import RoutingControl

from bench.peers.engine import Ask, World
from household_graph import HouseholdGraph, Question, Snapshot, connect
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_documents
from household_graph.errors import BadInputError
from household_graph.local_neo4j import stop
from household_graph.local_neo4j.settings import read_settings
from household_graph.model.actor import Actor

__all__ = ["Bare", "Opened", "Ours"]

_LOOK_UPS = (Path(__file__).parents[1] / "look-ups.cypher").read_text(encoding="utf-8")


class Ours:
    """The graph; a server named by NEO4J_URI is not used, as the households are written to it."""

    name = "household-graph"
    kind = "graph"

    def __init__(self) -> None:
        """Start nothing yet."""
        self._stack = ExitStack()

    @property
    def version(self) -> str:
        """The version of the project, and of Neo4j."""
        server = self.graph.connection.driver.get_server_info().agent
        return f"{version('household-graph')}, {server}, Bolt"

    def __enter__(self) -> Self:
        """Start a Neo4j in a home of its own; the jars are shared."""
        os.environ.setdefault("HOUSEHOLD_GRAPH_JARS", str(read_settings().jars_directory))
        os.environ.pop("NEO4J_URI", None)
        with ExitStack() as stack:
            home = tempfile.TemporaryDirectory(prefix="peers-household-graph-")
            os.environ["HOUSEHOLD_GRAPH_HOME"] = stack.enter_context(home)
            stack.callback(stop)
            self.graph = stack.enter_context(connect(local=True))
            self.graph.apply_schema()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop it and remove its home."""
        self._stack.close()

    def prepare(self, world: World) -> None:
        """Load the documents."""
        models = (HouseholdDocument.model_validate(document) for document in world.documents)
        load_documents(self.graph.store, models, actor=Actor.operator("bench"))

    @property
    def _asked(self) -> HouseholdGraph | Snapshot:
        return self.graph

    def check(self, ask: Ask) -> bool:
        """Answer with reasons and next change, as always, of which the yes or no is compared."""
        return self._asked.check(ask.party, ask.target, device=ask.device, at=ask.at).allowed

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """Answer with `check_many`.

        Raises:
            BadInputError: if a question is wrong.
        """
        found = []
        asked = [Question(a.party, a.target, device=a.device, at=a.at) for a in asks]
        for answer in self._asked.check_many(asked):
            if isinstance(answer, BadInputError):
                raise answer
            found.append(answer.allowed)
        return found

    def services(self, ask: Ask) -> set[str]:
        """Ask with `services`."""
        found = self._asked.services(ask.party, device=ask.device, at=ask.at)
        return {one.target for one in found}

    def who(self, ask: Ask) -> set[str]:
        """Ask with `who`; the household itself is among its answers, and no person."""
        found = self._asked.who(ask.target, device=ask.device, at=ask.at)
        return {one.party for one in found} - {ask.household}


class _Beside(Ours):
    """Asked in turn with the graph, of the same server."""

    def __init__(self, ours: Ours) -> None:
        """Take the graph, loaded before."""
        super().__init__()
        self.graph = ours.graph


class Opened(_Beside):
    """A snapshot of all households: in this process, once it is open."""

    name = "household-graph, snapshot"
    kind = "snapshot"

    @property
    def version(self) -> str:
        """The version of the project."""
        return f"{version('household-graph')}, in process"

    @property
    def _asked(self) -> Snapshot:
        return self._snapshot

    def prepare(self, _world: World) -> None:
        """Open it."""
        self._snapshot = self.graph.snapshot()


class Bare(_Beside):
    """Round trips and look-ups of ids: what no answer from this server can be quicker than."""

    name = "bare Neo4j: round trips, look-ups"
    kind = "bare"

    def prepare(self, _world: World) -> None:
        """Do nothing."""

    def check(self, ask: Ask) -> bool:
        """Make a round trip."""
        self._run("RETURN 1", {})
        return ask.allowed

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """Look up the ids of all questions."""
        asked = [{"party": a.party, "target": a.target, "device": a.device} for a in asks]
        self._run(_LOOK_UPS, {"questions": asked})
        return [ask.allowed for ask in asks]

    def services(self, ask: Ask) -> set[str]:
        """Make a round trip."""
        return {ask.target} if self.check(ask) else set()

    who = services

    def _run(self, statement: str, parameters: dict[str, Any]) -> None:
        connection = self.graph.connection
        connection.driver.execute_query(
            statement,
            parameters,
            routing_=RoutingControl.READ,
            database_=connection.database,
        )
