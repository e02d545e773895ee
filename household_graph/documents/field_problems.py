"""What pydantic found wrong with single values, in our words."""

import types
import typing
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from household_graph.documents.parts import Part
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.values import did_you_mean

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


def field_problems(root: type[Part], errors: Iterable[ErrorDetails]) -> list[Problem]:
    """Return a problem for each error that pydantic found in data for a model."""
    return [_problem(root, error) for error in errors]


def _problem(root: type[Part], error: ErrorDetails) -> Problem:
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
        return Problem(loc, f"{_EXPECTED[kind]}, not {_shown(error['input'])}")
    return Problem(loc, error["msg"])


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"`{value}`"


def _model_at(root: type[Part], loc: Loc) -> type[Part]:
    """Return the model of a place in a document."""
    model = root
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = _model_in(model.model_fields[step].annotation) or model
    return model


def _model_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    origin = typing.get_origin(annotation)
    if origin in (tuple, typing.Union, types.UnionType, typing.Annotated):
        return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
    return None
