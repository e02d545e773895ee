"""What is in a picture, and where: no database, no browser."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest

from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import Reason, decide
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.installation import shipped
from household_graph.model.enums import ReasonCode
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.viz.diagram import (
    COLUMN,
    ROW,
    Diagram,
    DiagramLink,
    DiagramNode,
    Mark,
    build_diagram,
    highlight,
    positions,
    select,
    truncate,
)
from household_graph.viz.heat_map import Shade, heat_map, letters, shade
from household_graph.viz.svg import svg_picture

SUNDAY = from_datetime(datetime(2026, 11, 22, 20, tzinfo=UTC))


@pytest.fixture(params=["bakers", "bike-shop"])
def whole(request: pytest.FixtureRequest) -> Diagram:
    """All that there ever was of each seed household."""
    return of(request.param)


def of(name: str, at: int | None = None) -> Diagram:
    [document] = read_documents(shipped("seed") / f"{name}.yaml")
    return build_diagram(to_rows(document), at)


def decided(party: str, service: str) -> tuple[Diagram, bool]:
    """A decision on the Bakers' living-room set-top box, in the picture of it."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    question = Question(party, service, device="bakers/stb-living-room")
    decision = decide(facts_from_rows(to_rows(document)), question, now=SUNDAY)
    return highlight(of("bakers"), decision), decision.allowed


def test_roles_are_links_from_who_plays_them(whole: Diagram) -> None:
    """No role has a shape; each is a link between the shapes at its ends, once for each pair."""
    shapes = {shape.id for shape in whole.nodes}
    assert not [shape for shape in whole.nodes if shape.kind.endswith("Role")]
    assert all({link.start, link.end} <= shapes for link in whole.links)
    assert len({(link.start, link.end) for link in whole.links}) == len(whole.links)


def test_a_link_says_which_roles_and_since_when() -> None:
    """Dad is Admin, Chooser and Consumer of his mobile; Jean was a member for a summer."""
    links = {(link.start, link.end): link for link in of("bakers").links}
    assert links["bakers/dad", "bakers/mobile-dad"].captions == ("Admin", "Chooser", "Consumer")
    jean = links["bakers/auntie-jean", "bakers"]
    assert jean.details["MEMBER_OF"].startswith("from 2026-0")
    assert " until 2026-0" in jean.details["MEMBER_OF"]


def test_what_has_ended_is_left_out() -> None:
    """In November Jean is a member no more; in July she was."""
    july = from_datetime(datetime(2026, 7, 1, 12, tzinfo=UTC))
    for at, there in ((SUNDAY, False), (july, True), (None, True)):
        links = {(link.start, link.end) for link in of("bakers", at).links}
        assert (("bakers/auntie-jean", "bakers") in links) == there


def test_a_yes_stands_out_from_the_party_to_the_target() -> None:
    """What leads from granny to the movies is marked, and nothing else is."""
    drawn, allowed = decided("bakers/granny", "bakers/movies")
    marked = {shape.id for shape in drawn.nodes if shape.mark is Mark.GRANTS}
    assert allowed
    assert marked == {
        *("bakers/granny", "bakers", "bakers/cable-tv", "bakers/movies"),
        "bakers/stb-living-room",
    }
    steps = {(link.start, link.end) for link in drawn.links if link.mark is Mark.GRANTS}
    assert ("bakers", "bakers/cable-tv") in steps
    assert ("bakers/cable-tv", "bakers/movies") in steps
    assert {link.mark for link in drawn.links} == {Mark.GRANTS, Mark.FADED}


def test_a_no_stands_out_as_what_forbids_it() -> None:
    """Katie, the movies and the policy between them."""
    drawn, allowed = decided("bakers/katie", "bakers/movies")
    marked = {shape.id for shape in drawn.nodes if shape.mark is Mark.DENIES}
    assert not allowed
    assert {"bakers/katie", "bakers/movies", "bakers/classification"} <= marked
    assert not [shape for shape in drawn.nodes if shape.mark is Mark.GRANTS]
    assert drawn.title == "bakers/katie may not use bakers/movies on bakers/stb-living-room"
    assert drawn.notes[1].startswith("classification: `bakers/classification` forbids")


def test_a_ground_that_nothing_links_is_a_link() -> None:
    """What lacks is not in the graph, and is drawn all the same, by the name of the ground."""
    drawn, _allowed = decided("bakers/au-pair", "bakers/movies")
    found = {(link.start, link.end): link for link in drawn.links if link.mark is Mark.DENIES}
    lacks = found["bakers/au-pair", "bakers/stb-living-room"]
    assert lacks.captions == ("no-device-grant",)
    assert "no Consumer role" in lacks.details["no-device-grant"]
    met = decided("bakers/katie", "bakers/movies")[0].links
    assert ("bakers/katie", "bakers/classification") in {(one.start, one.end) for one in met}


def test_a_part_has_what_ids_speak_of() -> None:
    """Nodes by their ids, roles by what is at both ends, and all that is between these."""
    part = select(of("bakers"), {"bakers/dad", "bakers/bakers.user.account.consumer.cable-tv"})
    assert {shape.id for shape in part.nodes} == {"bakers/dad", "bakers", "bakers/cable-tv"}
    assert ("bakers/dad", "bakers") in {(link.start, link.end) for link in part.links}


