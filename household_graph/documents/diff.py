"""The difference between a household in the graph and its document.

A document is the whole truth about what it mentions, and history stays: what has a validity is
ended, not removed, and other things that the document does not mention are left unchanged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import TypeVar

from household_graph.errors import DocumentError
from household_graph.model.declaration import (
    DATED_LABELS,
    DATED_RELATIONSHIPS,
    LABELS,
    RELATIONSHIPS,
    single_at,
)
from household_graph.model.declaration.properties import VALIDITY
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.enums import Audience
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, policy_id
from household_graph.model.spans import ended, span_of

_Row = TypeVar("_Row", NodeRow, RelationshipRow)

_Ends = tuple[str, str, str]
_Links = list[RelationshipRow]

_ENDING = DATED_RELATIONSHIPS | DATED_LABELS - {label.name for label in LABELS if label.closing}
_ONE_AT_START, _ONE_AT_END = single_at("start"), single_at("end")
_DOCUMENTED = frozenset(
    one.name
    for one in chain(
        *(label.properties for label in LABELS), *(link.properties for link in RELATIONSHIPS)
    )
    if one.documented or one in VALIDITY
)
"""All properties that a document states; it never changes any other."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What turns a household into the one of a document.

    `ended` are those of the edits that end what the document does not state, `kept` the ids of
    nodes that it does not mention, and that are left unchanged.
    """

    edits: Edits
    ended: tuple[NodeEdit | RelationshipEdit, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many things are added, changed, ended, removed and kept."""
        every: tuple[NodeEdit | RelationshipEdit, ...]
        every = (*self.edits.nodes, *self.edits.relationships)
        added = sum(edit.before is None for edit in every)
        removed = sum(edit.after is None for edit in every)
        return {
            "added": added,
            "changed": len(every) - added - removed - len(self.ended),
            "ended": len(self.ended),
            "removed": removed,
            "kept": len(self.kept),
        }


def difference(current: Rows, target: Rows, at: datetime) -> Difference:
    """Return what turns a household as it is into the one of a document.

    A relationship without a validity is removed if the document does not state it and mentions
    both its ends, or states another where there can be only one: a product moves to another
    account, a role to another player. The parties of a policy are removed when its audience is no
    longer a list of them.

    A dated relationship, a role, an involvement role or a policy that the document does not state
    ends at `at`, or if it has not begun by then, when it begins. Properties that documents do not
    state are never changed, nor are roles on what never held, which no document can state.

    Raises:
        DocumentError: if an id is of something else in the graph.
        InvalidTimeError: if `at` has no offset.
    """
    mentioned = {node.id: node for node in target.nodes}
    _require_same_labels(current, mentioned)
    links = {link.key: link for link in with_periods_of(current, target)}
    unmentioned = [node for node in current.nodes if node.id not in mentioned]
    unstated = [link for link in current.relationships if link.key not in links]
    instant = from_datetime(at)
    nodes = [NodeEdit(*pair) for pair in _changed(current.nodes, target.nodes)]
    never = _on_what_never_held(current)
    left = [node for node in unmentioned if node.id not in never]
    policies = _policies_of(current.nodes, mentioned)
    following = {node.id: _of_policy(node, policies) for node in left}
    ends = {node.id: after for node, after in _ended(following.values(), instant)}
    ended_nodes = [NodeEdit(node, ends[node.id]) for node in left if node.id in ends]
    nodes += [
        NodeEdit(node, following[node.id])
        for node in left
        if node.id not in ends and following[node.id] != node
    ]
    changed = _changed(current.relationships, links.values())
    ended_links = [RelationshipEdit(*pair) for pair in _ended(unstated, instant)]
    removed = _removed(unstated, mentioned, links.values(), policies)
    relationships = (
        *(RelationshipEdit(*pair) for pair in changed),
        *ended_links,
        *(RelationshipEdit(link, None) for link in removed),
    )
    return Difference(
        Edits(target.household, (*nodes, *ended_nodes), relationships),
        ended=(*ended_nodes, *ended_links),
        kept=tuple(node.id for node in unmentioned if _ENDING.isdisjoint(node.labels)),
    )


def _on_what_never_held(rows: Rows) -> set[str]:
    """Return the ids of roles on nothing but what ended when it was to begin."""
    held = RowIndex(rows).nodes
    links = [link for link in rows.relationships if link.type == "INVOLVED_IN"]
    return {link.start for link in links} - {link.start for link in links if link.end in held}


def _policies_of(current: Iterable[NodeRow], mentioned: Mapping[str, NodeRow]) -> dict[str, str]:
    """Return the policies of which nodes are versions, once the document is loaded.

    Where a policy has become a version of another one, so have its versions.
    """
    stated = {node.id: policy_id(node) for node in mentioned.values()}
    before = {node.id: policy_id(node) for node in current}
    return {node: stated.get(policy, policy) for node, policy in before.items()} | stated


