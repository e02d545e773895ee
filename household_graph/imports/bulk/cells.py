"""Values as Neo4j's importer reads them in a CSV file.

Text always stands in quotes, so that empty text (`""`) is told from nothing (no characters at
all). Instants are in UTC; those of validities are cut to the millisecond before they come here.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from household_graph.errors import BadInputError

ARRAY_DELIMITER = "\x1f"
"""Stands between the texts of a list; the unit separator, which no text of a list may hold."""

COLUMN_TYPES: Mapping[str, str] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "FLOAT": "double",
    "INTEGER": "long",
    "LIST<STRING>": "string[]",
    "STRING": "string",
    "ZONED DATETIME": "datetime",
}
"""For each Cypher type of the schema, the importer's name of it."""


def quoted(text: str) -> str:
    """Return text in quotes; those inside it are doubled."""
    return '"' + text.replace('"', '""') + '"' if '"' in text else f'"{text}"'


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _number(value: float) -> str:
    text = repr(value)
    return text.replace("inf", "Infinity").replace("nan", "NaN") if text[-1] in "fn" else text


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _list(values: tuple[str, ...]) -> str:
    text = ARRAY_DELIMITER.join(values)
    if text.count(ARRAY_DELIMITER) != len(values) - 1 or "" in values:
        raise BadInputError(
            f"the list `{list(values)}` cannot be written for the importer",
            hint="leave out empty texts and control characters",
        )
    return quoted(text)


CELLS: Mapping[str, Mapping[type, Callable[[Any], str]]] = {
    "BOOLEAN": {bool: _truth},
    "DATE": {date: date.isoformat},
    "FLOAT": {float: _number},
    "INTEGER": {int: str},
    "LIST<STRING>": {tuple: _list},
    "STRING": {str: quoted},
    "ZONED DATETIME": {datetime: _instant},
}
"""For each Cypher type, how a value of the one Python type that fits it is written."""
