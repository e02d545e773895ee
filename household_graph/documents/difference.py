"""What has to be done to a household so that it is as a document says.

A document is the whole truth about what it mentions, and history stays: what has a validity is
ended, not removed, and other things that it does not mention are left as they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from household_graph.documents.periods import with_periods_of
from household_graph.documents.properties import DOCUMENT_PROPERTIES
from household_graph.errors import DocumentError
from household_graph.model.declaration import DATED_LABELS, DATED_RELATIONSHIPS, LABELS, single_at
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.enums import Audience
from household_graph.model.instants import from_datetime
from household_graph.model.rows import (
    NodeRow,
    RelationshipRow,
    Rows,
)
from household_graph.model.validity import ended

_Row = TypeVar("_Row", NodeRow, RelationshipRow)

_ENDING = DATED_LABELS - {label.name for label in LABELS if label.closing}
_ONE_AT_START, _ONE_AT_END = single_at("start"), single_at("end")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to be done to one household.

    Attributes:
        household: its id.
        nodes: those to make or change.
        relationships: those to make or change.
        ended: dated things of which the validity ends.
        removed: relationships without a validity that are to go.
        kept: ids of what the document does not mention, and what is left as it is.
    """

    household: str
    nodes: tuple[NodeEdit, ...] = ()
    relationships: tuple[RelationshipEdit, ...] = ()
    ended: tuple[NodeEdit | RelationshipEdit, ...] = ()
    removed: tuple[RelationshipRow, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.nodes or self.relationships or self.ended or self.removed)

    @property
    def edits(self) -> Edits:
        """What is to be written."""
        changes = (*self.nodes, *self.relationships, *self.ended)
        return Edits(
            self.household,
            tuple(one for one in changes if isinstance(one, NodeEdit)),
            (
                *(one for one in changes if isinstance(one, RelationshipEdit)),
                *(RelationshipEdit(gone, None) for gone in self.removed),
            ),
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many things are added, changed, ended, removed and kept."""
        changes: tuple[NodeEdit | RelationshipEdit, ...] = (*self.nodes, *self.relationships)
        added = sum(change.before is None for change in changes)
        return {
            "added": added,
            "changed": len(changes) - added,
            "ended": len(self.ended),
            "removed": len(self.removed),
            "kept": len(self.kept),
        }


def difference(current: Rows, wanted: Rows, at: datetime) -> Difference:
    """Return what makes a household as it is into the one that is wanted.

    A relationship without a validity goes if it is not wanted and both its ends are mentioned,
    or if another is wanted where only one can be: a product moves to another account, a role to
    another player. The parties of a policy go when its audience is no longer a list of them.

    A dated relationship, a role, an involvement role or a policy that is not wanted ends at
    `at`, or if it has not begun by then, when it begins. Properties that documents do not speak
    of stay.

    Args:
        current: the rows in the graph; none for a new household.
        wanted: the rows of a document.
        at: when what is not wanted ends; it has an offset.

    Raises:
        DocumentError: if an id stands for something else in the graph.
        InvalidTimeError: if `at` has no offset.
    """
    nodes = {node.id: node for node in current.nodes}
    mentioned = {node.id: node for node in wanted.nodes}
    _same_labels(nodes, mentioned)
    links = {link.key: link for link in current.relationships}
    stated = {link.key: link for link in with_periods_of(current, wanted)}
    end = from_datetime(at)
    unwanted = [node for node in current.nodes if node.id not in mentioned]
    lost = [link for link in current.relationships if link.key not in stated]
    return Difference(
        household=wanted.household,
        nodes=tuple(_changed_nodes(nodes, mentioned.values())),
        relationships=tuple(_changed_links(links, stated.values())),
        ended=(*_ended_nodes(unwanted, end), *_ended_links(lost, end)),
        removed=tuple(_removed(lost, mentioned, stated.values())),
        kept=tuple(node.id for node in unwanted if _ENDING.isdisjoint(node.labels)),
    )


def _same_labels(nodes: Mapping[str, NodeRow], mentioned: Mapping[str, NodeRow]) -> None:
    problems = [
        f"`{one}` is {_kind(nodes[one])} in the graph and {_kind(node)} in the document"
        for one, node in sorted(mentioned.items())
        if one in nodes and nodes[one].labels != node.labels
    ]
    if problems:
        raise DocumentError("\n".join(problems), hint="give what is new another id")


def _kind(node: NodeRow) -> str:
    return ":".join(sorted(node.labels))


def _changed_nodes(nodes: Mapping[str, NodeRow], wanted: Iterable[NodeRow]) -> Iterator[NodeEdit]:
    for node in wanted:
        before = nodes.get(node.id)
        after = _with_others(node, before)
        if after != before:
            yield NodeEdit(before, after)


def _changed_links(
    links: Mapping[tuple[str | int, ...], RelationshipRow], wanted: Iterable[RelationshipRow]
) -> Iterator[RelationshipEdit]:
    for link in wanted:
        before = links.get(link.key)
        after = _with_others(link, before)
        if after != before:
            yield RelationshipEdit(before, after)


def _with_others(wanted: _Row, before: _Row | None) -> _Row:
    """Return a wanted row with the properties it has that no document speaks of."""
    if before is None:
        return wanted
    others = {
        name: value for name, value in before.properties.items() if name not in DOCUMENT_PROPERTIES
    }
    return replace(wanted, properties={**others, **wanted.properties})


def _ended_nodes(nodes: Iterable[NodeRow], end: int) -> Iterator[NodeEdit]:
    for node in nodes:
        properties = ended(node.properties, end)
        if properties and not _ENDING.isdisjoint(node.labels):
            yield NodeEdit(node, replace(node, properties=properties))


def _ended_links(links: Iterable[RelationshipRow], end: int) -> Iterator[RelationshipEdit]:
    for link in links:
        properties = ended(link.properties, end)
        if properties and link.type in DATED_RELATIONSHIPS:
            yield RelationshipEdit(link, replace(link, properties=properties))


def _removed(
    lost: Iterable[RelationshipRow],
    mentioned: Mapping[str, NodeRow],
    stated: Iterable[RelationshipRow],
) -> Iterator[RelationshipRow]:
    """Yield the relationships without a validity that are not wanted and go."""
    moved = {place for link in stated for place in _only_places(link)}
    for link in lost:
        start, end = mentioned.get(link.start), mentioned.get(link.end)
        unnamed = (
            link.type == "APPLIES_TO"
            and start is not None
            and start.properties.get("audience") != Audience.PARTIES
        )
        replaced = not moved.isdisjoint(_only_places(link))
        if link.type not in DATED_RELATIONSHIPS and ((start and end) or unnamed or replaced):
            yield link


def _only_places(link: RelationshipRow) -> Iterator[tuple[str, str, str]]:
    """Yield the ends of a relationship at which there can be only one of its type."""
    if link.type in _ONE_AT_START:
        yield link.type, "start", link.start
    if link.type in _ONE_AT_END:
        yield link.type, "end", link.end
