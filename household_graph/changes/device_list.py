"""The devices of a household: who uses them, for what, and in which state they are."""

from collections.abc import Iterable
from typing import NamedTuple

from household_graph.changes.played import involved
from household_graph.changes.role_list import list_roles
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import NodeRow, Rows
from household_graph.model.validity import holds
from household_graph.model.vocabulary import InvolvementKind


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
        at: the instant as of which they are told, in milliseconds.
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
    available = index.into("AVAILABLE_ON", node.id)
    return Device(
        device=node.id,
        type=_text(node, "resource_type"),
        name=_text(node, "name"),
        value=_text(node, "value"),
        state=_text(node, "administrative_state"),
        used_by=tuple(users),
        services=tuple(link.start for link in available if holds(link.properties, at)),
        connected_to=tuple(link.end for link in index.out("CONNECTED_TO", node.id)),
        places=tuple(link.end for link in index.out("LOCATED_AT", node.id)),
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
