"""Values for the parameters of a query: from the command line, a file, or their defaults."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from neo4j.time import Duration
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from household_graph.documents.yaml_lines import parse_yaml
from household_graph.errors import BadInputError, did_you_mean
from household_graph.files import read_text
from household_graph.model.ids import nearest
from household_graph.store.query_files import QueryFile, QueryParameter

_FILE = "write them as `key: value`, one a line, or as a JSON object"
_ANY_DAY = date(2000, 1, 1)
_BOOLEANS = {"true": True, "false": False}
_Moment = TypeVar("_Moment", datetime, time)
_ZONE = re.compile(r"(?<=[\dZ])\[[\w/+-]+\]$")


def bind_parameters(query: QueryFile, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all parameters as the driver takes them, with defaults.

    A value is text, which is parsed by the type of the parameter, or what JSON and YAML have.

    Raises:
        BadInputError: if one is unknown, missing, or of another type.
    """
    declared = {one.name: one for one in query.parameters}
    for name in values:
        if name not in declared:
            names = ", ".join(f"`{one}`" for one in declared) or "none"
            raise BadInputError(
                f"`{query.name}` has no parameter `{name}`",
                hint=did_you_mean(nearest(name, declared), f"it has {names}"),
            )
    for one in query.parameters:
        if one.required and one.name not in values:
            raise BadInputError(
                f"`{query.name}` needs the parameter `{one.name}`: {one.meaning}",
                hint=f"give it with -p {one.name}=…",
            )
    return {name: _bind(one, values.get(name, one.default)) for name, one in declared.items()}


def read_parameters(pairs: Iterable[str], file: Path | None, *, at: str | None) -> dict[str, Any]:
    """Return the values in a file, overridden by `key=value` pairs and the instant `at`.

    Raises:
        BadInputError: if a pair is none, or a key is given twice, or the file cannot be read.
    """
    values = _read_file(file) if file else {}
    seen: set[str] = set()
    given = [pair.partition("=") for pair in pairs] + ([("at", "=", at)] if at else [])
    for name, equals, value in given:
        if not equals or not name:
            raise BadInputError(f"`{name}` is no parameter with a value", hint="write KEY=VALUE")
        if name in seen:
            raise BadInputError(f"the parameter `{name}` is given twice", hint="give one value")
        seen.add(name)
        values[name] = value
    return values


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInputError(f"cannot read `{path}`: {reason}", hint=_FILE) from error
    nodes, problems = parse_yaml(text)
    if problems:
        wrong = problems[0]
        raise BadInputError(f"{path}:{wrong.line}: {wrong.message}", hint=wrong.hint or _FILE)
    try:
        found = YAML(typ="safe", pure=True).load(text) if len(nodes) == 1 else None
    except (YAMLError, ValueError) as error:  # such as the 30th of February
        raise BadInputError(f"cannot read `{path}`: {error}", hint=_FILE) from error
    if not isinstance(found, dict):
        raise BadInputError(f"`{path}` holds no parameters", hint=_FILE)
    return {str(name): value for name, value in found.items()}


def _bind(parameter: QueryParameter, value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    if value is None or (value == "null" and parameter.type != "STRING"):
        return None
    try:
        return _to_driver(_convert(parameter.type, value))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        known = _TYPES.get(_item_type(parameter.type))
        raise BadInputError(
            f"`{value}` is no {parameter.type}, for the parameter `{parameter.name}`",
            hint=f"write {known.form}" if known and known.form else None,
        ) from error


def _convert(kind: str, value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    """Return a value of a type: text is parsed, another value has to be of it."""
    if isinstance(value, str):
        return _parse(kind, value)
    if kind.startswith("LIST<") and isinstance(value, list):
        return [_convert(_item_type(kind), item) for item in value]
    if kind == "ANY" or (kind == "STRING" and isinstance(value, int | float)):
        return value if kind == "ANY" else str(value)
    if kind == "FLOAT" and type(value) is int:
        return float(value)
    if kind not in _TYPES or type(value) is not _TYPES[kind].python:
        raise ValueError(kind)
    return _parse(kind, value.isoformat()) if isinstance(value, datetime) else value


def _parse(kind: str, text: str) -> Any:  # noqa: ANN401 - any Cypher value
    if kind.startswith("LIST<"):
        items = json.loads(text) if text.lstrip().startswith("[") else text.split(",")
        return [
            _convert(_item_type(kind), item.strip() if isinstance(item, str) else item)
            for item in items
        ]
    if kind not in _TYPES:
        raise ValueError(f"a {kind} cannot be given")
    return _TYPES[kind].parse(text)


def _item_type(kind: str) -> str:
    return kind.removeprefix("LIST<").removesuffix(">")


def _to_driver(value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    """Return a value as it goes to the server: what has an offset is converted to UTC.

    The graph has its instants in UTC, and Cypher orders equal instants by their offsets. A whole
    number of more than 64 bits, or a text that is not Unicode, raises an error.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if isinstance(value, time):
        return _to_driver(datetime.combine(_ANY_DAY, value)).timetz()
    if isinstance(value, dict):
        return {_to_driver(name): _to_driver(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_driver(item) for item in value]
    if isinstance(value, int):
        value.to_bytes(8, signed=True)
    if isinstance(value, str):
        value.encode()
    return value


def _moment(kind: type[_Moment], *, zoned: bool) -> Callable[[str], _Moment]:
    """Return a parser of ISO texts, all with an offset or none."""

    def parse(text: str) -> _Moment:
        # A zone in brackets after the offset, as Neo4j prints it, says nothing more.
        moment = kind.fromisoformat(_ZONE.sub("", text) if zoned else text)
        if (moment.tzinfo is not None) is not zoned:
            raise ValueError(text)
        return moment

    return parse


def _map(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)  # noqa: TRY004 - one kind of error for every invalid value
    return found


def _any(text: str) -> Any:  # noqa: ANN401 - any Cypher value
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Type(NamedTuple):
    """How values of a Cypher type are parsed, how people write them, and their type in YAML."""

    parse: Callable[[str], Any]
    form: str = ""
    python: type | None = None


_TYPES: Mapping[str, _Type] = {
    "ANY": _Type(_any),
    "BOOLEAN": _Type(lambda text: _BOOLEANS[text.lower()], "true or false", bool),
    "DATE": _Type(date.fromisoformat, "it as 2026-11-22", date),
    "DURATION": _Type(Duration.from_iso_format, "it as P1DT12H"),
    "FLOAT": _Type(float, "a number, such as 12.5", float),
    "INTEGER": _Type(int, "a whole number", int),
    "LOCAL DATETIME": _Type(_moment(datetime, zoned=False), "it as 2026-11-22T20:00"),
    "LOCAL TIME": _Type(time.fromisoformat, "it as 20:00"),
    "MAP": _Type(_map, 'it as JSON, such as {"name": "value"}', dict),
    "STRING": _Type(str),
    "ZONED DATETIME": _Type(
        _moment(datetime, zoned=True), "it with its offset, as 2026-11-22T20:00+00:00", datetime
    ),
    "ZONED TIME": _Type(_moment(time, zoned=True), "it with its offset, as 20:00+00:00"),
}
