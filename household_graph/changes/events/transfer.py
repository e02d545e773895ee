"""Transfer of people and things to another household."""

from collections.abc import Iterable, Mapping

from household_graph.changes.draft import Draft, undated
from household_graph.changes.functional_roles import end_role, party_role, pays, resource_role
from household_graph.changes.involvement_roles import involve
from household_graph.changes.role_queries import Involved, involved, open_roles, overlap
from household_graph.errors import BadInputError
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.enums import (
    AccountState,
    OrganizationType,
    PartyRoleKind,
    PartyStatus,
)
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
            local_id = entity_id.partition("/")[2]
            span = self._rest(node) if {"Product", "Policy"} & node.labels else None
            made = self.target.create(self.target.next_free_id(local_id), node.labels, own, span)
            self.ids[entity_id] = made
            self.target.carried[made] = entity_id
            self.made.add(made)
        return self.ids[entity_id]

    def person(self, party: str) -> None:
        """Move a person, with their usernames; `settle` makes them a member of the target."""
        there = self.copy(party)
        for link in self.source.index.outgoing("HAS_IDENTITY", party):
            if link.end not in self.ids:
                self.target.relate("HAS_IDENTITY", there, self.copy(link.end))

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
        for link in self.source.index.outgoing("REALIZED_BY", product):
            self.target.relate("REALIZED_BY", there, self.copy(link.end))
        self.source.end(self.source.get(product))

    def roles(self, holders: Iterable[str]) -> None:
        """Give holders the involvement roles on what was moved that they have in the source.

        Roles of one kind on one item become one, on the account of the first: an active one.
        """
        for holder in holders:
            for one in sorted(involved(self.source.index, holder), key=self._is_stopped):
                if one.item in self.ids and one.span[1] > self.source.at:
                    self._involve(self.ids[holder], one)

    def functional(self, party: str, accounts: Mapping[str, str], bills: Mapping[str, str]) -> None:
        """Give a party the functional roles on moved accounts that it has in the source."""
        for role in open_roles(self.source, party):
            kind = next((kind for kind in PartyRoleKind if kind.value in role.labels), None)
            for link in self.source.index.outgoing("ON_ACCOUNT", role.id) if kind else ():
                if kind and link.end in accounts:
                    self._play(role, self.ids[party], kind, accounts[link.end], bills)

    def surroundings(self) -> None:
        """Relate in the target what was moved as it is related in the source."""
        for device in [one for one in self.ids if "Resource" in self._labels(one)]:
            for role in open_roles(self.source, device):
                self._play_on(device, role)
        for kind in ("AVAILABLE_ON", "RESPONSIBLE_FOR", "CONNECTED_TO", "LOCATED_AT", "BUNDLES"):
            self.relate(kind, [one for one in self.ids if "/" in one])

    def relate(self, kind: str, starts: Iterable[str], *, household: bool = False) -> None:
        """Carry the relationships of a type between what was moved, for as long as they last.

        Those to the household itself only if asked for.
        """
        ends = self.ids if household else self.ids.keys() - {self.source.household}
        for here in starts:
            for link in self.source.index.outgoing(kind, here):
                start, end = span_of(link.properties)
                if link.end in ends and end > self.source.at:
                    self._relate(kind, here, link.end, (max(start, self.source.at), end))

    def note_renamed(self) -> None:
        """Note which ids were taken in the target, and the ids given instead."""
        renamed = [
            f"{here} is {there}"
            for here, there in self.ids.items()
            if there in self.made and here.partition("/")[2] != there.partition("/")[2]
        ]
        if renamed:
            self.target.notes.append(f"ids that were taken: {', '.join(renamed)}")

    def end_devices(self, devices: Iterable[str]) -> None:
        """End in the source what leads to devices that were moved."""
        source = self.source
        for device in devices:
            for link in source.index.incoming("AVAILABLE_ON", device):
                source.end(link)
            for link in source.index.incoming("INVOLVED_IN", device):
                source.end(source.get(link.start))
            for role in open_roles(source, device):
                end_role(source, role.id)

    def _is_stopped(self, one: Involved) -> bool:
        """Return whether an involvement role is played on an account that is not active."""
        accounts = self.source.index.outgoing("ON_ACCOUNT", one.role)
        states = (self.source.get(link.end).properties.get("state") for link in accounts)
        return any(state not in {None, AccountState.ACTIVE} for state in states)

    def _involve(self, holder: str, one: Involved) -> None:
        node = self.source.get(one.id)
        identities = [link.end for link in self.source.index.outgoing("IDENTIFIED_BY", node.id)]
        span = (max(one.span[0], self.source.at), one.span[1])
        own = {link.end for link in self.target.index.outgoing("HAS_IDENTITY", holder)}
        known = [self.ids[i] for i in identities if self.ids.get(i) in own]
        name = self.source.get(one.role).properties.get("name")
        accounts = [link.end for link in self.source.index.outgoing("ON_ACCOUNT", one.role)]
        involve(
            self.target,
            holder,
            one.kind,
            self.ids[one.item],
            span,
            account=next((self.ids[on] for on in accounts if on in self.ids), None),
            identities=known,
            role_name=str(name) if name else None,
        )

    def _play_on(self, device: str, role: NodeRow) -> None:
        """Give a device in the target the role it plays here, such as in a hunting group."""
        name, there = role.properties.get("name"), self.ids[device]
        made = resource_role(self.target, there, str(name) if name else None, self._rest(role))
        self.target.update(made, position=role.properties.get("position"))

    def _play(
        self,
        role: NodeRow,
        party: str,
        kind: PartyRoleKind,
        account: str,
        bills: Mapping[str, str],
    ) -> None:
        index = self.source.index
        guarantors = [link.end for link in index.outgoing("GUARANTEED_BY", role.id)]
        known = next((self.ids[one] for one in guarantors if one in self.ids), None)
        made = party_role(self.target, party, kind, account, self._rest(role), guarantor=known)
        for link in index.outgoing("PAYS", role.id):
            if link.end in bills:
                pays(self.target, made, bills[link.end], float(str(link.properties["share"])))

    def _relate(self, kind: str, here: str, end: str, span: tuple[int, int]) -> None:
        start, other = self.ids[here], self.ids[end]
        present = [x for x in self.target.index.outgoing(kind, start) if x.end == other]
        if not any(overlap(span_of(link.properties), span) for link in present):
            self.target.relate(
                kind, start, other, span=span if kind in DATED_RELATIONSHIPS else None
            )

    def _labels(self, entity_id: str) -> frozenset[str]:
        return self.source.get(entity_id).labels

    def _rest(self, node: NodeRow) -> tuple[int, int]:
        start, end = span_of(node.properties)
        return max(start, self.source.at), end


