"""Consent: an Admin lets an agent of the provider look at something, or act on it, for a purpose.

Consent is a request that was made, and is in force until its own time, while one of those who
agreed could still give it. It changes no answer about the household.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, Unpack
from zoneinfo import ZoneInfo

from household_graph.changes.authorization import Law, refusal
from household_graph.changes.authorization.context import ChangeContext, Requirement
from household_graph.changes.authorization.rights import agent_rights
from household_graph.changes.draft import Draft, item_of
from household_graph.changes.request_plan import Groups, could_make
from household_graph.changes.request_steps import RequestOutcome
from household_graph.changes.requests import Requests
from household_graph.changes.service import AuthorKeywords, ChangeGroup, ChangeResult
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.edits import Edits
from household_graph.model.enums import RequestState
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import instant_of, isoformat, zone_named
from household_graph.model.recorded_request import (
    CONSENT,
    RecordedRequest,
    arguments_of,
    stands_until,
)
from household_graph.model.rows import Rows, zone_in
from household_graph.store.graph_rows import connection_of
from household_graph.store.request_records import fetch_requests
from household_graph.store.row_store import RowStore, SimulatedRows


class AgentConsent(NamedTuple):
    """What an agent of the provider may look at, or act on as well, and for what.

    Attributes:
        request: the id of the request by which it was given.
        agent: the name of the operator.
        item: the id of the product, service or device.
        act: whether the agent may act, or look alone.
        state: `made`; or `withdrawn`, or `refused`.
        given_by: the ids of the parties who agreed.
        until: when it ends, with the offset of the household.
    """

    request: str
    state: RequestState
    agent: str
    item: str
    act: bool
    purpose: str
    given_by: tuple[str, ...]
    until: datetime


class AgentAccess(ChangeGroup):
    """What requests for consent come to: nothing of the household changes."""

    def admit(
        self,
        item: str,
        agent: str,
        *,
        purpose: str,
        until: datetime | date | str,
        act: bool = False,
        **keywords: Unpack[AuthorKeywords],
    ) -> ChangeResult:
        """Refuse an agent unless those who agree have the right; see `Consents.give`."""
        for what, text in (("agent", agent), ("purpose", purpose)):
            if not text.strip():
                raise BadInputError(f"the {what} is empty", hint="a consent names both")

        def plan(draft: Draft) -> None:
            own = item_of(draft, item).id
            ends = instant_of(until, draft.zone)
            if ends != instant_of(until, zone_named("UTC")):  # as it is read from the request
                raise BadInputError(f"`{until}` has no offset", hint="use `consents.give`")
            if ends <= draft.at:
                raise BadInputError("the consent would end at a time that is past")
            _check_right(draft, own, f"let {agent} {'act on' if act else 'look at'} `{own}`")

        summary = f"{agent} may {'act on' if act else 'look at'} {item} until {until}: {purpose}"
        return self._change("consent give", summary, item, plan, **keywords)


class Consents(ChangeGroup):
    """Consent that agents of the provider look at something, or act on it."""

    def __init__(self, store: RowStore, groups: Groups) -> None:
        """Give and list consent for what is in a store; `groups` are those of `Requests`."""
        super().__init__(store)
        self._groups = groups

    def give(
        self,
        item: str,
        agent: str,
        *,
        purpose: str,
        until: datetime | date | str,
        act: bool = False,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> RequestOutcome:
        """Let an agent look at a product, service or device until a time, or act on it as well.

        An Admin of it gives that, and where there is none, a Customer of its account. Anybody else
        of the household, or an operator, asks them: they agree by `requests.approve`. It is taken
        back by `requests.withdraw`.

        Args:
            item: the full id of what is looked at.
            agent: the name under which the agent works, as that of an operator.
            purpose: what it is for.
            until: when it ends.
            act: whether the agent may act, and not only look.
            party: who gives it, or asks for it, as of `Requests.new`.
            operator: the operator who asks for it.
            reason: why, for the record.
            dry_run: whether nothing is written.

        Raises:
            UnknownIdError: if there is no such item.
            BadInputError: if a name or the purpose is empty, or the time is past.
        """
        zone = zone_in(self._store.fetch_household(household_of(item))[0])
        ends = isoformat(instant_of(until, zone), zone)
        given = {"item": item, "agent": agent, "purpose": purpose, "act": act, "until": ends}
        return Requests(self._store, self._groups).new(
            CONSENT, given, party=party, operator=operator, reason=reason, dry_run=dry_run
        )

    def list(
        self, whose: str, *, agent: str | None = None, ended: bool = False
    ) -> tuple[AgentConsent, ...]:
        """Return the consents of a household, or for one thing in it, that are in force.

        With `ended`, those too that are over, refused or taken back; with an agent, theirs alone.

        Raises:
            UnknownIdError: if there is no such household, or thing.
        """
        home = household_of(whose)
        rows, now = self._store.fetch_household(home)
        known = [node.id for node in rows.nodes]
        if whose not in known:
            raise UnknownIdError(whose, nearest(whose, known))
        zone = zone_in(rows)
        consents = (
            _consent(one, zone)
            for one in fetch_requests(connection_of(self._store), home)
            if one.method == CONSENT and one.ended_at and (ended or self._holds(one, rows, now))
        )
        return tuple(
            one for one in consents if whose in {home, one.item} and agent in {None, one.agent}
        )

    def check(self, agent: str, item: str, *, act: bool = False) -> AgentConsent | None:
        """Return the consent by which an agent may look at an item now, or act on it; or None.

        Raises:
            UnknownIdError: if there is no such item.
        """
        found = self.list(item, agent=agent)
        return next((one for one in found if one.item == item and (one.act or not act)), None)

    def _holds(self, request: RecordedRequest, rows: Rows, now: datetime) -> bool:
        """Return whether a consent is in force: one who gave it could still give it."""
        ends = stands_until(request)
        if request.state is not RequestState.MADE or ends is None or ends <= now:
            return False
        store = SimulatedRows([rows], now=now)
        return could_make(self._groups, store, request, request.agreed)


def _consent(request: RecordedRequest, zone: ZoneInfo) -> AgentConsent:
    given, ends = arguments_of(request), stands_until(request)
    assert ends  # noqa: S101 - it is a consent
    return AgentConsent(
        request=request.id,
        state=request.state,
        agent=str(given["agent"]),
        item=str(given["item"]),
        act=bool(given.get("act")),
        purpose=str(given["purpose"]),
        given_by=request.agreed,
        until=ends.astimezone(zone),
    )


def _check_right(draft: Draft, item: str, what: str) -> None:
    """Refuse unless one of those who make the change has the right to let an agent in."""
    context = ChangeContext(draft.before, Edits(draft.household), draft.at)
    needed = Requirement(Law.AGENTS, item, agent_rights(context, item))
    if not context.is_met(draft.parties, needed):
        who = context.who_meets([needed])
        law = context.refusing_law(draft.parties, needed)
        raise refusal(draft.parties, [(law, what)], who, (), [tuple(who)] if who else [])
