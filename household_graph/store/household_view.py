"""A household as the engine sees it, and the answers to questions about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

from household_graph.engine.decision import Decision, LoadFacts, decide
from household_graph.engine.entitlements import AccessMatrix, Entitlements, access_matrix
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question, foreign_ids, with_foreign_parties
from household_graph.errors import BadInputError, InvalidQuestionError, UnknownIdError
from household_graph.model.enums import describe_labels
from household_graph.model.ids import household_of
from household_graph.model.instants import instant_of, zone_named
from household_graph.store.access_cache import Access, entitlements_from_text, facts_from_text

Answer = Decision | BadInputError
"""What one item of a batch comes to: its decision, or what is wrong with that question."""

_PLACES = {
    "party": ({"Party", "Resource"}, "ask for an individual, an organization or a resource"),
    "target": ({"Product", "Service", "Resource"}, "ask about a product, a service or a resource"),
    "target on a device": ({"Product", "Service"}, "ask about a product or a service"),
    "device": ({"Resource"}, "name a resource"),
}
"""What can stand in the places of a question, and what a hint says of it."""


@dataclass(slots=True, eq=False)
class HouseholdView:
    """A household as the engine sees it: its facts and, if cached, its stored entitlements.

    Entitlements answer most questions; the facts are loaded for the others, and for reasons.

    Attributes:
        load: loads the facts, as often as they are asked for.
        now: the server's time when it was read, in milliseconds.
        entitlements: when its people may use its services, or None.
        is_whole: whether the facts are all there are of the household, or what bears on one
            question.
    """

    load: LoadFacts
    now: int
    entitlements: Entitlements | None = None
    is_whole: bool = True
    _facts: Facts | None = None

    @classmethod
    def of(
        cls,
        facts: Facts,
        now: int,
        entitlements: Entitlements | None = None,
        *,
        is_whole: bool = True,
    ) -> Self:
        """Return the view by facts that are in memory."""
        return cls(lambda: facts, now, entitlements, is_whole)

    @classmethod
    def read(cls, access: Access, now: int) -> Self:
        """Return the view by what the access cache holds; see `entitlements_from_text`."""
        text = access.entitlements
        entitlements = entitlements_from_text(text) if text else None
        return cls(partial(facts_from_text, access.facts), now, entitlements)

    @property
    def facts(self) -> Facts:
        """The facts; they stay in memory from then on."""
        if self._facts is None:
            self._facts = self.load()
        return self._facts

    def pinned(self) -> "HouseholdView":
        """Return the same for many decisions, all of which will be asked for their reasons."""
        return HouseholdView.of(self.facts, self.now, self.entitlements)

    def access_matrix(self, at: str) -> AccessMatrix:
        """Return the answers to all questions of a matrix, yes or no, at a moment in ISO 8601.

        Without an offset it is local time of the household; see `instant_of` for errors.
        """
        if found := self.entitlements:
            return found.access_matrix(instant_of(at, zone_named(found.time_zone)))
        return access_matrix(self.facts, instant_of(at, self.facts.zone))

    def decide(self, question: Question, now: int | None = None) -> Decision:
        """Answer a question; without a moment it is of `now`, an instant, or else of the view's."""
        now = self.now if now is None else now
        found = self.entitlements and self.entitlements.look_up(question, now)
        if found:
            instant, allowed = found
            return Decision(allowed, self.load, question, instant)
        return decide(self.facts, question, now=now, load=self.load)


def joined(
    view: HouseholdView, guests: Sequence[str], others: Mapping[str, HouseholdView]
) -> HouseholdView:
    """Return the view of a household, with parties of others among it."""
    homes = {household_of(guest) for guest in guests}
    facts = {home: others[home].facts for home in homes if home in others}
    return HouseholdView.of(with_foreign_parties(view.facts, guests, facts), view.now)


def answer_by(
    view: HouseholdView,
    question: Question,
    others: Mapping[str, HouseholdView],
    now: int | None = None,
) -> Answer:
    """Return the answer to a question, or what is wrong with the question.

    The view is of the target's household; others are those of other households, by their ids. A
    question that names no moment is answered for now, or else for the instant of the view.
    """
    try:
        return view.decide(question, now)
    except UnknownIdError as error:
        guests = foreign_ids(question) if others else []
        if not guests:
            return error
        return answer_by(joined(view, guests, others), question, {}, now)
    except BadInputError as error:
        return error


def what_it_is(error: UnknownIdError, labels: frozenset[str]) -> BadInputError:
    """Return the error of an unknown id again; if there is something with these labels, say so."""
    if error.place not in _PLACES or not labels:
        return error  # of a household, which may have been there or not at another time
    fitting, hint = _PLACES[error.place]
    if not labels.isdisjoint(fitting):
        return error
    message = f"`{error.unknown_id}` is {describe_labels(labels)}, and no {error.place}"
    return InvalidQuestionError(message, hint=hint)
