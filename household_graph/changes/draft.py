"""A household while a change of it is worked out: its rows, to be looked at and changed.

Every change is planned here, in memory; what is then written is the difference to
the rows the draft began with. Nothing that held once is removed: it ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from zoneinfo import ZoneInfo

from household_graph.errors import UnknownIdError
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.ids import nearest, qualify
from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value
from household_graph.model.spans import ended, holds, stated_span


class Draft:
    """One household, being changed.

    Attributes:
        household: its id.
        at: when the change takes effect, in milliseconds (see `household_graph.model.instants`).
        zone: the time zone of the household.
        before: its rows as they are in the graph; none for a new household.
        notes: what the one who makes the change should know about it, a line each.
        carried: for what moved here from another household, its full id there.
        successors: full ids of those who take something over by the change.
    """

    def __init__(self, before: Rows, at: int, zone: ZoneInfo) -> None:
        """Begin with the rows of a household."""
        self.household = before.household
        self.at = at
        self.zone = zone
        self.before = before
        self.notes: list[str] = []
        self.carried: dict[str, str] = {}
        self.successors: set[str] = set()
        self._nodes = {node.id: node for node in before.nodes}
        self._links = {link.key: link for link in before.relationships}
        self._index: RowIndex | None = None

    @property
    def rows(self) -> Rows:
        """The rows as they are by now, in the order of ids and keys."""
        return Rows(
            self.household,
            tuple(node for _id, node in sorted(self._nodes.items())),
            tuple(link for _key, link in sorted(self._links.items())),
        )

    @property
    def index(self) -> RowIndex:
        """The rows as they are by now, to be looked up; without what never held."""
        if self._index is None:
            rows = Rows(self.household, tuple(self._nodes.values()), tuple(self._links.values()))
            self._index = RowIndex(rows)
        return self._index

    def qualify(self, reference: str) -> str:
        """Return the full id of what a local or a full id means here."""
        return qualify(self.household, reference)

    def get(self, reference: str, *labels: str, place: str = "id") -> NodeRow:
        """Return the node of an id, local or full.

        Args:
            reference: the id.
            labels: it must have one of these, if any are given.
            place: what the id stands for, for the error.

        Raises:
            UnknownIdError: if there is none, naming the nearest of these labels.
        """
        full = self.qualify(reference)
        found = self._nodes.get(full)
        if found is not None and (not labels or not found.labels.isdisjoint(labels)):
            return found
        known = [n.id for n in self._nodes.values() if not labels or n.labels & set(labels)]
        raise UnknownIdError(full, nearest(full, known), place=place)

    def active(self, links: Iterable[RelationshipRow]) -> list[RelationshipRow]:
        """Return those of some relationships that hold when the change takes effect."""
        return [link for link in links if holds(link.properties, self.at)]

    def next_free_id(self, local_id: str) -> str:
        """Return a full id that nothing has: that of the local one, or with a number behind it."""
        wanted = (local_id if n == 1 else f"{local_id}-{n}" for n in count(1))
        return next(one for one in map(self.qualify, wanted) if one not in self._nodes)

    def create(
        self,
        entity_id: str,
        labels: Iterable[str],
        properties: Mapping[str, Value | None] | None = None,
        span: tuple[int, int] | None = None,
    ) -> str:
        """Make a node and return its id.

        Args:
            entity_id: a full id that nothing has, see `next_free_id`.
            labels: without `Entity`.
            properties: those that are None are left out.
            span: the instants at which it begins and ceases to hold; None: it carries no validity.
        """
        stated = {name: v for name, v in (properties or {}).items() if v is not None}
        stated |= stated_span(*span) if span else {}
        self._put(NodeRow(entity_id, frozenset(labels), stated))
        return entity_id

    def update(self, entity_id: str, **properties: Value | None) -> None:
        """Set properties of a node; None takes one away."""
        node = self._nodes[entity_id]
        merged = {**node.properties, **properties}
        self._put(replace(node, properties={n: v for n, v in merged.items() if v is not None}))

    def relate(
        self,
        kind: str,
        start: str,
        end: str,
        properties: Mapping[str, Value] | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        """Relate two nodes by full ids; of a dated type it is one time more, of others the same.

        Args:
            kind: the relationship type.
            start: where it starts.
            end: where it ends.
            properties: such as a share.
            span: when it holds, for a dated type; None: from when the change takes effect.
        """
        period, stated = 0, dict(properties or {})
        if kind in DATED_RELATIONSHIPS:
            period = next(n for n in count(1) if (kind, start, end, n) not in self._links)
            stated |= stated_span(*span) if span else {"valid_from": to_utc(self.at)}
        self._put(RelationshipRow(kind, start, end, period, stated))

    def unrelate(self, link: RelationshipRow) -> None:
        """Take an undated relationship away; one with a validity is ended instead."""
        if link.type in DATED_RELATIONSHIPS:
            self.end(link)
        elif self._links.pop(link.key, None):
            self._index = None

    def end(self, row: NodeRow | RelationshipRow, at: int | None = None) -> bool:
        """End the validity of a node or relationship, when the change takes effect or at `at`.

        Returns:
            Whether it had not ended by then already.
        """
        properties = ended(row.properties, self.at if at is None else at)
        if properties is None:
            return False
        self._put(replace(row, properties=properties))
        return True

    def apply(self, edits: Edits) -> None:
        """Bring every row that edits name into the state they leave it in; this removes, too."""
        after = apply_edits(self.rows, edits)
        self._nodes = {node.id: node for node in after.nodes}
        self._links = {link.key: link for link in after.relationships}
        self._index = None

    def edits(self) -> Edits:
        """Return what is to be done to the household in the graph."""
        nodes = {node.id: node for node in self.before.nodes}
        links = {link.key: link for link in self.before.relationships}
        made = [NodeEdit(nodes.get(n.id), n) for n in self._nodes.values() if nodes.get(n.id) != n]
        related = [
            RelationshipEdit(links.get(link.key), link)
            for link in self._links.values()
            if links.get(link.key) != link
        ]
        removed = [NodeEdit(n, None) for n in nodes.values() if n.id not in self._nodes]
        gone = [
            RelationshipEdit(link, None) for key, link in links.items() if key not in self._links
        ]
        return Edits(
            self.household, (*made, *removed), (*related, *gone), effective=to_utc(self.at)
        )

    def _put(self, row: NodeRow | RelationshipRow) -> None:
        if isinstance(row, NodeRow):
            self._nodes[row.id] = row
        else:
            self._links[row.key] = row
        self._index = None


def undated(row: NodeRow | RelationshipRow) -> dict[str, Value]:
    """Return the properties of a row other than its validity."""
    return {n: v for n, v in row.properties.items() if n not in {"valid_from", "valid_to"}}
