"""Which policies bear on a question, and when (laws 7 and 8)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from household_graph.engine.ages import minority, younger_than
from household_graph.engine.curfew import is_covered
from household_graph.engine.facts import Asker, Facts, PolicyFact, Service
from household_graph.engine.intervals import ALWAYS, Span, contains
from household_graph.engine.paths import covers, reaches
from household_graph.model.enums import Audience, PolicyKind

OWN_AGE = "own-age"
"""The maximum age rating that follows the age of whoever asks."""


# Plain text: Python takes five times as long to look up a member of an enumeration.
_CURFEW = PolicyKind.CURFEW.value
_CLASSIFICATION = PolicyKind.CLASSIFICATION.value
_EVERYONE, _MINORS = Audience.EVERYONE.value, Audience.MINORS.value


class Bearing(NamedTuple):
    """A policy that speaks to the party about the target.

    Attributes:
        policy: the policy.
        through: the thing in its scope by which it bears: the target, a product that carries
            it, the device, the household, or a category.
        forbids: when it forbids, exemptions aside; for a curfew, when its windows count.
        exempt: when the party is exempt from it.
    """

    policy: PolicyFact
    through: str
    forbids: tuple[Span, ...]
    exempt: tuple[Span, ...]

    def in_force(self, instant: int) -> bool:
        """Return whether it forbids at the instant; a curfew does so within its windows."""
        return contains(self.forbids, instant) and not contains(self.exempt, instant)

    def lifted(self, instant: int) -> bool:
        """Return whether only an exemption keeps it from forbidding at the instant."""
        return contains(self.forbids, instant) and contains(self.exempt, instant)


class Bearings(NamedTuple):
    """The policies that speak to a party about a target, those with windows apart."""

    curfews: Sequence[Bearing]
    bans: Sequence[Bearing]


NO_BEARINGS = Bearings((), ())


def bearings(facts: Facts, asker: Asker, target: str, device: str | None) -> Bearings:
    """Return the policies whose audience and scope match at some time."""
    if not facts.policies:
        return NO_BEARINGS
    if device not in governed(facts):
        device = None  # so the answer is that of all such devices
    key = (asker.id, target, device)
    found: Bearings | None = facts.memory.bearings.get(key)
    if found is None:
        every = list(_bearings(facts, asker, target, device))
        found = Bearings(
            [one for one in every if one.policy.kind == _CURFEW],
            [one for one in every if one.policy.kind != _CURFEW],
        )
        facts.memory.bearings[key] = found
    return found


def is_forbidden(facts: Facts, party: str, target: str, device: str | None, instant: int) -> bool:
    """Return whether a policy forbids a party at an instant to use a target on a device."""
    curfews, bans = bearings(facts, facts.askers[party], target, device)
    if any(ban.in_force(instant) for ban in bans):
        return True
    return any(
        one.in_force(instant) and is_covered(one.policy.windows, instant, facts.zone)
        for one in curfews
    )


def governed(facts: Facts) -> frozenset[str]:
    """Return all that policies govern."""
    memory = facts.memory
    if memory.governed is None:
        memory.governed = frozenset(name for policy in facts.policies for name in policy.governs)
    return memory.governed


def _bearings(facts: Facts, asker: Asker, target: str, device: str | None) -> Iterator[Bearing]:
    for policy in about(facts, target, device):
        told = _told(facts, policy, asker)
        forbidden = _forbidden(facts, policy, told.spans, asker, target)
        if forbidden:
            through = _through(facts, policy, target, device) or target
            yield Bearing(policy, through, forbidden, told.exempt)


def about(facts: Facts, target: str, device: str | None) -> Sequence[PolicyFact]:
    """Return the policies that may forbid somebody a target, or a target on a device."""
    if not facts.policies:
        return ()
    key = (target, device if device in governed(facts) else None)
    found: Sequence[PolicyFact] | None = facts.memory.about.get(key)
    if found is None:
        found = facts.memory.about[key] = tuple(
            policy
            for policy in facts.policies
            if _through(facts, policy, *key) is not None and _can_forbid(facts, policy, target)
        )
    return found


def _can_forbid(facts: Facts, policy: PolicyFact, target: str) -> bool:
    """Return whether a policy has anything against a target, for somebody of some age."""
    if policy.kind != _CLASSIFICATION:
        return True
    service = facts.services.get(target)
    return service is not None and (
        bool(service.minimum_age and policy.maximum_age == OWN_AGE)
        or _is_classified(policy, service)
    )


class _Told(NamedTuple):
    """When a policy speaks to somebody, and when there is an exemption from it."""

    spans: tuple[Span, ...]
    exempt: tuple[Span, ...]


def _told(facts: Facts, policy: PolicyFact, asker: Asker) -> _Told:
    key = (policy.id, asker.id)
    found: _Told | None = facts.memory.told.get(key)
    if found is None:
        heard = _lasting(audience(facts, policy, asker), policy.valid_from, policy.valid_to)
        exempt = facts.exemptions.get(asker.id, {}).get(policy.id, ())
        found = facts.memory.told[key] = _Told(tuple(heard), tuple(exempt))
    return found


def _lasting(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what the spans have in common with another, where that is anything."""
    met = (span.meet(start, end) for span in spans)
    return [span for span in met if span.start < span.end]


def _through(facts: Facts, policy: PolicyFact, target: str, device: str | None) -> str | None:
    """Return what in the policy's scope the question touches, or None."""
    above = covers(facts, target)
    for governed in policy.governs:
        if governed == facts.household or governed == device:  # noqa: PLR1714 - a set costs more
            return governed
        for cover in above:
            if governed in cover.ids:
                return governed
    category = facts.services[target].category if target in facts.services else None
    return category if category is not None and category in policy.categories else None


def _forbidden(
    facts: Facts, policy: PolicyFact, spoken: Sequence[Span], asker: Asker, target: str
) -> tuple[Span, ...]:
    """Return when the policy forbids, of the time in which it speaks to the asker."""
    if policy.kind != _CLASSIFICATION:
        return tuple(spoken)
    rated = _classified(facts, policy, asker, target)
    return tuple(span for one in rated for span in _lasting(spoken, *one))


def audience(facts: Facts, policy: PolicyFact, asker: Asker) -> list[Span]:
    """Return when the asker belongs to the audience of a policy."""
    if policy.audience == _EVERYONE:
        return [ALWAYS]
    if policy.audience == _MINORS:
        span = minority(facts, asker)
        return [span] if span else []
    return [reach.span for reach in reaches(facts, asker.id) if reach.holder in policy.parties]


def _classified(facts: Facts, policy: PolicyFact, asker: Asker, target: str) -> list[Span]:
    """Return when the category or rating of a target, if it is a service, is too much."""
    service = facts.services.get(target)
    if service is None:
        return []
    if _is_classified(policy, service):
        return [ALWAYS]
    if policy.maximum_age != OWN_AGE or not service.minimum_age:
        return []
    span = younger_than(facts, asker, service.minimum_age)
    return [span] if span else []


def _is_classified(policy: PolicyFact, service: Service) -> bool:
    """Return whether a policy is against a service for all it speaks to, whatever their age."""
    if service.category in policy.blocked_categories:
        return True
    if policy.maximum_age is None or policy.maximum_age == OWN_AGE:
        return False
    return (service.minimum_age or 0) > int(policy.maximum_age)
