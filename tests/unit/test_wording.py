"""What a change did, in words."""

from datetime import UTC, datetime

from household_graph.changes.change_history import describe_edits
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Value

LONDON = zone_named("Europe/London")
SEPTEMBER = datetime(2026, 8, 31, 23, tzinfo=UTC)
NOON = datetime(2026, 9, 1, 11, tzinfo=UTC)


def role(**properties: Value) -> NodeRow:
    return NodeRow("bakers/role", frozenset({"PartyRole", "User"}), properties)


def member(**properties: Value) -> RelationshipRow:
    return RelationshipRow("MEMBER_OF", "bakers/katie", "bakers", 1, properties)


def lives(**properties: Value) -> RelationshipRow:
    return RelationshipRow("LOCATED_AT", "bakers/katie", "bakers/home", 0, properties)


def of_nodes(before: NodeRow | None, after: NodeRow | None) -> list[str]:
    return describe_edits(Edits("bakers", (NodeEdit(before, after),)), LONDON)


def of_links(before: RelationshipRow | None, after: RelationshipRow | None) -> list[str]:
    return describe_edits(Edits("bakers", (), (RelationshipEdit(before, after),)), LONDON)


def test_nodes() -> None:
    """A node is made, removed, begins, ends, or has other properties; midnight is a date."""
    assert of_nodes(None, role()) == ["bakers/role: User made"]
    assert of_nodes(None, role(valid_from=SEPTEMBER, valid_to=NOON)) == [
        "bakers/role: User begins 2026-09-01 ends 2026-09-01 12:00"
    ]
    assert of_nodes(role(), None) == ["bakers/role: User removed"]
    assert of_nodes(role(valid_from=NOON), role(valid_to=SEPTEMBER)) == [
        "bakers/role: has no beginning",
        "bakers/role: ends 2026-09-01",
    ]
    assert of_nodes(role(valid_to=NOON, b=True), role(a=("x", "y"), b=False)) == [
        "bakers/role: a: nothing → x y",
        "bakers/role: b: True → False",
        "bakers/role: does not end",
    ]


def test_relationships() -> None:
    """A relationship is named with both its ends, dated or not."""
    assert of_links(None, member()) == ["bakers/katie: MEMBER_OF bakers made"]
    assert of_links(None, member(valid_from=SEPTEMBER)) == [
        "bakers/katie: MEMBER_OF bakers begins 2026-09-01"
    ]
    assert of_links(member(), member(valid_to=SEPTEMBER)) == [
        "bakers/katie: MEMBER_OF bakers ends 2026-09-01"
    ]
    assert of_links(None, lives()) == ["bakers/katie: LOCATED_AT bakers/home made"]
    assert of_links(lives(), None) == ["bakers/katie: LOCATED_AT bakers/home removed"]
    assert of_links(lives(share=40.0), lives(share=60.0)) == [
        "bakers/katie: LOCATED_AT bakers/home share: 40.0 → 60.0"
    ]


def test_what_changes_comes_first() -> None:
    """Before all that is made or removed there is what became of what was there."""
    nodes = (NodeEdit(None, role()),)
    links = (RelationshipEdit(member(), member(valid_to=SEPTEMBER)),)
    assert describe_edits(Edits("bakers", nodes, links), LONDON) == [
        "bakers/katie: MEMBER_OF bakers ends 2026-09-01",
        "bakers/role: User made",
    ]
