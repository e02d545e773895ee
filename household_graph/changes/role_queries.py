"""Who holds which roles, when and on which account, looked up in the rows of a household."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.changes.draft import Draft
from household_graph.engine.facts import is_minor
from household_graph.engine.grants import MembershipChain, Path, coverages, membership_chains, paths
from household_graph.engine.ownership_gaps import responsible_adults
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, RoleName
from household_graph.model.instants import BEGINNING, FOREVER, to_local
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import ALWAYS, Span, holds, span_of


class Involved(NamedTuple):
    """An involvement role of one holder, and the role that plays it; both hold in its span."""

    id: str
    kind: InvolvementKind
    item: str
    role: str
    span: Span


def functional_roles(
    index: RowIndex, party: str, kind: PartyRoleKind, account: str
) -> list[NodeRow]:
    """Return the roles of a kind that a party plays on an account, of whatever time."""
    return [
        role
        for role in index.played_by(party)
        if kind.value in role.labels and account in index.ends("ON_ACCOUNT", role.id)
    ]


def involved(index: RowIndex, holder: str) -> list[Involved]:
    """Return the involvement roles that a party or a resource itself plays, of whatever time."""
    return [
        Involved(node.id, kind, item, role.id, span.meet(*span_of(node.properties)))
        for role in index.played_by(holder)
        for span in (Span(*span_of(role.properties)),)
        for node in index.played_by(role.id)
        for kind in InvolvementKind
        if kind.value in node.labels
        for item in index.ends("INVOLVED_IN", node.id)
    ]


def involved_from_now(
    draft: Draft, holder: str, kind: InvolvementKind, item: str
) -> list[Involved]:
    """Return the roles of a kind on an item that a holder itself plays then, or later."""
    return [
        one
        for one in involved(draft.index, holder)
        if (one.kind, one.item) == (kind, item) and one.span.end > draft.at
    ]


def nearest_paths(draft: Draft, party: str, kind: InvolvementKind, item: str) -> list[Path]:
    """Return by which grants a party has a role when the change takes effect, shortest first."""
    found = (way for way in paths(draft.facts, party, kind, item) if way.is_effective(draft.at))
    return sorted(found, key=lambda way: (len(way.ids), way.ids))


def player_of(index: RowIndex, role: str) -> str:
    """Return the id of the party or resource that plays a role, by way of other roles or not."""
    while players := index.starts("PLAYS", role):
        role = players[0]
    return role


def overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Return whether two spans have an instant in common."""
    return max(first[0], second[0]) < min(first[1], second[1])


def guarantor_of(draft: Draft, party: str) -> str | None:
    """Return the adult who can answer for a minor: the first responsible one; None for others."""
    if not is_minor(draft.facts, party, draft.at):
        return None
    return min(responsible_adults(draft.index, draft.facts, party, draft.at), default=None)


def holding_roles(draft: Draft, party: str, kind: PartyRoleKind, account: str) -> list[NodeRow]:
    """Return those of the `functional_roles` that hold when the change takes effect."""
    roles = functional_roles(draft.index, party, kind, account)
    return [role for role in roles if holds(role.properties, draft.at)]


def open_roles(draft: Draft, player: str) -> list[NodeRow]:
    """Return the roles that a party or a device plays then or later."""
    return [role for role in draft.index.played_by(player) if draft.remaining(role)]


def has_part(draft: Draft, party: str) -> bool:
    """Return whether a party is a member, or plays a role, then or later."""
    memberships = draft.index.outgoing("MEMBER_OF", party)
    return bool(open_roles(draft, party)) or any(map(draft.remaining, memberships))


def accounts_of(index: RowIndex, item: str) -> list[str]:
    """Return the accounts that hold a product, or one that carries this product or service."""
    found = index.starts("HAS_PRODUCT", item)
    for carrier in (*index.starts("REALIZED_BY", item), *index.starts("BUNDLES", item)):
        found += accounts_of(index, carrier)
    return list(dict.fromkeys(found))


