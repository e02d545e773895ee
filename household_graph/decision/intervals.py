"""Half-open spans of instants, `[start, end)`, in milliseconds."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from household_graph.model.instants import BEGINNING, FOREVER

__all__ = ["ALWAYS", "Span", "contains", "edges"]


class Span(NamedTuple):
    """From its start, until just before its end; empty where the end is not after the start."""

    start: int
    end: int

    def meet(self, start: int, end: int) -> "Span":
        """Return what this span and another have in common."""
        return Span(max(self.start, start), min(self.end, end))


ALWAYS = Span(BEGINNING, FOREVER)


def contains(spans: Iterable[Span], instant: int) -> bool:
    """Return whether one of the spans holds the instant."""
    return any(start <= instant < end for start, end in spans)


def edges(spans: Sequence[Span]) -> Iterable[int]:
    """Return the instants at which one of the spans begins or ends."""
    return (edge for span in spans for edge in span if BEGINNING < edge < FOREVER)
