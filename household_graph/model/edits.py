"""Edits: the rows that a change makes, changes or removes, before and after.

The writer takes them, a `Change` records them as JSON text, and history and undo read them. They
tell how a household stood at an earlier time. Two times belong to a change: when it was recorded
(`at`), and since when it holds (`effective_at`). The first says what was known at a time, the
second what was in effect.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from household_graph.errors import BadInputError
from household_graph.model.enums import ActorKind
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

_LONG = 2000  # bytes; shorter texts stay readable
_Row = TypeVar("_Row", NodeRow, RelationshipRow)
_Links = dict[tuple[str | int, ...], RelationshipRow]

AS_KNOWN = frozenset(
    {
        *("valid_from", "valid_to"),
        *("birth_date", "minor", "given_name", "family_name"),
        *("name", "description", "username"),
    }
)
"""Properties of a node that are always those known today.

A validity says itself when it holds. The others say who a party is, or what a thing is called,
whatever the date: a birth date put right today was the right one last week as well.
"""


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
        effective: when they take effect, in UTC; None: when they are written.
        offered: ids of products and services among them that are made as the operator's catalogue
            offers them, or as another household held them; it is not recorded.
        successors: ids of the parties who take over what others give up; likewise.
    """

    household: str
    nodes: tuple[NodeEdit, ...] = ()
    relationships: tuple[RelationshipEdit, ...] = ()
    effective: datetime | None = None
    offered: frozenset[str] = frozenset()
    successors: frozenset[str] = frozenset()

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
            "nodes": _edits_out(edits.nodes),
            "relationships": _edits_out(edits.relationships),
        },
        default=_value_out,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    packed = text.encode()
    return text if len(packed) < _LONG else b64encode(zlib.compress(packed, 1)).decode()


