"""Events that move people and things to another household: it is new, or takes the first in."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from household_graph.changes.bill_shares import normalise_shares, pays
from household_graph.changes.draft import Draft, in_household, text_of
from household_graph.changes.policy_transfer import carry_policies
from household_graph.changes.products import end_product
from household_graph.changes.role_grants import end_role, involve, party_role, resource_role
from household_graph.changes.role_queries import (
    Involved,
    accounts_of,
    has_part,
    involved,
    open_roles,
)
from household_graph.changes.succession import (
    assign_successor,
    leave,
    no_part,
    successor_of,
    terminate,
)
from household_graph.engine.facts import is_minor
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.enums import (
    AccountState,
    InvolvementKind,
    OrganizationType,
    PartyRoleKind,
    PartyStatus,
)
from household_graph.model.ids import household_of, local_id
from household_graph.model.instants import FOREVER
from household_graph.model.rows import NodeRow, RowIndex, undated
from household_graph.model.spans import Span, span_of, union, without

_ACCOUNT, _BILL = ("account", "CustomerAccount"), ("bill", "BillingAccount")
_MOVABLE = ("Individual", "CustomerAccount", "BillingAccount", "Product", "Resource")


class HouseholdTransfer:
    """Moves entities from one draft to another.

    Attributes:
        source: where from.
        target: where to; its organization exists already.
        ids: for everything moved, its id in the target; the households themselves correspond.
    """

    def __init__(self, source: Draft, target: Draft, same: Mapping[str, str] | None = None) -> None:
        """Begin; `same` names, by full id, what is in the target already."""
        self.source, self.target = source, target
        self.ids: dict[str, str] = {source.household: target.household, **(same or {})}
        target.carried |= {there: here for here, there in self.ids.items()}

    def copy(self, entity_id: str, name: str | None = None) -> str:
        """Copy a node to the target, unless that was done, and return its id there.

        It keeps its local id, or gets a `name`, unless that is taken.
        """
        if entity_id not in self.ids:
            node = self.source.get(entity_id)
            own = undated(node)
            for reference in ("granted_by", "policy"):
                own.pop(reference, None)
            is_dated = not node.labels.isdisjoint({"Product", "Policy", "ContactMedium"})
            span = self.source.remaining(node) if is_dated else None
            free = self.target.next_free_id(name or local_id(entity_id))
            made = self.target.create(free, node.labels, own, span)
            if not node.labels.isdisjoint({"Product", "Service"}):
                self.target.offered.add(made)  # what it is, the provider said before
            self.ids[entity_id] = made
            self.target.carried[made] = entity_id
        return self.ids[entity_id]

    def person(self, party: str, stays: Iterable[tuple[int, int]] = ()) -> None:
        """Move a person who is a member of the target for some spans, with what is their own."""
        there = self.copy(party)
        for identity in self.source.index.ends("HAS_IDENTITY", party):
            if identity not in self.ids:
                self.target.relate("HAS_IDENTITY", there, self.copy(identity))
        for medium in self.source.index.ends("HAS_CONTACT_MEDIUM", party):
            if medium not in self.ids and self.source.remaining(self.source.get(medium)):
                self.target.relate("HAS_CONTACT_MEDIUM", there, self.copy(medium))
        for span in stays:
            self.target.relate("MEMBER_OF", there, self.target.household, span=span)

    def product(self, product: str, account: str | None, bill: str | None) -> None:
        """Carry a product with its services, onto an account and a bill of the other household."""
        there = self.copy(product)
        if account:
            self.target.relate("HAS_PRODUCT", account, there)
        if bill:
            self.target.relate("CHARGED_TO", there, bill, {"share": 100.0})
        for service in self.source.index.ends("REALIZED_BY", product):
            self.target.relate("REALIZED_BY", there, self.copy(service))

    def functional_roles(self, parties: Iterable[str]) -> None:
        """Give parties their functional roles on moved accounts, and shares of moved bills."""
        for party, role in [
            (one, role) for one in parties for role in open_roles(self.source, one)
        ]:
            kind = next(kind for kind in PartyRoleKind if kind.value in role.labels)
            guarantor = next(iter(self.moved("GUARANTEED_BY", role.id)), None)
            span = self.source.remaining(role)
            for account in self.moved("ON_ACCOUNT", role.id):
                made = party_role(
                    *(self.target, self.ids[party], kind, account, span), guarantor=guarantor
                )
                for link in self.source.index.outgoing("PAYS", role.id):
                    if link.end in self.ids:
                        share = float(str(link.properties["share"]))
                        pays(self.target, made, self.ids[link.end], share)

    def involvement_roles(self, holders: Iterable[str]) -> None:
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
            held = tuple(Span(*span_of(other.properties)) for other in present)
            for rest in without((span,), held):
                dated = rest if kind in DATED_RELATIONSHIPS else None
                self.target.relate(kind, start, end, span=dated)

    def end_moved(self, devices: Iterable[str]) -> None:
        """End in the source the products that were moved, and what leads to devices that were."""
        source = self.source
        for product in [one for one in self.ids if "Product" in source.get(one).labels]:
            end_product(source, product)
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
            account=next(iter(self.moved("ON_ACCOUNT", one.role)), None),
            identities=[i for i in self.moved("IDENTIFIED_BY", one.id) if i in own],
            role_name=text_of(self.source.get(one.role), "name") or None,
        )

    def moved(self, kind: str, start: str) -> list[str]:
        """Return the ids in the target of those ends of relationships that were moved."""
        ends = self.source.index.ends(kind, start)
        return [self.ids[end] for end in ends if end in self.ids]


def _with_parts(index: RowIndex, products: Iterable[str]) -> list[str]:
    """Return products with all that they bundle, each once."""
    found = list(products)
    for product in found:  # grows during the loop: bundles nest
        found += [one for one in index.ends("BUNDLES", product) if one not in found]
    return found


def _open(target: Draft, name: str, label: str) -> str:
    """Return the id of a new account of a label."""
    return target.create(target.next_free_id(name), (label,), {"state": AccountState.ACTIVE.value})


def separate(
    source: Draft,
    target: Draft,
    moved: Iterable[str],
    *,
    both: Iterable[str] = (),
    name: str | None = None,
    successors: Iterable[str] = (),
) -> None:
    """Make two households of one; see `Events.separate`.

    An account moves with its products and with the bills that charge only these, a product with
    its services, a person with their usernames. Adults who move are responsible for the minors in
    the new household only, and adults who stay for those who stay. A successor who moves is the
    one of the new household.
    """
    named = (in_household(source, one, "thing", *_MOVABLE).id for one in moved)
    ids = list(dict.fromkeys(named))
    shared = list(dict.fromkeys(_minor_in_both(source, one) for one in both))
    if twice := sorted({*ids} & {*shared}):
        raise BadInputError(
            f"`{twice[0]}` is named as moved, and as in both households",
            hint="name it with --move or with --both",
        )
    people, accounts, bills, products, devices = _sorted(source.index, ids)
    if not people:
        raise BadInputError(
            f"nobody goes to `{target.household}`", hint="name who does with --move"
        )
    for person in people:
        if not has_part(source, person):
            raise no_part(source, person)
    transfer = _to_new_household(source, target, name)
    for person in (*people, *shared):
        transfer.person(person, _stays(source, person))
    for one in (*accounts, *bills, *devices):
        transfer.copy(one)
    _products(transfer, products)
    transfer.functional_roles([*people, *shared])
    transfer.involvement_roles([*people, *shared, *devices, source.household])
    transfer.surroundings()
    carry_policies(transfer)
    _note_what_stays(source, people, devices)
    _settle(transfer, people, devices, successors)


def leave_for(
    source: Draft,
    target: Draft,
    person: str,
    *,
    keep: Iterable[str] = (),
    name: str | None = None,
    successor: str | None = None,
) -> None:
    """Let an adult leave for a new household of their own; see `Events.leave`.

    They are Customer and Bill Payer of an account there, and Admin, Chooser and Consumer of what
    they keep.
    """
    party = in_household(source, person, "individual", "Individual").id
    if is_minor(source.facts, party, source.at):
        raise RefusedError(
            f"`{party}` is a minor, and cannot be Customer of an account without a guarantor",
            hint="let an adult move along: `household-graph event separate`",
        )
    kept = [in_household(source, one, "thing", "Product", "Resource").id for one in keep]
    things = [source.get(one) for one in _with_parts(source.index, kept)]
    for thing in things:
        if not source.remaining(thing):
            raise BadInputError(f"`{thing.id}` has ended by then, and cannot be kept")
    transfer = _to_new_household(source, target, name)
    transfer.person(party, [(target.at, FOREVER)])
    _own(transfer, transfer.ids[party], things)
    transfer.involvement_roles([party])
    transfer.surroundings()
    transfer.end_moved([one.id for one in things if "Resource" in one.labels])
    leave(source, party, successor)


def _to_new_household(source: Draft, target: Draft, name: str | None) -> HouseholdTransfer:
    """Make a household with the time zone and the age of majority of another one."""
    if target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is there already",
            hint="give the new one another id, or join two with `household-graph event merge`",
        )
    old = source.get(source.household).properties
    properties = {
        "name": name,
        "organization_type": OrganizationType.HOUSEHOLD.value,
        "time_zone": old["time_zone"],
        "age_of_majority": old["age_of_majority"],
        "status": PartyStatus.ACTIVE.value,
    }
    target.create(target.household, ("Party", "Organization"), properties)
    return HouseholdTransfer(source, target)


def _own(transfer: HouseholdTransfer, party: str, things: Iterable[NodeRow]) -> None:
    target = transfer.target
    account, bill = _open(target, *_ACCOUNT), _open(target, *_BILL)
    for role in (PartyRoleKind.CUSTOMER, PartyRoleKind.USER):
        party_role(target, party, role, account)
    pays(target, party_role(target, party, PartyRoleKind.BILL_PAYER, account), bill, 100.0)
    for thing in things:
        is_product = "Product" in thing.labels
        if is_product:
            transfer.product(thing.id, account, bill)
        else:
            transfer.copy(thing.id)
        for kind in InvolvementKind if is_product else (InvolvementKind.CONSUMER,):
            involve(target, party, kind, transfer.ids[thing.id], account=account)


def _sorted(index: RowIndex, ids: Iterable[str]) -> list[list[str]]:
    """Return the ids of each kind, with what goes along: products of accounts, and their bills."""
    people, accounts, bills, products, devices = (
        [one for one in ids if label in index.nodes[one].labels] for label in _MOVABLE
    )
    for account in accounts:
        products += index.ends("HAS_PRODUCT", account)
    products = list(dict.fromkeys(_with_parts(index, products)))
    for product in products:
        for bill in index.ends("CHARGED_TO", product):
            if set(products).issuperset(index.starts("CHARGED_TO", bill)):
                bills.append(bill)
    return [people, accounts, list(dict.fromkeys(bills)), products, devices]


def _products(transfer: HouseholdTransfer, products: Iterable[str]) -> None:
    """Carry products; what goes without its account or its bill gets a new one."""
    source, target, ids = transfer.source, transfer.target, transfer.ids
    index = source.index
    new_account = new_bill = None
    for product in [one for one in products if source.remaining(index.nodes[one])]:
        account = next((ids[one] for one in accounts_of(index, product) if one in ids), None)
        charged = index.ends("CHARGED_TO", product)
        bill = next((ids[one] for one in charged if one in ids), None)
        if account is None:
            account = new_account = new_account or _open(target, *_ACCOUNT)
        if charged and bill is None:
            bill = new_bill = new_bill or _open(target, *_BILL)
        transfer.product(product, account, bill or new_bill)


def _settle(
    transfer: HouseholdTransfer,
    people: Collection[str],
    devices: Iterable[str],
    successors: Iterable[str],
) -> None:
    """End in the source what has moved, and let successors take over what lacks an owner."""
    source, target = transfer.source, transfer.target
    named = [source.qualify(one) for one in successors]
    named = [transfer.ids[one] if one in people else one for one in named]
    for one in named:
        if household_of(one) not in {source.household, target.household}:
            raise UnknownIdError(one, place="successor")
    staying = _successor_in(source, named, people)
    transfer.end_moved(devices)
    terminate(source, people)
    assign_successor(source, staying)
    assign_successor(target, _successor_in(target, named))
    for bill in target.index.labelled("BillingAccount"):
        normalise_shares(target, bill.id)


def _stays(source: Draft, person: str) -> tuple[Span, ...]:
    """Return when somebody is a member of the household, or of a unit of it, from now on."""
    links = source.index.outgoing("MEMBER_OF", person)
    return union(tuple(rest for link in links if (rest := source.remaining(link))))


def _successor_in(draft: Draft, named: Iterable[str], leaving: Collection[str] = ()) -> str | None:
    """Return the one successor in a household, of all that are named."""
    own = [one for one in named if household_of(one) == draft.household]
    if len(own) > 1:
        raise BadInputError(
            f"two successors in the household `{draft.household}`: {', '.join(own)}",
            hint="name one, and hand over the rest with `household-graph event hand-over`",
        )
    return successor_of(draft, own[0] if own else None, leaving)


def _minor_in_both(source: Draft, reference: str) -> str:
    party = in_household(source, reference, "individual", "Individual").id
    if not is_minor(source.facts, party, source.at):
        raise BadInputError(
            f"`{party}` is of age, and belongs to one household",
            hint="name it with --move, or leave it where it is",
        )
    return party


def _note_what_stays(source: Draft, people: Sequence[str], devices: Collection[str]) -> None:
    for person in people:
        for one in involved(source.index, person):
            node = source.get(one.item)
            if "Resource" in node.labels and one.item not in devices and one.span.end > source.at:
                source.notes.append(f"{one.item} stays, and {person} used it")


def merge(
    source: Draft, target: Draft, same: Mapping[str, str], successor: str | None = None
) -> None:
    """Carry everything of one household to another one, and close the one; see `Events.merge`."""
    if not target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is not there",
            hint="name the one that is to remain; `household-graph event separate` makes a new one",
        )
    for here, there in same.items():
        _check_same(source, target, here, there)
    index = source.index
    transfer = HouseholdTransfer(source, target, same)
    units = [n.id for n in index.labelled("Organization") if n.id != source.household]
    people = [n.id for n in index.labelled("Individual") if has_part(source, n.id)]
    devices = [n.id for n in index.labelled("Resource")]
    for person in people:
        transfer.person(person)
    for label in ("CustomerAccount", "BillingAccount", "Resource", "Place"):
        for node in index.labelled(label):
            transfer.copy(node.id)
    alone = [n.id for n in index.labelled("Service") if not index.incoming("REALIZED_BY", n.id)]
    for one in (*units, *alone):  # other services go with their products
        transfer.copy(one)
    for product in index.labelled("Product"):
        if source.remaining(product):
            accounts = [transfer.ids[one] for one in index.starts("HAS_PRODUCT", product.id)]
            bills = [transfer.ids[one] for one in index.ends("CHARGED_TO", product.id)]
            transfer.product(product.id, next(iter(accounts), None), next(iter(bills), None))
    parties = [*people, *units]
    transfer.relate("MEMBER_OF", parties, household=True)
    everyone = [*parties, source.household]
    transfer.functional_roles(everyone)
    transfer.involvement_roles([*everyone, *devices])
    transfer.surroundings()
    carry_policies(transfer)
    _note_renamed(transfer, same)
    transfer.end_moved(devices)
    _close(source, parties)
    assign_successor(target, successor_of(target, successor))


def _check_same(source: Draft, target: Draft, here: str, there: str) -> None:
    one = in_household(source, here, "individual", "Individual").properties.get("birth_date")
    other = in_household(target, there, "individual", "Individual").properties.get("birth_date")
    if one and other and one != other:
        raise BadInputError(
            f"`{here}` and `{there}` are not born on the same day, and cannot be one person"
        )


def _note_renamed(transfer: HouseholdTransfer, same: Mapping[str, str]) -> None:
    """Note which ids were taken in the target, and the ids given instead."""
    renamed = [
        f"{here} is {there}"
        for here, there in transfer.ids.items()
        if "/" in here and here not in same and local_id(here) != local_id(there)
    ]
    if renamed:
        transfer.target.notes.append(f"ids that were taken: {', '.join(renamed)}")


def _close(source: Draft, parties: Sequence[str]) -> None:
    terminate(source, parties)
    for role in open_roles(source, source.household):
        end_role(source, role.id)
    for policy in source.index.labelled("Policy"):
        source.end(policy)
    source.update(source.household, status=PartyStatus.CLOSED.value)
