"""Rows of a household before and after a change, as JSON has them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from household_graph.model.instants import from_datetime, isoformat

if TYPE_CHECKING:
    from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit


def row_records(edits: "Edits", zone: ZoneInfo) -> dict[str, list[dict[str, Any]]]:
    """Return each row before and after; a side is None where it was not there, or is no more."""
    keys = ("type", "start", "end", "period")
    return {
        "nodes": [{"id": edit.id, **_sides(edit, zone)} for edit in edits.nodes],
        "relationships": [
            dict(zip(keys, edit.key, strict=True)) | _sides(edit, zone)
            for edit in edits.relationships
        ],
    }


def plain_value(value: object, zone: ZoneInfo) -> object:
    """Return a value as JSON has it; instants are local times with offset."""
    if isinstance(value, datetime):
        return isoformat(from_datetime(value), zone)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def _sides(edit: "NodeEdit | RelationshipEdit", zone: ZoneInfo) -> dict[str, Any]:
    sides = {"before": edit.before, "after": edit.after}
    return {side: row and _properties(row.properties, zone) for side, row in sides.items()}


def _properties(properties: Mapping[str, object], zone: ZoneInfo) -> dict[str, Any]:
    return {name: plain_value(value, zone) for name, value in sorted(properties.items())}
