"""The change service: every change of households goes through here.

The households are locked and read; a planner changes drafts of them in memory; authority, owners,
consents and times are checked on the edits; one statement writes them, with the access cache; a
`Change` records it. A dry run does the same without the writing and reports what the real change
would.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, TypedDict, Unpack

from household_graph.changes.authorization.check import (
    check_authority,
    check_consents,
    check_guarantors,
    check_own,
    check_owners,
    check_reach,
    lacking_consents,
)
from household_graph.changes.bill_shares import who_pays_more
from household_graph.changes.draft import Draft
from household_graph.doctor.effect import without_effect
from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.ownership_gaps import OwnershipGap
from household_graph.engine.question import Moment
from household_graph.engine.role_diff import RoleChange, compare_roles
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.ids import household_of, qualify
from household_graph.model.instants import from_datetime, instant_of, isoformat, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, undated, zone_in, zone_of
from household_graph.model.spans import span_of
from household_graph.store.row_store import ChangeMetadata, RowStore
from household_graph.store.write_validation import check_households, check_times

_APPOINT = "appoint a party first, such as with `household-graph role grant`"
_SUCCESSOR = "name a successor with --successor, or appoint a party first"
_IN_DOCUMENT = "name a successor in the document"
_MAX_SHOWN = 5  # ids in a message

Drafts = Mapping[str, Draft]
Planner = Callable[[Drafts], object]
"""Changes the drafts of the households concerned, by id; a new household has no rows yet.

It may be called again if the transaction has to start again, so it must do nothing else.
"""


class AuthorKeywords(TypedDict, total=False):
    """The keyword arguments that every change takes, besides its own.

    Either `party` or `operator` says who makes it.

    Attributes:
        party: the full id of the party who makes the change, such as `bakers/mum`, or of several
            who make it together; the laws apply.
        operator: the name of the operator who makes the change.
        reason: why, for the record.
        dry_run: find out the result, and write nothing.
        consents: ids of the parties who agree to become Bill Payer, guarantor or successor, as an
            operator records.
    """

    party: str | Iterable[str] | None
    operator: str | None
    reason: str | None
    dry_run: bool
    consents: Iterable[str]


class ChangeKeywords(AuthorKeywords, total=False):
    """The keyword arguments of a change that can be dated.

    Attributes:
        at: when it takes effect; None: now. Without an offset it is local time of the household.
    """

    at: Moment


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """Who asks for a change, why, and when it takes effect; see `ChangeKeywords` as well.

    Attributes:
        action: what kind of change, such as `role grant`.
        summary: one line on what is changed; None: the rows are counted.
        require_owners: whether it is refused when something live would be left without an Admin,
            Customer, Bill Payer or responsible adult; a party is always held to that.
        restores: whether it brings back an earlier state. It then takes effect now at the latest,
            may make a household again, and those concerned need not agree once more, if an
            operator makes it.
        is_document: whether each household becomes what its document says, and may be new. An
            operator then records that those concerned agree, guarantors are a rule of documents,
            and of a new household who gains what is not worked out: it is all that is in it.
        now: when it is made; None: the server's time once the households are locked.
    """

    actor: Actor
    action: str
    summary: str | None = None
    reason: str | None = None
    at: Moment = None
    dry_run: bool = False
    require_owners: bool = False
    consents: Iterable[str] = ()
    restores: bool = False
    is_document: bool = False
    now: datetime | None = None

    @classmethod
    def of(
        cls,
        action: str,
        summary: str | None,
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        **others: Any,  # noqa: ANN401 - the other fields
    ) -> "PlannedChange":
        """Return the change that `ChangeKeywords` ask for; one of party and operator is named."""
        return cls(Actor.of(party, operator), action, summary, **others)


@dataclass(frozen=True, slots=True)
class HouseholdChange:
    """The result of a change in one household, with every row that is touched.

    Attributes:
        at: when the change takes effect, in milliseconds since 1970 (UTC).
        made_at: when it is made, likewise.
        access: who gains and loses what, and when, from the instant of effect on.
        roles: who gains and loses functional roles, such as Customer of an account, likewise.
        lacking: what is then live and lacks an owner, and did not before.
        notes: what else the actor should know, a line each.
        change: the id of the `Change` that records it; None in a dry run.
    """

    household: str
    at: int
    made_at: int
    edits: Edits
    lacking: tuple[OwnershipGap, ...]
    notes: tuple[str, ...]
    access: tuple[AccessChange, ...] = ()
    roles: tuple[RoleChange, ...] = ()
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
        """Who gains and loses what, and when, in all the households."""
        return tuple(access for one in self.households for access in one.access)

    @property
    def roles(self) -> tuple[RoleChange, ...]:
        """Who gains and loses functional roles, and when, in all the households."""
        return tuple(role for one in self.households for role in one.roles)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else the actor should know, a line each."""
        return tuple(note for one in self.households for note in one.notes)


