"""Positions of the nodes of a diagram, in columns from people on the left to devices on the right.

A household has an order that a force-directed layout does not know. Within a column each node
is placed near its neighbours, by the barycentre method: Sugiyama, Tagawa, Toda, "Methods for
Visual Understanding of Hierarchical System Structures", 1981.
"""

from collections import defaultdict
from collections.abc import Mapping
from math import ceil, isqrt
from statistics import fmean

from household_graph.viz.diagram import Diagram

COLUMN, ROW = 260, 84  # units between columns, and between the nodes of one
_COLUMNS = {
    "Place": 0,
    "Organization": 0,
    "Individual": 1,
    "DigitalIdentity": 1,
    "CustomerAccount": 2,
    "BillingAccount": 2,
    "Policy": 2,
    "Product": 3,
    "Service": 4,
    "Resource": 5,
}
_SWEEPS = 12
_TALL = 24  # nodes in a column; more only where the picture would be wider than high


def positions(diagram: Diagram) -> dict[str, tuple[float, float]]:
    """Return the position of each node, by id: units right and down of the middle."""
    columns = defaultdict[int, list[str]](list)
    for node in diagram.nodes:
        columns[_COLUMNS[node.kind]].append(node.id)
    near = _near(diagram)
    for _sweep in range(_SWEEPS):
        for column in sorted(columns):
            heights = {one: y for every in columns.values() for one, y in _heights(every)}
            columns[column].sort(key=lambda one: _barycentre(one, near, heights))
    parts = [part for column in sorted(columns) for part in _parts(columns[column])]
    middle = (len(parts) - 1) / 2
    return {
        one: (COLUMN * (number - middle), ROW * y)
        for number, part in enumerate(parts)
        for one, y in _heights(part)
    }


def _parts(column: list[str]) -> list[list[str]]:
    """Split a column that is too tall into several, taking turns."""
    tallest = max(_TALL, isqrt(len(column) * COLUMN // ROW))
    count = ceil(len(column) / tallest)
    return [column[start::count] for start in range(count)]


def _near(diagram: Diagram) -> Mapping[str, list[str]]:
    near = defaultdict[str, list[str]](list)
    for link in diagram.links:
        near[link.start].append(link.end)
        near[link.end].append(link.start)
    return near


def _heights(column: list[str]) -> list[tuple[str, float]]:
    """Return how far below the middle each of a column is, in rows."""
    return [(one, number - (len(column) - 1) / 2) for number, one in enumerate(column)]


def _barycentre(one: str, near: Mapping[str, list[str]], heights: Mapping[str, float]) -> float:
    return fmean([heights[other] for other in near[one]]) if near[one] else heights[one]
