"""The library as one file that Neo4j Browser takes: a ZIP with a folder for each topic."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from household_graph.errors import BadInputError
from household_graph.graph.query_files import Parameter, Query
from household_graph.library.catalogue import Question

__all__ = ["literal", "write_browser_file"]

_FUNCTIONS = {
    "DATE": "date",
    "DURATION": "duration",
    "LOCAL DATETIME": "localdatetime",
    "LOCAL TIME": "localtime",
    "ZONED DATETIME": "datetime",
    "ZONED TIME": "time",
}


def write_browser_file(path: Path, questions: Iterable[Question]) -> None:
    """Write a ZIP of saved queries, the same bytes for the same questions.

    Neo4j Browser takes it when it is dropped on its window; folders and names are those of the
    questions. Each begins by setting its parameters to those of its example, or their defaults.

    Raises:
        BadInputError: if the file cannot be written.
    """
    try:
        with ZipFile(path, "w") as archive:
            for one in questions:
                entry = ZipInfo(f"{one.name}.cypher")  # without the time of day
                archive.writestr(entry, _saved(one.query), ZIP_DEFLATED)
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="choose another file with --to"
        ) from error


def _saved(query: Query) -> str:
    """Return a question as Neo4j Browser saves it: title, prose, parameters, statement."""
    comments = [query.title, "", *query.prose.splitlines()]
    lines = [f"// {line}".rstrip() for line in comments]
    return "\n".join([*lines, *_parameters(query), f"{query.text};", ""])


def literal(kind: str, value: Any) -> str:  # noqa: ANN401 - what JSON can say
    """Return a value of JSON as Cypher writes it.

    Args:
        kind: its Cypher type.
        value: null, or what JSON has for a value of the type.
    """
    if isinstance(value, dict):
        items = (f"`{name}`: {literal('ANY', item)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list):
        inner = kind.removeprefix("LIST<").removesuffix(">")
        return f"[{', '.join(literal(inner, item) for item in value)}]"
    text = json.dumps(value, ensure_ascii=False)
    return f"{_FUNCTIONS[kind]}({text})" if kind in _FUNCTIONS and value is not None else text


def _parameters(query: Query) -> Iterator[str]:
    example = query.example or {}
    for one in query.parameters:
        yield f":param {one.name} => {_of(one, example)};"


def _of(parameter: Parameter, example: Any) -> str:  # noqa: ANN401 - a mapping of JSON
    return literal(parameter.type, example.get(parameter.name, parameter.default))
