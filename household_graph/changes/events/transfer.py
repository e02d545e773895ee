"""Transfer of people and things to another household."""

from collections.abc import Iterable, Mapping
from typing import Literal

from household_graph.changes.bill_shares import pays
from household_graph.changes.draft import Draft, text_of, undated
from household_graph.changes.role_grants import end_role, involve, party_role, resource_role
from household_graph.changes.role_queries import Involved, involved, open_roles, overlap
from household_graph.model.declaration import DATED_RELATIONSHIPS, relationships_from
from household_graph.model.enums import AccountState, PartyRoleKind
from household_graph.model.ids import local_id
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import span_of


class HouseholdTransfer:
    """Moves entities from one draft to another.

    Attributes:
        source: where from.
        target: where to; its organization exists already.
        made: the ids of all that was made in the target.
        ids: for everything moved, its id in the target; the households themselves correspond.
    """

    def __init__(self, source: Draft, target: Draft, same: Mapping[str, str] | None = None) -> None:
        """Begin; `same` names, by full id, what is in the target already."""
        self.source, self.target = source, target
        self.made: set[str] = set()
        self.ids: dict[str, str] = {source.household: target.household, **(same or {})}
        target.carried |= {there: here for here, there in self.ids.items()}

    def copy(self, entity_id: str) -> str:
        """Copy a node to the target, unless that was done, and return its id there."""
        if entity_id not in self.ids:
            node = self.source.get(entity_id)
            own = undated(node)
            own.pop("granted_by", None)
            span = self.source.remaining(node) if {"Product", "Policy"} & node.labels else None
            free = self.target.next_free_id(local_id(entity_id))
            made = self.target.create(free, node.labels, own, span)
            self.ids[entity_id] = made
            self.target.carried[made] = entity_id
            self.made.add(made)
        return self.ids[entity_id]

    def person(self, party: str) -> None:
        """Move a person, with their usernames; `settle` makes them a member of the target."""
        there = self.copy(party)
        for identity in self.source.index.ends("HAS_IDENTITY", party):
            if identity not in self.ids:
                self.target.relate("HAS_IDENTITY", there, self.copy(identity))

    def settle(self, party: str) -> None:
        """Make a person who was moved a member of the target."""
        self.target.relate("MEMBER_OF", self.ids[party], self.target.household)

    def product(self, product: str, account: str | None, bill: str | None) -> None:
        """Carry a product with its services, onto an account and a bill of the other household."""
        there = self.copy(product)
        if account:
            self.target.relate("HAS_PRODUCT", account, there)
        if bill:
            self.target.relate("CHARGED_TO", there, bill, {"share": 100.0})
        for service in self.source.index.ends("REALIZED_BY", product):
            self.target.relate("REALIZED_BY", there, self.copy(service))
        self.source.end(self.source.get(product))

    def functional(self, party: str) -> None:
        """Give a party the functional roles on moved accounts, and shares of moved bills."""
        for role in open_roles(self.source, party):
            for kind in [kind for kind in PartyRoleKind if kind.value in role.labels]:
                for account in self._moved("ON_ACCOUNT", role.id):
                    guarantor = next(iter(self._moved("GUARANTEED_BY", role.id)), None)
                    span = self.source.remaining(role)
                    made = party_role(
                        *(self.target, self.ids[party], kind, account, span), guarantor=guarantor
                    )
                    for link in self.source.index.outgoing("PAYS", role.id):
                        if link.end in self.ids:
                            share = float(str(link.properties["share"]))
                            pays(self.target, made, self.ids[link.end], share)

    def roles(self, holders: Iterable[str]) -> None:
        """Give holders the involvement roles on what was moved that they have in the source.

        Roles of one kind on one item become one, on the account of the first: an active one.
        """
        for holder in holders:
            for one in sorted(involved(self.source.index, holder), key=self._is_stopped):
                if one.item in self.ids and one.span[1] > self.source.at:
                    self._involve(self.ids[holder], one)

    def surroundings(self) -> None:
        """Relate in the target what was moved as it is related in the source."""
        for device in [one for one in self.ids if "Resource" in self.source.get(one).labels]:
            for role in open_roles(self.source, device):  # such as in a hunting group
                there, span = self.ids[device], self.source.remaining(role)
                made = resource_role(self.target, there, text_of(role, "name") or None, span)
                self.target.update(made, position=role.properties.get("position"))
        for kind in ("AVAILABLE_ON", "RESPONSIBLE_FOR", "CONNECTED_TO", "LOCATED_AT", "BUNDLES"):
            self.relate(kind, [one for one in self.ids if "/" in one])

    def relate(self, kind: str, starts: Iterable[str], *, household: bool = False) -> None:
        """Carry the relationships of a type between what was moved, for as long as they last.

        Those to the household itself only if asked for.
        """
        ends = self.ids if household else self.ids.keys() - {self.source.household}
        for link in [link for one in starts for link in self.source.index.outgoing(kind, one)]:
            span = self.source.remaining(link)
            if link.end not in ends or span is None:
                continue
            start, end = self.ids[link.start], self.ids[link.end]
            present = [x for x in self.target.index.outgoing(kind, start) if x.end == end]
            if not any(overlap(span_of(other.properties), span) for other in present):
                dated = span if kind in DATED_RELATIONSHIPS else None
                self.target.relate(kind, start, end, span=dated)

    def policies(self) -> None:
        """Copy to the target the policies whose enforcing service was moved; here they stay.

        One that governs nothing that was moved, or applies to no one who was, is left out; and one
        like which there is another already.
        """
        source = self.source
        for policy in source.index.labelled("Policy"):
            if source.remaining(policy) and self._moved("ENFORCED_BY", policy.id):
                self._carry_policy(policy)
                source.notes.append(f"{policy.id} stays, and nothing enforces it here any more")

    def note_renamed(self) -> None:
        """Note which ids were taken in the target, and the ids given instead."""
        renamed = [
            f"{here} is {there}"
            for here, there in self.ids.items()
            if there in self.made and local_id(here) != local_id(there)
        ]
        if renamed:
            self.target.notes.append(f"ids that were taken: {', '.join(renamed)}")

    def end_devices(self, devices: Iterable[str]) -> None:
        """End in the source what leads to devices that were moved."""
        source = self.source
        for device in devices:
            for link in source.index.incoming("AVAILABLE_ON", device):
                source.end(link)
            for involvement in source.index.starts("INVOLVED_IN", device):
                source.end(source.get(involvement))
            for role in open_roles(source, device):
                end_role(source, role.id)

    def _is_stopped(self, one: Involved) -> bool:
        """Return whether an involvement role is played on an account that is not active."""
        accounts = map(self.source.get, self.source.index.ends("ON_ACCOUNT", one.role))
        states = (account.properties.get("state") for account in accounts)
        return any(state not in {None, AccountState.ACTIVE} for state in states)

    def _involve(self, holder: str, one: Involved) -> None:
        own = self.target.index.ends("HAS_IDENTITY", holder)
        involve(
            self.target,
            holder,
            one.kind,
            self.ids[one.item],
            (max(one.span[0], self.source.at), one.span[1]),
            account=next(iter(self._moved("ON_ACCOUNT", one.role)), None),
            identities=[i for i in self._moved("IDENTIFIED_BY", one.id) if i in own],
            role_name=text_of(self.source.get(one.role), "name") or None,
        )

    def _carry_policy(self, policy: NodeRow) -> None:
        target = self.target
        kinds = [one.type for one in relationships_from("Policy").values()]
        moved = {kind: self._moved(kind, policy.id) for kind in kinds}
        for kind in ("GOVERNS", "APPLIES_TO"):
            if self.source.index.ends(kind, policy.id) and not moved[kind]:
                return
        others = target.index.labelled("Policy")
        if any(self._is_like(policy, other, moved["GOVERNS"]) for other in others):
            return
        there = self.copy(policy.id)
        for kind, ends in moved.items():
            for end in ends:
                target.relate(kind, there, end)
        for service in moved["ENFORCED_BY"]:
            self._set_by(there, service)
        for link in self.source.active(self.source.index.incoming("EXEMPT_FROM", policy.id)):
            if link.start in self.ids:
                span = (target.at, span_of(link.properties)[1])
                target.relate("EXEMPT_FROM", self.ids[link.start], there, span=span)

    def _is_like(self, policy: NodeRow, other: NodeRow, governs: Iterable[str]) -> bool:
        """Return whether a policy of the target lasts, has the same terms and governs as much."""
        known = self.target.index.ends("GOVERNS", other.id)
        is_same = _terms(other) == _terms(policy) and set(known).issuperset(governs)
        return is_same and self.target.remaining(other) is not None

    def _set_by(self, policy: str, service: str) -> None:
        index = self.target.index
        roles = index.starts("INVOLVED_IN", service)
        admins = [role for role in roles if "Admin" in index.nodes[role].labels]
        if admins and not index.incoming("SET", policy):
            self.target.relate("SET", admins[0], policy)

    def _moved(self, kind: str, start: str) -> list[str]:
        """Return the ids in the target of those ends of relationships that were moved."""
        ends = self.source.index.ends(kind, start)
        return [self.ids[end] for end in ends if end in self.ids]


def with_parts(index: RowIndex, products: Iterable[str]) -> list[str]:
    """Return products with all that they bundle, each once."""
    found = list(products)
    for product in found:  # grows during the loop: bundles nest
        found += [one for one in index.ends("BUNDLES", product) if one not in found]
    return found


def open_account(target: Draft, kind: Literal["account", "bill"]) -> str:
    """Return the id of a new customer account, or of a billing account."""
    label = {"account": "CustomerAccount", "bill": "BillingAccount"}[kind]
    return target.create(target.next_free_id(kind), (label,), {"state": AccountState.ACTIVE.value})


def _terms(policy: NodeRow) -> dict[str, object]:
    hidden = ("valid_from", "valid_to", "name")
    return {name: value for name, value in policy.properties.items() if name not in hidden}
