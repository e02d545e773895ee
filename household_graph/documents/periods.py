"""Which time is meant when two are related so more than once.

A document states when, not which time. A stated time is the same as one in the graph if both
begin alike, or else if they overlap: then its validity was corrected. Otherwise it is a new one.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime
from household_graph.model.rows import RelationshipRow, Rows

Pair = tuple[str, str, str]


def with_periods_of(current: Rows, wanted: Rows) -> Iterator[RelationshipRow]:
    """Yield the wanted relationships, dated ones with the period they have in the graph."""
    there: dict[Pair, list[RelationshipRow]] = defaultdict(list)
    for link in current.relationships:
        there[link.type, link.start, link.end].append(link)
    dated: dict[Pair, list[RelationshipRow]] = defaultdict(list)
    for link in wanted.relationships:
        if link.type in DATED_RELATIONSHIPS:
            dated[link.type, link.start, link.end].append(link)
        else:
            yield link
    for pair, links in dated.items():
        yield from _numbered(links, there.get(pair, []))


def _numbered(
    wanted: list[RelationshipRow], there: list[RelationshipRow]
) -> Iterator[RelationshipRow]:
    free = {link.period: link for link in there}
    last = max(free, default=0)
    unmatched = []
    for link in wanted:
        same = [old for old in free.values() if _span(old)[0] == _span(link)[0]]
        if same:
            best = max(same, key=lambda old: (_span(old) == _span(link), -old.period))
            del free[best.period]
            yield replace(link, period=best.period)
        else:
            unmatched.append(link)
    for link in unmatched:
        overlapping = [old for old in free.values() if _overlap(old, link)]
        if overlapping:
            best = min(overlapping, key=lambda old: old.period)
            del free[best.period]
            yield replace(link, period=best.period)
        else:
            last += 1
            yield replace(link, period=last)


def _span(link: RelationshipRow) -> tuple[int, int]:
    start, end = link.properties.get("valid_from"), link.properties.get("valid_to")
    return (
        from_datetime(start) if isinstance(start, datetime) else BEGINNING,
        from_datetime(end) if isinstance(end, datetime) else FOREVER,
    )


def _overlap(one: RelationshipRow, other: RelationshipRow) -> bool:
    return _span(one)[0] < _span(other)[1] and _span(other)[0] < _span(one)[1]
