"""The changes that were recorded: their history, in words, and how to undo them.

The inverse of a change is written as a change of its own, unless later ones need it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar, Unpack
from zoneinfo import ZoneInfo

from household_graph.changes.authorization.check import check_reach
from household_graph.changes.service import (
    AuthorKeywords,
    ChangeGroup,
    ChangeResult,
    ChangeService,
    Drafts,
    PlannedChange,
)
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, ConflictError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RecordedChange, RelationshipEdit, touching
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, instant_of, short_time
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.graph_rows import connection_of, records_of
from household_graph.store.row_reader import fetch_recorded, last_zone
from household_graph.store.row_store import RowStore

UNDO = "undo"
"""The action of a change that undoes another one."""

_EXISTS = ""
_Key = tuple[str | int, ...]
_Place = tuple[_Key, str]
"""A node or relationship, and one of its properties, or `_EXISTS`."""

_Sides = tuple[Value | None, Value | None]
"""A value before and after a change."""

_Row = TypeVar("_Row", bound=NodeRow | RelationshipRow)


class History(NamedTuple):
    """The changes of a household, or of one thing in it.

    Attributes:
        zone: the time zone of the household.
        changes: the newest first; of one thing, with the edits alone that touch it.
        undone_by: the changes that are undone at present, and the ids of those that undid them.
    """

    zone: ZoneInfo
    changes: tuple[RecordedChange, ...]
    undone_by: Mapping[str, str]


class Changes(ChangeGroup):
    """The changes that were recorded: their history, and how to undo them."""

    def undo(self, change: str, **keywords: Unpack[AuthorKeywords]) -> ChangeResult:
        """Undo a change, with all changes of other households that are one with it.

        What it created is removed, what it changed or removed is restored. The undo takes effect
        when the undone change did, so that the household has never stood as that change had it;
        what was known in between stays on record. Where that would be later than now, it takes
        effect at once.

        Raises:
            UnknownIdError: if there is no such change.
            BadInputError: if it is undone already.
            RefusedError: if later changes depend on it, naming them; or if the actor may not.
        """
        return undo(
            self._store,
            change,
            actor=Actor.of(keywords.pop("party", None), keywords.pop("operator", None)),
            **keywords,
        )

    def history(
        self, entity_id: str, *, since: Moment = None, until: Moment = None, by: str | None = None
    ) -> History:
        """Return who changed a household, or one thing in it, when and why; the newest first.

        It has what was recorded at `since` or later and before `until` (without an offset, local
        time), by one actor or by all. The household may be one that no longer exists.

        Raises:
            UnknownIdError: if there never was anything of that id.
            InvalidTimeError: if a time cannot be read.
        """
        household = household_of(entity_id)
        connection = connection_of(self._store)
        found = fetch_recorded(connection, [household])[household]
        zone = last_zone(found)
        if zone is None:
            raise unknown_household(connection, entity_id, household)
        changes = found.changes
        if entity_id != household:
            known = {node.id for node in found.rows.nodes}
            known |= {edit.id for change in changes for edit in change.edits.nodes}
            if entity_id not in known:
                raise UnknownIdError(entity_id, nearest(entity_id, known))
            changes = tuple(one for change in changes if (one := touching(change, entity_id)).edits)
        first = BEGINNING if since is None else instant_of(since, zone)
        last = FOREVER if until is None else instant_of(until, zone)
        wanted = (
            change
            for change in reversed(changes)
            if first <= from_datetime(change.at) < last and by in {None, *change.actors}
        )
        undone = {one: undo.id for one, undo in undone_by(found.changes).items()}
        return History(zone, tuple(wanted), undone)


def undo(
    store: RowStore,
    change_id: str,
    *,
    actor: Actor,
    **stated: Any,  # noqa: ANN401 - the other fields of a `PlannedChange`
) -> ChangeResult:
    """Undo a change; see `Changes.undo`."""
    check_reach(store, [household_of(change_id)], actor)
    undone = _all_of(store, change_id, actor)
    summary = f"undo {change_id}: {undone[0].summary}"
    at = undone[0].effective_at
    planned = PlannedChange(actor, UNDO, summary, at=at, restores=True, **stated)

    def plan(drafts: Drafts) -> None:
        for change in undone:
            draft = drafts[change.household]
            draft.apply(inverse_of(draft.before, change.edits))

    households = [change.household for change in undone]
    return ChangeService(store).change(households, plan, planned)


def _all_of(store: RowStore, change_id: str, actor: Actor) -> list[RecordedChange]:
    """Return a change and those that are one with it, if they can be undone."""
    records = records_of(store)
    first = _found(_changes(records, [household_of(change_id)]), change_id)
    households = [first.household, *map(household_of, first.together)]
    check_reach(store, households, actor, alone=True)
    changes = _changes(records, households)
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


def _effects(edits: Edits) -> dict[_Place, _Sides]:
    """Return the values that differ afterwards, each before and after."""
    effects: dict[_Place, _Sides] = {}
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    for edit in every:
        if row := edit.after or edit.before:
            sides = (
                {_EXISTS: True, **one.properties} if one else {}
                for one in (edit.before, edit.after)
            )
            effects |= {(row.key, name): values for name, values in _differing(*sides).items()}
    return effects


def _differing(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, _Sides]:
    """Return the properties that differ, by name, each before and after."""
    sides = {name: (before.get(name), after.get(name)) for name in sorted({*before, *after})}
    return {name: values for name, values in sides.items() if values[0] != values[1]}


def inverse_of(rows: Rows, edits: Edits) -> Edits:
    """Return the inverse of edits, for a household as it is now.

    It leaves alone what else became of the same rows.

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
    for name, (was, became) in _differing(before.properties, after.properties).items():
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


_VALIDITY = {"valid_from": ("begins", "has no beginning"), "valid_to": ("ends", "does not end")}


def describe_edits(edits: Edits, zone: ZoneInfo) -> list[str]:
    """Return what edits do, such as `bakers/katie: MEMBER_OF bakers ends 2026-09-01`.

    What is changed comes first, then what is made and removed. Times are in the zone.
    """
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    every.sort(key=lambda edit: edit.before is None or edit.after is None)
    return [line for edit in every for line in _lines(edit, zone)]


def _lines(edit: NodeEdit | RelationshipEdit, zone: ZoneInfo) -> Iterator[str]:
    row = edit.after or edit.before
    if isinstance(row, NodeRow):
        labels = row.labels - {"Party", "PartyRole", "InvolvementRole"} or row.labels
        subject, thing = f"{row.id}:", f"{row.id}: {':'.join(sorted(labels))}"
    elif row:
        subject = thing = f"{row.start}: {row.type} {row.end}"
    if edit.before and edit.after:
        for name, (was, became) in _differing(
            edit.before.properties, edit.after.properties
        ).items():
            begins, never = _VALIDITY.get(name, ("", ""))
            if not begins:
                yield f"{subject} {name}: {_shown(was, zone)} → {_shown(became, zone)}"
            else:
                yield f"{subject} {never if became is None else f'{begins} {_shown(became, zone)}'}"
    elif edit.after:
        spans = [
            f"{words} {_shown(edit.after.properties[name], zone)}"
            for name, (words, _never) in _VALIDITY.items()
            if name in edit.after.properties
        ]
        yield f"{thing} {' '.join(spans) or 'made'}"
    elif edit.before:
        yield f"{thing} removed"


def _shown(value: Value | None, zone: ZoneInfo) -> str:
    """Return a value as people write it."""
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return short_time(from_datetime(value), zone)
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else str(value)
