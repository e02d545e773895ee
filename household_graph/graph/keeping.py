"""Keeping the facts of households anew: after an upgrade, or where somebody wrote plain Cypher."""

from collections.abc import Iterable, Sequence
from typing import Any

from neo4j import ManagedTransaction, Record

from household_graph.errors import UnknownIdError
from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.facts import read, unknown_household
from household_graph.graph.kept_facts import KEPT, Kept, kept_of, row_of, says_the_same
from household_graph.graph.reading import read_rows, run

__all__ = ["keep_facts", "kept_beside"]

_Row = dict[str, Any]


def kept_beside(connection: Connection, households: Sequence[str]) -> dict[str, Kept]:
    """Return what is kept of households, by id; those of which nothing is are left out."""
    return _kept(read(connection, "facts/kept", households=households, **KEPT))


def keep_facts(
    connection: Connection, households: Sequence[str], *, dry_run: bool = False
) -> list[str]:
    """Keep the facts of households anew, and return those for which it was needed.

    Args:
        connection: where they are.
        households: their ids.
        dry_run: whether it is only found out which these are.

    Raises:
        UnknownIdError: if one of them is not there; nothing is written then.
        DatabaseUnavailableError: if the server does not answer.
    """
    try:
        with database_errors(), connection.session() as session:
            if dry_run:
                rows = session.execute_read(_behind, households)
            else:
                rows = session.execute_write(_keep, sorted(households))
                connection.walked.forget(households)
    except UnknownIdError as error:
        raise unknown_household(connection, error.unknown_id, error.unknown_id) from error
    return [row["household"] for row in rows]


def _keep(tx: ManagedTransaction, households: Sequence[str]) -> list[_Row]:
    for record in run(tx, "writes/lock", households=households):
        if record["created"]:  # by the lock itself; the error takes it back
            raise UnknownIdError(record["household"])
    rows = _behind(tx, households)
    if rows:
        run(tx, "writes/keep-facts", rows=rows, **KEPT)
    return rows


def _behind(tx: ManagedTransaction, households: Sequence[str]) -> list[_Row]:
    kept = _kept(run(tx, "facts/kept", households=households, **KEPT))
    every = read_rows(tx, households)
    for rows in every.values():
        if not rows.nodes:
            raise UnknownIdError(rows.household)
    wanted = {household: kept_of(rows) for household, rows in every.items()}
    return [
        row_of(household, one)
        for household, one in wanted.items()
        if not says_the_same(kept.get(household), one)
    ]


def _kept(records: Iterable[Record]) -> dict[str, Kept]:
    [record] = records
    return {household: Kept(*texts) for household, *texts in record["facts"]}
