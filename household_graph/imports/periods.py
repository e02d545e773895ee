"""Periods: what begins again after it had ended does so beside what it was before.

An export says of a product, a role or a membership that it is there, and not for which time. What
had ended keeps its dates; what begins again is another node, `line.period-2`, or the next period of
a relationship. Exports go on to speak of the latest.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from household_graph.documents.diff import with_periods_of
from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS
from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import span_of

_PERIOD = re.compile(r"(?P<first>.*)\.period-(?P<number>\d+)", re.DOTALL)
_Ends = tuple[str, str, str]


class LatestPeriods(NamedTuple):
    """Rows as the records stated them before and state them now, each as its latest period."""

    before: Rows
    now: Rows


def latest_periods(current: Rows, before: Rows, now: Rows, at: int) -> LatestPeriods:
    """Return rows of records as the periods that they are of in the graph; new ones begin.

    A new one begins where the one in the graph is over at the instant, and the records did not
    state it, or now state that it begins after that.
    """
    present = {node.id: node for node in current.nodes}
    dated = [node for node in (*before.nodes, *now.nodes) if DATED_LABELS & node.labels]
    names = {node.id: _latest(node.id, present) for node in dated}
    stated = {node.id for node in before.nodes}
    begun = {
        node.id: _start(present[names[node.id]], node, at)
        for node in now.nodes
        if names.get(node.id) in present
        and _begins_again(present[names[node.id]], node, at, is_stated=node.id in stated)
    }
    begun |= dict(_involved_anew(now, begun, {one for one in names if names[one] in present}))
    renewed = {one: _next(name) if one in begun else name for one, name in names.items()}
    earlier = _renamed(before, names)
    later = _dated(_renamed(now, renewed), {renewed[one]: start for one, start in begun.items()})
    ends = {_ends(link) for link in earlier.relationships}
    return LatestPeriods(
        *(
            replace(rows, relationships=tuple(_numbered(current, rows, ends, at)))
            for rows in (earlier, later)
        )
    )


def _latest(own_id: str, present: Mapping[str, NodeRow]) -> str:
    name = own_id
    while (following := _next(name)) in present:
        name = following
    return name


def _next(own_id: str) -> str:
    found = _PERIOD.fullmatch(own_id)
    first, number = (found["first"], int(found["number"])) if found else (own_id, 1)
    return f"{first}.period-{number + 1}"


def _begins_again(present: NodeRow, node: NodeRow, at: int, *, is_stated: bool) -> bool:
    """Return whether a node of the records is a period after the one that is present."""
    over = span_of(present.properties)[1]
    start, end = span_of(node.properties)
    if over > at or end <= over:
        return False
    return start >= over or (end > at and not is_stated)


def _start(present: NodeRow, node: NodeRow, at: int) -> int:
    """Return when it begins: as the records say, if that is after the end of the one before."""
    start = span_of(node.properties)[0]
    return start if start >= span_of(present.properties)[1] else at


def _involved_anew(
    now: Rows, begun: Mapping[str, int], present: set[str]
) -> Iterator[tuple[str, int]]:
    """Yield the involvement roles on, or played by, what begins again, and when they do."""
    for link in now.relationships:
        if link.type == "INVOLVED_IN" and link.end in begun and link.start in present:
            yield link.start, begun[link.end]
        if link.type == "PLAYS" and link.start in begun and link.end in present:
            yield link.end, begun[link.start]


def _renamed(rows: Rows, names: Mapping[str, str]) -> Rows:
    return Rows(
        rows.household,
        tuple(replace(node, id=names.get(node.id, node.id)) for node in rows.nodes),
        tuple(
            replace(
                link, start=names.get(link.start, link.start), end=names.get(link.end, link.end)
            )
            for link in rows.relationships
        ),
    )


def _dated(rows: Rows, begun: Mapping[str, int]) -> Rows:
    nodes = (
        replace(node, properties=_from(node.properties, begun[node.id]))
        if node.id in begun
        else node
        for node in rows.nodes
    )
    return replace(rows, nodes=tuple(nodes))


def _from(properties: Mapping[str, Value], start: int) -> Mapping[str, Value]:
    return {**properties, "valid_from": to_utc(start)}


def _numbered(
    current: Rows, rows: Rows, stated: Collection[_Ends], at: int
) -> Iterator[RelationshipRow]:
    """Yield relationships with the periods that they are of; the undated are the latest."""
    existing = defaultdict[_Ends, list[RelationshipRow]](list)
    for link in current.relationships:
        if link.type in DATED_RELATIONSHIPS:
            existing[_ends(link)].append(link)
    undated = [
        link for link in rows.relationships if existing.get(_ends(link)) and not _is_dated(link)
    ]
    others = [
        link for link in rows.relationships if not existing.get(_ends(link)) or _is_dated(link)
    ]
    yield from with_periods_of(current, replace(rows, relationships=tuple(others)))
    for link in undated:
        periods = existing[_ends(link)]
        latest = max(periods, key=lambda one: span_of(one.properties))
        if _ends(link) in stated or span_of(latest.properties)[1] > at:
            yield replace(link, period=latest.period)
        else:
            number = 1 + max(one.period for one in periods)
            yield replace(link, period=number, properties=_from(link.properties, at))


def _ends(link: RelationshipRow) -> _Ends:
    return link.type, link.start, link.end


def _is_dated(link: RelationshipRow) -> bool:
    return not link.properties.keys().isdisjoint(("valid_from", "valid_to"))
