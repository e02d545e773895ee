"""Undo: the inverse of a change is written as a change of its own, unless later ones need it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from household_graph.changes.authorization.check import check_reach
from household_graph.changes.service import ChangeResult, ChangeService, Drafts, PlannedChange
from household_graph.errors import BadInputError, ConflictError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RecordedChange, RelationshipEdit
from household_graph.model.ids import household_of, nearest
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_recorded

UNDO = "undo"
"""The action of a change that undoes another one."""

_EXISTS = ""
_Key = tuple[str | int, ...]
_Place = tuple[_Key, str]
"""A node or relationship, and one of its properties, or `_EXISTS`."""

_Row = TypeVar("_Row", bound=NodeRow | RelationshipRow)


def undo(
    connection: Connection,
    change_id: str,
    *,
    actor: Actor,
    reason: str | None = None,
    dry_run: bool = False,
    consents: Iterable[str] = (),
    now: datetime | None = None,
) -> ChangeResult:
    """Undo a change; see `Changes.undo`. `now` is in UTC; None: the server's time."""
    check_reach(connection, [household_of(change_id)], actor)
    undone = _all_of(connection, change_id, actor)
    planned = PlannedChange(
        actor=actor,
        action=UNDO,
        summary=f"undo {change_id}: {undone[0].summary}",
        reason=reason,
        at=undone[0].effective_at,
        dry_run=dry_run,
        consents=tuple(consents),
        restores=True,
        now=now,
    )

    def plan(drafts: Drafts) -> None:
        for change in undone:
            draft = drafts[change.household]
            draft.apply(inverse_of(draft.before, change.edits))

    households = [change.household for change in undone]
    return ChangeService(connection).change(households, plan, planned)


def _all_of(connection: Connection, change_id: str, actor: Actor) -> list[RecordedChange]:
    """Return a change and those that are one with it, if they can be undone."""
    first = _found(_changes(connection, [household_of(change_id)]), change_id)
    households = [first.household, *map(household_of, first.together)]
    check_reach(connection, households, actor, alone=True)
    changes = _changes(connection, households)
    undone = [first, *(_found(changes, one) for one in first.together)]
    for change in undone:
        if by := undone_by(changes[change.household]).get(change.id):
            raise BadInputError(
                f"`{change.id}` is undone already, by `{by.id}`",
                hint=f"to restore it, undo that one: household-graph undo {by.id}",
            )
    later = [late for one in undone for late in dependents(one, changes[one.household])]
    if later:
        listed = "; ".join(f"`{one.id}` ({one.action}: {one.summary})" for one in later)
        raise RefusedError(
            f"`{change_id}` cannot be undone while later changes depend on it: {listed}",
            hint=f"undo those first, the latest first: household-graph undo {later[-1].id}",
        )
    return undone


def _changes(
    connection: Connection, households: Sequence[str]
) -> dict[str, tuple[RecordedChange, ...]]:
    found = fetch_recorded(connection, households)
    for household, of_one in found.items():
        if not of_one.rows.nodes and not of_one.changes:
            raise unknown_household(connection, household, household)
    return {household: of_one.changes for household, of_one in found.items()}


def _found(changes: Mapping[str, Sequence[RecordedChange]], change_id: str) -> RecordedChange:
    known = {one.id: one for one in changes[household_of(change_id)]}
    if change_id not in known:
        raise UnknownIdError(change_id, nearest(change_id, known), place="change")
    return known[change_id]


def undone_by(changes: Sequence[RecordedChange]) -> dict[str, RecordedChange]:
    """Return which changes are undone at present, each with the change that undid it.

    `changes` are all of one household, the oldest first. What an undo undid is found by its edits:
    it is the latest change then in effect of which they are the inverse.
    """
    undos: dict[str, list[RecordedChange]] = {}

    def stands(change: RecordedChange) -> bool:
        return not any(stands(undo) for undo in undos.get(change.id, ()))

    effects = {change.id: _effects(change.edits) for change in changes}
    for place, undo in enumerate(changes):
        if undo.action == UNDO:
            inverse = {at: (after, before) for at, (before, after) in effects[undo.id].items()}
            earlier = (one for one in reversed(changes[:place]) if effects[one.id] == inverse)
            undone = next((one for one in earlier if stands(one)), None)
            if undone:
                undos.setdefault(undone.id, []).append(undo)
    return {
        change.id: undos[change.id][-1]
        for change in changes
        if change.id in undos and not stands(change)
    }


