"""A diagram as SVG, for documents; hovering shows the details."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from household_graph.model.printable import printable
from household_graph.viz.diagram import (
    COLUMN,
    MARK_COLOURS,
    ROW,
    TEXT,
    Diagram,
    DiagramLink,
    DiagramNode,
    Mark,
    kind_legend,
    link_colour,
    mark_legend,
    node_colour,
    positions,
    stands_out,
)

_RADIUS = 16
_MARGIN = 90
_LINE_HEIGHT = 18
_LETTER = 7  # the width of one, about
_ENTRY = 140  # of the legend
_STYLE = (
    f"text {{ font-family: sans-serif; font-size: 12px; fill: {TEXT}; "
    "paint-order: stroke; stroke: white; stroke-width: 3px }"
)
_LETTERS = 26  # of a caption; the whole of it is in the details
_Place = tuple[float, float]


def svg_picture(diagram: Diagram) -> str:
    """Return a diagram as SVG 1.1, the same text for the same diagram."""
    lines = [printable(text) for text in (diagram.title, *diagram.notes)]
    where = _moved(positions(diagram), _LINE_HEIGHT * len(lines))
    right = max((x for x, _y in where.values()), default=0) + _MARGIN
    width = max(right, _MARGIN + _ENTRY * len(_legend_of(diagram)), _LETTER * max(map(len, lines)))
    height = max((y for _x, y in where.values()), default=0) + ROW + _MARGIN / 2
    root = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:.0f} {height:.0f}"},
    )
    style = SubElement(root, "style")
    style.text = _STYLE
    SubElement(root, "title").text = lines[0]
    for link in sorted(diagram.links, key=stands_out):
        _line(root, link, where)
    for node in diagram.nodes:
        _circle(root, node, where[node.id])
    for number, text in enumerate(lines, start=1):
        weight = {"font-weight": "bold"} if number == 1 else {}
        at = {"x": str(_LINE_HEIGHT), "y": str(_LINE_HEIGHT * number + 4)}
        SubElement(root, "text", at | weight).text = text
    _legend(root, diagram, height)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _moved(where: Mapping[str, _Place], above: float) -> dict[str, _Place]:
    """Move the positions so that the top left one is at the margin, below the notes."""
    left = min((x for x, _y in where.values()), default=0)
    top = min((y for _x, y in where.values()), default=0)
    return {
        one: (x - left + _MARGIN, y - top + _MARGIN / 2 + above) for one, (x, y) in where.items()
    }


def _line(root: Element, link: DiagramLink, where: Mapping[str, _Place]) -> None:
    (x1, y1), (x2, y2) = where[link.start], where[link.end]
    bend = 0.0 if x1 != x2 else COLUMN / 4  # two of one column: not through those in between
    middle = (x1 + x2) / 2 - bend
    curve = f"{middle:.0f},{y1:.0f} {middle:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
    path = SubElement(
        root,
        "path",
        {
            "d": f"M{x1:.0f},{y1:.0f} C{curve}",
            "fill": "none",
            "stroke": link_colour(link),
            "stroke-width": "4" if stands_out(link) else "1",
        },
    )
    details = (f"{name} {text}" for name, text in link.details.items())
    SubElement(path, "title").text = printable("\n".join([f"{link.start} → {link.end}", *details]))
    if stands_out(link):
        place = {"x": f"{middle:.0f}", "y": f"{(y1 + y2) / 2 - 6:.0f}", "text-anchor": "middle"}
        SubElement(root, "text", place).text = printable(", ".join(link.captions))


def _circle(root: Element, node: DiagramNode, position: _Place) -> None:
    x, y = position
    faded = node.mark is Mark.FADED
    group = SubElement(root, "g", {"opacity": "0.45"} if faded else {})
    colour = node_colour(node)
    outline = MARK_COLOURS[node.mark] if node.mark and not faded else "white"
    at = {"cx": f"{x:.0f}", "cy": f"{y:.0f}", "r": str(_RADIUS)}
    SubElement(group, "circle", at | {"fill": colour, "stroke": outline, "stroke-width": "4"})
    details = (f"{name}: {text}" for name, text in node.details.items())
    SubElement(group, "title").text = printable("\n".join([node.kind, *details]))
    below = {"x": f"{x:.0f}", "y": f"{y + _RADIUS + 15:.0f}", "text-anchor": "middle"}
    SubElement(group, "text", below).text = _short(printable(node.caption))


def _legend_of(diagram: Diagram) -> dict[str, str]:
    return kind_legend(diagram) | mark_legend(diagram.nodes)


def _legend(root: Element, diagram: Diagram, height: float) -> None:
    for number, (name, colour) in enumerate(_legend_of(diagram).items()):
        x, y = _MARGIN / 2 + number * _ENTRY, height - 24
        SubElement(root, "circle", {"cx": f"{x}", "cy": f"{y:.0f}", "r": "6", "fill": colour})
        text = SubElement(root, "text", {"x": f"{x + 11}", "y": f"{y + 4:.0f}"})
        text.text = name


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
