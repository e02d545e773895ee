"""The kinds of values a household document holds, and what is wrong with a document.

Every check of a value raises through `fail`, which keeps a message and its hint apart.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, NoReturn, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Field, PlainValidator, Strict, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from household_graph.errors import DocumentError, InvalidTimeError, did_you_mean
from household_graph.model.declaration.properties import (
    CLOCK_PATTERN,
    MAXIMUM_AGE_PATTERN,
    Property,
    PropertyType,
    as_sentence,
    text_problem,
)
from household_graph.model.enums import Audience
from household_graph.model.ids import HOUSEHOLD_PATTERN, LOCAL_PATTERN, nearest
from household_graph.model.instants import require_year, zone_named

Loc = tuple[str | int, ...]
"""Where in a document: names of fields and positions in lists, counted from 0."""

_AUDIENCES = (Audience.MINORS.value, Audience.EVERYONE.value)
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = r"(Z|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?)"
_MOMENT = rf"{_DATE}([T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?{_OFFSET}?)?"
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


def fail(message: str, hint: str | None = None) -> NoReturn:
    """Refuse a value, from within a validator."""
    context = {"message": message, "hint": hint or ""}
    raise PydanticCustomError("problem", "{message}", context)


def one_of(vocabulary: type[StrEnum], *, but: str | None = None) -> BeforeValidator:
    """Return a validator for the words of a vocabulary, one of which may be left out."""
    words = [word.value for word in vocabulary if word.value != but]

    def check(value: object) -> object:
        if not isinstance(value, str):
            fail("expected a word", f"one of {', '.join(words)}")
        if value not in words:
            hint = did_you_mean(nearest(value, words), f"use one of {', '.join(words)}")
            fail(f"unknown value `{value}`", hint)
        return value

    return BeforeValidator(check)


def _text(value: object) -> str:
    if not isinstance(value, str):
        is_scalar = isinstance(value, int | float | date)
        fail(f"expected text, not {shown(value)}", "put it in quotes" if is_scalar else None)
    if problem := text_problem(value):
        fail(problem, None if value else "leave it out")
    return value


def shown(value: object) -> str:
    """Return a wrong value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"`{value}`"


def _id(pattern: str, example: str) -> PlainValidator:
    def check(value: object) -> str:
        text = _text(value)
        if not re.fullmatch(pattern, text):
            fail(f"`{text}` cannot be an id", f"use letters, digits and {example}")
        return text

    return PlainValidator(check)


def _moment(value: object) -> date | datetime:
    value = _from_iso(value, _MOMENT)
    if not isinstance(value, date):
        hint = "write it as 2026-11-22, 2026-11-22T20:00 or 2026-11-22T20:00+00:00"
        fail(f"cannot read the time {shown(value)}", hint)
    return value


def _day(value: object) -> date:
    value = _from_iso(value, _DATE)
    if not isinstance(value, date) or isinstance(value, datetime):
        fail(f"cannot read the date {shown(value)}", "write it as 2013-05-14")
    return value


def _from_iso(value: object, pattern: str) -> object:
    """Return what a text of a pattern says, if in range; the text if no calendar has the day."""
    if isinstance(value, str) and re.fullmatch(pattern, value):
        with suppress(ValueError):
            is_date = len(value) == len("0000-00-00")
            value = date.fromisoformat(value) if is_date else datetime.fromisoformat(value)
    try:
        if isinstance(value, date):
            require_year(value)
    except InvalidTimeError as error:
        fail(error.message, error.hint)
    return value


