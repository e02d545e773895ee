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
    """One household at an instant, in milliseconds: its rows, and the facts of these."""

    index: RowIndex
    facts: Facts
    now: int

    @classmethod
    def of(cls, rows: Rows, now: int) -> "HouseholdState":
        """Return the state of the rows of a household that is there."""
        return cls(RowIndex(rows), facts_from_rows(rows), now)


def effective(edits: Edits, now: int) -> int:
    """Return the instant from which on the household has to be as the laws say."""
    return now if edits.effective is None else max(now, from_datetime(edits.effective))


class ChangeContext:
    """Looks up what something belongs to, as it was; of what is new, as it would be.

    Attributes:
        household: the id of the household.
        edits: the change.
        state: the household without the change, when it is made.
        facts_after: of the household with the change; None: there is none any more.
    """

    def __init__(self, before: Rows, edits: Edits, now: int) -> None:
        """See a change from both sides; `now` is when it is made, in milliseconds."""
        self.household, self.edits = before.household, edits
        after = apply_edits(before, edits)
        self.state = HouseholdState.of(before, now)
        self.facts_after = facts_from_rows(after) if after.nodes else None
        self._was, self._will = _Side(before), _Side(after)
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
        links = self._side(start).outgoing[kind, start]
        return sorted({link.end for link in links if not self._over(link)})

    def starts(self, kind: str, end: str) -> list[str]:
        """Return where the relationships of a type to a node come from, unless they are over."""
        links = self._side(end).incoming[kind, end]
        return sorted({link.start for link in links if not self._over(link)})

    def played_by(self, role: str) -> list[str]:
        """Return the involvement roles that a role played before and that are not over."""
        played = (self._was.nodes.get(link.end) for link in self._was.outgoing["PLAYS", role])
        return [node.id for node in played if node and not self._over(node)]

    def administered(self, item: str) -> bool:
        """Return whether anybody is Admin of something that was there before."""
        return not self.is_new(item) and administered(self.state.facts, item, self.state.now)

    def closed_to_minors(self, item: str) -> bool:
        """Return whether something enforces policies, or carries a service that does."""
        return not self.is_new(item) and closed_to_minors(self.state.facts, item, self.state.now)

    def enforcers(self, *, later: bool = False) -> list[str]:
        """Return the services that enforced a policy in force, or with `later` one to come."""
        return enforcers(self.state.facts, self.state.now, later=later)

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
        """Return when something ceases to hold with the change, or `before` without it.

        What is removed never held.
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
        return "end" if _narrows(edit.before, edit.after) else "change"

    def _side(self, entity_id: str) -> "_Side":
        return self._will if self.is_new(entity_id) else self._was

    def _over(self, row: NodeRow | RelationshipRow) -> bool:
        return span_of(row.properties)[1] <= self.state.now


class _Side:
    """Rows by id and by relationship, also what never held, which `RowIndex` leaves out."""

    def __init__(self, rows: Rows) -> None:
        self.nodes = {node.id: node for node in rows.nodes}
        self.outgoing: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        self.incoming: dict[tuple[str, str], list[RelationshipRow]] = defaultdict(list)
        for link in rows.relationships:
            self.outgoing[link.type, link.start].append(link)
            self.incoming[link.type, link.end].append(link)


def _narrows(before: NodeRow, after: NodeRow) -> bool:
    """Return whether something is only made to hold for less long."""
    (start, end), (new_start, new_end) = span_of(before.properties), span_of(after.properties)
    return start <= new_start and new_end <= end and undated(before) == undated(after)
