"""Curfews: hours on listed weekdays."""

from collections.abc import Mapping
from typing import Any, ClassVar

from household_graph.engine.policies.restriction import Restriction
from household_graph.engine.week_hours import days_in_words
from household_graph.engine.windows import Windows


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
        return f"{days_in_words(weekdays)}, {start} to {end}"
