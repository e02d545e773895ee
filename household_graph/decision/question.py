"""What is asked, and what is answered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from household_graph.errors import InvalidQuestionError
from household_graph.model.vocabulary import Action, ReasonCode

__all__ = ["Decision", "Moment", "Question", "Reason"]

Moment = datetime | date | str | None
"""When: a datetime (without an offset: local time of the household), a date (its first moment),
ISO 8601 text, or None for now."""


@dataclass(frozen=True, slots=True)
class Question:
    """May this party do this with this target, on this device, at this moment?

    Attributes:
        party: the id of the individual, organization or resource that asks.
        target: the id of a product, service or resource.
        action: what is asked leave for.
        device: the id of the resource to use the target on, or None.
        at: the moment.

    Raises:
        InvalidQuestionError: if a device is named with an action other than `use`.
    """

    party: str
    target: str
    action: Action = Action.USE
    device: str | None = None
    at: Moment = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before anything is fetched for it."""
        if self.device is not None and self.action is not Action.USE:
            raise InvalidQuestionError(
                f"a device (`{self.device}`) cannot be named with `{self.action}`",
                hint="leave the device out, or ask whether the target may be used",
            )


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of an answer.

    Attributes:
        code: what kind of ground.
        text: the ground in words.
        path: the ids walked, or concerned, in order.
    """

    code: ReasonCode
    text: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question, never a bare yes or no.

    Attributes:
        allowed: the answer.
        party: as asked.
        action: as asked.
        target: as asked.
        device: as asked.
        at: the instant it was judged for, in the household's time zone.
        changes_at: the first later instant at which the answer is another, as the graph stands,
            in the household's time zone; None if there is none.
        reasons: of a yes, the grants it rests on and the exemptions it needs; of a no, every
            ground there is.
    """

    allowed: bool
    party: str
    action: Action
    target: str
    device: str | None
    at: datetime
    changes_at: datetime | None
    reasons: tuple[Reason, ...]

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
            "reasons": [
                {"code": reason.code.value, "text": reason.text, "path": list(reason.path)}
                for reason in self.reasons
            ],
        }
