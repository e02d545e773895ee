"""The evaluator: when the answer to a question is yes, over all time (laws 1 to 8).

The answer to (party, kind of role, target, device) is a function of time, and this is the only
place that decides it. Checks, lists, matrices, stored entitlements and the difference that a
change makes read it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from household_graph.engine.facts import (
    Facts,
    PolicyFact,
    Principal,
    derived,
    derived_of_party,
    minority,
)
from household_graph.engine.grants import CONSUMER, availability, coverages, held, membership_chains
from household_graph.engine.policies import kind_of
from household_graph.engine.policies.restriction import Restriction, Use
from household_graph.engine.windows import Windows, covering, is_covered, next_start
from household_graph.model.enums import Audience
from household_graph.model.instants import FOREVER
from household_graph.model.spans import ALWAYS, Span, common, contains, union, without

_HORIZON = 400 * 86_400_000  # milliseconds: a year of weeks with both clock changes in it
# Plain text: Python takes five times as long to look up a member of an enumeration.
_EVERYONE, _MINORS = Audience.EVERYONE.value, Audience.MINORS.value
_Spans = tuple[Span, ...]


class Segment(NamedTuple):
    """From a start until just before an end, the answer is the same; in milliseconds."""

    start: int
    end: int
    allowed: bool


class Closure(Struct, frozen=True, array_like=True, gc=False):
    """Recurring windows in which the answer is no, and the spans in which they count."""

    windows: Windows
    spans: _Spans


class Timeline(Struct, frozen=True, array_like=True, gc=False):
    """When the answer is yes: within the spans, outside the windows of the closures.

    The windows recur on the household's clock; its zone is given where they are laid out.
    """

    spans: _Spans = ()
    closures: tuple[Closure, ...] = ()

    def allows(self, instant: int, zone: ZoneInfo) -> bool:
        """Return whether the answer is yes at an instant."""
        if not contains(self.spans, instant):
            return False
        for closure in self.closures:
            if contains(closure.spans, instant) and is_covered(closure.windows, instant, zone):
                return False
        return True

    def permits(self, instant: int) -> bool:
        """Return whether the answer is yes at an instant, recurring windows aside."""
        return contains(self.spans, instant)

    def next_change(self, instant: int, zone: ZoneInfo) -> int | None:
        """Return the first later instant with another answer, or None if there is none."""
        first = next(self.segments(instant, FOREVER, zone))
        return first.end if first.end < FOREVER else None

    def segments(self, start: int, end: int, zone: ZoneInfo) -> Iterator[Segment]:
        """Yield the answers from an instant until another; each differs from the one before.

        Without an end they may never stop: take as many as are needed.
        """
        began, allowed = start, None
        for piece in self._pieces(start, end, zone):
            if piece.allowed is not allowed:
                if allowed is not None:
                    yield Segment(began, piece.start, allowed)
                began, allowed = piece.start, piece.allowed
        if allowed is not None:
            yield Segment(began, end, allowed)

    def _pieces(self, start: int, end: int, zone: ZoneInfo) -> Iterator[Segment]:
        """Yield the same; neighbours may have the same answer."""
        spans = [*self.spans, *(span for closure in self.closures for span in closure.spans)]
        edges = sorted({edge for span in spans for edge in span if start < edge < end})
        for first, last in zip([start, *edges], [*edges, end], strict=True):
            if first >= last:
                return
            if not contains(self.spans, first):
                yield Segment(first, last, allowed=False)
            else:
                counting = [one.windows for one in self.closures if contains(one.spans, first)]
                yield from _windowed(counting, first, last, zone)


NEVER = Timeline()
ANYTIME = Timeline((ALWAYS,))


def _windowed(
    windows: Sequence[Windows], start: int, end: int, zone: ZoneInfo
) -> Iterator[Segment]:
    """Yield the answers of a time in which nothing but windows changes them."""
    instant = opened = start
    while instant < end:
        window = covering(windows, instant, zone) if windows else None
        if window is None:
            following = (next_start(windows, instant, zone) if windows else None) or end
            opened = min(following, end)
            yield Segment(instant, opened, allowed=True)
            instant = opened
        elif window.end - opened > _HORIZON:  # windows that follow each other without a gap
            yield Segment(instant, end, allowed=False)
            return
        else:
            yield Segment(instant, min(window.end, end), allowed=False)
            instant = window.end


def compute_timeline(
    facts: Facts, party: str, kind: str, target: str, device: str | None
) -> Timeline:
    """Return when the answer to a question is yes, and do not cache it.

    Args:
        facts: of the household; the ids are among them.
        party: who asks.
        kind: the label of the involvement role that is needed.
        target: what is asked for.
        device: on which device, or None.

    Raises:
        BadInputError: if a policy that applies is of a kind that is not known.
    """
    spans = held(facts, party, kind, target)
    if device is not None and spans:
        spans = common(spans, availability(facts, target, device))
        spans = spans and common(spans, held(facts, party, CONSUMER, device))
    if not spans:
        return NEVER
    if kind != CONSUMER:
        return Timeline(spans)
    free = unrestricted(facts, party, target, governed_device(facts, device))
    if free is ANYTIME:
        return Timeline(spans)
    spans = common(spans, free.spans)
    return Timeline(spans, free.closures) if spans else NEVER


timeline = derived_of_party(compute_timeline)


def governed_device(facts: Facts, device: str | None) -> str | None:
    """Return the device if policies govern it, or None: all others answer alike."""
    return device if device in _governed(facts) else None


@derived_of_party
def unrestricted(facts: Facts, party: str, target: str, governed: str | None) -> Timeline:
    """Return when no policy forbids the use of a target to a party, on a governed device or none.

    Raises:
        BadInputError: if a policy that applies is of a kind that is not known.
    """
    if not _scoped(facts, target, governed):
        return ANYTIME
    applicable = _applicable(facts, party, target, governed)
    return _outside((one.windows, one.in_force) for one in applicable)


def _outside(restrictions: Iterable[tuple[Windows | None, _Spans]]) -> Timeline:
    """Return the time that is in none of the restrictions: spans, or windows within spans."""
    spans: _Spans = (ALWAYS,)
    closures = []
    for windows, forbidden in restrictions:
        if windows is None:
            spans = without(spans, forbidden)
        else:
            closures.append(Closure(windows, forbidden))
    return Timeline(spans, tuple(closures))


class ApplicablePolicy(NamedTuple):
    """A policy whose audience and scope match a party and a target at some time.

    Attributes:
        policy: the policy.
        matched_by: what in its scope matches: the target, a product that carries it, the device,
            the household, or the category of the target.
        windows: outside which it does not forbid; None: it has none.
        forbids: when it forbids, exemptions and windows aside.
        exempt: when the party is exempt from it, for this target.
        paused: when it is paused.
    """

    policy: PolicyFact
    matched_by: str
    windows: Windows | None
    forbids: _Spans
    exempt: _Spans
    paused: _Spans

    @property
    def in_force(self) -> _Spans:
        """When it forbids, windows aside."""
        lifted = (*self.exempt, *self.paused)
        return without(self.forbids, lifted) if lifted else union(self.forbids)


def alone(versions: Iterable[ApplicablePolicy], *, lifted: bool = True) -> Timeline:
    """Return the timeline of versions of a policy alone: yes where none forbids.

    Exemptions and pauses count, unless not `lifted`.
    """
    return _outside((one.windows, one.in_force if lifted else one.forbids) for one in versions)


def applicable_policies(
    facts: Facts, party: str, target: str, device: str | None
) -> Sequence[ApplicablePolicy]:
    """Return the policies that apply to the use of a target, those with windows first.

    Raises:
        BadInputError: if one of them is of a kind that is not known.
    """
    return _applicable(facts, party, target, governed_device(facts, device))


@derived_of_party
def _applicable(
    facts: Facts, party: str, target: str, device: str | None
) -> Sequence[ApplicablePolicy]:
    request, audiences = Use(facts, party, target), _audiences(facts, party)
    found = []
    for policy, kind, matched_by, windows in _scoped(facts, target, device):
        forbids = common(audiences[policy.id], tuple(kind.forbids(policy, request)))
        if forbids:
            exempt, paused = _exempt(facts, party, target, policy), _paused(facts, policy)
            found.append(ApplicablePolicy(policy, matched_by, windows, forbids, exempt, paused))
    return found


def _exempt(facts: Facts, party: str, target: str, policy: PolicyFact) -> _Spans:
    """Return when a party is exempt from a policy, for a target or for all of them."""
    found = facts.exemptions.get(party, {}).get(policy.policy, ())
    return tuple(
        Span(start, end)
        for start, end, only_for in found
        if not only_for
        or any(not {*cover.ids}.isdisjoint(only_for) for cover in coverages(facts, target))
    )


def _paused(facts: Facts, policy: PolicyFact) -> _Spans:
    return tuple(facts.pauses.get(policy.policy, ()))


@derived
def _governed(facts: Facts) -> frozenset[str]:
    """Return all that policies govern, and the devices that they are narrowed to."""
    return frozenset(
        name for policy in facts.policies for name in (*policy.governs, *policy.only_on)
    )


def policies_about(facts: Facts, target: str, device: str | None) -> Sequence[PolicyFact]:
    """Return the policies that can forbid a target to any party, or a target on a device.

    Raises:
        BadInputError: if one of them is of a kind that is not known.
    """
    return [one.policy for one in _scoped(facts, target, governed_device(facts, device))]


class _Scoped(NamedTuple):
    """A policy with a target in its scope, and what is the same of it for all parties."""

    policy: PolicyFact
    kind: Restriction
    matched_by: str
    windows: Windows | None


@derived
def _scoped(facts: Facts, target: str, device: str | None) -> Sequence[_Scoped]:
    """Return the policies that can forbid a target on a governed device, or none."""
    found = []
    for policy in facts.policies:
        matched_by = _matched_by(facts, policy, target, device)
        if matched_by is not None and (kind := kind_of(facts, policy)).can_forbid(
            facts, policy, target
        ):
            found.append(_Scoped(policy, kind, matched_by, kind.windows(policy.terms)))
    return sorted(found, key=lambda one: one.windows is None)


def _matched_by(facts: Facts, policy: PolicyFact, target: str, device: str | None) -> str | None:
    """Return what in the policy's scope the request touches, or None."""
    if policy.only_on and device not in policy.only_on:
        return None
    above = coverages(facts, target)
    for one in policy.governs:
        if one == facts.household or one == device:  # noqa: PLR1714 - a set costs more
            return one
        for coverage in above:
            if one in coverage.ids:
                return one
    category = facts.services[target].category if target in facts.services else None
    return category if category is not None and category in policy.categories else None


@derived_of_party
def _audiences(facts: Facts, party: str) -> Mapping[str, _Spans]:
    """Return when a party is in the audience of each policy in force."""
    principal = facts.principals[party]
    return {
        policy.id: common(
            tuple(audience(facts, policy, principal)), (Span(policy.valid_from, policy.valid_to),)
        )
        for policy in facts.policies
    }


def audience(facts: Facts, policy: PolicyFact, principal: Principal) -> list[Span]:
    """Return when the principal belongs to the audience of a policy."""
    if policy.audience == _EVERYONE:
        return [ALWAYS]
    if policy.audience == _MINORS:
        span = minority(facts, principal)
        return [span] if span else []
    chains = membership_chains(facts, principal.id)
    return [chain.span for chain in chains if chain.holder in policy.parties]
