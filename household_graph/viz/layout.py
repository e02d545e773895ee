"""The looks of a diagram: the positions of its nodes, and colours, the same in every picture.

Columns go from people on the left to devices on the right: a household has an order that a
force-directed layout does not know. Within a column each node is placed near its neighbours, by the
barycentre method: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
Structures", 1981. The colours are safe for the colour-blind.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import ceil, isqrt
from statistics import fmean

from household_graph.viz.diagram import KINDS, Diagram, DiagramLink, DiagramNode, Mark

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
KIND_COLOURS = {
    "Organization": "#0072b2",
    "Individual": "#e69f00",
    "CustomerAccount": "#8c6bb1",
    "BillingAccount": "#b39ddb",
    "DigitalIdentity": "#c7b299",
    "Product": "#009e73",
    "Service": "#56b4e9",
    "Policy": "#d55e00",
    "Resource": "#7f8c8d",
    "Place": "#c2c2a0",
}
"""By label: https://jfly.uni-koeln.de/color/ and lighter variants."""
MARK_COLOURS = {Mark.GRANTS: "#1a9850", Mark.DENIES: "#d73027", Mark.FADED: "#e4e4e4"}
LINE = "#b8bec4"
TEXT = "#24292f"
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


def stands_out(part: DiagramNode | DiagramLink) -> bool:
    """Return whether a decision rests on a node or link."""
    return part.mark in {Mark.GRANTS, Mark.DENIES}


def node_colour(node: DiagramNode) -> str:
    """Return the colour that fills a node."""
    return MARK_COLOURS[node.mark] if node.mark is Mark.FADED else KIND_COLOURS[node.kind]


def link_colour(link: DiagramLink) -> str:
    """Return the colour of a link."""
    return MARK_COLOURS[link.mark] if link.mark else LINE


def kind_legend(diagram: Diagram) -> dict[str, str]:
    """Return the colours of the labels in a diagram."""
    shown = {node.kind for node in diagram.nodes}
    return {kind: KIND_COLOURS[kind] for kind in KINDS if kind in shown}


def mark_legend(parts: Iterable[DiagramNode | DiagramLink]) -> dict[str, str]:
    """Return the colours of what a decision rests on."""
    shown = {part.mark for part in parts if stands_out(part)}
    return {mark.value: colour for mark, colour in MARK_COLOURS.items() if mark in shown}
