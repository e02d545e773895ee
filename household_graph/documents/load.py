"""Load household documents into the graph."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from household_graph.changes.authorization import Law, together
from household_graph.changes.authorization.check import check_reach
from household_graph.changes.bill_shares import rewritten_shares
from household_graph.changes.draft import Draft
from household_graph.changes.service import (
    ChangeService,
    Drafts,
    HouseholdChange,
    PlannedChange,
)
from household_graph.documents.diff import Difference, difference
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.offerings import not_as_offered
from household_graph.documents.to_rows import to_rows
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.actor import Actor
from household_graph.model.instants import to_utc
from household_graph.model.rows import VALIDITY, Rows, Value, zone_of
from household_graph.store.row_store import RowStore

_HOUSEHOLDS_A_TRANSACTION = 100
_MAX_SHOWN = 3  # ids in a refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a document did to a household, or in a dry run would do.

    Attributes:
        zone: the time zone of the household before.
        change: its rows before and after, who gains and loses what, and remarks; None where nothing
            is changed.
    """

    household: str
    difference: Difference
    is_new: bool
    zone: ZoneInfo
    change: HouseholdChange | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the actor should know, a line each."""
        return self.change.notes if self.change else ()

    @property
    def outcome(self) -> str:
        """One word: new, changed or unchanged."""
        if self.is_new:
            return "new"
        return "changed" if self.difference.edits else "unchanged"


def load_document(
    store: RowStore,
    document: HouseholdDocument,
    *,
    actor: Actor,
    reason: str | None = None,
    action: str = "load",
    only_new: bool = False,
    dry_run: bool = False,
) -> Loaded:
    """Make a household in the graph equal to its document, as a whole or not at all.

    The record of the change has the actor, the reason and the action. With `only_new`, a household
    that exists is refused; a dry run returns what would change, and changes nothing. Raises what
    `ChangeService.change` does, and a DocumentError if an id is of something else in the graph.
    """
    planned = PlannedChange(actor, action, reason=reason, dry_run=dry_run, is_document=True)
    [loaded] = load_together(store, [document], planned, only_new=only_new)
    return loaded


def load_documents(
    store: RowStore,
    documents: Iterable[HouseholdDocument],
    *,
    actor: Actor,
    reason: str | None = None,
    dry_run: bool = False,
    atomic: bool = False,
) -> list[Loaded]:
    """Load many documents, some at a time in one transaction; see `load_document`.

    If `atomic`, all of them are loaded or none; a BadInputError if two are of one household.
    """
    planned = PlannedChange(actor, "load", reason=reason, dry_run=dry_run, is_document=True)
    if atomic:
        every = list(documents)
        _check_apart(every)
        return load_together(store, every, planned) if every else []
    remaining, loaded = iter(documents), []
    while part := list(islice(remaining, _HOUSEHOLDS_A_TRANSACTION)):
        loaded += load_together(store, part, planned)
    return loaded


def _check_apart(documents: Iterable[HouseholdDocument]) -> None:
    counts = Counter(document.organization.id for document in documents)
    if twice := [household for household, count in counts.items() if count > 1]:
        raise BadInputError(
            f"several documents are of the household `{twice[0]}`, which can be loaded as one only",
            hint="leave all but one out, or load them one after the other",
        )


def check_documents_reach(
    store: RowStore, documents: Iterable[HouseholdDocument], actor: Actor
) -> None:
    """Refuse all documents of a party, if one is not of its household; see `check_reach`."""
    households = [document.organization.id for document in documents]
    check_reach(store, households, actor, alone=True)


def household_exists(household: str) -> BadInputError:
    """Return the error for a household that must be new, but exists."""
    return BadInputError(
        f"the household `{household}` is there already",
        hint="use another id, or `household-graph load` to change what is there",
    )


def load_together(
    store: RowStore,
    documents: Iterable[HouseholdDocument],
    planned: PlannedChange,
    *,
    only_new: bool = False,
) -> list[Loaded]:
    """Load documents in one transaction, as a change that is planned; see `load_document`."""
    targets = [to_rows(document) for document in documents]
    loaded: list[Loaded] = []

    def plan(drafts: Drafts) -> None:
        loaded[:] = (plan_document(drafts, target, only_new=only_new) for target in targets)

    households = [target.household for target in targets]
    changed = ChangeService(store).change(households, plan, planned).households
    changes = {one.household: one for one in changed}
    return [replace(one, change=changes.get(one.household)) for one in loaded]


def plan_document(drafts: Drafts, target: Rows, *, only_new: bool = False) -> Loaded:
    """Make the draft of a household equal to the rows of its document."""
    draft = drafts[target.household]
    is_new = not draft.before.nodes
    if only_new and not is_new:
        raise household_exists(draft.household)
    _check_clock(draft, target)
    planned = difference(draft.before, target, to_utc(draft.at))
    draft.apply(planned.edits)
    if is_new and draft.parties and (own := not_as_offered(draft.rows)):
        shown = ", ".join(f"`{one}`" for one in own[:_MAX_SHOWN])
        raise RefusedError(
            f"{together(draft.parties)} may not make {shown}, because {Law.SERVICES}",
            hint="take what `household-graph onboard` offers, or let an operator load it",
        )
    draft.notes += rewritten_shares(draft)
    return Loaded(draft.household, planned, is_new, draft.zone)


def _check_clock(draft: Draft, target: Rows) -> None:
    """Refuse a document that by another time zone means other instants by the same local times.

    It cannot be known whether those are meant, or the ones that are recorded.
    """
    zone = zone_of(target.household, target.nodes) or draft.zone
    if not draft.before.nodes or zone.key == draft.zone.key:
        return
    moved = [
        name
        for before, after in _in_both(draft.before, target)
        for name in VALIDITY
        if _is_moved(before.get(name), after.get(name), draft.zone, zone)
    ]
    if moved:
        raise BadInputError(
            f"the time zone of `{draft.household}` would change from {draft.zone} to {zone}, and "
            f"{len(moved)} local times of the document would mean other instants than are recorded",
            hint=f"`household-graph household update {draft.household} --time-zone {zone}` changes "
            "it and keeps them; then export the household again, or write times with their offset",
        )


def _in_both(before: Rows, after: Rows) -> Iterator[tuple[Mapping[str, Value], ...]]:
    """Return the properties of what is in a household and in its document, in both."""
    there, stated = _properties(before), _properties(after)
    return ((there[key], stated[key]) for key in there.keys() & stated.keys())


def _properties(rows: Rows) -> dict[tuple[str | int, ...], Mapping[str, Value]]:
    nodes = {node.key: node.properties for node in rows.nodes}
    return nodes | {link.key: link.properties for link in rows.relationships}


def _is_moved(before: Value | None, after: Value | None, was: ZoneInfo, zone: ZoneInfo) -> bool:
    """Return whether a local time in one zone has become the same one in another."""
    if not isinstance(before, datetime) or not isinstance(after, datetime) or before == after:
        return False
    local, as_stated = before.astimezone(was), after.astimezone(zone)
    return local.replace(tzinfo=None) == as_stated.replace(tzinfo=None)
