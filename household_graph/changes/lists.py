"""What a household has, as lists: roles, policies, devices and usernames."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.changes.role_queries import involved, overlap, player_of
from household_graph.engine.applicable_policies import audience
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import MembershipChain, coverages, membership_chains
from household_graph.engine.policies import kind_named
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.enums import (
    Audience,
    InvolvementKind,
    PartyRoleKind,
    Weekday,
)
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import (
    BEGINNING,
    FOREVER,
    from_datetime,
    instant_of,
    to_local,
    zone_named,
)
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, zone_of
from household_graph.model.spans import ALWAYS, Span, holds, span_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows_and_now


class RoleHeld(NamedTuple):
    """A functional role, or an involvement role, of a party or a resource.

    Attributes:
        party: who has it.
        role: `Customer`, `BillPayer`, `User`, `Chooser`, `Admin` or `Consumer`.
        target: the account, product, service or resource it is on.
        account: the account of the functional role it comes by; None for a device's.
        span: when it holds, with the role and the memberships it comes by, in milliseconds.
        identities: the usernames it is exercised with.
        through: the organization whose role it is, where that is not the party.
        id: of the role.
        zone: the time zone of the household.
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

    @property
    def valid_from(self) -> datetime | None:
        """When it begins, in local time with offset; None: it always held."""
        return _local(self.span[0], self.zone)

    @property
    def valid_to(self) -> datetime | None:
        """When it ends, in local time with offset; None: it does not."""
        return _local(self.span[1], self.zone)


def list_roles(rows: Rows, party: str | None, *, on: str | None, at: int | None) -> list[RoleHeld]:
    """Return roles by party, kind and target.

    Args:
        rows: of the household.
        party: whose, with those it has as a member of something; None: everybody's own.
        on: only those on this, or on a product that carries it.
        at: only those in force at this instant, in milliseconds; None: of whatever time.
    """
    index, facts = RowIndex(rows), facts_from_rows(rows)
    own = (MembershipChain(one, (one,), ALWAYS, None) for one in facts.principals)
    above = own if party is None else membership_chains(facts, party)
    wanted = _around(facts, on) if on else None
    found = {
        held
        for reach in above
        for held in _held(index, reach, facts.zone)
        if held.span.start < held.span.end
        and (at is None or held.span.start <= at < held.span.end)
        and (wanted is None or held.target in wanted)
    }
    return sorted(found, key=lambda held: (held.party, _ORDER.index(held.role), held[2:4], held.id))


_ORDER = [kind.value for kind in PartyRoleKind] + ["Admin", "Chooser", "Consumer"]


def _around(facts: Facts, item: str) -> set[str]:
    return {item, *(cover.item for cover in coverages(facts, item))}


def _held(index: RowIndex, reach: MembershipChain, zone: ZoneInfo) -> Iterator[RoleHeld]:
    """Yield the roles that come to a party by one reach."""
    party, through = reach.ids[0], None if reach.holder == reach.ids[0] else reach.holder
    accounts: dict[str, str] = {}
    for link in index.outgoing("PLAYS", reach.holder):
        role = index.nodes[link.end]
        for on in index.outgoing("ON_ACCOUNT", role.id):
            accounts[role.id] = on.end
            kind = next(kind.value for kind in PartyRoleKind if kind.value in role.labels)
            span = reach.span.meet(*span_of(role.properties))
            yield RoleHeld(party, kind, on.end, on.end, span, (), through, role.id, zone)
    for one in involved(index, reach.holder):
        yield RoleHeld(
            *(party, one.kind.value, one.item, accounts.get(one.role)),
            span=reach.span.meet(*one.span),
            identities=tuple(link.end for link in index.outgoing("IDENTIFIED_BY", one.id)),
            through=through,
            id=one.id,
            zone=zone,
        )


_WEEK = [day.value for day in Weekday]


class PolicyInWords(NamedTuple):
    """One policy.

    Attributes:
        policy: its id.
        kind: `curfew`, `classification` or `block`.
        whom: to whom it applies.
        what: what it governs, and of that what it forbids.
        when: at which hours.
        enforced_by: the services that enforce it.
        set_by: who set it, by the Admin role.
        exempt: the individuals who are exempt from it.
        span: when it holds, in milliseconds.
        zone: the time zone of the household.
    """

    policy: str
    kind: str
    whom: str
    what: str
    when: str
    enforced_by: tuple[str, ...]
    set_by: tuple[str, ...]
    exempt: tuple[str, ...]
    span: tuple[int, int]
    zone: ZoneInfo

    @property
    def valid_from(self) -> datetime | None:
        """When it begins, in local time with offset; None: it always held."""
        return _local(self.span[0], self.zone)

    @property
    def valid_to(self) -> datetime | None:
        """When it ends, in local time with offset; None: it does not."""
        return _local(self.span[1], self.zone)


def list_policies(rows: Rows, party: str | None, *, at: int | None) -> list[PolicyInWords]:
    """Return the policies of a household, by id.

    Args:
        rows: of the household.
        party: only those that speak to this individual, organization or resource, exempt or not.
        at: only those in force at this instant, in milliseconds; None: of whatever time.
    """
    index, facts = RowIndex(rows), facts_from_rows(rows)
    return [
        _in_words(index, facts, policy, at)
        for policy in sorted(facts.policies)
        if policy.id in index.nodes
        and (at is None or policy.valid_from <= at < policy.valid_to)
        and (party is None or _speaks_to(facts, policy, party, at))
    ]


def _speaks_to(facts: Facts, policy: PolicyFact, party: str, at: int | None) -> bool:
    asked = (policy.valid_from, policy.valid_to) if at is None else (at, at + 1)
    return any(overlap(span, asked) for span in audience(facts, policy, facts.principals[party]))


