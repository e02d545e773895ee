"""A household as it is, or would be: its rows to be looked up, and its facts to be judged."""

from dataclasses import dataclass

from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.intervals import contains
from household_graph.model.edits import Edits
from household_graph.model.instants import from_datetime
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import Rows


@dataclass(frozen=True, slots=True)
class State:
    """One household.

    Attributes:
        index: its rows.
        facts: of the same rows.
    """

    index: RowIndex
    facts: Facts

    @classmethod
    def of(cls, rows: Rows) -> "State":
        """Return the state of the rows of a household that is there."""
        return cls(RowIndex(rows), facts_from_rows(rows))


def is_minor(facts: Facts, party: str, instant: int) -> bool:
    """Return whether a party is a minor at an instant (law 9)."""
    span = minority(facts, facts.askers[party]) if party in facts.askers else None
    return span is not None and contains([span], instant)


def effective(edits: Edits, now: int) -> int:
    """Return the instant from which on the household has to be as the laws say."""
    return now if edits.effective is None else max(now, from_datetime(edits.effective))
