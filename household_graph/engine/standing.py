"""Yes or no: the answer to any question at one instant (laws 1 to 8)."""

from collections.abc import Mapping, Sequence

from household_graph.engine.bearing import (
    NO_BEARINGS,
    Bearings,
    bearings,
    is_forbidden,
)
from household_graph.engine.facts import Facts
from household_graph.engine.intervals import Span, contains
from household_graph.engine.paths import covers, held, is_granted
from household_graph.model.enums import InvolvementKind

CONSUMER = InvolvementKind.CONSUMER.value
"""The label of the involvement role that use rests on."""

_NOWHERE: Mapping[str, Sequence[Span]] = {}


def is_allowed(
    facts: Facts, party: str, kind: str, target: str, device: str | None, *, instant: int
) -> bool:
    """Return whether the answer is yes.

    Args:
        facts: of the household; the ids are among them.
        party: who asks.
        kind: the label of the involvement role that is needed.
        target: what is asked for.
        device: on which device, or None.
        instant: in milliseconds.
    """
    return _is_entitled(facts, party, kind, target, device, instant=instant) and not (
        kind == CONSUMER and is_forbidden(facts, party, target, device, instant)
    )


def is_permitted(
    facts: Facts, party: str, kind: str, target: str, device: str | None, *, instant: int
) -> bool:
    """Return whether the answer is yes, curfews aside; see `is_allowed`."""
    if not _is_entitled(facts, party, kind, target, device, instant=instant):
        return False
    bans = policies_for(facts, party, kind, target, device).bans
    return not any(ban.in_force(instant) for ban in bans)


def _is_entitled(
    facts: Facts, party: str, kind: str, target: str, device: str | None, *, instant: int
) -> bool:
    """Return whether the answer is yes, policies aside."""
    if device is None:
        return is_granted(facts, party, kind, target, instant)
    spans = held(facts, party, CONSUMER, (target, device))
    return (
        contains(spans[target], instant)
        and contains(spans[device], instant)
        and contains(availability(facts, target, device), instant)
    )


def policies_for(facts: Facts, party: str, kind: str, target: str, device: str | None) -> Bearings:
    """Return the policies that bear on a question; they bear on use alone."""
    if kind != CONSUMER:
        return NO_BEARINGS
    return bearings(facts, facts.askers[party], target, device)


def availability(facts: Facts, target: str, device: str) -> Sequence[Span]:
    """Return when the target, or a service that realizes it, is available on the device."""
    if target in facts.products:
        return [
            span
            for service in carried_services(facts, target)
            for span in availability(facts, service, device)
        ]
    return facts.availability.get(target, _NOWHERE).get(device, ())


def carried_services(facts: Facts, product: str) -> list[str]:
    """Return the services that realize a product, or a product it bundles."""
    if product not in facts.products:
        return []
    return [
        service
        for service in facts.services
        if any(cover.item == product for cover in covers(facts, service))
    ]
