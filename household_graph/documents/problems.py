"""What is wrong with a document: where, what, and what to do about it."""

import re
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from household_graph.documents.values import did_you_mean, shown
from household_graph.errors import DocumentError

Loc = tuple[str | int, ...]
"""Where in a document: names of fields and positions in lists, counted from 0."""

_MAX_LENGTH = 500  # characters of a message: the wrong value may be a megabyte
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_EXPECTED = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "float_type": "expected a number",
    "bool_type": "expected true or false",
    "tuple_type": "expected a list",
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "finite_number": "expected a number",
}
_BOUNDS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        loc: where.
        message: what is wrong: lower case, no full stop, input in backticks.
        hint: what to do about it.
        other: the other location concerned, such as the first use of an id.
        line: the line in the file, from 1; None if unknown.
    """

    loc: Loc
    message: str
    hint: str | None = None
    other: Loc | None = None
    line: int | None = None

    @property
    def path(self) -> str:
        """The location in words."""
        return path_of(self.loc)


def path_of(loc: Loc) -> str:
    """Return a location in words, such as `individuals[2].member_of[0]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return "".join(steps).removeprefix(".") or "document"


class DocumentRulesError(ValueError):
    """A document made in Python breaks rules; pydantic turns it into its ValidationError."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Put every problem on a line of the message."""
        self.problems = tuple(problems)
        lines = []
        for one in self.problems:
            elsewhere = f" at {path_of(one.other)}" if one.other is not None else ""
            hint = f" ({one.hint})" if one.hint else ""
            lines.append(f"{one.path}: {one.message}{elsewhere}{hint}")
        super().__init__("\n".join(lines))


def refuse(name: str, problems: Iterable[Problem]) -> None:
    """Raise all problems of a file as one error, in the order of their lines.

    The hint of a single problem is the hint of the error.

    Raises:
        DocumentError: if there are any.
    """
    ordered = sorted(problems, key=lambda problem: problem.line or 0)
    lines = []
    for one in ordered:
        place = name if one.line is None else f"{name}:{one.line}"
        line = _CONTROL.sub(" ", f"{place}: {one.path}: {one.message}")
        line = line if len(line) <= _MAX_LENGTH else f"{line[:_MAX_LENGTH]}…"
        lines.append(
            f"{line} ({_CONTROL.sub(' ', one.hint)})" if one.hint and ordered[1:] else line
        )
    if ordered:
        raise DocumentError("\n".join(lines), hint=None if ordered[1:] else ordered[0].hint)


def field_problems(root: type[BaseModel], errors: Iterable[ErrorDetails]) -> list[Problem]:
    """Return a problem for each error that pydantic found in data for a model."""
    return [_field_problem(root, error) for error in errors]


def _field_problem(root: type[BaseModel], error: ErrorDetails) -> Problem:
    kind, loc, context = error["type"], error["loc"], error.get("ctx", {})
    if kind == "problem":
        return Problem(loc, context["message"], context["hint"] or None)
    if kind == "missing":
        return Problem(loc, f"`{loc[-1]}` is missing")
    if kind == "extra_forbidden":
        known = list(_model_at(root, loc[:-1]).model_fields)
        hint = did_you_mean(str(loc[-1]), known) or f"the fields here are {', '.join(known)}"
        return Problem(loc, f"unknown field `{loc[-1]}`", hint)
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return Problem(loc, f"`{error['input']}` is out of range: {words} {context[name]:g}")
    if kind in _EXPECTED:
        return Problem(loc, f"{_EXPECTED[kind]}, not {shown(error['input'])}")
    return Problem(loc, error["msg"])


def _model_at(root: type[BaseModel], loc: Loc) -> type[BaseModel]:
    model = root
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = model_in(model.model_fields[step].annotation) or model
    return model


def model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any annotation
    """Return the model in an annotation, such as that of the items of a tuple; None: none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in (tuple, typing.Union, types.UnionType, typing.Annotated):
        return next(filter(None, map(model_in, typing.get_args(annotation))), None)
    return None
