"""What files there are, and their columns: the schema as the importer is told it.

There is one file for each set of labels and one for each type of relationship.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from household_graph.errors import BadInputError
from household_graph.imports.bulk.cells import CELLS, COLUMN_TYPES
from household_graph.model.declaration import (
    ENDS,
    LABELS,
    RECORD_LABELS,
    Property,
    label_named,
    properties_of,
    properties_of_type,
)
from household_graph.model.rows import Value


@dataclass(frozen=True, slots=True)
class Layout:
    """What one file holds.

    Attributes:
        name: of the file.
        option: what the importer is told of it, such as `--nodes=Entity:Place`.
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
        typed = (f"{name}:{COLUMN_TYPES[kind]}" for name, kind in self.columns)
        return ",".join((*self.keys, *typed))

    def line(self, keys: str, properties: Mapping[str, Value]) -> str:
        """Return a row as it stands in the file.

        Args:
            keys: the cells of the first columns, as they stand in the file.
            properties: those that are there.

        Raises:
            BadInputError: if the schema has no such property, or of another type.
        """
        cells, left = [keys], len(properties)
        if not left:
            return keys + "," * len(self.columns)
        for name, kind in self.columns:
            value = properties.get(name)
            if value is None:
                cells.append("")
                continue
            write = CELLS[kind].get(type(value))
            if write is None:
                raise self._unfit(name)
            cells.append(write(value))
            left -= 1
        if left:
            raise self._unfit(*(properties.keys() - dict(self.columns).keys()))
        return ",".join(cells)

    def _unfit(self, *names: str) -> BadInputError:
        return BadInputError(
            f"the property `{min(names)}` does not fit the schema, in `{self.name}`",
            hint="import online, with `household-graph import run`",
        )


@cache
def node_layout(labels: frozenset[str]) -> Layout:
    """Return the layout of the file for nodes that have these labels, less `Entity`.

    Raises:
        BadInputError: if no such label is declared.
    """
    unknown = labels - {label.name for label in LABELS}
    if unknown:
        raise BadInputError(f"the schema has no label `{min(unknown)}`")
    every = {*labels, *(more for name in labels for more in label_named(name).implies)}
    names = sorted(every, key=lambda name: (name != "Entity", name))
    space = next(iter(labels & RECORD_LABELS), "Entity")
    return Layout(
        f"nodes-{'-'.join(sorted(labels))}.csv",
        f"--nodes={':'.join(names)}",
        (f"id:ID({space})",),
        _columns(one for one in properties_of(labels).values() if one.name != "id"),
    )


@cache
def relationship_layout(kind: str) -> Layout:
    """Return the layout of the file for relationships of a type.

    Raises:
        BadInputError: if no such type is declared.
    """
    if kind not in ENDS:
        raise BadInputError(f"the schema has no relationship `{kind}`")
    start, end = ({one} & RECORD_LABELS or {"Entity"} for one in min(ENDS[kind]))
    return Layout(
        f"relationships-{kind}.csv",
        f"--relationships={kind}",
        (f":START_ID({start.pop()})", f":END_ID({end.pop()})"),
        _columns(properties_of_type(kind).values()),
    )


def _columns(properties: Iterable[Property]) -> tuple[tuple[str, str], ...]:
    return tuple((declared.name, declared.type.value) for declared in properties)
