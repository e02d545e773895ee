"""Household documents into the graph and out of it again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from household_graph.graph.connection import Connection
from household_graph.graph.facts import unknown_household
from household_graph.graph.reading import fetch_rows
from household_graph.graph.writing import Cause, write
from household_graph.model.edits import Edits
from household_graph.model.rows import Rows
from household_graph.onboarding.difference import Difference, difference
from household_graph.onboarding.document import HouseholdDocument
from household_graph.onboarding.export import from_rows
from household_graph.onboarding.rows import to_rows

__all__ = ["Loaded", "export_household", "load_document", "load_documents"]

_HOUSEHOLDS_A_TRANSACTION = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a document came to, or in a dry run would come to.

    Attributes:
        household: its id.
        difference: what was done, or would be.
        is_new: whether the household was not there before.
    """

    household: str
    difference: Difference
    is_new: bool

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
    actor: str,
    reason: str | None = None,
    dry_run: bool = False,
) -> Loaded:
    """Make a household in the graph what its document says, whole or not at all.

    Args:
        connection: where to.
        document: the household.
        actor: who makes the change; the id of a party, or the name of an operator.
        reason: why, for the record of the change.
        dry_run: find out what would change, and change nothing.

    Raises:
        BadInputError: if an id stands for something else in the graph.
        DatabaseUnavailableError: if the server does not answer.
    """
    cause = Cause(actor=actor, action="load", reason=reason)
    if dry_run:
        wanted = to_rows(document)
        current = fetch_rows(connection, [wanted.household])[wanted.household]
        return _compared(current, wanted, cause)
    return _load(connection, [document], cause)[0]


def load_documents(
    connection: Connection,
    documents: Iterable[HouseholdDocument],
    *,
    actor: str,
    reason: str | None = None,
) -> list[Loaded]:
    """Load many documents, some at a time in one transaction; see `load_document`."""
    cause = Cause(actor=actor, action="load", reason=reason)
    remaining, loaded = iter(documents), []
    while part := list(islice(remaining, _HOUSEHOLDS_A_TRANSACTION)):
        loaded += _load(connection, part, cause)
    return loaded


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
    connection: Connection, documents: Iterable[HouseholdDocument], cause: Cause
) -> list[Loaded]:
    wanted = {rows.household: rows for rows in map(to_rows, documents)}
    loaded: dict[str, Loaded] = {}

    def decide(current: Mapping[str, Rows]) -> Iterator[Edits]:
        for household, rows in current.items():
            loaded[household] = _compared(rows, wanted[household], cause)
            yield loaded[household].difference.edits

    write(connection, wanted, decide, cause)
    return [loaded[household] for household in wanted]


def _compared(current: Rows, wanted: Rows, cause: Cause) -> Loaded:
    found = difference(current, wanted, cause.at)
    return Loaded(wanted.household, found, is_new=not current.nodes)
