"""Times of day and weekdays as people write them, at the command line and in the interview.

Documents and the library take `21:00` and `monday` alone. What may mean two things is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from household_graph.errors import BadInputError, did_you_mean
from household_graph.model.enums import Weekday
from household_graph.model.ids import nearest

LONG_WINDOW = 16 * 60
"""Minutes; a curfew that is longer has probably a wrong time, such as 9:00 for 21:00."""
_DAYS = tuple(Weekday)
SCHOOL_NIGHTS = (Weekday.SUNDAY, *_DAYS[:4])
"""Sunday to Thursday, the evenings before a day of school."""

DAY_GROUPS: Mapping[str, tuple[Weekday, ...]] = {
    "weekdays": _DAYS[:5],
    "weekend": _DAYS[5:],
    "weekends": _DAYS[5:],
    "school-nights": SCHOOL_NIGHTS,
    "daily": _DAYS,
    "all": _DAYS,
}
"""The words for several days."""
_SHORTEST = 2  # letters of the name of a day; one does not tell Tuesday from Thursday
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})([:.](?P<minute>[0-9]{2}))?( ?(?P<half>[ap])\.?m\.?)?", re.ASCII
)
_NAMED = {"midnight": "00:00", "noon": "12:00"}
_NOON, _MIDNIGHT = 12, 24
_MINUTES_A_DAY = 24 * 60


def read_time_of_day(text: str) -> str:
    """Return a time of day such as `21:00`, as documents have it.

    It is written as 21:00, 9:00, 21.30, 21, 9pm, 9:30 pm, noon or midnight; minutes are two digits.

    Raises:
        BadInputError: if it cannot be read, or may be morning or evening, such as `9`.
    """
    written = text.strip().lower()
    if written in _NAMED:
        return _NAMED[written]
    found = _TIME.fullmatch(written)
    if not found:
        raise _unreadable(text)
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise _unreadable(text)
        hour = hour % _NOON + (_NOON if found["half"] == "p" else 0)
    elif not found["minute"] and hour in range(1, _NOON + 1) and written[0] != "0":
        raise BadInputError(
            f"the time of day `{text}` may be morning or evening",
            hint=f"write {hour}am or {hour}pm, or {hour:02}:00 of 24 hours",
        )
    if hour >= _MIDNIGHT or minute > 59:  # noqa: PLR2004 - minutes
        raise _unreadable(text)
    return f"{hour:02}:{minute:02}"


def _unreadable(text: str) -> BadInputError:
    return BadInputError(
        f"cannot read the time of day `{text}`",
        hint="write it as 21:00, 21.30, 21 or 9pm, from 00:00, which is midnight, to 23:59",
    )


def read_weekdays(text: str) -> tuple[Weekday, ...]:
    """Return the weekdays that words mean, in the order of the week.

    The words, separated by commas or spaces, are days (`monday`, `mon`), days in a row (`mon-fri`,
    `fri-mon`), `weekdays` (Monday to Friday), `weekend`, `school-nights` (Sunday to Thursday) and
    `daily`.

    Raises:
        BadInputError: naming the word that cannot be read.
    """
    words = re.split(r"[\s,]+", text.strip(" ,").lower().replace("\N{EN DASH}", "-"))
    found = {day for word in words for day in _days(word)}
    return tuple(day for day in _DAYS if day in found)


def _days(word: str) -> Iterable[Weekday]:
    if word in DAY_GROUPS:
        return DAY_GROUPS[word]
    first, dash, last = word.partition("-")
    if not dash:
        return (_day(word),)
    start, end = _day(first), _day(last)
    if start is end:
        raise BadInputError(
            f"`{word}` may be one day or a week", hint=f"write {start.value}, or daily"
        )
    return _row(start, end)


def _row(start: Weekday, end: Weekday) -> Iterator[Weekday]:
    place = _DAYS.index(start)
    yield start
    while _DAYS[place % len(_DAYS)] is not end:
        place += 1
        yield _DAYS[place % len(_DAYS)]


def _day(word: str) -> Weekday:
    named = [day for day in _DAYS if len(word) >= _SHORTEST and day.value.startswith(word)]
    if named:
        return named[0]
    known = [*(day.value for day in _DAYS), *DAY_GROUPS]
    hint = "use days (monday, mon, mon-fri), weekdays, weekend, school-nights or daily"
    raise BadInputError(f"unknown day `{word}`", hint=did_you_mean(nearest(word, known), hint))


def window_minutes(start: str, end: str) -> int:
    """Return the length of a window between two times of day, `HH:MM`, on an ordinary day."""
    begins, ends = (int(one[:2]) * 60 + int(one[3:]) for one in (start, end))
    return (ends - begins) % _MINUTES_A_DAY or _MINUTES_A_DAY


def long_window(start: str, end: str) -> str | None:
    """Return what to say of a window so long that it may be a mistake; None: it is not.

    With `--start 9:00 --end 7:00` a bedtime lasts 22 hours.
    """
    minutes = window_minutes(start, end)
    if minutes <= LONG_WINDOW:
        return None
    hours = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
    return f"the window from {start} to {end} lasts {hours} hours"
