"""The results of an import: counts, and files of rejects, merges and possible duplicates.

Possible duplicates are reviewed: an operator decides which two are one, by number or in a file.
"""

import csv
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from household_graph.errors import BadInputError, DocumentError, HouseholdGraphError
from household_graph.files import LineTooLongError, lines_of
from household_graph.imports.cleaning.cells import truth
from household_graph.imports.cleaning.text import CleaningError
from household_graph.imports.import_run import store
from household_graph.imports.staging import Staging
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection, read

Pair = tuple[str, str, str]
"""The keys of two records, and what is decided about: person, household; empty: both."""
PossibleDuplicate = dict[str, str]
"""A row of the report, with its `number`, from 1, in front."""

_MATCH = ("first", "second", "kind", "confidence", "grounds", "first_said", "second_said")
_POSSIBLE = (*_MATCH, "cluster")
_WARNING = ("file", "line", "column", "text", "reason")
_REJECT = tuple(f"reject_{name}" for name in ("file", "line", "field", "reason", "hint", "text"))
_RECORD = tuple(f"record_{name}" for name in ("key", "household", "file", "line"))
_NEEDED = ("first", "second", "accepted")


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many records became what; `read` is always the sum of the next five.

    Records that repeat another one count as merged; `written` ones are new or have changed.
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
    """Return the counts of a run, by its id, or of a plan (None)."""
    known = {name: staging.counts[name] for name in ("read", "repeated", "skipped")}
    counts = ImportCounts(*staging.run("counts", run=run, **known).fetchone())
    if 2 * counts.read != sum(counts.of_records.values()):
        raise HouseholdGraphError(f"the counts of the import do not add up: {counts}")
    return counts


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report: its file, and how many entries it has."""

    path: Path
    count: int


@dataclass(frozen=True, slots=True)
class Reports:
    """Rejected records; merges of people and households, with reasons; those that may be one.

    The warnings are the cells that were left out of their records. Of a run, not of a plan, the
    records are there as well, as they were read: with the columns that the mapping leaves out.
    """

    rejects: ReportFile
    merges: ReportFile
    possible_duplicates: ReportFile
    warnings: ReportFile
    records: ReportFile | None = None


def report_path(folder: Path, run: str, report: str) -> Path:
    """Return the path of a report, by the id of its run and the name of the report."""
    return folder / f"{run}.{report.replace('_', '-')}.csv"


def write_reports(
    staging: Staging, columns: Sequence[str], folder: Path, name: str, *, with_records: bool
) -> Reports:
    """Write the reports of an import, named after the id of the run, or `plan-<source>`.

    The file of rejects has the columns of the export first, then those with the prefix `reject_`,
    which are left out when the file is imported again. A record that could not be split into
    columns has its text in `reject_text` alone.
    """

    def of_export(statement: str) -> Iterator[list[object]]:
        for values, *row in staging.run(statement):
            yield [*map(json.loads(values).get, columns), *row]

    contents: dict[str, tuple[Sequence[str], Iterable[Iterable[object]]]] = {
        "rejects": ((*columns, *_REJECT), of_export("rejects")),
        "merges": _merges(staging),
        "possible_duplicates": (_POSSIBLE, staging.run("matches", report="possible_duplicates")),
        "warnings": (_WARNING, staging.run("warnings")),
    }
    if with_records:
        contents["records"] = (*columns, *_RECORD), of_export("raw_records")
    return Reports(*(_write(report_path(folder, name, one), *contents[one]) for one in contents))


def write_merges(staging: Staging, folder: Path, run: str) -> None:
    """Write the report of merges alone, before households are written."""
    _write(report_path(folder, run, "merges"), *_merges(staging))


def restore_merges(staging: Staging, folder: Path, run: str) -> None:
    """Add the merges that an interrupted run reported, where they are not found again.

    What it has written is in the graph, and no longer merged by the one that goes on with it.
    """
    path = report_path(folder, run, "merges")
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            staging.restore_merges(csv.DictReader(file))


def _merges(staging: Staging) -> tuple[Sequence[str], Iterable[Iterable[object]]]:
    return _MATCH, (row[:-1] for row in staging.run("matches", report="merges"))


def _write(path: Path, header: Sequence[str], rows: Iterable[Iterable[object]]) -> ReportFile:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return ReportFile(path, count)


def read_possible_duplicates(path: Path) -> list[PossibleDuplicate]:
    """Return the possible duplicates of a report, the most likely ones first."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {"number": str(number), **row}
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]