def customer_accounts(draft: Draft) -> list[str]:
    """Return all the accounts of the household.

    Raises:
        BadInputError: if there are none.
    """
    accounts = [account.id for account in draft.index.labelled("CustomerAccount")]
    if not accounts:
        raise BadInputError(
            f"the household `{draft.household}` has no customer account",
            hint="add one to its document and load it",
        )
    return accounts


def account_for(draft: Draft, party: str, item: str) -> str:
    """Return the account on which a party's User role is involved in an item.

    It is that of the product. Where there are several, or none (a device), it is one on which the
    party is a User already, and else the first.
    """
    accounts = accounts_of(draft.index, item) or customer_accounts(draft)
    used = (one for one in accounts if holding_roles(draft, party, PartyRoleKind.USER, one))
    return next(used, accounts[0])


class RoleHeld(NamedTuple):
    """A functional role, or an involvement role, of a party or a resource.

    Attributes:
        role: `Customer`, `BillPayer`, `User`, `Chooser`, `Admin` or `Consumer`.
        account: that of the functional role it comes by; None for a device's.
        span: when it holds, with the role and the memberships it comes by, in milliseconds.
        through: the organization whose role it is, where that is not the party.
        position: the place of a device in an order, such as of a hunting group, from 1.
    """

    party: str
    role: str
    target: str
    account: str | None
    span: Span
    identities: tuple[str, ...]
    through: str | None
    id: str
    zone: ZoneInfo
    position: int | None = None

    @property
    def valid_from(self) -> datetime | None:
        """When it begins, in local time with offset; None: it always held."""
        return local_or_open(self.span.start, self.zone)

    @property
    def valid_to(self) -> datetime | None:
        """When it ends, in local time with offset; None: it does not."""
        return local_or_open(self.span.end, self.zone)


def local_or_open(instant: int, zone: ZoneInfo) -> datetime | None:
    """Return an instant as local time with its offset; None for an open end."""
    return None if instant in {BEGINNING, FOREVER} else to_local(instant, zone)


_ORDER = [name.kind.value for name in RoleName]


def list_roles(
    draft: Draft, party: str | None, *, on: str | None = None, ended: bool = False
) -> list[RoleHeld]:
    """Return roles by party, kind and target, in force then or with `ended` of whatever time.

    They are those of a party, as a member of something too, or else everybody's own; with `on` only
    those on this item, or on a product that carries it.
    """
    facts = draft.facts
    own = (MembershipChain(one, (one,), ALWAYS, None) for one in facts.principals)
    wanted = {on, *(cover.item for cover in coverages(facts, on))} if on else None
    found = {
        held
        for chain in (own if party is None else membership_chains(facts, party))
        for held in _held(draft.index, chain, facts.zone)
        if held.span.start < held.span.end
        and (ended or held.span.start <= draft.at < held.span.end)
        and (wanted is None or held.target in wanted)
    }
    return sorted(found, key=lambda held: (held.party, _ORDER.index(held.role), held[2:4], held.id))


def _held(index: RowIndex, chain: MembershipChain, zone: ZoneInfo) -> Iterator[RoleHeld]:
    """Yield the roles that come to a party by one chain of memberships."""
    party, through = chain.ids[0], None if chain.holder == chain.ids[0] else chain.holder
    accounts: dict[str, str] = {}
    for role in index.played_by(chain.holder):
        for account in index.ends("ON_ACCOUNT", role.id):
            accounts[role.id] = account
            kind = next(kind.value for kind in PartyRoleKind if kind.value in role.labels)
            span = chain.span.meet(*span_of(role.properties))
            yield RoleHeld(party, kind, account, account, span, (), through, role.id, zone)
    for one in involved(index, chain.holder):
        yield RoleHeld(
            *(party, one.kind.value, one.item, accounts.get(one.role)),
            span=chain.span.meet(*one.span),
            identities=tuple(index.ends("IDENTIFIED_BY", one.id)),
            through=through,
            id=one.id,
            zone=zone,
            position=_position(index, one.role),
        )


def _position(index: RowIndex, role: str) -> int | None:
    place = index.nodes[role].properties.get("position")
    return place if isinstance(place, int) else None
