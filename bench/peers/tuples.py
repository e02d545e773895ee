"""A household as relationship tuples with conditions, for OpenFGA and SpiceDB alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from household_graph.engine.facts import Facts, GrantAssignment, PolicyFact
from household_graph.model.enums import PolicyKind, Weekday

__all__ = ["Ref", "Tuple", "tuples_of"]

_DAYS = [day.value for day in Weekday]
_SECOND = 1000  # milliseconds
_BOUNDS = (0, 1 << 40)  # seconds; what is open begins and ends there


@dataclass(frozen=True, slots=True)
class Ref:
    """An object, or with a relation everybody who has that relation to it."""

    type: str
    id: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Tuple:
    """The subject has the relation to the object, if the condition holds."""

    object: Ref
    relation: str
    subject: Ref
    condition: str = ""
    context: dict[str, Any] = field(default_factory=dict)


def tuples_of(facts: Facts) -> Iterator[Tuple]:
    """Yield the tuples of one household: people, grants, services and policies."""
    yield from _people(facts)
    for held in facts.assignments:
        if held.kind == "Consumer":
            yield _grant(facts, held)
    for service, products in facts.carriers.items():
        for product in products:
            yield Tuple(Ref("service", service), "product", Ref("product", product))
    for service, devices in facts.availability.items():
        for device in devices:
            named = {"named": device}
            yield Tuple(
                Ref("service", service), "device", Ref("device", device), "on_device", named
            )
    for policy in facts.policies:
        yield from _policy(facts, policy)


def _people(facts: Facts) -> Iterator[Tuple]:
    household = Ref("household", facts.household)
    for member, links in facts.memberships.items():
        for link in links:
            person = Ref("person", member)
            span = _span((link.valid_from, link.valid_to))
            yield Tuple(household, "member", person, "valid", span)
            if born := facts.principals[member].birth_date:
                since = {"born": int(f"{born:%Y%m%d}")}
                yield Tuple(household, "minor", person, "under_age", since)
                yield Tuple(household, "young", person, "too_young", since)


def _span(*spans: tuple[int, int]) -> dict[str, int]:
    """Return the time common to all spans, in seconds."""
    start = max(span[0] for span in spans) // _SECOND
    end = min(span[1] for span in spans) // _SECOND
    return {"valid_from": max(start, _BOUNDS[0]), "valid_to": min(end, _BOUNDS[1])}


def _grant(facts: Facts, held: GrantAssignment) -> Tuple:
    spans = [(one.valid_from, one.valid_to) for one in (held.grant, held.role)]
    kind = "service" if held.item in facts.services else "device"
    if product := facts.products.get(held.item):
        kind = "product"
        spans.append((product.valid_from, product.valid_to))
    holder = Ref("person", held.holder)
    if held.holder == facts.household:
        holder = Ref("household", held.holder, "member")
    return Tuple(Ref(kind, held.item), "consumer", holder, "valid", _span(*spans))


def _policy(facts: Facts, policy: PolicyFact) -> Iterator[Tuple]:
    """Yield a policy for minors on each service in its scope."""
    minors = Ref("household", facts.household, "minor")
    for service in _governed(facts, policy):
        target = Ref("service", service)
        if policy.kind == PolicyKind.CURFEW:
            yield Tuple(target, "curfew", minors, "in_curfew", _window(policy))
        elif facts.services[service].category in policy.terms.get("blocked_categories", ()):
            yield Tuple(target, "blocked", minors)
        elif facts.services[service].minimum_age:
            yield Tuple(target, "rated", Ref("household", facts.household, "young"))


def _governed(facts: Facts, policy: PolicyFact) -> Iterable[str]:
    return facts.services if facts.household in policy.governs else policy.governs


def _window(policy: PolicyFact) -> dict[str, Any]:
    return {
        "days": [_DAYS.index(day) for day in policy.terms["weekdays"]],
        "start": _minute(policy.terms["start_time"]),
        "end": _minute(policy.terms["end_time"]),
    }


def _minute(text: str | None) -> int:
    hours, minutes = (text or "00:00").split(":")
    return int(hours) * 60 + int(minutes)
