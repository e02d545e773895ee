"""Household documents into the graph and out of it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from household_graph.changes import authorization as authority
from household_graph.changes.authorization import (
    check_authority,
    check_consents,
    check_owners,
    lacking_after,
)
from household_graph.changes.authorization.requirements import Law
from household_graph.changes.draft import Draft
from household_graph.changes.service import remarks
from household_graph.documents.diff import Difference, difference
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.offerings import not_as_offered
from household_graph.documents.row_mapping import from_rows, to_rows
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.instants import from_datetime, zone_named
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows, fetch_rows_and_now
from household_graph.store.write_validation import check_times
from household_graph.store.writer import Cause, write

_HOUSEHOLDS_A_TRANSACTION = 100
_SHOWN = 3  # of what is refused
_HINT = "name somebody in the document who takes it over"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a document came to, or in a dry run would come to.

    Attributes:
        household: its id.
        difference: what was done, or would be.
        is_new: whether the household was not there before.
        notes: what whoever loads it should know: what of it has no effect.
    """

    household: str
    difference: Difference
    is_new: bool
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """One word: new, changed or unchanged."""
        if self.is_new:
            return "new"
        return "unchanged" if self.difference.is_empty else "changed"


def load_document(
    connection: Connection,
    document: HouseholdDocument,
    *,
    actor: Actor,
    reason: str | None = None,
    action: str = "load",
    only_new: bool = False,
    dry_run: bool = False,
) -> Loaded:
    """Make a household in the graph what its document says, whole or not at all.

    Args:
        connection: where to.
        document: the household.
        actor: who makes the change.
        reason: why, for the record of the change.
        action: what the record of the change calls it.
        only_new: refuse a household that is there already.
        dry_run: find out what would change, and change nothing.

    Raises:
        BadInputError: if an id stands for something else in the graph, or the household is there
            and must not be.
        RefusedError: if the actor is a party that may not make the change.
        OutcomeUnknownError: if it may have been made, though its answer was lost.
        DatabaseUnavailableError: if the server does not answer.
    """
    check_reach(connection, [document], actor)
    cause = Cause(actor=actor, action=action, reason=reason)
    if dry_run:
        household = document.organization.id
        current, now = fetch_rows_and_now(connection, [household])
        return _worked_out(current, [document], cause, now, only_new=only_new)[household]
    return _load(connection, [document], cause, only_new=only_new)[0]


def load_documents(
    connection: Connection,
    documents: Iterable[HouseholdDocument],
    *,
    actor: Actor,
    reason: str | None = None,
) -> list[Loaded]:
    """Load many documents, some at a time in one transaction; see `load_document`."""
    if actor.is_party:
        documents = list(documents)
        check_reach(connection, documents, actor)
    cause = Cause(actor=actor, action="load", reason=reason)
    remaining, loaded = iter(documents), []
    while part := list(islice(remaining, _HOUSEHOLDS_A_TRANSACTION)):
        loaded += _load(connection, part, cause)
    return loaded


def check_reach(
    connection: Connection, documents: Iterable[HouseholdDocument], actor: Actor
) -> None:
    """Refuse all of them to a party that would load a household other than its own.

    Raises:
        RefusedError: if one is; UnknownIdError: if there is no such party.
        DatabaseUnavailableError: if the server does not answer.
    """
    households = [document.organization.id for document in documents]
    authority.check_reach(connection, households, actor, alone=True)


def export_household(connection: Connection, household: str) -> HouseholdDocument:
    """Return the document of a household in the graph.

    Raises:
        UnknownIdError: if there is no such household.
    """
    rows = fetch_rows(connection, [household])[household]
    if not rows.nodes:
        raise unknown_household(connection, household, household)
    return from_rows(rows)


def _load(
    connection: Connection,
    documents: Iterable[HouseholdDocument],
    cause: Cause,
    *,
    only_new: bool = False,
) -> list[Loaded]:
    wanted = {document.organization.id: document for document in documents}
    loaded: dict[str, Loaded] = {}

    def decide(current: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
        loaded.update(_worked_out(current, wanted.values(), cause, at, only_new=only_new))
        return (one.difference.edits for one in loaded.values())

    write(connection, wanted, decide, cause, check_authority)
    return [loaded[household] for household in wanted]


def _worked_out(
    current: Mapping[str, Rows],
    documents: Iterable[HouseholdDocument],
    cause: Cause,
    now: datetime,
    *,
    only_new: bool = False,
) -> dict[str, Loaded]:
    """Return what documents come to, by household, if the actor may make all of it."""
    loaded: dict[str, Loaded] = {}
    for wanted in map(to_rows, documents):
        rows = current[wanted.household]
        if only_new and rows.nodes:
            raise household_exists(wanted.household)
        found = difference(rows, wanted, now)
        notes = remarks(rows, apply_edits(rows, found.edits), from_datetime(now))
        loaded[wanted.household] = Loaded(wanted.household, found, not rows.nodes, notes)
    changes = [one.difference.edits for one in loaded.values()]
    check_times(current, changes, from_datetime(now))
    if cause.actor.is_party:
        _check_party(current, changes, cause.actor, from_datetime(now))
    return loaded


def household_exists(household: str) -> BadInputError:
    """Return the error for a household that is to be new, and is not."""
    return BadInputError(
        f"the household `{household}` is there already",
        hint="use another id, or `household-graph load` to change what is there",
    )


def _check_party(
    current: Mapping[str, Rows], changes: Sequence[Edits], party: Actor, now: int
) -> None:
    """Hold a party to the laws; guarantors are a rule of documents, for everybody.

    Each household by itself: a new one does not come of another because one file holds both.
    """
    for edits in changes:
        before = current[edits.household]
        check_authority(current, [edits], party, now)
        draft = Draft(before, now, zone_named("UTC"))
        draft.apply(edits)
        check_consents({edits.household: draft}, party, ())
        if not before.nodes and (own := not_as_offered(draft.rows)):
            raise RefusedError(
                f"`{party}` may not make {', '.join(f'`{one}`' for one in own[:_SHOWN])}, because "
                f"{Law.SERVICES.value}",
                hint="take what `household-graph onboard` offers, or let an operator load it",
            )
        check_owners(lacking_after(before, apply_edits(before, edits), now), _HINT)
