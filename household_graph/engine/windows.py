"""Curfew windows in the household's own time zone (law 7).

A window starts on each listed weekday at a local time and ends at the next occurrence of the
other local time, on the same day or, across midnight, on the next. Equal times mean a whole day.
"""

from bisect import bisect
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.model.enums import Weekday
from household_graph.model.instants import from_datetime, from_local, to_local, to_utc
from household_graph.model.spans import Span, common, contains

_WEEKDAYS = [day.value for day in Weekday]
_MILLISECONDS_A_DAY = 86_400_000
_WEEK = 7 * _MILLISECONDS_A_DAY
WEEK = Span(0, _WEEK)
"""All hours of a week, in milliseconds from Monday 00:00 on."""
_MONDAY = -3 * _MILLISECONDS_A_DAY  # 1970-01-01 was a Thursday
_DAY = timedelta(days=1)
_AROUND = range(-3, 2)
"""The local dates, counted from that of an instant in UTC, whose windows may hold it.

A local date is at most one away from that of UTC, a window at most one day long, and a zone may
skip a whole date."""
_LATER = range(-1, 17)
"""Those with the first window that starts later: a week, and one more where the clock change
swallows a window."""


class Windows(NamedTuple):
    """When a curfew holds: the weekdays on which it starts, in lower case, and local `HH:MM`."""

    weekdays: tuple[str, ...]
    start_time: str
    end_time: str


def is_covered(curfew: Windows, instant: int, zone: ZoneInfo) -> bool:
    """Return whether a window of a curfew holds the instant."""
    offset = _offset(zone, instant // _MILLISECONDS_A_DAY)
    if offset is None:
        return contains(_around(curfew, instant, zone, _AROUND), instant)
    return bisect(_week(curfew), (instant + offset - _MONDAY) % _WEEK) % 2 == 1


def covering(curfews: Iterable[Windows], instant: int, zone: ZoneInfo) -> Span | None:
    """Return the window that holds the instant, the one that ends last, or None."""
    windows = [
        window
        for windows in curfews
        for window in _around(windows, instant, zone, _AROUND)
        if window.start <= instant < window.end
    ]
    return max(windows, key=lambda window: window.end, default=None)


def next_start(curfews: Iterable[Windows], instant: int, zone: ZoneInfo) -> int | None:
    """Return when the first window after the instant begins, or None if none does."""
    starts = (
        window.start
        for windows in curfews
        for window in _around(windows, instant, zone, _LATER)
        if window.start > instant
    )
    return min(starts, default=None)


@lru_cache(maxsize=65_536)
def _offset(zone: ZoneInfo, day: int) -> int | None:
    """Return how far local time is ahead around a date in UTC; None where the clocks change.

    In the five days that are looked at they change once at most: of all zones, and until 2100, two
    changes are never less than six days apart.
    """
    before, after = (
        from_datetime(to_local(instant, zone).replace(tzinfo=UTC)) - instant
        for instant in ((day + n) * _MILLISECONDS_A_DAY for n in (_AROUND.start, _AROUND.stop))
    )
    return before if before == after else None


@lru_cache(maxsize=4096)
def _week(curfew: Windows) -> tuple[int, ...]:
    """Return when in a week a curfew begins and ends to hold, in turn, from Monday on."""
    return tuple(chain.from_iterable(hours_of(curfew)))


def hours_of(curfew: Windows) -> tuple[Span, ...]:
    """Return when in a week a curfew holds, in milliseconds from Monday 00:00 on."""
    start, end = _milliseconds(curfew.start_time), _milliseconds(curfew.end_time)
    if end <= start:
        end += _MILLISECONDS_A_DAY
    days = [n * _MILLISECONDS_A_DAY for n, day in enumerate(_WEEKDAYS) if day in curfew.weekdays]
    spans = [Span(first + day + start, first + day + end) for first in (-_WEEK, 0) for day in days]
    return common(tuple(spans), (WEEK,))


def _milliseconds(text: str) -> int:
    return from_datetime(datetime.combine(to_utc(0), time.fromisoformat(text), UTC))


def _around(windows: Windows, instant: int, zone: ZoneInfo, days: range) -> tuple[Span, ...]:
    """Return the windows that start on some days, counted from the instant's date in UTC."""
    day = instant // _MILLISECONDS_A_DAY
    return _of_days(windows, zone, day + days.start, day + days.stop)


@lru_cache(maxsize=65_536)
def _of_days(curfew: Windows, zone: ZoneInfo, first: int, stop: int) -> tuple[Span, ...]:
    """Return the windows that start on local dates, which are counted from 1970-01-01.

    Curfews with the same windows share them.
    """
    start, end = time.fromisoformat(curfew.start_time), time.fromisoformat(curfew.end_time)
    found = []
    for number in range(first, stop):
        day = to_utc(number * _MILLISECONDS_A_DAY)
        if _WEEKDAYS[day.weekday()] in curfew.weekdays:
            last = day if start < end else day + _DAY
            opens = from_local(datetime.combine(day, start), zone)
            found.append(Span(opens, from_local(datetime.combine(last, end), zone)))
    return tuple(window for window in found if window.start < window.end)