def decisions_by_number(
    possible: Sequence[PossibleDuplicate], accepted: Iterable[int], refused: Iterable[int]
) -> dict[Pair, bool]:
    """Return what was decided by number.

    Raises:
        BadInputError: if a number does not exist, or is both accepted and refused.
    """
    decided: dict[Pair, bool] = {}
    for number, is_one in [*((n, True) for n in accepted), *((n, False) for n in refused)]:
        if not 1 <= number <= len(possible):
            hint = f"they are numbered from 1 to {len(possible)}" if possible else "there is none"
            raise BadInputError(f"there is no possible duplicate number {number}", hint=hint)
        pair = _pair(possible[number - 1])
        if decided.setdefault(pair, is_one) != is_one:
            raise BadInputError(f"number {number} is accepted and refused", hint="choose one")
    return decided


def _pair(one: Mapping[str, str]) -> Pair:
    """Return the pair of a row of a report."""
    first, second = sorted((one["first"] or "", one["second"] or ""))
    return first, second, one.get("kind") or ""


def decisions_from(possible: Iterable[PossibleDuplicate], least: float | None) -> dict[Pair, bool]:
    """Accept all possible duplicates from a confidence on; none if it is None."""
    if least is None:
        return {}
    return {_pair(one): True for one in possible if float(one["confidence"]) >= least}


def decisions_in(path: Path, known: Iterable[PossibleDuplicate]) -> dict[Pair, bool]:
    """Return the decisions in a CSV file; lines without an answer are skipped.

    Known are the possible duplicates of a run and its merges: these can be refused.

    Raises:
        DocumentError: if it cannot be read, lacks a column, an answer is neither yes nor no, or a
            line is about no possible duplicate.
    """
    pairs = {_pair(one) for one in known}
    pairs |= {(first, second, "") for first, second, _kind in pairs}  # of earlier files
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(lines_of(file))
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise DocumentError(
                    f"{path}:1: the column `{missing[0]}` is missing",
                    hint="write yes or no into a column `accepted` of the file",
                )
            return dict(_decisions(path, reader, pairs))
    except LineTooLongError as error:
        raise DocumentError(f"`{path}`: {error}", hint="write one pair a line") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"cannot read `{path}`: {error}") from error


def _decisions(
    path: Path, reader: "csv.DictReader[str]", known: Collection[Pair]
) -> Iterator[tuple[Pair, bool]]:
    for row in reader:
        place = f"{path}:{reader.line_num}"
        try:
            answer = truth(row["accepted"] or "")
        except CleaningError as error:
            raise DocumentError(f"{place}: accepted: {error.reason}", hint=error.hint) from error
        if answer is None:
            continue
        pair = _pair(row)
        if pair not in known:
            first, second, _kind = pair
            raise DocumentError(
                f"{place}: `{first}` and `{second}` are no possible duplicate and no merge of "
                "this run",
                hint="`household-graph import review RUN -o csv` writes the file to fill in",
            )
        yield pair, answer


def store_decisions(
    connection: Connection,
    source: str,
    decisions: Mapping[Pair, bool],
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Store decisions of an operator; the last one about a pair counts.

    Raises:
        RefusedError: if the actor is a party: one person may be in many households.
    """
    from household_graph.changes.authorization.check import foreign  # noqa: PLC0415 - loads much

    if actor.is_party:
        raise foreign(actor)
    rows = [
        {
            "id": f"{source}:{first}|{second}" + (f"|{kind}" if kind else ""),
            "first": first,
            "second": second,
            "kind": kind,
            "accepted": one,
        }
        for (first, second, kind), one in decisions.items()
    ]
    by = {"actor": actor.name, "actor_kind": actor.kind.value, "reason": reason}
    store(connection, "writes/match-decisions", rows=rows, source=source, **by)


def fetch_decisions(connection: Connection, source: str) -> dict[Pair, bool]:
    """Return the decisions of reviews of a source."""
    records = read(connection, "reads/match-decisions", source=source)
    return {
        (record["first"], record["second"], record["kind"]): record["accepted"]
        for record in records
    }
