"""The evaluator: when the answer to a question is yes, over all time (laws 1 to 8).

The answer to (party, kind of role, target, device) is a function of time, and this is the only
place that decides it. Checks, lists, matrices, stored entitlements and the difference that a
change makes read it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from household_graph.engine.applicable_policies import (
    ApplicablePolicy,
    applicable_policies,
    governed,
    policies_about,
)
from household_graph.engine.facts import Facts
from household_graph.engine.grants import CONSUMER, availability, held
from household_graph.engine.windows import Windows, covering, is_covered, next_start
from household_graph.model.instants import FOREVER
from household_graph.model.spans import ALWAYS, Span, common, contains, without

_HORIZON = 400 * 86_400_000  # milliseconds: a year of weeks with both clock changes in it
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
        """Return whether the answer is yes at an instant, in milliseconds."""
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
_ALWAYS = (ALWAYS,)


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


def timeline(facts: Facts, party: str, kind: str, target: str, device: str | None) -> Timeline:
    """Return when the answer to a question is yes.

    Args:
        facts: of the household; the ids are among them.
        party: who asks.
        kind: the label of the involvement role that is needed.
        target: what is asked for.
        device: on which device, or None.

    Raises:
        BadInputError: if a policy that applies is of a kind that is not known.
    """
    key = (party, kind, target, device)
    found: Timeline | None = facts.cache.timelines.get(key)
    if found is None:
        found = facts.cache.timelines[key] = compute_timeline(facts, *key)
    return found


def compute_timeline(
    facts: Facts, party: str, kind: str, target: str, device: str | None
) -> Timeline:
    """Return the same, and do not remember it: for what asks each question once."""
    spans = held(facts, party, kind, target)
    if device is not None and spans:
        spans = common(spans, availability(facts, target, device))
        spans = spans and common(spans, held(facts, party, CONSUMER, device))
    if not spans:
        return NEVER
    if kind != CONSUMER or not policies_about(facts, target, device):
        return Timeline(spans)
    key = (party, target, device if device in governed(facts) else None, spans)
    found: Timeline | None = facts.cache.restricted.get(key)
    if found is None:
        found = facts.cache.restricted[key] = _restricted(facts, *key)
    return found


def _restricted(
    facts: Facts, party: str, target: str, device: str | None, spans: _Spans
) -> Timeline:
    """Return the time of spans that no policy forbids."""
    closures = []
    for policy in applicable_policies(facts, party, target, device):
        if policy.windows is None:
            spans = without(spans, policy.in_force)
        else:
            closures.append(Closure(policy.windows, policy.in_force))
    return Timeline(spans, tuple(closures)) if spans else NEVER


def outside_policy(policy: ApplicablePolicy, *, exemptions: bool = True) -> Timeline:
    """Return the timeline of a policy alone: yes where it does not forbid.

    Args:
        policy: one that applies to a request.
        exemptions: whether those from it count.
    """
    spans = policy.in_force if exemptions else policy.forbids
    if policy.windows is None:
        return Timeline(without(_ALWAYS, spans))
    return Timeline(_ALWAYS, (Closure(policy.windows, spans),))
