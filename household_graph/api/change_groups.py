"""Groups of methods of the graph that reach beyond the changes: devices and documents."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.api.decision_api import Asking
from household_graph.changes.devices import Devices
from household_graph.changes.service import ChangeGroup
from household_graph.documents import (
    HouseholdDocument,
    Loaded,
    check_reach,
    export_household,
    load_document,
    read_documents,
)
from household_graph.engine.decision import Decision
from household_graph.engine.question import Moment
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph


class GraphDevices(Devices):
    """The devices of a graph; called, it asks on which of them a party may use something."""

    def __init__(self, graph: "HouseholdGraph", connection: Connection | None) -> None:
        """Ask a graph, and change it over a connection."""
        super().__init__(connection)
        self._graph = graph

    def __call__(
        self, party: str, target: str, *, at: Moment = None, include_denied: bool = False
    ) -> list[Decision]:
        """Return a decision for each device on which the party may use the target."""
        return Asking.devices(self._graph, party, target, at=at, include_denied=include_denied)


class Documents(ChangeGroup):
    """Households as documents in YAML."""

    def load(
        self,
        documents: str | Path | Iterable[HouseholdDocument],
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> list[Loaded]:
        """Make households in the graph what their documents say, each as a whole or not at all.

        Where one is refused, those before it stay.

        Args:
            documents: the path of a file, or documents.
            party: the full id of the party who makes the change; the laws apply.
            operator: the name of the operator who makes it; one of the two has to be named.
            reason: why, for the record.
            dry_run: find out the result, and write nothing.

        Raises:
            DocumentError: if a document is wrong.
            RefusedError: if a law forbids it.
            BadInputError: if an id is of something else in the graph.
        """
        actor = Actor.of(party, operator)
        wanted = _read(documents)
        check_reach(self._connection, wanted, actor)
        return [
            load_document(self._connection, one, actor=actor, reason=reason, dry_run=dry_run)
            for one in wanted
        ]

    def export(self, household: str) -> HouseholdDocument:
        """Return the document of a household; loading it again changes nothing.

        Raises:
            UnknownIdError: if there is no such household.
        """
        return export_household(self._connection, household)

    def diff(self, documents: str | Path | Iterable[HouseholdDocument]) -> list[Loaded]:
        """Return what loading documents would change, as an operator's dry run."""
        return self.load(documents, operator="diff", dry_run=True)


def _read(documents: str | Path | Iterable[HouseholdDocument]) -> list[HouseholdDocument]:
    if isinstance(documents, str | Path):
        return read_documents(Path(documents))
    return list(documents)
