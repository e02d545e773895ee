"""Which policies bear on a question, and when (laws 7 and 8)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from household_graph.decision.ages import minority, younger_than
from household_graph.decision.facts import Asker, Facts, PolicyFact
from household_graph.decision.intervals import ALWAYS, Span, contains
from household_graph.decision.paths import covers, reaches
from household_graph.model.vocabulary import Audience, PolicyKind

__all__ = ["NO_BEARINGS", "OWN_AGE", "Bearing", "Bearings", "audience", "bearings"]

OWN_AGE = "own-age"
"""The maximum age rating that follows the age of whoever asks."""


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
    if device is not None and device not in _governed(facts):
        device = None  # so the answer is that of all such devices
    key = (asker.id, target, device)
    found: Bearings | None = facts.memory.bearings.get(key)
    if found is None:
        every = list(_bearings(facts, asker, target, device))
        found = Bearings(
            [one for one in every if one.policy.kind == PolicyKind.CURFEW],
            [one for one in every if one.policy.kind != PolicyKind.CURFEW],
        )
        facts.memory.bearings[key] = found
    return found


def _governed(facts: Facts) -> frozenset[str]:
    """Return all that policies govern."""
    memory = facts.memory
    if memory.governed is None:
        memory.governed = frozenset(name for policy in facts.policies for name in policy.governs)
    return memory.governed


def _bearings(facts: Facts, asker: Asker, target: str, device: str | None) -> Iterator[Bearing]:
    spoken = _spoken(facts, asker)
    if not spoken:
        return
    touched = {name for cover in covers(facts, target) for name in cover.ids}
    touched |= {facts.household, device or facts.household}
    category = facts.services[target].category if target in facts.services else None
    for policy, spans in spoken:
        through = _through(policy, touched, category)
        if through is None:
            continue
        forbids = _forbidden(facts, policy, spans, asker, target)
        if forbids:
            exempt = facts.exemptions.get((asker.id, policy.id), ())
            exempted = tuple(Span(e.valid_from, e.valid_to) for e in exempt)
            yield Bearing(policy, through, forbids, exempted)


def _spoken(facts: Facts, asker: Asker) -> list[tuple[PolicyFact, list[Span]]]:
    """Return the policies that speak to the asker at some time, and when."""
    found: list[tuple[PolicyFact, list[Span]]] | None = facts.memory.spoken.get(asker.id)
    if found is None:
        met = (
            (policy, _lasting(audience(facts, policy, asker), policy.valid_from, policy.valid_to))
            for policy in facts.policies
        )
        found = [(policy, spans) for policy, spans in met if spans]
        facts.memory.spoken[asker.id] = found
    return found


def _lasting(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what the spans have in common with another, where that is anything."""
    met = (span.meet(start, end) for span in spans)
    return [span for span in met if span.start < span.end]


def _through(policy: PolicyFact, touched: set[str], category: str | None) -> str | None:
    """Return what in the policy's scope the question touches, or None."""
    for governed in policy.governs:
        if governed in touched:
            return governed
    return category if category is not None and category in policy.categories else None


def _forbidden(
    facts: Facts, policy: PolicyFact, spoken: Sequence[Span], asker: Asker, target: str
) -> tuple[Span, ...]:
    """Return when the policy forbids, of the time in which it speaks to the asker."""
    if policy.kind != PolicyKind.CLASSIFICATION:
        return tuple(spoken)
    if target not in facts.services:
        return ()
    rated = _classified(facts, policy, asker, target)
    return tuple(span for one in rated for span in _lasting(spoken, *one))


def audience(facts: Facts, policy: PolicyFact, asker: Asker) -> list[Span]:
    """Return when the asker belongs to the audience of a policy."""
    if policy.audience == Audience.EVERYONE:
        return [ALWAYS]
    if policy.audience == Audience.MINORS:
        span = minority(facts, asker)
        return [span] if span else []
    return [reach.span for reach in reaches(facts, asker.id) if reach.holder in policy.parties]


def _classified(facts: Facts, policy: PolicyFact, asker: Asker, target: str) -> list[Span]:
    """Return when the service's category or rating is too much for the asker."""
    service = facts.services[target]
    if service.category in policy.blocked_categories:
        return [ALWAYS]
    rating = service.minimum_age or 0
    if policy.maximum_age == OWN_AGE:
        span = younger_than(facts, asker, rating)
        return [span] if span else []
    too_old = policy.maximum_age is not None and rating > int(policy.maximum_age)
    return [ALWAYS] if too_old else []
