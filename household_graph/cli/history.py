"""`history` and `undo`: the changes of a household, and how to undo one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from household_graph.cli.change_command import ChangeOptions, change_options, make_change
from household_graph.cli.database import connected
from household_graph.cli.options import MOST, OutputOption, argument, option
from household_graph.cli.output import Format, emit, empty_table, note, plain
from household_graph.model.instants import from_datetime, isoformat

if TYPE_CHECKING:
    from rich.console import RenderableType

    from household_graph.model.as_of import Change
    from household_graph.model.rows import NodeRow, RelationshipRow, Value

_HEAD = ("change", "at", "effective_at", "actor", "action", "reason", "summary", "undone_by")
_CSV = (*_HEAD, "what")
_LINES = 6
"""How much of one change a table tells without --details."""


_Thing = Annotated[
    str,
    argument("ID", "Id of a household, or of anything in one: then only what touched that."),
]
_Since = Annotated[
    str | None,
    option("--since TIME", "What was recorded at this time or later."),
]
_Until = Annotated[str | None, option("--until TIME", "What was recorded before this time.")]
_By = Annotated[
    str | None,
    option("--by ACTOR", "What this one did alone."),
]


def history(
    entity_id: _Thing,
    *,
    since: _Since = None,
    until: _Until = None,
    by: _By = None,
    limit: Annotated[
        int,
        option("--limit N", "So many changes at most, the latest ones.", min=1, max=MOST),
    ] = 50,
    details: Annotated[
        bool, option("--details", "Tell everything that a change did, however much.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Who changed what, when and why; the latest change comes first.

    Times are local time of the household. Every format but table and csv holds each row before and
    after the change.
    """
    from household_graph.changes.change_history import describe_edits

    with connected() as graph:
        found = graph.changes.history(entity_id, since=since, until=until, by=by)
    shown = [
        _Entry(one, describe_edits(one.edits, found.zone), found.undone_by.get(one.id), found.zone)
        for one in found.changes[:limit]
    ]
    _show(shown, output, whole=details)
    if not shown:
        note("no change that fits is recorded")
    elif left := len(found.changes) - len(shown):
        note(f"earlier changes left out: {left}; --limit shows more")


@change_options(consents=True)
def undo(
    change: Annotated[str, argument("CHANGE", "Id of the change, such as bakers/change-7.")],
    *,
    options: ChangeOptions,
) -> None:
    """Undo a change, unless later ones depend on it.

    It is undone for the whole time it held, and what was known in between stays on record. A
    change of several households is undone in all of them. An undo can be undone.
    """
    make_change("changes.undo", {"change": change}, options)


class _Entry(NamedTuple):
    """A change, what it did in words, what took it back, and the time zone to tell it in."""

    change: "Change"
    words: list[str]
    undone_by: str | None
    zone: ZoneInfo


def _show(changes: Sequence[_Entry], output: Format, *, whole: bool) -> None:
    if output is Format.TABLE:
        emit([], output, picture=_table(changes, whole=whole))
    elif output is Format.CSV:
        emit([_head(one) | {"what": one.words} for one in changes], output, columns=_CSV)
    else:
        emit([_record(one) for one in changes], output)


def _table(changes: Sequence[_Entry], *, whole: bool) -> "RenderableType":
    grid = empty_table(("change", "when", "who", "why", "what"))
    for entry in changes:
        change = entry.change
        grid.add_row(
            plain(change.id.rpartition("/")[2]),
            plain(_when(change, entry.zone)),
            plain(change.actor),
            plain(change.reason or ""),
            plain(_headline(change)) + plain(_below(entry, whole), "dim"),
        )
    return grid


def _headline(change: "Change") -> str:
    repeats = change.summary.startswith(change.action)
    return change.summary if repeats else f"{change.action}: {change.summary}"


def _below(entry: _Entry, whole: bool) -> str:
    """Return the lines below the summary of a change."""
    every = entry.words
    shown = every if whole or len(every) <= _LINES + 1 else every[:_LINES]
    more = len(every) - len(shown)
    rest = [f"and {more} more; --details shows them"] if more else []
    undone = [f"undone by {entry.undone_by}"] if entry.undone_by else []
    agreed = [f"agreed to by {', '.join(entry.change.consents)}"] if entry.change.consents else []
    return "".join(f"\n{line}" for line in (*undone, *agreed, *shown, *rest))


def _when(change: "Change", zone: ZoneInfo) -> str:
    """Return when a change was recorded, and since when it holds if that is another time."""
    at = _time(change.at, zone)
    if from_datetime(change.at) == from_datetime(change.effective_at):
        return at
    return f"{at}\nin effect {_time(change.effective_at, zone)}"


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return isoformat(from_datetime(moment), zone)


def _record(entry: _Entry) -> dict[str, Any]:
    edits = entry.change.edits
    return _head(entry) | {
        "what": entry.words,
        "nodes": [
            {"id": edit.id, **_sides(edit.before, edit.after, entry.zone)} for edit in edits.nodes
        ],
        "relationships": [
            {
                **dict(zip(("type", "start", "end", "period"), edit.key, strict=True)),
                **_sides(edit.before, edit.after, entry.zone),
            }
            for edit in edits.relationships
        ],
    }


def _head(entry: _Entry) -> dict[str, Any]:
    change = entry.change
    return {
        "change": change.id,
        "household": change.household,
        "revision": change.revision,
        "at": _time(change.at, entry.zone),
        "effective_at": _time(change.effective_at, entry.zone),
        "actor": change.actor,
        "actor_kind": change.actor_kind.value,
        "action": change.action,
        "reason": change.reason,
        "summary": change.summary,
        "together": list(change.together),
        "consents": list(change.consents),
        "undone_by": entry.undone_by,
    }


def _sides(
    before: "NodeRow | RelationshipRow | None",
    after: "NodeRow | RelationshipRow | None",
    zone: ZoneInfo,
) -> dict[str, Any]:
    """Return the properties on both sides; None where it was not there."""
    return {
        "before": _properties(before.properties, zone) if before else None,
        "after": _properties(after.properties, zone) if after else None,
    }


def _properties(properties: "Mapping[str, Value]", zone: ZoneInfo) -> dict[str, Any]:
    return {name: _plain(value, zone) for name, value in sorted(properties.items())}


def _plain(value: "Value", zone: ZoneInfo) -> object:
    """Return a value as JSON can say it; instants are local times with offset."""
    if isinstance(value, datetime):
        return _time(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
