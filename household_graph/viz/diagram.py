"""A diagram before it is drawn: nodes, the links between them, their places and colours.

A role is not drawn as a node: it is the link from the party or device that plays it to what it is
on, so that a picture of a household shows people and things only.

Columns go from people on the left to devices on the right: a household has an order that a
force-directed layout does not know. Within a column each node is placed near its neighbours, by the
barycentre method: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System
Structures", 1981. The colours are safe for the colour-blind.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from math import ceil, isqrt
from statistics import fmean

from household_graph.engine.decision import Decision, Reason
from household_graph.engine.question import Moment
from household_graph.model.ids import household_of, local_id
from household_graph.model.instants import from_datetime, instant_of, isoformat
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value, zone_in
from household_graph.model.spans import holds
from household_graph.store.row_store import RowStore

COLUMN, ROW = 260, 84  # units between columns, and between the nodes of one
KINDS = {
    "Organization": (0, "#0072b2"),
    "Individual": (1, "#e69f00"),
    "CustomerAccount": (2, "#8c6bb1"),
    "BillingAccount": (2, "#b39ddb"),
    "DigitalIdentity": (1, "#c7b299"),
    "Product": (3, "#009e73"),
    "Service": (4, "#56b4e9"),
    "Policy": (2, "#d55e00"),
    "Resource": (5, "#7f8c8d"),
    "Place": (0, "#c2c2a0"),
}
"""The labels that are drawn as nodes, each with its column and its colour.

Colours are those of https://jfly.uni-koeln.de/color/ and lighter variants."""
LINE = "#b8bec4"
TEXT = "#24292f"
_ROLES = frozenset({"PartyRole", "ResourceRole", "InvolvementRole"})
_NAMES = ("name", "given_name", "username", "description")
_ON = frozenset({"INVOLVED_IN", "ON_ACCOUNT", "PAYS"})
_SWEEPS = 12
_TALL = 24  # nodes in a column; more only where the picture would be wider than high


class Mark(StrEnum):
    """The part of a node or link in a decision."""

    GRANTS = "grants"
    DENIES = "denies"
    FADED = "faded"


MARK_COLOURS = {Mark.GRANTS: "#1a9850", Mark.DENIES: "#d73027", Mark.FADED: "#e4e4e4"}


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """A node in a picture: its label, one of KINDS, its name, and its properties as text."""

    id: str
    kind: str
    caption: str
    details: Mapping[str, str]
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class DiagramLink:
    """The connection of two nodes: relationships, and the roles that one plays on the other.

    The captions are relationship types and labels of roles, sorted, the details the validity of
    each as text; it goes through the roles of these ids.
    """

    start: str
    end: str
    captions: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    through: frozenset[str] = frozenset()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """The content of a picture; the notes are lines to read above it."""

    title: str
    nodes: tuple[DiagramNode, ...]
    links: tuple[DiagramLink, ...]
    notes: tuple[str, ...] = ()


def load_rows(store: RowStore, household: str, at: Moment = None, *, ended: bool = False) -> Rows:
    """Return the rows of a household that hold at a moment, None: now, or at any time.

    The moment of a past is its own, where none is given.

    Raises:
        UnknownIdError: if there is no such household, or was not then.
        InvalidTimeError: if a time cannot be read.
        BadInputError: if a moment is given beside the one that the past is as of.
    """
    rows, now = store.fetch_household(household)
    moment = store.moment(at)
    if ended and moment is None:
        return rows
    return rows_at(rows, _instant(rows, moment, now))


def load_household(
    store: RowStore, household: str, at: Moment = None, *, ended: bool = False
) -> Diagram:
    """Return the diagram of a household; arguments and errors are those of `load_rows`."""
    rows, now = store.fetch_household(household)
    if ended:
        return replace(build_diagram(rows, None), notes=("at any time",))
    instant = _instant(rows, store.moment(at), now)
    note = f"at {isoformat(instant, zone_in(rows))}"
    return replace(build_diagram(rows, instant), notes=(note,))


def load_ids(
    store: RowStore, title: str, ids: Collection[str], at: Moment = None, *, ended: bool
) -> Diagram:
    """Return the nodes of ids, and what is between them; unknown ids are left out.

    The ids are those of parties, products, roles and the rest, of any number of households; the
    moment, None: now, is read in the zone of each.

    Raises:
        InvalidTimeError: if the moment cannot be read.
    """
    found, now = store.fetch(sorted({household_of(one) for one in ids}))
    parts = [
        select(build_diagram(rows, None if ended else _instant(rows, at, now)), ids)
        for rows in found.values()
    ]
    return Diagram(
        title,
        tuple(node for part in parts for node in part.nodes),
        tuple(link for part in parts for link in part.links),
    )