class ChangeService:
    """Makes changes of households."""

    def __init__(self, store: RowStore) -> None:
        """Change the households of a store."""
        self._store = store

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
        self._store.check_writable()
        ids = list(dict.fromkeys(households))
        check_households(ids)
        check_reach(self._store, ids, planned.actor, alone=planned.is_document)
        consents = tuple(sorted({qualify(ids[0], one) for one in planned.consents}))
        planned = replace(planned, consents=consents)
        results: list[HouseholdChange] = []

        def plan(rows: Mapping[str, Rows], at: datetime) -> list[Edits]:
            check_own(rows, planned.actor)
            if not (rows[ids[0]].nodes or planned.restores or planned.is_document):
                if planned.actor.is_party:  # who learns of no other household
                    raise UnknownIdError(planned.actor.name, place="actor")
                raise self._store.unknown(ids[0])
            results[:] = _plan({one: rows[one] for one in ids}, planner, planned, at)
            return [result.edits for result in results]

        if planned.dry_run:
            rows, now = self._store.fetch(ids)
            plan(rows, planned.now or now)
            return ChangeResult(tuple(results), dry_run=True)
        metadata = ChangeMetadata(
            actor=planned.actor,
            action=planned.action,
            reason=planned.reason,
            at=planned.now,
            consents=consents,
            summary=planned.summary,
            joint=len(ids) > 1 and not planned.is_document,
        )
        committed = self._store.write(ids, plan, metadata, check_authority)
        changes = {one.household: one.change or None for one in committed}
        return ChangeResult(
            tuple(replace(one, change=changes.get(one.household)) for one in results)
        )


def _plan(
    rows: Mapping[str, Rows], planner: Planner, planned: PlannedChange, made_at: datetime
) -> list[HouseholdChange]:
    now, actor, is_document = from_datetime(made_at), planned.actor, planned.is_document
    drafts = _drafts(rows, planned, now)
    planner(drafts)
    changed = {draft: edits for draft in drafts.values() if (edits := draft.edits())}
    check_times(rows, changed.values(), now)
    for draft in changed:
        check_early_effects(draft, now)
    needed = lacking_consents(drafts) if actor.is_party else ()
    check_authority(rows, changed.values(), actor, now, tuple(needed))
    if not is_document:
        check_guarantors(changed, now)
        for draft in changed:
            draft.notes += who_pays_more(drafts, draft.household)
    lacking = {one: one.new_gaps() if actor.is_party or not is_document else [] for one in changed}
    if planned.require_owners or actor.is_party:
        hint = _SUCCESSOR if planned.require_owners else _IN_DOCUMENT if is_document else _APPOINT
        check_owners(chain.from_iterable(lacking.values()), hint)
    if actor.is_party or not (planned.restores or is_document):
        check_consents(drafts, actor, planned.consents)
    return [
        HouseholdChange(
            household=draft.household,
            at=draft.at,
            made_at=now,
            edits=edits,
            **({} if is_document and not draft.before.nodes else _gains_and_losses(draft)),
            lacking=tuple(lacking[draft]),
            notes=(*draft.notes, *_remarks(draft)),
        )
        for draft, edits in changed.items()
    ]


def change_between(before: Rows, after: Rows, made_at: datetime) -> HouseholdChange:
    """Return what turns a household into other rows at a time, and who gains and loses what by it.

    Of a new household that is not worked out: it is all that is in it.
    """
    now = from_datetime(made_at)
    draft = Draft(before, now, zone_in(before if before.nodes else after))
    draft.become(after)
    return HouseholdChange(
        household=draft.household,
        at=now,
        made_at=now,
        edits=draft.edits(),
        **(_gains_and_losses(draft) if before.nodes else {}),
        lacking=tuple(draft.new_gaps()),
        notes=tuple(_remarks(draft)),
    )


class _GainsAndLosses(TypedDict, total=False):
    access: tuple[AccessChange, ...]
    roles: tuple[RoleChange, ...]


def _gains_and_losses(draft: Draft) -> _GainsAndLosses:
    (index_before, before), (index, after) = draft.sides
    access = compare(before, after, draft.at)
    roles = compare_roles(index_before, index, draft.zone, draft.at)
    return {"access": tuple(access), "roles": tuple(roles)}


def _remarks(draft: Draft) -> list[str]:
    """Return what the doctor finds without effect then, and did not before the change."""
    found = without_effect(draft.rows, draft.at) if draft.rows.nodes else []
    known = without_effect(draft.before, draft.at) if found and draft.before.nodes else []
    return [text for text in found if text not in known]


