"""Prompts: what is asked, the values to choose from, and how an answer is read.

Answers are read by the checks of household documents, with their messages.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from household_graph.documents.models import DocumentModel
from household_graph.documents.values import Share, Text, field_problems
from household_graph.errors import BadInputError, did_you_mean
from household_graph.model.ids import nearest

NOTHING = "-"
"""What to type to leave something out."""

T = TypeVar("T")
_YES = {"y": True, "yes": True, "n": False, "no": False}
_ALL = "all"
_ROUNDING = 0.05  # per cent: three thirds, written with two digits, are all of it


@dataclass(frozen=True, slots=True)
class Prompt(Generic[T]):
    """A question.

    Attributes:
        text: what is asked.
        read: makes a value of what was typed, or raises BadInputError.
        default: what an empty answer means.
        help: the explanation on request.
        choices: the values to choose from, by number or by value, and their labels; none: anything.
            Values have no spaces, because several can be typed in a row.
    """

    text: str
    read: Callable[[str], T]
    default: str
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)

    def value_of(self, typed: str) -> T:
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


class Unanswered(Exception):  # noqa: N818 - no error: the interview stops here for an answer
    """The next prompt has no answer yet."""

    def __init__(self, prompt: Prompt[Any]) -> None:
        """Carry the prompt."""
        super().__init__(prompt.text)
        self.prompt = prompt


class Interview:
    """Asks one prompt after the other, of which the first have been answered.

    Every method returns the value of an answer, or raises Unanswered where there is none yet.

    Attributes:
        answered: how many prompts have been answered.
    """

    def __init__(self, values: Iterable[Any]) -> None:
        """Begin with the values of the answers, in the order of the prompts."""
        self._values = iter(values)
        self.answered = 0

    def ask(
        self,
        text: str,
        read: Callable[[str], T],
        default: str,
        explanation: str,
        choices: Mapping[str, str] | None = None,
    ) -> T:
        """Ask for a value that a reader makes of what is typed."""
        for value in self._values:
            self.answered += 1
            answered: T = value
            return answered
        raise Unanswered(Prompt(text, read, default, explanation, choices or {}))

    def ask_text(self, text: str, default: str | None, explanation: str) -> str | None:
        """Ask for any text, or nothing."""
        return self.ask(text, optional(read_as(Text)), default or NOTHING, explanation)

    def ask_name(self, text: str, usual: str, explanation: str = "What to call it.") -> str:
        """Ask for a name; nothing is the usual one."""
        return self.ask_text(text, usual, explanation) or usual

    def ask_yes(self, text: str, explanation: str, *, default: bool) -> bool:
        """Ask a yes-or-no question."""
        return self.ask(text, read_yes, "yes" if default else "no", explanation)

    def ask_one(self, text: str, choices: Mapping[str, str], default: str, explanation: str) -> str:
        """Ask for one of some choices."""
        return self.ask(text, one_choice(choices), default, explanation, choices)

    def ask_some(
        self,
        text: str,
        choices: Mapping[str, str],
        default: Sequence[str],
        explanation: str,
        *,
        least: int = 0,
    ) -> tuple[str, ...]:
        """Ask for some of the choices, at least so many."""
        read = _some_choices(choices, least)
        return self.ask(text, read, " ".join(default) or NOTHING, explanation, choices)


def read_as(annotation: Any) -> Callable[[object], Any]:  # noqa: ANN401 - of any field
    """Return a reader of the values that a field of a document with this annotation takes."""

    def read(value: object) -> Any:  # noqa: ANN401 - whatever the field holds
        try:
            return TypeAdapter(annotation).validate_python(value)
        except ValidationError as error:
            problem = field_problems(DocumentModel, error.errors(include_url=False))[0]
            raise BadInputError(problem.message, hint=problem.hint) from error

    return read


def read_number_as(annotation: Any) -> Callable[[str], Any]:  # noqa: ANN401 - of any field
    """Return a reader of the whole numbers that a field of a document takes."""
    read = read_as(annotation)
    return lambda text: read(int(text) if re.fullmatch("-?[0-9]{1,9}", text) else text)


def optional(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """Return a reader that takes `-` for nothing."""
    return lambda text: None if text == NOTHING else read(text)


def read_yes(text: str) -> bool:
    """Read yes or no."""
    if text.lower() not in _YES:
        raise BadInputError(f"cannot read `{text}`", hint="answer yes or no")
    return _YES[text.lower()]


def one_choice(choices: Iterable[str]) -> Callable[[str], str]:
    """Return a reader of one of some values, by its number or as it is."""
    values = list(choices)

    def read(text: str) -> str:
        if text in values:
            return text
        if text.isdecimal() and 1 <= int(text[:9]) <= len(values):
            return values[int(text[:9]) - 1]
        hint = did_you_mean(nearest(text, values), f"type a number from 1 to {len(values)}")
        raise BadInputError(f"unknown choice `{text}`", hint=hint)

    return read


def _some_choices(choices: Iterable[str], least: int) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of values separated by spaces or commas, or of `all`."""
    values = tuple(choices)
    read_one = one_choice(values)

    def read(text: str) -> tuple[str, ...]:
        words = [] if text == NOTHING else re.split(r"[\s,]+", text.strip(" ,"))
        if words == [_ALL] and _ALL not in values:
            return values
        chosen = tuple(dict.fromkeys(map(read_one, words)))
        if len(chosen) < least:
            raise BadInputError("at least one is needed", hint="type its number")
        return chosen

    return read


def read_shares(count: int) -> Callable[[str], tuple[float, ...]]:
    """Return a reader of shares in per cent that sum to 100."""

    def read(text: str) -> tuple[float, ...]:
        words = re.split(r"[\s,]+", text.replace("%", " ").strip(" ,"))
        if len(words) != count:
            raise BadInputError(f"{count} shares are needed, not {len(words)}")
        shares = tuple(map(_share, words))
        if not math.isclose(sum(shares), 100, rel_tol=0, abs_tol=_ROUNDING):
            raise BadInputError(f"the shares sum to {sum(shares):g}, not to 100")
        return shares

    return read


def _share(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text):
        raise BadInputError(f"cannot read the share `{text}`", hint="give a number, such as 33.3")
    share: float = read_as(Share)(float(text))
    return share