def _in_words(index: RowIndex, facts: Facts, policy: PolicyFact, at: int | None) -> PolicyInWords:
    exempt = [link for link in index.incoming("EXEMPT_FROM", policy.id) if _counts(link, at)]
    setters = [link.start for link in index.incoming("SET", policy.id)]
    return PolicyInWords(
        policy=policy.id,
        kind=policy.kind,
        whom=", ".join(policy.parties) if policy.audience == Audience.PARTIES else policy.audience,
        what=_what(facts, policy),
        when=kind_named(policy.kind, policy.id).hours(policy),
        enforced_by=tuple(link.end for link in index.outgoing("ENFORCED_BY", policy.id)),
        set_by=tuple(sorted({player_of(index, role) for role in setters})),
        exempt=tuple(dict.fromkeys(link.start for link in exempt)),
        span=(policy.valid_from, policy.valid_to),
        zone=facts.zone,
    )


def _counts(link: RelationshipRow, at: int | None) -> bool:
    start, end = span_of(link.properties)
    return at is None or start <= at < end


def _what(facts: Facts, policy: PolicyFact) -> str:
    governed = ["everything" if one == facts.household else one for one in sorted(policy.governs)]
    governed += [f"category {one}" for one in policy.categories]
    limits = kind_named(policy.kind, policy.id).limits(policy)
    return ", ".join(governed) + (f": {limits}" if limits else "")


class Device(NamedTuple):
    """A device as it is listed; lists are of ids.

    Attributes:
        device: its id.
        type: what it is, such as a tablet.
        name: what it is called.
        value: its number.
        state: its administrative state, such as `unlocked`.
        used_by: its Consumers.
        services: those available on it.
        connected_to: the devices it is connected to.
        places: where it stands.
    """

    device: str
    type: str | None
    name: str | None
    value: str | None
    state: str | None
    used_by: tuple[str, ...]
    services: tuple[str, ...]
    connected_to: tuple[str, ...]
    places: tuple[str, ...]


def list_devices(rows: Rows, at: int, whose: str | None = None) -> list[Device]:
    """Return the devices of a household, by id.

    Args:
        rows: of the household.
        at: the instant for which they are listed, in milliseconds.
        whose: only those that this party is then a Consumer of, by itself or as a member of
            something, or this device; None: all.
    """
    index = RowIndex(rows)
    users = _users(index, at)
    held = list_roles(rows, whose, on=None, at=at) if whose else ()
    own = {whose, *(one.target for one in held if one.role == InvolvementKind.CONSUMER)}
    return [
        _device(index, node, users.get(node.id, ()), at)
        for node in index.labelled("Resource")
        if whose is None or node.id in own
    ]


def _device(index: RowIndex, node: NodeRow, users: Iterable[str], at: int) -> Device:
    available = index.incoming("AVAILABLE_ON", node.id)
    return Device(
        device=node.id,
        type=_text(node, "resource_type"),
        name=_text(node, "name"),
        value=_text(node, "value"),
        state=_text(node, "administrative_state"),
        used_by=tuple(users),
        services=tuple(link.start for link in available if holds(link.properties, at)),
        connected_to=tuple(link.end for link in index.outgoing("CONNECTED_TO", node.id)),
        places=tuple(link.end for link in index.outgoing("LOCATED_AT", node.id)),
    )


def _users(index: RowIndex, at: int) -> dict[str, list[str]]:
    """Return the Consumers in force of everything."""
    found: dict[str, dict[str, None]] = {}
    for holder in (*index.labelled("Party"), *index.labelled("Resource")):
        for one in involved(index, holder.id):
            if one.kind is InvolvementKind.CONSUMER and one.span[0] <= at < one.span[1]:
                found.setdefault(one.item, {})[holder.id] = None
    return {item: sorted(holders) for item, holders in found.items()}


def _text(node: NodeRow, name: str) -> str | None:
    value = node.properties.get(name)
    return None if value is None else str(value)


class HouseholdAt(NamedTuple):
    """The rows of a household, and the instant for which they are listed.

    Attributes:
        rows: all of them.
        at: in milliseconds since 1970 (UTC).
    """

    rows: Rows
    at: int


def rows_at(connection: Connection, entity_id: str, at: Moment) -> HouseholdAt:
    """Return the household that an id belongs to.

    Args:
        connection: where the graph is.
        entity_id: of the household, or of something in it.
        at: None: now, by the clock of the server.

    Raises:
        UnknownIdError: if there is nothing of that id.
        InvalidTimeError: if the time cannot be read.
    """
    household = household_of(entity_id)
    present, now = fetch_rows_and_now(connection, [household])
    rows = present[household]
    if not rows.nodes:
        raise unknown_household(connection, entity_id, household)
    known = {node.id for node in rows.nodes}
    if entity_id not in known:
        raise UnknownIdError(entity_id, nearest(entity_id, known))
    zone = zone_of(household, rows.nodes) or zone_named("UTC")
    return HouseholdAt(rows, from_datetime(now) if at is None else instant_of(at, zone))


def one_party(found: HouseholdAt, whose: str) -> str | None:
    """Return the party, or the resource, that a list is asked for; None: the whole household.

    Raises:
        BadInputError: if it is the id of something else.
    """
    if whose == found.rows.household:
        return None
    labels = next(node.labels for node in found.rows.nodes if node.id == whose)
    if labels.isdisjoint({"Party", "Resource"}):
        raise BadInputError(
            f"`{whose}` is no party",
            hint=f"name the household `{found.rows.household}`, or a party or device in it",
        )
    return whose


def _local(instant: int, zone: ZoneInfo) -> datetime | None:
    """Return an instant as local time with its offset; None for an open end."""
    return None if instant in {BEGINNING, FOREVER} else to_local(instant, zone)
