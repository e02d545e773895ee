"""Rows of one household, without what never held, by label and by relationship."""

from collections import Counter, defaultdict
from datetime import UTC, datetime

from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS
from household_graph.model.rows import (
    NodeRow,
    RelationshipRow,
    Rows,
)


class RowIndex:
    """Looks up nodes by id and label, and relationships by type and either end.

    Attributes:
        household: the id of the household.
        nodes: by id.
    """

    def __init__(self, rows: Rows) -> None:
        """Index the rows, without what ended when it began, and what hangs on that alone."""
        self.household = rows.household
        self.nodes = {node.id: node for node in rows.nodes if not _never(node)}
        for node_id in _orphans(rows, self.nodes):
            del self.nodes[node_id]
        self._out: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self._into: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self._dated: list[RelationshipRow] = []
        for link in sorted(rows.relationships, key=lambda link: link.key):
            if link.start in self.nodes and link.end in self.nodes and not _never(link):
                self._out[link.type, link.start].append(link)
                self._into[link.type, link.end].append(link)
                if link.type in DATED_RELATIONSHIPS:
                    self._dated.append(link)

    def labelled(self, label: str) -> list[NodeRow]:
        """Return the nodes of a label, in the order of ids."""
        return [self.nodes[one] for one in sorted(self.nodes) if label in self.nodes[one].labels]

    def out(self, kind: str, start: str) -> list[RelationshipRow]:
        """Return the relationships of a type from a node, in the order of ends and periods."""
        return self._out.get((kind, start), [])

    def into(self, kind: str, end: str) -> list[RelationshipRow]:
        """Return the relationships of a type to a node, in the order of starts and periods."""
        return self._into.get((kind, end), [])

    def usual_start(self) -> datetime | None:
        """Return the most common beginning: none rather than one, an early one rather than late."""
        timed = [n.properties for n in self.nodes.values() if not DATED_LABELS.isdisjoint(n.labels)]
        timed += [link.properties for link in self._dated]
        starts = Counter(properties.get("valid_from") for properties in timed)
        common = max(starts.values(), default=0)
        tied = [start for start, count in starts.items() if count == common]
        if None in tied or not tied:
            return None
        return min(start.astimezone(UTC) for start in tied if isinstance(start, datetime))


def _never(row: NodeRow | RelationshipRow) -> bool:
    """Return whether something ended when, or before, it began."""
    end = row.properties.get("valid_to")
    if end is None:
        return False  # most rows: an index is made anew after every step of a change
    start = row.properties.get("valid_from")
    return isinstance(start, datetime) and isinstance(end, datetime) and end <= start


def _orphans(rows: Rows, nodes: dict[str, NodeRow]) -> list[str]:
    """Return involvement roles that no role plays any more."""
    played = {
        link.end for link in rows.relationships if link.type == "PLAYS" and link.start in nodes
    }
    return [
        node.id
        for node in nodes.values()
        if "InvolvementRole" in node.labels and node.id not in played
    ]
