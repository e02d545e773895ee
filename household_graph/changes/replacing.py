"""One device in place of another: all that the old one had goes to the new one."""

from collections.abc import Mapping

from household_graph.changes.checks import in_household, new_id
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import end_role
from household_graph.changes.playing import play_again
from household_graph.changes.prolonging import hold
from household_graph.model.ids import resource_role_id
from household_graph.model.rows import Value
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import AdministrativeState, OperationalState


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
    for link in draft.index.into("AVAILABLE_ON", old):
        if rest := _rest(draft, link.properties):
            draft.link("AVAILABLE_ON", link.start, new, span=rest)
            draft.end(link)


def _roles_on_it(draft: Draft, old: str, new: str) -> None:
    """Let whoever is involved in the old device be involved in the new one."""
    for link in draft.index.into("INVOLVED_IN", old):
        node = draft.node(link.start)
        if rest := _rest(draft, node.properties):
            for plays in draft.index.into("PLAYS", node.id):
                play_again(draft, node, plays.start, rest, new)
            draft.end(node)


def _roles_of_its_own(draft: Draft, old: str, new: str) -> None:
    """Let the new device play the roles of the old one, such as that in a hunting group."""
    index = draft.index
    for link in index.out("PLAYS", old):
        role = index.nodes[link.end]
        rest = _rest(draft, role.properties)
        if rest is None:
            continue
        name = str(role.properties.get("name") or "")
        local_id = resource_role_id(new.rpartition("/")[2], name)
        own_id = draft.make(draft.free_id(local_id), role.labels, role.properties)
        hold(draft, own_id, *rest)
        draft.link("PLAYS", new, own_id)
        for plays in index.out("PLAYS", role.id):
            node = index.nodes[plays.end]
            if lasting := _rest(draft, node.properties):
                play_again(draft, node, own_id, lasting)
        end_role(draft, role.id)


def _surroundings(draft: Draft, old: str, new: str) -> None:
    """Connect and place the new device like the old one, and let the same policies govern it."""
    index = draft.index
    for kind in ("CONNECTED_TO", "LOCATED_AT"):
        for link in index.out(kind, old):
            draft.link(kind, new, link.end)
            draft.unlink(link)
    for link in index.into("CONNECTED_TO", old):
        draft.link("CONNECTED_TO", link.start, new)
        draft.unlink(link)
    for link in index.into("GOVERNS", old):
        draft.link("GOVERNS", link.start, new)


def _rest(draft: Draft, properties: Mapping[str, Value]) -> tuple[int, int] | None:
    """Return for how long something still holds; None: it has ended."""
    start, end = span_of(properties)
    return (max(start, draft.at), end) if end > draft.at else None
