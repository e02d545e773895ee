"""Hours that recur every week, in words."""

from collections.abc import Sequence

from household_graph.engine.windows import WEEK
from household_graph.model.enums import Weekday
from household_graph.model.spans import Span

_WEEKDAYS = [day.value for day in Weekday]
_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE


def days_in_words(days: Sequence[str]) -> str:
    """Return weekdays in words; those in a row, also over the weekend, as `Sunday to Thursday`."""
    if len(days) == len(_WEEKDAYS):
        return "every day"
    first = next(
        (day for day in days if _WEEKDAYS[_WEEKDAYS.index(day) - 1] not in days), _WEEKDAYS[0]
    )
    turned = _WEEKDAYS[_WEEKDAYS.index(first) :] + _WEEKDAYS[: _WEEKDAYS.index(first)]
    names = [day.capitalize() for day in turned if day in days]
    if len(days) > 2 and {*turned[: len(days)]} <= {*days}:  # noqa: PLR2004 - two are named both
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


def hours_in_words(hours: Sequence[Span]) -> str:
    """Return hours of a week, such as `Sunday to Thursday 21:00 to 07:00`.

    They are in milliseconds from Monday 00:00 on, in order and apart. The whole week has no words:
    there is nothing to say about it.
    """
    if tuple(hours) == (WEEK,):
        return ""
    days: dict[tuple[str, str], list[str]] = {}
    longer = []
    for start, end in _over_sunday(hours):
        begins, ends = _clock(start), _clock(end)
        if end - start <= _DAY:
            days.setdefault((begins, ends), []).append(_WEEKDAYS[start // _DAY])
        else:
            longer.append(f"{_weekday(start)} {begins} to {_weekday(end)} {ends}")
    return " and ".join(
        [f"{days_in_words(of)} {begins} to {ends}" for (begins, ends), of in days.items()] + longer
    )


def _over_sunday(hours: Sequence[Span]) -> list[Span]:
    """Return hours as they are lived: a Sunday night goes on into Monday."""
    if len(hours) > 1 and hours[0].start == WEEK.start and hours[-1].end == WEEK.end:
        return [*hours[1:-1], Span(hours[-1].start, WEEK.end + hours[0].end)]
    return list(hours)


def _weekday(instant: int) -> str:
    return _WEEKDAYS[instant // _DAY % len(_WEEKDAYS)].capitalize()


def _clock(instant: int) -> str:
    hours, minutes = divmod(instant % _DAY // _MINUTE, 60)
    return f"{hours:02}:{minutes:02}"
