"""Random changes of one household in the real graph, beside a plain model of the laws.

After every step the access matrix, the history and the doctor say what the model says, and the
household, exported and loaded, is unchanged.
"""

import io
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from household_graph import BadInputError, HouseholdGraph, Question
from household_graph.changes.change_history import undo
from household_graph.changes.devices import StateChange, set_state
from household_graph.changes.draft import Draft
from household_graph.changes.policies import Policies, PolicyTerms
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.doctor.runner import examine_one
from household_graph.documents.load import load_document
from household_graph.documents.read import read_documents
from household_graph.engine.decision import Decision
from household_graph.errors import RefusedError
from household_graph.model.actor import Actor
from household_graph.model.enums import Action, InvolvementKind, PartyRoleKind, PolicyKind
from household_graph.model.instants import FOREVER, from_datetime, to_utc
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from tests.property.event_rules import EventRules
from tests.property.household_model import (
    DEVICES,
    DOCUMENT,
    PEOPLE,
    PRODUCTS,
    SERVICES,
    HouseholdModel,
    until,
    with_span,
)
from tests.property.reading_back import exported_again, not_read_back
from tests.unit.drafts import on

NUMBERS = itertools.count(1)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WITHOUT = {"product-without-admin", "account-without-customer", "bill-without-payer"}
WITHOUT |= {"minor-without-responsible-adult"}
OF_POLICY = {"curfew", "classification", "block", "not-active", "not-available-on-device"}
OF_POLICY |= {"under-age"}

people = st.sampled_from(sorted(PEOPLE))
adults = st.sampled_from(["ann", "ben"])
products = st.sampled_from(sorted(PRODUCTS))
devices = st.sampled_from(sorted(DEVICES))
delays = st.sampled_from([None, None, timedelta(days=1)])
lengths = st.sampled_from([None, None, timedelta(days=2)])
functional = st.sampled_from([PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER])
policies = st.sampled_from(["bedtime", "ban"])
terms = st.sampled_from(
    [
        ("curfew", "minors", "web", ("21:00", "07:00")),
        ("curfew", "everyone", "tv", ("12:00", "15:00")),
        ("classification", "minors", "HOME", None),
        ("block", "minors", "phone", None),
        ("block", "everyone", "late", None),
    ]
)


