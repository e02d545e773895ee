"""A change of one household, seen from both sides, and what a minor may not administer in it.

That is services that enforce policies, and what carries these.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from household_graph.changes.draft import undated
from household_graph.engine.facts import Facts, minority
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import coverages, paths
from household_graph.engine.ownership_gaps import administered
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.enums import InvolvementKind, ServiceState
from household_graph.model.instants import BEGINNING, from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows
from household_graph.model.spans import Span, common, contains, span_of, union, without

_Spans = tuple[Span, ...]

_WORDS = {
    "Customer": "Customer role",
    "BillPayer": "Bill Payer role",
    "User": "User role",
    "Admin": "Admin role",
    "Chooser": "Chooser role",
    "Consumer": "Consumer role",
    "ResourceRole": "device role",
    "CustomerAccount": "customer account",
    "BillingAccount": "bill",
    "Product": "product",
    "Service": "service",
    "Resource": "device",
    "Policy": "policy",
    "DigitalIdentity": "username",
    "Individual": "person",
    "Organization": "organization",
    "Place": "place",
}


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
        """Return the involvement roles that a role played before, and that are not over."""
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

    def describe(self, entity_id: str) -> str:
        """Return what is done to a node in words, such as "end the User role `bakers/role`"."""
        words = [_WORDS[label] for label in sorted(self.labels(entity_id)) if label in _WORDS]
        what = f"the {words[0]} `{entity_id}`" if words else f"`{entity_id}`"
        items = " and ".join(f"`{item}`" for item in self.ends("INVOLVED_IN", entity_id))
        return f"{self.verb(entity_id)} {what}" + (f" for {items}" if items else "")

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


def minor_admins(facts: Facts) -> Mapping[tuple[str, str], _Spans]:
    """Return when, by what is recorded, which minors are Admin of which enforcing services.

    At any time, past ones too: what is recorded of yesterday is held to the law as of yesterday.
    """
    found: dict[tuple[str, str], _Spans] = {}
    minors = {
        principal.id: span
        for principal in facts.principals.values()
        if principal.kind == "Individual" and (span := minority(facts, principal))
    }
    for service, policies in _enforcing(facts).items():
        for minor, young in minors.items():
            held = paths(facts, minor, InvolvementKind.ADMIN, service)
            granted = tuple(path.span.meet(*young) for path in held if path.inactive is None)
            if spans := common(union(granted), policies):
                found[minor, service] = spans
    return found


def closed_to_minors(facts: Facts, item: str, instant: int) -> bool:
    """Return whether something is, or carries, a service that enforces a policy in force."""
    return any(
        cover.item == item
        for service in enforcers(facts, instant)
        for cover in coverages(facts, service)
    )


def enforcers(facts: Facts, instant: int, *, later: bool = False) -> list[str]:
    """Return the services that enforce a policy in force at an instant, or `later` to come."""
    return sorted(
        service
        for service, policies in _enforcing(facts).items()
        if contains(policies, instant) or (later and any(span.end > instant for span in policies))
    )


def stopped(before: Facts, after: Facts | None, since: int) -> list[str]:
    """Return the enforcing services that a change stops, or ends, at some time from an instant on.

    That is whatever stops them: their own state, or that of their products and accounts. With
    `after` None there is no household any more.
    """
    return sorted(
        service
        for service, policies in _enforcing(before).items()
        if any(span.end > since for span in policies)
        and any(
            span.end > since
            for span in without(_live(before, service), _live(after, service) if after else ())
        )
    )


def _live(facts: Facts, service: str) -> _Spans:
    """Return when a service is active, and so is a product that carries it, if any does."""
    known = facts.services.get(service)
    if known is None or known.state != ServiceState.ACTIVE:
        return ()
    own = (cover for cover in coverages(facts, service) if cover.item == service)
    return union(tuple(cover.span for cover in own if cover.inactive is None))


def _enforcing(facts: Facts) -> Mapping[str, _Spans]:
    """Return the services that enforce policies, with when those are in force."""
    found: dict[str, list[Span]] = defaultdict(list)
    for policy in facts.policies:
        for service in policy.enforced_by:
            found[service].append(Span(policy.valid_from, policy.valid_to))
    return {service: union(tuple(spans)) for service, spans in found.items()}
