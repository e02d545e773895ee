"""The wizard that asks for a new household or business, independent of any terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, NamedTuple, Self

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import document_of
from household_graph.errors import BadInputError
from household_graph.model.instants import to_local
from household_graph.onboarding.answers import Answers, WizardSetting
from household_graph.onboarding.business_steps import ask_hunting_groups, ask_sites, ask_units
from household_graph.onboarding.household_steps import (
    ask_accounts,
    ask_household,
    ask_people,
    ask_usernames,
)
from household_graph.onboarding.product_steps import (
    ask_devices,
    ask_involvement,
    ask_policies,
    ask_products,
)
from household_graph.onboarding.prompts import NOTHING, Prompt, Unanswered

__all__ = ["NOTHING", "Prompt", "Typed", "Wizard", "WizardSetting"]

_STEPS = {
    "household": (ask_household, ask_sites),
    "people": (ask_people, ask_units),
    "usernames": (ask_usernames,),
    "accounts": (ask_accounts,),
    "products": (ask_products,),
    "involvement": (ask_involvement,),
    "devices": (ask_devices, ask_hunting_groups),
    "policies": (ask_policies,),
}
"""By section."""


class Typed(NamedTuple):
    """The text of a prompt, and what was typed; empty: its default was taken."""

    prompt: str
    text: str


@dataclass(frozen=True)
class Wizard:
    """The state of an onboarding: the answers so far, from which all else follows.

    The steps are run from the beginning after each answer, so that going back is to leave out the
    last one. What was typed is the default once its prompt comes again.

    Attributes:
        answers: the values answered so far, in the order of the prompts.
        typed: what was typed for each of them.
        later: what was typed for prompts that are to come again.
        prompt: what is asked next, or None at the end.
        document: the household of the answers, at the end.
        sections: the number of answers before each section that has begun, by its name.
    """

    setting: WizardSetting
    answers: tuple[Any, ...] = ()
    typed: tuple[Typed, ...] = ()
    later: tuple[Typed, ...] = field(compare=False, default=())
    prompt: Prompt[Any] | None = field(init=False, compare=False, default=None)
    document: HouseholdDocument | None = field(init=False, compare=False, default=None)
    sections: Mapping[str, int] = field(init=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Find the next prompt, by answering the others once more."""
        answers, sections = Answers(self.setting, self.answers), dict[str, int]()
        object.__setattr__(self, "sections", sections)
        try:
            for name, steps in _STEPS.items():
                sections[name] = answers.answered
                for step in steps:
                    step(answers)
        except Unanswered as next_one:
            object.__setattr__(self, "prompt", self._with_default(next_one.prompt))
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
        value = self.prompt.value_of(typed)
        [before], later = self._remembered(self.prompt) or ([Typed("", "")], self.later)
        text = _chosen(self.prompt, value) if typed.strip() else before.text
        return replace(
            self,
            answers=(*self.answers, value),
            typed=(*self.typed, Typed(self.prompt.text, text or typed.strip())),
            later=later,
        )

    def back(self, to: str | None = None) -> Self:
        """Return the wizard without its last answer; at the beginning, the same.

        With the name of a section, without all answers from that on.
        """
        left = len(self.answers) - 1 if to is None else self.sections[to]
        left = max(left, 0)
        return replace(
            self,
            answers=self.answers[:left],
            typed=self.typed[:left],
            later=(*self.typed[left:], *self.later),
        )

    def forward(self) -> Self:
        """Return the wizard with what was typed before, up to a prompt that is new."""
        wizard = self
        while wizard.prompt and wizard._remembered(wizard.prompt):
            try:
                wizard = wizard.answer("")
            except BadInputError:
                break
        return wizard

    def resumed(self, typed: Iterable[Typed]) -> Self:
        """Return the wizard with all that was typed in an earlier onboarding and still fits."""
        return replace(self, later=tuple(typed)).forward()

    def _remembered(self, prompt: Prompt[Any]) -> tuple[list[Typed], tuple[Typed, ...]] | None:
        """Return what was typed for a prompt before, and what was typed after that."""
        others = len([*takewhile(lambda one: one.prompt != prompt.text, self.later)])
        if others == len(self.later):
            return None
        return [self.later[others]], self.later[others + 1 :]

    def _with_default(self, prompt: Prompt[Any]) -> Prompt[Any]:
        """Return a prompt whose default is what was typed for it before, if that still fits."""
        found = self._remembered(prompt)
        if found is None or not found[0][0].text:
            return prompt
        [typed], _later = found
        try:
            prompt.value_of(typed.text)
        except BadInputError:
            return prompt
        return replace(prompt, default=typed.text)


def _chosen(prompt: Prompt[Any], value: Any) -> str:  # noqa: ANN401 - of any prompt
    """Return what is chosen, by name: numbers may be others later; empty for any other prompt."""
    if not prompt.choices:
        return ""
    words = (value,) if isinstance(value, str) else value or ()
    return " ".join(words) or NOTHING
