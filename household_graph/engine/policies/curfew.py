"""Curfews: hours on listed weekdays."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from household_graph.engine.policies.restriction import Restriction
from household_graph.engine.windows import Windows
from household_graph.model.enums import Weekday

_WEEKDAYS = [day.value for day in Weekday]


class Curfew(Restriction):
    """Forbids on listed weekdays, from a start to an end on the household's clock."""

    name = "curfew"
    summary = "hours"
    letter = "C"
    is_recurring = True
    options: ClassVar = {"weekdays": "--weekday", "start_time": "--start", "end_time": "--end"}
    required = ("weekdays", "start_time", "end_time")

    def windows(self, terms: Mapping[str, Any]) -> Windows:
        """Return when it forbids."""
        start, end = terms.get("start_time", ""), terms.get("end_time", "")
        return Windows(tuple(terms.get("weekdays", ())), start, end)

    def hours(self, terms: Mapping[str, Any]) -> str:
        """Return the days and hours, such as `Sunday to Thursday, 21:00 to 07:00`."""
        weekdays, start, end = self.windows(terms)
        return f"{_days(weekdays)}, {start} to {end}"


def _days(days: Sequence[str]) -> str:
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
