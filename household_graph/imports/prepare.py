"""Prepare households: convert staged records into rows, and reject those that do not convert."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.problems import field_problems, path_of
from household_graph.imports.assemble import assemble_rows, recorded
from household_graph.imports.records import AssignedRecord, Source
from household_graph.imports.staging import RejectedRecords, WorkItem
from household_graph.imports.three_way_merge import MergedHousehold, three_way_merge
from household_graph.model.rows import Rows


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
