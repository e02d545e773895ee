"""A change of one household seen from both sides, and which rights a party has in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from household_graph.changes.authorization import Law
from household_graph.changes.role_queries import functional_roles
from household_graph.engine.facts import Facts, is_minor, under_age
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import coverages, inactive, is_granted, paths
from household_graph.engine.ownership_gaps import is_guaranteed, responsible_adults, takes_part
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.enums import AccountState, InvolvementKind, PartyRoleKind, ServiceState
from household_graph.model.instants import BEGINNING, from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, policy_id, undated
from household_graph.model.spans import Span, common, contains, holds, span_of, union, without

_Spans = tuple[Span, ...]
_ROUNDED = 0.02  # per cent by which shares may be off that are rounded to two digits

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
    "ContactMedium": "contact medium",
}


class Right(NamedTuple):
    """One thing that would do: what tells who has it, of which id, and if they must be of age."""

    predicate: Callable[[str, str], bool]
    of: str
    adult: bool = False


class Requirement(NamedTuple):
    """What a law asks of a party who touches a thing: any one right will do; none: no party may."""

    law: Law
    thing: str
    rights: tuple[Right, ...] = ()


class ChangeContext:
    """Looks up what something belongs to, as it was; of what is new, as it would be.

    Rights are those of the household without the change, at the instant it is made. The methods
    that are predicates of a `Right` take the party, and the id of what the right is on.

    Attributes:
        index, facts: of the household without the change.
        now: when the change is made, in milliseconds.
    """

    def __init__(self, before: Rows, edits: Edits, now: int) -> None:
        """See a change from both sides."""
        self.household, self.edits, self.now = before.household, edits, now
        self.index, self.facts = RowIndex(before), facts_from_rows(before)
        self._after = apply_edits(before, edits)
        self._was, self._will = RowIndex(before, whole=True), RowIndex(self._after, whole=True)
        self._changed = {edit.id: edit for edit in edits.nodes}
        self._changed_links = {edit.key: edit for edit in edits.relationships}

    @cached_property
    def facts_after(self) -> Facts | None:
        """The facts of the household with the change; None: there is none any more."""
        return facts_from_rows(self._after) if self._after.nodes else None

    def is_new(self, entity_id: str) -> bool:
        """Return whether something was not there before."""
        return entity_id not in self._was.nodes

    def labels(self, entity_id: str) -> frozenset[str]:
        """Return the labels of a node; none if it is on neither side."""
        node = self._side(entity_id).nodes.get(entity_id)
        return node.labels if node else frozenset()

    def ends(self, kind: str, start: str) -> list[str]:
        """Return where the relationships of a type from a node lead, unless they are over."""
        links = self._side(start).outgoing(kind, start)
        return sorted({link.end for link in links if not self._over(link)})

    def starts(self, kind: str, end: str) -> list[str]:
        """Return where the relationships of a type to a node come from, unless they are over."""
        links = self._side(end).incoming(kind, end)
        return sorted({link.start for link in links if not self._over(link)})

    def played_by(self, role: str) -> list[str]:
        """Return the involvement roles that a role played before, and that are not over."""
        played = map(self._was.nodes.get, self._was.ends("PLAYS", role))
        return [node.id for node in played if node and not self._over(node)]

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

    def ends_link(self, link: RelationshipRow) -> bool:
        """Return whether a relationship with a validity is only made to hold for less long."""
        edit = self._changed_links.get(link.key)
        return bool(edit and edit.before and edit.after and _narrows(edit.before, edit.after))

    def removes_link(self, link: RelationshipRow) -> bool:
        """Return whether a relationship is there no more with the change."""
        edit = self._changed_links.get(link.key)
        return edit is not None and edit.after is None

    def shared_out_by(self, bill: str) -> frozenset[str] | None:
        """Return who gives up their share of a bill, which others then pay as they did before.

        They pay it in proportion to their own, and no more than all paid together; else nobody
        does. None: nobody's share changes.
        """
        before, after = self._shares(self._was, bill), self._shares(self._will, bill)
        if before == after:
            return None
        staying = {party: share for party, share in before.items() if party in after}
        whole, own = sum(after.values()), sum(staying.values())
        if staying.keys() != after.keys() or whole > sum(before.values()) + _ROUNDED:
            return frozenset()
        if not own:  # who paid nothing pay the same
            staying, own = dict.fromkeys(staying, 1.0), float(len(staying))
        fair = all(
            abs(after[party] - share / own * whole) <= _ROUNDED for party, share in staying.items()
        )
        return frozenset(before.keys() - after.keys()) if fair else frozenset()

    def _shares(self, index: RowIndex, bill: str) -> dict[str, float]:
        """Return what each party pays of a bill once the change takes effect, in per cent."""
        at, found = effective(self.edits, self.now), dict[str, float]()
        for link in index.incoming("PAYS", bill):
            if holds(index.nodes[link.start].properties, at):
                for party in index.starts("PLAYS", link.start):
                    share = float(str(link.properties.get("share", 100)))
                    found[party] = found.get(party, 0) + share
        return found

    def holds_then(self, entity_id: str) -> bool:
        """Return whether something holds, with the change, once that takes effect."""
        node = self._will.nodes.get(entity_id)
        return node is not None and holds(node.properties, effective(self.edits, self.now))

    def is_own_person(self, party: str) -> bool:
        """Return whether a party is a person who was there before, of age and active."""
        principal = self.facts.principals.get(party)
        is_person = principal is not None and principal.kind == "Individual"
        return is_person and not self.is_minor(party) and not inactive(self.facts, party)

    def describe(self, entity_id: str) -> str:
        """Return what is done to a node in words, such as "end the User role `bakers/role`"."""
        words = [_WORDS[label] for label in sorted(self.labels(entity_id)) if label in _WORDS]
        what = f"the {words[0]} `{entity_id}`" if words else f"`{entity_id}`"
        items = " and ".join(f"`{item}`" for item in self.ends("INVOLVED_IN", entity_id))
        return f"{self.verb(entity_id)} {what}" + (f" for {items}" if items else "")

    def policy_of(self, version: str) -> str:
        """Return the id of the policy of which a node is a version."""
        node = self._side(version).nodes.get(version)
        return policy_id(node) if node else version

    def versions(self, policy: str) -> list[str]:
        """Return the ids of the versions of a policy that have not ended."""
        found = (one for one in self.facts.policies if one.policy == policy)
        return [one.id for one in found if one.valid_to > self.now]

    def enforcers(self, *, later: bool = False) -> list[str]:
        """Return the services that enforce a policy in force, or with `later` one to come."""
        return sorted(
            service
            for service, policies in _enforcing(self.facts).items()
            if contains(policies, self.now)
            or (later and any(span.end > self.now for span in policies))
        )

    def closed_to_minors(self, item: str) -> bool:
        """Return whether something is, or carries, a service that enforces a policy in force."""
        return any(
            cover.item == item
            for service in self.enforcers()
            for cover in coverages(self.facts, service)
        )

    def stopped(self) -> list[str]:
        """Return the enforcing services that stop, or end, at some time once it takes effect.

        That is whatever stops them: their own state, or that of their products and accounts.
        """
        since, after = effective(self.edits, self.now), self.facts_after
        return sorted(
            service
            for service, policies in _enforcing(self.facts).items()
            if any(span.end > since for span in policies)
            and any(
                span.end > since
                for span in without(
                    _active(self.facts, service), _active(after, service) if after else ()
                )
            )
        )

    def is_minor(self, party: str) -> bool:
        """Return whether a party is a minor."""
        return is_minor(self.facts, party, self.now)

    def customer(self, party: str, account: str) -> bool:
        """Return whether a party is Customer of an active account; a minor, with a guarantor."""
        node = self.index.nodes.get(account)
        if node is None or node.properties.get("state") != AccountState.ACTIVE:
            return False
        of_age = not self.is_minor(party)
        return any(
            of_age or is_guaranteed(self.index, self.facts, role.id, party, self.now)
            for role in functional_roles(self.index, party, PartyRoleKind.CUSTOMER, account)
            if holds(role.properties, self.now)
        )

    def any_customer(self, party: str, _household: str) -> bool:
        """Return whether a party is Customer of an account of the household."""
        accounts = self.index.labelled("CustomerAccount")
        return any(self.customer(party, account.id) for account in accounts)

    def admin(self, party: str, item: str) -> bool:
        """Return whether a party is Admin; no minor is of what enforces policies, or carries it."""
        granted = is_granted(self.facts, party, InvolvementKind.ADMIN, item, self.now)
        return granted and not (self.is_minor(party) and self.closed_to_minors(item))

    def chooser(self, party: str, item: str) -> bool:
        """Return whether a party is Chooser of a product or service."""
        return is_granted(self.facts, party, InvolvementKind.CHOOSER, item, self.now)

    def only_consumer(self, party: str, device: str) -> bool:
        """Return whether a person alone uses a device; what the household uses, members share."""
        facts, kind = self.facts, InvolvementKind.CONSUMER
        if facts.principals[party].kind != "Individual":
            return False
        consumers = {
            one.holder
            for one in facts.assignments
            if (one.kind, one.item) == (kind, device)
            and not inactive(facts, one.holder)
            and is_granted(facts, one.holder, kind, device, self.now)
        }
        return consumers == {party}

    def role_holder(self, party: str, involvement: str) -> bool:
        """Return whether a party is Admin by the involvement role of this id."""
        return any(
            path.assignment.grant.involvement == involvement and path.is_effective(self.now)
            for item in self.index.ends("INVOLVED_IN", involvement)
            for path in paths(self.facts, party, InvolvementKind.ADMIN, item)
        )

    def same_party(self, party: str, other: str) -> bool:
        """Return whether a party is the one of this id."""
        return party == other

    def guardian(self, party: str, minor: str) -> bool:
        """Return whether a party is a responsible adult of a minor; an adult has none."""
        adults = responsible_adults(self.index, self.facts, minor, self.now)
        return self.is_minor(minor) and party in adults

    def guarantor(self, party: str, role: str) -> bool:
        """Return whether a party is recorded as guarantor of a role."""
        return party in self.index.ends("GUARANTEED_BY", role)

    def is_met(self, parties: Iterable[str], requirement: Requirement) -> bool:
        """Return whether one of some parties is eligible and has a right that would do."""
        return any(self._meets(party, requirement) for party in parties)

    def _meets(self, party: str, requirement: Requirement) -> bool:
        if not self._is_eligible(party):
            return False
        of_age = not self.is_minor(party)
        return any(
            right.predicate(party, right.of)
            for right in requirement.rights
            if of_age or not right.adult
        )

    def who_meets(self, requirements: Iterable[Requirement]) -> list[str]:
        """Return the people who meet all of some requirements, by id."""
        found = sorted(self.facts.individuals)
        for requirement in requirements:
            found = [person for person in found if self._meets(person, requirement)]
        return found

    def refusing_law(self, parties: Iterable[str], requirement: Requirement) -> Law:
        """Return the law that says why none of some parties meets a requirement.

        If one is only too young to be Admin, that is the law about minors.
        """
        too_young = any(
            path.is_effective(self.now)
            for party in parties
            if party in self.facts.principals and self.is_minor(party)
            for right in requirement.rights
            if right.predicate == self.admin
            for path in paths(self.facts, party, InvolvementKind.ADMIN, right.of)
        )
        return Law.MINOR_ADMINS if too_young else requirement.law

    def _is_eligible(self, party: str) -> bool:
        """Return whether a party is active and, if it is a person, takes part in anything."""
        principal = self.facts.principals.get(party)
        if principal is None or principal.kind == "Resource" or inactive(self.facts, party):
            return False
        return principal.kind != "Individual" or takes_part(self.index, party, self.now)

    def _side(self, entity_id: str) -> RowIndex:
        return self._will if self.is_new(entity_id) else self._was

    def _over(self, row: NodeRow | RelationshipRow) -> bool:
        return span_of(row.properties)[1] <= self.now


def effective(edits: Edits, now: int) -> int:
    """Return the instant from which on the household has to be as the laws say."""
    return now if edits.effective is None else max(now, from_datetime(edits.effective))


def _narrows(before: NodeRow | RelationshipRow, after: NodeRow | RelationshipRow) -> bool:
    """Return whether something is only made to hold for less long."""
    (start, end), (new_start, new_end) = span_of(before.properties), span_of(after.properties)
    return start <= new_start and new_end <= end and undated(before) == undated(after)


def minor_admins(facts: Facts) -> Mapping[tuple[str, str], _Spans]:
    """Return when, by what is recorded, which minors are Admin of which enforcing services.

    At any time, past ones too: what is recorded of yesterday is held to the law as of yesterday.
    """
    found: dict[tuple[str, str], _Spans] = {}
    for service in _enforcing(facts):
        for person in facts.individuals:
            if young := under_age(facts, person, service):
                held = paths(facts, person, InvolvementKind.ADMIN, service)
                granted = tuple(path.span for path in held if path.inactive is None)
                if spans := common(union(granted), union(young)):
                    found[person, service] = spans
    return found


def _active(facts: Facts, service: str) -> _Spans:
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
