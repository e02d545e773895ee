"""The changes of one household, or of one thing in it, within a time and by somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from household_graph.changes.depending import undone_by
from household_graph.engine.question import Moment
from household_graph.errors import UnknownIdError
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, instant_of
from household_graph.model.past import Change, touching
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.history import fetch_recorded, last_zone


@dataclass(frozen=True, slots=True)
class History:
    """What was done to a household, or to one thing in it.

    Attributes:
        zone: the time zone of the household.
        changes: the newest first; of one thing, with the edits alone that touch it.
        undone_by: which changes are taken back as things stand, and the ids of those that did it.
    """

    zone: ZoneInfo
    changes: tuple[Change, ...]
    undone_by: Mapping[str, str]


def history(
    connection: Connection,
    entity_id: str,
    *,
    since: Moment = None,
    until: Moment = None,
    actor: str | None = None,
) -> History:
    """Return who did what to a household or to one thing in it, when and why.

    Args:
        connection: where the graph is.
        entity_id: of a household, also one that was taken back; or of anything in one.
        since: what was recorded at this time or later; without an offset it is local time.
        until: what was recorded before this time.
        actor: what was done by this one alone.

    Raises:
        UnknownIdError: if there never was anything of that id.
        InvalidTimeError: if a time cannot be read.
    """
    household = household_of(entity_id)
    found = fetch_recorded(connection, [household])[household]
    zone = last_zone(found)
    if zone is None:
        raise unknown_household(connection, entity_id, household)
    changes = found.changes
    if entity_id != household:
        known = {node.id for node in found.rows.nodes}
        known |= {edit.id for change in changes for edit in change.edits.nodes}
        if entity_id not in known:
            raise UnknownIdError(entity_id, nearest(entity_id, known))
        changes = tuple(one for change in changes if (one := touching(change, entity_id)).edits)
    first = BEGINNING if since is None else instant_of(since, zone)
    last = FOREVER if until is None else instant_of(until, zone)
    wanted = (
        change
        for change in reversed(changes)
        if first <= from_datetime(change.at) < last and actor in {None, change.actor}
    )
    undone = {one: undo.id for one, undo in undone_by(found.changes).items()}
    return History(zone, tuple(wanted), undone)
