"""Half-open spans of instants, `[start, end)`, in milliseconds, and validities (law 2)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, to_utc

if TYPE_CHECKING:
    from household_graph.model.rows import Value


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


@lru_cache(maxsize=4096)
def union(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the same time as few spans in their order, apart from each other."""
    found: list[Span] = []
    for span in sorted(spans) if len(spans) > 1 else spans:
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
    if len(some) == len(others) == 1:
        [one], [other] = some, others
        met = one.meet(*other)
        return (met,) if met.start < met.end else ()
    return union(tuple(span.meet(*other) for span in some for other in others))


@lru_cache(maxsize=4096)
def without(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the time of spans that is in none of the others."""
    gaps, start = [], BEGINNING
    for taken in union(others):
        gaps.append(Span(start, taken.start))
        start = taken.end
    return common(spans, (*gaps, Span(start, FOREVER)))


def end_of(spans: Iterable[Span], instant: int) -> int | None:
    """Return when the time ends that holds an instant, of spans that overlap or follow each other.

    None if it never ends, or no span holds the instant.
    """
    ends = (end for start, end in union(tuple(spans)) if start <= instant < end)
    end = next(ends, FOREVER)
    return None if end == FOREVER else end


def span_of(properties: "Mapping[str, Value]") -> tuple[int, int]:
    """Return the validity of a row, in milliseconds; an absent end is open."""
    start, end = properties.get("valid_from"), properties.get("valid_to")
    return (
        from_datetime(start) if isinstance(start, datetime) else BEGINNING,
        from_datetime(end) if isinstance(end, datetime) else FOREVER,
    )


def stated_span(start: int, end: int) -> "dict[str, Value]":
    """Return a validity as properties of a row; an open end is left out."""
    stated: dict[str, Value] = {}
    if start != BEGINNING:
        stated["valid_from"] = to_utc(start)
    if end != FOREVER:
        stated["valid_to"] = to_utc(end)
    return stated


def holds(properties: "Mapping[str, Value]", instant: int) -> bool:
    """Return whether a row is valid at an instant; one without a validity always is."""
    start, end = span_of(properties)
    return start <= instant < end


def ended(properties: "Mapping[str, Value]", at: int) -> "dict[str, Value] | None":
    """Return properties with an end, or None if they have an early enough one already.

    What has not begun by then ends when it begins, and so never held.
    """
    start, end = span_of(properties)
    at = max(at, start)
    return None if end <= at else {**properties, "valid_to": to_utc(at)}
