"""Show results of imports on a terminal."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import (
    Format,
    counted,
    emit,
    empty_table,
    plain,
    stdout_console,
    table_of,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from household_graph.doctor.runner import KindOfFinding
    from household_graph.imports.bulk import BulkFiles
    from household_graph.imports.import_run import RecordedRun
    from household_graph.imports.pipeline import ImportResult

_NAMED = 10
_COLUMNS = ("run", "state", "at", "households", "read", "written", "rejected")
_OPTIONAL = ("households", "at", "written")
"""Columns of runs that are left out, one by one, on a narrow terminal."""
_CHANGES = ("new", "changed", "moved", "renamed", "ended")
_MEANINGS = {
    "read": "records in the files",
    "written": "new, or changed",
    "unchanged": "the same as before",
    "merged": "about a person that another record is about, or repeated",
    "rejected": "not imported",
    "skipped": "skipped by the mapping",
}


def show_result(
    result: "ImportResult",
    output: Format,
    bulk_files: "BulkFiles | None" = None,
    findings: "Sequence[KindOfFinding] | None" = None,
) -> None:
    """Show the result of an import or a plan; `bulk_files` are still to be imported.

    The findings are those of the doctor in what was written; None: it was not asked.
    """
    reports = result.reports
    record: dict[str, Any] = {
        "run": result.run.id if result.run else None,
        **asdict(result.counts),
        **{name: getattr(result.changes, name) for name in _CHANGES},
        "kept": list(result.conflicts),
        "missing_columns": list(result.missing_columns),
        "unused_columns": list(result.unused_columns),
        "files": list(result.files),
    }
    for key, report in (
        ("rejects", reports.rejects),
        ("merges", reports.merges),
        ("warnings", reports.warnings),
        ("possible_duplicates", reports.possible_duplicates),
        ("doubts", reports.possible_duplicates),  # its name in the last version
        ("records", reports.records),
    ):
        if report and report.count:
            record[key] = str(report.path)
    if bulk_files:
        record["command"] = bulk_files.command
    if findings is not None:
        record["findings"] = {one.check.id: one.number for one in findings}
    emit([record], output, picture=lambda: _summary(result), single=True)
    if output is Format.TABLE:
        # Not through Rich, which would wrap paths and the command.
        lines = list(_next_steps(result, in_files=bulk_files is not None))
        lines += _findings(findings or ())
        if bulk_files:
            lines += ["", "to import them, while the server is stopped:", ""]
            lines.append(bulk_files.command_text)
        write("".join(f"{plain(line).plain}\n" for line in ("", *lines)))


def _findings(findings: "Sequence[KindOfFinding]") -> "Iterator[str]":
    """Yield what the doctor finds, a kind a line, and how each of them is told."""
    if findings:
        yield "what the doctor finds in it:"
    for check, number, household in findings:
        told = f"household-graph doctor {household} --only {check.id}"
        yield f"  {number:,} {check.id} ({check.severity.value}), such as: {told}"


def runs_table(runs: "Sequence[RecordedRun]") -> "Table":
    """Return the columns of runs that fit the terminal; other formats have all."""
    from rich.measure import Measurement

    console = stdout_console()
    unlimited = console.options.update(width=sum(console.size) * 100)
    for number in range(len(_OPTIONAL) + 1):
        columns = [name for name in _COLUMNS if name not in _OPTIONAL[:number]]
        grid = empty_table(columns)
        grid.padding = (0, 1, 0, 0)  # so that 80 columns are enough
        for name, column in zip(columns, grid.columns, strict=True):
            column.justify = "left" if name in {"run", "state", "at"} else "right"
            column.no_wrap = name != "run"
        for run in runs:
            cells = {"run": run.id, "state": run.state.value, "at": run.at.date().isoformat()}
            counts = {**(run.counts or {}), "households": run.changes}
            cells |= {name: f"{count:,}" for name, count in counts.items()}
            grid.add_row(*(plain(cells.get(name, "")) for name in columns))
        if Measurement.get(console, unlimited, grid).maximum <= console.width:
            break
    return grid


def duplicates_table(possible: "Sequence[Mapping[str, str]]") -> "Table":
    """Return possible duplicates, with the two records one below the other."""
    rows: list[tuple[object, ...]] = []
    for one in possible:
        rows.append((one["number"], f"{one['kind']}, {one['confidence']}", one["grounds"]))
        for which in ("first", "second"):
            rows.append(("", one[which], plain(one[f"{which}_said"], "dim")))  # noqa: PERF401 - two
    return table_of(("", "the two", "why they may be one, and what they say"), rows)


def _summary(result: "ImportResult") -> "RenderableType":
    """Return the files and the counts."""
    from rich.console import Group

    grid = empty_table(("records", "", "what they are"))
    grid.columns[1].justify = "right"
    counts = result.counts.of_records
    for name, meaning in _MEANINGS.items():
        if counts[name] or name != "skipped":
            style = "red" if name == "rejected" and counts[name] else ""
            grid.add_row(plain(name, style), plain(f"{counts[name]:,}", style), plain(meaning))
    return Group(*(plain(line, "dim") for line in result.files), plain(""), grid)


def _next_steps(result: "ImportResult", *, in_files: bool) -> "Iterator[str]":
    """Yield how many households are written, where the reports are, and what was left out."""
    verb = "to be written" if not result.run else "in the files" if in_files else "written"
    run = f"{result.run.id}: " if result.run else ""
    new = "" if in_files else f", {result.counts.new_households:,} of them new"
    yield f"{run}{counted(result.counts.households, 'household')} {verb}{new}"
    changes = {name: getattr(result.changes, name) for name in _CHANGES}
    if result.changes.known:
        yield "of the records: " + ", ".join(f"{n:,} {name}" for name, n in changes.items())
    for heading, columns in (
        ("columns of the mapping that are in no file", result.missing_columns),
        ("columns that the mapping leaves out", result.unused_columns),
    ):
        if columns:
            yield f"{heading}:\n  {', '.join(columns)}"
    if result.possible_mistake:
        confirm = f"--confirm-ends {result.changes.ended}"
        yield f"{result.possible_mistake}: a run would stop and want {confirm}"
    reports = result.reports
    possible = reports.possible_duplicates
    for report, heading in (
        (reports.rejects, "rejected records, to be corrected and run again"),
        (reports.warnings, f"{counted(reports.warnings.count, 'cell')} left out, as unreadable"),
        (reports.merges, f"{counted(reports.merges.count, 'merge')}, with the reasons"),
        (possible, f"{counted(possible.count, 'possible duplicate')} to review"),
        (reports.records, "the records as they were read, with all their columns"),
    ):
        if report and report.count:
            yield f"{heading}:\n  {report.path}"
    if result.conflicts:
        named, more = ", ".join(result.conflicts[:_NAMED]), len(result.conflicts) - _NAMED
        others = f" and {more:,} more" if more > 0 else ""
        yield f"not updated, as they were changed in the graph: {named}{others}"
