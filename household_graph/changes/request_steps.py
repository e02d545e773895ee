"""The steps of requests: each is decided on what is read, and written if that is still so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from household_graph.changes.authorization.check import check_authority
from household_graph.changes.request_plan import (
    PLANNER,
    Groups,
    PlannedRequest,
    acts_alone,
    call,
    could_make,
    people_in,
    plan_request,
)
from household_graph.changes.service import ChangeResult
from household_graph.errors import (
    AgreementNeededError,
    BadInputError,
    ConflictError,
    RefusedError,
    UnknownIdError,
)
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.enums import RequestState
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import from_datetime
from household_graph.model.recorded_request import RecordedRequest, in_iso
from household_graph.model.rows import Rows, zone_of
from household_graph.store.graph_rows import GraphRows
from household_graph.store.request_records import (
    OutdatedRequestError,
    RequestStep,
    fetch_requests,
)
from household_graph.store.row_reader import fetch_now
from household_graph.store.row_store import (
    Authorize,
    ChangeMetadata,
    CommittedChange,
    PlanEdits,
    SimulatedRows,
)
from household_graph.store.writer import write

_TRIES = 10  # while others change the request, or the household
_OVER = "it is over: see `household-graph request show`"


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """A request, and what it comes to as the household is.

    Attributes:
        state: as it is now; see `RequestState`.
        result: the change: made, or as it would be if those who have to agree did; None: the
            request is over, or it cannot be made.
        needs: groups of people of each of which one has to agree yet.
        zone: the time zone of the household; None: it is there no more.
        problem: why it cannot be made as the household is, or None.
        dry_run: whether nothing was written.
    """

    request: RecordedRequest
    state: RequestState
    result: ChangeResult | None = None
    needs: tuple[tuple[str, ...], ...] = ()
    problem: str | None = None
    dry_run: bool = False
    zone: ZoneInfo | None = None

    @property
    def could_agree(self) -> frozenset[str]:
        """The people whose agreement is waited for, if only of one of several."""
        return people_in(self.needs)


WAITING = frozenset({RequestState.OPEN, RequestState.SCHEDULED})
Step = Callable[[RecordedRequest | None, datetime], RecordedRequest]
"""Returns a request as it is after a step, from how it is before; may be called again."""


@dataclass(frozen=True, slots=True)
class RequestSteps:
    """Requests of one graph, and what they come to; `groups` have the changes to ask for."""

    graph: GraphRows
    groups: Groups

    def found(self, request_id: str) -> RecordedRequest:
        """Return a request; UnknownIdError, if there is none."""
        home = household_of(request_id)
        known = {one.id: one for one in fetch_requests(self.graph.connection, home)}
        if request_id not in known:
            raise UnknownIdError(request_id, nearest(request_id, known), place="request")
        return known[request_id]

    def described(self, request: RecordedRequest) -> RecordedRequest:
        """Return a request with its households and summary, as the change itself names them.

        The first is the one it is asked of; of the others, those that are there have a say.
        """
        described = _Described(self.graph)
        call(self.groups, described, request, (), dry_run=False)
        first, *others = described.households
        rows = self.graph.fetch(others)[0] if others else {}
        return replace(
            request,
            household=first,
            others=tuple(one for one in others if rows[one].nodes),
            summary=described.summary,
        )

    def plan(
        self, request: RecordedRequest, now: datetime, rows: Iterable[Rows] = ()
    ) -> PlannedRequest:
        """Return what a request comes to; of a scheduled one, at that time, seen from now."""
        at = max(now, request.due_at or now)
        store = SimulatedRows(rows, self.graph, at)
        planned = plan_request(self.groups, store, request, request.agreed)
        seen = (replace(one, made_at=from_datetime(now)) for one in planned.result.households)
        return planned._replace(result=replace(planned.result, households=tuple(seen)))

    def could_make(self, request: RecordedRequest, parties: Sequence[str], now: datetime) -> bool:
        """Return whether some parties could make the change of a request now."""
        return could_make(self.groups, SimulatedRows((), self.graph, now), request, parties)

    def plan_or_problem(self, request: RecordedRequest, now: datetime) -> PlannedRequest:
        """Return what a request comes to; nothing, if it cannot be made."""
        try:
            return self.plan(request, now)
        except (RefusedError, BadInputError):
            return PlannedRequest(ChangeResult(()), ())

    def outcome(
        self, request: RecordedRequest, now: datetime, rows: Iterable[Rows] = ()
    ) -> RequestOutcome:
        """Return a request with what it comes to as the household is, by rows that are known."""
        state = request.state_at(now)
        if state not in WAITING:
            return RequestOutcome(request, state)
        try:
            planned = self.plan(request, now, rows)
        except (RefusedError, BadInputError) as error:
            return RequestOutcome(request, state, problem=error.message)
        return RequestOutcome(request, state, *planned)

    def settle(
        self, where: str, step: Step, *, is_new: bool = False, dry_run: bool = False
    ) -> RequestOutcome:
        """Take a step of a request, and make the change if all have agreed and it is time.

        `where` is the id of the request, or of the household of a new one. Nothing is read after
        it was written, so that an error means that it was not.
        """
        home = household_of(where)
        for _try in range(_TRIES):
            found = None if is_new else self.found(where)
            rows, now = self.graph.fetch([home])
            if outcome := self._take(found, step, rows[home], now, dry_run=dry_run):
                return replace(outcome, zone=zone_of(home, rows[home].nodes))
        raise ConflictError("the request is being changed by others", hint="try again in a moment")

    def _take(
        self,
        found: RecordedRequest | None,
        step: Step,
        rows: Rows,
        now: datetime,
        *,
        dry_run: bool,
    ) -> RequestOutcome | None:
        """Take a step once; None: others changed meanwhile what it rests on."""
        after = step(found, now)
        if after.state not in WAITING:
            return self._record(found, after, step, None, dry_run=dry_run)
        planned = self.plan(after, now, [rows])
        is_time = after.due_at is None or after.due_at <= now
        if not planned.needs and not is_time:
            after = replace(after, state=RequestState.SCHEDULED)
        if not (after.agreed or acts_alone(after) or planned.needs):
            raise BadInputError("no change is needed", hint="there is nothing to ask for")
        if dry_run:
            return RequestOutcome(after, after.state, *planned, dry_run=True)
        try:
            if planned.needs or not is_time:
                return self._record(found, after, step, planned)
            return self._make(found, step)
        except (OutdatedRequestError, AgreementNeededError):
            return None

    def _record(
        self,
        before: RecordedRequest | None,
        after: RecordedRequest,
        step: Step,
        planned: PlannedRequest | None,
        *,
        dry_run: bool = False,
    ) -> RequestOutcome:
        """Write a step that changes nothing of the household, if what it rests on is still so."""
        if dry_run:
            return RequestOutcome(after, after.state, dry_run=True)
        record = RequestStep(before, after)

        def check(rows: Mapping[str, Rows], at: datetime) -> list[Edits]:
            written = replace(step(before, at), id=record.written.id)
            if planned:
                again = self.plan(written, at, rows.values())
                if again.needs != planned.needs:
                    raise OutdatedRequestError("another has to agree now", hint="look at it again")
                written = replace(written, state=after.state)
            record.written = written
            return []

        self._write([after.household], check, _metadata(after), record)
        needs = planned or PlannedRequest(ChangeResult(()), ())
        result = needs.result if planned else None
        return RequestOutcome(record.written, record.written.state, result, needs.needs)

    def _make(self, before: RecordedRequest | None, step: Step) -> RequestOutcome:
        """Make the change, and end the request with it."""
        after = step(before, fetch_now(self.graph.connection))
        record = RequestStep(before, after)

        def end(at: datetime) -> None:
            by = ", ".join(after.agreed or after.actors)
            made = as_ended(step(before, at), RequestState.MADE, by, at)
            record.written = replace(made, id=record.written.id)

        store = _Recording(self.graph, record, end)
        result = call(self.groups, store, after, after.agreed, dry_run=False)
        return RequestOutcome(record.written, record.written.state, result)

    def carry_out(self, request_id: str, *, dry_run: bool) -> RequestOutcome | None:
        """Make a scheduled change that is due; None: another did."""

        def step(found: RecordedRequest | None, _at: datetime) -> RecordedRequest:
            if found is None or found.state is not RequestState.SCHEDULED:
                raise OutdatedRequestError("it is scheduled no longer", hint=_OVER)
            return found

        def failed(found: RecordedRequest | None, at: datetime) -> RecordedRequest:
            return as_ended(step(found, at), RequestState.FAILED, "due", at, problem)

        problem = ""
        try:
            outcome = self.settle(request_id, step, dry_run=dry_run)
            if not outcome.needs:
                return outcome
            problem = f"others have to agree now: {_groups(outcome.needs)}"
        except (OutdatedRequestError, UnknownIdError):
            return None
        except (RefusedError, BadInputError) as error:
            problem = error.message
        return self.settle(request_id, failed, dry_run=dry_run)

    def _write(
        self,
        households: Sequence[str],
        plan: PlanEdits,
        metadata: ChangeMetadata,
        record: RequestStep,
    ) -> None:
        write(self.graph.connection, households, plan, metadata, check_authority, beside=record)


class _Described(SimulatedRows):
    """Takes down which households a change is of, and what it is in words; changes nothing."""

    def __init__(self, below: GraphRows) -> None:
        """Begin without a description."""
        super().__init__(below=below)
        self.households: tuple[str, ...] = ()
        self.summary = ""

    def write(
        self,
        households: Iterable[str],
        plan: PlanEdits,  # noqa: ARG002 - it is not planned
        metadata: ChangeMetadata,
        authorize: Authorize,  # noqa: ARG002
    ) -> tuple[CommittedChange, ...]:
        """Take down what the change is called."""
        self.households = tuple(households)
        self.summary = metadata.summary or metadata.action
        return ()


class _Recording(GraphRows):
    """The graph, where the change of a request is written together with the request."""

    def __init__(
        self, graph: GraphRows, record: RequestStep, end: Callable[[datetime], None]
    ) -> None:
        """Write to a graph; `end` ends the request at the time of the change."""
        super().__init__(graph.connection)
        self._record, self._end = record, end

    def write(
        self,
        households: Iterable[str],
        plan: PlanEdits,
        metadata: ChangeMetadata,
        authorize: Authorize,
    ) -> tuple[CommittedChange, ...]:
        """Change households, and write the request beside them."""

        def both(rows: Mapping[str, Rows], at: datetime) -> Iterable[Edits]:
            self._end(at)
            return plan(rows, at)

        return write(self.connection, households, both, metadata, authorize, beside=self._record)


def _metadata(request: RecordedRequest) -> ChangeMetadata:
    """Return who writes a step; no change is recorded with it."""
    return ChangeMetadata(Actor.operator(PLANNER), "request", summary=request.summary)


def with_agreement(
    request: RecordedRequest, parties: Sequence[str], at: datetime
) -> RecordedRequest:
    """Return a request to which some parties agreed besides, at an instant."""
    times = (in_iso(at),) * len(parties)
    return replace(
        request, agreed=(*request.agreed, *parties), agreed_at=(*request.agreed_at, *times)
    )


def as_ended(
    request: RecordedRequest,
    state: RequestState,
    by: str,
    at: datetime,
    reason: str | None = None,
) -> RecordedRequest:
    """Return a request that ended so: by whom, when and why."""
    return replace(request, state=state, ended_by=by, ended_at=at, ended_reason=reason)


def check_open(request: RecordedRequest, now: datetime) -> None:
    """Refuse to go on with a request that is over, with a BadInputError."""
    state = request.state_at(now)
    if state not in WAITING:
        by = f", by {request.ended_by}" if request.ended_by else ""
        raise BadInputError(f"the request `{request.id}` is {state} already{by}", hint=_OVER)


def waits_for(planned: PlannedRequest) -> str:
    """Return who has to agree yet, as a hint."""
    return f"it waits for {_groups(planned.needs)}" if planned.needs else "it waits for nobody"


def _groups(needs: Iterable[Iterable[str]]) -> str:
    """Return who has to agree, in words: `a`, and `b` or `c`."""
    return ", and ".join(" or ".join(f"`{one}`" for one in group) for group in needs)
