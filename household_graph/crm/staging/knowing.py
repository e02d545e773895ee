"""What earlier exports of a source said, from the graph into the staging file."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from neo4j import ManagedTransaction

from household_graph.crm.staging.store import Store
from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.reading import run
from household_graph.model.ids import household_of

__all__ = ["Known", "checksum", "fetch_known", "keep_known"]

_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True)
class Known:
    """A record of an earlier export.

    Attributes:
        key: its key, without the source.
        household: the id of the household it belongs to.
        person: the key of the person it is about, or None.
        said: what it says, as text.
        run: the id of the run that read that.
    """

    key: str
    household: str
    person: str | None
    said: str
    run: str


def fetch_known(connection: Connection, source: str) -> Iterator[Known]:
    """Yield all records of a source that are in the graph, in the order of keys.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    after, there_is_more = f"{source}:", True
    with database_errors(), connection.session() as session:
        while there_is_more:
            page = session.execute_read(_page, after, f"{source};")
            for key, record in page:
                yield record
                after = key
            there_is_more = len(page) == _AT_A_TIME


def keep_known(store: Store, known: Iterator[Known]) -> None:
    """Put records of earlier exports beside those of this one; of what they say, a checksum."""
    store.connection.execute("BEGIN")
    store.connection.executemany(
        "INSERT INTO known (key, household, person, said, run) VALUES (?, ?, ?, ?, ?)",
        ((one.key, one.household, one.person, checksum(one.said), one.run) for one in known),
    )
    store.connection.execute("COMMIT")


def checksum(text: str) -> bytes:
    """Return what tells texts apart."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _page(tx: ManagedTransaction, first: str, last: str) -> list[tuple[str, Known]]:
    records = run(tx, "reads/source-records", first=first, last=last, limit=_AT_A_TIME)
    return [
        (
            record["key"],
            Known(
                record["key"].partition(":")[2],
                household_of(record["node"]),
                record["person"],
                record["said"],
                record["run"],
            ),
        )
        for record in records
    ]