def with_parts(index: RowIndex, products: Iterable[str]) -> list[str]:
    """Return products with all that they bundle, each once."""
    found = list(products)
    for product in found:  # grows during the loop: bundles nest
        found += [link.end for link in index.outgoing("BUNDLES", product) if link.end not in found]
    return found


def found(source: Draft, target: Draft, name: str | None) -> None:
    """Make a new household with the time zone and the age of majority of another one.

    Raises:
        BadInputError: if it is there already.
    """
    if target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is there already",
            hint="give the new one another id, or join two with `household-graph event merge`",
        )
    old = source.get(source.household).properties
    target.create(
        target.household,
        ("Party", "Organization"),
        {
            "name": name,
            "organization_type": OrganizationType.HOUSEHOLD.value,
            "time_zone": old["time_zone"],
            "age_of_majority": old["age_of_majority"],
            "status": PartyStatus.ACTIVE.value,
        },
    )


def make_account(target: Draft) -> str:
    """Return the id of a new customer account."""
    return _make(target, "account", "CustomerAccount")


def make_bill(target: Draft) -> str:
    """Return the id of a new billing account."""
    return _make(target, "bill", "BillingAccount")


def _make(target: Draft, local_id: str, label: str) -> str:
    return target.create(
        target.next_free_id(local_id), (label,), {"state": AccountState.ACTIVE.value}
    )


def transfer_policies(transfer: HouseholdTransfer) -> None:
    """Copy to the target the policies whose enforcing service was moved; here they stay.

    One that governs nothing that was moved, or applies to no one who was, is left out; and one like
    which there is another already.
    """
    source = transfer.source
    for policy in source.index.labelled("Policy"):
        enforcing = [link.end for link in source.index.outgoing("ENFORCED_BY", policy.id)]
        lasting = span_of(policy.properties)[1] > source.at
        if lasting and any(one in transfer.ids for one in enforcing):
            _carry(transfer, policy)
            source.notes.append(f"{policy.id} stays, and nothing enforces it here any more")


def _carry(transfer: HouseholdTransfer, policy: NodeRow) -> None:
    index, target, ids = transfer.source.index, transfer.target, transfer.ids
    ends = {
        kind: [link.end for link in index.outgoing(kind, policy.id)]
        for kind in ("GOVERNS", "ALLOWS", "APPLIES_TO", "ENFORCED_BY")
    }
    known = {kind: [ids[one] for one in of_kind if one in ids] for kind, of_kind in ends.items()}
    bears = not ends["GOVERNS"] or known["GOVERNS"]
    speaks = not ends["APPLIES_TO"] or known["APPLIES_TO"]
    if not (bears and speaks) or _is_there(transfer, policy, known["GOVERNS"]):
        return
    there = transfer.copy(policy.id)
    for kind, of_kind in known.items():
        for one in of_kind:
            target.relate(kind, there, one)
    for service in known["ENFORCED_BY"]:
        _set_by(transfer, there, service)
    for link in transfer.source.active(index.incoming("EXEMPT_FROM", policy.id)):
        if link.start in ids:
            end = span_of(link.properties)[1]
            target.relate("EXEMPT_FROM", ids[link.start], there, span=(target.at, end))


def _is_there(transfer: HouseholdTransfer, policy: NodeRow, governs: list[str]) -> bool:
    """Return whether the target has one with the same terms."""
    target = transfer.target
    terms = _terms(policy)
    return any(
        _terms(other) == terms
        and {link.end for link in target.index.outgoing("GOVERNS", other.id)} >= set(governs)
        for other in target.index.labelled("Policy")
        if span_of(other.properties)[1] > target.at
    )


def _terms(policy: NodeRow) -> dict[str, object]:
    hidden = ("valid_from", "valid_to", "name")
    return {n: v for n, v in policy.properties.items() if n not in hidden}


def _set_by(transfer: HouseholdTransfer, policy: str, service: str) -> None:
    index = transfer.target.index
    if index.incoming("SET", policy):
        return
    for link in index.incoming("INVOLVED_IN", service):
        if "Admin" in index.nodes[link.start].labels:
            transfer.target.relate("SET", link.start, policy)
            return
