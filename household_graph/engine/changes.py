"""When the answer becomes another one."""

from household_graph.engine.case import Case
from household_graph.engine.curfew import Windows, covering, next_start
from household_graph.model.instants import FOREVER

_HORIZON = 400 * 86_400_000  # milliseconds: a year of weeks with both clock changes in it


def next_change(case: Case, instant: int, *, answer: bool) -> int | None:
    """Return the first later instant with another answer than the one now, or None.

    Between two edges of a case nothing changes but curfew windows, so each such segment is
    looked at once.
    """
    edges = case.edges_after(instant)
    for start, end in zip([instant, *edges], [*edges, FOREVER], strict=True):
        change = _change_within(case, start, end, answer=answer)
        if change is not None:
            return change
    return None


def _change_within(case: Case, start: int, end: int, *, answer: bool) -> int | None:
    """Return the first instant of a segment with another answer, or None."""
    if not case.permitted(start):
        return start if answer else None
    curfews = _in_force(case, start)
    if not curfews:
        return None if answer else start
    change = _first_covered(case, curfews, start) if answer else _first_free(case, curfews, start)
    return change if change is not None and change < end else None


def _first_covered(case: Case, curfews: list[Windows], start: int) -> int | None:
    if covering(curfews, start, case.facts.zone):
        return start
    return next_start(curfews, start, case.facts.zone)


def _first_free(case: Case, curfews: list[Windows], start: int) -> int | None:
    """Return the end of the windows that follow each other without a gap."""
    instant = start
    while instant - start < _HORIZON:
        window = covering(curfews, instant, case.facts.zone)
        if window is None:
            return instant
        instant = window.end
    return None


def _in_force(case: Case, instant: int) -> list[Windows]:
    return [bearing.policy.windows for bearing in case.curfews if bearing.in_force(instant)]
