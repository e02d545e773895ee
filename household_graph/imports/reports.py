"""The results of an import: counts, and files of rejects, merges and possible duplicates."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from household_graph.errors import HouseholdGraphError
from household_graph.imports.staging import Staging

_RECORDS = """
    SELECT
      count(*) FILTER (WHERE is_written AND NOT is_merged),
      count(*) FILTER (WHERE is_written AND is_merged),
      count(*) FILTER (WHERE NOT is_written)
    FROM (
      SELECT
        record.state <> 'same' OR previous.run IS :run AS is_written,
        coalesce(record.person <> features.person, FALSE) AS is_merged
      FROM record
        LEFT JOIN previous USING (key)
        LEFT JOIN features ON features.record = record.key
      WHERE record.state <> 'rejected'
    )
"""
_MATCHES = """
    SELECT match.first, match.second, match.kind, round(match.confidence, 2), match.grounds,
      one.text, other.text
    FROM {table} AS match
      LEFT JOIN record AS one ON one.key = match.first
      LEFT JOIN record AS other ON other.key = match.second
    WHERE one.key IS NOT NULL OR other.key IS NOT NULL
    ORDER BY match.confidence DESC, match.first, match.second
"""
_MATCH_COLUMNS = ("first", "second", "kind", "confidence", "grounds", "first_said", "second_said")
_REJECT_COLUMNS = ("file", "line", "field", "reason", "hint", "text")


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many records became what.

    Attributes:
        read: all records of the files; always the sum of the next five.
        written: new ones, and those that have changed.
        unchanged: those that say the same as before.
        merged: those about a person that another record is about, and repeated ones.
        rejected: those that are not imported.
        skipped: those that the mapping skips.
        households: how many households were made or changed.
        new_households: how many of them are new.
    """

    read: int
    written: int
    unchanged: int
    merged: int
    rejected: int
    skipped: int
    households: int
    new_households: int

    @property
    def of_records(self) -> dict[str, int]:
        """The counts of records, by name."""
        return {name: n for name, n in asdict(self).items() if not name.endswith("households")}


def count_records(staging: Staging, run: str | None) -> ImportCounts:
    """Return the counts of an import.

    Args:
        staging: its staging database.
        run: the id of the run, or None for a plan; what an earlier attempt of it wrote, it wrote.
    """
    counts = staging.counts
    written, merged, unchanged = staging.connection.execute(_RECORDS, {"run": run}).fetchone()
    found = ImportCounts(
        read=counts["read"],
        written=written,
        unchanged=unchanged,
        merged=merged + counts["repeated"],
        rejected=staging.number("SELECT count(*) FROM reject"),
        skipped=counts["skipped"],
        households=staging.number("SELECT count(*) FROM household"),
        new_households=staging.number("SELECT count(*) FROM household WHERE is_new"),
    )
    if 2 * found.read != sum(found.of_records.values()):
        raise HouseholdGraphError(f"the counts of the import do not add up: {found}")
    return found


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report: its file, and how many entries it has."""

    path: Path
    count: int


@dataclass(frozen=True, slots=True)
class Reports:
    """The reports of a run.

    Attributes:
        rejects: rejected records, to be corrected and imported again.
        merges: which records were found to be about one person, or of one household, and why.
        possible_duplicates: which may be, and are left separate.
    """

    rejects: ReportFile
    merges: ReportFile
    possible_duplicates: ReportFile


def report_path(folder: Path, run: str, report: str) -> Path:
    """Return the path of a report, by the id of its run and the name of the report."""
    return folder / f"{run}.{report.replace('_', '-')}.csv"


def write_reports(staging: Staging, columns: Iterable[str], folder: Path, name: str) -> Reports:
    """Write the reports of an import.

    The file of rejects has the columns of the export first, then those with the prefix `reject_`,
    which are left out when the file is imported again. A record that could not be split into
    columns has its text in `reject_text` alone.

    Args:
        staging: its staging database.
        columns: the columns of the export.
        folder: the folder for the reports.
        name: the id of the run, or what replaces it in a plan.
    """
    stated = tuple(columns)
    rejects = (
        (
            *(one.values.get(column, "") for column in stated),
            *(getattr(one, column) for column in _REJECT_COLUMNS),
        )
        for one in staging.rejects()
    )
    header = (*stated, *(f"reject_{column}" for column in _REJECT_COLUMNS))
    matches = {
        table: _write(
            report_path(folder, name, table),
            _MATCH_COLUMNS,
            staging.connection.execute(_MATCHES.format(table=table)),
        )
        for table in ("merges", "possible_duplicates")
    }
    return Reports(_write(report_path(folder, name, "rejects"), header, rejects), **matches)


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> ReportFile:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return ReportFile(path, count)
