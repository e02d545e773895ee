"""Three-way merge of a household: its records before, its records now, and the graph.

What the records state as before is left as it is in the graph, whatever has changed there; what
they state otherwise is changed, unless it has been changed in the graph as well: a conflict.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from household_graph.errors import BadInputError
from household_graph.imports.assemble import RECORD_LABEL
from household_graph.imports.periods import latest_periods
from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import ended

_Row = TypeVar("_Row", NodeRow, RelationshipRow)


class MergedHousehold(NamedTuple):
    """What to write, and the ids of conflicts, which are left as they are in the graph."""

    edits: Edits
    conflicts: tuple[str, ...] = ()


def three_way_merge(current: Rows, before: Rows, now: Rows, at: datetime) -> MergedHousehold:
    """Return what a new export changes, and end at an instant what records no longer state.

    The rows are those of the household in the graph, and as the records stated them before and
    state them now; a household without records has no nodes.

    Raises:
        BadInputError: if an id has other labels in the graph.
    """
    if not current.nodes:
        return MergedHousehold(creation(now))
    conflicts: list[str] = []
    end = from_datetime(at)
    before, now = latest_periods(current, before, now, end)
    in_export = {row.id for row in now.nodes}
    edits = Edits(
        current.household,
        tuple(
            NodeEdit(*rows)
            for rows in _changed(
                (current.nodes, before.nodes, now.nodes),
                lambda present, earlier: _ended_node(present, earlier, end),
                conflicts,
            )
        ),
        tuple(
            RelationshipEdit(*rows)
            for rows in _changed(
                (current.relationships, before.relationships, now.relationships),
                lambda present, earlier: _ended_link(present, earlier, end, in_export),
                conflicts,
            )
        ),
    )
    return MergedHousehold(edits, tuple(dict.fromkeys(conflicts)))


def creation(rows: Rows) -> Edits:
    """Return the edits that create a household."""
    return Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
    )


def _changed(
    rows: Sequence[Iterable[_Row]],
    ended_row: Callable[[_Row, _Row], _Row | None],
    conflicts: list[str],
) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Yield the rows that change, before and after; rows are the current ones, before and now."""
    current, before, now = ({row.key: row for row in one} for one in rows)
    for key in {**now, **before}:
        present, earlier, row = current.get(key), before.get(key), now.get(key)
        after: _Row | None
        if present is None and (row is None or (earlier and isinstance(row, RelationshipRow))):
            continue  # it was removed in the graph
        if row:
            after = _merged(present, earlier, row, conflicts) if present else row
        elif present and earlier:
            after = ended_row(present, earlier)
        if after != present:
            yield present, after


def _merged(present: _Row, earlier: _Row | None, row: _Row, conflicts: list[str]) -> _Row:
    """Return a row with the properties that changed; all, if it was not in the records.

    What has changed in the graph as well is added to the conflicts.
    """
    if isinstance(present, NodeRow) and isinstance(row, NodeRow) and present.labels != row.labels:
        raise BadInputError(
            f"`{row.id}` is {':'.join(sorted(present.labels))} in the graph, "
            f"and {':'.join(sorted(row.labels))} in the export",
            hint="give the record another key, or the household another id",
        )
    properties = dict(present.properties)
    known: Mapping[str, Value] = earlier.properties if earlier else present.properties
    for name in {*(known if earlier else ["valid_to"]), *row.properties}:
        was, becomes = known.get(name), row.properties.get(name)
        if was == becomes:
            continue
        if properties.get(name) == was:
            properties.pop(name, None)
            properties |= {} if becomes is None else {name: becomes}
        elif properties.get(name) != becomes:
            conflicts.append(row.id if isinstance(row, NodeRow) else row.start)
    return replace(present, properties=properties)


def _ended_node(present: NodeRow, earlier: NodeRow, end: int) -> NodeRow | None:
    """Return a node that is no longer in the records; a record itself is removed.

    It ends by its dates alone: a state would be told of the time before, too.
    """
    if RECORD_LABEL in present.labels:
        return None
    properties = dict(present.properties)
    if not DATED_LABELS.isdisjoint(present.labels) and _is_same(present, earlier, "valid_to"):
        properties = dict(ended(properties, end) or properties)
    return replace(present, properties=properties)


def _ended_link(
    present: RelationshipRow, earlier: RelationshipRow, end: int, in_export: set[str]
) -> RelationshipRow | None:
    """Return a relationship that is no longer in the records, if it is dated.

    Others are removed; but those of what has ended stay, as history.
    """
    if present.type in DATED_RELATIONSHIPS:
        is_same = _is_same(present, earlier, "valid_to")
        properties = ended(present.properties, end) if is_same else None
        return replace(present, properties=properties) if properties else present
    ends = {"DESCRIBES": set[str](), "LOCATED_AT": {present.start}}
    is_removed = ends.get(present.type, {present.start, present.end}) <= in_export
    return None if is_removed else present


def _is_same(present: _Row, earlier: _Row, name: str) -> bool:
    return present.properties.get(name) == earlier.properties.get(name)
