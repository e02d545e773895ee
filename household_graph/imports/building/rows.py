"""The rows of a household as its records say it is, with the records themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from household_graph.documents.row_mapping import to_rows
from household_graph.imports.building.household import document_of
from household_graph.imports.building.ids import Ids
from household_graph.imports.building.placed import Placed, placed_from
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

RECORD = "SourceRecord"
"""The label of records."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from.

    Attributes:
        name: its name; what its households and records are called after.
        time_zone: the IANA name of the time zone of its households.
    """

    name: str
    time_zone: str


def rows_of(source: Source, household: str, records: Sequence[Placed]) -> Rows:
    """Return the rows of a household; none at all without records.

    Args:
        source: where the records come from.
        household: the id of the household.
        records: all that speak of it.
    """
    if not records:
        return Rows(household, (), ())
    ids = Ids(source.name, household)
    ordered = sorted(records, key=lambda record: record.said.key)
    stated = to_rows(document_of(ids, ordered, source.time_zone))
    there = {node.id for node in stated.nodes}
    nodes = [_record(source, ids, record) for record in ordered]
    links = [
        RelationshipRow("DESCRIBES", node.id, f"{household}/{thing}")
        for node, record in zip(nodes, ordered, strict=True)
        for thing in sorted(set(_things(ids, record)))
        if f"{household}/{thing}" in there
    ]
    return Rows(household, (*stated.nodes, *nodes), (*stated.relationships, *links))


def recorded(source: Source, rows: Rows) -> list[Placed]:
    """Return the records of a source that a household in the graph was made of."""
    return [
        placed_from(node.properties)
        for node in rows.nodes
        if RECORD in node.labels and str(node.properties["key"]).startswith(f"{source.name}:")
    ]


def _record(source: Source, ids: Ids, record: Placed) -> NodeRow:
    properties: dict[str, Value] = {
        "key": f"{source.name}:{record.said.key}",
        "file": record.file,
        "line": record.line,
        "import_run": record.run,
        "said": record.text,
    }
    if record.person:
        properties["person"] = record.person
    return NodeRow(
        f"{ids.household}/{ids.record(record.said.key)}", frozenset({RECORD}), properties
    )


def _things(ids: Ids, record: Placed) -> Iterator[str]:
    """Yield the local ids of what a record may speak of."""
    said = record.said
    if record.person:
        yield ids.person(record.person)
    yield from (ids.person(other.key) for other in said.others)
    yield ids.account(said.account)
    for product in said.products:
        own_id = ids.product(said.account, product.key)
        yield own_id
        if product.device:
            yield f"{own_id}.{product.device.id}"
