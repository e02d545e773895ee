"""Devices: added, replaced, moved, locked, lost and listed."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Unpack

from household_graph.changes.draft import Draft, in_household, new_id, text_of
from household_graph.changes.role_grants import copy_involvement, end_role, involve, release
from household_graph.changes.role_queries import list_roles
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import AdministrativeState, InvolvementKind, OperationalState
from household_graph.model.ids import local_id as local_id_of
from household_graph.model.ids import resource_role_id


class Device(NamedTuple):
    """A device as it is listed.

    The value is its number, the state its administrative one, such as `unlocked`; it is used by its
    Consumers. Those, the services available on it, other devices and places are ids.
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


_OF_POLICIES = ("GOVERNS", "ONLY_ON")


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
        """Add a device, unlocked, with an id such as `tablet-tom` and of a kind such as `tablet`.

        `value` is its number, such as an MSISDN or a serial number. `users` become its Consumers,
        and `services` are available on it; it is connected to other devices, and stands at a
        `place`, which is an id as well.
        """
        users, services, connected_to = tuple(users), tuple(services), tuple(connected_to)

        def plan(draft: Draft) -> None:
            device = _create(draft, local_id, name=name, resource_type=kind, value=value)
            for one in services:
                service = in_household(draft, one, "service", "Service").id
                draft.relate("AVAILABLE_ON", service, device)
            for one in connected_to:
                other = in_household(draft, one, "device", "Resource").id
                draft.relate("CONNECTED_TO", device, other)
            if place is not None:
                at = in_household(draft, place, "place", "Place").id
                draft.relate("LOCATED_AT", device, at)
            for user in users:
                involve(draft, user, InvolvementKind.CONSUMER, device, granted_by=draft.granter)

        summary = f"the {kind} {local_id} is new"
        return self._change("device add", summary, household, plan, **keywords)

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

        Services available on it, its users and Admins, its own roles, its connections, its places
        and the policies about it are the new one's from then on. So are the kind and the name,
        where none is given.
        """

        def plan(draft: Draft) -> None:
            old = in_household(draft, device, "device", "Resource")
            new = _create(
                draft,
                local_id,
                name=text_of(old, "name") if name is None else name,
                resource_type=text_of(old, "resource_type") if kind is None else kind,
                value=value,
            )
            _take_over_roles(draft, old.id, new)
            _take_over_links(draft, old.id, new)
            draft.update(old.id, administrative_state=AdministrativeState.SHUTDOWN.value)

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
        """Give a device to other users, who alone are its Consumers then, or put it elsewhere.

        A note names each who is its Consumer no longer.
        """
        users = tuple(users)
        if not users and place is None:
            raise BadInputError("where to?", hint="name its users with --to, --place, or both")

        def plan(draft: Draft) -> None:
            moved = in_household(draft, device, "device", "Resource").id
            consumers = [in_household(draft, one, "party", "Party", "Resource").id for one in users]
            present = _consumers(draft, ended=True).get(moved, {}) if consumers else {}
            for one in sorted(present.keys() - consumers):
                if release(draft, one, InvolvementKind.CONSUMER, moved):
                    draft.notes.append(f"{one} is no Consumer of {moved} any more")
            for one in consumers:
                involve(draft, one, InvolvementKind.CONSUMER, moved, granted_by=draft.granter)
            if place is not None:
                for link in draft.index.outgoing("LOCATED_AT", moved):
                    draft.unrelate(link)
                at = in_household(draft, place, "place", "Place").id
                draft.relate("LOCATED_AT", moved, at)

        where = f"used by {', '.join(users)}" if users else f"at {place}"
        return self._change("device move", f"{device} is {where}", device, plan, **keywords)

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

    def make_available(
        self, service: str, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Let a service be used on a device; where it can be already, nothing is done."""

        def plan(draft: Draft) -> None:
            own, on = _service_and_device(draft, service, device)
            links = draft.index.outgoing("AVAILABLE_ON", own)
            if not any(link.end == on and draft.remaining(link) for link in links):
                draft.relate("AVAILABLE_ON", own, on)

        summary = f"{service} is available on {device}"
        return self._change("service available", summary, device, plan, **keywords)

    def make_unavailable(
        self, service: str, device: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Let a service be used on a device no longer.

        Raises:
            BadInputError: if it cannot be then, nor later.
        """

        def plan(draft: Draft) -> None:
            own, on = _service_and_device(draft, service, device)
            links = [link for link in draft.index.outgoing("AVAILABLE_ON", own) if link.end == on]
            if not [link for link in links if draft.end(link)]:
                raise BadInputError(
                    f"`{own}` is not available on `{on}`",
                    hint=f"`household-graph device list {on}` shows what is",
                )

        summary = f"{service} is available on {device} no longer"
        return self._change("service unavailable", summary, device, plan, **keywords)

    def list(self, whose: str, *, at: Moment = None) -> tuple[Device, ...]:
        """Return devices by id, with their users, services and state at a time, or now.

        `whose` is the id of a household; or of a party, for the devices that it is a Consumer of,
        also as a member of something; or of one device.
        """
        draft, party = self._listed(whose, at)
        index, users, used = draft.index, _consumers(draft), _consumers(draft, party)
        return tuple(
            Device(
                device=node.id,
                type=text_of(node, "resource_type"),
                name=text_of(node, "name"),
                value=text_of(node, "value"),
                state=text_of(node, "administrative_state"),
                used_by=tuple(users.get(node.id, ())),
                services=tuple(
                    link.start for link in draft.active(index.incoming("AVAILABLE_ON", node.id))
                ),
                connected_to=tuple(index.ends("CONNECTED_TO", node.id)),
                places=tuple(index.ends("LOCATED_AT", node.id)),
            )
            for node in index.labelled("Resource")
            if party in {None, node.id} or node.id in used
        )

    def _set_state(
        self, device: str, change: "StateChange", **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        def plan(draft: Draft) -> None:
            set_state(draft, device, change)

        return self._change(f"device {change}", f"{change} {device}", device, plan, **keywords)


def _service_and_device(draft: Draft, service: str, device: str) -> tuple[str, str]:
    own = in_household(draft, service, "service", "Service").id
    return own, in_household(draft, device, "device", "Resource").id


def _consumers(
    draft: Draft, party: str | None = None, *, ended: bool = False
) -> dict[str, dict[str, None]]:
    """Return who is a Consumer of what, by the roles that `list_roles` returns."""
    found: dict[str, dict[str, None]] = {}
    for one in list_roles(draft, party, ended=ended):
        if one.role == InvolvementKind.CONSUMER:
            found.setdefault(one.target, {})[one.party] = None
    return found


class StateChange(StrEnum):
    """What may happen to a device."""

    LOCK = "lock"
    UNLOCK = "unlock"
    LOST = "lost"
    FOUND = "found"


_UNLOCKED, _LOST = AdministrativeState.UNLOCKED, AdministrativeState.LOST
_AFTER = {
    StateChange.LOCK: AdministrativeState.LOCKED,
    StateChange.UNLOCK: _UNLOCKED,
    StateChange.LOST: _LOST,
    StateChange.FOUND: _UNLOCKED,
}
"""The state a device is in after each."""


def set_state(draft: Draft, device: str, change: StateChange) -> None:
    """Lock or unlock a device, report it lost, or found.

    Raises:
        BadInputError: if it is lost, and is not found by the change; or found, and is not lost.
    """
    node = in_household(draft, device, "device", "Resource")
    state = AdministrativeState(str(node.properties.get("administrative_state", _UNLOCKED)))
    if state is _AFTER[change]:
        return
    way = StateChange.FOUND if state is _LOST else StateChange.UNLOCK
    if change is not way and StateChange.FOUND in {change, way}:  # only a lost device is found
        raise BadInputError(
            f"the device `{node.id}` is {state}",
            hint=f"`household-graph device {way} {node.id}` unlocks it",
        )
    draft.update(node.id, administrative_state=_AFTER[change].value)


def _create(draft: Draft, local_id: str, **properties: str | None) -> str:
    states = {
        "administrative_state": _UNLOCKED.value,
        "operational_state": OperationalState.ENABLE.value,
    }
    return draft.create(new_id(draft, local_id), ["Resource"], {**properties, **states})


def _take_over_roles(draft: Draft, old: str, new: str) -> None:
    """Let a new device play the roles of the old one, and be what others are involved in."""
    index = draft.index
    for role in index.played_by(old):
        if rest := draft.remaining(role):
            called = resource_role_id(local_id_of(new), text_of(role, "name"))
            own_id = draft.create(draft.next_free_id(called), role.labels, role.properties)
            draft.hold(own_id, *rest)
            draft.relate("PLAYS", new, own_id)
            for node in index.played_by(role.id):
                if lasting := draft.remaining(node):
                    copy_involvement(draft, node, own_id, lasting)
            end_role(draft, role.id)
    for node in map(draft.get, draft.index.starts("INVOLVED_IN", old)):
        if rest := draft.remaining(node):
            for role_id in draft.index.starts("PLAYS", node.id):
                copy_involvement(draft, node, role_id, rest, new)
            draft.end(node)


def _take_over_links(draft: Draft, old: str, new: str) -> None:
    """Make available, connect, place and govern a new device as the old one was."""
    for kind in ("AVAILABLE_ON", "CONNECTED_TO", "LOCATED_AT", *_OF_POLICIES):
        for link in (*draft.index.incoming(kind, old), *draft.index.outgoing(kind, old)):
            start, end = (new if one == old else one for one in (link.start, link.end))
            if rest := draft.remaining(link):
                draft.relate(kind, start, end, span=rest)
                if kind not in _OF_POLICIES:  # policies go on to be about the old device as well
                    draft.unrelate(link)