def _drafts(rows: Mapping[str, Rows], planned: PlannedChange, now: int) -> dict[str, Draft]:
    zones = {one: zone_of(one, of_one.nodes) for one, of_one in rows.items()}
    zone = next(filter(None, zones.values()), zone_named("UTC"))
    at = now if planned.at is None else instant_of(planned.at, zone)
    at = min(at, now) if planned.restores else at
    parties = planned.actor.parties
    return {one: Draft(of_one, at, zones[one] or zone, parties) for one, of_one in rows.items()}


def check_early_effects(draft: Draft, now: int) -> None:
    """Refuse a change that is to take effect later and touches what holds as soon as it is written.

    What is new does no harm before something dated leads to it; what is there already may only
    begin or end, unless it begins then at the earliest.

    Raises:
        BadInputError: naming what would change too early.
    """
    if draft.at <= now:
        return
    early = sorted(set(_at_once(draft.edits(), _beginning_later(draft))))
    if early:
        shown = ", ".join(f"`{one}`" for one in early[:_MAX_SHOWN])
        shown += " and more" if early[_MAX_SHOWN:] else ""
        raise BadInputError(
            f"this would hold as soon as it is written, not from {isoformat(draft.at, draft.zone)}:"
            f" {shown}",
            hint="leave --at out and make the change on that day, or schedule it with --schedule",
        )


def _beginning_later(draft: Draft) -> set[str]:
    """Return the ids of nodes that do not hold before a change takes effect, with it or without."""
    early = {
        node.id
        for node in (*draft.before.nodes, *draft.rows.nodes)
        if span_of(node.properties)[0] < draft.at
    }
    return {node.id for node in draft.rows.nodes} - early


def _at_once(edits: Edits, later: AbstractSet[str]) -> Iterator[str]:
    """Yield the ids of what is there already and changes other than by beginning or ending.

    What is, or joins, one of those that begin `later` is left out.
    """
    made = {edit.id for edit in edits.nodes if not edit.before}
    every: tuple[NodeEdit | RelationshipEdit, ...] = (*edits.nodes, *edits.relationships)
    for edit in every:
        before, after = (row and undated(row) for row in (edit.before, edit.after))
        row = edit.after or edit.before
        if row is None or before == after:
            continue
        if not later.isdisjoint((row.id,) if isinstance(row, NodeRow) else (row.start, row.end)):
            continue
        # What is new is there without effect, unless it joins what was there before, undated.
        joins = isinstance(row, RelationshipRow) and not row.period and made.isdisjoint(row.key)
        if edit.before or joins:
            yield " ".join(map(str, row.key[:3]))


def draft_at(store: RowStore, household: str, at: Moment) -> Draft:
    """Return a household as it stands, to be looked at, or changed in thought, at a moment.

    Raises:
        UnknownIdError: if it is not there.
        InvalidTimeError: if the moment cannot be read.
    """
    moment = store.moment(at)
    rows, now = store.fetch_household(household)
    zone = zone_in(rows)
    return Draft(rows, from_datetime(now) if moment is None else instant_of(moment, zone), zone)


class ChangeGroup:
    """Changes and lists of one kind of thing.

    Every change takes the arguments of `ChangeKeywords` as well, returns a `ChangeResult`, and
    raises the errors of `ChangeService.change`. Every list raises UnknownIdError if there is
    nothing of an id, BadInputError if it is of something else, and InvalidTimeError if a time
    cannot be read. At an earlier time there are lists alone: a change raises BadInputError.
    """

    def __init__(self, store: RowStore) -> None:
        """Change and list the households of a store; of a past one list them only."""
        self._store = store

    def _change(
        self,
        action: str,
        summary: str,
        where: str | Sequence[str],
        planner: Callable[..., object],
        *,
        require_owners: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Change the household of an id, or several; the planner takes their drafts in order."""
        households = [household_of(where)] if isinstance(where, str) else where
        planned = PlannedChange.of(action, summary, require_owners=require_owners, **keywords)

        def plan(drafts: Drafts) -> None:
            planner(*(drafts[one] for one in households))

        return ChangeService(self._store).change(households, plan, planned)

    def _listed(self, whose: str, at: Moment) -> tuple[Draft, str | None]:
        """Return a household at an instant, and the party or resource in it that a list is for.

        For the id of a household the second is None.
        """
        household = household_of(whose)
        draft = draft_at(self._store, household, at)
        labels = draft.get(whose).labels
        if whose == household:
            return draft, None
        if labels.isdisjoint({"Party", "Resource"}):
            raise BadInputError(
                f"`{whose}` is no party",
                hint=f"name the household `{household}`, or a party or device in it",
            )
        return draft, whose