def _instant(rows: Rows, at: Moment, now: datetime) -> int:
    return from_datetime(now) if at is None else instant_of(at, zone_in(rows))


def rows_at(rows: Rows, at: int) -> Rows:
    """Return the rows that hold at an instant, in milliseconds."""
    nodes = {node.id: node for node in rows.nodes if holds(node.properties, at)}
    links = (link for link in rows.relationships if {link.start, link.end} <= nodes.keys())
    holding = tuple(link for link in links if holds(link.properties, at))
    return Rows(rows.household, tuple(nodes.values()), holding)


def build_diagram(rows: Rows, at: int | None) -> Diagram:
    """Return the diagram of a household at an instant, in milliseconds; None: of all times."""
    rows = rows if at is None else rows_at(rows, at)
    nodes = {node.id: node for node in sorted(rows.nodes, key=lambda node: node.id)}
    relationships = sorted(rows.relationships, key=lambda link: link.key)
    players = {link.end: link.start for link in relationships if _plays(link, nodes)}
    drawn = tuple(_node(node) for node in nodes.values() if not node.labels.isdisjoint(KINDS))
    ids = {node.id for node in drawn}
    parts = [part for link in relationships for part in _parts(link, nodes, players)]
    links = _joined(part for part in parts if {part.start, part.end} <= ids)
    return Diagram(rows.household, drawn, tuple(links))


def select(diagram: Diagram, ids: Collection[str]) -> Diagram:
    """Return the part of a diagram with some ids; a role is selected by both its ends."""
    ends = {end for one in diagram.links if one.through & set(ids) for end in (one.start, one.end)}
    selected = ends.union(ids)
    return replace(
        diagram,
        nodes=tuple(node for node in diagram.nodes if node.id in selected),
        links=tuple(link for link in diagram.links if {link.start, link.end} <= selected),
    )


def truncate(diagram: Diagram, limit: int) -> Diagram:
    """Return a diagram with at most so many nodes: the marked ones, then those with most links."""
    count = Counter(end for link in diagram.links for end in (link.start, link.end))
    first = sorted(diagram.nodes, key=lambda one: (one.mark is Mark.FADED, -count[one.id]))
    return select(diagram, {node.id for node in first[:limit]})


def highlight(diagram: Diagram, decision: Decision) -> Diagram:
    """Return a diagram with the reasons of a decision marked, and everything else faded.

    Where a reason leads from one node to another without a link, a link with its code is added.
    """
    mark = Mark.GRANTS if decision.allowed else Mark.DENIES
    kinds = {node.id: node.kind for node in diagram.nodes}
    paths = [(reason, _drawn_path(reason, decision.party, kinds)) for reason in decision.reasons]
    steps = {step: reason for reason, path in paths for step in pairwise(path)}
    marked = {decision.party, decision.target, decision.device}.union(*(path for _, path in paths))
    pairs = {frozenset(step) for step in steps}
    linked = {frozenset({link.start, link.end}) for link in diagram.links}
    links = [
        replace(one, mark=mark if {one.start, one.end} in pairs else Mark.FADED)
        for one in diagram.links
    ]
    for (start, end), reason in steps.items():
        if frozenset({start, end}) not in linked:
            code = reason.code.value
            links.append(DiagramLink(start, end, (code,), {code: reason.text}, mark=mark))
    may = "may" if decision.allowed else "may not"
    device = f" on {decision.device}" if decision.device else ""
    return Diagram(
        f"{decision.party} {may} {decision.action} {decision.target}{device}",
        tuple(replace(one, mark=mark if one.id in marked else Mark.FADED) for one in diagram.nodes),
        tuple(links),
        (
            f"at {decision.at.isoformat()}",
            *(f"{reason.code.value}: {reason.text}" for reason in decision.reasons),
        ),
    )


def _drawn_path(reason: Reason, party: str, kinds: Mapping[str, str]) -> list[str]:
    """Return the nodes on the path of a reason; that of a policy starts at the party."""
    path = [one for one in reason.path if one in kinds]
    is_policy = path and kinds[path[0]] == "Policy" and party in kinds
    return [party, *path] if is_policy else path


def _plays(link: RelationshipRow, nodes: Mapping[str, NodeRow]) -> bool:
    return link.type == "PLAYS" and not nodes[link.end].labels.isdisjoint(_ROLES)


def _node(node: NodeRow) -> DiagramNode:
    kind = next(kind for kind in KINDS if kind in node.labels)
    names = (str(node.properties[name]) for name in _NAMES if name in node.properties)
    details = {"id": node.id, **{name: _text(v) for name, v in sorted(node.properties.items())}}
    return DiagramNode(node.id, kind, next(names, local_id(node.id)), details)


