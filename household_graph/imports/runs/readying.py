"""What an export says of households, made into rows; what no rows can be made of is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.problems import field_problems, path_of
from household_graph.imports.building.placed import Placed
from household_graph.imports.building.rows import Source, rows_of
from household_graph.model.rows import Rows


@dataclass(frozen=True, slots=True)
class Work:
    """What an export says of one household.

    Attributes:
        household: its id.
        records: those of the export.
        gone: keys of records that no longer belong to it.
        merged: for records of earlier exports that stay, by key: of whom they speak now, where
            that has changed.
    """

    household: str
    records: tuple[Placed, ...]
    gone: frozenset[str] = frozenset()
    merged: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Records that could not be written to their household, with the reason and what to do."""

    household: str
    keys: tuple[str, ...]
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Work with the rows of the household, as its records of this export alone say it is."""

    work: Work
    rows: Rows

    def refused(self, reason: str, hint: str | None) -> Refused:
        """Return all its records as refused."""
        keys = tuple(one.said.key for one in self.work.records)
        return Refused(self.work.household, keys, reason, hint or "")


class Readying:
    """Makes work ready, household by household.

    Attributes:
        refused: the records of which no rows could be made, so far.
    """

    def __init__(self, source: Source) -> None:
        """Make rows of what a source says."""
        self._source = source
        self.refused: list[Refused] = []

    def ready(self, work: Work) -> Ready | None:
        """Return work with its rows, without the refused records; None if nothing is left."""
        try:
            return Ready(work, rows_of(self._source, work.household, work.records))
        except ValidationError as error:
            wrong = {one.said.key: problem for one in work.records if (problem := self._wrong(one))}
            for key in wrong or [one.said.key for one in work.records]:
                problem = wrong.get(key) or _problem(error)
                self.refused.append(Refused(work.household, (key,), *problem))
            left = tuple(one for one in work.records if wrong and one.said.key not in wrong)
            return self.ready(replace(work, records=left)) if left or work.gone else None

    def _wrong(self, record: Placed) -> tuple[str, str] | None:
        """Return what is wrong with a record by itself."""
        try:
            rows_of(self._source, "alone", [record])
        except ValidationError as error:
            return _problem(error)
        return None


def _problem(error: ValidationError) -> tuple[str, str]:
    """Return the first thing that is wrong, and what to do."""
    problem = field_problems(HouseholdDocument, error.errors(include_url=False))[0]
    return f"{path_of(problem.loc)}: {problem.message}", problem.hint or "correct the value"
