"""The change service: every change of households goes through here.

The households are locked and read; a planner changes drafts of them in memory; authority, owners,
consents and times are checked on the edits; one statement writes them, with the access cache; a
`Change` records it. A dry run does the same without the writing and reports what the real change
would.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict, Unpack

from household_graph.changes.authorization.check import (
    check_authority,
    check_own,
    check_owners,
    check_reach,
)
from household_graph.changes.authorization.safeguards import check_consents, check_guarantors
from household_graph.changes.bill_shares import who_pays_more
from household_graph.changes.draft import Draft, undated
from household_graph.doctor.effect import without_effect
from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.ids import household_of, nearest, qualify
from household_graph.model.instants import from_datetime, instant_of, isoformat, zone_named
from household_graph.model.rows import RowIndex, Rows, zone_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows_and_now
from household_graph.store.write_validation import check_households, check_times
from household_graph.store.writer import ChangeMetadata, write

_APPOINT = "appoint a party first, such as with `household-graph role grant`"
_SUCCESSOR = "name a successor with --successor, or appoint a party first"
_MAX_SHOWN = 5  # ids in a message

Drafts = Mapping[str, Draft]
Planner = Callable[[Drafts], object]
"""Changes the drafts of the households concerned, by id; a new household has no rows yet.

It may be called again if the transaction has to start again, so it must do nothing else.
"""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """Who asks for a change, why, and when it takes effect.

    Attributes:
        actor: a party of the household, to whom the laws apply, or an operator of the provider.
        action: what kind of change, such as `role grant`.
        summary: one line on what is changed; None: the rows are counted.
        at: when it takes effect; None: now. Without an offset it is local time of the household.
        dry_run: find out the result, and write nothing.
        require_owners: whether it is refused when something live would be left without an Admin,
            Customer, Bill Payer or responsible adult; a party is always held to that.
        consents: ids, full or local, of the parties who agree to their part in it, as an operator
            records.
        restores: whether it brings back an earlier state. It then takes effect now at the latest,
            may make a household again, and those concerned need not agree once more, if an
            operator makes it.
        now: when it is made; None: the server's time once the households are locked.
    """

    actor: Actor
    action: str
    summary: str | None = None
    reason: str | None = None
    at: Moment = None
    dry_run: bool = False
    require_owners: bool = False
    consents: tuple[str, ...] = ()
    restores: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class HouseholdChange:
    """The result of a change in one household, with every row that is touched.

    Attributes:
        at: when the change takes effect, in milliseconds since 1970 (UTC).
        access: who gains and loses what, at that instant.
        lacking: what is then live and lacks an owner, and did not before.
        notes: what else the actor should know, a line each.
        change: the id of the `Change` that records it; None in a dry run.
    """

    household: str
    at: int
    edits: Edits
    access: tuple[AccessChange, ...]
    lacking: tuple[OwnershipGap, ...]
    notes: tuple[str, ...]
    change: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """The result of a change, or of a dry run of it.

    Attributes:
        households: one entry for each household that is changed; empty: no change is needed.
        dry_run: whether nothing was written.
    """

    households: tuple[HouseholdChange, ...]
    dry_run: bool = False

    @property
    def changes(self) -> tuple[str, ...]:
        """The ids of the changes that were recorded, for `graph.changes.undo`."""
        return tuple(one.change for one in self.households if one.change)

    @property
    def access(self) -> tuple[AccessChange, ...]:
        """Who gains and loses what, in all the households."""
        return tuple(access for one in self.households for access in one.access)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else the actor should know, a line each."""
        return tuple(note for one in self.households for note in one.notes)


