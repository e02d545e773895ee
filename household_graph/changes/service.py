"""The change service: every change is planned on drafts, checked, written at once, and reported."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from household_graph.changes.authorization import (
    check_authority,
    check_consents,
    check_guarantors,
    check_own,
    check_owners,
    check_reach,
)
from household_graph.changes.bill_shares import who_pays_more
from household_graph.changes.draft import Draft
from household_graph.doctor.run import without_effect
from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.ids import qualify
from household_graph.model.instants import from_datetime, instant_of, isoformat, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, zone_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows_and_now
from household_graph.store.write_validation import check_households, check_times
from household_graph.store.writer import Cause, write

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


def remarks(before: Rows, after: Rows, at: int) -> tuple[str, ...]:
    """Return what the doctor will find without effect, and did not find before the change.

    Args:
        before: the household; without rows, if it is new.
        after: the same with the change.
        at: when the change takes effect, in milliseconds.
    """
    known = without_effect(before, at) if before.nodes else []
    found = without_effect(after, at) if after.nodes else []
    return tuple(text for text in found if text not in known)


_APPOINT = "appoint somebody first, such as with `household-graph role grant`"
_SUCCESSOR = "name a successor with --successor, or appoint somebody first"

Drafts = Mapping[str, Draft]
Work = Callable[[Drafts], object]
"""Changes the drafts of the households concerned, by id; one that is new has no rows yet.

It may be called again if the transaction has to start again, so it must do nothing else.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for a change, why, and from when it is to hold.

    Attributes:
        actor: a party of the household, whom the laws then bind, or an operator of the provider.
        action: what kind of change, such as `role grant`.
        summary: one line on what is changed; None: the rows are counted.
        reason: why, in the words of the actor.
        at: when it takes effect; None: now. Without an offset it is local time of the household.
        not_later: whether it takes effect now where `at` would be later.
        dry_run: find out what it would come to, and write nothing.
        keeps_owners: whether it is refused when something live would be left without an Admin,
            Customer, Bill Payer or responsible adult; a party is always held to that.
        may_found: whether the first household may be one that is not there; the times of one that
            is alone then need an offset.
        consents: ids, full or local, of the parties who agree to the part they get in it, as an
            operator records.
        restores: whether it brings back what was there; an operator need not record once more that
            those concerned agree.
        now: when it is made; None: as the server says once the households are locked.
    """

    actor: Actor
    action: str
    summary: str | None = None
    reason: str | None = None
    at: Moment = None
    not_later: bool = False
    dry_run: bool = False
    keeps_owners: bool = False
    may_found: bool = False
    consents: tuple[str, ...] = ()
    restores: bool = False
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change came to in one household, or in a dry run would come to.

    Attributes:
        household: its id.
        at: when it takes effect, in milliseconds.
        edits: every row that is touched; empty if there is nothing to do.
        access: who gains and loses what, at that instant.
        lacking: what is then live and lacks somebody, and did not before.
        notes: what else the one who makes the change should know.
        change: the id of the `Change` that records it; None in a dry run, or without edits.
    """

    household: str
    at: int
    edits: Edits
    access: tuple[AccessChange, ...]
    lacking: tuple[OwnershipGap, ...]
    notes: tuple[str, ...]
    change: str | None = None


def make_change(
    connection: Connection, households: Iterable[str], work: Work, request: Request
) -> tuple[Outcome, ...]:
    """Change households, all of them or none.

    Args:
        connection: where to.
        households: the ids of all that may be changed; the first one must be there, see `Request`.
        work: changes the drafts.
        request: who, why and when.

    Returns:
        One outcome for each household that is changed.

    Raises:
        RefusedError: if a law forbids it.
        BadInputError: if it cannot be done so; UnknownIdError: if something is not there.
        OutcomeUnknownError: if it may have been made, though its answer was lost.
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(dict.fromkeys(households))
    check_households(wanted)
    check_reach(connection, wanted, request.actor)
    consents = sorted({qualify(wanted[0], one) for one in request.consents})
    request = replace(request, consents=tuple(consents))
    outcomes: dict[str, Outcome] = {}

    def decide(rows: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
        check_own(rows, request.actor)
        if not rows[wanted[0]].nodes and not request.may_found:
            raise _not_there(connection, wanted[0], request.actor)
        outcomes.clear()
        for outcome in _worked_out({one: rows[one] for one in wanted}, work, request, at):
            outcomes[outcome.household] = outcome
            yield outcome.edits

    if request.dry_run:
        rows, now = fetch_rows_and_now(connection, wanted)
        list(decide(rows, request.now or now))
        return tuple(outcomes.values())
    done = write(
        connection, wanted, decide, _cause(request, joint=len(wanted) > 1), check_authority
    )
    changes = {written.household: written.change for written in done}
    return tuple(replace(one, change=changes.get(one.household)) for one in outcomes.values())


def _not_there(connection: Connection, household: str, actor: Actor) -> UnknownIdError:
    """Return the error for a household that is not there; to a party it names no other."""
    if actor.is_party:
        return UnknownIdError(actor.name, place="actor")
    return unknown_household(connection, household, household)


def _worked_out(
    rows: Mapping[str, Rows], work: Work, request: Request, made_at: datetime
) -> list[Outcome]:
    now = from_datetime(made_at)
    drafts = _drafts(rows, request, now)
    work(drafts)
    changed = [draft for draft in drafts.values() if draft.edits()]
    edits = [draft.edits() for draft in changed]
    check_times(rows, edits, now)
    for draft in changed:
        check_timing(draft, now)
    check_authority(rows, edits, request.actor, now)
    check_guarantors(rows, edits, now)
    for draft in changed:
        draft.notes += who_pays_more(drafts, draft.household)
    outcomes = [_outcome(draft) for draft in changed]
    if request.keeps_owners or request.actor.is_party:
        left = [lack for outcome in outcomes for lack in outcome.lacking]
        check_owners(left, _SUCCESSOR if request.keeps_owners else _APPOINT)
    if request.actor.is_party or not request.restores:
        check_consents(drafts, request.actor, request.consents)
    return outcomes


def _drafts(rows: Mapping[str, Rows], request: Request, now: int) -> dict[str, Draft]:
    zones = {one: zone_of(one, of_one.nodes) for one, of_one in rows.items()}
    zone = next(filter(None, zones.values()), zone_named("UTC"))
    at = now if request.at is None else instant_of(request.at, zone)
    at = min(at, now) if request.not_later else at
    return {one: Draft(of_one, at, zones[one] or zone) for one, of_one in rows.items()}


def _outcome(draft: Draft) -> Outcome:
    before, after = _facts(draft.before), _facts(draft.rows)
    had = ownership_gaps(RowIndex(draft.before), before, draft.at) if before else []
    has = ownership_gaps(draft.index, after, draft.at) if after else []
    return Outcome(
        household=draft.household,
        at=draft.at,
        edits=draft.edits(),
        access=tuple(compare(before, after, draft.at)),
        lacking=tuple(lack for lack in has if lack not in had),
        notes=(*draft.notes, *remarks(draft.before, draft.rows, draft.at)),
    )


def _facts(rows: Rows) -> Facts | None:
    return facts_from_rows(rows) if rows.nodes else None


def _cause(request: Request, *, joint: bool) -> Cause:
    return Cause(
        actor=request.actor,
        action=request.action,
        reason=request.reason,
        at=request.now,
        consents=request.consents,
        summary=request.summary,
        joint=joint,
    )
