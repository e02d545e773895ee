"""Rows: the nodes and relationships of one household, as they are written, and an index of them.

The key of a node is its id. The key of a relationship is its type, its two ends and, if it carries
a validity, its period: 1 for the first time two nodes are related so, 2 for the next.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS
from household_graph.model.instants import zone_named

Value = str | int | float | bool | date | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node: its full id, every label but `Entity`, and all properties but `id`.

    An absent property has no key. Instants are datetimes in UTC, cut to the millisecond; lists are
    tuples of strings.
    """

    id: str
    labels: frozenset[str]
    properties: Mapping[str, Value] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same node."""
        return (self.id,)


@dataclass(frozen=True, slots=True)
class RelationshipRow:
    """One relationship between two nodes of the same household, named by their ids.

    The period is 1 and up for a dated type, 0 for any other; properties are as with a node.
    """

    type: str
    start: str
    end: str
    period: int = 0
    properties: Mapping[str, Value] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str | int, ...]:
        """What makes it the same relationship."""
        return (self.type, self.start, self.end, self.period)


@dataclass(frozen=True, slots=True)
class Rows:
    """All nodes and relationships of one household."""

    household: str
    nodes: tuple[NodeRow, ...]
    relationships: tuple[RelationshipRow, ...]


VALIDITY = ("valid_from", "valid_to")
"""The properties that say when a row holds."""


def undated(row: NodeRow | RelationshipRow) -> dict[str, Value]:
    """Return the properties of a row other than its validity."""
    return {n: v for n, v in row.properties.items() if n not in VALIDITY}


def policy_id(version: NodeRow) -> str:
    """Return the id of the policy of which a node is a version; its own, if it names none."""
    return str(version.properties.get("policy", version.id))


def zone_of(household: str, nodes: Iterable[NodeRow | None]) -> ZoneInfo | None:
    """Return the time zone of the household's own node; None if that is not among the nodes."""
    for node in nodes:
        if node and node.id == household:
            return zone_named(str(node.properties.get("time_zone")))
    return None


def zone_in(rows: Rows) -> ZoneInfo:
    """Return the time zone of a household; UTC, where its rows lack its own node."""
    return zone_of(rows.household, rows.nodes) or zone_named("UTC")


class RowIndex:
    """Looks up nodes by id and label, and relationships by type and either end."""

    def __init__(self, rows: Rows, *, whole: bool = False) -> None:
        """Index the rows.

        Unless `whole`, what never held is left out, with roles without a player or on nothing.
        """
        self.household = rows.household
        self.nodes = {node.id: node for node in rows.nodes if whole or not _never(node)}
        for node_id in () if whole else _orphans(rows, self.nodes):
            del self.nodes[node_id]
        self._outgoing: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self._incoming: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self._dated: list[RelationshipRow] = []
        for link in sorted(rows.relationships, key=lambda link: link.key):
            is_joined = link.start in self.nodes and link.end in self.nodes
            if whole or (is_joined and not _never(link)):
                self._outgoing[link.type, link.start].append(link)
                self._incoming[link.type, link.end].append(link)
                if link.type in DATED_RELATIONSHIPS:
                    self._dated.append(link)

    def labelled(self, label: str) -> list[NodeRow]:
        """Return the nodes of a label, in the order of ids."""
        return [self.nodes[one] for one in sorted(self.nodes) if label in self.nodes[one].labels]

    def outgoing(self, kind: str, start: str) -> list[RelationshipRow]:
        """Return the relationships of a type from a node, in the order of ends and periods."""
        return self._outgoing.get((kind, start), [])

    def incoming(self, kind: str, end: str) -> list[RelationshipRow]:
        """Return the relationships of a type to a node, in the order of starts and periods."""
        return self._incoming.get((kind, end), [])

    def ends(self, kind: str, start: str) -> list[str]:
        """Return the ids that the relationships of a type from a node lead to."""
        return [link.end for link in self.outgoing(kind, start)]

    def starts(self, kind: str, end: str) -> list[str]:
        """Return the ids that the relationships of a type to a node come from."""
        return [link.start for link in self.incoming(kind, end)]

    def played_by(self, player: str) -> list[NodeRow]:
        """Return the roles that a party, a resource or another role plays."""
        return [self.nodes[one] for one in self.ends("PLAYS", player)]

    def most_common_start(self) -> datetime | None:
        """Return the most common `valid_from`; of equally common ones None, else the earliest."""
        timed = [n.properties for n in self.nodes.values() if not DATED_LABELS.isdisjoint(n.labels)]
        timed += [link.properties for link in self._dated]
        starts = Counter(properties.get("valid_from") for properties in timed)
        common = max(starts.values(), default=0)
        tied = [start for start, count in starts.items() if count == common]
        known = [start.astimezone(UTC) for start in tied if isinstance(start, datetime)]
        return None if None in tied else min(known, default=None)


def _never(row: NodeRow | RelationshipRow) -> bool:
    """Return whether a row ended when, or before, it began."""
    end = row.properties.get("valid_to")
    if end is None:
        return False  # most rows: an index is built again after every step of a change
    start = row.properties.get("valid_from")
    return isinstance(start, datetime) and isinstance(end, datetime) and end <= start


def _orphans(rows: Rows, nodes: dict[str, NodeRow]) -> list[str]:
    """Return the ids of involvement roles without a player, or on nothing that is there."""
    played = {
        link.end for link in rows.relationships if link.type == "PLAYS" and link.start in nodes
    }
    involved = {
        link.start
        for link in rows.relationships
        if link.type == "INVOLVED_IN" and link.end in nodes
    }
    return [
        node.id
        for node in nodes.values()
        if "InvolvementRole" in node.labels and not (node.id in played and node.id in involved)
    ]
