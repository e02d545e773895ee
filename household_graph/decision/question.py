"""What is asked, and the grounds of an answer."""

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

from household_graph.errors import InvalidQuestionError
from household_graph.model.ids import is_unicode
from household_graph.model.vocabulary import Action, ReasonCode

__all__ = ["USE", "Moment", "Question", "Reason"]

Moment = datetime | date | str | None
"""When: a datetime (without an offset: local time of the household), a date (its first moment),
ISO 8601 text, or None for now."""


USE = Action.USE
"""What most questions are about; to find it in its class takes longer than to compare with it."""


class Question(Struct, frozen=True, gc=False):
    """May this party do this with this target, on this device, at this moment?

    A frozen dataclass in all but how long one takes to make, which is a quarter: a batch asks
    many. `msgspec.structs.replace` makes one that differs.

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
    action: Action = USE
    device: str | None = None
    at: Moment = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before anything is fetched for it."""
        for entity_id in (self.party, self.target, self.device):
            if entity_id is not None and not is_unicode(entity_id):
                raise InvalidQuestionError(f"the id {entity_id!a} holds half a character")
        if self.device is not None and self.action is not USE:
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
