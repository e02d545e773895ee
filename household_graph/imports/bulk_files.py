"""Rows as CSV files for Neo4j's offline importer, laid out by the declaration of the graph.

There is one file for each set of labels and one for each type of relationship. Text is always
quoted, so that empty text (`""`) differs from null (nothing at all). Instants are in UTC.
"""

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Self, TextIO

from household_graph.errors import BadInputError
from household_graph.model.declaration import (
    ENDS,
    LABELS,
    RECORD_LABELS,
    Property,
    label_named,
    properties_of,
    properties_of_type,
)
from household_graph.model.rows import NodeRow, RelationshipRow, Value

_ARRAY_DELIMITER = "\x1f"  # the unit separator, which no text in a list may contain
_COLUMN_TYPES: Mapping[str, str] = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "FLOAT": "double",
    "INTEGER": "long",
    "LIST<STRING>": "string[]",
    "STRING": "string",
    "ZONED DATETIME": "datetime",
}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if '"' in text else f'"{text}"'


def _number(value: float) -> str:
    text = repr(value)
    return text.replace("inf", "Infinity").replace("nan", "NaN") if text[-1] in "fn" else text


def _list(values: tuple[str, ...]) -> str:
    text = _ARRAY_DELIMITER.join(values)
    if text.count(_ARRAY_DELIMITER) != len(values) - 1 or "" in values:
        raise BadInputError(
            f"the list `{list(values)}` cannot be written for the importer",
            hint="leave out empty texts and control characters",
        )
    return _quoted(text)


_CELLS: Mapping[str, tuple[type, Callable[[Any], str]]] = {
    "BOOLEAN": (bool, lambda value: "true" if value else "false"),
    "DATE": (date, date.isoformat),
    "FLOAT": (float, _number),
    "INTEGER": (int, str),
    "LIST<STRING>": (tuple, _list),
    "STRING": (str, _quoted),
    "ZONED DATETIME": (
        datetime,
        lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    ),
}
"""For each Cypher type the Python type of its values, and how the importer reads them."""


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """The layout of one file.

    Attributes:
        name: of the file.
        option: of the importer, such as `--nodes=Entity:Place`.
        keys: the first columns of the header.
        columns: the other columns: properties with their Cypher types.
    """

    name: str
    option: str
    keys: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def header(self) -> str:
        """The first line of the file."""
        typed = (f"{name}:{_COLUMN_TYPES[kind]}" for name, kind in self.columns)
        return ",".join((*self.keys, *typed))

    def line(self, keys: Iterable[str], properties: Mapping[str, Value]) -> str:
        """Return a row as a line.

        Args:
            keys: the ids in the first columns.
            properties: the others; those that are missing are null.

        Raises:
            BadInputError: if the schema has no such property, or of another type.
        """
        cells, left = [*map(_quoted, keys)], len(properties)
        if not left:
            return ",".join(cells) + "," * len(self.columns)
        for name, kind in self.columns:
            value = properties.get(name)
            if value is None:
                cells.append("")
                continue
            expected, write = _CELLS[kind]
            if type(value) is not expected:
                raise self._misfit(name)
            cells.append(write(value))
            left -= 1
        if left:
            raise self._misfit(*(properties.keys() - dict(self.columns).keys()))
        return ",".join(cells)

    def _misfit(self, *names: str) -> BadInputError:
        return BadInputError(
            f"the property `{min(names)}` does not fit the schema, in `{self.name}`",
            hint="import online, with `household-graph import run`",
        )


@cache
def node_layout(labels: frozenset[str]) -> CsvLayout:
    """Return the layout of the file for nodes with these labels, `Entity` left out.

    Raises:
        BadInputError: if a label is not declared.
    """
    unknown = labels - {label.name for label in LABELS}
    if unknown:
        raise BadInputError(f"the schema has no label `{min(unknown)}`")
    every = {*labels, *(more for name in labels for more in label_named(name).implies)}
    names = sorted(every, key=lambda name: (name != "Entity", name))
    space = next(iter(labels & RECORD_LABELS), "Entity")
    return CsvLayout(
        f"nodes-{'-'.join(sorted(labels))}.csv",
        f"--nodes={':'.join(names)}",
        (f"id:ID({space})",),
        _columns(one for one in properties_of(labels).values() if one.name != "id"),
    )


