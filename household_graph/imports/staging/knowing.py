"""What earlier exports of a source said, from the graph into the staging file."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from neo4j import ManagedTransaction

from household_graph.imports.matching import Traits, add_traits, traits_of
from household_graph.imports.staging.store import Store
from household_graph.imports.statements import Statement
from household_graph.model.ids import household_of
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import run_query

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


def keep_known(store: Store, known: Iterable[Known], *, complete: bool) -> None:
    """Put what earlier exports said beside what this one says.

    Args:
        store: the staging file, with all records of this export.
        known: the records of earlier ones.
        complete: whether what this export does not speak of is no more; otherwise it counts as
            before, and newcomers can join it.
    """
    remaining, connection = iter(known), store.connection
    while part := list(islice(remaining, _AT_A_TIME)):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO known (key, household, person, said, run) VALUES (?, ?, ?, ?, ?)",
            ((one.key, one.household, one.person, checksum(one.said), one.run) for one in part),
        )
        if not complete:
            add_traits(connection, [_traits(one) for one in part if not _is_said(store, one)])
        connection.execute("COMMIT")


def _is_said(store: Store, known: Known) -> bool:
    return bool(store.number("SELECT count(*) FROM record WHERE key = ?", known.key))


def _traits(known: Known) -> Traits:
    said = Statement.model_validate_json(known.said)
    return traits_of(said, known.household, known.person)


def checksum(text: str) -> bytes:
    """Return what tells texts apart."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _page(tx: ManagedTransaction, first: str, last: str) -> list[tuple[str, Known]]:
    records = run_query(tx, "reads/source-records", first=first, last=last, limit=_AT_A_TIME)
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
