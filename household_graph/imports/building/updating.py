"""What a new export changes in a household: only what it says otherwise than the one before it.

Three things are held beside each other: what the records said before, what they say now, and how
the household stands. What the records say as before is left as it stands, whatever the household
has made of it; what they say otherwise is changed, unless the household has changed it itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from household_graph.documents.diff import with_periods_of
from household_graph.errors import BadInputError
from household_graph.imports.building.rows import RECORD
from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS, LABELS
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import from_datetime
from household_graph.model.rows import (
    NodeRow,
    RelationshipRow,
    Rows,
    Value,
)
from household_graph.model.spans import ended

_Row = TypeVar("_Row", NodeRow, RelationshipRow)
_Key = tuple[str | int, ...]

_CLOSING = {label.name: label.closing for label in LABELS if label.closing}


@dataclass(frozen=True, slots=True)
class Update:
    """What is to be done to a household.

    Attributes:
        edits: what is to be written.
        kept: ids of what the export says otherwise, and the household has changed itself.
    """

    edits: Edits
    kept: tuple[str, ...]


def updated(current: Rows, before: Rows, now: Rows, at: datetime) -> Update:
    """Return what a new export changes.

    Args:
        current: the household as it stands.
        before: as the records said before; no nodes, if there were none.
        now: as the records say now; no nodes, if there are none any more.
        at: when what they no longer say ends.

    Raises:
        BadInputError: if an id stands for something else in the graph.
    """
    if not current.nodes:
        return Update(_made(now), ())
    kept: list[str] = []
    there, said, wanted = (_by_key(rows.nodes) for rows in (current, before, now))
    end = from_datetime(at)
    nodes = [NodeEdit(was, row) for was, row in _changed(there, said, wanted, kept)]
    nodes += [
        NodeEdit(there[key], _closed(there[key], row, end))
        for key, row in said.items()
        if key not in wanted and key in there
    ]
    mentioned = {row.id for row in now.nodes}
    links = _links(current, before, now, kept)
    lost = _lost_links(current, before, now, mentioned, end)
    return Update(
        Edits(
            current.household,
            tuple(edit for edit in nodes if edit.before != edit.after),
            tuple(edit for edit in (*links, *lost) if edit.before != edit.after),
        ),
        tuple(dict.fromkeys(kept)),
    )


def _made(rows: Rows) -> Edits:
    """Return what makes a household that is new."""
    return Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
    )


def _changed(
    there: Mapping[_Key, _Row],
    said: Mapping[_Key, _Row],
    wanted: Mapping[_Key, _Row],
    kept: list[str],
) -> Iterator[tuple[_Row | None, _Row]]:
    for key, row in wanted.items():
        present, earlier = there.get(key), said.get(key)
        if present is None:
            yield None, row
        else:
            yield present, _merged(present, earlier, row, kept)


def _merged(present: _Row, earlier: _Row | None, row: _Row, kept: list[str]) -> _Row:
    """Return a row with what is said otherwise now; of what was not said before, all is."""
    _check_labels(present, row)
    properties = dict(present.properties)
    known: Mapping[str, Value] = earlier.properties if earlier else properties
    names = {*known, *row.properties} if earlier else {*row.properties, "valid_to"}
    for name in names:
        was, becomes = known.get(name), row.properties.get(name)
        if was == becomes:
            continue
        if properties.get(name) == was:
            properties.pop(name, None)
            properties |= {} if becomes is None else {name: becomes}
        elif properties.get(name) != becomes:
            kept.append(str(row.key[0] if isinstance(row, NodeRow) else row.key[1]))
    return replace(present, properties=properties)


def _check_labels(present: NodeRow | RelationshipRow, row: NodeRow | RelationshipRow) -> None:
    if isinstance(present, NodeRow) and isinstance(row, NodeRow) and present.labels != row.labels:
        raise BadInputError(
            f"`{row.id}` is {':'.join(sorted(present.labels))} in the graph, "
            f"and {':'.join(sorted(row.labels))} in the export",
            hint="give the record another key, or the household another id",
        )


def _closed(present: NodeRow, earlier: NodeRow, end: int) -> NodeRow | None:
    """Return a node that is no longer spoken of; a record that is gone is taken away."""
    if RECORD in present.labels:
        return None
    properties = dict(present.properties)
    if not DATED_LABELS.isdisjoint(present.labels) and _same(present, earlier, "valid_to"):
        properties = dict(ended(properties, end) or properties)
    for label in present.labels & _CLOSING.keys():
        name, value = _CLOSING[label]
        if _same(present, earlier, name):
            properties[name] = value
    return replace(present, properties=properties)


def _same(present: _Row, earlier: _Row, name: str) -> bool:
    return present.properties.get(name) == earlier.properties.get(name)


def _links(current: Rows, before: Rows, now: Rows, kept: list[str]) -> Iterator[RelationshipEdit]:
    there = _by_key(current.relationships)
    said, wanted = (_by_key(with_periods_of(current, rows)) for rows in (before, now))
    for was, row in _changed(there, said, wanted, kept):
        if was is not None or row.key not in said:  # else the household has taken it away
            yield RelationshipEdit(was, row)


def _lost_links(
    current: Rows, before: Rows, now: Rows, mentioned: set[str], end: int
) -> Iterator[RelationshipEdit]:
    there, wanted = _by_key(current.relationships), _by_key(with_periods_of(current, now))
    for earlier in with_periods_of(current, before):
        present = there.get(earlier.key)
        if present is None or earlier.key in wanted:
            continue
        if present.type in DATED_RELATIONSHIPS:
            properties = ended(present.properties, end)
            if properties and _same(present, earlier, "valid_to"):
                yield RelationshipEdit(present, replace(present, properties=properties))
        elif _goes(present, mentioned):
            yield RelationshipEdit(present, None)


def _by_key(rows: Iterable[_Row]) -> dict[_Key, _Row]:
    return {row.key: row for row in rows}


def _goes(link: RelationshipRow, mentioned: set[str]) -> bool:
    """Return whether a relationship goes; of what has ended it stays, for history."""
    if link.type == "DESCRIBES":
        return True
    both = link.start in mentioned and link.end in mentioned
    return both or (link.type == "LOCATED_AT" and link.start in mentioned)
