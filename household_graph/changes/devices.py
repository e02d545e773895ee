"""Devices: adding one, locking or losing one, and handing one on."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from household_graph.changes.checks import in_household, new_id
from household_graph.changes.draft import Draft
from household_graph.changes.involvement import involve, release
from household_graph.changes.played import player_of
from household_graph.errors import BadInputError
from household_graph.model.vocabulary import AdministrativeState, InvolvementKind, OperationalState


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
    roles = (index.nodes[link.start] for link in index.into("INVOLVED_IN", item))
    label = InvolvementKind.CONSUMER.value
    return sorted({player_of(index, role.id) for role in roles if label in role.labels})


def put_at(draft: Draft, device: str, place: str) -> None:
    """Let a device stand at one place, and at no other."""
    for link in draft.index.out("LOCATED_AT", device):
        if link.end != place:
            draft.unlink(link)
    draft.link("LOCATED_AT", device, place)
