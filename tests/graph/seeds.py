"""The seed households as rows, for tests that change something in them before they are written."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from household_graph.graph.connection import Connection
from household_graph.graph.writing import Cause, write
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.rows import DATED_RELATIONSHIPS, NodeRow, RelationshipRow, Rows
from household_graph.onboarding import read_documents
from household_graph.onboarding.rows import to_rows

__all__ = ["LOADED", "changed", "linked", "made", "seed", "store", "unlinked"]

SEED = Path(__file__).parents[2] / "seed"
LOADED = datetime(2026, 1, 10, tzinfo=UTC)


def seed(name: str) -> Rows:
    """Return the rows of a seed household."""
    [document] = read_documents(SEED / f"{name}.yaml")
    return to_rows(document)


def store(connection: Connection, *households: Rows) -> None:
    """Write new households, each as one change of an operator on a day in January."""
    edits = {
        rows.household: Edits(
            rows.household,
            tuple(NodeEdit(None, node) for node in rows.nodes),
            tuple(RelationshipEdit(None, link) for link in rows.relationships),
        )
        for rows in households
    }
    for household, edit in edits.items():
        cause = Cause("operator", "load", at=LOADED)
        write(connection, [household], lambda _rows, edit=edit: [edit], cause)


def changed(rows: Rows, node_id: str, **properties: Any) -> Rows:
    """Return rows in which a node has other properties; None: it has that one no more."""
    [node] = [one for one in rows.nodes if one.id == node_id]
    stated = {
        name: value
        for name, value in {**node.properties, **properties}.items()
        if value is not None
    }
    others = (one for one in rows.nodes if one.id != node_id)
    return replace(rows, nodes=(*others, replace(node, properties=stated)))


def made(rows: Rows, node_id: str, labels: str, **properties: Any) -> Rows:
    """Return rows with one node more."""
    return replace(
        rows, nodes=(*rows.nodes, NodeRow(node_id, frozenset(labels.split()), properties))
    )


def linked(rows: Rows, kind: str, start: str, end: str, **properties: Any) -> Rows:
    """Return rows with one relationship more."""
    row = RelationshipRow(kind, start, end, int(kind in DATED_RELATIONSHIPS), properties)
    return replace(rows, relationships=(*rows.relationships, row))


def unlinked(rows: Rows, kind: str, start: str = "", end: str = "") -> Rows:
    """Return rows without the relationships of a type, between any two nodes or those named."""
    left = (
        link
        for link in rows.relationships
        if link.type != kind or start not in {"", link.start} or end not in {"", link.end}
    )
    return replace(rows, relationships=tuple(left))
