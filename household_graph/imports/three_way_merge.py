"""Three-way merge of a household: what its records said before, what they say now, what it is.

What the records say as before is left as it is in the graph, whatever has changed there; what they
say otherwise is changed, unless it has been changed in the graph as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from household_graph.documents.diff import with_periods_of
from household_graph.errors import BadInputError
from household_graph.imports.assemble import RECORD_LABEL
from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS, LABELS
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import ended

_Row = TypeVar("_Row", NodeRow, RelationshipRow)
_Key = tuple[str | int, ...]
_CLOSING = {label.name: label.closing for label in LABELS if label.closing}


@dataclass(frozen=True, slots=True)
class MergedHousehold:
    """The result of a merge.

    Attributes:
        edits: what to write.
        kept: ids of what both the export and the graph have changed, in different ways; it is left
            as it is in the graph.
    """

    edits: Edits
    kept: tuple[str, ...]


def three_way_merge(current: Rows, before: Rows, now: Rows, at: datetime) -> MergedHousehold:
    """Return what a new export changes.

    Args:
        current: the household as it is in the graph.
        before: as the records said before; no nodes, if there were none.
        now: as the records say now; no nodes, if there are none left.
        at: when what they no longer say ends.

    Raises:
        BadInputError: if an id has other labels in the graph.
    """
    if not current.nodes:
        return MergedHousehold(creation(now), ())
    return _Merge(current, before, now, from_datetime(at)).result()


def creation(rows: Rows) -> Edits:
    """Return the edits that create a household."""
    return Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
    )


@dataclass(frozen=True, slots=True)
class _Merge:
    current: Rows
    before: Rows
    now: Rows
    end: int
    kept: list[str] = field(default_factory=list)

    def result(self) -> MergedHousehold:
        edits = Edits(
            self.current.household,
            tuple(edit for edit in self._nodes() if edit.before != edit.after),
            tuple(edit for edit in self._relationships() if edit.before != edit.after),
        )
        return MergedHousehold(edits, tuple(dict.fromkeys(self.kept)))

    def _nodes(self) -> Iterator[NodeEdit]:
        current, before, now = (
            _by_key(rows.nodes) for rows in (self.current, self.before, self.now)
        )
        for present, row in self._changed(current, before, now):
            yield NodeEdit(present, row)
        for key, earlier in before.items():
            if key in current and key not in now:
                yield NodeEdit(current[key], _ended_node(current[key], earlier, self.end))

    def _relationships(self) -> Iterator[RelationshipEdit]:
        current = _by_key(self.current.relationships)
        before, now = (
            _by_key(with_periods_of(self.current, rows)) for rows in (self.before, self.now)
        )
        for present, row in self._changed(current, before, now):
            if present is not None or row.key not in before:  # else it was removed in the graph
                yield RelationshipEdit(present, row)
        in_export = {row.id for row in self.now.nodes}
        for key, earlier in before.items():
            present = current.get(key)
            if present is None or key in now:
                continue
            if present.type in DATED_RELATIONSHIPS:
                properties = ended(present.properties, self.end)
                if properties and _is_same(present, earlier, "valid_to"):
                    yield RelationshipEdit(present, replace(present, properties=properties))
            elif _is_removed(present, in_export):
                yield RelationshipEdit(present, None)

    def _changed(
        self, current: Mapping[_Key, _Row], before: Mapping[_Key, _Row], now: Mapping[_Key, _Row]
    ) -> Iterator[tuple[_Row | None, _Row]]:
        for key, row in now.items():
            present = current.get(key)
            merged = row if present is None else self._merged(present, before.get(key), row)
            yield present, merged

    def _merged(self, present: _Row, earlier: _Row | None, row: _Row) -> _Row:
        """Return a row with the properties that changed; all, if it was not in the records."""
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
                self.kept.append(str(row.key[0] if isinstance(row, NodeRow) else row.key[1]))
        return replace(present, properties=properties)


def _check_labels(present: NodeRow | RelationshipRow, row: NodeRow | RelationshipRow) -> None:
    if isinstance(present, NodeRow) and isinstance(row, NodeRow) and present.labels != row.labels:
        raise BadInputError(
            f"`{row.id}` is {':'.join(sorted(present.labels))} in the graph, "
            f"and {':'.join(sorted(row.labels))} in the export",
            hint="give the record another key, or the household another id",
        )


def _ended_node(present: NodeRow, earlier: NodeRow, end: int) -> NodeRow | None:
    """Return a node that is no longer in the records; a record itself is removed."""
    if RECORD_LABEL in present.labels:
        return None
    properties = dict(present.properties)
    if not DATED_LABELS.isdisjoint(present.labels) and _is_same(present, earlier, "valid_to"):
        properties = dict(ended(properties, end) or properties)
    for label in present.labels & _CLOSING.keys():
        name, value = _CLOSING[label]
        if _is_same(present, earlier, name):
            properties[name] = value
    return replace(present, properties=properties)


def _is_same(present: _Row, earlier: _Row, name: str) -> bool:
    return present.properties.get(name) == earlier.properties.get(name)


def _is_removed(link: RelationshipRow, in_export: set[str]) -> bool:
    """Return whether an undated relationship is removed; that of ended things stays, as history."""
    if link.type == "DESCRIBES":
        return True
    if link.type == "LOCATED_AT":
        return link.start in in_export
    return link.start in in_export and link.end in in_export


def _by_key(rows: Iterable[_Row]) -> dict[_Key, _Row]:
    return {row.key: row for row in rows}
