"""The files themselves, written row by row."""

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from household_graph.crm.bulk.cells import CELLS
from household_graph.crm.bulk.layouts import Layout, node_layout, relationship_layout
from household_graph.errors import BadInputError
from household_graph.model.rows import Value

__all__ = ["Table", "Tables"]

_BUFFER = 2**18  # bytes for each of some forty files


class Table:
    """One file.

    Attributes:
        layout: what it holds.
        path: where it lies.
        multiline: whether any text in it has a line break, which the importer must be told.
    """

    def __init__(self, layout: Layout, folder: Path) -> None:
        """Begin the file with its header."""
        self.layout, self.path, self.multiline = layout, folder / layout.name, False
        self._columns = [(name, CELLS[kind]) for name, kind in layout.columns.items()]
        self._file: TextIO = self.path.open("w", buffering=_BUFFER, encoding="utf-8", newline="\n")
        self._file.write(layout.header + "\n")

    def line(self, keys: str, properties: Mapping[str, Value]) -> str:
        """Return a row as it stands in the file.

        Args:
            keys: the cells of the first columns, as they stand in the file.
            properties: those that are there.

        Raises:
            BadInputError: if the schema has no such property, or of another type.
        """
        cells, left = [keys], len(properties)
        for name, writers in self._columns:
            value = properties.get(name)
            if value is None:
                cells.append("")
                continue
            write = writers.get(type(value))
            if write is None:
                raise _unfit(self.layout, name)
            cells.append(write(value))
            left -= 1
        if left:
            raise _unfit(self.layout, *(properties.keys() - self.layout.columns.keys()))
        return ",".join(cells)

    def write(self, line: str) -> None:
        """Write a row."""
        if "\n" in line or "\r" in line:
            self.multiline = True
        self._file.write(line + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Tables:
    """All files of one import, each begun when the first row for it comes."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder that is there."""
        self._folder = folder
        self._by_labels: dict[frozenset[str], Table] = {}
        self._by_type: dict[str, Table] = {}

    @property
    def all(self) -> list[Table]:
        """The files so far: those of nodes, then those of relationships."""
        return [*self._by_labels.values(), *self._by_type.values()]

    def of_nodes(self, labels: frozenset[str]) -> Table:
        """Return the file for nodes of these labels."""
        table = self._by_labels.get(labels)
        if table is None:
            table = self._by_labels[labels] = Table(node_layout(labels), self._folder)
        return table

    def of_relationships(self, kind: str) -> Table:
        """Return the file for relationships of a type."""
        table = self._by_type.get(kind)
        if table is None:
            table = self._by_type[kind] = Table(relationship_layout(kind), self._folder)
        return table

    def close(self) -> None:
        """Finish all files."""
        for table in self.all:
            table.close()


def _unfit(layout: Layout, *names: str) -> BadInputError:
    return BadInputError(
        f"the property `{min(names)}` does not fit the schema, in `{layout.name}`",
        hint="import online, with `household-graph import run`",
    )