def edits_from_text(text: str) -> Edits:
    """Return the edits of a text made by `edits_to_text`."""
    data = json.loads(text if text.startswith("{") else zlib.decompress(b64decode(text)))
    return Edits(
        data["household"],
        tuple(NodeEdit(**_sides_in(NodeRow, one)) for one in data["nodes"]),
        tuple(RelationshipEdit(**_sides_in(RelationshipRow, one)) for one in data["relationships"]),
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


def _edits_out(edits: Iterable[NodeEdit | RelationshipEdit]) -> list[dict[str, Any]]:
    return [{"before": _row_out(one.before), "after": _row_out(one.after)} for one in edits]


def _row_out(row: NodeRow | RelationshipRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    stated = {one.name: getattr(row, one.name) for one in fields(row)}
    return stated | {"properties": dict(sorted(row.properties.items()))}


def _value_out(value: datetime | date | frozenset[str]) -> object:
    """Return what JSON has no word for: labels, instants and dates."""
    if isinstance(value, datetime):
        return {"instant": value.astimezone(UTC).isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else sorted(value)


def _sides_in(kind: type[_Row], edit: dict[str, Any]) -> dict[str, _Row | None]:
    return {side: _row_in(kind, row) for side, row in edit.items()}


def _row_in(kind: type[_Row], row: dict[str, Any] | None) -> _Row | None:
    if row is None:
        return None
    labels = {"labels": frozenset(row["labels"])} if "labels" in row else {}
    properties = {name: _value_in(value) for name, value in row["properties"].items()}
    return kind(**{**row, **labels, "properties": properties})


def _value_in(value: Any) -> Value:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        if "instant" in value:
            return datetime.fromisoformat(value["instant"])
        return date.fromisoformat(value["date"])
    converted: Value = tuple(value) if isinstance(value, list) else value
    return converted


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """The record of one change of one household, with an id such as `bakers/change-7`.

    The revision is the one that the household had after it. `at` is when it was recorded, in UTC,
    `effective_at` since when it holds, which may be earlier or later. `together` are the ids of the
    changes of other households that are one with it, `consents` those of the parties whose consent
    an operator recorded. `joint_actors` are all the parties who made it, the actor first, where
    several made it together.
    """

    id: str
    household: str
    revision: int
    actor: str
    actor_kind: ActorKind
    action: str
    reason: str | None
    at: datetime
    effective_at: datetime
    summary: str
    together: tuple[str, ...]
    edits: Edits
    consents: tuple[str, ...] = ()
    joint_actors: tuple[str, ...] = ()

    @property
    def actors(self) -> tuple[str, ...]:
        """All who made it: the actor, or the parties who made it together."""
        return self.joint_actors or (self.actor,)


def changes_recorded_by(
    changes: Iterable[RecordedChange], instant: int
) -> tuple[RecordedChange, ...]:
    """Return the changes of a household known at an instant, the oldest first.

    Those from the first one recorded after it on were not: a clock that was once put back must
    not tear a later change from what it was built on.
    """
    ordered = sorted(changes, key=lambda change: change.revision)
    late = (place for place, one in enumerate(ordered) if from_datetime(one.at) > instant)
    return tuple(ordered[: next(late, len(ordered))])


def rows_as_recorded(rows: Rows, changes: Iterable[RecordedChange], instant: int) -> Rows:
    """Return the rows of a household as they were known at an instant; none if it was not known.

    They are made of those known today and all changes of the household, in any order.

    Raises:
        BadInputError: if the records do not tell, because some were deleted.
    """
    every = tuple(changes)
    known = {change.revision for change in changes_recorded_by(every, instant)}
    for change in _newest_first(one for one in every if one.revision not in known):
        rows = apply_edits(rows, change.edits.inverse)
    ids = {node.id for node in rows.nodes}
    torn = any(not {link.start, link.end} <= ids for link in rows.relationships)
    if torn or (rows.nodes and every and not known):
        raise BadInputError(
            f"the records of `{rows.household}` do not tell how it was then: some are missing",
            hint="they were deleted; look at `household-graph history "
            f"{rows.household}`, and ask for a later time",
        )
    return rows


def rows_as_of(rows: Rows, changes: Iterable[RecordedChange], instant: int) -> Rows:
    """Return the rows of a household as it stood in effect at an instant, as known by them.

    What carries a validity keeps it, and is judged by it. What carries none, such as the state of
    a device, took effect when its change did: where that was after the instant it is reverted, if
    the row still has what the change wrote. `AS_KNOWN` names what stays as it is. So do nodes, and
    relationships made together with one of their ends: these were there, and were registered late.
    The changes are all that are known by then, in any order.
    """
    nodes = {node.id: node for node in rows.nodes}
    links: _Links = {link.key: link for link in rows.relationships}
    for change in _newest_first(changes):
        if from_datetime(change.effective_at) > instant:
            for edit in change.edits.nodes:
                node = nodes.get(edit.id)
                if node and edit.before and edit.after:
                    nodes[edit.id] = _reverted(node, edit.before, edit.after, AS_KNOWN)
            _revert_links(links, change.edits, nodes.keys())
    return Rows(
        rows.household,
        tuple(node for _id, node in sorted(nodes.items())),
        tuple(link for _key, link in sorted(links.items())),
    )


def touching(change: RecordedChange, entity_id: str) -> RecordedChange:
    """Return a change with those edits alone that touch a thing: its node, and what it ends."""
    nodes = tuple(edit for edit in change.edits.nodes if edit.id == entity_id)
    links = tuple(edit for edit in change.edits.relationships if entity_id in edit.key[1:3])
    return replace(change, edits=Edits(change.household, nodes, links))


def _newest_first(changes: Iterable[RecordedChange]) -> list[RecordedChange]:
    return sorted(changes, key=lambda change: -change.revision)


def _revert_links(links: _Links, edits: Edits, nodes: Container[str]) -> None:
    """Revert edits of relationships without a validity, of which both ends are there."""
    made = {edit.id for edit in edits.nodes if edit.before is None}
    for edit in edits.relationships:
        row = edit.before or edit.after
        if row is None or row.period or row.start not in nodes or row.end not in nodes:
            continue
        link = links.get(edit.key)
        if edit.before is None:
            if link == edit.after and made.isdisjoint({row.start, row.end}):
                links.pop(edit.key, None)
        elif edit.after is None:
            links.setdefault(edit.key, edit.before)
        elif link:
            links[edit.key] = _reverted(link, edit.before, edit.after, frozenset())


def _reverted(row: _Row, before: _Row, after: _Row, kept: frozenset[str]) -> _Row:
    """Return a row, with the properties that it still has from a change as before it."""
    properties = dict(row.properties)
    for name in {*before.properties, *after.properties} - kept:
        was, became = before.properties.get(name), after.properties.get(name)
        if was != became and properties.get(name) == became:
            properties.pop(name, None)
            if was is not None:
                properties[name] = was
    return replace(row, properties=properties)
