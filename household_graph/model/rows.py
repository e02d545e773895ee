"""The typed rows every way of writing ends in: nodes and relationships of one household.

A node is known by its id. A relationship is known by its type, its two ends and, where it
carries a validity, by its period: 1 for the first time two nodes are related so, 2 for the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node.

    Attributes:
        id: the full id.
        labels: every label but `Entity`, which all nodes of a household have.
        properties: all properties but `id`; one that is absent is not there at all.
            Instants are datetimes in UTC, cut to the millisecond; lists are tuples of strings.
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
    """One relationship between two nodes of the same household.

    Attributes:
        type: the relationship type, UPPER_SNAKE_CASE.
        start: the id it starts at.
        end: the id it ends at.
        period: 1 and up for a dated type, 0 for any other.
        properties: as with a node, without `period`.
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
