"""The wizard that asks for a new household or business, independent of any terminal."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import document_of
from household_graph.errors import BadInputError
from household_graph.model.instants import to_local
from household_graph.onboarding.answers import Answers, WizardSetting
from household_graph.onboarding.household_steps import ask_accounts, ask_household, ask_people
from household_graph.onboarding.product_steps import (
    ask_devices,
    ask_involvement,
    ask_policies,
    ask_products,
)
from household_graph.onboarding.prompts import NOTHING, Prompt, Unanswered

__all__ = ["NOTHING", "Prompt", "Wizard", "WizardSetting"]

_STEPS = (
    *(ask_household, ask_people, ask_accounts),
    *(ask_products, ask_involvement, ask_devices, ask_policies),
)


@dataclass(frozen=True)
class Wizard:
    """The state of an onboarding: the answers so far, from which all else follows.

    The steps are run from the beginning after each answer, so that going back is to leave out the
    last one.

    Attributes:
        answers: the values answered so far, in the order of the prompts.
        prompt: what is asked next, or None at the end.
        document: the household of the answers, at the end.
    """

    setting: WizardSetting
    answers: tuple[Any, ...] = ()
    prompt: Prompt[Any] | None = field(init=False, compare=False, default=None)
    document: HouseholdDocument | None = field(init=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Find the next prompt, by answering the others once more."""
        answers = Answers(self.setting, self.answers)
        try:
            for step in _STEPS:
                step(answers)
        except Unanswered as next_one:
            object.__setattr__(self, "prompt", next_one.prompt)
            return
        today = to_local(self.setting.now, answers.zone).date()
        document = document_of(answers.document(), "the answers", today=today)
        object.__setattr__(self, "document", document)

    def answer(self, typed: str) -> Self:
        """Return the wizard with the next prompt answered.

        Raises:
            BadInputError: if what was typed is no answer to it, or there is no next one.
        """
        if self.prompt is None:
            raise BadInputError("all questions are answered")
        return replace(self, answers=(*self.answers, self.prompt.value_of(typed)))

    def back(self) -> Self:
        """Return the wizard without its last answer; at the beginning, the same."""
        return replace(self, answers=self.answers[:-1])
