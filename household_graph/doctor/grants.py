"""Checks of grants that reach nobody, and of devices and services that nobody is granted."""

from collections.abc import Iterator

from household_graph.doctor.evidence import Evidence
from household_graph.doctor.finding import Symptom
from household_graph.model.enums import (
    InvolvementKind,
    PartyStatus,
    ProductStatus,
    ServiceState,
)
from household_graph.model.rows import NodeRow
from household_graph.model.validity import span_of

_GONE = frozenset({PartyStatus.DECEASED.value, PartyStatus.CLOSED.value})
_OVER = frozenset(
    {
        ProductStatus.TERMINATED.value,
        ProductStatus.CANCELLED.value,
        ProductStatus.ABORTED.value,
        ServiceState.TERMINATED.value,
    }
)


def grants_to_nobody(evidence: Evidence) -> Iterator[Symptom]:
    """Yield involvement roles in force that grant nothing to anybody, and never will again."""
    yield from _unplayed(evidence)
    for role in filter(evidence.in_force, evidence.index.labelled("InvolvementRole")):
        played_by = evidence.index.nodes[evidence.index.incoming("PLAYS", role.id)[0].start]
        if not evidence.in_force(played_by):
            continue  # it ended, or begins, with the role that plays it
        player = evidence.player(played_by.id)
        item = evidence.index.outgoing("INVOLVED_IN", role.id)[0].end
        if why := _in_vain(evidence, player, item):
            kind = _kind(role)
            words = ("role", "revoke", player, kind.lower(), item)
            text = f"`{player}` is {kind} of `{item}`, but {why}"
            yield Symptom((role.id, player, item), text, evidence.command(*words))


def devices_used_by_nobody(evidence: Evidence) -> Iterator[Symptom]:
    """Yield active devices with services on them, without a Consumer or a device behind them."""
    used = {
        held.item
        for held in evidence.facts.held
        if held.kind == InvolvementKind.CONSUMER
        and evidence.instant < min(held.grant.valid_to, held.role.valid_to)
    }
    for device in evidence.index.labelled("Resource"):
        through = evidence.index.incoming("CONNECTED_TO", device.id)
        serves = any(map(evidence.in_force, evidence.index.incoming("AVAILABLE_ON", device.id)))
        idle = serves and device.id not in used and not through
        if idle and evidence.is_active(device.id):
            hint = "or let somebody be its Consumer with `role grant`"
            mend = evidence.command("device", "lock", device.id, at=None)
            text = f"`{device.id}` is active, and nobody is its Consumer"
            yield Symptom((device.id,), text, mend, hint)


def services_nowhere_available(evidence: Evidence) -> Iterator[Symptom]:
    """Yield live services that are to be had on no device."""
    for service in evidence.index.labelled("Service"):
        places = evidence.index.outgoing("AVAILABLE_ON", service.id)
        if evidence.service_live(service.id) and not any(map(evidence.in_force, places)):
            text = f"`{service.id}` is active, and to be had on no device"
            hint = "name devices in its `available_on`"
            yield Symptom((service.id,), text, evidence.through_document, hint)


def _unplayed(evidence: Evidence) -> Iterator[Symptom]:
    played = {link.end for link in evidence.rows.relationships if link.type == "PLAYS"}
    for node in evidence.rows.nodes:
        if "InvolvementRole" in node.labels and node.id not in played and evidence.in_force(node):
            text = f"nobody plays the involvement role `{node.id}`"
            hint = "what is not in the document ends"
            yield Symptom((node.id,), text, evidence.through_document, hint)


def _in_vain(evidence: Evidence, player: str, item: str) -> str | None:
    """Return why a grant reaches nobody, or None."""
    node = evidence.index.nodes[player]
    if (status := node.properties.get("status")) in _GONE:
        return f"`{player}` is {status}"
    if "Organization" in node.labels and not _members(evidence, player, set()):
        return f"`{player}` has no members"
    return _over(evidence, evidence.index.nodes[item])


def _members(evidence: Evidence, organization: str, seen: set[str]) -> bool:
    """Return whether an individual is, or will be, a member of an organization or its units."""
    seen.add(organization)
    for link in evidence.index.incoming("MEMBER_OF", organization):
        if span_of(link.properties)[1] > evidence.instant and link.start not in seen:
            individual = "Individual" in evidence.index.nodes[link.start].labels
            if individual or _members(evidence, link.start, seen):
                return True
    return False


def _over(evidence: Evidence, item: NodeRow) -> str | None:
    """Return why an item is over for good, or None; what is suspended may come back."""
    state = item.properties.get("status", item.properties.get("state"))
    if state in _OVER:
        return f"`{item.id}` is {state}"
    if span_of(item.properties)[1] <= evidence.instant:
        return f"`{item.id}` has ended"
    carriers = [
        evidence.index.nodes[product]
        for product in evidence.facts.carriers.get(item.id, ())
        if product in evidence.index.nodes
    ]
    if "Service" in item.labels and carriers and all(_over(evidence, one) for one in carriers):
        return f"no product carries `{item.id}` any more"
    return None


def _kind(role: NodeRow) -> str:
    return next(kind.value for kind in InvolvementKind if kind.value in role.labels)
