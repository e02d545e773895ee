"""What is answered: never a bare yes or no."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from msgspec import UNSET, Struct, UnsetType

from household_graph.engine.evaluation import Evaluation, evaluate
from household_graph.engine.explain import reasons_against, reasons_for
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question, Reason
from household_graph.model.enums import Action, ReasonCode
from household_graph.model.instants import instant_of, to_local

LoadFacts = Callable[[], Facts]
"""Loads the same facts again."""


class Decision(Struct, eq=False, gc=False):
    """The answer to one question.

    Its reasons and its next change are found when they are looked at, out of the facts that the
    answer rests on; they take longer than the answer, and most answers are only counted.

    Attributes:
        allowed: the answer.
        verified: whether a yes without a grant, or a no without a ground, is an internal error; in
            tests, with `--debug`, and where HOUSEHOLD_GRAPH_DEBUG is set.
    """

    verified: ClassVar[bool] = False
    allowed: bool
    _found: Evaluation | LoadFacts
    """Facts are loaded again when they are needed: a decision that is stored should not keep a
    household in memory."""
    _question: Question
    _instant: int
    _reasons: tuple[Reason, ...] | None = None
    _changes_at: datetime | UnsetType | None = UNSET

    @property
    def _evaluation(self) -> Evaluation:
        if not isinstance(self._found, Evaluation):
            self._found = evaluate(self._found(), self._question)
        return self._found

    @property
    def party(self) -> str:
        """As asked."""
        return self._question.party

    @property
    def action(self) -> Action:
        """As asked."""
        return self._question.action

    @property
    def target(self) -> str:
        """As asked."""
        return self._question.target

    @property
    def device(self) -> str | None:
        """As asked."""
        return self._question.device

    @property
    def at(self) -> datetime:
        """The instant it was judged for, in the household's time zone."""
        return to_local(self._instant, self._evaluation.facts.zone)

    @property
    def changes_at(self) -> datetime | None:
        """The first later instant at which the answer is another, as the graph stands.

        In the household's time zone; None if there is none.
        """
        if self._changes_at is UNSET:
            zone = self._evaluation.facts.zone
            change = self._evaluation.timeline.next_change(self._instant, zone)
            self._changes_at = None if change is None else to_local(change, zone)
        return self._changes_at

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Of a yes, the grants it rests on and the exemptions it needs; of a no, every ground.

        Raises:
            RuntimeError: if there are none, and decisions are verified; see `verified`.
        """
        if self._reasons is None:
            reasons = reasons_for if self.allowed else reasons_against
            self._reasons = tuple(reasons(self._evaluation, self._instant))
            if self.verified:
                self._verify(self._reasons)
        return self._reasons

    def _verify(self, reasons: tuple[Reason, ...]) -> None:
        """Hold the answer to its reasons: it may be of what was laid out, they are of the facts."""
        granted = sum(reason.code is ReasonCode.GRANTED for reason in reasons)
        if granted < 1 + (self.device is not None) if self.allowed else not reasons:
            answer = "yes without a grant" if self.allowed else "no without a ground"
            asked = f"{self.action} {self.target} by {self.party} on {self.device}"
            raise RuntimeError(f"internal error: {answer}: {asked} at {self.at.isoformat()}")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, each once, in alphabetical order."""
        return tuple(sorted({reason.code.value for reason in self.reasons}))

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as JSON can say it; times are ISO 8601 with offset."""
        return {
            "allowed": self.allowed,
            "party": self.party,
            "action": self.action.value,
            "target": self.target,
            "device": self.device,
            "at": self.at.isoformat(),
            "changes_at": self.changes_at.isoformat() if self.changes_at else None,
            "reasons": [reason.as_dict() for reason in self.reasons],
        }

    def __eq__(self, other: object) -> bool:
        """Return whether all that can be said of another decision is the same."""
        return isinstance(other, Decision) and self._said() == other._said()

    def __ne__(self, other: object) -> bool:
        """Return the opposite; the one that Struct has would ask whether they are one object."""
        return not self == other

    def __hash__(self) -> int:
        """Return the same for equal decisions."""
        return hash((self.allowed, self.party, self.target, self.device, self._instant))

    def __repr__(self) -> str:
        """Return all that can be said of it."""
        return f"Decision({self.as_dict()})"

    def _said(self) -> tuple[object, ...]:
        asked = (self.party, self.action, self.target, self.device, self.at)
        return (self.allowed, *asked, self.changes_at, self.reasons)


def decide(
    facts: Facts, question: Question, *, now: int, load: LoadFacts | None = None
) -> Decision:
    """Answer a question by the laws, with its reasons and the next change.

    Args:
        facts: of the household the target belongs to.
        question: what is asked; a moment without an offset is local time of that household.
        now: the instant to decide for where the question names no moment, in milliseconds.
        load: loads the facts when the decision is asked for its reasons; None: it keeps the facts.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
        InvalidTimeError: if the moment cannot be read.
        BadInputError: if a policy that applies is of a kind that is not known.
    """
    evaluation = evaluate(facts, question)
    at = question.at
    instant = now if at is None else instant_of(at, facts.zone)
    return Decision(evaluation.allows(instant), load or evaluation, question, instant)
