"""A diagram as one self-contained HTML file, drawn by neo4j-viz."""

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from household_graph.installation import require_extra
from household_graph.model.printable import printable
from household_graph.viz.diagram import (
    COLUMN,
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

if TYPE_CHECKING:
    from neo4j_viz import Node, Relationship

_WINDOW = (1380, 860)  # pixels
_LEGEND = 180  # pixels, on the left
_LINE_HEIGHT = 20  # pixels, of the notes above
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
_HELP = "The panel at the top right shows the details of what you click on."


def html_page(diagram: Diagram) -> str:
    """Return a diagram as a page to move, zoom and search; a click shows the details.

    Raises:
        BadInputError: if neo4j-viz is not installed.
    """
    require_extra("pictures", "neo4j_viz")
    from neo4j_viz import DiscreteLegendSection, Layout, VisualizationGraph

    where = positions(diagram)
    above = _LINE_HEIGHT * (len(diagram.notes) + 2)
    zoom = _zoom(where, above)
    graph = VisualizationGraph(
        [_node(node, where[node.id]) for node in diagram.nodes],
        [_arrow(number, link) for number, link in enumerate(diagram.links)],
    )
    labels, marks = _entries(kind_legend(diagram)), _entries(mark_legend(diagram.links))
    graph.set_legend(
        nodes=DiscreteLegendSection(title="labels", entries=labels),
        relationships=DiscreteLegendSection(title="the decision", entries=marks),
    )
    drawn = graph.render(
        layout=Layout.COORDINATE,
        height="100vh",
        max_allowed_nodes=max(1, len(diagram.nodes)),
        pan_position=(-_LEGEND / 2 / zoom, -above / 2 / zoom),
        initial_zoom=zoom,
        theme="light",
    )
    title = html.escape(printable(diagram.title))
    page = str(drawn.data).replace(_TITLE, f"<title>{title}</title>", 1)
    notes = "".join(f"<br>{html.escape(printable(note))}" for note in (*diagram.notes, _HELP))
    return page.replace(_BODY, f"{_BODY}{_HEADER}<strong>{title}</strong>{notes}</header>", 1)


def _zoom(where: Mapping[str, tuple[float, float]], above: float) -> float:
    """Return the zoom at which everything fits into a usual window, below the notes, in pixels."""
    width = 2 * max((abs(x) for x, _y in where.values()), default=0) + COLUMN / 2
    height = 2 * max((abs(y) for _x, y in where.values()), default=0) + ROW
    room = (_WINDOW[0] - _LEGEND, _WINDOW[1] - above)
    return max(_LEAST_ZOOM, min(1.0, room[0] / width, room[1] / height))


def _node(node: DiagramNode, position: tuple[float, float]) -> "Node":
    from neo4j_viz import Node

    return Node(
        id=node.id,
        caption=printable(node.caption),
        color=node_colour(node),
        size=_MARKED_SIZE if stands_out(node) else _SIZE,
        x=position[0],
        y=position[1],
        properties={"label": node.kind, **_details(node.details)},
    )


def _arrow(number: int, link: DiagramLink) -> "Relationship":
    from neo4j_viz import Relationship

    return Relationship(
        id=number,
        source=link.start,
        target=link.end,
        caption="" if link.mark is Mark.FADED else ", ".join(link.captions),
        caption_size=_MARKED_TEXT if stands_out(link) else None,
        color=link_colour(link),
        width=_MARKED_WIDTH if stands_out(link) else _WIDTH,
        properties=_details(link.details),
    )


def _details(details: Mapping[str, str]) -> dict[str, str]:
    return {printable(name): printable(text) for name, text in details.items()}


def _entries(colours: dict[str, str]) -> list[Any]:
    from neo4j_viz import LegendEntry

    return [LegendEntry(label=label, color=colour) for label, colour in colours.items()]
