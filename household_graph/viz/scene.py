"""What is in a picture of a household: shapes and the links between them, before any drawing.

A role is no shape of its own: it is the link from whoever plays it to what it is on, so that a
picture of a household shows people and things, not the nodes in between.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import holds

KINDS = (
    "Organization",
    "Individual",
    "CustomerAccount",
    "BillingAccount",
    "DigitalIdentity",
    "Product",
    "Service",
    "Policy",
    "Resource",
    "Place",
)
"""The labels of what has a shape."""
_ROLES = frozenset({"PartyRole", "ResourceRole", "InvolvementRole"})
_NAMES = ("name", "given_name", "username", "description")
_ON = frozenset({"INVOLVED_IN", "ON_ACCOUNT", "PAYS"})


class Mark(StrEnum):
    """What a decision makes of a shape or link."""

    GRANTS = "grants"
    DENIES = "denies"
    FADED = "faded"


@dataclass(frozen=True, slots=True)
class Shape:
    """A node in a picture.

    Attributes:
        id: its id.
        kind: its label, one of KINDS.
        caption: what it is called.
        details: its properties, as text.
        mark: what a decision makes of it.
    """

    id: str
    kind: str
    caption: str
    details: Mapping[str, str]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What is between two shapes: relationships, and the roles that one plays on the other.

    Attributes:
        start: the id of a shape.
        end: the id of another.
        captions: relationship types and labels of roles, sorted.
        details: for each caption since when and until when, as text.
        through: the ids of the roles.
        mark: what a decision makes of it.
    """

    start: str
    end: str
    captions: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    through: frozenset[str] = frozenset()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is in a picture.

    Attributes:
        title: of the picture.
        shapes: the nodes.
        links: what is between them.
        notes: lines to be read above it.
    """

    title: str
    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...] = ()


def held(rows: Rows, at: int) -> Rows:
    """Return the rows that hold at an instant, in milliseconds."""
    nodes = {node.id: node for node in rows.nodes if holds(node.properties, at)}
    links = (link for link in rows.relationships if {link.start, link.end} <= nodes.keys())
    holding = tuple(link for link in links if holds(link.properties, at))
    return Rows(rows.household, tuple(nodes.values()), holding)


def scene(rows: Rows, at: int | None) -> Scene:
    """Return the scene of a household, the same for the same rows in whatever order.

    Args:
        rows: of the household.
        at: the instant of which it is, in milliseconds; None: of all times.
    """
    rows = rows if at is None else held(rows, at)
    nodes = {node.id: node for node in sorted(rows.nodes, key=lambda node: node.id)}
    relationships = sorted(rows.relationships, key=lambda link: link.key)
    players = {link.end: link.start for link in relationships if _plays(link, nodes)}
    shapes = tuple(_shape(node) for node in nodes.values() if not node.labels.isdisjoint(KINDS))
    known = {shape.id for shape in shapes}
    parts = [part for link in relationships for part in _parts(link, nodes, players)]
    links = _joined(part for part in parts if {part.start, part.end} <= known)
    return Scene(rows.household, shapes, tuple(links))


def only(whole: Scene, ids: Collection[str]) -> Scene:
    """Return the part of a scene that ids speak of, roles by what is at both their ends."""
    ends = {end for one in whole.links if one.through & set(ids) for end in (one.start, one.end)}
    kept = ends.union(ids)
    return replace(
        whole,
        shapes=tuple(shape for shape in whole.shapes if shape.id in kept),
        links=tuple(link for link in whole.links if {link.start, link.end} <= kept),
    )


def cut(whole: Scene, limit: int) -> Scene:
    """Return a scene with so many shapes: those that stand out, then those with most links."""
    count = Counter(end for link in whole.links for end in (link.start, link.end))
    first = sorted(whole.shapes, key=lambda one: (one.mark is Mark.FADED, -count[one.id]))
    return only(whole, {shape.id for shape in first[:limit]})


def _is_role(node: NodeRow) -> bool:
    return not node.labels.isdisjoint(_ROLES)


def _plays(link: RelationshipRow, held: Mapping[str, NodeRow]) -> bool:
    return link.type == "PLAYS" and _is_role(held[link.end])


def _shape(node: NodeRow) -> Shape:
    kind = next(kind for kind in KINDS if kind in node.labels)
    names = (str(node.properties[name]) for name in _NAMES if name in node.properties)
    details = {"id": node.id, **{name: _said(v) for name, v in sorted(node.properties.items())}}
    return Shape(node.id, kind, next(names, node.id.rpartition("/")[2]), details)


def _parts(
    link: RelationshipRow, held: Mapping[str, NodeRow], players: Mapping[str, str]
) -> Iterator[Link]:
    """Yield what a relationship is between shapes: with roles, between those who play them."""
    if _plays(link, held):
        return
    (start, before), (end, after) = (_played(one, players) for one in (link.start, link.end))
    role = held[link.start]
    caption = _label(role) if before and link.type in _ON else link.type
    validity = link.properties if link.type not in _ON or not before else role.properties
    yield Link(start, end, (caption,), {caption: _span(validity)}, frozenset({*before, *after}))


def _played(node_id: str, players: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return who plays a role, through other roles or not, and the roles; else the node itself."""
    roles: list[str] = []
    while node_id in players and node_id not in roles:
        roles.append(node_id)
        node_id = players[node_id]
    return node_id, roles


def _joined(links: Iterable[Link]) -> Iterator[Link]:
    """Yield one link for all that go from one shape to another."""
    found: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        found[link.start, link.end].append(link)
    for (start, end), same in found.items():
        yield Link(
            start,
            end,
            tuple(sorted({caption for one in same for caption in one.captions})),
            _details(same),
            frozenset().union(*(one.through for one in same)),
        )


def _details(links: Iterable[Link]) -> dict[str, str]:
    """Return the details of links as one: what holds at several times says all of them."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for link in links:
        for name, text in link.details.items():
            found[name][text] = None
    return {name: "; ".join(texts) for name, texts in found.items()}


def _label(role: NodeRow) -> str:
    return min((label for label in role.labels if label not in _ROLES), default="ResourceRole")


def _span(properties: Mapping[str, Value]) -> str:
    said = {"valid_from": "from", "valid_to": "until"}
    spans = [f"{said[name]} {_said(properties[name])}" for name in said if name in properties]
    return " ".join(spans) or "always"


def _said(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if not isinstance(value, str | int | float | bool) else str(value)
