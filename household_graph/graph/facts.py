"""Facts out of the graph: many households in one round trip."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from neo4j import RoutingControl

from household_graph.decision.facts import Facts
from household_graph.decision.question import Question
from household_graph.errors import UnknownIdError
from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.queries import query
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER

__all__ = ["fetch_facts", "read", "stream_evidence", "stream_facts", "unknown_household"]

_HOUSEHOLDS_A_QUERY = 100
_QUERIES_AT_ONCE = 2  # one is decoded and judged here while the server works on the next

_Part = TypeVar("_Part")
_Found = TypeVar("_Found")


def read(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
    """Run a query of the catalogue with read access and return its records.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors():
        return connection.driver.execute_query(
            query(name).text,
            parameters,
            routing_=RoutingControl.READ,
            database_=connection.database,
        ).records


def fetch_facts(connection: Connection, households: Iterable[str]) -> dict[str, Facts]:
    """Return the facts of households by id, in one round trip; unknown ones are left out."""
    found = _read(connection, "facts/of-households", households=list(households))
    return {rows["household"]: Facts.of(rows) for rows in found}


def stream_facts(connection: Connection, households: Sequence[str]) -> Iterator[dict[str, Facts]]:
    """Yield the facts of any number of households, some at a time, in the order given."""
    parts = list(_parts(households, _HOUSEHOLDS_A_QUERY))
    yield from _ahead(lambda part: fetch_facts(connection, part), parts)


def stream_evidence(
    connection: Connection, questions: Sequence[Question]
) -> Iterator[tuple[int, Facts]]:
    """Yield the place of each question with the facts that bear on it alone.

    They are cut down to what is between its party, target and device, and leave out what a
    product as the target on a device needs. One about an unknown household is left out.
    """
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place, question in enumerate(questions):
        asked[household_of(question.target)].append(_asked(place, question))
    households = [{"id": home, "questions": of_home} for home, of_home in asked.items()]

    def fetch(part: Sequence[dict[str, Any]]) -> list[tuple[int, Facts]]:
        return [
            (rows["place"], Facts.of(found | rows))
            for found in _read(connection, "facts/of-questions", households=part)
            for rows in found["questions"]
        ]

    for answered in _ahead(fetch, list(_parts(households, _HOUSEHOLDS_A_QUERY))):
        yield from answered


def _asked(place: int, question: Question) -> dict[str, Any]:
    return {
        "place": place,
        "party": question.party,
        "target": question.target,
        "device": question.device,
        "kind": question.action.needs.value,
    }


def _read(connection: Connection, name: str, **parameters: object) -> list[dict[str, Any]]:
    bounds = {"beginning": BEGINNING, "forever": FOREVER}
    facts: list[dict[str, Any]] = read(connection, name, **parameters, **bounds)[0]["facts"]
    return facts


def _parts(whole: Sequence[_Part], size: int) -> Iterator[Sequence[_Part]]:
    return (whole[start : start + size] for start in range(0, len(whole), size))


def _ahead(fetch: Callable[[_Part], _Found], parts: Sequence[_Part]) -> Iterator[_Found]:
    """Yield what is fetched for each part, while the next parts are being fetched."""
    if len(parts) < _QUERIES_AT_ONCE:
        yield from map(fetch, parts)
        return
    with ThreadPoolExecutor(_QUERIES_AT_ONCE) as threads:
        yield from threads.map(fetch, parts)


def unknown_household(connection: Connection, entity_id: str, household: str) -> UnknownIdError:
    """Return the error for an id of a household that is not there, naming the nearest ones."""
    known: list[str] = []
    for prefix in (household[: len(household) // 2], ""):
        records = read(connection, "facts/household-ids", prefix=prefix)
        known = [record["household"] for record in records]
        if near := nearest(household, known):
            local = entity_id.removeprefix(household)
            return UnknownIdError(entity_id, [f"{candidate}{local}" for candidate in near])
    error = UnknownIdError(entity_id)
    if not known:
        error.hint = "the graph is empty: load a household first, see `household-graph load --help`"
    elif "/" not in entity_id:
        error.hint = f"ids are written household/name, such as {known[0]}/{entity_id}"
    return error
