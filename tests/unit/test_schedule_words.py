"""Times of day and weekdays as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from household_graph.errors import BadInputError
from household_graph.model.enums import Weekday
from household_graph.model.schedule_words import (
    long_window,
    read_time_of_day,
    read_weekdays,
    window_minutes,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("21:00", "21:00"), ("9:00", "09:00"), ("21.30", "21:30"), ("21", "21:00")),
        *(("9pm", "21:00"), ("9 PM", "21:00"), ("9.30pm", "21:30"), ("9:30 p.m.", "21:30")),
        *(("12am", "00:00"), ("12pm", "12:00"), ("noon", "12:00"), ("Midnight", "00:00")),
        *(("0", "00:00"), ("00", "00:00"), ("07", "07:00"), (" 7am ", "07:00"), ("13", "13:00")),
    ],
)
def test_times_of_day(written: str, meant: str) -> None:
    """A clock of 24 hours and one of 12 are understood, in the usual spellings."""
    assert read_time_of_day(written) == meant


@pytest.mark.parametrize("written", ["9", "7", "1", "10", "12"])
def test_an_hour_that_may_be_morning_or_evening(written: str) -> None:
    """It is refused, with both ways to say it."""
    with pytest.raises(BadInputError, match="morning or evening") as caught:
        read_time_of_day(written)
    assert f"{written}am or {written}pm" in str(caught.value.hint)


@pytest.mark.parametrize(
    "written",
    ["", "24", "24:00", "21:60", "9:5", "13pm", "0am", "-1", "21:00:00", "9 o'clock", "21,30"],
)
def test_no_time_of_day(written: str) -> None:
    """What is no time of day is refused, with examples."""
    with pytest.raises(BadInputError, match="cannot read the time of day"):
        read_time_of_day(written)


@given(st.times())
def test_what_documents_say_stays(moment: object) -> None:
    """Every time of day of a document means itself."""
    written = f"{moment:%H:%M}"
    assert read_time_of_day(written) == written


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("monday", "mon"),
        ("Mon,WED", "mon wed"),
        ("mon wed, fri", "mon wed fri"),
        ("mon-fri", "mon tue wed thu fri"),
        ("weekdays", "mon tue wed thu fri"),
        ("weekend", "sat sun"),
        ("school-nights", "mon tue wed thu sun"),
        ("sun-thu", "mon tue wed thu sun"),
        ("fri-mon", "mon fri sat sun"),
        ("tues,thurs", "tue thu"),
        ("daily", "mon tue wed thu fri sat sun"),
        ("mon\N{EN DASH}wed", "mon tue wed"),
        ("sa-su,monday", "mon sat sun"),
    ],
)
def test_weekdays(written: str, meant: str) -> None:
    """Days, days in a row and words for several mean days, in the order of the week."""
    assert [day.value[:3] for day in read_weekdays(written)] == meant.split()


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("m", "monday"),
        ("t", "weekdays"),
        ("mondy", "`monday`"),
        ("mon-", "mon-fri"),
        ("mon-mon", "daily"),
        ("", "mon-fri"),
        ("1", "mon-fri"),
    ],
)
def test_no_weekday(written: str, hint: str) -> None:
    """A word that is no day, or may mean two things, is refused, with what may be meant."""
    with pytest.raises(BadInputError) as caught:
        read_weekdays(written)
    assert hint in str(caught.value.hint)


@given(st.sets(st.sampled_from(Weekday)))
def test_days_of_documents_stay(days: set[Weekday]) -> None:
    """The days of a document mean themselves."""
    if days:
        assert set(read_weekdays(",".join(days))) == days


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("21:00", "07:00", 600), ("09:00", "07:00", 1320), ("23:00", "23:00", 1440)],
)
def test_how_long_a_window_is(start: str, end: str, minutes: int) -> None:
    """Across midnight too; equal times are a whole day."""
    assert window_minutes(start, end) == minutes


def test_a_window_that_may_be_a_mistake() -> None:
    """More than 16 hours are remarked upon, with how many they are."""
    assert long_window("16:00", "08:00") is None
    assert long_window("16:00", "08:01") == "the window from 16:00 to 08:01 lasts 16.02 hours"
    assert long_window("09:00", "07:00") == "the window from 09:00 to 07:00 lasts 22 hours"
