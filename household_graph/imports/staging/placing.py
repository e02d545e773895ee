"""Which household and which person each record belongs to, and what is new in it."""

from collections.abc import Iterator, Mapping

from household_graph.imports.building.ids import household_id
from household_graph.imports.matching import Thresholds, Traits, add_traits, resolve, traits_of
from household_graph.imports.matching.resolving import KINDS
from household_graph.imports.staging.knowing import checksum
from household_graph.imports.staging.store import Store
from household_graph.imports.statements import Statement


def place(
    store: Store,
    source: str,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
    *,
    complete: bool,
) -> None:
    """Find out to which household and person each record belongs, and which records are new.

    Args:
        store: the staging file, with what the export says and what earlier ones said.
        source: the name of the source.
        thresholds: how alike is enough.
        decisions: what was decided in a review, by the keys of two persons or records.
        complete: whether what the export does not speak of is no more.
    """
    connection = store.connection
    connection.execute("BEGIN")
    add_traits(connection, _traits(store))
    connection.execute("COMMIT")
    resolve(connection, thresholds, decisions)
    connection.create_function(
        "household_id", 1, lambda label: _household(source, label), deterministic=True
    )
    connection.create_function("checksum", 1, checksum, deterministic=True)
    for statement in _PLACED:
        connection.execute(statement)
    connection.execute(_TOUCHED, {"complete": complete})


def _household(source: str, label: str) -> str:
    """Return the id of the household of a label."""
    kind, key = KINDS[int(label[0])], label[2:]
    return key if kind == "known" else household_id(source, key, kind)


def _traits(store: Store) -> Iterator[Traits]:
    rows = store.connection.execute(
        "SELECT record.said, known.household, known.person "
        "FROM record LEFT JOIN known USING (key) ORDER BY key"
    )
    for said, household, person in rows:
        yield traits_of(Statement.model_validate_json(said), household, person)


_PLACED = (
    """
    UPDATE record SET
      household = (SELECT household_id(label) FROM label WHERE label.record = record.key),
      person = (
        SELECT coalesce(persons.same_as, traits.person)
        FROM traits LEFT JOIN persons USING (person) WHERE traits.record = record.key
      )
    """,
    """
    UPDATE known SET new_person = (
      SELECT coalesce(persons.same_as, traits.person)
      FROM traits LEFT JOIN persons USING (person) WHERE traits.record = known.key
    ) WHERE key NOT IN (SELECT key FROM record)
    """,
    """
    UPDATE record SET state = (
      SELECT CASE
        WHEN known.household <> record.household THEN 'moved'
        WHEN known.said = checksum(record.said) AND known.person IS record.person THEN 'same'
        ELSE 'changed'
      END
      FROM known WHERE known.key = record.key
    )
    """,
    "UPDATE record SET state = 'new' WHERE state IS NULL",
    "CREATE INDEX record_of_household ON record (household, state)",
    "CREATE INDEX known_of_household ON known (household)",
)
_TOUCHED = """
    INSERT INTO household
    SELECT id, id NOT IN (SELECT household FROM known) FROM (
      SELECT household AS id FROM record WHERE state <> 'same'
      UNION
      SELECT known.household FROM known LEFT JOIN record USING (key)
      WHERE record.household <> known.household
        OR (record.key IS NULL AND (:complete OR known.new_person IS NOT known.person))
    )
"""
"""Which households are to be written."""
