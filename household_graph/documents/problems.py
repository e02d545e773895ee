"""What is wrong with a document, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

Loc = tuple[str | int, ...]
"""Where in a document: names of fields and places in lists, counted from 0."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        loc: where.
        message: what is wrong: lower case, no full stop, input in backticks.
        hint: what to do about it.
        other: the other place concerned, such as the first use of an id.
    """

    loc: Loc
    message: str
    hint: str | None = None
    other: Loc | None = None


def path_of(loc: Loc) -> str:
    """Return a place in words, such as `individuals[2].member_of[0]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return "".join(steps).removeprefix(".") or "document"


class DocumentRulesError(ValueError):
    """A document made in Python breaks rules; pydantic turns it into its ValidationError.

    Attributes:
        problems: every problem found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Put every problem on a line of the message."""
        self.problems = tuple(problems)
        super().__init__("\n".join(_line(problem) for problem in self.problems))


def _line(problem: Problem) -> str:
    elsewhere = f" at {path_of(problem.other)}" if problem.other is not None else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{path_of(problem.loc)}: {problem.message}{elsewhere}{hint}"