class Machine(EventRules):
    """One household, changed at random, an hour apart."""

    graph: HouseholdGraph

    @initialize()
    def begin(self) -> None:
        self.home = f"model-{next(NUMBERS)}"
        text = io.StringIO(DOCUMENT.replace("HOME", self.home))
        (document,) = read_documents(text, "model.yaml")
        load_document(self.graph.store, document, actor=Actor.operator("tests"))
        self.clock = NOON
        self.model = HouseholdModel.at_first(self.home)
        self.past: list[HouseholdModel] = []
        self.history = ["load"]

    def teardown(self) -> None:
        self.graph.connection.driver.execute_query(
            "MATCH (n) WHERE n.id = $home OR n.id STARTS WITH $home + '/' DETACH DELETE n",
            home=getattr(self, "home", ""),
        )

    def change(
        self,
        action: str,
        work: Callable[[Draft], object],
        wanted: HouseholdModel | None,
        later: timedelta | None = None,
    ) -> None:
        """Make a change; what is wanted of it is None where it cannot be made."""
        request = PlannedChange(
            Actor.operator("tests"),
            action,
            now=self.clock,
            at=self.clock + later if later else None,
            consents=self.everybody(),
        )
        if wanted is None:
            with pytest.raises((BadInputError, RefusedError)):
                self.made(work, request)
            return
        recorded = self.made(work, request)
        assert recorded == (wanted != self.model), action
        if recorded:
            self.history.append(action)
            self.past.append(self.model)
            self.model = wanted

    def made(self, work: Callable[[Draft], object], request: PlannedChange) -> bool:
        def work_at_home(drafts: Drafts) -> None:
            work(drafts[self.home])

        outcomes = (
            ChangeService(self.graph.store).change([self.home], work_at_home, request).households
        )
        return any(outcome.change for outcome in outcomes)

    def everybody(self) -> tuple[str, ...]:
        """Return whom the operator asked for their consent: all there are."""
        return tuple(map(self.full, self.model.people))

    def at(self, later: timedelta | None) -> int:
        return from_datetime(self.clock + (later or timedelta()))

    def full(self, local: str) -> str:
        return self.model.full(local)

    @rule(
        holder=st.sampled_from(["HOME", *PEOPLE]),
        kind=st.sampled_from(InvolvementKind),
        product=products,
        later=delays,
        length=lengths,
    )
    def grant(
        self,
        holder: str,
        kind: InvolvementKind,
        product: str,
        later: timedelta | None,
        length: timedelta | None,
    ) -> None:
        """Grant something on a product, now or later, for good or for two days."""
        holder = self.home if holder == "HOME" else holder
        at = self.at(later)
        span = (at, from_datetime(to_utc(at) + length) if length else FOREVER)
        wanted, key = self.model.copy(), (holder, kind.value, product)
        wanted.involved[key] = with_span(wanted.involved.get(key, ()), span)
        if holder in PEOPLE:  # who plays it as a User
            users = wanted.functional.get((holder, "User"), ())
            wanted.functional[holder, "User"] = with_span(users, span)

        def work(draft: Draft) -> None:
            involve(draft, self.full(holder), kind, self.full(product), span)

        self.change("role grant", work, None if holder in self.model.dead else wanted, later)

    @rule(data=st.data(), later=delays)
    def take(self, data: st.DataObject, later: timedelta | None) -> None:
        """Revoke something that is held, or was once."""
        key = data.draw(st.sampled_from(sorted(self.model.involved)))
        holder, kind, item = key
        wanted, at = self.model.copy(), self.at(later)
        wanted.involved[key] = until(wanted.involved[key], at)
        lasts = any(end > at for _start, end in self.model.involved[key])

        def work(draft: Draft) -> None:
            revoke(draft, self.full(holder), InvolvementKind(kind), self.full(item))

        self.change("role revoke", work, wanted if lasts else None, later)

    @rule(party=adults, kind=functional, later=delays)
    def appoint(self, party: str, kind: PartyRoleKind, later: timedelta | None) -> None:
        """Make somebody Customer or Bill Payer."""
        wanted, key, span = self.model.copy(), (party, kind.value), (self.at(later), FOREVER)
        wanted.functional[key] = with_span(wanted.functional.get(key, ()), span)

        def work(draft: Draft) -> None:
            party_role(draft, self.full(party), kind, self.full("account"))

        self.change("role grant", work, None if party in self.model.dead else wanted, later)

    @rule(party=adults, kind=functional, later=delays)
    def dismiss(self, party: str, kind: PartyRoleKind, later: timedelta | None) -> None:
        """Take a functional role from somebody, who may not have it."""
        key, at = (party, kind.value), self.at(later)
        wanted, spans = self.model.copy(), self.model.functional.get(key, ())
        wanted.functional[key] = until(spans, at)
        lasts = any(end > at for _start, end in spans)

        def work(draft: Draft) -> None:
            revoke(draft, self.full(party), kind, self.full("account"))

        self.change("role revoke", work, wanted if lasts else None, later)

    @rule(name=policies, said=terms, later=delays, length=lengths)
    def forbid(
        self, name: str, said: tuple[Any, ...], later: timedelta | None, length: timedelta | None
    ) -> None:
        """Set a policy, or change it, for good or for two days."""
        kind, audience, governed, hours = said
        governed = self.home if governed == "HOME" else governed
        wanted = self.model.copy()
        at = self.at(later)
        span = (at, at + length // timedelta(milliseconds=1) if length else None)
        first = min((one.span[0] for one in wanted.lasting(name, span[0])), default=0)
        if length and later is None and span[0] < first:
            return  # it would end before it begins
        wanted.set_policy(name, (kind, audience, governed, hours), span, said=later is not None)
        start, end = hours or (None, None)
        whole = PolicyTerms(
            kind=PolicyKind(kind),
            audience=(audience,),
            governs=(self.full(governed),),
            weekdays=("sunday", "monday", "tuesday") if hours else None,
            start_time=start,
            end_time=end,
            maximum_age="own-age" if kind == "classification" else None,
            enforced_by=(self.full("wall"),),
        )

        def work(draft: Draft) -> None:
            at = to_utc(draft.at) if later else None
            end = None if span[1] is None else to_utc(span[1])
            on(draft, Policies).set(self.home, name, **whole, at=at, until=end)

        self.change("policy set", work, wanted, later)

    @precondition(lambda self: self.model.policies)
    @rule(name=policies, later=delays)
    def allow(self, name: str, later: timedelta | None) -> None:
        """Lift a policy that there may be."""
        wanted, at = self.model.copy(), self.at(later)
        wanted.lift(name, at)
        known = name in self.model.policies

        def work(draft: Draft) -> None:
            on(draft, Policies).end(self.full(name))

        self.change("policy lift", work, wanted if known else None, later)

    @rule(device=devices, state=st.sampled_from([StateChange.LOCK, StateChange.UNLOCK]))
    def lock(self, device: str, state: StateChange) -> None:
        """Lock a device, or unlock it."""
        wanted = self.model.copy()
        (wanted.locked.add if state is StateChange.LOCK else wanted.locked.discard)(device)
        self.change(
            f"device {state}", lambda draft: set_state(draft, self.full(device), state), wanted
        )

    @precondition(lambda self: any(map(self.is_there, self.model.policies)))
    @rule(data=st.data(), person=people, length=lengths)
    def exempt(self, data: st.DataObject, person: str, length: timedelta | None) -> None:
        """Exempt somebody from a policy that lasts, for good or for two days."""
        name = data.draw(st.sampled_from(sorted(filter(self.is_there, self.model.policies))))
        at = self.at(None)
        span = (at, self.at(length) if length else FOREVER)
        wanted, key = self.model.copy(), (person, name)
        wanted.exempt[key] = with_span(wanted.exempt.get(key, ()), span)

        def work(draft: Draft) -> None:
            until = to_utc(span[1]) if length else None
            on(draft, Policies).exempt(self.full(name), self.full(person), until=until)

        self.change("policy exempt", work, None if person in self.model.dead else wanted)

    @precondition(lambda self: any(map(self.is_there, self.model.policies)))
    @rule(data=st.data(), length=lengths)
    def pause(self, data: st.DataObject, length: timedelta | None) -> None:
        """Pause a policy that lasts, for good or for two days."""
        name = data.draw(st.sampled_from(sorted(filter(self.is_there, self.model.policies))))
        span = (self.at(None), self.at(length) if length else FOREVER)
        wanted = self.model.copy()
        wanted.paused[name] = with_span(wanted.paused.get(name, ()), span)

        def work(draft: Draft) -> None:
            until = to_utc(span[1]) if length else None
            on(draft, Policies).pause(self.full(name), until=until)

        self.change("policy pause", work, wanted)

    def is_there(self, name: str) -> bool:
        """Return whether a policy has not ended, if only to begin later."""
        return bool(self.model.lasting(name, self.at(None)))

    @precondition(lambda self: self.past)
    @rule()
    def undo(self) -> None:
        """Take the last change back, which may be an undo itself: all is as it was before it."""
        last = f"{self.home}/change-{len(self.history)}"
        (outcome,) = undo(
            GraphRows(self.graph.connection), last, actor=Actor.operator("tests"), now=self.clock
        ).households
        assert outcome.change
        self.history.append("undo")
        self.past.append(self.model)
        self.model = self.past[-2].copy()

    @invariant()
    def matrix_is_that_of_the_model(self) -> None:
        """The graph answers every question as the model does, at once and two days on."""
        for instant in (self.at(None), self.at(timedelta(days=2, hours=1))):
            asked = self.graph.matrix(self.home, at=to_utc(instant))
            questions = [
                Question(self.full(one), self.full(thing), action, at=to_utc(instant))
                for one in self.model.people
                for thing in (*PRODUCTS, *SERVICES)
                for action in (Action.CHOOSE, Action.ADMINISTER)
            ]
            for decision in (*asked, *self.graph.check_many(questions)):
                assert isinstance(decision, Decision)
                question = Question(
                    decision.party, decision.target, decision.action, decision.device
                )
                grounds = self.model.grounds(question, instant)
                assert decision.allowed == (not grounds), (decision, grounds)
                assert set(decision.codes) & OF_POLICY == grounds & OF_POLICY

    @invariant()
    def what_is_written_can_be_read_back(self) -> None:
        """The household, exported and loaded, is unchanged."""
        at, graph = self.at(None), self.graph
        written = exported_again(graph.documents.export(self.home), at)
        [loaded] = graph.documents.load([written], operator="tests", dry_run=True)
        assert loaded.outcome == "unchanged", loaded.difference
        rows = fetch_rows(graph.connection, [self.home])[self.home]
        assert list(not_read_back(rows, at)) == []

    @invariant()
    def history_has_every_change(self) -> None:
        """There is exactly one Change for each step that changed something, in order."""
        records, _summary, _keys = self.graph.connection.driver.execute_query(
            "MATCH (c:Change)-[:RECORDED_FOR]->({id: $home}) "
            "RETURN c.revision, c.action ORDER BY c.revision",
            home=self.home,
        )
        assert [tuple(record) for record in records] == list(enumerate(self.history, start=1))

    @invariant()
    def doctor_finds_what_the_model_lacks(self) -> None:
        """The doctor finds what has no owner, as the model does, and no damage."""
        for later in (None, timedelta(days=4)):
            found = examine_one(self.graph.store, self.home, at=to_utc(self.at(later)))
            kinds = {(one.issue.ids[0], one.check.id) for one in found}
            assert {one for one in kinds if one[1] in WITHOUT} == self.model.ownerless(
                self.at(later)
            )
            unwanted = {"missing-required", "overlapping-validities", "stale-cache"}
            assert unwanted.isdisjoint(kind for _id, kind in kinds)
        self.clock += timedelta(hours=1)


def test_the_graph_keeps_to_the_model(graph: HouseholdGraph) -> None:
    """Whatever is granted, revoked, forbidden and locked, graph and model say the same."""
    machine = type("MachineOnGraph", (Machine,), {"graph": graph})
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=10,
            stateful_step_count=8,
            deadline=None,
            # Making a failure smaller, over a real server, takes longer than a test may.
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
