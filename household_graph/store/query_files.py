"""Cypher files: one statement per file; the path is the name, a header declares the interface.

A file starts with a header of `//` comments: the title, prose, and then fields.

    // Individuals of a household
    // Those who are members of it at an instant, by id.
    // @mode read
    // @param household STRING  the id of the household
    // @param at ZONED DATETIME = null  the instant; now, if none is given
    // @returns id STRING  the id of the individual
    // @example {"household": "bakers"}

Two spaces separate a field from its meaning. A line indented by two more spaces continues the field
above it. A default is written as JSON.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from household_graph.errors import BadInputError
from household_graph.model.ids import nearest
from household_graph.package_data import shipped

Mode = Literal["read", "write", "schema"]

_SIMPLE_TYPE = (
    r"(?:ANY|BOOLEAN|DATE|DURATION|FLOAT|INTEGER|LOCAL DATETIME|LOCAL TIME|MAP|NODE|PATH|POINT"
    r"|RELATIONSHIP|STRING|ZONED DATETIME|ZONED TIME)"
)
_TYPE = rf"(?:{_SIMPLE_TYPE}|LIST<{_SIMPLE_TYPE}>|LIST<LIST<{_SIMPLE_TYPE}>>)"
_PARAMETER = re.compile(
    rf"(?P<name>[a-z]\w*) (?P<type>{_TYPE})(?: = (?P<default>\S(?:.*?\S)?))?  +(?P<meaning>\S.*)"
)
_COLUMN = re.compile(rf"(?P<name>[a-z]\w*) (?P<type>{_TYPE})  +(?P<meaning>\S.*)")
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")
_FIELD = re.compile(r"@(\w+) (\S.*)")
_KINDS = ("mode", "param", "returns", "example")
_GOES_ON = "   "  # one space after the slashes is the rule, two more mean: with the field above


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A parameter of a query.

    Attributes:
        name: as the statement has it, without the `$`.
        type: the Cypher type, such as `STRING` or `LIST<MAP>`.
        meaning: one sentence.
        required: whether it must be given.
        default: what it is when not given; None where it is required.
    """

    name: str
    type: str
    meaning: str
    required: bool
    default: Any = None

    @property
    def is_id(self) -> bool:
        """Whether it is an id of the graph: its meaning says `the id of …`."""
        return self.type == "STRING" and self.meaning.startswith("the id of ")


@dataclass(frozen=True, slots=True)
class QueryColumn:
    """A column that a query returns: its name, its Cypher type, and what it means."""

    name: str
    type: str
    meaning: str

    @property
    def is_id(self) -> bool:
        """Whether it holds ids of the graph: its meaning says `the id of …` or `the ids of …`."""
        return self.meaning.startswith(("the id of ", "the ids of "))


@dataclass(frozen=True, slots=True)
class QueryFile:
    """One Cypher file.

    Attributes:
        name: the path without folder and suffix, such as `writes/edits`.
        title: one line.
        prose: what it is for; may be empty.
        mode: `read`, `write`, or `schema` for one that changes constraints and indexes.
        parameters: in the order of the header.
        columns: in the order in which they are returned.
        example: parameter values to try it with, or None.
        text: the Cypher, without the header and without a semicolon.
        first_line: the line of the file on which the Cypher begins, from 1.
    """

    name: str
    title: str
    prose: str
    mode: Mode
    parameters: tuple[QueryParameter, ...]
    columns: tuple[QueryColumn, ...]
    example: Mapping[str, Any] | None
    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class _Field:
    line: int
    kind: str
    text: str


