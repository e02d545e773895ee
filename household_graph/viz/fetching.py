"""Scenes out of the graph: of a household, or of all that some ids speak of."""

from collections.abc import Collection
from dataclasses import replace
from zoneinfo import ZoneInfo

from household_graph.engine.question import Moment
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime, instant_of, isoformat, zone_named
from household_graph.model.rows import Rows, zone_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_now, fetch_rows
from household_graph.viz.scene import Scene, held, only, scene


def rows_of_household(
    connection: Connection, household: str, at: Moment = None, *, ended: bool = False
) -> Rows:
    """Return the rows of a household.

    Args:
        connection: the graph.
        household: its id.
        at: the moment at which they hold; None: now.
        ended: whether what holds at other times is among them too.

    Raises:
        UnknownIdError: if there is no such household.
        InvalidTimeError: if the moment cannot be read.
        DatabaseUnavailableError: if the server does not answer.
    """
    rows = fetch_rows(connection, [household])[household]
    if not rows.nodes:
        raise unknown_household(connection, household, household)
    return rows if ended else held(rows, _instant(connection, rows, at))


def scene_of_household(
    connection: Connection, household: str, at: Moment = None, *, ended: bool = False
) -> Scene:
    """Return the scene of a household; arguments and errors are those of its rows."""
    rows = rows_of_household(connection, household, ended=True)
    if ended:
        return replace(scene(rows, None), notes=("at any time",))
    instant = _instant(connection, rows, at)
    return replace(scene(rows, instant), notes=(f"at {isoformat(instant, _zone(rows))}",))


def scene_of_ids(
    connection: Connection, title: str, ids: Collection[str], at: Moment = None, *, ended: bool
) -> Scene:
    """Return what ids speak of, and what is between them; ids that are not there are left out.

    Args:
        connection: the graph.
        title: of the picture.
        ids: of parties, products, roles and the rest, of any number of households.
        at: the moment of which it is, read in the zone of each household; None: now.
        ended: whether what holds at other times is in it too.

    Raises:
        InvalidTimeError: if the moment cannot be read.
        DatabaseUnavailableError: if the server does not answer.
    """
    found = fetch_rows(connection, sorted({household_of(one) for one in ids}))
    parts = [
        only(scene(rows, None if ended else _instant(connection, rows, at)), ids)
        for rows in found.values()
    ]
    return Scene(
        title,
        tuple(shape for part in parts for shape in part.shapes),
        tuple(link for part in parts for link in part.links),
    )


def _instant(connection: Connection, rows: Rows, at: Moment) -> int:
    return from_datetime(fetch_now(connection)) if at is None else instant_of(at, _zone(rows))


def _zone(rows: Rows) -> ZoneInfo:
    return zone_of(rows.household, rows.nodes) or zone_named("UTC")
