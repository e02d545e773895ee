"""The forms that questions take, so that each kind of answer is asked for in one way."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from household_graph.documents.values import Text
from household_graph.onboarding.question import NOTHING, Asking, Choice, Question, ask
from household_graph.onboarding.values import (
    as_kind,
    one_of,
    optional,
    some_of,
    yes,
)

T = TypeVar("T")


def ask_for(text: str, read: Callable[[str], T], default: str, explained: str) -> Asking[T]:
    """Ask for a value that a reader makes of what is typed."""
    return ask(Question(text, read, default, help=explained))


def ask_text(text: str, default: str | None, explained: str) -> Asking[str | None]:
    """Ask for any text, or nothing."""
    return ask_for(text, optional(as_kind(Text)), default or NOTHING, explained)


def ask_yes(text: str, explained: str, *, default: bool) -> Asking[bool]:
    """Ask a yes-or-no question."""
    return ask_for(text, yes, "yes" if default else "no", explained)


def ask_one(text: str, choices: Sequence[Choice], default: str, explained: str) -> Asking[str]:
    """Ask for one of some choices."""
    return ask(Question(text, one_of(choices), default, tuple(choices), explained))


def ask_some(
    text: str,
    choices: Sequence[Choice],
    default: Sequence[str],
    explained: str,
    *,
    least: int = 0,
) -> Asking[tuple[str, ...]]:
    """Ask for some of the choices, at least so many."""
    read = some_of(choices, least=least)
    return ask(Question(text, read, " ".join(default) or NOTHING, tuple(choices), explained))
