"""Ids given to a question: an answer without rows is no answer where an id is misspelt."""

from collections.abc import Mapping
from typing import Any

from household_graph.errors import UnknownIdError
from household_graph.model.ids import household_of, nearest
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import read, unknown_household
from household_graph.store.query_files import QueryFile


def require_known(connection: Connection, query: QueryFile, parameters: Mapping[str, Any]) -> None:
    """Hold the ids among the parameters to the graph.

    Args:
        connection: the graph.
        query: the question.
        parameters: all of them; see `parameters.bound`.

    Raises:
        UnknownIdError: if one is not there, with the ids most like it.
        DatabaseUnavailableError: if the server does not answer.
    """
    given = [parameters[one.name] for one in query.parameters if one.is_id]
    for unknown in filter(None, given):
        if unknown in _beginning_with(connection, unknown)[:1]:
            continue
        household = household_of(unknown)
        if not (inside := _beginning_with(connection, f"{household}/")):
            raise unknown_household(connection, unknown, household)
        raise UnknownIdError(unknown, nearest(unknown, inside))


def _beginning_with(connection: Connection, prefix: str) -> list[str]:
    return [record["id"] for record in read(connection, "facts/ids", prefix=prefix)]
