"""Half-open spans of instants, `[start, end)`, in milliseconds."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from household_graph.model.instants import BEGINNING, FOREVER


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


@lru_cache(maxsize=4096)
def union(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the same time as few spans in their order, apart from each other."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.start >= span.end:
            continue
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


@lru_cache(maxsize=4096)
def common(some: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the time that spans have in common with others."""
    return union(tuple(span.meet(*other) for span in some for other in others))


@lru_cache(maxsize=4096)
def without(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the time of spans that is in none of the others."""
    ends = [BEGINNING, *chain.from_iterable(union(others)), FOREVER]
    gaps = zip(ends[::2], ends[1::2], strict=True)
    return common(spans, tuple(Span(*gap) for gap in gaps))
