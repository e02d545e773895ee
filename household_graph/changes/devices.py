"""Devices: adding one, locking, losing, moving and replacing one."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Unpack

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import copy_involvement, end_role, hold
from household_graph.changes.involvement_roles import involve, release
from household_graph.changes.lists import Device, list_devices, one_party, rows_at
from household_graph.changes.resolve_ids import in_household, new_id
from household_graph.changes.role_queries import player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import AdministrativeState, InvolvementKind, OperationalState
from household_graph.model.ids import resource_role_id
from household_graph.model.rows import Value
from household_graph.model.spans import span_of


class Devices(ChangeGroup):
    """The devices of households; see `ChangeGroup`."""

    def add(
        self,
        household: str,
        local_id: str,
        *,
        kind: str,
        name: str | None = None,
        value: str | None = None,
        users: Iterable[str] = (),
        services: Iterable[str] = (),
        connected_to: Iterable[str] = (),
        place: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Add a device, unlocked.

        Args:
            household: the id of the household.
            local_id: of the device, such as `tablet-tom`.
            kind: what it is, such as `tablet`.
            name: what it is called.
            value: its number, such as an MSISDN or a serial number.
            users: ids of its Consumers.
            services: ids of the services available on it.
            connected_to: ids of other devices.
            place: the id of where it stands.
        """

        def plan(draft: Draft) -> None:
            add_device(
                draft,
                local_id,
                {"name": name, "resource_type": kind, "value": value},
                users=users,
                services=services,
                connected_to=connected_to,
                place=place,
                granted_by=keywords.get("party"),
            )

        return self._change(
            "device add", f"the {kind} {local_id} is new", household, plan, **keywords
        )

    def replace(
        self,
        device: str,
        local_id: str,
        *,
        kind: str | None = None,
        name: str | None = None,
        value: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Replace a device, which is shut down, by a new one that takes over all it had.

        Args:
            device: the id of the old device.
            local_id: of the new one.
            kind: what the new one is; None: the same.
            name: what it is called; None: the same.
            value: its number.
        """

        def plan(draft: Draft) -> None:
            properties = {"name": name, "resource_type": kind, "value": value}
            replace_device(draft, device, local_id, properties)

        summary = f"{local_id} is in the place of {device}"
        return self._change("device replace", summary, device, plan, **keywords)

    def move(
        self,
        device: str,
        *,
        users: Iterable[str] = (),
        place: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Give a device to other users, or put it in another place.

        Args:
            device: the id of the device.
            users: ids of its Consumers from then on; none: they stay.
            place: the id of its new place; None: it stays where it is.
        """
        users = tuple(users)
        if not users and place is None:
            raise BadInputError("where to?", hint="name its users with --to, --place, or both")

        def plan(draft: Draft) -> None:
            move_device(draft, device, users, place, granted_by=keywords.get("party"))

        where = f"used by {', '.join(users)}" if users else f"at {place}"
        summary = f"{device} is {where}"
        return self._change("device move", summary, device, plan, **keywords)

    def lock(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Lock a device: nothing can be used on it until it is unlocked."""
        return self._set_state(device, StateChange.LOCK, **keywords)

    def unlock(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Unlock a device."""
        return self._set_state(device, StateChange.UNLOCK, **keywords)

    def report_lost(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Report a device lost: nothing can be used on it until it is found."""
        return self._set_state(device, StateChange.LOST, **keywords)

    def report_found(self, device: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Report that a lost device is found, and unlock it."""
        return self._set_state(device, StateChange.FOUND, **keywords)

    def list(self, whose: str, *, at: Moment = None) -> tuple[Device, ...]:
        """Return devices by id, with their users, services and state.

        Args:
            whose: the id of a household; or of a party, for the devices that it is a Consumer of,
                also as a member of something; or of one device.
            at: for this time; None: now.
        """
        found = rows_at(self._connection, whose, at)
        return tuple(list_devices(found.rows, found.at, one_party(found, whose)))

    def _set_state(
        self, device: str, change: "StateChange", **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        return self._change(
            f"device {change}",
            f"{change} {device}",
            device,
            lambda draft: set_state(draft, device, change),
            **keywords,
        )


class StateChange(StrEnum):
    """What may happen to a device."""

    LOCK = "lock"
    UNLOCK = "unlock"
    LOST = "lost"
    FOUND = "found"


_UNLOCKED, _LOCKED = AdministrativeState.UNLOCKED, AdministrativeState.LOCKED
_SHUTDOWN, _LOST = AdministrativeState.SHUTDOWN, AdministrativeState.LOST
_ENDS: Mapping[StateChange, tuple[AdministrativeState, frozenset[AdministrativeState]]] = {
    StateChange.LOCK: (_LOCKED, frozenset({_UNLOCKED, _SHUTDOWN})),
    StateChange.UNLOCK: (_UNLOCKED, frozenset({_LOCKED, _SHUTDOWN})),
    StateChange.LOST: (_LOST, frozenset({_UNLOCKED, _LOCKED, _SHUTDOWN})),
    StateChange.FOUND: (_UNLOCKED, frozenset({_LOST})),
}
"""The state a device is in after each, and those it may be in before."""


def add_device(
    draft: Draft,
    local_id: str,
    properties: Mapping[str, str | None],
    *,
    users: Iterable[str] = (),
    services: Iterable[str] = (),
    connected_to: Iterable[str] = (),
    place: str | None = None,
    granted_by: str | None = None,
) -> str:
    """Add a device, unlocked, and return its id.

    Args:
        draft: the household.
        local_id: of the device.
        properties: `name`, `resource_type` and `value`, as far as they are known.
        users: ids of its Consumers.
        services: ids of the services available on it.
        connected_to: ids of other devices.
        place: the id of where it stands.
        granted_by: the id of the party who gives it to its users.

    Raises:
        BadInputError: if the id is taken, or another is of something else.
    """
    states = {
        "administrative_state": _UNLOCKED.value,
        "operational_state": OperationalState.ENABLE.value,
    }
    device = draft.create(new_id(draft, local_id), ["Resource"], {**properties, **states})
    for service in services:
        draft.relate("AVAILABLE_ON", in_household(draft, service, "service", "Service").id, device)
    for other in connected_to:
        draft.relate("CONNECTED_TO", device, in_household(draft, other, "device", "Resource").id)
    if place is not None:
        draft.relate("LOCATED_AT", device, in_household(draft, place, "place", "Place").id)
    for user in users:
        involve(draft, user, InvolvementKind.CONSUMER, device, granted_by=granted_by)
    return device


def set_state(draft: Draft, device: str, change: StateChange) -> None:
    """Lock or unlock a device, report it lost, or found.

    Raises:
        BadInputError: if it is in a state that does not lead there, such as locking a lost one.
    """
    node = in_household(draft, device, "device", "Resource")
    state = AdministrativeState(str(node.properties.get("administrative_state", _UNLOCKED)))
    after, before = _ENDS[change]
    if state is after:
        return
    if state not in before:
        way = next(c for c, (end, starts) in _ENDS.items() if end is _UNLOCKED and state in starts)
        raise BadInputError(
            f"the device `{node.id}` is {state}",
            hint=f"`household-graph device {way} {node.id}` unlocks it",
        )
    draft.update(node.id, administrative_state=after.value)


def move_device(
    draft: Draft,
    device: str,
    users: Iterable[str] = (),
    place: str | None = None,
    *,
    granted_by: str | None = None,
) -> None:
    """Hand a device on to other users, or let it stand elsewhere.

    A note names those who are its Consumers no longer.

    Args:
        draft: the household.
        device: the id of the device.
        users: ids of its Consumers from then on; none: they stay.
        place: the id of where it stands from then on; None: where it was.
        granted_by: the id of the party who hands it on.

    Raises:
        BadInputError: if an id is of something else.
    """
    moved = in_household(draft, device, "device", "Resource").id
    stay = [in_household(draft, one, "party", "Party", "Resource").id for one in users]
    for one in consumers_of(draft, moved) if stay else ():
        if one not in stay and release(draft, one, InvolvementKind.CONSUMER, moved):
            draft.notes.append(f"{one} is no Consumer of {moved} any more")
    for one in stay:
        involve(draft, one, InvolvementKind.CONSUMER, moved, granted_by=granted_by)
    if place is not None:
        put_at(draft, moved, in_household(draft, place, "place", "Place").id)


def consumers_of(draft: Draft, item: str) -> list[str]:
    """Return who plays a Consumer role on an item, of whatever time."""
    index = draft.index
    roles = (index.nodes[link.start] for link in index.incoming("INVOLVED_IN", item))
    label = InvolvementKind.CONSUMER.value
    return sorted({player_of(index, role.id) for role in roles if label in role.labels})


def put_at(draft: Draft, device: str, place: str) -> None:
    """Let a device stand at one place, and at no other."""
    for link in draft.index.outgoing("LOCATED_AT", device):
        if link.end != place:
            draft.unrelate(link)
    draft.relate("LOCATED_AT", device, place)


def replace_device(
    draft: Draft, old: str, local_id: str, properties: Mapping[str, str | None]
) -> str:
    """Put a new device in the place of another, and return its id.

    Services available on it, its users and Admins, its own roles, its connections, its places and
    the policies about it are the new one's from then on. The old one is shut down.

    Args:
        draft: the household.
        old: the id of the device that goes.
        local_id: of the new one.
        properties: `name`, `resource_type` and `value` of the new one; what is left out or None
            is that of the old one, except the value.

    Raises:
        BadInputError: if the new id is taken, or the old one of something else.
    """
    gone = in_household(draft, old, "device", "Resource")
    same = {name: gone.properties.get(name) for name in ("name", "resource_type")}
    stated = {name: value for name, value in properties.items() if value is not None}
    states = {
        "administrative_state": AdministrativeState.UNLOCKED.value,
        "operational_state": OperationalState.ENABLE.value,
    }
    new = draft.create(new_id(draft, local_id), ["Resource"], {**same, **stated, **states})
    _availability(draft, gone.id, new)
    _roles_of_its_own(draft, gone.id, new)
    _roles_on_it(draft, gone.id, new)
    _surroundings(draft, gone.id, new)
    draft.update(gone.id, administrative_state=AdministrativeState.SHUTDOWN.value)
    return new


def _availability(draft: Draft, old: str, new: str) -> None:
    for link in draft.index.incoming("AVAILABLE_ON", old):
        if rest := _rest(draft, link.properties):
            draft.relate("AVAILABLE_ON", link.start, new, span=rest)
            draft.end(link)


def _roles_on_it(draft: Draft, old: str, new: str) -> None:
    """Move the involvement roles on the old device to the new one."""
    for link in draft.index.incoming("INVOLVED_IN", old):
        node = draft.get(link.start)
        if rest := _rest(draft, node.properties):
            for plays in draft.index.incoming("PLAYS", node.id):
                copy_involvement(draft, node, plays.start, rest, new)
            draft.end(node)


def _roles_of_its_own(draft: Draft, old: str, new: str) -> None:
    """Let the new device play the roles of the old one, such as that in a hunting group."""
    index = draft.index
    for link in index.outgoing("PLAYS", old):
        role = index.nodes[link.end]
        rest = _rest(draft, role.properties)
        if rest is None:
            continue
        name = str(role.properties.get("name") or "")
        local_id = resource_role_id(new.rpartition("/")[2], name)
        own_id = draft.create(draft.next_free_id(local_id), role.labels, role.properties)
        hold(draft, own_id, *rest)
        draft.relate("PLAYS", new, own_id)
        for plays in index.outgoing("PLAYS", role.id):
            node = index.nodes[plays.end]
            if lasting := _rest(draft, node.properties):
                copy_involvement(draft, node, own_id, lasting)
        end_role(draft, role.id)


def _surroundings(draft: Draft, old: str, new: str) -> None:
    """Connect and place the new device like the old one, and let the same policies govern it."""
    index = draft.index
    for kind in ("CONNECTED_TO", "LOCATED_AT"):
        for link in index.outgoing(kind, old):
            draft.relate(kind, new, link.end)
            draft.unrelate(link)
    for link in index.incoming("CONNECTED_TO", old):
        draft.relate("CONNECTED_TO", link.start, new)
        draft.unrelate(link)
    for link in index.incoming("GOVERNS", old):
        draft.relate("GOVERNS", link.start, new)


def _rest(draft: Draft, properties: Mapping[str, Value]) -> tuple[int, int] | None:
    """Return for how long something still holds; None: it has ended."""
    start, end = span_of(properties)
    return (max(start, draft.at), end) if end > draft.at else None
