"""Curfew windows in the household's own time zone (law 7).

A window starts on each listed weekday at a local time and ends at the next occurrence of the
other local time, on the same day or, across midnight, on the next. Equal times mean a whole day.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from household_graph.decision.facts import PolicyFact
from household_graph.decision.intervals import Span
from household_graph.model.instants import from_local, to_utc
from household_graph.model.vocabulary import Weekday

__all__ = ["covering", "next_start"]

_DAY = timedelta(days=1)
_WEEKDAYS = [day.value for day in Weekday]
_LOOK_BACK = 2  # days: a window is at most one long, and a zone may skip a whole date
_LOOK_AHEAD = 15  # days: a week, and one more where the clock change swallows a window


def covering(policies: Iterable[PolicyFact], instant: int, zone: ZoneInfo) -> Span | None:
    """Return the window that holds the instant, the one that ends last, or None."""
    windows = [
        window
        for policy in policies
        for window in _windows(policy, instant, zone, -_LOOK_BACK, 0)
        if window.start <= instant < window.end
    ]
    return max(windows, key=lambda window: window.end, default=None)


def next_start(policies: Iterable[PolicyFact], instant: int, zone: ZoneInfo) -> int | None:
    """Return when the first window after the instant begins, or None if none does."""
    starts = (
        window.start
        for policy in policies
        for window in _windows(policy, instant, zone, 0, _LOOK_AHEAD)
        if window.start > instant
    )
    return min(starts, default=None)


def _windows(
    policy: PolicyFact, instant: int, zone: ZoneInfo, first: int, last: int
) -> Iterator[Span]:
    """Yield the windows that start between two days counted from the instant's local date."""
    today = to_utc(instant).astimezone(zone).date()
    for offset in range(first, last + 1):
        day = today + offset * _DAY
        if _WEEKDAYS[day.weekday()] in policy.weekdays:
            window = _window(day, policy.start_time or "", policy.end_time or "", zone)
            if window.start < window.end:
                yield window


@lru_cache(maxsize=4096)
def _window(day: date, start_time: str, end_time: str, zone: ZoneInfo) -> Span:
    start, end = time.fromisoformat(start_time), time.fromisoformat(end_time)
    last_day = day if start < end else day + _DAY
    return Span(
        from_local(datetime.combine(day, start), zone),
        from_local(datetime.combine(last_day, end), zone),
    )
