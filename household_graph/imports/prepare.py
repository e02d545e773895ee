"""Prepare households: convert staged records into rows, and reject those that do not convert."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.problems import field_problems, path_of
from household_graph.imports.assemble import Source, assemble_rows, recorded
from household_graph.imports.records import AssignedRecord
from household_graph.imports.staging import Staging
from household_graph.imports.three_way_merge import MergedHousehold, three_way_merge
from household_graph.model.rows import Rows

_RECORDS = "SELECT content, person, file, line FROM record WHERE household = ? ORDER BY key"
_DEPARTED = """
    SELECT DISTINCT previous.household FROM previous JOIN record USING (key)
    WHERE record.household <> previous.household ORDER BY previous.household
"""
_MOVED = """
    SELECT previous.key FROM previous JOIN record USING (key)
    WHERE previous.household = ?1 AND record.household <> ?1
"""
_GONE = """
    SELECT previous.key FROM previous LEFT JOIN record USING (key)
    WHERE previous.household = ?1
      AND (record.household <> ?1 OR (record.key IS NULL AND ?2))
"""
_MERGED = """
    SELECT previous.key, previous.new_person FROM previous LEFT JOIN record USING (key)
    WHERE previous.household = ? AND record.key IS NULL
      AND previous.new_person IS NOT previous.person
"""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What an export says of one household.

    Attributes:
        household: its id.
        records: those of the export.
        gone: keys of records that no longer belong to it.
        merged: for records of earlier exports that stay, by key: the person they are about now, if
            that has changed.
    """

    household: str
    records: tuple[AssignedRecord, ...]
    gone: frozenset[str] = frozenset()
    merged: Mapping[str, str] | None = None


def departures(staging: Staging) -> Iterator[WorkItem]:
    """Yield the households that records move away from; write these first, as keys are unique."""
    connection = staging.connection
    for (household,) in connection.execute(_DEPARTED):
        moved = connection.execute(_MOVED, (household,))
        yield WorkItem(household, (), frozenset(key for (key,) in moved))


def work_items(staging: Staging, run: str, *, full_export: bool = False) -> Iterator[WorkItem]:
    """Yield the households to be written, in the order of ids.

    Args:
        staging: the staging database, with all records assigned.
        run: the id of the run.
        full_export: whether what the export does not mention has ended.
    """
    connection = staging.connection
    for (household,) in connection.execute("SELECT id FROM household ORDER BY id"):
        records = connection.execute(_RECORDS, (household,))
        gone = connection.execute(_GONE, (household, full_export))
        yield WorkItem(
            household,
            tuple(
                AssignedRecord(content, person, file, line, run)
                for content, person, file, line in records
            ),
            frozenset(key for (key,) in gone),
            {} if full_export else dict(connection.execute(_MERGED, (household,))),
        )


@dataclass(frozen=True, slots=True)
class RejectedRecords:
    """Records that cannot be written to their household, with the reason and what to do."""

    household: str
    keys: tuple[str, ...]
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class PreparedHousehold:
    """A work item with the rows of the household, assembled from the records of this export."""

    item: WorkItem
    rows: Rows

    def rejected(self, reason: str, hint: str | None) -> RejectedRecords:
        """Return all its records as rejected."""
        keys = tuple(one.content.key for one in self.item.records)
        return RejectedRecords(self.item.household, keys, reason, hint or "")

    def merged_into(self, source: Source, current: Rows, at: datetime) -> MergedHousehold:
        """Return what the import changes in the household.

        Args:
            source: where the records come from.
            current: the household as it is in the graph.
            at: when what the export no longer says ends.

        Raises:
            BadInputError: if an id has other labels in the graph.
        """
        earlier = {one.content.key: one for one in recorded(source, current)}
        if not earlier:
            return three_way_merge(current, Rows(current.household, (), ()), self.rows, at)
        before = assemble_rows(source, current.household, list(earlier.values()))
        now = assemble_rows(source, current.household, self._all_records(earlier))
        return three_way_merge(current, before, now, at)

    def _all_records(self, earlier: Mapping[str, AssignedRecord]) -> list[AssignedRecord]:
        """Return the records that the household has now, of earlier exports and of this one."""
        records = {key: one for key, one in earlier.items() if key not in self.item.gone}
        for key, person in (self.item.merged or {}).items():
            if key in records:
                records[key] = replace(records[key], person=person)
        for record in self.item.records:
            key = record.content.key
            known = earlier.get(key)
            is_same = known and (known.text, known.person) == (record.text, record.person)
            records[key] = known if known and is_same else record
        return list(records.values())


def prepare(
    source: Source, item: WorkItem
) -> tuple[PreparedHousehold | None, list[RejectedRecords]]:
    """Return a household prepared, without rejected records; None if nothing is left."""
    try:
        return PreparedHousehold(item, assemble_rows(source, item.household, item.records)), []
    except ValidationError as error:
        problems = {
            one.content.key: problem for one in item.records if (problem := _problem(source, one))
        }
        keys = problems or dict.fromkeys((one.content.key for one in item.records), _first(error))
        rejected = [RejectedRecords(item.household, (key,), *why) for key, why in keys.items()]
        left = tuple(one for one in item.records if one.content.key not in keys)
        if not left and not item.gone:
            return None, rejected
        prepared, more = prepare(source, replace(item, records=left))
        return prepared, [*rejected, *more]


def add_rejected(staging: Staging, rejected: Iterable[RejectedRecords]) -> None:
    """Add records that could not be written to the rejects."""
    staging.connection.execute("BEGIN")
    for one in rejected:
        for key in one.keys:
            staging.connection.execute(
                "INSERT INTO reject SELECT file, line, text, '', ?, ?, columns FROM record "
                "WHERE key = ? AND state <> 'same'",
                (one.reason, one.hint, key),
            )
            staging.connection.execute(
                "UPDATE record SET state = 'rejected' WHERE key = ? AND state <> 'same'", (key,)
            )
    staging.connection.execute("COMMIT")


def _problem(source: Source, record: AssignedRecord) -> tuple[str, str] | None:
    """Return what is wrong with a record by itself."""
    try:
        assemble_rows(source, "alone", [record])
    except ValidationError as error:
        return _first(error)
    return None


def _first(error: ValidationError) -> tuple[str, str]:
    """Return the first problem, and what to do."""
    problem = field_problems(HouseholdDocument, error.errors(include_url=False))[0]
    return f"{path_of(problem.loc)}: {problem.message}", problem.hint or "correct the value"
