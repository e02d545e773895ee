"""What may be made to hold from a later instant on: only what carries a validity."""

from collections.abc import Iterator

from household_graph.changes.draft import Draft
from household_graph.errors import BadInputError
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import isoformat
from household_graph.model.rows import NodeRow, RelationshipRow

_VALIDITY = ("valid_from", "valid_to")


def check_timing(draft: Draft, now: int) -> None:
    """Refuse a change that is to take effect later and touches what holds as soon as it is written.

    What is new does no harm before something dated leads to it; what is there already may only
    begin or end.

    Args:
        draft: the change.
        now: the instant at which it is made.

    Raises:
        BadInputError: naming what would change too early.
    """
    if draft.at <= now:
        return
    early = sorted(set(_at_once(draft.edits())))
    if early:
        shown = ", ".join(f"`{one}`" for one in early[:5]) + (" and more" if early[5:] else "")
        raise BadInputError(
            f"this would hold as soon as it is written, not from {isoformat(draft.at, draft.zone)}:"
            f" {shown}",
            hint="leave --at out and make the change on that day",
        )


def _at_once(edits: Edits) -> Iterator[str]:
    """Yield the ids of what is there already and changes other than by beginning or ending."""
    there = {edit.id for edit in edits.nodes if edit.before}
    made = {edit.id for edit in edits.nodes if not edit.before}
    for node in edits.nodes:
        if node.id in there and _beside_validity(node):
            yield node.id
    for link in edits.relationships:
        row = link.after or link.before
        new = link.before is None and row and (row.period or made & {row.start, row.end})
        if row and not new and _beside_validity(link):
            yield f"{row.type} {row.start} {row.end}"


def _beside_validity(edit: NodeEdit | RelationshipEdit) -> bool:
    return _undated(edit.before) != _undated(edit.after)


def _undated(row: NodeRow | RelationshipRow | None) -> object:
    if row is None:
        return None
    return {name: value for name, value in row.properties.items() if name not in _VALIDITY}
