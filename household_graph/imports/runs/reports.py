"""The files that an import leaves beside the graph: rejects, merges, and doubts to be reviewed."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from household_graph.imports.runs.rejects import write_rejects
from household_graph.imports.staging.store import Store

MATCH_COLUMNS = ("first", "second", "kind", "confidence", "grounds", "first_said", "second_said")


@dataclass(frozen=True, slots=True)
class Reports:
    """Where the reports of a run lie, and how much is in them.

    Attributes:
        rejects: the file of rejected records, to be corrected and run again.
        rejected: how many there are.
        merges: the file of what was found to be one person, or one household, and why.
        merged: how many there are.
        doubts: the file of what may be one, and was left apart.
        doubtful: how many there are.
    """

    rejects: Path
    rejected: int
    merges: Path
    merged: int
    doubts: Path
    doubtful: int


def write_reports(store: Store, columns: Iterable[str], folder: Path, name: str) -> Reports:
    """Write the reports of an import.

    Args:
        store: its staging file.
        columns: the columns of the export.
        folder: where to.
        name: what their names begin with, such as the id of the run.
    """
    rejects, merges, doubts = (
        folder / f"{name}.{what}.csv" for what in ("rejects", "merges", "doubts")
    )
    with rejects.open("w", encoding="utf-8", newline="") as file:
        rejected = write_rejects(store.rejects(), columns, file)
    merged = _write_matches(store, "merges", merges)
    doubtful = _write_matches(store, "doubts", doubts)
    return Reports(rejects, rejected, merges, merged, doubts, doubtful)


def _write_matches(store: Store, table: str, path: Path) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MATCH_COLUMNS)
        for row in store.connection.execute(_MATCHES[table]):
            writer.writerow(row)
            count += 1
    return count


_MATCHES = {
    table: f"""
    SELECT match.first, match.second, match.kind, round(match.confidence, 2), match.grounds,
      one.text, other.text
    FROM {table} AS match
      LEFT JOIN record AS one ON one.key = match.first
      LEFT JOIN record AS other ON other.key = match.second
    WHERE one.key IS NOT NULL OR other.key IS NOT NULL
    ORDER BY match.confidence DESC, match.first, match.second
    """  # noqa: S608 - the tables are the two below
    for table in ("merges", "doubts")
}
