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
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast, get_args

from household_graph.errors import BadInputError, did_you_mean
from household_graph.installation import shipped
from household_graph.model.ids import nearest

Mode = Literal["read", "write", "schema"]

FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")
"""What the name of a query looks like."""

_SIMPLE_TYPE = (
    r"(?:ANY|BOOLEAN|DATE|DURATION|FLOAT|INTEGER|LOCAL DATETIME|LOCAL TIME|MAP|NODE|PATH|POINT"
    r"|RELATIONSHIP|STRING|ZONED DATETIME|ZONED TIME)"
)
_TYPED = (
    rf"(?P<name>[a-z]\w*) (?P<type>{_SIMPLE_TYPE}|LIST<{_SIMPLE_TYPE}>"
    rf"|LIST<LIST<{_SIMPLE_TYPE}>>)"
)
_PARAMETER = re.compile(rf"{_TYPED}(?: = (?P<default>\S(?:.*?\S)?))?  +(?P<meaning>\S.*)")
_COLUMN = re.compile(rf"{_TYPED}  +(?P<meaning>\S.*)")
_FIELD = re.compile(r"@(mode|param|returns|example) (\S.*)")
_BRACKET = re.compile(r"[(\[{}\])]")
_MOST_NESTED = 64  # Neo4j's parser takes all memory of the server for some hundred, never closed
_GOES_ON = "   "  # one space after the slashes is the rule, two more mean: with the field above


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """A parameter of a query: its name without the `$`, Cypher type, meaning, and default."""

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
        prose: what it is for; may be empty.
        mode: `schema` for one that changes constraints and indexes.
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


_Field = tuple[int, str]
"""The line on which a field begins, and its text."""


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
    path = shipped("cypher") / f"{name}.cypher"
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        raise BadInputError(f"no query `{name}`", hint=did_you_mean(nearest(name, query_names())))
    return parse_query(name, path.read_text(encoding="utf-8"), path)


def query_names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    folder = shipped("cypher")
    files = folder.rglob("*.cypher")
    return tuple(sorted(file.relative_to(folder).with_suffix("").as_posix() for file in files))


def parse_query(name: str, text: str, path: Path) -> QueryFile:
    """Return the query in the text of a file, with a name to give it.

    Raises:
        BadInputError: if it is not well formed; path and line are named.
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
        parameters=tuple(map(_parameter, _distinct(fields["param"]))),
        columns=tuple(map(_column, _distinct(fields["returns"]))),
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


def _fields(header: list[str]) -> Mapping[str, list[_Field]]:
    """Return the fields of a header by their kind."""
    fields = defaultdict[str, list[_Field]](list)
    kind = None
    for number, line in enumerate(header, start=1):
        text = line.removeprefix("//")
        if text.startswith(" @"):
            match = _FIELD.fullmatch(text.strip())
            if not match:
                kinds = "the fields are mode, param, returns, example"
                raise _WrongError(number, f"`{text.strip()}` is not a field: {kinds}")
            kind = match[1]
            fields[kind].append((number, match[2]))
        elif kind and text.startswith(_GOES_ON):
            begun, before = fields[kind].pop()
            fields[kind].append((begun, f"{before} {text.strip()}"))
        elif kind:
            raise _WrongError(number, "a line below a field is neither a field nor indented")
    return fields


def _only(fields: Mapping[str, list[_Field]], kind: str) -> _Field | None:
    found = fields[kind]
    if len(found) > 1:
        raise _WrongError(found[1][0], f"a second `@{kind}`")
    return found[0] if found else None


def _distinct(fields: list[_Field]) -> list[_Field]:
    seen: set[str] = set()
    for line, text in fields:
        name = text.split()[0]
        if name in seen:
            raise _WrongError(line, f"`{name}` is declared twice")
        seen.add(name)
    return fields


def _mode(field: _Field | None) -> Mode:
    line, text = field or (1, "")
    if not text:
        raise _WrongError(line, "no `@mode`")
    if text not in get_args(Mode):
        raise _WrongError(line, f"the mode is `read`, `write` or `schema`, not `{text}`")
    return cast("Mode", text)


def _parameter(field: _Field) -> QueryParameter:
    line, text = field
    match = _PARAMETER.fullmatch(text)
    if not match:
        raise _WrongError(line, "a parameter is `name TYPE [= default]  meaning`")
    default = match["default"]
    value = None if default is None else _json(line, default)
    return QueryParameter(match["name"], match["type"], match["meaning"], default is None, value)


def _column(field: _Field) -> QueryColumn:
    line, text = field
    match = _COLUMN.fullmatch(text)
    if not match:
        raise _WrongError(line, "a column is `name TYPE  meaning`")
    return QueryColumn(match["name"], match["type"], match["meaning"])


def _example(field: _Field | None) -> Mapping[str, Any] | None:
    if field is None:
        return None
    example = _json(*field)
    if not isinstance(example, dict):
        raise _WrongError(field[0], "an example is a JSON object of parameters")
    return MappingProxyType(example)


def _json(line: int, text: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _WrongError(line, f"`{text}` is not JSON") from error


def _statement(lines: list[str], start: int) -> str:
    text = "\n".join(lines[start:]).strip().removesuffix(";").rstrip()
    if not text:
        raise _WrongError(len(lines), "no statement below the header")
    if any(line.rstrip().endswith(";") for line in text.splitlines()):
        raise _WrongError(start + 1, "more than one statement")
    if _depth(text) > _MOST_NESTED:
        raise _WrongError(start + 1, f"brackets are nested more than {_MOST_NESTED} deep")
    return text


def _depth(text: str) -> int:
    """Return how deep brackets are nested; those in texts and comments count too."""
    steps = (1 if bracket in "([{" else -1 for bracket in _BRACKET.findall(text))
    return max(accumulate(steps, lambda depth, step: max(0, depth + step)), default=0)
