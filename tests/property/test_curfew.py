"""Whether a curfew holds is told by the week's clock, and by its windows: both say the same."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.engine.windows import Windows, covering, is_covered
from household_graph.model.enums import Weekday
from household_graph.model.instants import to_utc, zone_named

ZONES = (
    "Europe/London",
    "UTC",
    "America/Havana",  # midnights that do not occur
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # a date that does not occur
    "Asia/Kathmandu",
    "America/Recife",  # clocks changed twice within a week
    "Asia/Gaza",  # and will be
)
HOUR = 3_600_000
DAY = 24 * HOUR
CLOCKS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]


@st.composite
def moments(draw: st.DrawFn) -> tuple[ZoneInfo, int]:
    """Draw a zone, and an instant from 1975 to 2075 that mostly is near a change of its clocks."""
    zone = zone_named(draw(st.sampled_from(ZONES)))
    day = draw(st.integers(min_value=1826, max_value=38_000))
    if draw(st.integers(min_value=0, max_value=3)):
        later = (one for one in range(day, day + 400) if offset(zone, one) != offset(zone, one + 1))
        day = next(later, day)
    return zone, day * DAY + draw(st.integers(min_value=-144, max_value=144)) * HOUR // 2


def offset(zone: ZoneInfo, day: int) -> timedelta | None:
    return to_utc(day * DAY).astimezone(zone).utcoffset()


curfews = st.builds(
    Windows,
    st.lists(st.sampled_from([day.value for day in Weekday]), unique=True).map(tuple),
    st.sampled_from(CLOCKS),
    st.sampled_from(CLOCKS),
)


@given(curfews, moments())
@settings(max_examples=2000, deadline=None)
def test_a_curfew_holds_within_its_windows(curfew: Windows, moment: tuple[ZoneInfo, int]) -> None:
    """At an instant, the one before, and around the edges of the window."""
    zone, instant = moment
    window = covering([curfew], instant, zone)
    edges = (window.start - 1, *window, window.end - 1) if window else ()
    for one in (instant, instant - 1, *edges):
        assert is_covered(curfew, one, zone) == (covering([curfew], one, zone) is not None)
