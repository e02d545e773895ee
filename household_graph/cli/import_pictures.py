"""What an import came to, to be read on a terminal."""

from typing import TYPE_CHECKING, Any

from household_graph.cli.output import Format, counted, emit, empty_table, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from household_graph.crm.bulk import BulkFiles
    from household_graph.crm.runs.import_run import ImportRun
    from household_graph.crm.runs.staged import Imported

__all__ = ["runs_table", "show_imported"]

_NAMED = 10
_SHOWN = ("read", "written", "rejected")
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
    picture = _summary(done, command) if output is Format.TABLE else None
    emit([record], output, picture=picture, single=True)


def runs_table(runs: "Sequence[ImportRun]") -> "Table":
    """Return what matters of runs; the rest is in the other formats."""
    grid = empty_table(("run", "state", "at", "households", "read", "written", "rejected"))
    for column in grid.columns[3:]:
        column.justify = "right"
    for run in runs:
        counts = run.counts or {}
        cells = [f"{counts[name]:,}" if name in counts else "" for name in _SHOWN]
        day = run.at.date().isoformat()
        grid.add_row(*map(plain, (run.id, run.state.value, day, f"{run.changes:,}", *cells)))
    return grid


def _summary(done: "Imported", command: "BulkFiles | None") -> "RenderableType":
    """Return the files, the counts, and where to look next."""
    from rich.console import Group

    parts: list[RenderableType] = [plain(line, "dim") for line in done.files]
    grid = empty_table(("records", "", "what they are"))
    grid.columns[1].justify = "right"
    counts = done.counts.of_records
    for name, meaning in _MEANINGS.items():
        if counts[name] or name != "skipped":
            style = "red" if name == "rejected" and counts[name] else ""
            grid.add_row(plain(name, style), plain(f"{counts[name]:,}", style), plain(meaning))
    parts += [plain(""), grid, plain(""), plain(_households(done, in_files=command is not None))]
    parts += [plain(line) for line in _next(done)]
    if command:
        parts += [plain("\nto import them, while the server is stopped:\n")]
        parts += [plain(command.command_text)]
    return Group(*parts)


def _households(done: "Imported", *, in_files: bool) -> str:
    verb = "to be written" if not done.run else "in the files" if in_files else "written"
    run = f"{done.run.id}: " if done.run else ""
    new = done.counts.new_households
    return f"{run}{counted(done.counts.households, 'household')} {verb}, {new:,} of them new"


def _next(done: "Imported") -> list[str]:
    reports, lines = done.reports, list[str]()
    if reports.rejected:
        lines.append(f"rejected records, to be corrected and run again: {reports.rejects}")
    if reports.merged:
        merges = counted(reports.merged, "merge")
        lines.append(f"{merges}, with the grounds: {reports.merges}")
    if reports.doubtful:
        doubts = counted(reports.doubtful, "doubt")
        lines.append(f"{doubts} whether two are one, for a review: {reports.doubts}")
    if done.kept:
        named, more = ", ".join(done.kept[:_NAMED]), len(done.kept) - _NAMED
        others = f" and {more:,} more" if more > 0 else ""
        lines.append(f"left as the households themselves changed them: {named}{others}")
    return lines
