"""Curfew: what is in scope is forbidden within weekly windows of local time."""

from collections.abc import Sequence
from typing import ClassVar

from household_graph.engine.facts import PolicyFact
from household_graph.engine.policies.restriction import Restriction
from household_graph.engine.windows import Windows
from household_graph.model.enums import Weekday

_WEEK = [day.value for day in Weekday]


class Curfew(Restriction):
    """Forbids on listed weekdays, from a start to an end on the household's clock."""

    name = "curfew"
    letter = "C"
    is_recurring = True
    options: ClassVar = {"weekdays": "--weekday", "start_time": "--start", "end_time": "--end"}
    required = ("weekdays", "start_time", "end_time")

    def windows(self, policy: PolicyFact) -> Windows:
        """Return when it forbids."""
        return Windows(tuple(policy.weekdays), policy.start_time or "", policy.end_time or "")

    def hours(self, policy: PolicyFact) -> str:
        """Return the days and hours, such as `Sunday to Thursday, 21:00 to 07:00`."""
        return f"{_days(policy.weekdays)}, {policy.start_time} to {policy.end_time}"


def _days(days: Sequence[str]) -> str:
    """Return weekdays in words; those in a row, also over the weekend, as `Sunday to Thursday`."""
    if len(days) == len(_WEEK):
        return "every day"
    first = next((day for day in days if _WEEK[_WEEK.index(day) - 1] not in days), _WEEK[0])
    turned = _WEEK[_WEEK.index(first) :] + _WEEK[: _WEEK.index(first)]
    names = [day.capitalize() for day in turned if day in days]
    if len(days) > 2 and turned[len(days) - 1] in days:  # noqa: PLR2004 - two are named both
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)
