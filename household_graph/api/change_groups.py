"""Groups of methods of the graph that reach beyond the changes: products, documents, imports."""

from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from household_graph.api.decision_api import DecisionApi
from household_graph.changes.devices import Devices
from household_graph.changes.draft import Draft
from household_graph.changes.products import Products
from household_graph.changes.service import (
    AuthorKeywords,
    ChangeGroup,
    ChangeKeywords,
    ChangeResult,
    PlannedChange,
)
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import from_rows
from household_graph.documents.load import (
    Loaded,
    check_documents_reach,
    load_documents,
    load_together,
)
from household_graph.documents.read import read_documents
from household_graph.engine.decision import Decision
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import connection_of
from household_graph.store.row_store import RowStore

if TYPE_CHECKING:
    from household_graph.imports.import_run import RecordedRun
    from household_graph.imports.pipeline import Export, ImportResult


class GraphDevices(Devices):
    """The devices of a graph; called, it asks on which of them a party may use something."""

    def __init__(self, graph: DecisionApi, store: RowStore) -> None:
        """Ask a graph, and change the households of its store."""
        super().__init__(store)
        self._graph = graph

    def __call__(
        self, party: str, target: str, *, at: Moment = None, include_denied: bool = False
    ) -> list[Decision]:
        """Return a decision for each device on which the party may use the target."""
        return DecisionApi.devices(self._graph, party, target, at=at, include_denied=include_denied)


