"""Who may change what once more, for a change of one row, as plainly as it can be said.

Nothing of the check is used; who is Admin or Chooser is told by specification.py. What says `party`
is a party, or are several who agree: each right that a law asks for is then one of theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import wraps

from household_graph.engine.question import Question
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import span_of
from tests.property.household_then import HouseholdThen
from tests.property.specification import Specification

__all__ = ["Entitled"]

Properties = Mapping[str, Value]
Party = str | tuple[str, ...]
VALIDITY = ("valid_from", "valid_to")
MEASURES = {"birth_date", "minor", "age_of_majority", "time_zone"}


def one_has(right: Callable[..., bool]) -> Callable[..., bool]:
    """Let a right that one party has or has not be had by several, where one of them has it."""

    @wraps(right)
    def told(self: "Entitled", party: Party, *of: str) -> bool:
        return any(right(self, one, *of) for one in ((party,) if isinstance(party, str) else party))

    return told


def replaced(rows: Rows, row: NodeRow | RelationshipRow, after: Properties | None) -> Rows:
    """Return rows with other properties of one of them, or without it."""
    nodes = [one for one in rows.nodes if one is not row]
    links = [one for one in rows.relationships if one is not row]
    if isinstance(row, NodeRow):
        nodes.append(replace(row, properties=after or {}))
    elif after is not None:
        links.append(replace(row, properties=after))
    return replace(rows, nodes=tuple(nodes), relationships=tuple(links))


class Entitled(HouseholdThen):
    """Tells for one household and one instant which rows a party may touch."""

    def to(
        self,
        party: Party,
        row: NodeRow | RelationshipRow,
        after: Properties | None,
        *,
        prolongs: bool = False,
    ) -> bool:
        """Return whether a party may change a row so; `prolongs`: make it hold longer."""
        if not self.able(party):
            return False
        if not all(self.administers(party, one) for one in self.stopped(row, after)):
            return False
        if isinstance(row, RelationshipRow):
            others = {n: v for n, v in row.properties.items() if n != "valid_to"}
            left = after or {}
            ends = after is not None and not prolongs and "valid_to" in left
            ends = ends and others == {n: v for n, v in left.items() if n != "valid_to"}
            return self.to_link(party, row, ends=ends)
        return self.to_properties(party, row, after, prolongs=prolongs)

    def to_properties(
        self, party: Party, row: NodeRow, left: Properties | None, *, prolongs: bool = False
    ) -> bool:
        after = left or {}
        changed = {n for n in (*row.properties, *after) if row.properties.get(n) != after.get(n)}
        ends = not prolongs and changed == {"valid_to"}
        if "Product" in row.labels and after:
            return self.to_product(party, row, after, ends=ends)
        measured = after and changed & MEASURES and not prolongs
        if measured and (changed <= MEASURES or not self.measures(party)):
            return self.measures(party)
        if "Service" in row.labels and "state" in changed:
            stops = after["state"] in {"inactive", "suspended", "terminated"}
            if self.enforces_now(row.id, later=True):
                return stops and self.administers(party, row.id)
            return stops and self.changes(party, row.id)
        if "administrative_state" in changed:
            return self.gives_up(party, row.id)
        is_dated = left is None or not changed.isdisjoint({"valid_from", "valid_to"})
        return self.to_node(party, row, prolongs=prolongs, ends=ends, with_played=is_dated)

    def to_product(self, party: Party, row: NodeRow, after: Properties, *, ends: bool) -> bool:
        if row.properties.get("status") == "suspended" != after.get("status"):
            return self.resumes(party, row.id)
        if ends or after == {**row.properties, "status": "suspended"}:
            return self.limits(party, row.id)
        return self.changes(party, row.id)

    def stopped(self, row: NodeRow | RelationshipRow, after: Properties | None) -> list[str]:
        """Return the services that enforce policies and are had for less long by a change."""
        services = [one for one in self.nodes if self.enforces_now(one, later=True)]
        then = Entitled(replaced(self.rows, row, after), self.now)
        moments = {self.now, *self.edges(), *then.edges()}
        return [
            one
            for one in services
            if any(self.had(one, t) and not then.had(one, t) for t in moments if t >= self.now)
        ]

    def had(self, service: str, moment: int) -> bool:
        """Return whether a service is active, and so is one of its products, if it has any."""
        at = Entitled(self.rows, moment)
        if self.nodes[service].properties.get("state") != "active":
            return False
        products = at.every_start("REALIZED_BY", service)
        return not products or any(
            at.valid(self.nodes[p])
            and self.nodes[p].properties.get("status") == "active"
            and all(
                self.nodes[a].properties.get("state") == "active"
                for a in at.every_start("HAS_PRODUCT", p)
            )
            for p in products
        )

    def edges(self) -> set[int]:
        """Return the instants at which anything begins or ends."""
        dates = [row.properties.get(n) for row in self.rows.nodes for n in VALIDITY]
        return {from_datetime(one) for one in dates if isinstance(one, datetime)}

    def enforces_now(self, service: str, *, later: bool = False) -> bool:
        return any(
            link.end == service
            and not self.over(self.nodes[link.start])
            and (later or self.valid(self.nodes[link.start]))
            for link in self.rows.relationships
            if link.type == "ENFORCED_BY"
        )

    @one_has
    def administers(self, party: str, service: str) -> bool:
        """An adult Admin: whoever is of age and holds the role."""
        return not self.minor(party) and self.live(party, "Admin", service)

    def measures(self, party: Party) -> bool:
        services = [one for one in self.nodes if self.enforces_now(one)]
        if not services:
            return self.any_customer(party)
        return all(self.administers(party, one) for one in services)

    @one_has
    def gives_up(self, party: str, device: str) -> bool:
        """Its Admin, an adult Customer, or the one person who uses it by name."""
        users = [
            node.id
            for node in self.rows.nodes
            if node.labels & {"Party", "Resource"} and self.uses(node, device)
        ]
        alone = users == [party] and self.is_a(party, "Individual")
        return alone or self.has(party, "Admin", device) or self.owner(party, device)

    def uses(self, node: NodeRow, device: str) -> bool:
        """Return whether somebody, or something, is itself Consumer of a device."""
        active = self.active(node) if "Party" in node.labels else self.working(node)
        roles = [role for role in self.ends("PLAYS", node.id) if self.valid(self.nodes[role])]
        return (
            active
            and any(
                self.is_a(played, "Consumer")
                and self.valid(self.nodes[played])
                and device in self.ends("INVOLVED_IN", played)
                and all(
                    self.nodes[account].properties.get("state") == "active"
                    for account in self.ends("ON_ACCOUNT", role)
                )
                for role in roles
                for played in self.ends("PLAYS", role)
            )
            and self.working(self.nodes[device])
        )

    def to_node(
        self,
        party: Party,
        node: NodeRow,
        *,
        prolongs: bool = False,
        ends: bool = False,
        with_played: bool = True,
    ) -> bool:
        one = node.id
        told: dict[str, Callable[[], bool]] = {
            **dict.fromkeys(("Party", "Place", "ContactMedium"), lambda: self.any_customer(party)),
            "CustomerAccount": lambda: self.customer(party, one),
            "BillingAccount": lambda: self.owns_bill(party, one),
            "Product": lambda: self.changes(party, one),
            "Service": lambda: self.changes(party, one),
            "Resource": lambda: self.keeps(party, one),
            "Policy": lambda: self.enforces(party, one),
            "DigitalIdentity": lambda: self.owns_username(party, one),
            "SourceRecord": lambda: False,
            "InvolvementRole": lambda: self.may_touch(party, one, ends=ends),
            "PartyRole": lambda: self.may_end_role(
                party, one, prolongs, ends=ends, with_played=with_played
            ),
            "ResourceRole": lambda: self.may_end_role(
                party, one, prolongs, ends=False, with_played=with_played
            ),
        }
        return next(tell for label, tell in told.items() if label in node.labels)()

    def to_link(self, party: Party, link: RelationshipRow, *, ends: bool = False) -> bool:
        start, end = link.start, link.end
        own_links = {"MEMBER_OF", "RESPONSIBLE_FOR", "EXEMPT_FROM"}
        if ends and link.type in own_links and self.own(party, start):
            return True
        told: dict[str, Callable[[], bool]] = {
            "DESCRIBES": lambda: False,
            "MEMBER_OF": lambda: self.any_customer(party),
            "RESPONSIBLE_FOR": lambda: self.any_customer(party) or self.guardian(party, end),
            "CONNECTED_TO": lambda: self.keeps(party, start),
            "LOCATED_AT": lambda: (
                self.keeps(party, start)
                if self.is_a(start, "Resource")
                else self.any_customer(party)
            ),
            "AVAILABLE_ON": lambda: self.connects(party, start, end),
            "GOVERNS": lambda: self.enforces(party, start),
            "APPLIES_TO": lambda: self.enforces(party, start),
            "ENFORCED_BY": lambda: self.enforces(party, start),
            "ONLY_ON": lambda: self.enforces(party, start),
            "SUPERSEDES": lambda: self.enforces(party, start),
            "EXEMPT_FROM": lambda: self.lifts(party, end),
            "PAUSED": lambda: self.lifts(party, start),
            "SET": lambda: self.enforces(party, end),
            "HAS_CONTACT_MEDIUM": lambda: self.any_customer(party),
            "HAS_IDENTITY": lambda: (
                self.owns_username(party, end) and self.stands_for(party, start)
            ),
            "IDENTIFIED_BY": lambda: (
                self.owns_username(party, end)
                and (self.may_grant(party, start) or self.plays(party, start))
            ),
            "INVOLVED_IN": lambda: self.may_take(party, start),
            "PLAYS": lambda: self.may_unplay(party, end),
            "BUNDLES": lambda: self.changes(party, start) and self.changes(party, end),
            "REALIZED_BY": lambda: self.changes(party, start) and self.changes(party, end),
            "HAS_PRODUCT": lambda: self.customer(party, start) and self.owner(party, end),
            "CHARGED_TO": lambda: self.owner(party, start) and self.owns_bill(party, end),
            "PAYS": lambda: self.may_appoint(party, start) and self.owns_bill(party, end),
            "ON_ACCOUNT": lambda: self.may_appoint(party, start),
            "GUARANTEED_BY": lambda: self.may_appoint(party, start),
        }
        return told[link.type]()

    @one_has
    def connects(self, party: str, service: str, device: str) -> bool:
        """Where a service that enforces policies is had is no matter of a minor."""
        young = self.minor(party) and self.enforcing(service)
        return self.keeps(party, device) and not young

    def may_end_role(
        self, party: Party, role: str, prolongs: bool, *, ends: bool, with_played: bool
    ) -> bool:
        """A role ends with all it plays; who may end it may end what it plays on its account."""
        guarantor = not prolongs and self.guarantees(party, role)
        own = ends and self.own(party, self.person_of(role))
        return (guarantor or own or self.may_appoint(party, role)) and all(
            self.may_touch(party, played, ends=not prolongs)
            or (not (prolongs or self.is_own_admin(played)) and self.expels(party, role, played))
            for played in (self.played(role) if with_played else ())
        )

    def may_touch(self, party: Party, involvement: str, *, ends: bool) -> bool:
        """Its adult player may end a role, and nobody else that of an Admin of a firewall."""
        if ends and self.is_own_admin(involvement):
            return self.own(party, self.person_of(involvement))
        return self.may_grant(party, involvement) or (
            ends and self.own(party, self.person_of(involvement))
        )

    def may_take(self, party: Party, involvement: str) -> bool:
        """What made a role is removed by who may grant it, but for the Admin of a firewall."""
        if self.is_own_admin(involvement):
            return self.own(party, self.person_of(involvement))
        return self.may_grant(party, involvement)

    def is_own_admin(self, involvement: str) -> bool:
        items = self.ends("INVOLVED_IN", involvement)
        return (
            self.is_a(involvement, "Admin")
            and any(self.enforcing(item) for item in items)
            and self.grown_person(self.person_of(involvement))
        )

    @one_has
    def own(self, party: str, other: str) -> bool:
        """What is an adult's own is theirs to end."""
        return party == other and self.is_a(party, "Individual") and not self.minor(party)

    def limits(self, party: Party, product: str) -> bool:
        """Who changes a product, or guarantees for a minor who holds it."""
        return self.changes(party, product) or self.guarantees_holder(party, product)

    @one_has
    def resumes(self, party: str, product: str) -> bool:
        """Who is of age and changes a product, or guarantees for a minor who holds it."""
        grown = self.changes(party, product) and not self.minor(party)
        return grown or self.guarantees_holder(party, product)

    def guarantees_holder(self, party: Party, product: str) -> bool:
        roles = [
            role
            for account in self.accounts(product)
            for role in self.starts("ON_ACCOUNT", account)
            if self.is_a(role, "Customer") and self.minor(self.person_of(role))
            if not self.over(self.nodes[role])
        ]
        return any(self.guarantees(party, role) for role in roles)

    def may_unplay(self, party: Party, role: str) -> bool:
        if self.is_a(role, "InvolvementRole"):
            return self.may_take(party, role)
        appoints = self.may_appoint(party, role)
        return appoints and all(self.may_take(party, one) for one in self.played(role))

    def played(self, role: str) -> list[str]:
        return [one for one in self.ends("PLAYS", role) if not self.over(self.nodes[one])]

    def plays(self, party: Party, involvement: str) -> bool:
        players = [
            player
            for role in self.starts("PLAYS", involvement)
            for player in self.starts("PLAYS", role)
        ]
        return any(self.stands_for(party, player) for player in players)

    @one_has
    def guarantees(self, party: str, role: str) -> bool:
        return not self.minor(party) and party in self.ends("GUARANTEED_BY", role)

    @one_has
    def changes(self, party: str, item: str) -> bool:
        chooses = self.has(party, "Chooser", item)
        return self.owner(party, item) or (chooses and self.grown(party, item))

    def owns_username(self, party: Party, one: str) -> bool:
        owners = self.starts("HAS_IDENTITY", one)
        return any(
            self.own(party, owner) if self.grown_person(owner) else self.stands_for(party, owner)
            for owner in owners
        )

    def may_appoint(self, party: Party, role: str) -> bool:
        """A Customer of the account, of a User also an Admin of a product; of a device its own."""
        if self.is_a(role, "ResourceRole"):
            return any(self.keeps(party, device) for device in self.starts("PLAYS", role))
        accounts = self.ends("ON_ACCOUNT", role)
        products = [p for account in accounts for p in self.ends("HAS_PRODUCT", account)]
        user = self.is_a(role, "User") and any(self.has(party, "Admin", p) for p in products)
        return user or any(self.customer(party, account) for account in accounts)

    def may_grant(self, party: Party, involvement: str) -> bool:
        item = self.ends("INVOLVED_IN", involvement)[0]
        owner, admin = self.owner(party, item), self.has(party, "Admin", item)
        if self.is_a(involvement, "Consumer"):
            return admin or (owner and not self.administered(item))
        if self.is_a(involvement, "Chooser") or self.is_a(item, "Resource"):
            return admin or owner
        return owner

    @one_has
    def expels(self, party: str, role: str, involvement: str) -> bool:
        item = self.ends("INVOLVED_IN", involvement)[0]
        shared = set(self.ends("ON_ACCOUNT", role)) & self.accounts(item)
        customer = any(self.customer(party, account) for account in shared)
        guarantor = bool(shared) and self.guarantees(party, role)
        return guarantor or (customer and self.grown(party, item))

    @one_has
    def keeps(self, party: str, device: str) -> bool:
        admin = self.has(party, "Admin", device)
        return admin or (self.owner(party, device) and not self.administered(device))

    @one_has
    def enforces(self, party: str, policy: str) -> bool:
        services = self.ends("ENFORCED_BY", policy)
        if not services:
            return self.any_customer(party)
        return not self.minor(party) and any(self.has(party, "Admin", s) for s in services)

    def lifts(self, party: Party, version: str) -> bool:
        """What lifts a policy lifts all of its versions that there are to come."""
        policy = str(self.nodes[version].properties.get("policy", version))
        return all(self.enforces(party, one) for one in self.lasting(policy) or [version])

    def lasting(self, policy: str) -> list[str]:
        return [
            node.id
            for node in self.rows.nodes
            if "Policy" in node.labels
            and node.properties.get("policy", node.id) == policy
            and span_of(node.properties)[1] > self.now
        ]

    @one_has
    def owner(self, party: str, item: str) -> bool:
        accounts = self.accounts(item)
        if not accounts:
            return self.any_customer(party)
        customer = any(self.customer(party, account) for account in accounts)
        return customer and self.grown(party, item)

    def grown(self, party: str, item: str) -> bool:
        """Of a device, and of what enforces policies, only who is of age has a say."""
        return not self.minor(party) or not (self.is_a(item, "Resource") or self.enforcing(item))

    def owns_bill(self, party: Party, bill: str) -> bool:
        accounts = {a for p in self.starts("CHARGED_TO", bill) for a in self.accounts(p)}
        if not self.starts("CHARGED_TO", bill):
            payers = self.starts("PAYS", bill)
            accounts = {account for role in payers for account in self.ends("ON_ACCOUNT", role)}
        if not accounts:
            return self.any_customer(party)
        return any(self.customer(party, account) for account in accounts)

    def accounts(self, item: str) -> set[str]:
        """Of a product its own, or those of what bundles it; of others those of what is in it."""
        own = set(self.starts("HAS_PRODUCT", item))
        above = self.starts("REALIZED_BY", item) + self.starts("AVAILABLE_ON", item)
        if not own:
            above += self.starts("BUNDLES", item)
        return own | {account for one in above for account in self.accounts(one)}

    @one_has
    def any_customer(self, party: str) -> bool:
        accounts = [node.id for node in self.rows.nodes if "CustomerAccount" in node.labels]
        return not self.minor(party) and any(self.customer(party, one) for one in accounts)

    @one_has
    def customer(self, party: str, account: str) -> bool:
        if self.nodes[account].properties["state"] != "active":
            return False
        return any(
            self.is_a(role, "Customer")
            and account in self.ends("ON_ACCOUNT", role)
            and self.valid(self.nodes[role])
            and (not self.minor(party) or self.guaranteed(role, party))
            for role in self.ends("PLAYS", party)
        )

    def guaranteed(self, role: str, minor: str) -> bool:
        adults = [link.start for link in self.links("RESPONSIBLE_FOR", end=minor)]
        return any(g in adults and not self.minor(g) for g in self.ends("GUARANTEED_BY", role))

    @one_has
    def has(self, party: str, kind: str, item: str) -> bool:
        if kind == "Admin" and self.minor(party) and self.enforcing(item):
            return False
        return self.live(party, kind, item)

    def live(self, party: str, kind: str, item: str) -> bool:
        said = Specification(self.facts, Question(party, item), self.now)
        if any(True for _ in said.dead_things()):
            return False
        chains = said.chains(kind, item)
        return any(all(said.valid(a, b) and active for a, b, active in chain) for chain in chains)

    def administered(self, item: str) -> bool:
        parties = [
            node for node in self.rows.nodes if node.labels & {"Party"} and self.active(node)
        ]
        devices = [node for node in self.rows.nodes if self.working(node)]
        return any(self.live(node.id, "Admin", item) for node in (*parties, *devices))

    def enforcing(self, item: str) -> bool:
        said = Specification(self.facts, Question(item, item), self.now)
        return any(
            any(True for _ in said.downward(item, service))
            for node in self.rows.nodes
            if "Policy" in node.labels and self.valid(node)
            for service in self.ends("ENFORCED_BY", node.id)
        )

    @one_has
    def stands_for(self, party: str, owner: str) -> bool:
        return party == owner or self.guardian(party, owner) or self.any_customer(party)

    @one_has
    def guardian(self, party: str, minor: str) -> bool:
        now = [link.start for link in self.links("RESPONSIBLE_FOR", end=minor)]
        return party in now and self.minor(minor) and not self.minor(party)

    @one_has
    def able(self, party: str) -> bool:
        node = self.nodes[party]
        roles = [self.nodes[role] for role in self.ends("PLAYS", party)]
        takes_part = self.links("MEMBER_OF", start=party) or any(map(self.valid, roles))
        return self.active(node) and bool(takes_part or "Organization" in node.labels)
