"""What files there are, and their columns: the schema as the importer is told it.

There is one file for each set of labels and one for each type of relationship.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from household_graph.crm.bulk.cells import COLUMN_TYPES
from household_graph.errors import BadInputError
from household_graph.graph.schema import PropertyDescription, describe

__all__ = ["Layout", "node_layout", "relationship_layout"]

_RECORDS = frozenset({"Change", "ImportRun"})
"""Labels of nodes that belong to no household, whose ids are therefore of a space of their own."""


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
    columns: Mapping[str, str]

    @property
    def header(self) -> str:
        """The first line of the file."""
        typed = (f"{name}:{COLUMN_TYPES[kind]}" for name, kind in self.columns.items())
        return ",".join((*self.keys, *typed))


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
    names = sorted({*labels, *(more for name in labels for more in declared[name].implies)})
    columns = _columns(part for name in names for part in declared[name].properties)
    del columns["id"]
    space = next(iter(labels & _RECORDS), "Entity")
    return Layout(
        f"nodes-{'-'.join(names)}.csv", f"--nodes={':'.join(names)}", (f"id:ID({space})",), columns
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


def _columns(properties: Iterable[PropertyDescription]) -> dict[str, str]:
    return {declared.name: declared.type for declared in properties}