class OrderedProducts(Products):
    """The products of a graph, which are ordered from the operator's catalogue of offerings."""

    def add(
        self,
        household: str,
        *,
        offering: str,
        account: str | None = None,
        bill: str | None = None,
        payers: Iterable[str] = (),
        admins: Iterable[str] = (),
        choosers: Iterable[str] = (),
        users: Iterable[str] = (),
        local_id: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Add a product of the catalogue, such as `cloud`, or `family/cloud`, with its services.

        Args:
            household: the id of the household.
            offering: the product; see `household_graph.documents.offerings`.
            account: what it is held on; None: the only account, or that of the party who orders.
            bill: what it is charged to; None: the bill of the other products of the account.
            payers: who pay a new bill for it, the same each, in place of a bill that is there.
            admins: who administer it; none: the Customer of the account, or their guarantor, where
                it has a service that enforces policies.
            choosers: who may change or end it; none: likewise.
            users: who use it; none: the household, or the Customer, where that is a minor. One
                that each person has of their own needs just one.
            local_id: None: as it is offered, with a number behind it if that is taken.
        """
        from household_graph.documents.orders import ProductOrder, place_order

        order = ProductOrder(
            *(offering, account, bill, tuple(payers)),
            *(tuple(admins), tuple(choosers), tuple(users), local_id),
        )

        def plan(draft: Draft) -> None:
            place_order(draft, order)

        summary = f"add the product {offering}"
        return self._change("product add", summary, household, plan, **keywords)


class Documents(ChangeGroup):
    """Households as documents in YAML."""

    def load(
        self,
        documents: str | Path | Iterable[HouseholdDocument],
        *,
        party: str | Iterable[str] | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        atomic: bool = False,
    ) -> list[Loaded]:
        """Make households in the graph what their documents say, each as a whole or not at all.

        Where one is refused, those before it stay. Just one of `party` and `operator` is named.
        What is changed is in `change`: every row before and after, and who gains and loses what.

        Args:
            documents: the path of a file, or documents.
            party: the full id of the party who makes the change, or several; the laws apply.
            operator: the name of the operator who makes it.
            reason: why, for the record.
            dry_run: find out the result, and write nothing.
            atomic: load all of them in one transaction, or none.

        Raises:
            DocumentError: if a document is wrong.
            RefusedError: if a law forbids it.
            BadInputError: if an id is of something else in the graph.
        """
        actor = Actor.of(party, operator)
        if isinstance(documents, str | Path):
            documents = read_documents(Path(documents))
        wanted = list(documents)
        self._store.check_writable()
        check_documents_reach(self._store, wanted, actor)
        parts = [wanted] if atomic else [[one] for one in wanted]
        return [
            loaded
            for part in parts
            for loaded in load_documents(
                *(self._store, part), actor=actor, reason=reason, dry_run=dry_run, atomic=True
            )
        ]

    def replace(self, document: str, **keywords: Unpack[AuthorKeywords]) -> ChangeResult:
        """Make one household what the text of its document says, such as `export` writes it.

        It is what `load` does with files, as a change that can be asked for.

        Raises:
            DocumentError: if it is wrong.
            BadInputError: if it is not the document of just one household.
        """
        found = read_documents(StringIO(document))
        if len(found) != 1:
            raise BadInputError(
                f"the text has documents of {len(found)} households", hint="give that of one"
            )
        household = found[0].organization.id
        planned = PlannedChange.of(
            "load", f"load the document of {household}", is_document=True, **keywords
        )
        loaded = load_together(self._store, found, planned)
        changes = tuple(one.change for one in loaded if one.change)
        return ChangeResult(changes, dry_run=planned.dry_run)

    def export(self, household: str) -> HouseholdDocument:
        """Return the document of a household; loading it again changes nothing.

        Raises:
            UnknownIdError: if there is no such household.
        """
        rows, _now = self._store.fetch_household(household)
        return from_rows(rows)

    def diff(self, documents: str | Path | Iterable[HouseholdDocument]) -> list[Loaded]:
        """Return what loading documents would change, as an operator's dry run."""
        return self.load(documents, operator="diff", dry_run=True)


class Imports(ChangeGroup):
    """Exports of a legacy CRM; `household_graph.imports.pipeline.Export` says what is imported."""

    def plan(self, export: "Export", folder: Path) -> "ImportResult":
        """Return what an import would do; write nothing but reports and staging to the folder.

        Raises:
            DocumentError: if a file cannot be read, or does not fit the mapping.
            ConflictError: if another process on this machine reads an export of the source.
        """
        from household_graph.imports.pipeline import plan_import, silent

        return plan_import(self._batch, export, folder, silent)

    def run(
        self,
        export: "Export",
        folder: Path,
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
    ) -> "ImportResult":
        """Import an export, or resume an interrupted import; the same export changes nothing.

        The actor and the reason are those of `Documents.load`, the folder that of `plan`.

        Raises:
            RefusedError: if a law forbids a change; nothing is written.
            DocumentError: if a file cannot be read, or does not fit the mapping.
            ConflictError: if another import of the source is running.
        """
        from household_graph.imports.pipeline import run_import, silent

        actor = Actor.of(party, operator)
        return run_import(self._batch, export, folder, silent, actor=actor, reason=reason)

    def undo(
        self,
        run_id: str,
        *,
        party: str | None = None,
        operator: str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
    ) -> int:
        """Undo an import such as `import-telco-1`, and return how many households it concerned.

        The actor, the reason and the dry run are those of `Documents.load`.

        Raises:
            UnknownIdError: if there is no such run.
            BadInputError: if it is undone already.
            RefusedError: if later changes depend on it, or a law forbids it.
        """
        from household_graph.imports.import_run import run_named
        from household_graph.imports.undo_import import undo_import

        actor, run = Actor.of(party, operator), run_named(self._batch, run_id)
        return undo_import(self._batch, run, actor=actor, reason=reason, dry_run=dry_run)

    def status(self, source: str | None = None) -> "list[RecordedRun]":
        """Return the imports, the newest last; of one source or of all."""
        from household_graph.imports.import_run import fetch_runs

        return fetch_runs(connection_of(self._store), source)

    @property
    def _batch(self) -> Connection:
        """The connection, without the time limit of a single question."""
        return replace(connection_of(self._store), is_batch=True)
