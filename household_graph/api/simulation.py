"""Questions over households in memory: of documents, or of changes that are not made."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from household_graph.api.change_api import ChangeApi
from household_graph.engine.question import Moment, Question, foreign_ids
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.ids import household_of
from household_graph.store.household_view import (
    Answer,
    HouseholdView,
    answer_by,
    joined,
    what_it_is,
)
from household_graph.store.row_store import SimulatedRows

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


class Simulation(ChangeApi):
    """Households in memory: changes of them are held to the laws, and written nowhere else.

    `HouseholdGraph.simulate` makes one of the graph, `of_documents` one without a database. It is
    for one thread.
    """

    def __init__(self, store: SimulatedRows) -> None:
        """Ask about the households of a store, and change them there."""
        self._store = store

    @classmethod
    def of_documents(cls, documents: "str | Path | Iterable[HouseholdDocument]") -> Self:
        """Return the households of documents, or of the path of a file with some; no database.

        Now is what this machine says. Raises DocumentError if a document is wrong.
        """
        from household_graph.documents.read import read_documents
        from household_graph.documents.to_rows import to_rows

        if isinstance(documents, str | Path):
            documents = read_documents(documents)
        return cls(SimulatedRows(map(to_rows, documents)))

    @property
    def store(self) -> SimulatedRows:
        """The households as rows; changes go there."""
        return self._store

    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""
        return [self._answer(question) for question in questions]

    def view_for(self, entity_id: str, guest: str, at: Moment) -> tuple[HouseholdView, Moment, int]:
        """Return what a list of questions is decided by; see `DecisionApi`."""
        home = household_of(entity_id)
        view, now = self._store.view(home)
        if view is None:
            raise self._store.unknown(entity_id)
        if household_of(guest) != home:
            view = joined(view, [guest], self._views([guest]))
        return view, self._store.moment(at), now

    def explained(self, error: UnknownIdError) -> BadInputError:
        """Return the error, saying what the id is if it is there."""
        found, _now = self._store.fetch([household_of(error.unknown_id)])
        labels = {node.id: node.labels for rows in found.values() for node in rows.nodes}
        return what_it_is(error, labels.get(error.unknown_id, frozenset()))

    def _answer(self, question: Question) -> Answer:
        view, now = self._store.view(household_of(question.target))
        if view is None:
            return self._store.unknown(question.target)
        answer = answer_by(view, question, self._views(foreign_ids(question)), now)
        return self.explained(answer) if isinstance(answer, UnknownIdError) else answer

    def _views(self, guests: Iterable[str]) -> Mapping[str, HouseholdView]:
        homes = {household_of(guest) for guest in guests}
        return {home: view for home in homes if (view := self._store.view(home)[0])}
