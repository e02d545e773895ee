"""A household as the engine sees it: its facts and, if cached, its stored entitlements."""

from functools import partial
from typing import Self

from household_graph.engine.decision import Decision, LoadFacts, decide
from household_graph.engine.entitlements import Entitlements
from household_graph.engine.facts import Facts
from household_graph.engine.matrix import AccessMatrix, access_matrix
from household_graph.engine.question import Question
from household_graph.model.instants import instant_of, zone_named
from household_graph.store.access_cache import Access, entitlements_from_text, facts_from_text


class HouseholdView:
    """Facts, and stored entitlements where there are any.

    Entitlements answer most questions; the facts are loaded for the others, and for reasons.

    Attributes:
        now: the server's time when it was read, in milliseconds.
        entitlements: when its people may use its services, or None.
        is_whole: whether the facts are all there are of the household.
    """

    __slots__ = ("_facts", "_load", "entitlements", "is_whole", "now")

    def __init__(
        self,
        load: LoadFacts,
        now: int,
        entitlements: Entitlements | None = None,
        *,
        is_whole: bool = True,
    ) -> None:
        """Take what was fetched.

        Args:
            load: loads the facts, as often as they are asked for.
            now: the server's time when they were read, in milliseconds.
            entitlements: what they entitle people to, or None.
            is_whole: whether the facts are all there are of the household, or what bears on one
                question.
        """
        self._load = load
        self.now = now
        self.entitlements = entitlements
        self._facts: Facts | None = None
        self.is_whole = is_whole

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
        return cls(lambda: facts, now, entitlements, is_whole=is_whole)

    @classmethod
    def read(cls, access: Access, now: int) -> Self:
        """Return the view by what the access cache holds.

        Raises:
            HouseholdGraphError: if the entitlements cannot be read.
        """
        text = access.entitlements
        entitlements = entitlements_from_text(text) if text else None
        return cls(partial(facts_from_text, access.facts), now, entitlements)

    @property
    def facts(self) -> Facts:
        """The facts; they stay in memory from then on."""
        if self._facts is None:
            self._facts = self._load()
        return self._facts

    def pinned(self) -> "HouseholdView":
        """Return the same for many decisions, all of which will be asked for their reasons."""
        return HouseholdView.of(self.facts, self.now, self.entitlements)

    def access_matrix(self, at: str) -> AccessMatrix:
        """Return the answers to all questions of a matrix, yes or no.

        Args:
            at: the moment, as ISO 8601; without an offset, local time of the household.

        Raises:
            InvalidTimeError: if the moment cannot be read.
        """
        if self.entitlements:
            return self.entitlements.access_matrix(
                instant_of(at, zone_named(self.entitlements.time_zone))
            )
        return access_matrix(self.facts, instant_of(at, self.facts.zone))

    def decide(self, question: Question, now: int | None = None) -> Decision:
        """Answer a question; see `judge`.

        Args:
            question: what is asked.
            now: the instant of one that names no moment, in milliseconds; None: that of the view.
        """
        now = self.now if now is None else now
        found = self.entitlements and self.entitlements.look_up(question, now)
        if found:
            instant, allowed = found
            return Decision(allowed, self._load, question, instant)
        return decide(self.facts, question, now=now, load=self._load)
