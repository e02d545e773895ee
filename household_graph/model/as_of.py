"""A household as it stood at an earlier time: as it was known then, or as it was in effect.

Two times belong to every change: when it was recorded (`at`), and since when it holds
(`effective_at`). What was known at a time is told by the first, what was in effect by the second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from household_graph.errors import BadInputError
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.enums import ActorKind
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

AS_KNOWN = frozenset(
    {
        *("valid_from", "valid_to"),
        *("birth_date", "minor", "given_name", "family_name"),
        *("name", "description", "username"),
    }
)
"""Properties of a node that are always told as they are known today.

A validity says itself when it holds. The others say who somebody is, or what something is called,
whatever the date: a birth date put right today was the right one last week as well.
"""

_Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The record of one change of one household.

    Attributes:
        id: such as `bakers/change-7`.
        household: the id of the household.
        revision: the one the household had after it.
        actor: who made it, as recorded.
        actor_kind: a party, or an operator.
        action: what kind of change, such as `role grant`.
        reason: why, in the words of the actor, or None.
        at: when it was recorded, in UTC.
        effective_at: since when it holds, in UTC; it may be earlier or later.
        summary: one line on what was changed.
        together: the ids of the changes of other households that are one with it.
        edits: every row it touched, before and after.
        consents: the ids of the parties whose consent an operator recorded with it.
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


def changes_recorded_by(changes: Iterable[Change], instant: int) -> tuple[Change, ...]:
    """Return the changes known at an instant, the oldest first.

    Those from the first one recorded after it on were not: a clock that was once put back must
    not tear a later change from what it was built on.

    Args:
        changes: all of one household, in any order.
        instant: in milliseconds.
    """
    ordered = sorted(changes, key=lambda change: change.revision)
    late = (place for place, one in enumerate(ordered) if from_datetime(one.at) > instant)
    return tuple(ordered[: next(late, len(ordered))])


def rows_as_recorded(rows: Rows, changes: Iterable[Change], instant: int) -> Rows:
    """Return the rows of a household as they were known at an instant.

    Args:
        rows: as they are known today.
        changes: all of the household, in any order.
        instant: in milliseconds.

    Returns:
        The rows; none if the household was not known yet.

    Raises:
        BadInputError: if the records do not tell, because somebody has deleted some of them.
    """
    every = tuple(changes)
    known = {change.revision for change in changes_recorded_by(every, instant)}
    for change in _newest_first(one for one in every if one.revision not in known):
        rows = apply_edits(rows, change.edits.inverse)
    if not _is_whole(rows) or (rows.nodes and every and not known):
        raise BadInputError(
            f"the records of `{rows.household}` do not tell how it was then: some are missing",
            hint="somebody has deleted them; look at `household-graph history "
            f"{rows.household}`, and ask for a later time",
        )
    return rows


def _is_whole(rows: Rows) -> bool:
    """Return whether every relationship has its ends."""
    ids = {node.id for node in rows.nodes}
    return all(link.start in ids and link.end in ids for link in rows.relationships)


def rows_as_of(rows: Rows, changes: Iterable[Change], instant: int) -> Rows:
    """Return the rows of a household as it stood in effect at an instant, as known by them.

    What carries a validity keeps it, and is judged by it. What carries none, such as the state of
    a device, took effect when its change did: where that was after the instant it is taken back, if
    the row still has what the change wrote. `AS_KNOWN` names what stays as it is. So do nodes, and
    relationships made together with one of their ends: these were there, and were registered late.

    Args:
        rows: as they are known.
        changes: all that are known by then, in any order.
        instant: in milliseconds.
    """
    nodes = {node.id: node for node in rows.nodes}
    links: dict[_Key, RelationshipRow] = {link.key: link for link in rows.relationships}
    for change in _newest_first(changes):
        if from_datetime(change.effective_at) > instant:
            _take_back_nodes(nodes, change.edits.nodes)
            _take_back_links(links, change.edits, nodes.keys())
    return Rows(
        rows.household,
        tuple(node for _id, node in sorted(nodes.items())),
        tuple(link for _key, link in sorted(links.items())),
    )


def touching(change: Change, entity_id: str) -> Change:
    """Return a change with those edits alone that touch a thing.

    These are the edits of its node, and of relationships that it is an end of.
    """
    nodes = tuple(edit for edit in change.edits.nodes if edit.id == entity_id)
    links = tuple(edit for edit in change.edits.relationships if entity_id in edit.key[1:3])
    return replace(change, edits=Edits(change.household, nodes, links))


def _newest_first(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: -change.revision)


def _take_back_nodes(nodes: dict[str, NodeRow], edits: Sequence[NodeEdit]) -> None:
    for edit in edits:
        node = nodes.get(edit.id)
        if node and edit.before and edit.after:
            properties = _taken_back(node, edit.before, edit.after, AS_KNOWN)
            nodes[edit.id] = replace(node, properties=properties)


def _take_back_links(
    links: dict[_Key, RelationshipRow], edits: Edits, nodes: Iterable[str]
) -> None:
    there = set(nodes)
    made = {edit.id for edit in edits.nodes if edit.before is None}
    for edit in edits.relationships:
        row = edit.before or edit.after
        if row and not row.period and {row.start, row.end} <= there:
            _take_back_link(links, edit, registered_late=bool(made & {row.start, row.end}))


def _take_back_link(
    links: dict[_Key, RelationshipRow], edit: RelationshipEdit, *, registered_late: bool
) -> None:
    link = links.get(edit.key)
    if edit.before is None:
        if link == edit.after and not registered_late:
            links.pop(edit.key, None)
    elif edit.after is None:
        links.setdefault(edit.key, edit.before)
    elif link:
        properties = _taken_back(link, edit.before, edit.after, frozenset())
        links[edit.key] = replace(link, properties=properties)


def _taken_back(
    row: NodeRow | RelationshipRow,
    before: NodeRow | RelationshipRow,
    after: NodeRow | RelationshipRow,
    kept: frozenset[str],
) -> dict[str, Value]:
    """Return the properties of a row, with those that it still has from a change as before it."""
    properties = dict(row.properties)
    for name in {*before.properties, *after.properties} - kept:
        was, became = before.properties.get(name), after.properties.get(name)
        if was != became and properties.get(name) == became:
            properties.pop(name, None)
            if was is not None:
                properties[name] = was
    return properties
