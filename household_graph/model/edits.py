"""Edits: the rows that a change makes, changes or removes, before and after.

The writer takes them, a `Change` stores them as JSON text, and history and undo read them.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

_LONG = 2000  # bytes; shorter texts stay readable


@dataclass(frozen=True, slots=True)
class NodeEdit:
    """A node that is made (nothing before) or changed.

    A node is removed (nothing after) only by undoing the change that made it; otherwise it ends.
    """

    before: NodeRow | None
    after: NodeRow | None

    @property
    def id(self) -> str:
        """The id of the node."""
        row = self.after or self.before
        return row.id if row else ""


@dataclass(frozen=True, slots=True)
class RelationshipEdit:
    """A relationship that is made (nothing before), changed, or removed (nothing after)."""

    before: RelationshipRow | None
    after: RelationshipRow | None

    @property
    def key(self) -> tuple[str | int, ...]:
        """What makes it the same relationship: type, start, end, period."""
        row = self.after or self.before
        return row.key if row else ()


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits of one household.

    Attributes:
        household: its id.
        nodes: those made or changed.
        relationships: those made, changed or removed.
        effective: when they take effect, in UTC; None: when they are written.
    """

    household: str
    nodes: tuple[NodeEdit, ...] = ()
    relationships: tuple[RelationshipEdit, ...] = ()
    effective: datetime | None = None

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.nodes or self.relationships)

    @property
    def summary(self) -> str:
        """One line, such as `made 3 nodes and 2 relationships, changed 1 node`."""
        nodes, links = (Counter(map(_verb, edits)) for edits in (self.nodes, self.relationships))
        return ", ".join(
            f"{verb} {things}"
            for verb in ("made", "changed", "removed")
            if (things := _things(nodes[verb], links[verb]))
        )

    @property
    def inverse(self) -> "Edits":
        """The edits that undo these."""
        return Edits(
            self.household,
            tuple(NodeEdit(edit.after, edit.before) for edit in self.nodes),
            tuple(RelationshipEdit(edit.after, edit.before) for edit in self.relationships),
        )


def apply_edits(rows: Rows, edits: Edits) -> Rows:
    """Return the rows of a household after edits, in the order of ids and keys."""
    nodes: dict[str, NodeRow | None] = {node.id: node for node in rows.nodes}
    nodes |= {edit.id: edit.after for edit in edits.nodes}
    links: dict[tuple[str | int, ...], RelationshipRow | None]
    links = {link.key: link for link in rows.relationships}
    links |= {edit.key: edit.after for edit in edits.relationships}
    return Rows(
        household=rows.household,
        nodes=tuple(node for _id, node in sorted(nodes.items()) if node),
        relationships=tuple(link for _key, link in sorted(links.items()) if link),
    )


def edits_to_text(edits: Edits) -> str:
    """Return edits as text: JSON, or if that is long, JSON deflated, in base64.

    Instants and dates in it are tagged, so that they can be restored. Deflating shortens the text
    of a new household to an eighth, and the server stores texts in blocks of a hundred bytes.
    """
    text = json.dumps(  # infinities come back, which strict JSON has no word for
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
    packed = text.encode()
    return text if len(packed) < _LONG else b64encode(zlib.compress(packed, 1)).decode()


def edits_from_text(text: str) -> Edits:
    """Return the edits of a text made by `edits_to_text`."""
    data = json.loads(text if text.startswith("{") else zlib.decompress(b64decode(text)))
    return Edits(
        household=data["household"],
        nodes=tuple(
            NodeEdit(_node_in(edit["before"]), _node_in(edit["after"])) for edit in data["nodes"]
        ),
        relationships=tuple(
            RelationshipEdit(_link_in(edit["before"]), _link_in(edit["after"]))
            for edit in data["relationships"]
        ),
    )


def _verb(edit: NodeEdit | RelationshipEdit) -> str:
    if edit.before is None:
        return "made"
    return "removed" if edit.after is None else "changed"


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
    return {name: _value_out(properties[name]) for name in sorted(properties)}


def _value_out(value: Value) -> object:
    if not isinstance(value, date):
        return value
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat()}
    return {"date": value.isoformat()}


def _node_in(data: dict[str, Any] | None) -> NodeRow | None:
    if data is None:
        return None
    return NodeRow(data["id"], frozenset(data["labels"]), _in(data["properties"]))


def _link_in(data: dict[str, Any] | None) -> RelationshipRow | None:
    if data is None:
        return None
    return RelationshipRow(
        data["type"], data["start"], data["end"], data["period"], _in(data["properties"])
    )


def _in(properties: dict[str, Any]) -> dict[str, Value]:
    return {name: _value_in(value) for name, value in properties.items()}


def _value_in(value: Any) -> Value:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        if "instant" in value:
            return datetime.fromisoformat(value["instant"])
        return date.fromisoformat(value["date"])
    converted: Value = tuple(value) if isinstance(value, list) else value
    return converted
