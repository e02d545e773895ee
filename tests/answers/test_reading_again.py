"""A read that fails for a reason that passes is run again, and another is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from neo4j import Session
from neo4j.exceptions import ClientError, Neo4jError, SessionExpired, TransientError

from household_graph import HouseholdGraph, HouseholdGraphError


@contextmanager
def failing(error: Exception) -> Iterator[None]:
    """Every session fails so while it lasts, outside of transactions."""

    def fail(*_arguments: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "run", fail)
        yield


def _of_the_server(kind: type[Neo4jError], code: str) -> Neo4jError:
    error = kind("not now")
    error._neo4j_code = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        SessionExpired("gone"),
        _of_the_server(TransientError, "Neo.TransientError.General.DatabaseUnavailable"),
    ],
    ids=["gone", "not now"],
)
def test_what_passes_is_tried_again(graph: HouseholdGraph, error: Exception) -> None:
    """A connection that was closed meanwhile, a server that is not ready: nobody notices."""
    household = graph.snapshot().households[0]
    before = graph.matrix(household, at="2026-11-22")
    with failing(error):
        assert graph.matrix(household, at="2026-11-22") == before


def test_what_does_not_pass_is_told(graph: HouseholdGraph) -> None:
    """At once, as the project's own error."""
    refused = failing(ClientError("no such thing"))
    with refused, pytest.raises(HouseholdGraphError, match="Neo4j refuses"):
        graph.matrix("bakers")
