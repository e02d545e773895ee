"""Who plays which roles, and when: functional roles, and the involvement that comes by them."""

from collections.abc import Iterable
from typing import NamedTuple

from household_graph.model.row_index import RowIndex
from household_graph.model.rows import NodeRow
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind

Span = tuple[int, int]


class Involved(NamedTuple):
    """An involvement role of one holder.

    Attributes:
        id: of the involvement role.
        kind: which.
        item: the product, service or resource it is on.
        role: the party role or resource role that plays it.
        span: when both hold, in milliseconds.
    """

    id: str
    kind: InvolvementKind
    item: str
    role: str
    span: Span


def functional_roles(
    index: RowIndex, party: str, kind: PartyRoleKind, account: str
) -> list[NodeRow]:
    """Return the roles of a kind that a party plays on an account, of whatever time."""
    roles = (index.nodes[link.end] for link in index.out("PLAYS", party))
    return [
        role
        for role in roles
        if kind.value in role.labels
        and any(on.end == account for on in index.out("ON_ACCOUNT", role.id))
    ]


def involved(index: RowIndex, holder: str) -> list[Involved]:
    """Return the involvement roles that a party or a resource itself plays, of whatever time."""
    return [
        Involved(node.id, kind, on.end, role.id, _shared(span_of(role.properties), node))
        for plays in index.out("PLAYS", holder)
        if (role := index.nodes[plays.end])
        for link in index.out("PLAYS", role.id)
        if (node := index.nodes[link.end])
        for kind in InvolvementKind
        if kind.value in node.labels
        for on in index.out("INVOLVED_IN", node.id)
    ]


def player_of(index: RowIndex, role: str) -> str:
    """Return the id of the party or resource that plays a role, by way of other roles or not."""
    while role in index.nodes and (links := index.into("PLAYS", role)):
        role = links[0].start
    return role


def overlap(first: Span, second: Span) -> bool:
    """Return whether two spans have an instant in common."""
    return max(first[0], second[0]) < min(first[1], second[1])


def gaps(wanted: Span, held: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that none of the others covers, in order."""
    found, reached = [], wanted[0]
    for start, end in sorted(span for span in held if overlap(span, wanted)):
        if start > reached:
            found.append((reached, start))
        reached = max(reached, end)
    return [*found, (reached, wanted[1])] if reached < wanted[1] else found


def _shared(span: Span, node: NodeRow) -> Span:
    start, end = span_of(node.properties)
    return max(start, span[0]), min(end, span[1])
