"""A household while a change of it is planned: its rows, in memory, and the ids that name them.

Every change is planned on a draft; what is then written is the difference to the rows the draft
began with. Nothing that held once is removed: it ends.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import time
from functools import cached_property
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.enums import describe_labels
from household_graph.model.ids import LOCAL_PATTERN, household_of, nearest, qualify
from household_graph.model.instants import FOREVER, instant_of, isoformat, next_clock, to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value
from household_graph.model.schedule_words import read_time_of_day
from household_graph.model.spans import Span, ended, holds, span_of, stated_span

_CLOCK = re.compile(r"(?i)\s*(\d{1,2}([:.]\d\d)?\s*([ap]m)?|noon|midnight)\s*")
_MAX_NAMED = 5  # ids in a hint
_Key = TypeVar("_Key")
_Row = TypeVar("_Row", NodeRow, RelationshipRow)
_State = tuple[RowIndex, Facts | None]


class Draft:
    """One household, being changed.

    Attributes:
        at: when the change takes effect, in milliseconds since 1970 (UTC).
        before: the rows as they are in the graph; none for a new household.
        parties: the full ids of those who make the change; none: an operator makes it.
        notes: what the actor should know about the change, a line each.
        carried: for what moved here from another household, its full id there.
        successors: full ids of those who take something over by the change.
        offered: full ids of products and services that are made as the catalogue offers them, or
            as another household held them.
    """

    def __init__(self, before: Rows, at: int, zone: ZoneInfo, parties: Sequence[str] = ()) -> None:
        """Begin with the rows of a household, and its time zone."""
        self.household, self.before = before.household, before
        self.at, self.zone, self.parties = at, zone, tuple(parties)
        self.notes: list[str] = []
        self.carried: dict[str, str] = {}
        self.successors: set[str] = set()
        self.offered: set[str] = set()
        self._nodes = {node.id: node for node in before.nodes}
        self._links = {link.key: link for link in before.relationships}

    @property
    def granter(self) -> str | None:
        """The party who is recorded to grant what is granted: the first of here who makes it."""
        own = (one for one in self.parties if household_of(one) == self.household)
        return next(own, None)

    @cached_property
    def rows(self) -> Rows:
        """The rows with the change so far, in the order of ids and keys."""
        return Rows(
            self.household,
            tuple(node for _id, node in sorted(self._nodes.items())),
            tuple(link for _key, link in sorted(self._links.items())),
        )

    @cached_property
    def index(self) -> RowIndex:
        """The rows with the change so far, without what never held."""
        return RowIndex(self.rows)

    @cached_property
    def facts(self) -> Facts:
        """The facts of the rows with the change so far; a new household has to be made first."""
        return facts_from_rows(self.rows)

    @cached_property
    def index_before(self) -> RowIndex:
        """The rows without the change."""
        return RowIndex(self.before)

    @cached_property
    def facts_before(self) -> Facts | None:
        """The facts of the household without the change; None of a new one."""
        return facts_from_rows(self.before) if self.before.nodes else None

    @property
    def sides(self) -> tuple[_State, _State]:
        """The household without the change, and with it; without facts where it is not there."""
        after = self.facts if self._nodes else None
        return (self.index_before, self.facts_before), (self.index, after)

    def new_gaps(self) -> list[OwnershipGap]:
        """Return what is live and lacks an owner by the change, when it takes effect."""
        known, found = (
            ownership_gaps(index, facts, self.at) if facts else [] for index, facts in self.sides
        )
        return [gap for gap in found if gap not in known]

    def qualify(self, reference: str) -> str:
        """Return the full id of what a local or a full id means here."""
        return qualify(self.household, reference)

    def origin(self, entity_id: str) -> str:
        """Return the full id that something had before it moved here; its own, if it did not."""
        return self.carried.get(entity_id, entity_id)

    def get(self, reference: str, *labels: str, place: str = "id") -> NodeRow:
        """Return the node of an id, local or full, with one of the labels, if any are given.

        Raises UnknownIdError if there is none, which calls the id a `place`.
        """
        full = self.qualify(reference)
        found = self._nodes.get(full)
        if found is not None and (not labels or not found.labels.isdisjoint(labels)):
            return found
        known = [n.id for n in self._nodes.values() if not labels or n.labels & set(labels)]
        raise UnknownIdError(full, nearest(full, known), place=place)

    def has(self, entity_id: str) -> bool:
        """Return whether there is a node of a full id, if only one that never held."""
        return entity_id in self._nodes

    def active(self, links: Iterable[RelationshipRow]) -> list[RelationshipRow]:
        """Return those of some relationships that hold when the change takes effect."""
        return [link for link in links if holds(link.properties, self.at)]

    def remaining(self, row: NodeRow | RelationshipRow) -> Span | None:
        """Return when a row still holds once the change takes effect; None: it has ended."""
        start, end = span_of(row.properties)
        return Span(max(start, self.at), end) if end > self.at else None

    def next_free_id(self, local_id: str) -> str:
        """Return the full id of a local one, with a number behind it if that is taken."""
        wanted = (local_id if n == 1 else f"{local_id}-{n}" for n in count(1))
        return next(one for one in map(self.qualify, wanted) if one not in self._nodes)

    def create(
        self,
        entity_id: str,
        labels: Iterable[str],
        properties: Mapping[str, Value | None] | None = None,
        span: tuple[int, int] | None = None,
    ) -> str:
        """Make a node, and return its id, which is full and which nothing has yet.

        Properties that are None are left out; without a span it carries no validity.
        """
        stated = {name: v for name, v in (properties or {}).items() if v is not None}
        stated |= stated_span(*span) if span else {}
        self._put(NodeRow(entity_id, frozenset(labels), stated))
        return entity_id

    def update(self, entity_id: str, **properties: Value | None) -> None:
        """Set properties of a node; None takes one away."""
        node = self._nodes[entity_id]
        merged = {**node.properties, **properties}
        self._put(replace(node, properties={n: v for n, v in merged.items() if v is not None}))

    def hold(self, entity_id: str, start: int, end: int) -> None:
        """Let a node hold from one instant until another, whatever it did before."""
        stated = stated_span(start, end)
        self.update(entity_id, valid_from=stated.get("valid_from"), valid_to=stated.get("valid_to"))

    def relate(
        self,
        kind: str,
        start: str,
        end: str,
        properties: Mapping[str, Value] | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        """Relate two nodes by full ids; of a dated type it is one time more, of others the same.

        A dated type holds for the span; None: from when the change takes effect.
        """
        period, stated = 0, dict(properties or {})
        if kind in DATED_RELATIONSHIPS:
            period = next(n for n in count(1) if (kind, start, end, n) not in self._links)
            stated |= stated_span(*span) if span else {"valid_from": to_utc(self.at)}
        self._put(RelationshipRow(kind, start, end, period, stated))

    def unrelate(self, link: RelationshipRow) -> None:
        """Take an undated relationship away; one with a validity is ended instead."""
        if link.type in DATED_RELATIONSHIPS:
            self.end(link)
        elif self._links.pop(link.key, None):
            self._outdate()

    def end(self, row: NodeRow | RelationshipRow, at: int | None = None) -> bool:
        """End a row when the change takes effect, or at `at`; return whether it had not by then."""
        properties = ended(row.properties, self.at if at is None else at)
        if properties is None:
            return False
        self._put(replace(row, properties=properties))
        return True

    def apply(self, edits: Edits) -> None:
        """Bring every row that edits name into the state they leave it in; this removes, too."""
        self.become(apply_edits(self.rows, edits))

    def become(self, rows: Rows) -> None:
        """Replace all rows of the household by others."""
        self._nodes = {node.id: node for node in rows.nodes}
        self._links = {link.key: link for link in rows.relationships}
        self._outdate()

    def edits(self) -> Edits:
        """Return what is to be done to the household in the graph: the rest, then removals."""
        nodes = {node.id: node for node in self.before.nodes}
        links = {link.key: link for link in self.before.relationships}
        return Edits(
            self.household,
            tuple(NodeEdit(*sides) for sides in _differing(nodes, self._nodes)),
            tuple(RelationshipEdit(*sides) for sides in _differing(links, self._links)),
            effective=to_utc(self.at),
            offered=frozenset(self.offered),
            successors=frozenset(self.successors),
        )

    def _put(self, row: NodeRow | RelationshipRow) -> None:
        if isinstance(row, NodeRow):
            self._nodes[row.id] = row
        else:
            self._links[row.key] = row
        self._outdate()

    def _outdate(self) -> None:
        for name in ("rows", "index", "facts"):
            vars(self).pop(name, None)


def _differing(
    before: Mapping[_Key, _Row], after: Mapping[_Key, _Row]
) -> Iterator[tuple[_Row | None, _Row | None]]:
    for key in {**after, **before}:
        if before.get(key) != after.get(key):
            yield before.get(key), after.get(key)


def text_of(row: NodeRow, name: str) -> str | None:
    """Return a property as text; None if the row lacks it."""
    value = row.properties.get(name)
    return None if value is None else str(value)


def in_household(draft: Draft, reference: str, place: str, *labels: str) -> NodeRow:
    """Return the node of an id, local or full, of this household and with one of some labels.

    Raises BadInputError if it is of another household, or something else than a `place`, and
    UnknownIdError if there is none.
    """
    full = draft.qualify(reference)
    if household_of(full) != draft.household:
        raise BadInputError(
            f"the {place} `{full}` is not in the household `{draft.household}`",
            hint="roles and policies stay within one household",
        )
    there = draft.index.nodes.get(full)
    if there and labels and there.labels.isdisjoint(labels):
        known = sorted({n.id for label in labels for n in draft.index.labelled(label)})
        raise BadInputError(
            f"`{full}` is {describe_labels(there.labels)}, and no {place}",
            hint=f"name {' or '.join(f'`{one}`' for one in known[:_MAX_NAMED]) or 'another'}",
        )
    return draft.get(full, *labels, place=place)


def holder_of(draft: Draft, reference: str) -> NodeRow:
    """Return the party or the resource of an id; errors as of `in_household`."""
    return in_household(draft, reference, "party", "Party", "Resource")


def item_of(draft: Draft, reference: str) -> NodeRow:
    """Return the product, service or resource of an id; errors as of `in_household`."""
    return in_household(draft, reference, "target", "Product", "Service", "Resource")


def new_id(draft: Draft, reference: str) -> str:
    """Return the full id of something new; BadInputError, if it cannot be one, or is taken."""
    full = draft.qualify(reference)
    local_id = full.removeprefix(f"{draft.household}/")
    if full == draft.household or not re.fullmatch(LOCAL_PATTERN, local_id):
        raise BadInputError(
            f"`{reference}` cannot be the id of something new in `{draft.household}`",
            hint="use letters, digits, `.`, `_` or `-`; no household in front",
        )
    if (free := draft.next_free_id(local_id)) != full:
        raise BadInputError(f"the id `{full}` is taken", hint=f"give another, such as `{free}`")
    return full


def span_in(draft: Draft, span: tuple[int, int] | None) -> tuple[int, int]:
    """Return a span, or that from when the change takes effect, with an open end.

    Raises BadInputError if it ends before it begins.
    """
    start, end = span or (draft.at, FOREVER)
    if end <= start:
        raise BadInputError(
            f"`{isoformat(end, draft.zone)}` is not after `{isoformat(start, draft.zone)}`",
            hint="let it end later than it begins",
        )
    return start, end


def span_until(draft: Draft, end: Moment) -> tuple[int, int]:
    """Return the span from when the change takes effect until a moment; None: with an open end.

    A time of day, such as `22:00` or `10pm`, is the next one on the household's clock.
    """
    if end is None:
        return draft.at, FOREVER
    if isinstance(end, str) and _CLOCK.fullmatch(end):
        clock = time.fromisoformat(read_time_of_day(end))
        return draft.at, next_clock(clock, draft.at, draft.zone)
    return draft.at, instant_of(end, draft.zone)
