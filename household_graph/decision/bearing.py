"""Which policies bear on a question, and when (laws 7 and 8)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from household_graph.decision.ages import minority, younger_than
from household_graph.decision.facts import Asker, Facts, PolicyFact
from household_graph.decision.intervals import ALWAYS, Span, contains
from household_graph.decision.paths import covers, reaches
from household_graph.model.vocabulary import Audience, PolicyKind

__all__ = [
    "NO_BEARINGS",
    "OWN_AGE",
    "Bearing",
    "Bearings",
    "audience",
    "bearings",
    "forbids",
    "governed",
    "speaking",
]

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
    if device is not None and device not in governed(facts):
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


def speaking(facts: Facts, asker: Asker, instant: int) -> list[PolicyFact]:
    """Return the policies that speak to the asker at an instant, and from which it is not exempt.

    About what, and a curfew at which hours, is another question.
    """
    return [
        policy
        for policy, spans in _spoken(facts, asker)
        if contains(spans, instant) and not contains(_exempt(facts, policy, asker), instant)
    ]


def forbids(
    facts: Facts, policy: PolicyFact, asker: Asker, target: str, device: str | None, *, instant: int
) -> bool:
    """Return whether a policy that speaks to the asker at an instant is about the target then."""
    if _through(facts, policy, target, device) is None:
        return False
    return policy.kind != _CLASSIFICATION or contains(
        _classified(facts, policy, asker, target), instant
    )


def governed(facts: Facts) -> frozenset[str]:
    """Return all that policies govern."""
    memory = facts.memory
    if memory.governed is None:
        memory.governed = frozenset(name for policy in facts.policies for name in policy.governs)
    return memory.governed


def _bearings(facts: Facts, asker: Asker, target: str, device: str | None) -> Iterator[Bearing]:
    for policy, spans in _spoken(facts, asker):
        through = _through(facts, policy, target, device)
        if through is not None:
            forbidden = _forbidden(facts, policy, spans, asker, target)
            if forbidden:
                yield Bearing(policy, through, forbidden, _exempt(facts, policy, asker))


def _exempt(facts: Facts, policy: PolicyFact, asker: Asker) -> tuple[Span, ...]:
    exempt = facts.exemptions.get((asker.id, policy.id))
    return tuple(Span(one.valid_from, one.valid_to) for one in exempt) if exempt else ()


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
    if service.category in policy.blocked_categories:
        return [ALWAYS]
    rating = service.minimum_age or 0
    if policy.maximum_age == OWN_AGE:
        span = younger_than(facts, asker, rating)
        return [span] if span else []
    too_old = policy.maximum_age is not None and rating > int(policy.maximum_age)
    return [ALWAYS] if too_old else []
