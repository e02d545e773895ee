"""Which policies apply to a request, and when (laws 7 and 8)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts, PolicyFact, Principal
from household_graph.engine.grants import coverages, membership_chains
from household_graph.engine.policies import Request, kind_of
from household_graph.engine.windows import Windows
from household_graph.model.enums import Audience
from household_graph.model.spans import ALWAYS, Span, union, without

# Plain text: Python takes five times as long to look up a member of an enumeration.
_EVERYONE, _MINORS = Audience.EVERYONE.value, Audience.MINORS.value


class ApplicablePolicy(NamedTuple):
    """A policy whose audience and scope match a party and a target at some time.

    Attributes:
        policy: the policy.
        matched_by: what in its scope matches: the target, a product that carries it, the device,
            the household, or (by its category) the target again.
        windows: outside which it does not forbid; None: it has none.
        forbids: when it forbids, exemptions and windows aside.
        exempt: when the party is exempt from it.
    """

    policy: PolicyFact
    matched_by: str
    windows: Windows | None
    forbids: tuple[Span, ...]
    exempt: tuple[Span, ...]

    @property
    def in_force(self) -> tuple[Span, ...]:
        """When it forbids, windows aside."""
        return without(self.forbids, self.exempt) if self.exempt else union(self.forbids)


def applicable_policies(
    facts: Facts, party: str, target: str, device: str | None
) -> Sequence[ApplicablePolicy]:
    """Return the policies that apply to the use of a target, those with windows first.

    Raises:
        BadInputError: if one of them is of a kind that is not known.
    """
    if not facts.policies:
        return ()
    if device not in governed(facts):
        device = None  # so the answer is that of all such devices
    key = (party, target, device)
    found: Sequence[ApplicablePolicy] | None = facts.cache.applicable.get(key)
    if found is None:
        every = _applicable(facts, facts.principals[party], target, device)
        found = sorted(every, key=lambda one: one.windows is None)
        facts.cache.applicable[key] = found
    return found


def _applicable(
    facts: Facts, principal: Principal, target: str, device: str | None
) -> Iterator[ApplicablePolicy]:
    request = Request(facts, principal.id, target)
    for policy in policies_about(facts, target, device):
        kind = kind_of(facts, policy)
        match = _audience_match(facts, policy, principal)
        if not match.spans:
            continue
        forbids = [span for one in kind.forbids(policy, request) for span in match.within(one)]
        if forbids:
            matched_by = _matched_by(facts, policy, target, device) or target
            windows = kind.windows(policy.terms)
            yield ApplicablePolicy(policy, matched_by, windows, tuple(forbids), match.exempt)


def governed(facts: Facts) -> frozenset[str]:
    """Return all that policies govern."""
    cache = facts.cache
    if cache.governed is None:
        cache.governed = frozenset(name for policy in facts.policies for name in policy.governs)
    return cache.governed


def policies_about(facts: Facts, target: str, device: str | None) -> Sequence[PolicyFact]:
    """Return the policies that can forbid a target to any party, or a target on a device.

    Raises:
        BadInputError: if one of them is of a kind that is not known.
    """
    if not facts.policies:
        return ()
    key = (target, device if device in governed(facts) else None)
    found: Sequence[PolicyFact] | None = facts.cache.policies_about.get(key)
    if found is None:
        found = facts.cache.policies_about[key] = tuple(
            policy
            for policy in facts.policies
            if _matched_by(facts, policy, *key) is not None
            and kind_of(facts, policy).can_forbid(facts, policy, target)
        )
    return found


def _matched_by(facts: Facts, policy: PolicyFact, target: str, device: str | None) -> str | None:
    """Return what in the policy's scope the request touches, or None."""
    above = coverages(facts, target)
    for one in policy.governs:
        if one == facts.household or one == device:  # noqa: PLR1714 - a set costs more
            return one
        for coverage in above:
            if one in coverage.ids:
                return one
    category = facts.services[target].category if target in facts.services else None
    return category if category is not None and category in policy.categories else None


class _AudienceMatch(NamedTuple):
    """When a party is in the audience of a policy in force, and when it is exempt."""

    spans: tuple[Span, ...]
    exempt: tuple[Span, ...]

    def within(self, span: Span) -> list[Span]:
        """Return the part of the spans that is within another."""
        return _parts(self.spans, *span)


def _audience_match(facts: Facts, policy: PolicyFact, principal: Principal) -> _AudienceMatch:
    key = (policy.id, principal.id)
    found: _AudienceMatch | None = facts.cache.audiences.get(key)
    if found is None:
        spans = _parts(audience(facts, policy, principal), policy.valid_from, policy.valid_to)
        exempt = facts.exemptions.get(principal.id, {}).get(policy.id, ())
        found = facts.cache.audiences[key] = _AudienceMatch(tuple(spans), tuple(exempt))
    return found


def _parts(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return what the spans have in common with another, where that is anything."""
    met = (span.meet(start, end) for span in spans)
    return [span for span in met if span.start < span.end]


def audience(facts: Facts, policy: PolicyFact, principal: Principal) -> list[Span]:
    """Return when the principal belongs to the audience of a policy."""
    if policy.audience == _EVERYONE:
        return [ALWAYS]
    if policy.audience == _MINORS:
        span = minority(facts, principal)
        return [span] if span else []
    chains = membership_chains(facts, principal.id)
    return [chain.span for chain in chains if chain.holder in policy.parties]
