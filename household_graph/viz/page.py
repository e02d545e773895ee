"""A scene as one HTML file with all it needs in it, drawn by neo4j-viz; nothing is loaded."""

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from household_graph.model.printable import printable
from household_graph.optional_dependencies import require_extra
from household_graph.viz.colours import KIND_COLOURS, LINE, MARK_COLOURS, TEXT
from household_graph.viz.layout import COLUMN, ROW, places
from household_graph.viz.scene import KINDS, Link, Mark, Scene, Shape

if TYPE_CHECKING:
    from neo4j_viz import Node, Relationship

_WINDOW = (1380, 860)  # pixels
_LEGEND = 180  # pixels, on the left
_LINE_HEIGHT = 20  # pixels, of what is said above
_LEAST_ZOOM = 0.1
_SIZE, _MARKED_SIZE = 30, 36  # radius, pixels
_MARKED_TEXT = 3  # times as large as others
_WIDTH, _MARKED_WIDTH = 1.0, 5.0  # pixels
_TITLE = "<title>neo4j-viz</title>"
_BODY = "<body>"
_HEADER = (
    '<header style="position: fixed; z-index: 1; top: 12px; left: 64px; right: 160px; '
    f"font: 13px/{_LINE_HEIGHT}px system-ui, sans-serif; color: {TEXT}; pointer-events: none; "
    'overflow-wrap: anywhere; unicode-bidi: isolate">'
)
_HOW = "The panel, at the top on the right, tells the details of what is clicked on."


def html_page(scene: Scene) -> str:
    """Return a picture as a page: to be moved, zoomed, searched; a click tells the details.

    Raises:
        BadInputError: if neo4j-viz is not installed.
    """
    require_extra("pictures", "neo4j_viz")
    from neo4j_viz import DiscreteLegendSection, Layout, VisualizationGraph

    where = places(scene)
    above = _LINE_HEIGHT * (len(scene.notes) + 2)
    zoom = _zoom(where, above)
    graph = VisualizationGraph(
        [_node(shape, where[shape.id]) for shape in scene.shapes],
        [_arrow(number, link) for number, link in enumerate(scene.links)],
    )
    shown = {shape.kind for shape in scene.shapes}
    kinds = {kind: KIND_COLOURS[kind] for kind in KINDS if kind in shown}
    graph.set_legend(
        nodes=DiscreteLegendSection(title="labels", entries=_entries(kinds)),
        relationships=DiscreteLegendSection(title="the decision", entries=_entries(_marks(scene))),
    )
    drawn = graph.render(
        layout=Layout.COORDINATE,
        height="100vh",
        max_allowed_nodes=max(1, len(scene.shapes)),
        pan_position=(-_LEGEND / 2 / zoom, -above / 2 / zoom),
        initial_zoom=zoom,
        theme="light",
    )
    title = html.escape(printable(scene.title))
    page = str(drawn.data).replace(_TITLE, f"<title>{title}</title>", 1)
    notes = "".join(f"<br>{html.escape(printable(note))}" for note in (*scene.notes, _HOW))
    return page.replace(_BODY, f"{_BODY}{_HEADER}<strong>{title}</strong>{notes}</header>", 1)


def _zoom(where: Mapping[str, tuple[float, float]], above: float) -> float:
    """Return how large all is seen at once in a window of the usual size.

    Args:
        where: the shapes are.
        above: how many pixels are taken.
    """
    width = 2 * max((abs(x) for x, _y in where.values()), default=0) + COLUMN / 2
    height = 2 * max((abs(y) for _x, y in where.values()), default=0) + ROW
    room = (_WINDOW[0] - _LEGEND, _WINDOW[1] - above)
    return max(_LEAST_ZOOM, min(1.0, room[0] / width, room[1] / height))


def _node(shape: Shape, place: tuple[float, float]) -> "Node":
    from neo4j_viz import Node

    stands_out = shape.mark in {Mark.GRANTS, Mark.DENIES}
    return Node(
        id=shape.id,
        caption=printable(shape.caption),
        color=MARK_COLOURS[shape.mark] if shape.mark is Mark.FADED else KIND_COLOURS[shape.kind],
        size=_MARKED_SIZE if stands_out else _SIZE,
        x=place[0],
        y=place[1],
        properties={"label": shape.kind, **_details(shape.details)},
    )


def _arrow(number: int, link: Link) -> "Relationship":
    from neo4j_viz import Relationship

    stands_out = link.mark in {Mark.GRANTS, Mark.DENIES}
    return Relationship(
        id=number,
        source=link.start,
        target=link.end,
        caption="" if link.mark is Mark.FADED else ", ".join(link.captions),
        caption_size=_MARKED_TEXT if stands_out else None,
        color=MARK_COLOURS[link.mark] if link.mark else LINE,
        width=_MARKED_WIDTH if stands_out else _WIDTH,
        properties=_details(link.details),
    )


def _details(details: Mapping[str, str]) -> dict[str, str]:
    return {printable(name): printable(text) for name, text in details.items()}


def _marks(scene: Scene) -> dict[str, str]:
    found = {link.mark for link in scene.links} - {None, Mark.FADED}
    return {mark.value: MARK_COLOURS[mark] for mark in Mark if mark in found}


def _entries(colours: dict[str, str]) -> list[Any]:
    from neo4j_viz import LegendEntry

    return [LegendEntry(label=label, color=colour) for label, colour in colours.items()]
