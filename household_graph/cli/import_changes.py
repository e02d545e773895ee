"""Show what an import would change: households row by row, and who gains and loses what."""

from itertools import islice
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import Format, counted, emit_each, note, plain, show
from household_graph.cli.preview import COLUMNS, preview_records, preview_rows, show_preview
from household_graph.cli.row_records import row_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from household_graph.imports.planned_changes import PlannedHousehold, RecordChange

_TREES = 5
_RECORD = ("record", "file", "line")


def show_changes(households: "Iterable[PlannedHousehold]", output: Format) -> None:
    """Show households as they are planned, each once.

    In csv each record that changes is a row, and each period in which somebody gains or loses
    something; other formats have a record for each household.
    """
    if output is Format.TABLE:
        _show_all(households)
    elif output is Format.CSV:
        rows = (row for one in households for row in _rows(one))
        emit_each(rows, output, columns=(*COLUMNS, *_RECORD))
    else:
        emit_each(map(_record, households), output)


def show_some(households: "Iterable[PlannedHousehold]") -> None:
    """Show up to five of new households as trees; no more of them are planned than that."""
    for one in islice((one for one in households if one.outcome == "new"), _TREES):
        _show_new(one)


def _show_all(households: "Iterable[PlannedHousehold]") -> None:
    trees, more = 0, 0
    for one in households:
        if one.outcome != "new":
            _show(one)
        elif trees < _TREES:
            _show_new(one)
            trees += 1
        else:
            more += 1
    if more:
        show(plain(f"\n{counted(more, 'more new household')}"))


def _show_new(one: "PlannedHousehold") -> None:
    """Show a new household as a tree."""
    from household_graph.cli.tree_view import household_tree
    from household_graph.documents.export import from_rows

    show(plain(f"\n{one.household}: new", "bold"))
    show(household_tree(from_rows(one.rows)))
    _show_rejected(one)


def _show(one: "PlannedHousehold") -> None:
    from household_graph.changes.change_history import describe_edits

    show(plain(f"\n{one.household}: {one.outcome}", "bold"))
    for record in one.records:
        show(plain(_described(record)))
    for line in describe_edits(one.edits, one.zone):
        show(plain(line))
    if one.change:
        show_preview(one.change)
        for lack in one.change.lacking:
            note(f"{lack.id} has no {lack.needs} then")
        for remark in one.change.notes:
            note(remark)
    _show_rejected(one)


def _show_rejected(one: "PlannedHousehold") -> None:
    for why in one.rejected:
        show(plain(f"rejected {', '.join(why.keys)}: {why.reason}", "red"))


def _described(record: "RecordChange") -> str:
    """Return a record in one line, such as `contacts/7 moved from bakers (export.csv:3)`."""
    words = [record.key, " and ".join(record.changes)]
    if record.departed:
        words.append(f"from {record.departed}")
    if "renamed" in record.changes:
        words.append(f"from {record.name_before or 'no name'} to {record.name or 'no name'}")
    elif record.name or record.name_before:
        words.append(f"({record.name or record.name_before})")
    place = f"  {record.file}:{record.line}" if record.file else ""
    return " ".join(words) + place


def _record(one: "PlannedHousehold") -> dict[str, Any]:
    """Return a household as JSON has it; the rows of a new one are all that is in it."""
    change = None if one.outcome == "new" else one.change
    rows = row_records(one.edits, one.zone) if change else {"nodes": [], "relationships": []}
    return {
        "household": one.household,
        "outcome": one.outcome,
        "records": [record._asdict() for record in one.records],
        **rows,
        **(preview_records(change) if change else {"access": [], "roles": []}),
        "lacking": [lack._asdict() for lack in one.change.lacking] if one.change else [],
        "notes": list(one.change.notes) if one.change else [],
        "rejected": [why._asdict() for why in one.rejected],
    }


def _rows(one: "PlannedHousehold") -> "Iterator[dict[str, Any]]":
    for record in one.records:
        of: dict[str, Any] = {"household": one.household, "record": record.key}
        of |= {"file": record.file, "line": record.line}
        sides = {
            "moved": (record.departed, one.household),
            "renamed": (record.name_before, record.name),
        }
        for effect in record.changes:
            before, after = sides.get(effect, (None, None))
            yield of | {"effect": effect, "before": before, "after": after}
    if one.change:
        yield from preview_rows(one.change)