def _parts(
    link: RelationshipRow, nodes: Mapping[str, NodeRow], players: Mapping[str, str]
) -> Iterator[DiagramLink]:
    """Yield a relationship as a link; the ends of one with a role are the players of the role."""
    if _plays(link, nodes):
        return
    (start, before), (end, after) = (_player(one, players) for one in (link.start, link.end))
    role = nodes[link.start]
    caption = _label(role) if before and link.type in _ON else link.type
    validity = link.properties if link.type not in _ON or not before else role.properties
    yield DiagramLink(
        start, end, (caption,), {caption: _span(validity)}, frozenset({*before, *after})
    )


def _player(node_id: str, players: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the player of a role, and the roles in between; of another node the node itself."""
    roles: list[str] = []
    while node_id in players and node_id not in roles:
        roles.append(node_id)
        node_id = players[node_id]
    return node_id, roles


def _joined(links: Iterable[DiagramLink]) -> Iterator[DiagramLink]:
    """Yield one link for all that go from one node to another."""
    found: dict[tuple[str, str], list[DiagramLink]] = defaultdict(list)
    for link in links:
        found[link.start, link.end].append(link)
    for (start, end), same in found.items():
        texts: dict[str, dict[str, None]] = defaultdict(dict)  # each once, in order
        for one in same:
            for caption, text in one.details.items():
                texts[caption][text] = None
        details = {caption: "; ".join(every) for caption, every in texts.items()}
        through = frozenset[str]().union(*(one.through for one in same))
        yield DiagramLink(start, end, tuple(sorted(details)), details, through)


def _label(role: NodeRow) -> str:
    return min((label for label in role.labels if label not in _ROLES), default="ResourceRole")


def _span(properties: Mapping[str, Value]) -> str:
    words = {"valid_from": "from", "valid_to": "until"}
    ends = [f"{words[name]} {_text(properties[name])}" for name in words if name in properties]
    return " ".join(ends) or "always"


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if not isinstance(value, str | int | float | bool) else str(value)


def positions(diagram: Diagram) -> dict[str, tuple[float, float]]:
    """Return the position of each node, by id: units right and down of the middle."""
    columns = defaultdict[int, list[str]](list)
    for node in diagram.nodes:
        columns[KINDS[node.kind][0]].append(node.id)
    near = _near(diagram)
    for _sweep in range(_SWEEPS):
        for column in sorted(columns):
            heights = {one: y for every in columns.values() for one, y in _heights(every)}
            columns[column].sort(key=lambda one: _barycentre(one, near, heights))
    parts = [part for column in sorted(columns) for part in _split(columns[column])]
    middle = (len(parts) - 1) / 2
    return {
        one: (COLUMN * (number - middle), ROW * y)
        for number, part in enumerate(parts)
        for one, y in _heights(part)
    }


def _split(column: list[str]) -> list[list[str]]:
    """Split a column that is too tall into several, taking turns."""
    tallest = max(_TALL, isqrt(len(column) * COLUMN // ROW))
    count = ceil(len(column) / tallest)
    return [column[start::count] for start in range(count)]


def _near(diagram: Diagram) -> Mapping[str, list[str]]:
    near = defaultdict[str, list[str]](list)
    for link in diagram.links:
        near[link.start].append(link.end)
        near[link.end].append(link.start)
    return near


def _heights(column: list[str]) -> list[tuple[str, float]]:
    """Return how far below the middle each of a column is, in rows."""
    return [(one, number - (len(column) - 1) / 2) for number, one in enumerate(column)]


def _barycentre(one: str, near: Mapping[str, list[str]], heights: Mapping[str, float]) -> float:
    return fmean([heights[other] for other in near[one]]) if near[one] else heights[one]


def stands_out(part: DiagramNode | DiagramLink) -> bool:
    """Return whether a decision rests on a node or link."""
    return part.mark in {Mark.GRANTS, Mark.DENIES}


def node_colour(node: DiagramNode) -> str:
    """Return the colour that fills a node."""
    return MARK_COLOURS[node.mark] if node.mark is Mark.FADED else KINDS[node.kind][1]


def link_colour(link: DiagramLink) -> str:
    """Return the colour of a link."""
    return MARK_COLOURS[link.mark] if link.mark else LINE


def kind_legend(diagram: Diagram) -> dict[str, str]:
    """Return the colours of the labels in a diagram."""
    shown = {node.kind for node in diagram.nodes}
    return {kind: colour for kind, (_, colour) in KINDS.items() if kind in shown}


def mark_legend(parts: Iterable[DiagramNode | DiagramLink]) -> dict[str, str]:
    """Return the colours of what a decision rests on."""
    shown = {part.mark for part in parts if stands_out(part)}
    return {mark.value: colour for mark, colour in MARK_COLOURS.items() if mark in shown}
