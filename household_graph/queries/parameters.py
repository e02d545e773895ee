"""Values for the parameters of a question: from the command line, a file, or its defaults."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from neo4j.time import Duration
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from household_graph.errors import BadInputError
from household_graph.files import read_text
from household_graph.model.ids import nearest
from household_graph.store.query_files import QueryFile, QueryParameter


def bound(query: QueryFile, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all parameters: those given, and the defaults of the others.

    Args:
        query: the question.
        given: values by name: text, which is read by the type of the parameter, or values as
            JSON and YAML have them.

    Raises:
        BadInputError: if one is unknown, missing, or of another type.
    """
    declared = {one.name: one for one in query.parameters}
    for name in given:
        if name not in declared:
            near = " or ".join(f"`{one}`" for one in nearest(name, declared))
            hint = f"did you mean {near}?" if near else _listed(query)
            raise BadInputError(f"`{query.name}` has no parameter `{name}`", hint=hint)
    missing = [one for one in query.parameters if one.required and one.name not in given]
    if missing:
        raise BadInputError(
            f"`{query.name}` needs the parameter `{missing[0].name}`: {missing[0].meaning}",
            hint=f"give it with -p {missing[0].name}=…",
        )
    return {name: _value(one, given.get(name, one.default)) for name, one in declared.items()}


def given(pairs: Iterable[str], file: Path | None, *, at: str | None) -> dict[str, Any]:
    """Return the values given: in a file, as `key=value`, and as the instant `at`.

    Raises:
        BadInputError: if a pair is none, or said twice, or the file cannot be read.
    """
    values = _in_file(file) if file else {}
    said = [pair.partition("=") for pair in pairs] + ([("at", "=", at)] if at else [])
    seen: set[str] = set()
    for name, equals, value in said:
        if not equals or not name:
            raise BadInputError(f"`{name}` is no parameter with a value", hint="write KEY=VALUE")
        if name in seen:
            raise BadInputError(f"the parameter `{name}` is given twice", hint="give one value")
        seen.add(name)
        values[name] = value
    return values


def _in_file(path: Path) -> dict[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(read_text(path))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        told = " ".join(str(error).split())
        raise BadInputError(f"cannot read `{path}`: {told}", hint=_FILE) from error
    if not isinstance(found, dict):
        raise BadInputError(f"`{path}` holds no parameters", hint=_FILE)
    return {str(name): value for name, value in found.items()}


def from_text(kind: str, text: str) -> Any:  # noqa: ANN401 - any Cypher value
    """Return text as a value of a Cypher type.

    Raises:
        ValueError: if it is none.
    """
    if kind.startswith("LIST<"):
        inner = kind.removeprefix("LIST<").removesuffix(">")
        items = json.loads(text) if text.lstrip().startswith("[") else text.split(",")
        return [_item(inner, item.strip() if isinstance(item, str) else item) for item in items]
    if kind not in _READERS:
        raise ValueError(f"a {kind} cannot be given")
    return _READERS[kind](text)


def _value(parameter: QueryParameter, value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    if value is None or (value == "null" and parameter.type != "STRING"):
        return None
    try:
        return _sent(_item(parameter.type, value))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        form = _FORMS.get(parameter.type.removeprefix("LIST<").removesuffix(">"), "")
        raise BadInputError(
            f"`{value}` is no {parameter.type}, for the parameter `{parameter.name}`",
            hint=f"write {form}" if form else None,
        ) from error


def _item(kind: str, value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    """Return a value of a type: text is read, another value has to be of it."""
    if isinstance(value, str):
        return from_text(kind, value)
    if kind.startswith("LIST<") and isinstance(value, list):
        inner = kind.removeprefix("LIST<").removesuffix(">")
        return [_item(inner, item) for item in value]
    if kind == "ANY" or (kind == "STRING" and isinstance(value, int | float)):
        return value if kind == "ANY" else str(value)
    if kind == "FLOAT" and type(value) is int:
        return float(value)
    if type(value) is not _TYPES.get(kind):
        raise ValueError(kind)
    return from_text(kind, value.isoformat()) if isinstance(value, datetime) else value


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


def _instant(text: str) -> datetime:
    """Return an instant; a zone in brackets behind its offset, as Neo4j prints it, is no matter."""
    moment = datetime.fromisoformat(_ZONE.sub("", text))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _zoned_time(text: str) -> time:
    moment = time.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _sent(value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    """Return a value as it goes to the server: what is in it that has an offset is in UTC.

    The graph has its instants in UTC, and Cypher orders equal instants by their offsets.

    Raises:
        OverflowError: if a whole number needs more than 64 bits.
        ValueError: if a text cannot be written as UTF-8.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if isinstance(value, time):
        return _sent(datetime.combine(_SOME_DAY, value)).timetz()
    if isinstance(value, dict):
        return {_sent(name): _sent(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_sent(item) for item in value]
    if isinstance(value, int):
        value.to_bytes(8, signed=True)
    if isinstance(value, str):
        value.encode()
    return value


def _local(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment


def _map(text: str) -> dict[str, Any]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)  # noqa: TRY004 - one kind of error for all that is no such value
    return found


def _any(text: str) -> Any:  # noqa: ANN401 - any Cypher value
    try:
        return json.loads(text)
    except ValueError:
        return text


def _listed(query: QueryFile) -> str:
    return f"it has {', '.join(f'`{one.name}`' for one in query.parameters) or 'none'}"


_SOME_DAY = date(2000, 1, 1)
_ZONE = re.compile(r"(?<=[\dZ])\[[\w/+-]+\]$")
_FILE = "write them as `key: value`, one a line, or as a JSON object"
_READERS: Mapping[str, Callable[[str], Any]] = {
    "ANY": _any,
    "BOOLEAN": _truth,
    "DATE": date.fromisoformat,
    "DURATION": Duration.from_iso_format,
    "FLOAT": float,
    "INTEGER": int,
    "LOCAL DATETIME": _local,
    "LOCAL TIME": time.fromisoformat,
    "MAP": _map,
    "STRING": str,
    "ZONED DATETIME": _instant,
    "ZONED TIME": _zoned_time,
}
_FORMS = {
    "BOOLEAN": "true or false",
    "DATE": "it as 2026-11-22",
    "DURATION": "it as P1DT12H",
    "FLOAT": "a number, such as 12.5",
    "INTEGER": "a whole number",
    "LOCAL DATETIME": "it as 2026-11-22T20:00",
    "LOCAL TIME": "it as 20:00",
    "MAP": 'it as JSON, such as {"name": "value"}',
    "ZONED DATETIME": "it with its offset, as 2026-11-22T20:00+00:00",
    "ZONED TIME": "it with its offset, as 20:00+00:00",
}
_TYPES: Mapping[str, type] = {
    "BOOLEAN": bool,
    "DATE": date,
    "FLOAT": float,
    "INTEGER": int,
    "MAP": dict,
    "ZONED DATETIME": datetime,
}
