"""A household at one instant, looked up as plainly as it can be; for the statements of the laws."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from household_graph.engine.facts_builder import _Reader
from household_graph.model.instants import to_utc, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows

__all__ = ["HouseholdThen"]


class HouseholdThen:
    """Tells what there is at an instant, in milliseconds."""

    def __init__(self, rows: Rows, now: int) -> None:
        self.rows, self.now = rows, now
        self.nodes = {node.id: node for node in rows.nodes}
        self.facts: dict[str, Any] = _Reader(rows).read()

    def minor(self, party: str) -> bool:
        person = self.nodes[party].properties
        born = person.get("birth_date")
        if not isinstance(born, date):
            return bool(person.get("minor"))
        majority = int(str(self.household["age_of_majority"]))
        today = to_utc(self.now).astimezone(zone_named(str(self.household["time_zone"]))).date()
        return (
            today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < majority
        )

    @cached_property
    def household(self) -> dict[str, Any]:
        return dict(self.nodes[self.rows.household].properties)

    def grown_person(self, one: str) -> bool:
        node = self.nodes[one]
        return "Individual" in node.labels and self.active(node) and not self.minor(one)

    def active(self, node: NodeRow) -> bool:
        return node.properties.get("status") == "active"

    def working(self, node: NodeRow) -> bool:
        states = (node.properties.get(f"{of}_state") for of in ("administrative", "operational"))
        return "Resource" in node.labels and tuple(states) == ("unlocked", "enable")

    def is_a(self, one: str, label: str) -> bool:
        return label in self.nodes[one].labels

    def valid(self, row: NodeRow | RelationshipRow) -> bool:
        start = row.properties.get("valid_from")
        begun = not isinstance(start, datetime) or start <= to_utc(self.now)
        return begun and not self.over(row)

    def over(self, row: NodeRow | RelationshipRow) -> bool:
        end = row.properties.get("valid_to")
        return isinstance(end, datetime) and end <= to_utc(self.now)

    def links(self, kind: str, start: str = "", end: str = "") -> list[RelationshipRow]:
        """Return the relationships of a type that hold, from one node or to one."""
        found = (one for one in self.rows.relationships if one.type == kind and self.valid(one))
        return [one for one in found if (not start or one.start == start) and end in {"", one.end}]

    def ends(self, kind: str, start: str) -> list[str]:
        return [one.end for one in self.not_over(kind) if one.start == start]

    def starts(self, kind: str, end: str) -> list[str]:
        return [one.start for one in self.not_over(kind) if one.end == end]

    def every_start(self, kind: str, end: str) -> list[str]:
        return [x.start for x in self.rows.relationships if (x.type, x.end) == (kind, end)]

    def not_over(self, kind: str) -> Iterable[RelationshipRow]:
        return (one for one in self.rows.relationships if one.type == kind and not self.over(one))

    def person_of(self, role: str) -> str:
        while players := self.starts("PLAYS", role):
            role = players[0]
        return role

    def paid(self, bill: str) -> dict[str, float]:
        """Return what each pays of a bill, in per cent."""
        found: dict[str, float] = {}
        for link in self.links("PAYS", end=bill):
            if link.start in self.nodes and self.valid(self.nodes[link.start]):
                payer = self.person_of(link.start)
                found[payer] = found.get(payer, 0) + float(str(link.properties["share"]))
        return found
