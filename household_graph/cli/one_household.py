"""What the commands have in common that list what is in one household."""

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from household_graph.cli.database import connected
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.instants import (
    BEGINNING,
    FOREVER,
    from_datetime,
    isoformat,
    parse_instant,
    zone_named,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from household_graph.model.rows import Rows


class HouseholdAt(NamedTuple):
    """The rows of a household, and the instant at which they are looked at.

    Attributes:
        rows: all of them.
        zone: the time zone of the household.
        at: in milliseconds.
    """

    rows: "Rows"
    zone: ZoneInfo
    at: int


def household_at(entity_id: str, at: str | None) -> HouseholdAt:
    """Return the household that an id belongs to.

    Args:
        entity_id: of the household, or of something in it.
        at: ISO 8601; None: now, by the clock of the server.

    Raises:
        UnknownIdError: if there is nothing of that id.
        InvalidTimeError: if the time cannot be read.
    """
    from household_graph.model.ids import household_of, nearest
    from household_graph.store.facts_loader import unknown_household
    from household_graph.store.row_reader import fetch_rows_and_now

    household = household_of(entity_id)
    with connected() as graph:
        present, now = fetch_rows_and_now(graph.connection, [household])
        rows = present[household]
        if not rows.nodes:
            raise unknown_household(graph.connection, entity_id, household)
    nodes = {node.id: node.properties for node in rows.nodes}
    if entity_id not in nodes:
        raise UnknownIdError(entity_id, nearest(entity_id, nodes))
    zone = zone_named(str(nodes[household].get("time_zone")))
    return HouseholdAt(rows, zone, from_datetime(now) if at is None else parse_instant(at, zone))


def one_party(there: HouseholdAt, whose: str) -> str | None:
    """Return the party, or the resource, that a list is asked for; None: the whole household.

    Raises:
        BadInputError: if it is the id of something else.
    """
    if whose == there.rows.household:
        return None
    labels = next(node.labels for node in there.rows.nodes if node.id == whose)
    if labels.isdisjoint({"Party", "Resource"}):
        raise BadInputError(
            f"`{whose}` is no party",
            hint=f"name the household `{there.rows.household}`, or somebody or something in it",
        )
    return whose


def shown_span(span: tuple[int, int], zone: ZoneInfo) -> dict[str, str | None]:
    """Return a validity as records have it: local times with offset, None for an open end."""
    return {
        name: None if instant in {BEGINNING, FOREVER} else isoformat(instant, zone)
        for name, instant in zip(("valid_from", "valid_to"), span, strict=True)
    }


def in_short(record: "Mapping[str, Any]") -> dict[str, Any]:
    """Return a record for the eye: an instant at local midnight is its day."""
    midnight = "T00:00:00"
    return {
        name: value.partition("T")[0] if isinstance(value, str) and midnight in value else value
        for name, value in record.items()
    }
