"""From when to when the parts of a document hold, as instants."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from household_graph.documents.parts import Timed
from household_graph.model.instants import (
    BEGINNING,
    FOREVER,
    from_datetime,
    from_local,
    instant_of,
    to_local,
    zone_named,
)

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def zone_of(document: "HouseholdDocument") -> ZoneInfo:
    """Return the time zone of the household."""
    return zone_named(document.organization.time_zone)


def starts(document: "HouseholdDocument", part: Timed) -> date | datetime | None:
    """Return the `valid_from` of a part: its own where it states one, or the document's."""
    return part.valid_from if "valid_from" in part.model_fields_set else document.valid_from


def span_of(document: "HouseholdDocument", part: Timed) -> tuple[int, int]:
    """Return the instants at which a part begins and ceases to hold, in milliseconds."""
    start = starts(document, part)
    if start is None and part.valid_to is None:
        return BEGINNING, FOREVER
    zone = zone_of(document)
    return (
        BEGINNING if start is None else instant_of(start, zone),
        FOREVER if part.valid_to is None else instant_of(part.valid_to, zone),
    )


def to_moment(moment: datetime, zone: ZoneInfo) -> date | datetime:
    """Return a datetime of a row as a document has it: a date, if it is its first moment.

    Otherwise it is local time with its offset.
    """
    instant = from_datetime(moment)
    there = to_local(instant, zone)
    return there.date() if from_local(there.date(), zone) == instant else there
