"""A copy of a seed household under another id, for command lines that change something."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from household_graph import HouseholdGraph
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.documents.read import read_documents
from household_graph.installation import shipped
from household_graph.model.actor import Actor
from tests.cli.commands import Outcome, household_graph

__all__ = ["Home", "erase", "home"]


class Home:
    """The household, and command lines in which `@` stands for its id."""

    def __init__(self, graph: HouseholdGraph, household: str) -> None:
        self.graph = graph
        self.household = household

    def revision(self) -> int:
        """Return how often the household was changed."""
        found = self.graph.connection.driver.execute_query(
            "MATCH (n:Organization {id: $id}) RETURN n.revision AS revision", id=self.household
        )
        return int(found.records[0]["revision"])

    def run(self, line: str, *more: str) -> Outcome:
        """Run a command line, split at spaces, and arguments that may have spaces in them."""
        words = (re.sub(r"(?<!\w)@", self.household, word) for word in line.split())
        outcome = household_graph(*words, *more)
        assert "Traceback" not in outcome.err
        return outcome

    def done(self, line: str, *more: str) -> Outcome:
        """Run a command line that ends well."""
        outcome = self.run(line, *more)
        assert outcome.code == 0, outcome.err
        return outcome


@contextmanager
def home(graph: HouseholdGraph, household: str, seed: str = "bakers") -> Iterator[Home]:
    """Yield a copy of a seed household that is in the graph for as long as it is needed."""
    load_document(graph.store, _copy(household, seed), actor=Actor.operator("tests"))
    try:
        yield Home(graph, household)
    finally:
        erase(graph, household)


@cache
def _copy(household: str, seed: str) -> HouseholdDocument:
    text = (shipped("seed") / f"{seed}.yaml").read_text(encoding="utf-8")
    copied = io.StringIO(re.sub(rf"\b{seed}\b(?!\.example)", household, text))
    [document] = read_documents(copied)
    return document


def erase(graph: HouseholdGraph, household: str) -> None:
    """Remove a household from the graph, with all its records."""
    graph.connection.driver.execute_query(
        "MATCH (n) WHERE n.id = $id OR n.id STARTS WITH $id + '/' DETACH DELETE n", id=household
    )
