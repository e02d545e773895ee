"""When something holds: `[valid_from, valid_to)`, an absent end is open (law 2)."""

from collections.abc import Mapping
from datetime import datetime

from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, to_utc
from household_graph.model.rows import Value


def span_of(properties: Mapping[str, Value]) -> tuple[int, int]:
    """Return the instants at which something begins and ceases to hold, in milliseconds."""
    start, end = properties.get("valid_from"), properties.get("valid_to")
    return (
        from_datetime(start) if isinstance(start, datetime) else BEGINNING,
        from_datetime(end) if isinstance(end, datetime) else FOREVER,
    )


def stated_span(start: int, end: int) -> dict[str, Value]:
    """Return the properties that say so; an open end is left out."""
    stated: dict[str, Value] = {}
    if start != BEGINNING:
        stated["valid_from"] = to_utc(start)
    if end != FOREVER:
        stated["valid_to"] = to_utc(end)
    return stated


def holds(properties: Mapping[str, Value], instant: int) -> bool:
    """Return whether something holds at an instant; what has no validity always does."""
    start, end = span_of(properties)
    return start <= instant < end


def ended(properties: Mapping[str, Value], at: int) -> dict[str, Value] | None:
    """Return properties with an end, or None if they have an early enough one already.

    What has not begun by then ends when it begins, and so never held.
    """
    start, end = span_of(properties)
    at = max(at, start)
    return None if end <= at else {**properties, "valid_to": to_utc(at)}