@cache
def relationship_layout(kind: str) -> CsvLayout:
    """Return the layout of the file for relationships of a type.

    Raises:
        BadInputError: if the type is not declared.
    """
    if kind not in ENDS:
        raise BadInputError(f"the schema has no relationship `{kind}`")
    start, end = ({one} & RECORD_LABELS or {"Entity"} for one in min(ENDS[kind]))
    return CsvLayout(
        f"relationships-{kind}.csv",
        f"--relationships={kind}",
        (f":START_ID({start.pop()})", f":END_ID({end.pop()})"),
        _columns(properties_of_type(kind).values()),
    )


def _columns(properties: Iterable[Property]) -> tuple[tuple[str, str], ...]:
    return tuple((declared.name, declared.type.value) for declared in properties)


@dataclass(slots=True)
class CsvLines:
    """Lines of rows, by file."""

    lines: dict[CsvLayout, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, nodes: Iterable[NodeRow], relationships: Iterable[RelationshipRow] = ()) -> None:
        """Add rows: all of them, or none.

        Raises:
            BadInputError: if a row does not fit the schema.
        """
        found = []
        for node in nodes:
            layout = node_layout(node.labels)
            found.append((layout, layout.line((node.id,), node.properties)))
        for link in relationships:
            layout = relationship_layout(link.type)
            period = {"period": link.period} if link.period else {}
            line = layout.line((link.start, link.end), {**link.properties, **period})
            found.append((layout, line))
        for layout, line in found:
            self.lines[layout].append(line)


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """Files for `neo4j-admin database import full`.

    Attributes:
        folder: their folder.
        sources: the options that name them, such as `--nodes=Entity:Place=/…/places.csv`.
        multiline: the files in which a text has a line break.
        households: how many households they hold.
    """

    folder: Path
    sources: tuple[str, ...]
    multiline: tuple[Path, ...]
    households: int

    @property
    def options(self) -> list[str]:
        """The options of the importer, without the name of the database."""
        spanning = ",".join(str(path) for path in self.multiline)
        return [
            *self.sources,
            f"--array-delimiter=U+{ord(_ARRAY_DELIMITER):04X}",
            "--path-pattern-style=none",  # else a path is read as a regular expression
            *(["--multiline-fields-format=v2", f"--multiline-fields={spanning}"] * bool(spanning)),
        ]

    @property
    def command(self) -> list[str]:
        """The whole command for another Neo4j, whose database must be stopped."""
        return [
            *("neo4j-admin", "database", "import", "full", "neo4j"),
            *self.options,
            "--overwrite-destination=true",
        ]

    @property
    def command_text(self) -> str:
        """The command as typed in a shell, an option a line."""
        name, options = self.command[:5], self.command[5:]
        return " \\\n  ".join([shlex.join(name), *map(shlex.quote, options)])


class CsvWriter:
    """Writes the files; each is created with its first line. Use it in a `with` statement."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder, which is made; files of the same names are replaced.

        Raises:
            BadInputError: if the importer cannot read that path, or it cannot be made.
        """
        self._folder = folder.absolute()
        if "," in str(self._folder):
            raise BadInputError(
                f"the importer takes no path with a comma: `{self._folder}`",
                hint="choose a folder without one",
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(
                f"`{self._folder}` cannot be written to: {error.strerror}",
                hint="choose another folder",
            ) from error
        self._open: dict[CsvLayout, TextIO] = {}
        self._multiline: set[CsvLayout] = set()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close all files."""
        for file in self._open.values():
            file.close()

    def write(self, block: CsvLines) -> None:
        """Append lines to their files."""
        for layout, lines in block.lines.items():
            file = self._open.get(layout)
            if file is None:
                path = self._folder / layout.name
                file = self._open[layout] = path.open("w", encoding="utf-8", newline="\n")
                file.write(layout.header + "\n")
            text = "\n".join((*lines, ""))
            if text.count("\n") > len(lines) or "\r" in text:
                self._multiline.add(layout)
            file.write(text)

    def files(self, households: int) -> BulkFiles:
        """Return what was written: the files of nodes first.

        Args:
            households: how many households were written.
        """
        layouts = sorted(self._open, key=lambda layout: layout.name)
        return BulkFiles(
            self._folder,
            tuple(f"{layout.option}={self._folder / layout.name}" for layout in layouts),
            tuple(self._folder / one.name for one in layouts if one in self._multiline),
            households,
        )
