"""What is asked: a question, the values to choose from, and how an answer is read."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from household_graph.errors import BadInputError

NOTHING = "-"
"""What one types to leave something out."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values to choose from.

    Attributes:
        value: what is chosen; without spaces, for several can be typed in a row.
        label: what it is called on the screen.
    """

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question.

    Attributes:
        text: what is asked.
        read: makes a value of what was typed, or raises BadInputError.
        default: what counts as typed if nothing was.
        choices: the values to choose from, by number or as they are; none: anything.
        help: what it is about, for who asks back.
    """

    text: str
    read: Callable[[str], T]
    default: str
    choices: tuple[Choice, ...] = ()
    help: str = ""

    def answered(self, typed: str) -> T:
        """Return the value of what was typed.

        Raises:
            BadInputError: if it is no answer to the question.
        """
        text = typed.strip()
        if not text.isprintable():
            raise BadInputError(
                "the answer holds characters that cannot be shown", hint="type it once more"
            )
        return self.read(text or self.default)


Asking = Generator[Question[Any], Any, T]
"""Asks questions one after the other, is sent the value of each, and returns what they come to."""


def ask(question: Question[T]) -> Asking[T]:
    """Ask one question; returns its value."""
    value: T = yield question
    return value