class _WrongError(Exception):
    """Something is wrong in a line of the file; `parse` adds which file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@cache
def load_query(name: str) -> QueryFile:
    """Return the query of a name such as `writes/edits`; each file is read once.

    Raises:
        BadInputError: if there is no such query, or its file is not well formed.
    """
    path = _folder() / f"{name}.cypher"
    if not _FILE_NAME.fullmatch(name) or not path.is_file():
        raise _unknown(name)
    return parse_query(name, path.read_text(encoding="utf-8"), path)


def query_names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    files = _folder().rglob("*.cypher")
    return tuple(sorted(file.relative_to(_folder()).with_suffix("").as_posix() for file in files))


def _folder() -> Path:
    return shipped("cypher")


def _unknown(name: str) -> BadInputError:
    near = ", ".join(f"`{candidate}`" for candidate in nearest(name, query_names()))
    return BadInputError(f"no query `{name}`", hint=f"did you mean {near}?" if near else None)


def parse_query(name: str, text: str, path: Path) -> QueryFile:
    """Return the query that a file holds.

    Args:
        name: the name to give it.
        text: the whole file.
        path: where it is from, for messages.

    Raises:
        BadInputError: if the file is not well formed; file and line are named.
    """
    try:
        return _query(name, text.splitlines())
    except _WrongError as error:
        raise BadInputError(
            f"{path}:{error.line}: {error}",
            hint="docs/decisions/0004-schema-and-writing.md says what a query file looks like",
        ) from error


def _query(name: str, lines: list[str]) -> QueryFile:
    length = next((n for n, line in enumerate(lines) if not line.startswith("//")), len(lines))
    title, prose = _title_and_prose(lines[:length])
    fields = _fields(lines[:length])
    return QueryFile(
        name=name,
        title=title,
        prose=prose,
        mode=_mode(_only(fields, "mode")),
        parameters=tuple(_parameter(field) for field in _distinct(fields, "param")),
        columns=tuple(_column(field) for field in _distinct(fields, "returns")),
        example=_example(_only(fields, "example")),
        text=_statement(lines, length),
        first_line=next(n for n, line in enumerate(lines[length:], length + 1) if line.strip()),
    )


def _title_and_prose(header: list[str]) -> tuple[str, str]:
    length = next((n for n, line in enumerate(header) if line.startswith("// @")), len(header))
    lines = [line.removeprefix("//").strip() for line in header[:length]]
    if not lines or not lines[0]:
        raise _WrongError(1, "the first line is not a comment with the title")
    return lines[0], "\n".join(lines[1:]).strip()


def _fields(header: list[str]) -> list[_Field]:
    fields: list[_Field] = []
    for number, line in enumerate(header, start=1):
        text = line.removeprefix("//")
        if text.startswith(" @"):
            fields.append(_field(number, text.strip()))
        elif fields and text.startswith(_GOES_ON):
            last = fields.pop()
            fields.append(_Field(last.line, last.kind, f"{last.text} {text.strip()}"))
        elif fields:
            raise _WrongError(number, "a line below a field is neither a field nor indented")
    return fields


def _field(number: int, text: str) -> _Field:
    match = _FIELD.fullmatch(text)
    if not match or match[1] not in _KINDS:
        raise _WrongError(number, f"`{text}` is not a field: the fields are {', '.join(_KINDS)}")
    return _Field(number, match[1], match[2])


def _only(fields: list[_Field], kind: str) -> _Field | None:
    found = [field for field in fields if field.kind == kind]
    if len(found) > 1:
        raise _WrongError(found[1].line, f"a second `@{kind}`")
    return found[0] if found else None


def _distinct(fields: list[_Field], kind: str) -> list[_Field]:
    found = [field for field in fields if field.kind == kind]
    seen: set[str] = set()
    for field in found:
        name = field.text.split()[0]
        if name in seen:
            raise _WrongError(field.line, f"`{name}` is declared twice")
        seen.add(name)
    return found


def _mode(field: _Field | None) -> Mode:
    if field is None:
        raise _WrongError(1, "no `@mode`")
    for mode in get_args(Mode):
        if field.text == mode:
            return cast("Mode", mode)
    raise _WrongError(field.line, f"the mode is `read`, `write` or `schema`, not `{field.text}`")


def _parameter(field: _Field) -> QueryParameter:
    match = _PARAMETER.fullmatch(field.text)
    if not match:
        raise _WrongError(field.line, "a parameter is `name TYPE [= default]  meaning`")
    default = match["default"]
    return QueryParameter(
        name=match["name"],
        type=match["type"],
        meaning=match["meaning"],
        required=default is None,
        default=None if default is None else _json(field.line, default),
    )


def _column(field: _Field) -> QueryColumn:
    match = _COLUMN.fullmatch(field.text)
    if not match:
        raise _WrongError(field.line, "a column is `name TYPE  meaning`")
    return QueryColumn(match["name"], match["type"], match["meaning"])


def _example(field: _Field | None) -> Mapping[str, Any] | None:
    if field is None:
        return None
    example = _json(field.line, field.text)
    if not isinstance(example, dict):
        raise _WrongError(field.line, "an example is a JSON object of parameters")
    return MappingProxyType(example)


def _json(line: int, text: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    try:
        return json.loads(text)
    except ValueError as error:
        raise _WrongError(line, f"`{text}` is not JSON") from error


def _statement(lines: list[str], start: int) -> str:
    text = "\n".join(lines[start:]).strip().removesuffix(";").rstrip()
    if not text:
        raise _WrongError(len(lines), "no statement below the header")
    if any(line.rstrip().endswith(";") for line in text.splitlines()):
        raise _WrongError(start + 1, "more than one statement")
    return text
