"""Half-open spans of instants, `[start, end)`, in milliseconds."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from household_graph.model.instants import BEGINNING, FOREVER

__all__ = ["ALWAYS", "Span", "contains", "edges_after"]


class Span(NamedTuple):
    """From its start, until just before its end; empty where the end is not after the start."""

    start: int
    end: int

    def meet(self, start: int, end: int) -> "Span":
        """Return what this span and another have in common."""
        if start <= self.start and self.end <= end:
            return self
        return Span(max(self.start, start), min(self.end, end))


ALWAYS = Span(BEGINNING, FOREVER)


def contains(spans: Iterable[Span], instant: int) -> bool:
    """Return whether one of the spans holds the instant."""
    for start, end in spans:  # noqa: SIM110 - any() takes twice as long, a thousand times a batch
        if start <= instant < end:
            return True
    return False


def edges_after(spans: Iterable[Span], instant: int) -> Iterator[int]:
    """Yield the later instants at which one of the spans begins or ends."""
    for start, end in spans:
        if start > instant:
            yield start
        if instant < end < FOREVER:
            yield end
