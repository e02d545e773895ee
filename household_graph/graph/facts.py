"""Facts out of the graph: many households in one round trip."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString, cast

from neo4j import RoutingControl

from household_graph.decision.facts import Facts
from household_graph.errors import UnknownIdError
from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.queries import query
from household_graph.model.ids import nearest
from household_graph.model.instants import BEGINNING, FOREVER

__all__ = ["fetch_facts", "read", "stream_facts", "unknown_household"]

_HOUSEHOLDS_A_QUERY = 100
_QUERIES_AT_ONCE = 2  # one is decoded here while the server works on the next


def read(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
    """Run a query of the catalogue with read access and return its records.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors():
        return connection.driver.execute_query(
            cast("LiteralString", query(name).text),
            parameters,
            routing_=RoutingControl.READ,
            database_=connection.database,
        ).records


def fetch_facts(connection: Connection, households: Iterable[str]) -> dict[str, Facts]:
    """Return the facts of households by id, in one round trip; unknown ones are left out."""
    records = read(
        connection,
        "facts/of-households",
        households=list(households),
        beginning=BEGINNING,
        forever=FOREVER,
    )
    return {record["household"]: Facts.of(record) for record in records}


def stream_facts(connection: Connection, households: Sequence[str]) -> Iterator[dict[str, Facts]]:
    """Yield the facts of any number of households, some at a time, in the order given."""
    parts = [
        households[start : start + _HOUSEHOLDS_A_QUERY]
        for start in range(0, len(households), _HOUSEHOLDS_A_QUERY)
    ]
    if len(parts) < _QUERIES_AT_ONCE:
        yield from (fetch_facts(connection, part) for part in parts)
        return
    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        yield from threads.map(lambda part: fetch_facts(connection, part), parts)


def unknown_household(connection: Connection, entity_id: str, household: str) -> UnknownIdError:
    """Return the error for an id of a household that is not there, naming the nearest ones."""
    for prefix in (household[: len(household) // 2], ""):
        records = read(connection, "facts/household-ids", prefix=prefix)
        near = nearest(household, [record["household"] for record in records])
        if near:
            local = entity_id.removeprefix(household)
            return UnknownIdError(entity_id, [f"{candidate}{local}" for candidate in near])
    return UnknownIdError(entity_id)