def test_what_stands_out_and_has_most_links_is_kept() -> None:
    """A cut picture holds so many shapes, none of those it is about lacks, and the hubs stay."""
    drawn, _allowed = decided("bakers/katie", "bakers/movies")
    marked = {shape.id for shape in drawn.nodes if shape.mark is Mark.DENIES}
    small = {shape.id for shape in truncate(drawn, 10).nodes}
    assert len(small) == 10
    assert marked <= small
    assert "bakers/account" in {shape.id for shape in truncate(of("bakers"), 10).nodes}


def test_several_times_of_one_relationship_are_all_told() -> None:
    """Who was a member twice was so from when to when, twice."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    rows = to_rows(document)
    again = next(one for one in rows.relationships if one.start == "bakers/auntie-jean")
    summer = {"valid_from": datetime(2027, 6, 1, tzinfo=UTC)}
    twice = (*rows.relationships, replace(again, type="MEMBER_OF", period=2, properties=summer))
    links = build_diagram(replace(rows, relationships=twice), None).links
    told = next(one for one in links if (one.start, one.end) == (again.start, again.end))
    assert told.details["MEMBER_OF"].count("from ") == 2
    assert told.details["MEMBER_OF"].endswith("; from 2027-06-01T00:00:00+00:00")


def test_a_tall_column_becomes_several() -> None:
    """A business of many people is no tower, and no ribbon: about as high as it is wide."""
    shapes = tuple(DiagramNode(f"big/{n}", "Individual", "", {}) for n in range(2000))
    where = positions(Diagram("big", shapes, ()))
    assert len(set(where.values())) == len(shapes)
    width, height = (max(one) for one in zip(*where.values(), strict=True))
    assert 0.5 < width / height < 2


def test_no_two_shapes_are_in_one_place(whole: Diagram) -> None:
    """Columns and rows are apart, and all is around the middle."""
    where = positions(whole)
    assert set(where) == {shape.id for shape in whole.nodes}
    assert len(set(where.values())) == len(where)
    for size, values in ((COLUMN, {x for x, _ in where.values()}), (ROW, {0.0})):
        assert all((one - min(values)) % size == 0 for one in values)
    assert abs(sum(x for x in {x for x, _ in where.values()})) < 1e-6


def test_the_same_scene_makes_the_same_picture(whole: Diagram) -> None:
    """Byte for byte, and well formed."""
    text = svg_picture(whole)
    assert text == svg_picture(whole)
    assert ET.fromstring(text).tag.endswith("svg")  # noqa: S314 - our own


def test_an_empty_scene_makes_a_picture() -> None:
    """Nothing to draw is no reason to fall."""
    assert "<svg" in svg_picture(Diagram("nothing", (), ()))


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "\x00\x1b[31m", "\u202e\u2066", "]]>", "\ud800"])
def test_no_text_breaks_a_picture(text: str) -> None:
    """Markup, control characters, changes of direction and half characters: it stays well formed.

    What could be seen of them is seen; what could do something is a replacement character.
    """
    shapes = (
        DiagramNode("a/1", "Individual", text, {text: text}),
        DiagramNode("a/2", "Service", "", {}),
    )
    link = DiagramLink("a/1", "a/2", (text,), {text: text}, mark=Mark.DENIES)
    drawn = svg_picture(Diagram(text, shapes, (link,), (text,)))
    seen = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    texts = [one.text for one in ET.fromstring(drawn).iter() if one.tag.endswith("}text")]  # noqa: S314 - our own
    assert texts.count(seen) == 4
    assert drawn.encode()


def test_no_text_breaks_a_heat_map() -> None:
    """Markup in an id or a ground is text, in cells as well as in attributes."""
    evil = "<img src=x onerror=alert(1)>\" onmouseover='alert(2)' </td>\x1b\u202e"
    reason = Reason(ReasonCode.NOT_GRANTED, evil, ())
    asked = {"party": f"a/{evil}", "target": f"a/{evil}", "device": f"a/{evil}"}
    said = {"allowed": False, "changes_at": None, "codes": (), "reasons": (reason,)}
    page = heat_map(evil, [cast("Any", SimpleNamespace(**asked, **said))])
    assert "<img" not in page
    assert '" onmouseover' not in page
    assert not set(page) & {"\x1b", "\u202e"}


def test_the_order_of_rows_does_not_matter() -> None:
    """A household has one picture, in whatever order the database tells what there is of it."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    rows = to_rows(document)
    turned = Rows(
        rows.household,
        tuple(
            replace(node, properties=dict(reversed(list(node.properties.items()))))
            for node in reversed(rows.nodes)
        ),
        tuple(reversed(rows.relationships)),
    )
    assert svg_picture(build_diagram(turned, SUNDAY)) == svg_picture(build_diagram(rows, SUNDAY))


@pytest.mark.parametrize(
    ("party", "service", "expected"),
    [
        ("bakers/granny", "bakers/movies", (Shade.YES, "✓")),
        ("bakers/katie", "bakers/movies", (Shade.POLICY, "R")),
        ("bakers/katie", "bakers/sports", (Shade.NO_GRANT, "g")),
        ("bakers/au-pair", "bakers/late-night", (Shade.NO_GRANT, "dg")),
    ],
)
def test_a_cell_tells_policies_from_missing_grants(
    party: str, service: str, expected: tuple[Shade, str]
) -> None:
    """What only a policy stands in the way of has another colour than what was never granted."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    question = Question(party, service, device="bakers/stb-living-room")
    decision = decide(facts_from_rows(to_rows(document)), question, now=SUNDAY)
    assert (shade(decision), letters(decision)) == expected
