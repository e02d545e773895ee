"""Assign each staged record to a household and a person, and tell which are new or changed."""

from collections.abc import Iterator, Mapping

from household_graph.imports.local_ids import household_id
from household_graph.imports.matching import (
    LABEL_KINDS,
    MatchFeatures,
    Thresholds,
    add_features,
    features_of,
    resolve,
)
from household_graph.imports.records import NormalizedRecord
from household_graph.imports.staging import Staging, checksum

_ASSIGN = (
    """
    UPDATE record SET
      household = (SELECT household_id(label) FROM label WHERE label.record = record.key),
      person = (
        SELECT coalesce(persons.same_as, features.person)
        FROM features LEFT JOIN persons USING (person) WHERE features.record = record.key
      )
    """,
    """
    UPDATE previous SET new_person = (
      SELECT coalesce(persons.same_as, features.person)
      FROM features LEFT JOIN persons USING (person) WHERE features.record = previous.key
    ) WHERE key NOT IN (SELECT key FROM record)
    """,
    """
    UPDATE record SET state = (
      SELECT CASE
        WHEN previous.household <> record.household THEN 'moved'
        WHEN previous.content = checksum(record.content) AND previous.person IS record.person
        THEN 'same'
        ELSE 'changed'
      END
      FROM previous WHERE previous.key = record.key
    )
    """,
    "UPDATE record SET state = 'new' WHERE state IS NULL",
    "CREATE INDEX record_of_household ON record (household, state)",
    "CREATE INDEX previous_of_household ON previous (household)",
)
# The households to be written.
_HOUSEHOLDS = """
    INSERT INTO household
    SELECT id, id NOT IN (SELECT household FROM previous) FROM (
      SELECT household AS id FROM record WHERE state <> 'same'
      UNION
      SELECT previous.household FROM previous LEFT JOIN record USING (key)
      WHERE record.household <> previous.household OR (
        record.key IS NULL AND (:full_export OR previous.new_person IS NOT previous.person)
      )
    )
"""


def assign_households(
    staging: Staging,
    source: str,
    thresholds: Thresholds,
    decisions: Mapping[tuple[str, str], bool],
    *,
    full_export: bool,
) -> None:
    """Match records, and fill in `household`, `person` and `state` of each.

    Args:
        staging: the staging database, with this export and earlier ones.
        source: the name of the source.
        thresholds: which scores suffice.
        decisions: of a review, by the keys of two records.
        full_export: whether what the export does not mention has ended.
    """
    connection = staging.connection
    connection.execute("BEGIN")
    add_features(connection, _features(staging))
    connection.execute("COMMIT")
    resolve(connection, thresholds, decisions)

    def household_of_label(label: str) -> str:
        kind, key = LABEL_KINDS[int(label[0])], label[2:]
        return key if kind == "known" else household_id(source, key, kind)

    connection.create_function("household_id", 1, household_of_label, deterministic=True)
    connection.create_function("checksum", 1, checksum, deterministic=True)
    for statement in _ASSIGN:
        connection.execute(statement)
    connection.execute(_HOUSEHOLDS, {"full_export": full_export})


def _features(staging: Staging) -> Iterator[MatchFeatures]:
    rows = staging.connection.execute(
        "SELECT record.content, previous.household, previous.person "
        "FROM record LEFT JOIN previous USING (key) ORDER BY key"
    )
    for content, household, person in rows:
        yield features_of(NormalizedRecord.model_validate_json(content), household, person)
