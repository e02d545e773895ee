"""The time zone of a household, by its rows."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from household_graph.model.instants import zone_named
from household_graph.model.rows import NodeRow


def zone_of(household: str, nodes: Iterable[NodeRow | None]) -> ZoneInfo | None:
    """Return the zone that the first row of a household among nodes states; None without one."""
    for node in nodes:
        if node and node.id == household:
            return zone_named(str(node.properties.get("time_zone")))
    return None
