"""Conversion of values between Python and the driver, in this place only.

An instant is passed as a datetime in `datetime.timezone.utc`. A datetime that carries a
`zoneinfo.ZoneInfo` must never be a query parameter: the driver ends the whole process with a
segmentation fault after some hundreds of those (CPython issue gh-125318).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import neo4j.time

from household_graph.errors import InvalidTimeError
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import Value

Wire = str | int | float | bool | date | datetime | list[str]

VALIDITY = ("valid_from", "valid_to")


def to_wire(value: Value) -> Wire:
    """Return a value as the driver takes it: instants in UTC, tuples as lists.

    Raises:
        InvalidTimeError: if a datetime has no offset.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidTimeError(
                f"the time `{value.isoformat()}` has no offset",
                hint="give a datetime with a tzinfo, such as datetime.now(timezone.utc)",
            )
        return value.astimezone(UTC)
    return list(value) if isinstance(value, tuple) else value


def from_wire(value: Any) -> Value:  # noqa: ANN401 - any property value
    """Return a value as rows have it: instants as datetimes in UTC, lists as tuples.

    A LOCAL DATETIME, which this project never writes, is read as UTC.
    """
    if isinstance(value, neo4j.time.DateTime):
        moment = value.to_native()
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError:
            return to_utc(from_datetime(moment))
    if isinstance(value, neo4j.time.Date):
        return value.to_native()
    converted: Value = tuple(value) if isinstance(value, list) else value
    return converted


def instant_from_wire(value: Any) -> datetime:  # noqa: ANN401 - a property that was written as one
    """Return an instant from the database as a datetime in UTC."""
    moment = from_wire(value)
    assert isinstance(moment, datetime)  # noqa: S101 - written as one
    return moment


def properties_to_wire(properties: Mapping[str, Value]) -> dict[str, Wire]:
    """Return the properties of a row as `writes/edits` takes them: without the validity."""
    return {name: to_wire(value) for name, value in properties.items() if name not in VALIDITY}


def validity_to_wire(properties: Mapping[str, Value]) -> list[dict[str, int]]:
    """Return the validity of a row as `writes/edits` takes it: one map of milliseconds, or none."""
    stated = {
        name: from_datetime(value)
        for name in VALIDITY
        if isinstance(value := properties.get(name), datetime)
    }
    return [stated] if stated else []


def properties_from_wire(properties: Mapping[str, Any]) -> dict[str, Value]:
    """Return properties from the database as rows have them."""
    return {name: from_wire(value) for name, value in properties.items()}
