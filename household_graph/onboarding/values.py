"""How answers are read: by the checks of household documents, with their messages."""

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.models import DocumentModel
from household_graph.documents.problems import Problem, field_problems
from household_graph.documents.rules import problems_of
from household_graph.documents.values import Share, did_you_mean
from household_graph.errors import BadInputError
from household_graph.onboarding.question import NOTHING, Choice

T = TypeVar("T")
_YES = {"y": True, "yes": True, "n": False, "no": False}
_ALL = "all"
_ROUNDING = 0.05  # per cent: three thirds, written with two digits, are all of it


def as_kind(kind: Any) -> Callable[[object], Any]:  # noqa: ANN401 - any annotation of a field
    """Return a reader for what a field of a document would take.

    Args:
        kind: the annotation of the field.
    """

    def read(value: object) -> Any:  # noqa: ANN401 - whatever the field holds
        try:
            return TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            raise _refused(
                field_problems(DocumentModel, error.errors(include_url=False))[0]
            ) from error

    return read


def keep_the_rules(data: dict[str, Any]) -> None:
    """Refuse what breaks a rule of documents.

    Args:
        data: a document, as plain data; it need not be the whole one.

    Raises:
        BadInputError: with the first rule that it breaks.
    """
    problems = problems_of(HouseholdDocument.model_validate(data, context=SKIP_RULES))
    if problems:
        raise _refused(problems[0])


def _refused(problem: Problem) -> BadInputError:
    return BadInputError(problem.message, hint=problem.hint)


def optional(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """Return a reader that takes `-` for nothing."""
    return lambda text: None if text == NOTHING else read(text)


def yes(text: str) -> bool:
    """Read yes or no."""
    if text.lower() not in _YES:
        raise BadInputError(f"cannot read `{text}`", hint="answer yes or no")
    return _YES[text.lower()]


def whole(kind: Any) -> Callable[[str], Any]:  # noqa: ANN401 - any annotation of a field
    """Return a reader for a whole number that a field of a document would take."""
    read = as_kind(kind)

    def read_number(text: str) -> Any:  # noqa: ANN401 - whatever the field holds
        return read(int(text) if re.fullmatch("-?[0-9]{1,9}", text) else text)

    return read_number


def one_of(choices: Sequence[Choice]) -> Callable[[str], str]:
    """Return a reader for one of some choices, by its number or its value."""
    values = [choice.value for choice in choices]

    def read(text: str) -> str:
        if text in values:
            return text
        if text.isdecimal() and 1 <= int(text[:9]) <= len(values):
            return values[int(text[:9]) - 1]
        near = did_you_mean(text, values)
        raise BadInputError(
            f"unknown choice `{text}`", hint=near or f"type a number from 1 to {len(values)}"
        )

    return read


def some_of(choices: Sequence[Choice], *, least: int = 0) -> Callable[[str], tuple[str, ...]]:
    """Return a reader for some choices in a row, with spaces or commas between, or for `all`."""
    one = one_of(choices)
    values = {choice.value for choice in choices}

    def read(text: str) -> tuple[str, ...]:
        words = [] if text == NOTHING else re.split(r"[\s,]+", text.strip(" ,"))
        if words == [_ALL] and _ALL not in values:
            return tuple(choice.value for choice in choices)
        chosen = tuple(dict.fromkeys(one(word) for word in words))
        if len(chosen) < least:
            raise BadInputError("at least one is needed", hint="type its number")
        return chosen

    return read


def shares(count: int) -> Callable[[str], tuple[float, ...]]:
    """Return a reader for shares in per cent that come to all of it."""

    def read(text: str) -> tuple[float, ...]:
        words = re.split(r"[\s,]+", text.replace("%", " ").strip(" ,"))
        if len(words) != count:
            raise BadInputError(f"{count} shares are needed, not {len(words)}")
        found = tuple(map(_share, words))
        if not math.isclose(sum(found), 100, rel_tol=0, abs_tol=_ROUNDING):
            raise BadInputError(f"the shares sum to {sum(found):g}, not to 100")
        return found

    return read


def _share(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text):
        raise BadInputError(f"cannot read the share `{text}`", hint="give a number, such as 33.3")
    share: float = as_kind(Share)(float(text))
    return share