class ChangeService:
    """Makes changes of households in one graph."""

    def __init__(self, connection: Connection) -> None:
        """Change households over an open connection."""
        self._connection = connection

    def change(
        self, households: Iterable[str], planner: Planner, planned: PlannedChange
    ) -> ChangeResult:
        """Change households, all of them or none; these may be changed, and the first must exist.

        Raises:
            RefusedError: if a law forbids it.
            BadInputError: if it cannot be done so; UnknownIdError: if an id does not exist.
            OutcomeUnknownError: if it may have been made, though its answer was lost.
            DatabaseUnavailableError: if the server does not answer.
        """
        ids = list(dict.fromkeys(households))
        check_households(ids)
        check_reach(self._connection, ids, planned.actor)
        consents = tuple(sorted({qualify(ids[0], one) for one in planned.consents}))
        planned = replace(planned, consents=consents)
        results: dict[str, HouseholdChange] = {}

        def plan(rows: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
            check_own(rows, planned.actor)
            if not rows[ids[0]].nodes and not planned.restores:
                if planned.actor.is_party:  # who learns of no other household
                    raise UnknownIdError(planned.actor.name, place="actor")
                raise unknown_household(self._connection, ids[0], ids[0])
            results.clear()
            for result in _plan({one: rows[one] for one in ids}, planner, planned, at):
                results[result.household] = result
                yield result.edits

        if planned.dry_run:
            rows, now = fetch_rows_and_now(self._connection, ids)
            list(plan(rows, planned.now or now))
            return ChangeResult(tuple(results.values()), dry_run=True)
        metadata = ChangeMetadata(
            actor=planned.actor,
            action=planned.action,
            reason=planned.reason,
            at=planned.now,
            consents=consents,
            summary=planned.summary,
            joint=len(ids) > 1,
        )
        committed = write(self._connection, ids, plan, metadata, check_authority)
        changes = {one.household: one.change for one in committed}
        return ChangeResult(
            tuple(replace(one, change=changes.get(one.household)) for one in results.values())
        )


def _plan(
    rows: Mapping[str, Rows], planner: Planner, planned: PlannedChange, made_at: datetime
) -> list[HouseholdChange]:
    now = from_datetime(made_at)
    drafts = _drafts(rows, planned, now)
    planner(drafts)
    changed = [draft for draft in drafts.values() if draft.edits()]
    edits = [draft.edits() for draft in changed]
    check_times(rows, edits, now)
    for draft in changed:
        check_early_effects(draft, now)
    check_authority(rows, edits, planned.actor, now)
    check_guarantors(rows, edits, now)
    for draft in changed:
        draft.notes += who_pays_more(drafts, draft.household)
    results = [_result(draft) for draft in changed]
    if planned.require_owners or planned.actor.is_party:
        left = [lack for result in results for lack in result.lacking]
        check_owners(left, _SUCCESSOR if planned.require_owners else _APPOINT)
    if planned.actor.is_party or not planned.restores:
        check_consents(drafts, planned.actor, planned.consents)
    return results


def _drafts(rows: Mapping[str, Rows], planned: PlannedChange, now: int) -> dict[str, Draft]:
    zones = {one: zone_of(one, of_one.nodes) for one, of_one in rows.items()}
    zone = next(filter(None, zones.values()), zone_named("UTC"))
    at = now if planned.at is None else instant_of(planned.at, zone)
    at = min(at, now) if planned.restores else at
    party = planned.actor.party_id
    return {one: Draft(of_one, at, zones[one] or zone, party) for one, of_one in rows.items()}


def _result(draft: Draft) -> HouseholdChange:
    before = facts_from_rows(draft.before) if draft.before.nodes else None
    after = draft.facts if draft.rows.nodes else None
    known = ownership_gaps(RowIndex(draft.before), before, draft.at) if before else []
    gaps = ownership_gaps(draft.index, after, draft.at) if after else []
    return HouseholdChange(
        household=draft.household,
        at=draft.at,
        edits=draft.edits(),
        access=tuple(compare(before, after, draft.at)),
        lacking=tuple(gap for gap in gaps if gap not in known),
        notes=(*draft.notes, *remarks(draft.before, draft.rows, draft.at)),
    )


def remarks(before: Rows, after: Rows, at: int) -> tuple[str, ...]:
    """Return what the doctor finds without effect at an instant, and did not before a change."""
    known = without_effect(before, at) if before.nodes else []
    found = without_effect(after, at) if after.nodes else []
    return tuple(text for text in found if text not in known)


def check_early_effects(draft: Draft, now: int) -> None:
    """Refuse a change that is to take effect later and touches what holds as soon as it is written.

    What is new does no harm before something dated leads to it; what is there already may only
    begin or end.

    Raises:
        BadInputError: naming what would change too early.
    """
    if draft.at <= now:
        return
    early = sorted(set(_at_once(draft.edits())))
    if early:
        shown = ", ".join(f"`{one}`" for one in early[:_MAX_SHOWN])
        shown += " and more" if early[_MAX_SHOWN:] else ""
        raise BadInputError(
            f"this would hold as soon as it is written, not from {isoformat(draft.at, draft.zone)}:"
            f" {shown}",
            hint="leave --at out and make the change on that day",
        )


def _at_once(edits: Edits) -> Iterator[str]:
    """Yield the ids of what is there already and changes other than by beginning or ending."""
    made = {edit.id for edit in edits.nodes if not edit.before}
    for node in edits.nodes:
        if node.before and _beside_validity(node):
            yield node.id
    for link in edits.relationships:
        row = link.after or link.before
        new = link.before is None and row and (row.period or made & {row.start, row.end})
        if row and not new and _beside_validity(link):
            yield f"{row.type} {row.start} {row.end}"


def _beside_validity(edit: NodeEdit | RelationshipEdit) -> bool:
    before, after = (row and undated(row) for row in (edit.before, edit.after))
    return before != after


class ChangeKeywords(TypedDict, total=False):
    """The keyword arguments that every change takes, besides its own.

    Either `party` or `operator` says who makes it.

    Attributes:
        party: the full id of the party who makes the change, such as `bakers/mum`; the laws apply.
        operator: the name of the operator who makes the change.
        reason: why, for the record.
        at: when it takes effect; None: now. Without an offset it is local time of the household.
        dry_run: find out the result, and write nothing.
        consents: ids of the parties who agree to become Bill Payer, guarantor or successor, as an
            operator records.
    """

    party: str | None
    operator: str | None
    reason: str | None
    at: Moment
    dry_run: bool
    consents: Iterable[str]


def planned_change(
    action: str,
    summary: str | None,
    *,
    party: str | None = None,
    operator: str | None = None,
    reason: str | None = None,
    at: Moment = None,
    dry_run: bool = False,
    consents: Iterable[str] = (),
) -> PlannedChange:
    """Return a change as `ChangeKeywords` ask for it; just one of party and operator is named."""
    return PlannedChange(
        actor=Actor.of(party, operator),
        action=action,
        summary=summary,
        reason=reason,
        at=at,
        dry_run=dry_run,
        consents=tuple(consents),
    )


class ChangeGroup:
    """Changes and lists of one kind of thing.

    Every change takes the arguments of `ChangeKeywords` as well, returns a `ChangeResult`, and
    raises the errors of `ChangeService.change`. Every list raises UnknownIdError if there is
    nothing of an id, BadInputError if it is of something else, and InvalidTimeError if a time
    cannot be read.
    """

    def __init__(self, connection: Connection | None) -> None:
        """Change households over an open connection; None: the graph is a past state."""
        self._opened = connection

    @property
    def _connection(self) -> Connection:
        if self._opened is None:
            raise BadInputError(
                "a past state of the graph cannot be changed or listed", hint="use the graph itself"
            )
        return self._opened

    def _change(
        self,
        action: str,
        summary: str,
        entity_id: str,
        planner: Callable[[Draft], object],
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Change the one household that an id belongs to."""
        household = household_of(entity_id)
        planned = planned_change(action, summary, **keywords)
        service = ChangeService(self._connection)
        return service.change([household], lambda drafts: planner(drafts[household]), planned)

    def _listed(self, whose: str, at: Moment) -> tuple[Rows, str | None, int]:
        """Return the rows, the party or resource, and the instant that a list is asked for.

        For the id of a household the second is None.
        """
        household = household_of(whose)
        rows, now = self._rows(household)
        if not rows.nodes:
            raise unknown_household(self._connection, whose, household)
        labels = {node.id: node.labels for node in rows.nodes}
        if whose not in labels:
            raise UnknownIdError(whose, nearest(whose, labels))
        zone = zone_of(household, rows.nodes) or zone_named("UTC")
        instant = from_datetime(now) if at is None else instant_of(at, zone)
        if whose == household:
            return rows, None, instant
        if labels[whose].isdisjoint({"Party", "Resource"}):
            raise BadInputError(
                f"`{whose}` is no party",
                hint=f"name the household `{household}`, or a party or device in it",
            )
        return rows, whose, instant

    def _rows(self, household: str) -> tuple[Rows, datetime]:
        rows, now = fetch_rows_and_now(self._connection, [household])
        return rows[household], now
