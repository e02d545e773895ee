"""Facts fetched once, for any number of questions without the server."""

from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Self

from household_graph.api.decision_api import DecisionApi
from household_graph.engine.entitlements import Interner
from household_graph.engine.question import Moment, Question
from household_graph.errors import UnknownIdError
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import from_datetime, to_utc
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import (
    all_households,
    load_for_households,
    unknown_household,
)
from household_graph.store.household_view import Answer, HouseholdView, answer_by, joined
from household_graph.store.row_reader import fetch_now


class Snapshot(DecisionApi):
    """Households as they stood when they were fetched; it never changes, and needs no server.

    Any thread may ask. Each household is as it was at one moment; a change that was made while
    they were fetched may be in one household and not yet in another. A question that names no
    moment is answered for now: the server's time when it was opened, and what has passed since.

    Attributes:
        at: the server's time when it was opened, in UTC.
        bookmarks: of Neo4j: reads with them see at least what is in here.
    """

    def __init__(
        self, views: Mapping[str, HouseholdView], at: int, bookmarks: frozenset[str]
    ) -> None:
        """Take the views of households by id, the server's instant of now, and its bookmarks."""
        self._views = views
        self._ahead = at - _elapsed()
        self.at = to_utc(at)
        self.bookmarks = bookmarks

    @property
    def households(self) -> tuple[str, ...]:
        """The ids of the households in it, in their order."""
        return tuple(sorted(self._views))

    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""
        now = self._now()
        return [self._answer_at(question, now) for question in questions]

    def view_for(self, entity_id: str, guest: str, at: Moment) -> tuple[HouseholdView, Moment, int]:
        """Return what a list of questions is decided by; see `DecisionApi`."""
        home = household_of(entity_id)
        view = self._views.get(home)
        if view is None:
            raise self._unknown(entity_id)
        if household_of(guest) != home:
            view = joined(view, [guest], self._views)
        return view, at, self._now()

    def __enter__(self) -> Self:
        """Return itself; there is nothing to close."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Do nothing: it holds no connection."""

    def _answer(self, question: Question) -> Answer:
        return self._answer_at(question, self._now())  # without the lists of `check_many`

    def _answer_at(self, question: Question, now: int) -> Answer:
        view = self._views.get(household_of(question.target))
        if view is None:
            return self._unknown(question.target)
        return answer_by(view, question, self._views, now)

    def _now(self) -> int:
        return self._ahead + _elapsed()

    def _unknown(self, entity_id: str) -> UnknownIdError:
        home = household_of(entity_id)
        local = entity_id.removeprefix(home)
        near = nearest(home, self._views)
        return UnknownIdError(entity_id, [f"{candidate}{local}" for candidate in near])


def open_snapshot(connection: Connection, households: Iterable[str] | None = None) -> Snapshot:
    """Fetch the facts of households; None: of all there are.

    Raises:
        UnknownIdError: if there is no such household.
        BadInputError: if one cannot be read, naming it.
        ConflictError: if one is changed without a pause while it is fetched.
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(all_households(connection) if households is None else dict.fromkeys(households))
    found: dict[str, HouseholdView] = {}
    alike = Interner()

    def keep(household: str, view: HouseholdView) -> None:
        if view.entitlements:
            view.entitlements = view.entitlements.interned(alike)
            household = view.entitlements.household  # the same object: one place to look at less
        found[household] = view

    bookmarks = load_for_households(connection, wanted, keep)
    for household in wanted:
        if household not in found and households is not None:
            raise unknown_household(connection, household, household)
    return Snapshot(found, from_datetime(fetch_now(connection)), bookmarks)


def _elapsed() -> int:
    """Return milliseconds of a monotonic clock."""
    return int(monotonic() * 1000)
