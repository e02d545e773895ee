"""A question with all that it rests on, each part found when it is needed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from household_graph.engine.ages import under_age
from household_graph.engine.applicable_policies import ApplicablePolicy, applicable_policies
from household_graph.engine.facts import Facts
from household_graph.engine.grants import (
    CONSUMER,
    Inactive,
    Path,
    availability,
    inactive,
    paths,
)
from household_graph.engine.question import Question
from household_graph.engine.timeline import Timeline, timeline
from household_graph.errors import InvalidQuestionError, UnknownIdError
from household_graph.model.enums import Action
from household_graph.model.ids import nearest, qualify
from household_graph.model.spans import Span


class Evaluation(NamedTuple):
    """A question held against facts: its timeline, and what explains it.

    Attributes:
        facts: the facts it rests on.
        question: what is asked.
        kind: the label of the involvement role that grants it.
    """

    facts: Facts
    question: Question
    kind: str

    @property
    def timeline(self) -> Timeline:
        """When the answer is yes."""
        question = self.question
        return timeline(self.facts, question.party, self.kind, question.target, question.device)

    @property
    def grants(self) -> list[Path]:
        """Every path from the party to the target."""
        return paths(self.facts, self.question.party, self.kind, self.question.target)

    @property
    def device_grants(self) -> list[Path]:
        """Every path from the party to the device; none without a device."""
        device = self.question.device
        return paths(self.facts, self.question.party, CONSUMER, device) if device else []

    @property
    def inactive(self) -> list[Inactive]:
        """What is not active among the party, the target and the device."""
        question = self.question
        asked = (question.party, question.target, question.device or question.party)
        found = (inactive(self.facts, thing) for thing in asked)
        return list(dict.fromkeys(one for one in found if one))

    @property
    def available(self) -> Sequence[Span]:
        """When the target, or what realizes it, is available on the device; never without one."""
        target, device = self.question.target, self.question.device
        return availability(self.facts, target, device) if device else ()

    @property
    def under_age(self) -> Sequence[Span]:
        """When the party is too young to administer the target; never for other actions."""
        if self.question.action is not Action.ADMINISTER:
            return ()
        return under_age(self.facts, self.question.party, self.question.target)

    @property
    def policies(self) -> Sequence[ApplicablePolicy]:
        """The policies that apply; they restrict use alone."""
        question = self.question
        if self.kind != CONSUMER:
            return ()
        return applicable_policies(self.facts, question.party, question.target, question.device)

    def allows(self, instant: int) -> bool:
        """Return whether the answer at an instant is yes."""
        return self.timeline.allows(instant, self.facts.zone)


def evaluate(facts: Facts, question: Question) -> Evaluation:
    """Hold a question whose ids are known against facts.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
    """
    kind = CONSUMER if question.action is Action.USE else question.action.needs.value
    _require_sense(facts, question)
    return Evaluation(facts, question, kind)


def _require_sense(facts: Facts, question: Question) -> None:
    device, target = question.device, question.target
    require_known(facts, "party", question.party, facts.principals)
    if target not in facts.services:
        require_known(facts, "target", target, facts.products, facts.services, facts.resources)
    if device is not None:
        if not facts.is_resource(device):
            require_known(facts, "device", device, facts.resources)
        if facts.is_resource(target):
            raise InvalidQuestionError(
                f"`{target}` is a resource itself, and is not used on `{device}`",
                hint="ask for a service or a product on the device, or leave the device out",
            )


def require_known(facts: Facts, place: str, entity_id: str, *kinds: Mapping[str, object]) -> None:
    """Raise UnknownIdError, naming the nearest ids, unless the id is of one of the kinds.

    An id without its household is taken for one of this household.
    """
    for kind in kinds:
        if entity_id in kind:
            return
    known = [candidate for kind in kinds for candidate in kind]
    near = nearest(qualify(facts.household, entity_id), known)
    raise UnknownIdError(entity_id, near, place=place)
