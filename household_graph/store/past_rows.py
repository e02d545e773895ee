"""Households as they stood at an earlier time: what was in effect then, and what was known."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.edits import changes_recorded_by, rows_as_of, rows_as_recorded
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime, instant_of, isoformat
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import Recorded, fetch_recorded, last_zone


@dataclass(frozen=True, slots=True)
class Past:
    """Which past is asked about.

    Attributes:
        as_of: as the graph stood in effect at this time, which is the moment of the question too.
        recorded: as it was known at this time; the moment of the question, if no other is given.
            Without an offset both are local time of the household that is asked about.
    """

    as_of: Moment = None
    recorded: Moment = None

    def moment(self, at: Moment) -> Moment:
        """Return the moment of a question that is asked for `at`; both times are an error."""
        if at is not None and self.as_of is not None:
            raise BadInputError(
                "a question as of one time cannot be asked for another with `at`",
                hint="leave one of the two out: as-of says when the question is asked for, too",
            )
        if at is not None:
            return at
        return self.recorded if self.as_of is None else self.as_of

    def rows(self, found: Recorded, zone: ZoneInfo) -> Rows:
        """Return the rows of a household then; none if it was not known.

        Raises:
            InvalidTimeError: if a time, local in the zone without an offset, cannot be read.
        """
        rows, changes = found
        if self.recorded is not None:
            instant = instant_of(self.recorded, zone)
            rows = rows_as_recorded(rows, changes, instant)
            changes = changes_recorded_by(changes, instant)
        if self.as_of is not None:
            rows = rows_as_of(rows, changes, instant_of(self.as_of, zone))
        return rows


def fetch_past_rows(
    connection: Connection, households: Iterable[str], past: Past
) -> dict[str, Rows]:
    """Return the rows of households at an earlier time, by household, of those known then.

    Raises:
        InvalidTimeError: if a time cannot be read.
        BadInputError: if the records of a household do not tell, because some were deleted.
    """
    found = fetch_recorded(connection, households)
    zones = {one: last_zone(recorded) for one, recorded in found.items()}
    rows = {one: past.rows(found[one], zone) for one, zone in zones.items() if zone}
    return {one: of_one for one, of_one in rows.items() if of_one.nodes}


def unknown_then(connection: Connection, entity_id: str, past: Past) -> UnknownIdError:
    """Return the error for an id whose household was not there then, and say since when it is."""
    home = household_of(entity_id)
    found = fetch_recorded(connection, [home])[home]
    zone = last_zone(found)
    if zone is None:
        return unknown_household(connection, entity_id, home)
    error = UnknownIdError(entity_id)
    known = past.recorded is None or bool(
        changes_recorded_by(found.changes, instant_of(past.recorded, zone))
    )
    first = isoformat(from_datetime(found.changes[0].at), zone)
    error.hint = (
        f"`{home}` was undone; see `household-graph history {home}`"
        if known
        else f"`{home}` was not known yet: it was recorded at {first}"
    )
    return error
