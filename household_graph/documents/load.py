"""Load household documents into the graph, and export them from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from household_graph.changes.authorization.check import (
    check_authority,
    check_owners,
    check_reach,
    lacking_after,
)
from household_graph.changes.authorization.laws import Law
from household_graph.changes.authorization.safeguards import check_consents
from household_graph.changes.draft import Draft
from household_graph.changes.service import remarks
from household_graph.documents.diff import Difference, difference
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import from_rows
from household_graph.documents.offerings import not_as_offered
from household_graph.documents.to_rows import to_rows
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.instants import from_datetime, zone_named
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows, fetch_rows_and_now
from household_graph.store.write_validation import check_times
from household_graph.store.writer import ChangeMetadata, write

_HOUSEHOLDS_A_TRANSACTION = 100
_MAX_SHOWN = 3  # ids in a refusal
_HINT = "name a successor in the document"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a document did to a household, or in a dry run would do, with remarks on it."""

    household: str
    difference: Difference
    is_new: bool
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """One word: new, changed or unchanged."""
        if self.is_new:
            return "new"
        return "changed" if self.difference.edits else "unchanged"


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
    """Make a household in the graph equal to its document, as a whole or not at all.

    The record of the change has the actor, the reason and the action. With `only_new`, a household
    that exists is refused; a dry run returns what would change, and changes nothing.

    Raises:
        BadInputError: if an id is of something else in the graph, or the household exists and
            must not.
        RefusedError: if the actor is a party that may not make the change.
        OutcomeUnknownError: if it may have been made, although its answer was lost.
        DatabaseUnavailableError: if the server does not answer.
    """
    check_documents_reach(connection, [document], actor)
    cause = ChangeMetadata(actor=actor, action=action, reason=reason)
    if dry_run:
        current, now = fetch_rows_and_now(connection, [document.organization.id])
        [loaded] = _plan(current, [document], actor, now, only_new=only_new)
    else:
        [loaded] = _load(connection, [document], cause, only_new=only_new)
    return loaded


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
        check_documents_reach(connection, documents, actor)
    cause = ChangeMetadata(actor=actor, action="load", reason=reason)
    remaining, loaded = iter(documents), []
    while part := list(islice(remaining, _HOUSEHOLDS_A_TRANSACTION)):
        loaded += _load(connection, part, cause)
    return loaded


def check_documents_reach(
    connection: Connection, documents: Iterable[HouseholdDocument], actor: Actor
) -> None:
    """Refuse all documents of a party that would load a household other than its own.

    Raises:
        RefusedError: if one is; UnknownIdError: if there is no such party.
        DatabaseUnavailableError: if the server does not answer.
    """
    households = [document.organization.id for document in documents]
    check_reach(connection, households, actor, alone=True)


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
    documents: list[HouseholdDocument],
    cause: ChangeMetadata,
    *,
    only_new: bool = False,
) -> list[Loaded]:
    loaded: list[Loaded] = []

    def plan(current: Mapping[str, Rows], at: datetime) -> Iterator[Edits]:
        loaded[:] = _plan(current, documents, cause.actor, at, only_new=only_new)
        return (one.difference.edits for one in loaded)

    households = [document.organization.id for document in documents]
    write(connection, households, plan, cause, check_authority)
    return loaded


def _plan(
    current: Mapping[str, Rows],
    documents: Iterable[HouseholdDocument],
    actor: Actor,
    at: datetime,
    *,
    only_new: bool,
) -> list[Loaded]:
    """Return the results of documents, if the actor may make all the changes."""
    loaded, now = [], from_datetime(at)
    for target in map(to_rows, documents):
        rows = current[target.household]
        if only_new and rows.nodes:
            raise household_exists(target.household)
        planned = difference(rows, target, at)
        notes = remarks(rows, apply_edits(rows, planned.edits), now)
        loaded.append(Loaded(target.household, planned, not rows.nodes, notes))
    changes = [one.difference.edits for one in loaded]
    check_times(current, changes, now)
    if actor.is_party:
        for edits in changes:  # each by itself: a new household is not derived from another
            _check_party(current, edits, actor, now)
    return loaded


def household_exists(household: str) -> BadInputError:
    """Return the error for a household that must be new, but exists."""
    return BadInputError(
        f"the household `{household}` is there already",
        hint="use another id, or `household-graph load` to change what is there",
    )


def _check_party(current: Mapping[str, Rows], edits: Edits, party: Actor, now: int) -> None:
    """Apply the laws to a party; guarantors are a rule of documents, for all actors."""
    before = current[edits.household]
    check_authority(current, [edits], party, now)
    draft = Draft(before, now, zone_named("UTC"))
    draft.apply(edits)
    check_consents({edits.household: draft}, party, ())
    if not before.nodes and (own := not_as_offered(draft.rows)):
        shown = ", ".join(f"`{one}`" for one in own[:_MAX_SHOWN])
        raise RefusedError(
            f"`{party}` may not make {shown}, because {Law.SERVICES.value}",
            hint="take what `household-graph onboard` offers, or let an operator load it",
        )
    check_owners(lacking_after(before, apply_edits(before, edits), now), _HINT)
