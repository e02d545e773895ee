"""Rebuilds the access cache, after an upgrade or after plain Cypher."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from neo4j import ManagedTransaction

from household_graph.errors import (
    ConflictError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    UnknownIdError,
)
from household_graph.model.rows import Rows
from household_graph.store.access_cache import (
    STAMPS,
    CacheState,
    StoredAccess,
    lay_out,
    row_of,
)
from household_graph.store.connection import Connection, database_errors, read, run_query
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import read_rows

_ATTEMPTS = 20  # to read households that are changed meanwhile


class Rebuilt(NamedTuple):
    """The households whose cache was written again or removed, or would be; those that failed."""

    households: list[str]
    failed: dict[str, HouseholdGraphError]


def orphan_caches(connection: Connection) -> list[str]:
    """Return the ids of households that are not there, and have an access cache."""
    return [record["household"] for record in read(connection, "reads/orphan-caches")]


def fetch_rows_and_caches(
    connection: Connection, households: Iterable[str]
) -> dict[str, tuple[Rows, StoredAccess]]:
    """Return the rows of households with what is cached of them, of one moment for each.

    A household that is changed meanwhile is read again. Unknown ones are left out.

    Raises:
        ConflictError: if one is changed without a pause.
    """
    found: dict[str, tuple[Rows, StoredAccess]] = {}
    left = list(households)
    with database_errors(), connection.session() as session:
        for _attempt in range(_ATTEMPTS):
            before, rows, after = session.execute_read(
                lambda tx, ids: (_stored(tx, ids), read_rows(tx, ids), _stored(tx, ids)), left
            )
            still = [one for one in left if before.get(one) == after.get(one)]
            found |= {one: (rows[one], after[one]) for one in still if one in after}
            left = [one for one in left if one not in still]
            if not left:
                return found
    raise ConflictError(
        f"`{left[0]}` is being changed while it is read", hint="try again in a moment"
    )


def rebuild_cache(
    connection: Connection, households: Sequence[str], *, check: bool = False
) -> Rebuilt:
    """Write the access cache of households where it is not what it should be.

    One that cannot be read does not stop the others. What is cached of a household that is not
    there any more is removed. A check only finds out which these are.

    Raises:
        UnknownIdError: if one of them is not there, and nothing is cached of it.
    """
    try:
        return _rebuild(connection, sorted(households), check=check)
    except (UnknownIdError, DatabaseUnavailableError, ConflictError):
        raise
    except HouseholdGraphError as error:
        if len(households) == 1:
            return Rebuilt([], {households[0]: error})
    every = [rebuild_cache(connection, [one], check=check) for one in households]
    done = [household for one in every for household in one.households]
    return Rebuilt(done, {name: error for one in every for name, error in one.failed.items()})


def _rebuild(connection: Connection, households: Sequence[str], *, check: bool) -> Rebuilt:
    try:
        if check:
            found = fetch_rows_and_caches(connection, households)
            gone = [one for one in households if one not in found]
            orphans = orphan_caches(connection) if gone else []
            _require(gone, orphans)
            behind, failed = _behind(found)
            return Rebuilt(sorted([*gone, *(row["household"] for row in behind)]), failed)
        with database_errors(), connection.session() as session:
            done = session.execute_write(_write, households)
    except UnknownIdError as error:
        raise unknown_household(connection, error.unknown_id, error.unknown_id) from error
    connection.misses.forget(done.households)
    return done


def _write(tx: ManagedTransaction, households: Sequence[str]) -> Rebuilt:
    there = list(_stored(tx, households))
    gone = [one for one in households if one not in there]
    removed = run_query(tx, "writes/remove-orphan-caches", households=gone)
    orphans = [record["household"] for record in removed]
    _require(gone, orphans)
    locked = run_query(tx, "writes/lock", households=there)
    _require([record["household"] for record in locked if record["created"]])  # by the lock itself
    rows, stored = read_rows(tx, there), _stored(tx, there)
    behind, failed = _behind({one: (rows[one], stored[one]) for one in there})
    if behind:
        run_query(tx, "writes/access-cache", rows=behind, **STAMPS)
    return Rebuilt(sorted([*orphans, *(row["household"] for row in behind)]), failed)


def _require(households: Iterable[str], known: Collection[str] = ()) -> None:
    for household in households:
        if household not in known:
            raise UnknownIdError(household)


def _behind(
    found: Mapping[str, tuple[Rows, StoredAccess]],
) -> tuple[list[dict[str, Any]], dict[str, HouseholdGraphError]]:
    """Return what to write for households whose cache is not as it should be, and what failed."""
    behind, failed = [], {}
    for household, (rows, stored) in found.items():
        try:
            wanted = lay_out(rows)
        except Exception as error:  # noqa: BLE001 - damaged somehow; it is named, nothing is cached
            text = f"`{household}` cannot be laid out: {type(error).__name__}: {error}"
            hint = f"see what is wrong: household-graph doctor {household}"
            wanted, failed[household] = None, HouseholdGraphError(text, hint=hint)
        if stored.state(wanted) is not CacheState.CURRENT:
            behind.append(row_of(household, wanted, stored.revision or 0))
    return behind, failed


def _stored(tx: ManagedTransaction, households: Sequence[str]) -> dict[str, StoredAccess]:
    found = {}
    for record in run_query(tx, "reads/access-caches", households=list(households)):
        cache = record["cache"]
        stamps = None if cache is None else {name: cache[name] for name in STAMPS}
        content = None if cache is None else cache["content"]
        found[record["household"]] = StoredAccess(record["revision"], stamps, content)
    return found
