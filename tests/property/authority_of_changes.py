"""Who may make a whole change, told row by row, and what no change may come to: plainly, slowly.

What was there is told by how it was, what is new by how it would be; rights are always those from
before. Nothing of the check is used.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from household_graph.engine.question import Question
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.ids import household_of
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.model.spans import span_of
from tests.property.authority_specification import Entitled, Party, one_has
from tests.property.specification import Specification

__all__ = ["ChangeOfAll"]

Edit = NodeEdit | RelationshipEdit


class WholeChange(Entitled):
    """Tells whether a party may make a change of one household."""

    def __init__(self, rows: Rows, edits: Edits, now: int) -> None:
        made = [one.after for one in edits.nodes if one.after and not one.before]
        linked = [one.after for one in edits.relationships if one.after and not one.before]
        both = Rows(rows.household, (*rows.nodes, *made), (*rows.relationships, *linked))
        super().__init__(both, now)
        self.was, self.then = Entitled(rows, now), Entitled(apply_edits(rows, edits), now)
        self.edits = edits

    def refused(self, *parties: str) -> list[str]:
        """Return what of the change some parties may not make together; nothing: they may."""
        party = tuple(one for one in parties if one in self.was.nodes and self.was.able(one))
        if not party:
            return ["anything"]
        every: list[Edit] = [*self.edits.nodes, *self.edits.relationships]
        found = [f"{edit}" for edit in every if not self.allows(party, edit)]
        stopped = [s for s in self.stopped_services() if not self.was.administers(party, s)]
        return found + [f"{service} stops" for service in stopped]

    def allows(self, party: Party, edit: Edit) -> bool:
        if edit.before is None and edit.after is not None:
            return self.may_make(party, edit.after)
        row, after = edit.before, edit.after
        assert row
        if isinstance(row, RelationshipRow):
            ends = after is not None and span_of(after.properties)[1] < span_of(row.properties)[1]
            own = self.was.to_link(party, row, ends=ends)
            return own or self.hands_over(party, row.start) or self.shares_out(party, row.start)
        if "InvolvementRole" in row.labels and after is None:
            return self.was.may_take(party, row.id)
        if self.ends_with_another(party, row):
            return True
        prolongs = after is not None and span_of(after.properties)[1] > span_of(row.properties)[1]
        changed = after.properties if isinstance(after, NodeRow) else {}
        if after is None and "Service" in row.labels:
            return self.was.changes(party, row.id)
        return self.was.to_properties(party, row, changed, prolongs=prolongs)

    def may_make(self, party: Party, row: NodeRow | RelationshipRow) -> bool:
        if isinstance(row, RelationshipRow):
            return self.may_relate(party, row)
        is_provided = "Service" in row.labels or {"price", "payment_status"} & row.properties.keys()
        if is_provided and row.id not in self.edits.offered:
            return False
        if "InvolvementRole" in row.labels:
            granted = self.may_grant(party, row.id) or self.continues(party, row.id)
            return granted or self.takes_over(party, row.id)
        if "PartyRole" in row.labels:
            given_up = self.takes_over(party, row.id) or self.shares_out(party, row.id)
            user = self.is_a(row.id, "User") and any(
                self.takes_over(party, played) for played in self.ends("PLAYS", row.id)
            )
            appoints = self.may_appoint(party, row.id) or self.hands_over(party, row.id)
            return appoints or given_up or user
        if "policy" in row.properties and not self.lifts(party, row.id):
            return False
        return self.to_node(party, row)

    def lasting(self, policy: str) -> list[str]:
        return self.was.lasting(policy)

    def may_relate(self, party: Party, link: RelationshipRow) -> bool:
        start, end = link.start, link.end
        new_role = start if self.is_new(start) else end
        if link.type in {"PLAYS", "ON_ACCOUNT", "GUARANTEED_BY", "INVOLVED_IN", "IDENTIFIED_BY"}:
            row = self.nodes[new_role]
            if self.is_new(new_role) and row.labels & {"PartyRole", "InvolvementRole"}:
                return self.may_make(party, row)
        told: dict[str, Callable[[], bool]] = {
            "GUARANTEED_BY": lambda: self.may_guarantee(party, link),
            "PAYS": lambda: self.may_let_pay(party, start, end),
            "ENFORCED_BY": lambda: self.enforces(party, start) and self.was.administers(party, end),
            "SET": lambda: self.enforces(party, end) and self.has_role(party, start),
            "HAS_IDENTITY": lambda: self.may_name(party, link),
        }
        return told.get(link.type, lambda: self.to_link(party, link))()

    def may_guarantee(self, party: Party, link: RelationshipRow) -> bool:
        hands_over = link.start in self.ended() and self.was.guarantees(party, link.start)
        return hands_over or self.to_link(party, link)

    def may_name(self, party: Party, link: RelationshipRow) -> bool:
        own = (
            self.was.owns_username(party, link.end)
            if not self.is_new(link.end)
            else (self.owns_username(party, link.end) or self.is_new(link.start))
        )
        return own and self.stands_for(party, link.start)

    def may_let_pay(self, party: Party, role: str, bill: str) -> bool:
        if self.takes_over(party, role) or self.shares_out(party, role):
            return True
        appoints = self.may_appoint(party, role) or self.hands_over(party, role)
        return appoints and (self.owns_bill(party, bill) or self.pays_for(party, role, bill))

    # What goes on, and what is handed over

    def ended(self, *labels: str) -> list[str]:
        """Return the roles that end with the change, or only hold for less long."""
        return [
            edit.id
            for edit in self.edits.nodes
            if edit.before and edit.after and edit.before.labels >= set(labels)
            if span_of(edit.after.properties)[1] < span_of(edit.before.properties)[1]
        ]

    def ends_with_role(self, party: Party, involvement: str) -> bool:
        """Return whether a role ends with what plays it, by who may end both."""
        players = set(self.was.starts("PLAYS", involvement)) & set(self.ended())
        return involvement in self.ended() and any(
            self.was.expels(party, player, involvement) for player in players
        )

    def ends_with_product(self, party: Party, involvement: str) -> bool:
        """Return whether a role ends with the one product it is on, or on a service of."""
        [item] = self.was.ends("INVOLVED_IN", involvement)
        products = self.was.starts("REALIZED_BY", item) or [item]
        return (
            {involvement, *products} <= set(self.ended())
            and len(products) == 1
            and self.was.limits(party, products[0])
        )

    def ends_with_another(self, party: Party, row: NodeRow) -> bool:
        """Return whether a role ends with what plays it, its product, or who shared the bill."""
        if "PartyRole" in row.labels:
            return self.shares_out(party, row.id) and not self.played(row.id)
        if "InvolvementRole" not in row.labels or self.was.is_own_admin(row.id):
            return False
        return self.ends_with_role(party, row.id) or self.ends_with_product(party, row.id)

    def takes_over(self, party: Party, role: str) -> bool:
        """Return whether a successor has by a new role what an adult gives up by an old one."""
        if not self.is_new(role) or self.person(role) not in self.edits.successors:
            return False
        return any(
            self.was.own(party, self.was.person_of(old)) and self.reaches(old, role)
            for old in self.ended(*self.nodes[role].labels)
        )

    def reaches(self, old: str, new: str) -> bool:
        """Return whether a role was on all that a new one is on, or on what carries it."""
        said = Specification(self.was.facts, Question(old, old), self.now)
        accounts = set(self.was.ends("ON_ACCOUNT", old)) >= set(self.ends("ON_ACCOUNT", new))
        return accounts and all(
            any(any(True for _ in said.downward(above, item)) for above in self.was.ends(on, old))
            for on in ("INVOLVED_IN",)
            for item in self.ends(on, new)
        )

    def shares_out(self, party: Party, role: str) -> bool:
        """Return whether an adult who pays no more leaves a bill to others, as they shared it."""
        if not self.is_a(role, "BillPayer") or (
            self.is_new(role) and not self.valid(self.nodes[role])
        ):
            return False
        bills = self.ends("PAYS", role)
        changed = [bill for bill in bills if self.was.paid(bill) != self.then.paid(bill)]
        leaving = {self.was.person_of(old) for old in self.ended("BillPayer")}
        return bool(changed) and any(
            self.was.own(party, one) and all(self.is_fair(one, bill) for bill in changed)
            for one in leaving
        )

    def is_fair(self, leaver: str, bill: str) -> bool:
        before, after = self.was.paid(bill), self.then.paid(bill)
        stay = {one: share for one, share in before.items() if one in after}
        if leaver in after or leaver not in before or stay.keys() != after.keys():
            return False
        parts = stay if sum(stay.values()) else dict.fromkeys(stay, 1.0)
        whole, own = sum(after.values()), sum(parts.values())
        return whole <= sum(before.values()) + 0.1 and all(
            abs(after[one] - part / own * whole) < 0.1 for one, part in parts.items()
        )

    def continues(self, party: Party, involvement: str) -> bool:
        """Return whether a role takes up one like it that ends with its player."""
        row, items = self.nodes[involvement], self.ends("INVOLVED_IN", involvement)
        return any(
            self.was.ends("INVOLVED_IN", old) == items
            and self.person(old) == self.person(involvement)
            and span_of(row.properties)[1] <= span_of(self.was.nodes[old].properties)[1]
            and self.ends_with_role(party, old)
            for old in self.ended(*row.labels)
        )

    def hands_over(self, party: Party, role: str) -> bool:
        """Return whether a guarantor ends a role, or lets another have one like it."""
        if not self.is_new(role):
            return role in self.ended() and self.was.guarantees(party, role)
        accounts = self.ends("ON_ACCOUNT", role)
        return any(
            self.was.guarantees(party, old)
            for old in self.ended(*self.nodes[role].labels)
            if self.was.ends("ON_ACCOUNT", old) == accounts
        )

    def pays_for(self, party: Party, role: str, bill: str) -> bool:
        """Return whether a guarantor ends a role that paid a bill, which a new one pays."""
        return self.is_new(role) and any(
            bill in self.was.ends("PAYS", old) and self.was.guarantees(party, old)
            for old in self.ended("BillPayer")
        )

    def person(self, role: str) -> str:
        while players := self.starts("PLAYS", role):
            role = players[0]
        return role

    @one_has
    def has_role(self, party: str, involvement: str) -> bool:
        """Return whether a party, or an organization it is in, plays an Admin role."""
        above = [party]
        for one in above:
            above += [o for o in self.was.ends("MEMBER_OF", one) if o not in above]
        known = involvement in self.was.nodes
        return known and self.person(involvement) in above

    def stopped_services(self) -> list[str]:
        """Return the services that enforce policies and are had for less long by the change."""
        moments = {self.now, *self.was.edges(), *self.then.edges()}
        return [
            one
            for one in self.was.nodes
            if self.was.enforces_now(one, later=True)
            if any(
                self.was.had(one, t) and not (one in self.then.nodes and self.then.had(one, t))
                for t in moments
                if t >= self.now
            )
        ]

    # Looked up: of what was there as it was, of what is new as it would be

    def is_new(self, one: str) -> bool:
        return one not in self.was.nodes

    def ends(self, kind: str, start: str) -> list[str]:
        return super().ends(kind, start) if self.is_new(start) else self.was.ends(kind, start)

    def starts(self, kind: str, end: str) -> list[str]:
        return super().starts(kind, end) if self.is_new(end) else self.was.starts(kind, end)

    def accounts(self, item: str) -> set[str]:
        return {one for one in super().accounts(item) if not self.is_new(one)}

    def may_appoint(self, party: Party, role: str) -> bool:
        granted = (
            self.may_grant(party, played)
            for played in (self.ends("PLAYS", role) if self.is_new(role) else ())
        )
        return super().may_appoint(party, role) or (self.is_a(role, "User") and any(granted))

    def changes(self, party: Party, item: str) -> bool:
        carriers = [p for kind in ("REALIZED_BY", "BUNDLES") for p in self.starts(kind, item)]
        around = carriers if self.is_new(item) else []
        return super().changes(party, item) or any(self.has(party, "Chooser", p) for p in around)

    @one_has
    def customer(self, party: str, account: str) -> bool:
        if self.is_new(account):
            return self.any_customer(party)
        return self.was.customer(party, account)

    def owns_username(self, party: Party, one: str) -> bool:
        """An adult's own is theirs alone; who is new has none yet."""
        return any(
            self.own(party, owner)
            if self.grown_person(owner) and not self.is_new(owner)
            else self.stands_for(party, owner)
            for owner in self.starts("HAS_IDENTITY", one)
        )

    @one_has
    def any_customer(self, party: str) -> bool:
        return self.was.any_customer(party)

    @one_has
    def has(self, party: str, kind: str, item: str) -> bool:
        return not self.is_new(item) and self.was.has(party, kind, item)

    def administered(self, item: str) -> bool:
        return not self.is_new(item) and self.was.administered(item)

    def enforcing(self, item: str) -> bool:
        return not self.is_new(item) and self.was.enforcing(item)

    def minor(self, party: str) -> bool:
        return self.was.minor(party)

    @one_has
    def guardian(self, party: str, minor: str) -> bool:
        return not self.is_new(minor) and self.was.guardian(party, minor)


