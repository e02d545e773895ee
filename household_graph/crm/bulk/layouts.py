"""What files there are, and their columns: the schema as the importer is told it.

There is one file for each set of labels and one for each type of relationship.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from household_graph.crm.bulk.cells import CELLS, COLUMN_TYPES
from household_graph.errors import BadInputError
from household_graph.graph.schema import PropertyDescription, describe
from household_graph.model.rows import Value

__all__ = ["Layout", "node_layout", "relationship_layout"]

_RECORDS = frozenset({"AccessCache", "Change", "ImportRun"})
"""Labels of nodes that are no part of a household, whose ids are of a space of their own."""


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
        BadInputError: if the schema has no such labels.
    """
    declared = {label.name: label for label in describe().labels}
    unknown = labels - declared.keys()
    if unknown:
        raise BadInputError(f"the schema has no label `{min(unknown)}`")
    every = {*labels, *(more for name in labels for more in declared[name].implies)}
    names = sorted(every, key=lambda name: (name != "Entity", name))
    columns = _columns(part for name in names for part in declared[name].properties)
    space = next(iter(labels & _RECORDS), "Entity")
    return Layout(
        f"nodes-{'-'.join(sorted(labels))}.csv",
        f"--nodes={':'.join(names)}",
        (f"id:ID({space})",),
        tuple((name, kind) for name, kind in columns if name != "id"),
    )


@cache
def relationship_layout(kind: str) -> Layout:
    """Return the layout of the file for relationships of a type.

    Raises:
        BadInputError: if the schema has no such type.
    """
    links = [link for link in describe().links if link.type == kind]
    if not links:
        raise BadInputError(f"the schema has no relationship `{kind}`")
    start, end = ({one} & _RECORDS or {"Entity"} for one in (links[0].start, links[0].ends[0]))
    return Layout(
        f"relationships-{kind}.csv",
        f"--relationships={kind}",
        (f":START_ID({start.pop()})", f":END_ID({end.pop()})"),
        _columns(part for link in links for part in link.properties),
    )


def _columns(properties: Iterable[PropertyDescription]) -> tuple[tuple[str, str], ...]:
    return tuple({declared.name: declared.type for declared in properties}.items())
