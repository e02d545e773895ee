"""Pictures in a real browser, with the network off: what is to be seen is there."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from household_graph import HouseholdGraph
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.installation import shipped
from household_graph.model.printable import printable
from household_graph.viz.diagram import (
    KINDS,
    MARK_COLOURS,
    Diagram,
    DiagramLink,
    DiagramNode,
    Mark,
    build_diagram,
    highlight,
)
from household_graph.viz.heat_map import grid, heat_map, letters
from household_graph.viz.page import html_page
from household_graph.viz.svg import svg_picture
from tests.browser.conftest import SIZE

AT = "2026-11-22T21:30"
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>\x1b[31m\u202e"
_COLOURS_ON_CANVAS = """() => {
  const found = {};
  for (const canvas of document.querySelectorAll('canvas')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      const hex = [0, 1, 2].map((n) => data[i + n].toString(16).padStart(2, '0')).join('');
      found['#' + hex] = (found['#' + hex] || 0) + 1;
    }
  }
  return found;
}"""


def bakers() -> Diagram:
    """All that there ever was of the Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return build_diagram(to_rows(document), None)


def opened(page: Page, path: Path, content: str) -> None:
    """Write a file, and open it."""
    path.write_text(content, encoding="utf-8")
    page.goto(path.as_uri())


def drawn(page: Page, colour: str) -> dict[str, int]:
    """How many pixels of each colour are on the canvas, once there are some of one."""
    for _attempt in range(100):
        found: dict[str, int] = page.evaluate(_COLOURS_ON_CANVAS)
        if found.get(colour, 0) > 100:
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"{colour} is not on the canvas")


def data_of(page: Page) -> Any:  # noqa: ANN401 - JSON
    """What neo4j-viz was given to draw."""
    return json.loads(str(page.locator("#neo4j-viz-data").text_content()))


def test_every_shape_is_on_the_canvas(page: Page, tmp_path: Path) -> None:
    """Each label has its colour, on as much of the canvas as there are shapes of it."""
    whole = bakers()
    opened(page, tmp_path / "bakers.html", html_page(whole))
    found = drawn(page, KINDS["Individual"][1])
    shapes = Counter(shape.kind for shape in whole.nodes)
    one = found[KINDS["Organization"][1]]
    assert {kind: round(found[KINDS[kind][1]] / one) for kind in shapes} == shapes
    assert page.title() == "bakers"
    assert "Organization" in page.inner_text("body")


def test_a_click_tells_the_details(page: Page, tmp_path: Path) -> None:
    """The panel shows the properties of what was clicked on."""
    opened(page, tmp_path / "bakers.html", html_page(bakers()))
    drawn(page, KINDS["Individual"][1])
    data = data_of(page)
    dad = next(node for node in data["nodes"] if node["id"] == "bakers/dad")
    zoom, pan = data["options"]["zoom"], data["options"]["pan"]
    page.mouse.click(*at(page, (dad["x"] - pan["x"]) * zoom, (dad["y"] - pan["y"]) * zoom))
    page.get_by_role("button", name="Toggle graph details panel").click(timeout=5_000)
    page.get_by_text("bakers/dad").first.wait_for(timeout=5_000)
    assert "1978-03-02" in page.inner_text("body")


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place on the page, by how far it is from the middle of the canvas."""
    box = page.locator("canvas").last.bounding_box()
    assert box
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y


@pytest.mark.parametrize(
    ("party", "mark"), [("bakers/granny", Mark.GRANTS), ("bakers/katie", Mark.DENIES)]
)
def test_the_grounds_of_a_decision_stand_out(
    party: str, mark: Mark, page: Page, tmp_path: Path, graph: HouseholdGraph
) -> None:
    """They have the colour of yes or no, what was asked about its own, and all else is pale."""
    decision = graph.check(party, "bakers/movies", device="bakers/stb-living-room", at=AT)
    opened(page, tmp_path / "why.html", html_page(highlight(bakers(), decision)))
    found = drawn(page, MARK_COLOURS[Mark.FADED])
    assert found[MARK_COLOURS[mark]] > 100
    assert found[KINDS["Individual"][1]] > 100
    assert KINDS["BillingAccount"][1] not in found
    assert mark in page.inner_text("body")


def test_an_svg_shows_captions_and_details(page: Page, tmp_path: Path) -> None:
    """Each shape has its caption beside it, and all of it is within the picture."""
    whole = bakers()
    opened(page, tmp_path / "bakers.svg", svg_picture(whole))
    texts = page.locator("text").all_text_contents()
    assert {"Katie", "Home hub", "Cable TV", "Bedtime", "Organization"} <= set(texts)
    assert page.locator("g circle").count() == len(whole.nodes)
    assert page.locator("path").count() == len(whole.links)
    for box in (circle.bounding_box() for circle in page.locator("circle").all()):
        assert box
        assert 0 <= box["x"] <= SIZE["width"] - box["width"]
        assert 0 <= box["y"] <= SIZE["height"] - box["height"]


def test_the_heat_map_is_the_matrix(page: Page, tmp_path: Path, graph: HouseholdGraph) -> None:
    """Each decision has a cell with its letters, its grounds at the pointer, and its colour."""
    decisions = graph.matrix("bakers", at=AT)
    opened(page, tmp_path / "matrix.html", heat_map("bakers", decisions))
    cells = page.locator("td[title]")
    by_row = [one for row in grid(decisions).rows.values() for one in row.values()]
    assert len(by_row) == len(decisions)
    texts = [text.strip() for text in cells.all_text_contents()]
    assert texts == [letters(one) for one in by_row]
    said = [one.reasons[0].text for one in by_row]
    titles = cells.evaluate_all("all => all.map(one => one.title)")
    assert all(text in title for text, title in zip(said, titles, strict=True))
    colours = cells.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    allowed = {colour for one, colour in zip(by_row, colours, strict=True) if one.allowed}
    denied = {colour for one, colour in zip(by_row, colours, strict=True) if not one.allowed}
    assert (len(allowed), len(denied)) == (1, 2)
    assert allowed.isdisjoint(denied)


@pytest.mark.parametrize("form", ["html", "svg"])
def test_texts_of_the_graph_do_nothing(form: str, page: Page, tmp_path: Path) -> None:
    """Markup and scripts in names, properties and titles are text; the page fixture sees if not."""
    shapes = tuple(
        DiagramNode(one, "Individual", EVIL, {"id": one, EVIL: EVIL}) for one in ("a/1", EVIL)
    )
    links = (DiagramLink("a/1", EVIL, (EVIL,), {EVIL: EVIL}),)
    make = {"html": html_page, "svg": svg_picture}[form]
    opened(page, tmp_path / f"evil.{form}", make(Diagram(EVIL, shapes, links)))
    if form == "html":
        drawn(page, KINDS["Individual"][1])
        assert data_of(page)["nodes"][1]["caption"] == printable(EVIL)
    else:
        assert page.locator("text").first.text_content()
    page.wait_for_timeout(100)
    assert page.locator("img").count() == 0
