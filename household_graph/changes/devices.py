"""Devices: adding one, locking, losing, moving and replacing one."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import end_role, hold, play_again
from household_graph.changes.involvement_roles import involve, release
from household_graph.changes.resolve_ids import in_household, new_id
from household_graph.changes.role_queries import player_of
from household_graph.errors import BadInputError
from household_graph.model.enums import AdministrativeState, InvolvementKind, OperationalState
from household_graph.model.ids import resource_role_id
from household_graph.model.rows import Value
from household_graph.model.spans import span_of


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
    device = draft.make(new_id(draft, local_id), ["Resource"], {**properties, **states})
    for service in services:
        draft.link("AVAILABLE_ON", in_household(draft, service, "service", "Service").id, device)
    for other in connected_to:
        draft.link("CONNECTED_TO", device, in_household(draft, other, "device", "Resource").id)
    if place is not None:
        draft.link("LOCATED_AT", device, in_household(draft, place, "place", "Place").id)
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
    draft.set(node.id, administrative_state=after.value)


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
            draft.unlink(link)
    draft.link("LOCATED_AT", device, place)


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
    kept = {name: gone.properties.get(name) for name in ("name", "resource_type")}
    said = {name: value for name, value in properties.items() if value is not None}
    states = {
        "administrative_state": AdministrativeState.UNLOCKED.value,
        "operational_state": OperationalState.ENABLE.value,
    }
    new = draft.make(new_id(draft, local_id), ["Resource"], {**kept, **said, **states})
    _availability(draft, gone.id, new)
    _roles_of_its_own(draft, gone.id, new)
    _roles_on_it(draft, gone.id, new)
    _surroundings(draft, gone.id, new)
    draft.set(gone.id, administrative_state=AdministrativeState.SHUTDOWN.value)
    return new


def _availability(draft: Draft, old: str, new: str) -> None:
    for link in draft.index.incoming("AVAILABLE_ON", old):
        if rest := _rest(draft, link.properties):
            draft.link("AVAILABLE_ON", link.start, new, span=rest)
            draft.end(link)


def _roles_on_it(draft: Draft, old: str, new: str) -> None:
    """Let whoever is involved in the old device be involved in the new one."""
    for link in draft.index.incoming("INVOLVED_IN", old):
        node = draft.node(link.start)
        if rest := _rest(draft, node.properties):
            for plays in draft.index.incoming("PLAYS", node.id):
                play_again(draft, node, plays.start, rest, new)
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
        own_id = draft.make(draft.free_id(local_id), role.labels, role.properties)
        hold(draft, own_id, *rest)
        draft.link("PLAYS", new, own_id)
        for plays in index.outgoing("PLAYS", role.id):
            node = index.nodes[plays.end]
            if lasting := _rest(draft, node.properties):
                play_again(draft, node, own_id, lasting)
        end_role(draft, role.id)


def _surroundings(draft: Draft, old: str, new: str) -> None:
    """Connect and place the new device like the old one, and let the same policies govern it."""
    index = draft.index
    for kind in ("CONNECTED_TO", "LOCATED_AT"):
        for link in index.outgoing(kind, old):
            draft.link(kind, new, link.end)
            draft.unlink(link)
    for link in index.incoming("CONNECTED_TO", old):
        draft.link("CONNECTED_TO", link.start, new)
        draft.unlink(link)
    for link in index.incoming("GOVERNS", old):
        draft.link("GOVERNS", link.start, new)


def _rest(draft: Draft, properties: Mapping[str, Value]) -> tuple[int, int] | None:
    """Return for how long something still holds; None: it has ended."""
    start, end = span_of(properties)
    return (max(start, draft.at), end) if end > draft.at else None
