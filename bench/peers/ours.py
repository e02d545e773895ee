"""This project, on a Neo4j of its own, through the Python API."""

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from typing import Self

from bench.peers.engine import Ask, World
from household_graph import Question, connect
from household_graph.errors import BadInputError
from household_graph.graph.local import stop
from household_graph.graph.local.settings import read_settings
from household_graph.onboarding import HouseholdDocument, load_documents

__all__ = ["Ours"]


class Ours:
    """The graph; a server named by NEO4J_URI is not used, as the households are written to it."""

    name = "household-graph"

    def __init__(self) -> None:
        """Start nothing yet."""
        self._stack = ExitStack()

    @property
    def version(self) -> str:
        """The version of the project, and of Neo4j."""
        server = self._graph.connection.driver.get_server_info().agent
        return f"{version('household-graph')}, {server}, Bolt"

    def __enter__(self) -> Self:
        """Start a Neo4j in a home of its own; the jars are shared."""
        os.environ.setdefault("HOUSEHOLD_GRAPH_JARS", str(read_settings().jars_directory))
        os.environ.pop("NEO4J_URI", None)
        with ExitStack() as stack:
            home = tempfile.TemporaryDirectory(prefix="peers-household-graph-")
            os.environ["HOUSEHOLD_GRAPH_HOME"] = stack.enter_context(home)
            stack.callback(stop)
            self._graph = stack.enter_context(connect())
            self._graph.apply_schema()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop it and remove its home."""
        self._stack.close()

    def prepare(self, world: World) -> None:
        """Load the documents."""
        models = (HouseholdDocument.model_validate(document) for document in world.documents)
        load_documents(self._graph.connection, models, actor="bench")

    def check(self, ask: Ask) -> bool:
        """Answer with reasons and next change, as always, of which the yes or no is compared."""
        return self._graph.check(ask.party, ask.target, device=ask.device, at=ask.at).allowed

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """Answer with `check_many`.

        Raises:
            BadInputError: if a question is wrong.
        """
        found = []
        asked = [Question(a.party, a.target, device=a.device, at=a.at) for a in asks]
        for answer in self._graph.check_many(asked):
            if isinstance(answer, BadInputError):
                raise answer
            found.append(answer.allowed)
        return found

    def services(self, ask: Ask) -> set[str]:
        """Ask with `services`."""
        found = self._graph.services(ask.party, device=ask.device, at=ask.at)
        return {one.target for one in found}

    def who(self, ask: Ask) -> set[str]:
        """Ask with `who`; the household itself is among its answers, and no person."""
        found = self._graph.who(ask.target, device=ask.device, at=ask.at)
        return {one.party for one in found} - {ask.household}
