"""Colours, legends and emphasis, the same in every picture and safe for the colour-blind."""

from collections.abc import Iterable

from household_graph.viz.diagram import KINDS, Diagram, DiagramLink, DiagramNode, Mark

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
