"""What a change did, in words: a line for each thing it touched."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import from_datetime, to_local
from household_graph.model.rows import NodeRow, RelationshipRow, Value

_VALIDITY = {"valid_from": ("begins", "has no beginning"), "valid_to": ("ends", "does not end")}


def in_words(edits: Edits, zone: ZoneInfo) -> list[str]:
    """Return what edits do, such as `bakers/katie: MEMBER_OF bakers ends 2026-09-01`.

    What is changed comes first, then what is made and removed.

    Args:
        edits: of one household.
        zone: of the times in the lines.
    """
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    changed = [edit for edit in every if edit.before and edit.after]
    others = [edit for edit in every if edit.before is None or edit.after is None]
    return [line for edit in (*changed, *others) for line in _lines(edit, zone)]


def _lines(edit: NodeEdit | RelationshipEdit, zone: ZoneInfo) -> Iterator[str]:
    row = edit.after or edit.before
    if row is None:
        return
    if edit.before and edit.after:
        for part in _changes(edit.before.properties, edit.after.properties, zone):
            yield f"{_about(row)} {part}"
    else:
        yield f"{_thing(row)} {' '.join(_span(row.properties, zone)) if edit.after else 'removed'}"


def _about(row: NodeRow | RelationshipRow) -> str:
    """Return what a line about something that was there already begins with."""
    return f"{row.id}:" if isinstance(row, NodeRow) else _thing(row)


def _thing(row: NodeRow | RelationshipRow) -> str:
    """Return what a row is: a node with the most telling of its labels."""
    if isinstance(row, RelationshipRow):
        return f"{row.start}: {row.type} {row.end}"
    telling = row.labels - {"Party", "PartyRole", "InvolvementRole"}
    return f"{row.id}: {':'.join(sorted(telling or row.labels))}"


def _changes(
    before: Mapping[str, Value], after: Mapping[str, Value], zone: ZoneInfo
) -> Iterator[str]:
    for name in sorted({*before, *after}):
        was, became = before.get(name), after.get(name)
        if was == became:
            continue
        if name in _VALIDITY:
            holds, never = _VALIDITY[name]
            yield never if became is None else f"{holds} {_shown(became, zone)}"
        else:
            yield f"{name}: {_shown(was, zone)} → {_shown(became, zone)}"


def _span(properties: Mapping[str, Value], zone: ZoneInfo) -> Iterator[str]:
    """Yield when something that is new begins and ends, or that it is made."""
    spans = [name for name in _VALIDITY if name in properties]
    for name in spans:
        yield f"{_VALIDITY[name][0]} {_shown(properties[name], zone)}"
    if not spans:
        yield "made"


def _shown(value: Value | None, zone: ZoneInfo) -> str:
    """Return a value as people write it; midnight is written as the date alone."""
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        local = to_local(from_datetime(value), zone)
        midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
        return local.date().isoformat() if midnight else local.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else str(value)
