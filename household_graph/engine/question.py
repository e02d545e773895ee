"""What is asked, and the grounds of an answer."""

from datetime import date, datetime
from types import NoneType

from msgspec import Struct
from msgspec.structs import force_setattr

from household_graph.errors import InvalidQuestionError
from household_graph.model.enums import Action
from household_graph.model.ids import is_unicode

Moment = datetime | date | str | None
"""When: a datetime (without an offset: local time of the household), a date (its first moment),
ISO 8601 text, or None for now."""


USE = Action.USE
"""What most questions are about; to find it in its class takes longer than to compare with it."""


_MOMENTS = (datetime, date, str, NoneType)


def action_named(word: str) -> Action:
    """Return the action of a word.

    Raises:
        InvalidQuestionError: if there is none.
    """
    try:
        return Action(word)
    except ValueError:
        raise InvalidQuestionError(
            f"unknown action `{word}`", hint=f"use one of {', '.join(Action)}"
        ) from None


class Question(Struct, frozen=True, gc=False):
    """May this party do this with this target, on this device, at this moment?

    A frozen dataclass in all but how long one takes to make, which is a quarter: a batch asks
    many. `msgspec.structs.replace` makes one that differs.

    Attributes:
        party: the id of the individual, organization or resource that asks.
        target: the id of a product, service or resource.
        action: what to do with it; its word will do.
        device: the id of the resource to use the target on, or None.
        at: the moment.

    Raises:
        InvalidQuestionError: if a device is named with an action other than `use`, or if an id or
            a moment is of a type that cannot be one, or there is no such action.
    """

    party: str
    target: str
    action: Action = USE
    device: str | None = None
    at: Moment = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before anything is fetched for it, together with others."""
        if type(self.action) is not Action:
            force_setattr(self, "action", action_named(self.action))
        for place in ("party", "target", "device"):
            entity_id = getattr(self, place)
            if not isinstance(entity_id, str) and (entity_id is not None or place != "device"):
                raise InvalidQuestionError(
                    f"`{entity_id}` is no {place}", hint="give its id, such as bakers/katie"
                )
            if entity_id is not None and not is_unicode(entity_id):
                raise InvalidQuestionError(f"the id {entity_id!a} holds half a character")
        if not isinstance(self.at, _MOMENTS):
            raise InvalidQuestionError(
                f"`{self.at}` is no moment", hint="give a datetime, a date, ISO 8601 text or None"
            )
        if self.device is not None and self.action is not USE:
            raise InvalidQuestionError(
                f"a device (`{self.device}`) cannot be named with `{self.action}`",
                hint="leave the device out, or ask whether the target may be used",
            )