def _of_policy(node: NodeRow, policies: Mapping[str, str]) -> NodeRow:
    """Return a node as a version of the policy of which it is one."""
    if "policy" not in node.properties:
        return node
    return replace(node, properties={**node.properties, "policy": policies[node.id]})


def _require_same_labels(current: Rows, mentioned: Mapping[str, NodeRow]) -> None:
    problems = [
        f"`{node.id}` is {_kind(node)} in the graph and {_kind(wanted)} in the document"
        for node in sorted(current.nodes, key=lambda node: node.id)
        if (wanted := mentioned.get(node.id, node)).labels != node.labels
    ]
    if problems:
        raise DocumentError("\n".join(problems), hint="give what is new another id")


def _kind(node: NodeRow) -> str:
    return ":".join(sorted(node.labels))


def _changed(current: Iterable[_Row], target: Iterable[_Row]) -> Iterator[tuple[_Row | None, _Row]]:
    """Yield the rows that are new or different, before and after.

    What a document never states stays.
    """
    by_key = {row.key: row for row in current}
    for row in target:
        before = by_key.get(row.key)
        others = before.properties.items() if before else ()
        kept = {name: value for name, value in others if name not in _DOCUMENTED}
        after = replace(row, properties={**kept, **row.properties}) if kept else row
        if after != before:
            yield before, after


def _ended(rows: Iterable[_Row], end: int) -> Iterator[tuple[_Row, _Row]]:
    """Yield what has a validity that does not end before, and how it is when it has ended."""
    for row in rows:
        kinds = row.labels if isinstance(row, NodeRow) else {row.type}
        if not _ENDING.isdisjoint(kinds) and (properties := ended(row.properties, end)):
            yield row, replace(row, properties=properties)


def _removed(
    unstated: Iterable[RelationshipRow],
    mentioned: Mapping[str, NodeRow],
    stated: Iterable[RelationshipRow],
    policies: Mapping[str, str],
) -> Iterator[RelationshipRow]:
    """Yield the relationships without a validity that are not stated and are to be removed.

    So is the link between what were versions of one policy, and are versions of two.
    """
    occupied = {place for link in stated for place in _single_places(link)}
    for link in unstated:
        start, end = mentioned.get(link.start), mentioned.get(link.end)
        unaddressed = (
            link.type == "APPLIES_TO"
            and start is not None
            and start.properties.get("audience") != Audience.PARTIES
        )
        replaced = not occupied.isdisjoint(_single_places(link))
        of_two = link.type == "SUPERSEDES" and policies.get(link.start) != policies.get(link.end)
        is_undated = link.type not in DATED_RELATIONSHIPS
        if is_undated and ((start and end) or unaddressed or replaced or of_two):
            yield link


def _single_places(link: RelationshipRow) -> Iterator[tuple[str, str, str]]:
    """Yield the ends of a relationship at which there can be only one of its type."""
    if link.type in _ONE_AT_START:
        yield link.type, "start", link.start
    if link.type in _ONE_AT_END:
        yield link.type, "end", link.end


def with_periods_of(current: Rows, target: Rows) -> Iterator[RelationshipRow]:
    """Yield the target relationships, dated ones with the period they have in the graph.

    A document states when, not which period. A stated validity is the one in the graph that begins
    at the same time, or else one that it overlaps, which it corrects. Otherwise it is a new one.
    """
    existing, dated = defaultdict[_Ends, _Links](list), defaultdict[_Ends, _Links](list)
    for link in current.relationships:
        existing[link.type, link.start, link.end].append(link)
    for link in target.relationships:
        if link.type in DATED_RELATIONSHIPS:
            dated[link.type, link.start, link.end].append(link)
        else:
            yield link
    for ends, links in dated.items():
        yield from _numbered(links, {link.period: link for link in existing.get(ends, ())})


def _likeness(old: RelationshipRow, link: RelationshipRow) -> tuple[bool, bool]:
    """Return whether two links are narrowed to the same, and hold for the same span."""
    narrowed = old.properties.get("only_for") == link.properties.get("only_for")
    return narrowed, span_of(old.properties) == span_of(link.properties)


def _numbered(target: _Links, free: dict[int, RelationshipRow]) -> Iterator[RelationshipRow]:
    last = max(free, default=0)
    unmatched = []
    for link in target:
        span = span_of(link.properties)
        same = [old for old in free.values() if span_of(old.properties)[0] == span[0]]
        if same:
            best = max(same, key=lambda old: (*_likeness(old, link), -old.period))
            del free[best.period]
            yield replace(link, period=best.period)
        else:
            unmatched.append(link)
    for link in unmatched:
        start, end = span_of(link.properties)
        spans = {period: span_of(old.properties) for period, old in free.items()}
        overlapping = [
            period for period, span in spans.items() if start < span[1] and span[0] < end
        ]
        period = min(overlapping, default=last + 1)
        last = max(last, period)
        free.pop(period, None)
        yield replace(link, period=period)
