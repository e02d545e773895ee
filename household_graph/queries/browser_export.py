"""The library as a file for Neo4j Browser: a ZIP of saved queries, with a folder per topic."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from household_graph.errors import BadInputError
from household_graph.queries.catalogue import LibraryQuery
from household_graph.store.query_files import QueryFile

_MAP = "parameters"
_PARAMETER = re.compile(r"\$(\w+)")

_FUNCTIONS = {
    "DATE": "date",
    "DURATION": "duration",
    "LOCAL DATETIME": "localdatetime",
    "LOCAL TIME": "localtime",
    "ZONED DATETIME": "datetime",
    "ZONED TIME": "time",
}


def write_browser_file(path: Path, queries: Iterable[LibraryQuery]) -> None:
    """Write a ZIP of saved queries, the same bytes for the same queries.

    Neo4j Browser imports it when it is dropped on its window; folders and names are those of the
    library.

    Raises:
        BadInputError: if the file cannot be written.
    """
    try:
        with ZipFile(path, "w") as archive:
            for one in queries:
                entry = ZipInfo(f"{one.name}.cypher")  # without the time of day
                archive.writestr(entry, browser_statement(one.query), ZIP_DEFLATED)
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="choose another file with --to"
        ) from error


def browser_statement(query: QueryFile) -> str:
    """Return a query as one self-contained statement, to run and to change.

    Neo4j Browser shows the rows of a single statement only, so another one cannot set the
    parameters: they are at the top, with the values of the example, or the defaults.
    """
    lines = [f"// {line}".rstrip() for line in (query.title, "", *query.prose.splitlines())]
    example = query.example or {}
    values = (
        f"{one.name}: {cypher_literal(one.type, example.get(one.name, one.default))}"
        for one in query.parameters
    )
    if not query.parameters:
        return "\n".join([*lines, query.text, ""])
    text = _PARAMETER.sub(rf"{_MAP}.\1", query.text)
    returned = ", ".join(column.name for column in query.columns)
    head = [f"WITH {{{', '.join(values)}}} AS {_MAP}", f"CALL ({_MAP}) {{"]
    return "\n".join([*lines, *head, indent(text, "  "), "}", f"RETURN {returned}", ""])


def cypher_literal(kind: str, value: Any) -> str:  # noqa: ANN401 - what JSON can say
    """Return a JSON value as a Cypher literal.

    Args:
        kind: its Cypher type.
        value: null, or what JSON has for a value of the type.
    """
    if isinstance(value, dict):
        items = (f"`{name}`: {cypher_literal('ANY', item)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list):
        inner = kind.removeprefix("LIST<").removesuffix(">")
        return f"[{', '.join(cypher_literal(inner, item) for item in value)}]"
    text = json.dumps(value, ensure_ascii=False)
    return f"{_FUNCTIONS[kind]}({text})" if kind in _FUNCTIONS and value is not None else text
