"""Which later changes rest on an earlier one, so that it cannot be taken back under them."""

from collections.abc import Iterator, Sequence

from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.past import Change
from household_graph.model.rows import NodeRow, RelationshipRow

UNDO = "undo"
"""The action of a change that takes another one back."""

_EXISTS = ""
_Place = tuple[tuple[str | int, ...], str]
"""A node or relationship, and one of its properties, or `_EXISTS`."""


def undone_by(changes: Sequence[Change]) -> dict[str, Change]:
    """Return which changes are taken back as things stand, each with the change that did it.

    Args:
        changes: all of one household, the oldest first. An undo is told by doing the opposite of
            the latest change that then stood.
    """
    undos: dict[str, list[Change]] = {}

    def stands(change: Change) -> bool:
        return not any(stands(undo) for undo in undos.get(change.id, ()))

    effects = {change.id: _effects(change.edits) for change in changes}
    for place, undo in enumerate(changes):
        if undo.action == UNDO:
            wanted = {at: (after, before) for at, (before, after) in effects[undo.id].items()}
            earlier = (one for one in reversed(changes[:place]) if effects[one.id] == wanted)
            undone = next((one for one in earlier if stands(one)), None)
            if undone:
                undos.setdefault(undone.id, []).append(undo)
    return {
        change.id: undos[change.id][-1]
        for change in changes
        if change.id in undos and not stands(change)
    }


def dependents(change: Change, changes: Sequence[Change]) -> list[Change]:
    """Return the later changes that rest on a change, the oldest first.

    One does if it touched the same property of a node, or the same relationship, or anything that
    the change made, or removed what taking the change back would need. A later change that is
    itself taken back, and the undo that did so, do not count.

    Args:
        change: the one that is to be taken back.
        changes: all of its household, the oldest first.
    """
    undone = undone_by(changes)
    later = [one for one in changes if one.revision > change.revision]
    passed = {one.id for one in later if one.id in undone}
    passed |= {undone[one].id for one in passed}
    return [one for one in later if one.id not in passed and _rests_on(one.edits, change.edits)]


def _rests_on(later: Edits, edits: Edits) -> bool:
    if not _places(later).isdisjoint(_places(edits)):
        return True
    made = {edit.id for edit in edits.nodes if edit.before is None}
    removed = {edit.id for edit in later.nodes if edit.after is None}
    return not made.isdisjoint(_named(later)) or not removed.isdisjoint(_named(edits))


def _named(edits: Edits) -> set[str]:
    """Return the ids of all nodes that are touched, or are an end of what is touched."""
    links = [edit.after or edit.before for edit in edits.relationships]
    ends = {end for link in links if link for end in (link.start, link.end)}
    return ends | {edit.id for edit in edits.nodes}


def _places(edits: Edits) -> set[_Place]:
    """Return what is touched: properties of nodes, and relationships as a whole.

    Relationships of one type between the same two are one, however often: another time of it may
    overlap with what taking back would open again.
    """
    nodes = {place for place in _effects(edits) if len(place[0]) == 1}
    links = {(edit.key[:3], _EXISTS) for edit in edits.relationships}
    return nodes | links


def _effects(edits: Edits) -> dict[_Place, tuple[object, object]]:
    """Return what is another afterwards, with what it was and what it became."""
    effects: dict[_Place, tuple[object, object]] = {}
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    for edit in every:
        row = edit.after or edit.before
        if row:
            was, became = dict(_stated(edit.before)), dict(_stated(edit.after))
            for name in {*was, *became}:
                if was.get(name) != became.get(name):
                    effects[row.key, name] = was.get(name), became.get(name)
    return effects


def _stated(row: NodeRow | RelationshipRow | None) -> Iterator[tuple[str, object]]:
    if row:
        yield _EXISTS, True
        yield from row.properties.items()
