"""What is to be written of each household, from the staging file."""

from collections.abc import Iterable, Iterator

from household_graph.imports.building.placed import Placed
from household_graph.imports.runs.readying import Refused, Work
from household_graph.imports.staging.store import Store

_RECORDS = """
    SELECT said, person, file, line FROM record WHERE household = ? ORDER BY key
"""
_LEFT = """
    SELECT DISTINCT known.household FROM known JOIN record USING (key)
    WHERE record.household <> known.household ORDER BY known.household
"""
_MOVED = """
    SELECT known.key FROM known JOIN record USING (key)
    WHERE known.household = ?1 AND record.household <> ?1
"""
_GONE = """
    SELECT known.key FROM known LEFT JOIN record USING (key)
    WHERE known.household = ?1
      AND (record.household <> ?1 OR (record.key IS NULL AND ?2))
"""
_MERGED = """
    SELECT known.key, known.new_person FROM known LEFT JOIN record USING (key)
    WHERE known.household = ? AND record.key IS NULL AND known.new_person IS NOT known.person
"""


def leavings(store: Store) -> Iterator[Work]:
    """Yield the households that records move away from; these come first, as keys are unique."""
    connection = store.connection
    for (household,) in connection.execute(_LEFT):
        moved = connection.execute(_MOVED, (household,))
        yield Work(household, (), frozenset(key for (key,) in moved))


def works(store: Store, run: str, *, complete: bool = False) -> Iterator[Work]:
    """Yield the households that are to be written, in the order of ids.

    Args:
        store: the staging file, with all records placed.
        run: the id of the run.
        complete: whether what the export does not speak of is no more.
    """
    connection = store.connection
    for (household,) in connection.execute("SELECT id FROM household ORDER BY id"):
        found = connection.execute(_RECORDS, (household,))
        gone = connection.execute(_GONE, (household, complete))
        yield Work(
            household,
            tuple(Placed(said, person, file, line, run) for said, person, file, line in found),
            frozenset(key for (key,) in gone),
            {} if complete else dict(connection.execute(_MERGED, (household,))),
        )


def refuse(store: Store, refused: Iterable[Refused]) -> None:
    """Put records that could not be written among those that were not taken."""
    store.connection.execute("BEGIN")
    for one in refused:
        for key in one.keys:
            store.connection.execute(
                "INSERT INTO reject SELECT file, line, text, '', ?, ?, columns FROM record "
                "WHERE key = ? AND state <> 'same'",
                (one.reason, one.hint, key),
            )
            store.connection.execute(
                "UPDATE record SET state = 'refused' WHERE key = ? AND state <> 'same'", (key,)
            )
    store.connection.execute("COMMIT")
