"""A scene as SVG, for documents: it stands still, and a pointer on something tells the details."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from household_graph.model.printable import printable
from household_graph.viz.colours import FADED, KIND_COLOURS, LINE, MARK_COLOURS, TEXT
from household_graph.viz.layout import COLUMN, ROW, places
from household_graph.viz.scene import KINDS, Link, Mark, Scene, Shape

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


def svg_picture(scene: Scene) -> str:
    """Return a picture as SVG 1.1, the same text for the same scene."""
    said = [printable(text) for text in (scene.title, *scene.notes)]
    where = _moved(places(scene), _LINE_HEIGHT * len(said))
    right = max((x for x, _y in where.values()), default=0) + _MARGIN
    width = max(right, _MARGIN + _ENTRY * len(_legend_of(scene)), _LETTER * max(map(len, said)))
    height = max((y for _x, y in where.values()), default=0) + ROW + _MARGIN / 2
    root = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:.0f} {height:.0f}"},
    )
    style = SubElement(root, "style")
    style.text = _STYLE
    SubElement(root, "title").text = said[0]
    for link in sorted(scene.links, key=_loudness):
        _line(root, link, where)
    for shape in scene.shapes:
        _circle(root, shape, where[shape.id])
    for number, text in enumerate(said, start=1):
        weight = {"font-weight": "bold"} if number == 1 else {}
        at = {"x": str(_LINE_HEIGHT), "y": str(_LINE_HEIGHT * number + 4)}
        SubElement(root, "text", at | weight).text = text
    _legend(root, scene, height)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _moved(where: Mapping[str, _Place], above: float) -> dict[str, _Place]:
    """Return the places, with the one furthest up and left at the margin, below what is above."""
    left = min((x for x, _y in where.values()), default=0)
    top = min((y for _x, y in where.values()), default=0)
    return {
        one: (x - left + _MARGIN, y - top + _MARGIN / 2 + above) for one, (x, y) in where.items()
    }


def _loudness(link: Link) -> bool:
    return link.mark in {Mark.GRANTS, Mark.DENIES}


def _line(root: Element, link: Link, where: Mapping[str, _Place]) -> None:
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
            "stroke": MARK_COLOURS[link.mark] if link.mark else LINE,
            "stroke-width": "4" if _loudness(link) else "1",
        },
    )
    said = (f"{name} {text}" for name, text in link.details.items())
    SubElement(path, "title").text = printable("\n".join([f"{link.start} → {link.end}", *said]))
    if _loudness(link):
        place = {"x": f"{middle:.0f}", "y": f"{(y1 + y2) / 2 - 6:.0f}", "text-anchor": "middle"}
        SubElement(root, "text", place).text = printable(", ".join(link.captions))


def _circle(root: Element, shape: Shape, place: _Place) -> None:
    x, y = place
    faded = shape.mark is Mark.FADED
    group = SubElement(root, "g", {"opacity": "0.45"} if faded else {})
    colour = FADED if faded else KIND_COLOURS[shape.kind]
    outline = MARK_COLOURS[shape.mark] if shape.mark and not faded else "white"
    at = {"cx": f"{x:.0f}", "cy": f"{y:.0f}", "r": str(_RADIUS)}
    SubElement(group, "circle", at | {"fill": colour, "stroke": outline, "stroke-width": "4"})
    said = (f"{name}: {text}" for name, text in shape.details.items())
    SubElement(group, "title").text = printable("\n".join([shape.kind, *said]))
    below = {"x": f"{x:.0f}", "y": f"{y + _RADIUS + 15:.0f}", "text-anchor": "middle"}
    SubElement(group, "text", below).text = _short(printable(shape.caption))


def _legend_of(scene: Scene) -> dict[str, str]:
    """Return what the colours mean: the labels there are, and what a decision makes of them."""
    shown = {shape.kind for shape in scene.shapes}
    marks = {shape.mark for shape in scene.shapes}
    return {kind: KIND_COLOURS[kind] for kind in KINDS if kind in shown} | {
        mark.value: colour
        for mark, colour in MARK_COLOURS.items()
        if mark in marks and mark is not Mark.FADED
    }


def _legend(root: Element, scene: Scene, height: float) -> None:
    for number, (name, colour) in enumerate(_legend_of(scene).items()):
        x, y = _MARGIN / 2 + number * _ENTRY, height - 24
        SubElement(root, "circle", {"cx": f"{x}", "cy": f"{y:.0f}", "r": "6", "fill": colour})
        text = SubElement(root, "text", {"x": f"{x + 11}", "y": f"{y + 4:.0f}"})
        text.text = name


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