class Moment(Entitled):
    """What is so at an instant."""

    @cached_property
    def answers(self) -> set[tuple[str, ...]]:
        """Return who is to pay what, and who answers for which role of whom."""
        found: set[tuple[str, ...]] = set()
        for role in self.rows.nodes:
            if not role.labels & {"Customer", "BillPayer"} or not self.valid(role):
                continue
            for player in self.starts("PLAYS", role.id):
                accounts = self.ends("ON_ACCOUNT", role.id)
                guarantors = self.ends("GUARANTEED_BY", role.id)
                kind = "BillPayer" if "BillPayer" in role.labels else "Customer"
                found |= {(g, kind, player, a) for g in guarantors for a in accounts}
                if "BillPayer" in role.labels:
                    found |= {(player, one) for one in (*accounts, *self.ends("PAYS", role.id))}
        return found

    @cached_property
    def young_admins(self) -> set[tuple[str, str]]:
        services = [one for one in self.nodes if self.enforces_now(one)]
        return {
            (node.id, service)
            for node in self.rows.nodes
            if "Individual" in node.labels and self.minor(node.id) and self.active(node)
            for service in services
            if self.live(node.id, "Admin", service)
        }


class ChangeOfAll:
    """Tells whether a party may make a change of one household, or of one and another it makes."""

    def __init__(self, rows: Mapping[str, Rows], change: Mapping[str, Edits], now: int) -> None:
        self.rows, self.change, self.now = rows, change, now
        self.old = [one for one in change if rows[one].nodes]

    def refused(self, *parties: str) -> list[str]:
        """Return what of it parties may not make together; what is new comes with what is left."""
        homes = {household_of(one) for one in parties}
        foreign = [one for one in self.old if one not in homes]
        own = [one for one in self.old if one not in foreign]
        founded = [] if own else [f"{one} is founded" for one in self.change]
        found = [
            why
            for one in own
            for why in WholeChange(self.rows[one], self.change[one], self.now).refused(*parties)
        ]
        return [f"{one} is another's" for one in foreign] + founded + found

    def forbidden(self, *actors: str) -> Iterator[str]:
        """Yield what nobody may make; without actors, who are parties, an operator asked."""
        for household, edits in self.change.items():
            rows = self.rows[household]
            yield from _wiped(edits, self.now)
            if not actors:
                continue
            agreed = _here(actors, household)
            yield from (f"{one} succeeds without consent" for one in edits.successors - agreed)
            after = apply_edits(rows, edits)
            there = [one for one in (rows, after) if one.nodes]
            edges = {edge for one in there for edge in Entitled(one, self.now).edges()}
            for moment in sorted({self.now, *edges} if after.nodes else ()):
                yield from self.worse(household, after, actors, moment)

    def worse(
        self, household: str, after: Rows, actors: tuple[str, ...], moment: int
    ) -> Iterator[str]:
        """Yield what would be at an instant, and is not, neither here nor where one came from."""
        then = Moment(after, moment)
        # Who leaves goes on with what they take along.
        sources = [household] if household in self.old else self.old
        was = [(one, Moment(self.rows[one], moment)) for one in sources]
        answers = {_moved(part, one, household) for one, of in was for part in of.answers}
        young = {_moved(part, one, household) for one, of in was for part in of.young_admins}
        agreed = _here(actors, household)
        for part in then.answers - answers:
            if part[0] not in agreed:
                yield f"{part} without consent"
        for part in then.young_admins - young:
            yield f"{part} under age"


def _here(parties: Iterable[str], household: str) -> set[str]:
    """Return parties, and what they are called in another household."""
    return {one for a in parties for one in (a, *_moved((a,), household_of(a), household))}


def _moved(ids: tuple[str, ...], source: str, target: str) -> tuple[str, ...]:
    """Return what is called alike in another household."""
    return tuple(one.replace(f"{source}/", f"{target}/", 1) for one in ids)


def _wiped(edits: Edits, now: int) -> Iterator[str]:
    every: Iterable[Edit] = [*edits.nodes, *edits.relationships]
    for edit in every:
        if edit.before and edit.after and "valid_from" in edit.before.properties:
            began, ended = span_of(edit.before.properties)
            if began < now and began < ended and span_of(edit.after.properties)[1] <= began:
                yield f"{edit} ends before it began"
