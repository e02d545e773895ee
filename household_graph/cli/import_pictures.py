"""What an import came to, to be read on a terminal."""

from typing import TYPE_CHECKING, Any

from household_graph.cli.output import (
    Format,
    counted,
    emit,
    empty_table,
    plain,
    stdout_console,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from household_graph.imports.bulk import BulkFiles
    from household_graph.imports.runs.import_run import ImportRun
    from household_graph.imports.runs.staged import Imported

_NAMED = 10
_COLUMNS = ("run", "state", "at", "households", "read", "written", "rejected")
_SPARED = ("households", "at", "written")
"""Columns of runs that are left out one by one where there is little room."""
_MEANINGS = {
    "read": "records in the files",
    "written": "new, or saying something else than before",
    "unchanged": "saying what they said before",
    "merged": "about somebody whom another record is about, or repeated",
    "rejected": "not taken",
    "skipped": "left out by the mapping",
}


def show_imported(done: "Imported", output: Format, command: "BulkFiles | None" = None) -> None:
    """Show what an import came to, or in a plan would come to.

    Args:
        done: what it came to.
        output: how.
        command: files that are still to be imported by hand.
    """
    counts, reports = done.counts, done.reports
    record: dict[str, Any] = {"run": done.run.id if done.run else None, **counts.as_data}
    record |= {"kept": list(done.kept), "files": list(done.files)}
    record |= {
        what: str(path)
        for what, path, number in (
            ("rejects", reports.rejects, reports.rejected),
            ("merges", reports.merges, reports.merged),
            ("doubts", reports.doubts, reports.doubtful),
        )
        if number
    }
    if command:
        record["command"] = command.command
    picture = _summary(done) if output is Format.TABLE else None
    emit([record], output, picture=picture, single=True)
    if output is Format.TABLE:
        # Not by way of Rich, which would break paths and the command into lines.
        lines = [_households(done, in_files=command is not None), *_next(done)]
        if command:
            lines += ["", "to import them, while the server is stopped:", "", command.command_text]
        write("".join(f"{plain(line).plain}\n" for line in ("", *lines)))


def runs_table(runs: "Sequence[ImportRun]") -> "Table":
    """Return what matters of runs, as much as there is room for; all is in the other formats."""
    from rich.measure import Measurement

    console = stdout_console()
    unlimited = console.options.update(width=sum(console.size) * 100)
    for number in range(len(_SPARED) + 1):
        grid = _runs(runs, [name for name in _COLUMNS if name not in _SPARED[:number]])
        if Measurement.get(console, unlimited, grid).maximum <= console.width:
            break
    return grid


def doubts_table(doubts: "Sequence[Mapping[str, str]]") -> "Table":
    """Return doubts with what each of the two records says, one below the other."""
    grid = empty_table(("", "the two", "why they may be one, and what they say"))
    for doubt in doubts:
        kind = f"{doubt['kind']}, {doubt['confidence']}"
        grid.add_row(plain(doubt["number"]), plain(kind), plain(doubt["grounds"]))
        for one in ("first", "second"):
            grid.add_row(plain(""), plain(doubt[one]), plain(doubt[f"{one}_said"], "dim"))
    return grid


def _runs(runs: "Sequence[ImportRun]", columns: "Sequence[str]") -> "Table":
    grid = empty_table(columns)
    grid.padding = (0, 1, 0, 0)  # so that 80 columns are enough
    for name, column in zip(columns, grid.columns, strict=True):
        column.justify = "left" if name in {"run", "state", "at"} else "right"
        column.no_wrap = name != "run"
    for run in runs:
        cells: dict[str, str] = {name: f"{number:,}" for name, number in (run.counts or {}).items()}
        cells |= {"run": run.id, "state": run.state.value, "at": run.at.date().isoformat()}
        cells |= {"households": f"{run.changes:,}"}
        grid.add_row(*(plain(cells.get(name, "")) for name in columns))
    return grid


def _summary(done: "Imported") -> "RenderableType":
    """Return the files and the counts."""
    from rich.console import Group

    parts: list[RenderableType] = [plain(line, "dim") for line in done.files]
    grid = empty_table(("records", "", "what they are"))
    grid.columns[1].justify = "right"
    counts = done.counts.of_records
    for name, meaning in _MEANINGS.items():
        if counts[name] or name != "skipped":
            style = "red" if name == "rejected" and counts[name] else ""
            grid.add_row(plain(name, style), plain(f"{counts[name]:,}", style), plain(meaning))
    return Group(*parts, plain(""), grid)


def _households(done: "Imported", *, in_files: bool) -> str:
    verb = "to be written" if not done.run else "in the files" if in_files else "written"
    run = f"{done.run.id}: " if done.run else ""
    new = "" if in_files else f", {done.counts.new_households:,} of them new"
    return f"{run}{counted(done.counts.households, 'household')} {verb}{new}"


def _next(done: "Imported") -> list[str]:
    reports, lines = done.reports, list[str]()
    if reports.rejected:
        lines.append(f"rejected records, to be corrected and run again:\n  {reports.rejects}")
    if reports.merged:
        merges = counted(reports.merged, "merge")
        lines.append(f"{merges}, with the grounds:\n  {reports.merges}")
    if reports.doubtful:
        doubts = counted(reports.doubtful, "doubt")
        lines.append(f"{doubts} whether two are one, for a review:\n  {reports.doubts}")
    if done.kept:
        named, more = ", ".join(done.kept[:_NAMED]), len(done.kept) - _NAMED
        others = f" and {more:,} more" if more > 0 else ""
        lines.append(f"left as the households themselves changed them: {named}{others}")
    return lines