def dependents(change: RecordedChange, changes: Sequence[RecordedChange]) -> list[RecordedChange]:
    """Return the later changes that depend on a change, of all of its household, the oldest first.

    One does if it touched the same property of a node, or the same relationship, or anything that
    the change made, or removed what undoing the change would need. A later change that is
    itself undone, and the undo that did so, do not count.
    """
    undone = undone_by(changes)
    later = [one for one in changes if one.revision > change.revision]
    passed = {one.id for one in later if one.id in undone}
    passed |= {undone[one].id for one in passed}
    return [one for one in later if one.id not in passed and _depends_on(one.edits, change.edits)]


def _depends_on(later: Edits, edits: Edits) -> bool:
    if not _places(later).isdisjoint(_places(edits)):
        return True
    made = {edit.id for edit in edits.nodes if edit.before is None}
    if edits.household in made:  # whatever is done in a household rests on its beginning
        return True
    removed = {edit.id for edit in later.nodes if edit.after is None}
    return not made.isdisjoint(_named(later)) or not removed.isdisjoint(_named(edits))


def _named(edits: Edits) -> set[str]:
    """Return the ids of all nodes that are touched, or are an end of what is touched."""
    links = [edit.after or edit.before for edit in edits.relationships]
    ends = {end for link in links if link for end in (link.start, link.end)}
    return ends | {edit.id for edit in edits.nodes}


def _places(edits: Edits) -> set[_Place]:
    """Return what is touched: properties of nodes, and relationships as a whole.

    Relationships of one type between the same two nodes count as one: another period of it may
    overlap with the one that the undo would open again.
    """
    nodes = {place for place in _effects(edits) if len(place[0]) == 1}
    return nodes | {(edit.key[:3], _EXISTS) for edit in edits.relationships}


def _effects(edits: Edits) -> dict[_Place, tuple[object, object]]:
    """Return the values that differ afterwards, each before and after."""
    effects: dict[_Place, tuple[object, object]] = {}
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    for edit in every:
        if row := edit.after or edit.before:
            was, became = (
                {_EXISTS: True, **one.properties} if one else {}
                for one in (edit.before, edit.after)
            )
            for name in {*was, *became}:
                if was.get(name) != became.get(name):
                    effects[row.key, name] = was.get(name), became.get(name)
    return effects


def inverse_of(rows: Rows, edits: Edits) -> Edits:
    """Return the inverse of edits, which leaves alone what else became of the same rows.

    Args:
        rows: the household as it is now.
        edits: those to be undone.

    Raises:
        ConflictError: if something is not what the edits left.
    """
    nodes: dict[_Key, NodeRow] = {row.key: row for row in rows.nodes}
    links: dict[_Key, RelationshipRow] = {row.key: row for row in rows.relationships}
    return Edits(
        rows.household,
        tuple(NodeEdit(*_restored(nodes, edit.before, edit.after)) for edit in edits.nodes),
        tuple(
            RelationshipEdit(*_restored(links, edit.before, edit.after))
            for edit in edits.relationships
        ),
    )


def _restored(
    rows: Mapping[_Key, _Row], before: _Row | None, after: _Row | None
) -> tuple[_Row | None, _Row | None]:
    """Return a row as it is, and with what a change left in it as it was before that change."""
    touched = after or before
    row = rows.get(touched.key) if touched else None
    if row is None or before is None or after is None:
        if row != after:
            raise _outdated(row or after)
        return row, before
    properties = dict(row.properties)
    for name in {*before.properties, *after.properties}:
        was, became = before.properties.get(name), after.properties.get(name)
        if was != became:
            if properties.pop(name, None) != became:
                raise _outdated(row)
            properties |= {name: was} if was is not None else {}
    return row, replace(row, properties=properties)


def _outdated(row: NodeRow | RelationshipRow | None) -> ConflictError:
    what = " ".join(str(part) for part in row.key) if row else ""
    return ConflictError(
        f"`{what}` is not what the change left",
        hint="it was changed a moment ago; see `household-graph history`",
    )
