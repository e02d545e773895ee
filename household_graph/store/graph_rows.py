"""The rows of the graph as it stands, and as it stood: what was in effect, and what was known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.edits import changes_recorded_by, rows_as_of, rows_as_recorded
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime, instant_of, isoformat
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import all_households, unknown_household
from household_graph.store.row_reader import (
    Recorded,
    fetch_now,
    fetch_recorded,
    fetch_rows_and_now,
    last_zone,
)
from household_graph.store.row_store import (
    Authorize,
    ChangeMetadata,
    CommittedChange,
    PlanEdits,
    RowStore,
    SimulatedRows,
)
from household_graph.store.writer import write


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


class GraphRows(RowStore):
    """The households of the graph as it stands."""

    def __init__(self, connection: Connection) -> None:
        """Read and write over an open connection."""
        self.connection = connection

    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        """Return the rows of households, and the time that a change of them would get now."""
        return fetch_rows_and_now(self.connection, households)

    def household_ids(self) -> Iterator[str]:
        """Yield the ids of all households; see `RowStore`."""
        return all_households(self.connection)

    def unknown(self, entity_id: str) -> UnknownIdError:
        """Return the error for an id of a household that is not there; see `RowStore`."""
        return unknown_household(self.connection, entity_id, household_of(entity_id))

    def write(
        self,
        households: Iterable[str],
        plan: PlanEdits,
        metadata: ChangeMetadata,
        authorize: Authorize,
    ) -> tuple[CommittedChange, ...]:
        """Change households; see `store.writer.write`."""
        return write(self.connection, households, plan, metadata, authorize)


class PastRows(RowStore):
    """The households of the graph at an earlier time, which nothing changes."""

    def __init__(self, connection: Connection, past: Past) -> None:
        """Read what is recorded over an open connection."""
        self.connection, self.past = connection, past

    def moment(self, at: Moment) -> Moment:
        """Return the moment that a question is about; see `Past.moment`."""
        return self.past.moment(at)

    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        """Return the rows of households then, empty for one unknown then, and the time now.

        Raises:
            InvalidTimeError: if a time cannot be read.
            BadInputError: if the records of a household do not tell, because some were deleted.
        """
        found = fetch_recorded(self.connection, households)
        zones = {one: last_zone(recorded) for one, recorded in found.items()}
        rows = {
            one: self.past.rows(found[one], zone) if zone else Rows(one, (), ())
            for one, zone in zones.items()
        }
        return rows, fetch_now(self.connection)

    def unknown(self, entity_id: str) -> UnknownIdError:
        """Return the error for an id whose household was not there, and say since when it is."""
        household = household_of(entity_id)
        found = fetch_recorded(self.connection, [household])[household]
        zone = last_zone(found)
        if zone is None:
            return unknown_household(self.connection, entity_id, household)
        error = UnknownIdError(entity_id)
        recorded = self.past.recorded
        known = recorded is None or bool(
            changes_recorded_by(found.changes, instant_of(recorded, zone))
        )
        first = isoformat(from_datetime(found.changes[0].at), zone)
        error.hint = (
            f"`{household}` was undone; see `household-graph history {household}`"
            if known
            else f"`{household}` was not known yet: it was recorded at {first}"
        )
        return error

    def household_ids(self) -> Iterator[str]:
        """Yield the ids of all households of now."""
        return all_households(self.connection)

    def check_writable(self) -> NoReturn:
        """Refuse to change the past."""
        raise BadInputError(
            "a past state of the graph cannot be changed", hint="use the graph itself"
        )

    def write(self, *_stated: object) -> NoReturn:
        """Refuse to change the past."""
        self.check_writable()


def records_of(store: RowStore) -> Connection:
    """Return the connection to the graph that a store stands on: its records, and nothing else.

    Raises:
        BadInputError: if it stands on none, or on a past state.
    """
    while isinstance(store, SimulatedRows) and store.below is not None:
        store = store.below
    return connection_of(store)


def connection_of(store: RowStore) -> Connection:
    """Return the connection to the graph as it stands; refuse a store that is something else."""
    if not isinstance(store, GraphRows):
        store.check_writable()
        raise BadInputError("a simulation has no records", hint="use the graph itself")
    return store.connection
