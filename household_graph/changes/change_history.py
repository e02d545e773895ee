"""The changes that were recorded: who did what, when and why, in words, and how to undo it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from household_graph.changes.service import ChangeGroup, ChangeResult
from household_graph.changes.undo import undo, undone_by
from household_graph.engine.question import Moment
from household_graph.errors import UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RecordedChange, RelationshipEdit, touching
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, instant_of, to_local
from household_graph.model.rows import NodeRow, RelationshipRow, Value
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_recorded, last_zone


@dataclass(frozen=True, slots=True)
class History:
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

    def undo(
        self,
        change: str,
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        consents: Iterable[str] = (),
    ) -> ChangeResult:
        """Undo a change, with all changes of other households that are one with it.

        What it created is removed, what it changed or removed is restored. The undo takes effect
        when the undone change did, so that the household has never stood as that change had it;
        what was known in between stays on record. Where that would be later than now, it takes
        effect at once.

        Args:
            change: the id, such as `bakers/change-7`.
            party: the full id of the party who undoes it.
            operator: the name of the operator who undoes it; one of the two has to be named.
            reason: why, for the record.
            dry_run: find out the result, and write nothing.
            consents: ids of the parties who agree to what is restored, as an operator may record.

        Raises:
            UnknownIdError: if there is no such change.
            BadInputError: if it is undone already.
            RefusedError: if later changes depend on it, naming them; or if the actor may not.
        """
        return undo(
            self._connection,
            change,
            actor=Actor.of(party, operator),
            reason=reason,
            dry_run=dry_run,
            consents=consents,
        )

    def history(
        self,
        entity_id: str,
        *,
        since: Moment = None,
        until: Moment = None,
        by: str | None = None,
    ) -> History:
        """Return who changed a household, or one thing in it, when and why; the newest first.

        Args:
            entity_id: of a household, also one that no longer exists; or of anything in one.
            since: what was recorded at this time or later; without an offset it is local time.
            until: what was recorded before this time.
            by: what this actor did.

        Raises:
            UnknownIdError: if there never was anything of that id.
            InvalidTimeError: if a time cannot be read.
        """
        household = household_of(entity_id)
        found = fetch_recorded(self._connection, [household])[household]
        zone = last_zone(found)
        if zone is None:
            raise unknown_household(self._connection, entity_id, household)
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
            if first <= from_datetime(change.at) < last and by in {None, change.actor}
        )
        undone = {one: undo.id for one, undo in undone_by(found.changes).items()}
        return History(zone, tuple(wanted), undone)


_VALIDITY = {"valid_from": ("begins", "has no beginning"), "valid_to": ("ends", "does not end")}


def describe_edits(edits: Edits, zone: ZoneInfo) -> list[str]:
    """Return what edits do, such as `bakers/katie: MEMBER_OF bakers ends 2026-09-01`.

    What is changed comes first, then what is made and removed.

    Args:
        edits: of one household.
        zone: of the times in the lines.
    """
    every: list[NodeEdit | RelationshipEdit] = [*edits.nodes, *edits.relationships]
    changed = [edit for edit in every if edit.before and edit.after]
    others = [edit for edit in every if edit.before is None or edit.after is None]
    return [line for edit in (*changed, *others) for line in _lines(edit, zone)]


def _lines(edit: NodeEdit | RelationshipEdit, zone: ZoneInfo) -> Iterator[str]:
    row = edit.after or edit.before
    if row is None:
        return
    if edit.before and edit.after:
        for part in _changes(edit.before.properties, edit.after.properties, zone):
            yield f"{_about(row)} {part}"
    else:
        yield f"{_thing(row)} {' '.join(_span(row.properties, zone)) if edit.after else 'removed'}"


def _about(row: NodeRow | RelationshipRow) -> str:
    """Return what a line about something that was there already begins with."""
    return f"{row.id}:" if isinstance(row, NodeRow) else _thing(row)


def _thing(row: NodeRow | RelationshipRow) -> str:
    """Return what a row is: a node with the most telling of its labels."""
    if isinstance(row, RelationshipRow):
        return f"{row.start}: {row.type} {row.end}"
    telling = row.labels - {"Party", "PartyRole", "InvolvementRole"}
    return f"{row.id}: {':'.join(sorted(telling or row.labels))}"


def _changes(
    before: Mapping[str, Value], after: Mapping[str, Value], zone: ZoneInfo
) -> Iterator[str]:
    for name in sorted({*before, *after}):
        was, became = before.get(name), after.get(name)
        if was == became:
            continue
        if name in _VALIDITY:
            holds, never = _VALIDITY[name]
            yield never if became is None else f"{holds} {_shown(became, zone)}"
        else:
            yield f"{name}: {_shown(was, zone)} → {_shown(became, zone)}"


def _span(properties: Mapping[str, Value], zone: ZoneInfo) -> Iterator[str]:
    """Yield when something that is new begins and ends, or that it is made."""
    spans = [name for name in _VALIDITY if name in properties]
    for name in spans:
        yield f"{_VALIDITY[name][0]} {_shown(properties[name], zone)}"
    if not spans:
        yield "made"


def _shown(value: Value | None, zone: ZoneInfo) -> str:
    """Return a value as people write it; midnight is written as the date alone."""
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        local = to_local(from_datetime(value), zone)
        midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
        return local.date().isoformat() if midnight else local.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else str(value)
