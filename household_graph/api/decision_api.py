"""The questions that a graph, its past and a snapshot answer alike."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from household_graph.engine.decision import Decision, require_known
from household_graph.engine.facts import Facts
from household_graph.engine.question import (
    Moment,
    Question,
    action_named,
    device_questions,
    matrix_axes,
    matrix_questions,
    service_questions,
    who_questions,
)
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.enums import Action
from household_graph.store.household_view import Answer, HouseholdView

if TYPE_CHECKING:
    from household_graph.engine.access_timeline import AccessTimeline

_MANY = 10_000  # decisions of one household from which on memory is saved rather than time


class DecisionApi(ABC):
    """Answers questions by the facts of households.

    Moments (`at`) may be a datetime, a date, ISO 8601 text or None for now, by the clock of the
    server; without an offset they are local time of the household. All methods raise
    UnknownIdError for an id that is not there, and InvalidTimeError for a moment that cannot be
    read.
    """

    @abstractmethod
    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""

    @abstractmethod
    def view_for(self, entity_id: str, guest: str, at: Moment) -> tuple[HouseholdView, Moment, int]:
        """Return what a list of questions is decided by: a view, a moment, and the instant of now.

        It is about the household of an id; the guest, a party or device, may be of another.
        """

    def explained(self, error: UnknownIdError) -> BadInputError:
        """Return the error of an unknown id, saying what the id is where that can be looked up."""
        return error

    @contextmanager
    def _viewed(
        self, entity_id: str, guest: str, at: Moment
    ) -> Iterator[tuple[HouseholdView, Moment, int]]:
        """Decide a list of questions by what `view_for` returns, and explain unknown ids."""
        try:
            yield self.view_for(entity_id, guest, at)
        except UnknownIdError as error:
            raise self.explained(error) from None

    def check(
        self,
        party: str,
        target: str,
        *,
        action: Action | str = Action.USE,
        device: str | None = None,
        at: Moment = None,
    ) -> Decision:
        """Decide one question."""
        question = Question(party, target, action_named(action), device, at)
        answer = self._answer(question)
        if isinstance(answer, BadInputError):
            raise answer
        return answer

    def _answer(self, question: Question) -> Answer:
        """Decide one question, or say what is wrong with it."""
        return self.check_many([question])[0]

    def services(
        self,
        party: str,
        *,
        device: str | None = None,
        at: Moment = None,
        include_denied: bool = False,
    ) -> list[Decision]:
        """Return a decision for each service of the party's household that it may use."""
        with self._viewed(party, device or party, at) as (view, moment, now):
            _require_principal(view.facts, party, device)
            questions = service_questions(view.facts, party, device, moment)
            return _decided(view, questions, now, include_denied=include_denied)

    def devices(
        self, party: str, target: str, *, at: Moment = None, include_denied: bool = False
    ) -> list[Decision]:
        """Return a decision for each device on which the party may use the target."""
        with self._viewed(target, party, at) as (view, moment, now):
            facts = view.facts
            _require_principal(facts, party)
            require_known(facts, "target on a device", target, facts.products, facts.services)
            questions = device_questions(facts, party, target, moment)
            return _decided(view, questions, now, include_denied=include_denied)

    def actions(
        self,
        party: str,
        target: str,
        *,
        device: str | None = None,
        at: Moment = None,
        include_denied: bool = False,
    ) -> list[Decision]:
        """Return a decision for each action that the party may take on the target.

        On a device a target is only used; the other actions are asked without it.
        """
        with self._viewed(target, party, at) as (view, moment, now):
            devices = {Action.USE: device}
            questions = (
                Question(party, target, action, devices.get(action), moment) for action in Action
            )
            return _decided(view, questions, now, include_denied=include_denied)

    def who(
        self,
        target: str,
        *,
        device: str | None = None,
        action: Action | str = Action.USE,
        at: Moment = None,
        include_denied: bool = False,
    ) -> list[Decision]:
        """Return a decision for each party, and resource, that may do this with the target."""
        with self._viewed(target, device or target, at) as (view, moment, now):
            questions = who_questions(view.facts, target, device, action_named(action), moment)
            return _decided(view, questions, now, include_denied=include_denied)

    def timeline(
        self,
        party: str,
        target: str,
        action: Action | str = Action.USE,
        device: str | None = None,
        *,
        start: Moment = None,
        end: Moment = None,
    ) -> "AccessTimeline":
        """Return the answers to one question over time, each with its reasons.

        Without a start from now on, and without an end for a week.

        Raises:
            InvalidTimeError: if the end is not after the start, or the answer changes more than
                10,000 times.
        """
        from household_graph.engine.access_timeline import access_timeline, asked_span

        question = Question(party, target, action_named(action), device)
        with self._viewed(target, party, start) as (view, first, now):
            asked = asked_span(first, end, now, view.facts.zone)
            return access_timeline(view.facts, question, asked)

    def timelines(
        self,
        party: str,
        action: Action | str = Action.USE,
        device: str | None = None,
        *,
        start: Moment = None,
        end: Moment = None,
    ) -> "list[AccessTimeline]":
        """Return the same for each target that is open to the party within that time."""
        from household_graph.engine.access_timeline import access_timelines, asked_span

        with self._viewed(party, device or party, start) as (view, first, now):
            _require_principal(view.facts, party, device)
            asked = asked_span(first, end, now, view.facts.zone)
            return access_timelines(view.facts, party, action_named(action), device, asked)

    def matrix(self, household: str, *, at: Moment = None) -> list[Decision]:
        """Return a decision, yes or no, for each individual, service and device it is on."""
        return list(self.each_of_matrix(household, at=at)[1])

    def each_of_matrix(
        self, household: str, *, at: Moment = None
    ) -> tuple[int, Iterator[Decision]]:
        """Return how many decisions `matrix` comes to, and each as it is made.

        A large business has millions: they need not all be in memory.
        """
        view, at, now = self.view_for(household, household, at)
        shared = view.pinned()
        people, places = matrix_axes(shared.facts)
        count = len(people) * len(places)

        def decided() -> Iterator[Decision]:
            for number, question in enumerate(matrix_questions(shared.facts, at)):
                if count > _MANY and number % len(places) == 0:
                    shared.facts.cache.forget_parties()
                yield shared.decide(question, now)

        return count, decided()


def _require_principal(facts: Facts, party: str, device: str | None = None) -> None:
    require_known(facts, "party", party, facts.principals)
    if device is not None:
        require_known(facts, "device", device, facts.resources)


def _decided(
    view: HouseholdView, questions: Iterable[Question], now: int, *, include_denied: bool
) -> list[Decision]:
    shared = view.pinned()
    decisions = (shared.decide(question, now) for question in questions)
    return [decision for decision in decisions if decision.allowed or include_denied]
