"""When the answers of two timelines differ, from an instant on until they agree for good."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.engine.timeline import Timeline
from household_graph.engine.week_hours import hours_in_words
from household_graph.engine.windows import WEEK, Windows, hours_of
from household_graph.model.instants import FOREVER, to_local
from household_graph.model.spans import Span, contains, union, without

EACH_EDGE = 14 * 86_400_000
"""For how long, in milliseconds, every time of a difference is laid out."""

_ROUND = 16 * 86_400_000  # a week and one more, where the clock change swallows a window
_WHOLE_WEEK = (WEEK,)


class ZonedTimeline(NamedTuple):
    """A timeline, and the zone on whose clock its windows recur."""

    timeline: Timeline
    zone: ZoneInfo

    def allows(self, instant: int) -> bool:
        """Return whether the answer is yes at an instant."""
        return self.timeline.allows(instant, self.zone)

    def without_windows(self) -> "ZonedTimeline":
        """Return it as if no windows recurred."""
        return ZonedTimeline(Timeline(self.timeline.spans), self.zone)

    def closed(self, instant: int) -> frozenset[Windows] | None:
        """Return the windows that count around an instant; None: the answer is no without any."""
        if not contains(self.timeline.spans, instant):
            return None
        closures = self.timeline.closures
        return frozenset(one.windows for one in closures if contains(one.spans, instant))


TimelinePair = tuple[ZonedTimeline, ZonedTimeline]
"""Without a change, and with it."""


class DifferingPeriod(NamedTuple):
    """A time in which answers differ: all of it, or hours of it that recur every week.

    Attributes:
        start: the first time at which they differ, in the household's time zone.
        end: when that is over, or the hours no longer count; None: never.
        hours: on which days at what hours, such as `Monday to Friday 16:00 to 18:00`; empty: all
            the time.
    """

    start: datetime
    end: datetime | None
    hours: str = ""

    def as_dict(self) -> dict[str, str | None]:
        """Return it as JSON can say it; times are ISO 8601 with offset, all hours are None."""
        end = self.end.isoformat() if self.end else None
        return {"from": self.start.isoformat(), "until": end, "hours": self.hours or None}


class DifferingTimes(NamedTuple):
    """When answers differ one way.

    Attributes:
        periods: all of it, in order; hours that recur are those of the week's clock.
        spans: exactly, all that begins within 14 days, each to its own end.
    """

    periods: tuple[DifferingPeriod, ...] = ()
    spans: tuple[DifferingPeriod, ...] = ()


class TimelineDifference(NamedTuple):
    """When the answer is yes with a change alone, and when without it alone."""

    gained: DifferingTimes
    lost: DifferingTimes


NO_DIFFERENCE = TimelineDifference(DifferingTimes(), DifferingTimes())


def timeline_difference(sides: TimelinePair, instant: int) -> TimelineDifference:
    """Return when the answers differ from an instant on; times are in the zone of the second."""
    (before, zone), (after, other) = sides
    if before == after and (zone == other or not after.closures):
        return NO_DIFFERENCE
    gained, lost = (_times(sides, instant, gained=gained) for gained in (True, False))
    return TimelineDifference(gained, lost)


def _times(sides: TimelinePair, instant: int, *, gained: bool) -> DifferingTimes:
    zone = sides[1].zone
    laid_out = tuple(
        _period(span, "", zone)
        for span in _differing(sides, Span(instant, instant + EACH_EDGE), gained=gained)
    )
    found = (
        period
        for hours, span in _recurring(sides, instant, gained=gained)
        for period in _periods(sides, span, hours, gained=gained)
    )
    periods = tuple(_period(span, hours, zone) for span, hours in found)
    return DifferingTimes(periods or laid_out, laid_out)


def _period(span: Span, hours: str, zone: ZoneInfo) -> DifferingPeriod:
    end = None if span.end >= FOREVER else to_local(span.end, zone)
    return DifferingPeriod(to_local(span.start, zone), end, hours)


def _recurring(sides: TimelinePair, instant: int, *, gained: bool) -> Iterator[tuple[str, Span]]:
    """Yield when the same hours of every week differ, in words; all hours are empty."""
    began, known = instant, _hours(sides, instant, gained=gained)
    for edge in _edges(sides, instant):
        hours = _hours(sides, edge, gained=gained) if edge < FOREVER else None
        if hours != known:
            if known is not None:
                yield known, Span(began, edge)
            began, known = edge, hours


def _edges(sides: Iterable[ZonedTimeline], instant: int) -> list[int]:
    """Return the later instants at which other windows count, or none; the last is the end."""
    timelines = [side.timeline for side in sides]
    spans = chain.from_iterable(
        (*one.spans, *chain.from_iterable(closure.spans for closure in one.closures))
        for one in timelines
    )
    return sorted({edge for span in spans for edge in span if instant < edge < FOREVER} | {FOREVER})


def _hours(sides: TimelinePair, instant: int, *, gained: bool) -> str | None:
    """Return in words the hours of a week around an instant that differ; None: there are none."""
    denied, allowed = (_week_of(side, instant, sides[1].zone) for side in sides)
    if not gained:
        denied, allowed = allowed, denied
    if allowed == _WHOLE_WEEK:
        return None
    if denied == _WHOLE_WEEK:
        return f"outside {hours_in_words(allowed)}" if allowed else ""
    differing = without(denied, allowed)
    return hours_in_words(differing) if differing else None


def _week_of(side: ZonedTimeline, instant: int, zone: ZoneInfo) -> tuple[Span, ...]:
    """Return the hours of a week that are closed around an instant, on the clock of a zone."""
    closed = side.closed(instant)
    if closed is None:
        return _WHOLE_WEEK
    hours = tuple(chain.from_iterable(map(hours_of, closed)))
    clocks = (to_local(instant, one).utcoffset() for one in (zone, side.zone))
    ahead, behind = (int(clock.total_seconds()) * 1000 if clock else 0 for clock in clocks)
    if ahead == behind:
        return union(hours)
    shifts = [ahead - behind + week for week in (-WEEK.end, 0, WEEK.end)]
    moved = [Span(one.start + shift, one.end + shift) for shift in shifts for one in hours]
    return union(tuple(span.meet(*WEEK) for span in moved))


def _periods(
    sides: TimelinePair, span: Span, hours: str, *, gained: bool
) -> Iterator[tuple[Span, str]]:
    """Yield the time of recurring hours from the first of them on; one alone has no hours."""
    if not hours:
        yield span, ""
        return
    first = _differing(sides, Span(span.start, min(span.end, span.start + _ROUND)), gained=gained)
    if not first:
        return
    alone = Span(first[0].start, min(first[0].end, span.end))
    rest = _differing(sides, Span(alone.end, min(span.end, alone.end + _ROUND)), gained=gained)
    yield (Span(alone.start, span.end), hours) if rest else (alone, "")


def _differing(sides: TimelinePair, asked: Span, *, gained: bool) -> list[Span]:
    """Return exactly when answers differ one way within a time; the last may go on beyond it."""
    edges = {asked.end}
    for timeline, zone in sides:
        edges |= {one.start for one in timeline.segments(*asked, zone)}
    found: list[Span] = []
    for start, end in pairwise(sorted(edges)):
        was, now = (side.allows(start) for side in sides)
        if was != now and now is gained:
            joined = found.pop().start if found and found[-1].end == start else start
            found.append(Span(joined, end))
    if found and found[-1].end == asked.end:
        found[-1] = Span(found[-1].start, _agreeing_after(sides, asked.end, gained=gained))
    return found


def _agreeing_after(sides: Sequence[ZonedTimeline], instant: int, *, gained: bool) -> int:
    """Return when a difference just before an instant ends: as soon as either answer changes."""
    was, now = (side.allows(instant) for side in sides)
    if was == now or now is not gained:
        return instant
    ends = (timeline.next_change(instant, zone) for timeline, zone in sides)
    return min((end for end in ends if end is not None), default=FOREVER)
