"""What a change does to households, row by row, with what was there before.

This is what writing takes, what a `Change` keeps as JSON text, and what history and undo read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from household_graph.model.rows import NodeRow, RelationshipRow, Value

__all__ = ["Edits", "NodeEdit", "RelationshipEdit", "edits_from_text", "edits_to_text"]


@dataclass(frozen=True, slots=True)
class NodeEdit:
    """A node that is made (nothing before) or gets other properties; nodes never go away."""

    before: NodeRow | None
    after: NodeRow


@dataclass(frozen=True, slots=True)
class RelationshipEdit:
    """A relationship that is made (nothing before), changed, or removed (nothing after)."""

    before: RelationshipRow | None
    after: RelationshipRow | None


@dataclass(frozen=True, slots=True)
class Edits:
    """What is done to one household.

    Attributes:
        household: its id.
        nodes: those made or changed.
        relationships: those made, changed or removed.
    """

    household: str
    nodes: tuple[NodeEdit, ...] = ()
    relationships: tuple[RelationshipEdit, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return bool(self.nodes or self.relationships)

    @property
    def summary(self) -> str:
        """One line, such as `made 3 nodes and 2 relationships, changed 1 node`."""
        links = self.relationships
        parts = [
            ("made", _count(n.before is None for n in self.nodes), _count(_made(r) for r in links)),
            (
                "changed",
                _count(bool(n.before) for n in self.nodes),
                _count(_kept(r) for r in links),
            ),
            ("removed", 0, _count(r.after is None for r in links)),
        ]
        return ", ".join(
            f"{verb} {_things(nodes, relationships)}"
            for verb, nodes, relationships in parts
            if nodes or relationships
        )


def edits_to_text(edits: Edits) -> str:
    """Return edits as JSON text; instants and dates in it are tagged, so that they come back."""
    return json.dumps(
        {
            "household": edits.household,
            "nodes": [
                {"before": _node_out(edit.before), "after": _node_out(edit.after)}
                for edit in edits.nodes
            ],
            "relationships": [
                {"before": _link_out(edit.before), "after": _link_out(edit.after)}
                for edit in edits.relationships
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def edits_from_text(text: str) -> Edits:
    """Return the edits that `edits_to_text` made a text of."""
    data = json.loads(text)
    return Edits(
        household=data["household"],
        nodes=tuple(
            NodeEdit(_node_in(edit["before"]), _node_there(edit["after"])) for edit in data["nodes"]
        ),
        relationships=tuple(
            RelationshipEdit(_link_in(edit["before"]), _link_in(edit["after"]))
            for edit in data["relationships"]
        ),
    )


def _made(edit: RelationshipEdit) -> bool:
    return edit.before is None and edit.after is not None


def _kept(edit: RelationshipEdit) -> bool:
    return edit.before is not None and edit.after is not None


def _count(flags: Iterable[bool]) -> int:
    return sum(flags)


def _things(nodes: int, relationships: int) -> str:
    parts = [(nodes, "node"), (relationships, "relationship")]
    return " and ".join(
        f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts if count
    )


def _node_out(row: NodeRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"id": row.id, "labels": sorted(row.labels), "properties": _out(row.properties)}


def _link_out(row: RelationshipRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "type": row.type,
        "start": row.start,
        "end": row.end,
        "period": row.period,
        "properties": _out(row.properties),
    }


def _out(properties: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _value_out(value) for name, value in sorted(properties.items())}


def _value_out(value: Value) -> object:
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _node_in(data: dict[str, Any] | None) -> NodeRow | None:
    return None if data is None else _node_there(data)


def _node_there(data: dict[str, Any]) -> NodeRow:
    return NodeRow(data["id"], frozenset(data["labels"]), _in(data["properties"]))


def _link_in(data: dict[str, Any] | None) -> RelationshipRow | None:
    if data is None:
        return None
    return RelationshipRow(
        data["type"], data["start"], data["end"], data["period"], _in(data["properties"])
    )


def _in(properties: dict[str, Any]) -> dict[str, Value]:
    return {name: _value_in(value) for name, value in properties.items()}


def _value_in(value: Any) -> Value:  # noqa: ANN401 - what JSON can say
    if isinstance(value, dict):
        if "instant" in value:
            return datetime.fromisoformat(value["instant"])
        return date.fromisoformat(value["date"])
    converted: Value = tuple(value) if isinstance(value, list) else value
    return converted
