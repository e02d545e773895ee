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
    legend = kind_legend(diagram) | mark_legend(diagram.nodes)
    where = _moved(positions(diagram), _LINE_HEIGHT * len(lines))
    right = max((x for x, _y in where.values()), default=0) + _MARGIN
    width = max(right, _MARGIN + _ENTRY * len(legend), _LETTER * max(map(len, lines)))
    height = max((y for _x, y in where.values()), default=0) + ROW + _MARGIN / 2
    namespace = "http://www.w3.org/2000/svg"
    root = Element("svg", {"xmlns": namespace, "viewBox": f"0 0 {width:.0f} {height:.0f}"})
    _add(root, "style", _STYLE)
    _add(root, "title", lines[0])
    for link in sorted(diagram.links, key=stands_out):
        _line(root, link, where)
    for node in diagram.nodes:
        _circle(root, node, where[node.id])
    for number, text in enumerate(lines, start=1):
        weight = {"font_weight": "bold"} if number == 1 else {}
        _add(root, "text", text, x=_LINE_HEIGHT, y=_LINE_HEIGHT * number + 4, **weight)
    for number, (name, colour) in enumerate(legend.items()):
        x, y = _MARGIN / 2 + number * _ENTRY, height - 24
        _add(root, "circle", cx=x, cy=f"{y:.0f}", r=6, fill=colour)
        _add(root, "text", name, x=x + 11, y=f"{y + 4:.0f}")
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _add(parent: Element, tag: str, text: str | None = None, **attributes: object) -> Element:
    """Add an element; an underscore in the name of an attribute is a hyphen."""
    named = {name.replace("_", "-"): str(value) for name, value in attributes.items()}
    element = SubElement(parent, tag, named)
    element.text = text
    return element


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
    path = _add(
        root,
        "path",
        d=f"M{x1:.0f},{y1:.0f} C{curve}",
        fill="none",
        stroke=link_colour(link),
        stroke_width=4 if stands_out(link) else 1,
    )
    details = (f"{name} {text}" for name, text in link.details.items())
    _add(path, "title", printable("\n".join([f"{link.start} → {link.end}", *details])))
    if stands_out(link):
        captions = printable(", ".join(link.captions))
        y = f"{(y1 + y2) / 2 - 6:.0f}"
        _add(root, "text", captions, x=f"{middle:.0f}", y=y, text_anchor="middle")


def _circle(root: Element, node: DiagramNode, position: _Place) -> None:
    x, y = (f"{one:.0f}" for one in position)
    faded = node.mark is Mark.FADED
    group = _add(root, "g", opacity=0.45) if faded else _add(root, "g")
    outline = MARK_COLOURS[node.mark] if node.mark and not faded else "white"
    fill = node_colour(node)
    _add(group, "circle", cx=x, cy=y, r=_RADIUS, fill=fill, stroke=outline, stroke_width=4)
    details = (f"{name}: {text}" for name, text in node.details.items())
    _add(group, "title", printable("\n".join([node.kind, *details])))
    caption = printable(node.caption)
    short = caption if len(caption) <= _LETTERS else f"{caption[: _LETTERS - 1]}…"
    _add(group, "text", short, x=x, y=f"{position[1] + _RADIUS + 15:.0f}", text_anchor="middle")
