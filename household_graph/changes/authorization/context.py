"""A change of one household, seen from both sides: as it was, and as it would be."""

from collections import defaultdict
from dataclasses import dataclass

from household_graph.changes.authorization.minors import closed_to_minors, enforcers
from household_graph.changes.draft import undated
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import administered
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.instants import BEGINNING, from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows
from household_graph.model.spans import span_of


@dataclass(frozen=True, slots=True)
class HouseholdState:
    """One household.

    Attributes:
        index: its rows.
        facts: of the same rows.
    """

    index: RowIndex
    facts: Facts

    @classmethod
    def of(cls, rows: Rows) -> "HouseholdState":
        """Return the state of the rows of a household that is there."""
        return cls(RowIndex(rows), facts_from_rows(rows))


def effective(edits: Edits, now: int) -> int:
    """Return the instant from which on the household has to be as the laws say."""
    return now if edits.effective is None else max(now, from_datetime(edits.effective))


class ChangeContext:
    """Looks up what something belongs to.

    Attributes:
        household: the id of the household.
        edits: the change.
    """

    def __init__(self, before: Rows, edits: Edits, state: HouseholdState, now: int) -> None:
        """See a change from both sides.

        Args:
            before: the rows without the change.
            edits: the change.
            state: of the rows without it.
            now: the instant at which it is made, in milliseconds.
        """
        self.household, self.edits = before.household, edits
        self._state, self._now = state, now
        self._was, self._will = _Side(before), _Side(apply_edits(before, edits))
        self._changed = {edit.id: edit for edit in edits.nodes}

    def is_new(self, entity_id: str) -> bool:
        """Return whether something was not there before."""
        return entity_id not in self._was.nodes

    def labels(self, entity_id: str) -> frozenset[str]:
        """Return the labels of a node; none if it is on neither side."""
        node = self._side(entity_id).nodes.get(entity_id)
        return node.labels if node else frozenset()

    def ends(self, kind: str, start: str) -> list[str]:
        """Return where the relationships of a type from a node lead, unless they are over."""
        return self._left(self._side(start).out[kind, start], start=False)

    def starts(self, kind: str, end: str) -> list[str]:
        """Return where the relationships of a type to a node come from, unless they are over."""
        return self._left(self._side(end).into[kind, end], start=True)

    def played_by(self, role: str) -> list[str]:
        """Return the involvement roles that a role played before and that are not over."""
        return [
            link.end
            for link in self._was.out["PLAYS", role]
            if not self._over(self._was.nodes.get(link.end))
        ]

    def administered(self, item: str) -> bool:
        """Return whether anybody is Admin of something that was there before."""
        return not self.is_new(item) and administered(self._state.facts, item, self._now)

    def closed_to_minors(self, item: str) -> bool:
        """Return whether something enforces policies, or carries a service that does."""
        return not self.is_new(item) and closed_to_minors(self._state.facts, item, self._now)

    def enforcers(self, *, later: bool = False) -> list[str]:
        """Return the services that enforce a policy in force, as it was before the change.

        With `later`, those as well that enforce one to come.
        """
        return enforcers(self._state.facts, self._now, later=later)

    def player(self, role: str) -> str:
        """Return the party or device that plays a role, by way of other roles or not."""
        while players := self.starts("PLAYS", role):
            role = players[0]
        return role

    def ended(self, *labels: str) -> list[str]:
        """Return what was there before, has all of some labels, and only holds for less long."""
        return [
            edit.id
            for edit in self.edits.nodes
            if edit.before and edit.before.labels.issuperset(labels) and self.verb(edit.id) == "end"
        ]

    def until(self, entity_id: str, *, before: bool = False) -> int:
        """Return when something ceases to hold after the change; what is removed never did.

        With `before`, when it would have ceased to without the change.
        """
        node = (self._was if before else self._will).nodes.get(entity_id)
        return span_of(node.properties)[1] if node else BEGINNING

    def verb(self, entity_id: str) -> str:
        """Return what is done to a node: make, end, change or remove."""
        edit = self._changed.get(entity_id)
        if edit is None:
            return "change"
        if edit.before is None or edit.after is None:
            return "make" if edit.after else "remove"
        return "end" if narrows(edit.before, edit.after) else "change"

    def _side(self, entity_id: str) -> "_Side":
        return self._will if self.is_new(entity_id) else self._was

    def _left(self, links: list[RelationshipRow], *, start: bool) -> list[str]:
        found = (link.start if start else link.end for link in links if not self._over(link))
        return sorted(set(found))

    def _over(self, row: NodeRow | RelationshipRow | None) -> bool:
        return row is None or span_of(row.properties)[1] <= self._now


class _Side:
    """Rows by id and by relationship, also what never held."""

    def __init__(self, rows: Rows) -> None:
        self.nodes = {node.id: node for node in rows.nodes}
        self.out: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self.into: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        for link in rows.relationships:
            self.out[link.type, link.start].append(link)
            self.into[link.type, link.end].append(link)


def narrows(before: NodeRow, after: NodeRow) -> bool:
    """Return whether something is only made to hold for less long."""
    (start, end), (new_start, new_end) = span_of(before.properties), span_of(after.properties)
    return start <= new_start and new_end <= end and undated(before) == undated(after)
