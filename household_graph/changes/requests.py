"""Requests: changes that some ask for and others agree to, and changes that are scheduled.

A request grants nothing. When the last who has to agree does so, the change is planned as the
household is then, and made in the names of all who agreed, in the transaction that ends the
request. Each step is decided on what is read, and written under the lock if that is still so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from household_graph.changes.authorization.check import check_own, check_reach
from household_graph.changes.request_plan import Groups, check_method
from household_graph.changes.request_steps import (
    WAITING,
    RequestOutcome,
    RequestSteps,
    as_ended,
    check_open,
    waits_for,
    with_agreement,
)
from household_graph.changes.service import ChangeGroup
from household_graph.engine.question import Moment
from household_graph.errors import (
    BadInputError,
    RefusedError,
    UnknownIdError,
)
from household_graph.model.actor import Actor
from household_graph.model.enums import RequestState
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import instant_of, to_utc
from household_graph.model.recorded_request import RecordedRequest, arguments_to_text, stands_until
from household_graph.model.rows import Rows, zone_in, zone_of
from household_graph.store.graph_rows import GraphRows
from household_graph.store.request_records import (
    fetch_due,
    fetch_requests,
)
from household_graph.store.row_reader import fetch_now
from household_graph.store.row_store import RowStore

_EPOCH = datetime.fromtimestamp(0, UTC)
LAPSES_AFTER = timedelta(days=14)
"""How long a request waits, unless it says otherwise."""


class Requests(ChangeGroup):
    """Changes that are asked for, and scheduled ones; see `ChangeGroup`.

    Parties are full ids: of one party, or of several.
    """

    def __init__(self, store: RowStore, groups: Groups) -> None:
        """Ask for changes of a store: those of some groups."""
        super().__init__(store)
        self._groups = groups

    def new(
        self,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        lapses: Moment = None,
        schedule: Moment = None,
        dry_run: bool = False,
    ) -> RequestOutcome:
        """Ask for a change, such as `events.leave`; it is made once all agreed who have to.

        The change is made at once where those who ask need nobody else. Who asks as an operator
        has no say: the household agrees, and the change is made in its names. With `schedule`
        it waits for that time, too, and `due` makes it; an operator then makes it as their own.

        Args:
            method: the group of the graph and its method.
            arguments: those of the method, `at` and `consents` among them.
            party: who asks; the laws apply.
            operator: the operator who asks.
            reason: why, for the record.
            lapses: when the request lapses; None: after 14 days.
            schedule: the time at which the change is made; None: at the last agreement.
            dry_run: find out who would have to agree, and write nothing.

        Raises:
            BadInputError: if there is no such change, or it cannot be made.
            RefusedError: if it is refused, whoever agrees.
        """
        actor, given = Actor.of(party, operator), dict(arguments or {})
        check_method(self._groups, method, given)
        text = arguments_to_text(given)
        asked = self._steps
        who = actor.parties or (actor.name,)
        draft = RecordedRequest("", "", method, text, "", who, actor.kind, _EPOCH, _EPOCH, reason)
        draft = asked.described(draft)
        households = [draft.household, *draft.others]
        check_reach(self._store, households, actor)
        rows, now = self._store.fetch(households)
        if not rows[draft.household].nodes:
            if actor.is_party:  # who learns of no other household
                raise UnknownIdError(actor.name, place="actor")
            raise self._store.unknown(draft.household)
        _check_known(rows, actor)
        zone = zone_in(rows[draft.household])
        draft = replace(
            draft,
            at=now,
            lapses_at=now + LAPSES_AFTER if lapses is None else to_utc(instant_of(lapses, zone)),
            due_at=None if schedule is None else to_utc(instant_of(schedule, zone)),
        )
        for what, moment in (("lapses", draft.lapses_at), ("is scheduled", draft.due_at)):
            if moment is not None and moment <= now:
                raise BadInputError(
                    f"the request {what} at a time that is past", hint="name a later one"
                )

        def step(found: RecordedRequest | None, at: datetime) -> RecordedRequest:
            assert found is None  # noqa: S101 - it is new
            return with_agreement(replace(draft, at=at), actor.parties, at)

        return asked.settle(draft.household, step, is_new=True, dry_run=dry_run)

    def approve(
        self, request: str, *, party: str | Iterable[str], dry_run: bool = False
    ) -> RequestOutcome:
        """Agree to a request, in one's own name; the last who agrees makes the change.

        Raises:
            UnknownIdError: if there is no such request.
            BadInputError: if it is over, or the party agreed already.
            RefusedError: if it does not depend on the party, or the change is refused.
        """
        actor = Actor.of(party, None)
        asked = self._asked_by(request, actor)

        def step(found: RecordedRequest | None, at: datetime) -> RecordedRequest:
            assert found  # noqa: S101 - it is there
            check_open(found, at)
            planned = asked.plan(found, at)
            joining = [one for one in actor.parties if one not in found.agreed]
            if not joining and planned.needs:
                raise BadInputError(
                    f"`{actor}` agreed already to `{found.id}`", hint=waits_for(planned)
                )
            for one in joining:
                if one not in planned.could_agree:
                    raise RefusedError(
                        f"`{found.id}` does not depend on `{one}`", hint=waits_for(planned)
                    )
            return with_agreement(found, joining, at)

        return asked.settle(request, step, dry_run=dry_run)

    def refuse(
        self,
        request: str,
        *,
        party: str | Iterable[str],
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome:
        """Refuse a request, in one's own name: it is over.

        Whoever has to agree may, and who agreed, until it is made. Errors are those of `approve`.
        """
        actor = Actor.of(party, None)
        asked = self._asked_by(request, actor)

        def step(found: RecordedRequest | None, at: datetime) -> RecordedRequest:
            assert found  # noqa: S101 - it is there
            check_open(found, at)
            planned = asked.plan_or_problem(found, at)
            for one in actor.parties:
                if one not in {*found.agreed, *planned.could_agree}:
                    raise RefusedError(
                        f"`{found.id}` does not depend on `{one}`", hint=waits_for(planned)
                    )
            return as_ended(found, RequestState.REFUSED, str(actor), at, reason)

        return asked.settle(request, step, dry_run=dry_run)

    def withdraw(
        self,
        request: str,
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome:
        """Withdraw a request: its parties may, and an operator; a scheduled change is called off.

        Consent that was given is taken back by whoever gave it, or could give it.
        Errors are those of `approve`.
        """
        actor = Actor.of(party, operator)
        asked = self._asked_by(request, actor)

        def step(found: RecordedRequest | None, at: datetime) -> RecordedRequest:
            assert found  # noqa: S101 - it is there
            ends = stands_until(found)
            is_given = found.state is RequestState.MADE and ends is not None and at < ends
            own = (*found.actors, *found.agreed) if is_given else found.actors
            if not is_given:
                check_open(found, at)
            others = [one for one in actor.parties if one not in own]
            if others and not (is_given and asked.could_make(found, others, at)):
                who = " or ".join(f"`{one}`" for one in dict.fromkeys(own))
                raise RefusedError(
                    f"`{actor}` did not ask for `{found.id}`", hint=f"{who} can withdraw it"
                )
            return as_ended(found, RequestState.WITHDRAWN, str(actor), at, reason)

        return asked.settle(request, step, dry_run=dry_run)

    def list(self, whose: str, *, ended: bool = False) -> tuple[RequestOutcome, ...]:
        """Return the requests of a household that wait, or with `ended` all; the oldest first.

        For the id of a party they are those that it made, agreed to, or may agree to.

        Raises:
            UnknownIdError: if there is no such household, or party.
        """
        household = household_of(whose)
        rows, now = self._store.fetch_household(household)
        if whose != household and all(node.id != whose for node in rows.nodes):
            raise UnknownIdError(whose, nearest(whose, (node.id for node in rows.nodes)))
        asked, found = self._steps, list[RequestOutcome]()
        for request in fetch_requests(self._graph.connection, household):
            if ended or request.state_at(now) in WAITING:
                found.append(self._in_zone(asked.outcome(request, now, [rows]), rows))
        return tuple(
            one
            for one in found
            if whose == household
            or whose in {*one.request.actors, *one.request.agreed, *one.could_agree}
        )

    def show(self, request: str) -> RequestOutcome:
        """Return a request, and what it comes to as the household is.

        Raises:
            UnknownIdError: if there is no such request.
        """
        asked = self._steps
        now = fetch_now(self._graph.connection)
        return self._in_zone(asked.outcome(asked.found(request), now))

    def due(
        self, household: str | None = None, *, dry_run: bool = False
    ) -> Iterator[RequestOutcome]:
        """Make the scheduled changes that are due, of one household or of all, and yield each.

        What is refused then, or cannot be done, fails: the request says why. Meant to be called
        again and again; what another process makes meanwhile is left to it.
        """
        asked = self._steps
        for one in fetch_due(self._graph.connection, household):
            if outcome := asked.carry_out(one.id, dry_run=dry_run):
                yield outcome

    @property
    def _graph(self) -> GraphRows:
        self._store.check_writable()
        if not isinstance(self._store, GraphRows):
            raise BadInputError(
                "requests are of the graph as it stands", hint="they are no part of a simulation"
            )
        return self._store

    @property
    def _steps(self) -> RequestSteps:
        return RequestSteps(self._graph, self._groups)

    def _in_zone(self, outcome: RequestOutcome, rows: Rows | None = None) -> RequestOutcome:
        home = outcome.request.household
        found = rows if rows and rows.household == home else self._store.fetch([home])[0][home]
        return replace(outcome, zone=zone_of(home, found.nodes))

    def _asked_by(self, request: str, actor: Actor) -> RequestSteps:
        """Return the steps of requests, if the household of a party has a say in this one."""
        home = household_of(request)
        found = fetch_requests(self._graph.connection, home) if actor.is_party else ()
        others = next((one.others for one in found if one.id == request), ())
        check_reach(self._store, [home, *others], actor)
        if actor.is_party:
            _check_known(self._store.fetch([home, *others])[0], actor)
        return self._steps


def _check_known(rows: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know; it need not be the only one concerned."""
    homes = {household_of(one) for one in actor.parties}
    check_own({one: of_one for one, of_one in rows.items() if one in homes}, actor)
