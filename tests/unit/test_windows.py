"""The windows of a curfew at their edges: which holds an instant, and when the next one begins."""

import pytest

from household_graph.engine.windows import Windows, _offset, covering, is_covered, next_start
from household_graph.model.instants import zone_named
from household_graph.model.spans import Span
from tests.unit.test_timeline import EVERY_DAY, LONDON, at

NIGHT = Windows(("saturday",), "21:00", "07:00")
HAVANA = zone_named("America/Havana")


def test_a_window_holds_from_its_start_until_before_its_end() -> None:
    """To the millisecond, over midnight, in winter and in summer."""
    summer = at("2026-06-06T21:00+01:00")
    assert [is_covered(NIGHT, summer + n, LONDON) for n in (-1, 0)] == [False, True]
    night = Span(at("2026-12-05T21:00+00:00"), at("2026-12-06T07:00+00:00"))
    for instant, held in ((-1, False), (0, True)):
        assert is_covered(NIGHT, night.start + instant, LONDON) == held
        assert is_covered(NIGHT, night.end + instant, LONDON) != held
    for instant in (night.start, night.end - 1):
        assert covering([NIGHT], instant, LONDON) == night
    for instant in (night.start - 1, night.end):
        assert covering([NIGHT], instant, LONDON) is None


def test_a_week_begins_on_monday_at_midnight() -> None:
    """Of windows that begin, end or go on then, those that go on are not cut in two."""
    monday = at("2026-12-07T00:00+00:00")
    for curfew, before, then in (
        (Windows(("monday",), "00:00", "06:00"), False, True),
        (Windows(("sunday",), "22:00", "06:00"), True, True),
        (Windows(("sunday",), "22:00", "00:00"), True, False),
        (Windows(("monday",), "00:00", "00:00"), False, True),
    ):
        assert is_covered(curfew, monday - 1, LONDON) == before
        assert is_covered(curfew, monday, LONDON) == then


def test_the_clock_of_the_week_tells_away_from_changes_of_clocks() -> None:
    """Windows are laid out only where one that began three days ago may end by another clock.

    In London clocks change on 29 March 2026, at one in the morning.
    """
    change = at("2026-03-29T00:00+00:00") // 86_400_000
    found = {day: _offset(LONDON, change + day) for day in range(-3, 6)}
    assert [day for day, offset in found.items() if offset is None] == [-1, 0, 1, 2, 3]
    assert (found[-2], found[4]) == (0, 3_600_000)


def test_of_windows_that_overlap_the_last_end_counts() -> None:
    """However they are given."""
    morning = Windows(("sunday",), "06:00", "12:00")
    instant = at("2026-12-06T06:30+00:00")
    expected = Span(at("2026-12-06T06:00+00:00"), at("2026-12-06T12:00+00:00"))
    assert covering([NIGHT, morning], instant, LONDON) == expected
    assert covering([morning, NIGHT], instant, LONDON) == expected


def test_the_next_window_begins_later() -> None:
    """Not at the instant itself; of several curfews the first counts, and without days none."""
    start = at("2026-12-05T21:00+00:00")
    assert next_start([NIGHT], start - 1, LONDON) == start
    assert next_start([NIGHT], start, LONDON) == at("2026-12-12T21:00+00:00")
    assert next_start([NIGHT, Windows(("sunday",), "06:00", "12:00")], start, LONDON) == at(
        "2026-12-06T06:00+00:00"
    )
    assert next_start([Windows((), "21:00", "07:00")], start, LONDON) is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("01:30", "02:15", "2026-03-30T01:30+01:00"),  # it would begin at 02:30
        ("01:30", "02:30", "2026-03-30T01:30+01:00"),
        ("01:15", "01:45", "2026-03-29T02:15+01:00"),  # an hour later by the clock
        ("00:30", "01:30", "2026-03-29T00:30+00:00"),
        ("02:00", "02:00", "2026-03-29T02:00+01:00"),  # a whole day, from when it begins
    ],
)
def test_a_window_that_the_clocks_swallow_is_none(start: str, end: str, expected: str) -> None:
    """In London on 29 March 2026 the hour from 01:00 does not occur: times in it are an hour on."""
    curfew = Windows(EVERY_DAY, start, end)
    assert next_start([curfew], at("2026-03-29T00:00+00:00"), LONDON) == at(expected)


def test_a_window_from_a_midnight_that_does_not_occur() -> None:
    """In Havana on 8 March 2026 clocks go from midnight to one: it begins then."""
    curfew = Windows(("sunday",), "00:00", "06:00")
    expected = Span(at("2026-03-08T01:00-04:00"), at("2026-03-08T06:00-04:00"))
    assert covering([curfew], at("2026-03-08T05:59-04:00"), HAVANA) == expected
    assert is_covered(curfew, expected.start, HAVANA)
    assert not is_covered(curfew, expected.start - 1, HAVANA)