def _clock(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(CLOCK_PATTERN, value):
        hint = 'write it as "21:00", from "00:00", which is midnight, to "23:59"'
        fail(f"cannot read the time of day {shown(value)}", hint)
    return value


def _zone(value: object) -> str:
    text = _text(value)
    try:
        return zone_named(text).key
    except InvalidTimeError as error:
        fail(error.message, error.hint)


def _maximum_age(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not re.fullmatch(MAXIMUM_AGE_PATTERN, text):
        fail(f"cannot read the age {shown(value)}", "give a number of years, or `own-age`")
    return text if text == "own-age" else str(int(text))


def _audience(value: object) -> Audience | tuple[str, ...]:
    if isinstance(value, str):
        if value not in _AUDIENCES:
            hint = did_you_mean(nearest(value, _AUDIENCES), f"a single party is a list: [{value}]")
            fail(f"unknown audience `{value}`", hint)
        return Audience(value)
    if not isinstance(value, list | tuple) or not value:
        fail("expected minors, everyone or a list of parties")
    if not all(isinstance(item, str) and item for item in value):
        fail("expected references to parties", "write it as [tom, katie]")
    return tuple(value)


def _string(pattern: str | None = None, **more: Any) -> WithJsonSchema:  # noqa: ANN401 - JSON
    exact = {"pattern": f"^({pattern})$"} if pattern else {"minLength": 1}
    return WithJsonSchema({"type": "string", **exact, **more})


def _either(*schemas: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [*schemas]})


REFERENCE_PATTERN = rf"({HOUSEHOLD_PATTERN}/)?{LOCAL_PATTERN}"
_LOCAL_HINT = "`.`, `_` or `-`; no household in front"
_MOMENTS = ["2026-06-01", "2026-06-01T09:00", "2026-06-01T09:00+01:00"]
_REFERENCES = {
    "type": "array",
    "items": {"type": "string", "pattern": f"^({REFERENCE_PATTERN})$"},
    "minItems": 1,
}

Text = Annotated[str, PlainValidator(_text), _string()]
HouseholdId = Annotated[str, _id(HOUSEHOLD_PATTERN, "`-`"), _string(HOUSEHOLD_PATTERN)]
LocalId = Annotated[str, _id(LOCAL_PATTERN, _LOCAL_HINT), _string(LOCAL_PATTERN)]
Reference = Annotated[str, PlainValidator(_text), _string(REFERENCE_PATTERN)]
Moment = Annotated[date | datetime, PlainValidator(_moment), _string(_MOMENT, examples=_MOMENTS)]
Day = Annotated[date, PlainValidator(_day), _string(_DATE, examples=["2013-05-14"])]
Clock = Annotated[str, PlainValidator(_clock), _string(CLOCK_PATTERN, examples=["21:00"])]
TimeZone = Annotated[str, PlainValidator(_zone), _string(examples=["Europe/London"])]
MaximumAge = Annotated[
    str,
    PlainValidator(_maximum_age),
    _either(
        {"type": "integer", "minimum": 0, "maximum": 999},
        {"type": "string", "pattern": f"^({MAXIMUM_AGE_PATTERN})$"},
    ),
]
Addressees = Annotated[
    Audience | tuple[str, ...],
    PlainValidator(_audience),
    _either({"type": "string", "enum": list(_AUDIENCES)}, _REFERENCES),
]
Age = Annotated[int, Strict(), Field(ge=0, le=150)]
Price = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Strict(), Field(ge=0, le=100)]
Truth = Annotated[bool, Strict()]
_BY_PATTERN: Mapping[str, Any] = {CLOCK_PATTERN: Clock, MAXIMUM_AGE_PATTERN: MaximumAge}
_BY_TYPE: Mapping[PropertyType, Any] = {
    PropertyType.STRING: Text,
    PropertyType.STRINGS: Text,
    PropertyType.BOOLEAN: Truth,
    PropertyType.DATE: Day,
}


def declared_field(declared: Property) -> tuple[Any, Any]:
    """Return the annotation and the default of a field for a declared property."""
    description = as_sentence(declared.meaning)
    annotation, default = _annotation(declared), declared.default
    if declared.type is PropertyType.STRINGS:
        return tuple[annotation, ...], Field((), description=description)  # type: ignore[valid-type]
    if default is None:
        annotation = annotation | None
    return annotation, Field(default, description=description)


def _annotation(declared: Property) -> Any:  # noqa: ANN401 - an annotation
    """Return the annotation of a value, or of an item of a list."""
    if declared.words is not None:
        return Annotated[declared.words, one_of(declared.words)]
    if declared.type in (PropertyType.INTEGER, PropertyType.FLOAT):
        number = int if declared.type is PropertyType.INTEGER else float
        bounds = Field(ge=declared.minimum, le=declared.maximum, allow_inf_nan=False)
        return Annotated[number, Strict(), bounds]
    return _BY_PATTERN.get(declared.pattern or "") or _BY_TYPE[declared.type]


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
        hint = did_you_mean(nearest(str(loc[-1]), known), f"the fields here are {', '.join(known)}")
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
    if get_origin(annotation) in (tuple, Union, UnionType, Annotated):
        return next(filter(None, map(model_in, get_args(annotation))), None)
    return None
