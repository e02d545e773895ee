"""What tests of commands share."""

from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from tests.cli.imports import forget_imports


@pytest.fixture
def empty(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph; all that was imported is gone, before and afterwards."""
    graph.apply_schema()
    forget_imports(graph)
    yield graph
    forget_imports(graph)
