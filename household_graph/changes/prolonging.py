"""Making what holds already hold for longer, and nothing else with it."""

from household_graph.changes.draft import Draft
from household_graph.model.instants import isoformat
from household_graph.model.validity import span_of, stated_span


def prolong(draft: Draft, node_id: str, span: tuple[int, int]) -> None:
    """Let a node hold for a span too, beside that which it holds for already."""
    start, end = span_of(draft.node(node_id).properties)
    hold(draft, node_id, min(start, span[0]), max(end, span[1]))


def prolong_role(draft: Draft, role: str, span: tuple[int, int]) -> None:
    """Let a role hold for longer; what it plays ends, and begins, as it would have without that.

    A note says what ends.
    """
    first, last = span_of(draft.node(role).properties)
    for link in draft.index.out("PLAYS", role):
        start, end = span_of(draft.node(link.end).properties)
        if end > last or start < first:
            hold(draft, link.end, max(start, first), min(end, last))
        if span[1] > last and draft.at < last < end:
            draft.notes.append(f"{link.end} still ends at {isoformat(last, draft.zone)}")
    prolong(draft, role, span)


def hold(draft: Draft, node_id: str, start: int, end: int) -> None:
    """Let a node hold from one instant until another, whatever it did before."""
    stated = stated_span(start, end)
    draft.set(node_id, valid_from=stated.get("valid_from"), valid_to=stated.get("valid_to"))
