"""Life events at random, for the machine of test_stateful.py."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from household_graph.changes.draft import Draft
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.instants import FOREVER
from tests.property import household_events
from tests.property.household_model import PEOPLE, HouseholdModel
from tests.unit import events

__all__ = ["EventRules"]

NEWCOMERS = {"max": "1990-07-07", "pat": "2014-04-04"}

everybody = st.sampled_from([*PEOPLE, *NEWCOMERS])
joining = st.sampled_from([*NEWCOMERS, *NEWCOMERS, "kim"])
heirs = st.sampled_from([None, "ann", "ben"])
delays = st.sampled_from([None, None, timedelta(days=1)])
lengths = st.sampled_from([None, timedelta(days=2)])
birthdays = st.sampled_from([None, timedelta(days=3)])  # Kim comes of age in between


class EventRules(RuleBasedStateMachine):
    """Who joins, leaves, dies, comes of age or hands over."""

    model: HouseholdModel

    @abstractmethod
    def change(
        self,
        action: str,
        work: Callable[[Draft], object],
        wanted: HouseholdModel | None,
        later: timedelta | None = None,
    ) -> None: ...

    @abstractmethod
    def at(self, later: timedelta | None) -> int: ...

    @rule(who=joining, adult=heirs, later=delays, length=lengths)
    def join(
        self, who: str, adult: str | None, later: timedelta | None, length: timedelta | None
    ) -> None:
        """Let somebody new join, or who was there before, for good or for two days."""
        born = PEOPLE.get(who) or NEWCOMERS[who]
        at = self.at(later)
        end = self.at((later or timedelta()) + length) if length else FOREVER
        adults = (self.model.full(adult),) if adult else ()
        known = {"birth_date": date.fromisoformat(born)}

        def work(draft: Draft) -> None:
            events.join(draft, self.model.full(who), known, responsible=adults, until=end)

        wanted = household_events.join(self.model, who, born, (at, end), adult)
        self.change("event join", work, wanted, later)

    @rule(who=everybody, heir=heirs, later=delays)
    def leave(self, who: str, heir: str | None, later: timedelta | None) -> None:
        """Let somebody leave, who may not be there, with or without a successor."""
        wanted = household_events.leave(self.model, who, self.at(later), heir)

        def work(draft: Draft) -> None:
            events.leave(draft, self.model.full(who), heir)

        self.change("event leave", work, wanted, later)

    @rule(who=everybody, heir=heirs)
    def record_death(self, who: str, heir: str | None) -> None:
        """Let somebody have died."""
        wanted = household_events.record_death(self.model, who, self.at(None), heir)

        def work(draft: Draft) -> None:
            events.record_death(draft, self.model.full(who), heir)

        self.change("event decease", work, wanted)

    @precondition(lambda self: self.model.roles(self.at(None)))
    @rule(data=st.data(), receives=everybody, later=delays)
    def hand_over(self, data: st.DataObject, receives: str, later: timedelta | None) -> None:
        """Hand over a role that somebody has, to anybody; to a minor, one on a product only.

        Who answers for a minor that is Customer is left to the tests of guarantors.
        """
        model = self.model
        gives, kind, item = data.draw(st.sampled_from(model.roles(self.at(None))))
        assume(item or receives in {"ann", "ben", "max"})
        role = InvolvementKind(kind) if item else PartyRoleKind(kind)
        wanted = household_events.hand_over(model, (kind, item), gives, receives, self.at(later))

        def work(draft: Draft) -> None:
            target, who = model.full(item or "account"), map(model.full, (gives, receives))
            events.hand_over(draft, role, target, *who)

        self.change("event hand-over", work, wanted, later)

    @rule(who=everybody, later=birthdays)
    def come_of_age(self, who: str, later: timedelta | None) -> None:
        """Let somebody come of age, who may be a minor still."""
        wanted = household_events.come_of_age(self.model, who, self.at(later))

        def work(draft: Draft) -> None:
            events.come_of_age(draft, self.model.full(who))

        self.change("event come-of-age", work, wanted, later)
