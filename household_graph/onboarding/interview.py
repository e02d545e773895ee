"""An interview: the answers so far, the question that comes next, and in the end a document.

Nothing of it is kept but the answers. The questions are asked anew of them each time, so that going
back a step is to leave the last answer out.
"""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any, Self

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import document_of
from household_graph.errors import BadInputError
from household_graph.model.instants import to_local, zone_named
from household_graph.onboarding.accounts import ask_accounts
from household_graph.onboarding.assembly import Answers, data_of
from household_graph.onboarding.devices import ask_devices
from household_graph.onboarding.household import Setting, ask_household
from household_graph.onboarding.names import Ids
from household_graph.onboarding.people import ask_people
from household_graph.onboarding.policies import ask_restrictions
from household_graph.onboarding.products import ask_products
from household_graph.onboarding.question import Asking, Question


@dataclass(frozen=True)
class Interview:
    """The state of an interview.

    Attributes:
        setting: what it takes for granted.
        answers: the values answered so far, in the order of the questions.
        question: what is asked next, or None if nothing is left to be asked.
        document: what the answers come to, if nothing is left to be asked.
    """

    setting: Setting
    answers: tuple[Any, ...] = ()
    question: Question[Any] | None = field(init=False, compare=False)
    document: HouseholdDocument | None = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Find the next question, by going through the others once more."""
        question, document = _after(_questions(self.setting), self.answers)
        object.__setattr__(self, "question", question)
        object.__setattr__(self, "document", document)

    def answered(self, typed: str) -> Self:
        """Return the interview with the next question answered.

        Raises:
            BadInputError: if what was typed is no answer to it, or nothing is left to be asked.
        """
        if self.question is None:
            raise BadInputError("nothing is left to be asked")
        return replace(self, answers=(*self.answers, self.question.answered(typed)))

    def back(self) -> Self:
        """Return the interview without its last answer; at the beginning, the same."""
        return replace(self, answers=self.answers[:-1])


_Questions = Generator[Question[Any], Any, HouseholdDocument]


def _after(
    questions: _Questions, answers: tuple[Any, ...]
) -> tuple[Question[Any] | None, HouseholdDocument | None]:
    """Return the question after some answers, or the document if there is none."""
    try:
        question = next(questions)
        for answer in answers:
            question = questions.send(answer)
    except StopIteration as stop:
        document: HouseholdDocument = stop.value
        return None, document
    return question, None


def _questions(setting: Setting) -> Asking[HouseholdDocument]:
    household = yield from ask_household(setting)
    ids = Ids(household.id)
    people = yield from ask_people(household, setting, ids)
    accounts = yield from ask_accounts(household, people, ids)
    offerings = setting.offerings(household.kind)
    products = yield from ask_products(household, people, accounts, offerings, ids)
    devices = yield from ask_devices(household, people, products, offerings, ids)
    restrictions = yield from ask_restrictions(household, people, products)
    answers = Answers(household, people, accounts, products, devices, restrictions)
    today = to_local(setting.now, zone_named(household.time_zone)).date()
    return document_of(data_of(answers, ids), "the answers", today=today)
