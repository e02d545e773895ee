"""An interview on a terminal: asks, says what is wrong with an answer, and goes back a step."""

from typing import TYPE_CHECKING, Any

from household_graph.cli.output import ask, error, note, plain, stderr_console
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from household_graph.documents import HouseholdDocument
    from household_graph.onboarding import Choice, Interview, Question

_BACK = ("<", "back")
_QUIT = (":quit", ":q")
_HELP = "?"


class Back(Exception):  # noqa: N818 - no error: somebody wants to go back a step
    """The last answer is to be given once more."""


class Quit(Exception):  # noqa: N818 - no error: somebody has had enough
    """No more is to be asked."""


def held(interview: "Interview") -> "tuple[Interview, HouseholdDocument]":
    """Ask all that is left to be asked; returns the interview and what it comes to.

    Raises:
        Quit: if whoever is asked wants no more, or the input ends.
    """
    while interview.document is None:
        assert interview.question is not None  # noqa: S101 - there is one or the other
        try:
            typed = _answer_to(interview.question)
            interview = interview.answered(typed)
        except Back:
            if not interview.answers:
                note("this is the first question")
            interview = interview.back()
        except BadInputError as problem:
            error(problem.message, problem.hint)
    return interview, interview.document


def value_of(question: "Question[Any]") -> Any:  # noqa: ANN401 - whatever the question is for
    """Ask one question until it is answered, and return the value of the answer.

    Raises:
        Back: if the question before is to be asked once more.
        Quit: if no more is to be asked, or the input ends.
    """
    while True:
        try:
            return question.answered(_answer_to(question))
        except BadInputError as problem:
            error(problem.message, problem.hint)


def _answer_to(question: "Question[Any]") -> str:
    """Ask one question and return what was typed for an answer.

    Raises:
        Back: if the question before is to be asked once more.
        Quit: if no more is to be asked, or the input ends.
        BadInputError: if what was typed is no text.
    """
    _show_choices(question.choices)
    while True:
        typed = ask(f"{question.text} [{_shown(question.default)}]: ")
        if typed is None or typed.strip() in _QUIT:
            raise Quit
        if typed.strip() in _BACK:
            raise Back
        if typed.strip() != _HELP:
            return typed
        note(question.help or "type an answer, or nothing for what stands in brackets")


def _show_choices(choices: "Sequence[Choice]") -> None:
    from rich.table import Table

    if not choices:
        return
    grid = Table.grid(padding=(0, 2))
    for overflow in ("fold", "fold", "fold"):
        grid.add_column(overflow=overflow)
    for number, choice in enumerate(choices, 1):
        grid.add_row(plain(f"{number:>3}", "dim"), plain(choice.value, "cyan"), plain(choice.label))
    stderr_console().print(grid)


def _shown(default: str) -> str:
    from household_graph.onboarding import NOTHING

    return "none" if default == NOTHING else default
