"""Facts fetched once, for any number of questions without the server."""

from collections.abc import Iterable, Mapping
from typing import Self

from household_graph.decision.alike import Alike
from household_graph.decision.question import Moment, Question
from household_graph.errors import UnknownIdError
from household_graph.graph.answers import Answer, answer_by, joined, without_cycles
from household_graph.graph.asking import Asking
from household_graph.graph.connection import Connection
from household_graph.graph.facts import all_households, each_household, unknown_household
from household_graph.graph.known import Known
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import now, to_utc

__all__ = ["Snapshot", "open_snapshot"]


class Snapshot(Asking):
    """Households as they stood when they were fetched; it never changes, and needs no server.

    Any thread may ask. Each household is as one statement of the server saw it; a change that was
    made while they were fetched may be in one household and not yet in another.

    Attributes:
        at: when it was fetched, in UTC: the moment of questions that name none.
        bookmarks: of Neo4j: whoever reads with them sees at least what is in here.
    """

    def __init__(self, known: Mapping[str, Known], at: int, bookmarks: frozenset[str]) -> None:
        """Take what `open_snapshot` has fetched.

        Args:
            known: of each household, by its id.
            at: the instant before they were fetched, in milliseconds.
            bookmarks: what the server called the state they are of.
        """
        self._known = known
        self._now = at
        self.at = to_utc(at)
        self.bookmarks = bookmarks

    @property
    def households(self) -> tuple[str, ...]:
        """The ids of the households in it, in their order."""
        return tuple(sorted(self._known))

    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""
        with without_cycles():
            return [self._answer(question) for question in questions]

    def known_for(self, entity_id: str, guest: str, at: Moment) -> tuple[Known, Moment, int]:
        """Return what a list of questions is decided by; see `Asking`."""
        home = household_of(entity_id)
        known = self._known.get(home)
        if known is None:
            raise self._unknown(entity_id)
        if household_of(guest) != home:
            known = joined(known, [guest], self._known)
        return known, at, self._now

    def __enter__(self) -> Self:
        """Return itself; there is nothing to close."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Do nothing: it holds no connection."""

    def _answer(self, question: Question) -> Answer:
        known = self._known.get(household_of(question.target))
        if known is None:
            return self._unknown(question.target)
        return answer_by(known, question, self._known, self._now)

    def _unknown(self, entity_id: str) -> UnknownIdError:
        home = household_of(entity_id)
        local = entity_id.removeprefix(home)
        near = nearest(home, self._known)
        return UnknownIdError(entity_id, [f"{candidate}{local}" for candidate in near])


def open_snapshot(connection: Connection, households: Iterable[str] | None = None) -> Snapshot:
    """Fetch the facts of households; None: of all there are.

    Raises:
        UnknownIdError: if there is no such household.
        DatabaseUnavailableError: if the server does not answer.
    """
    instant = now()
    wanted = list(all_households(connection) if households is None else dict.fromkeys(households))
    found: dict[str, Known] = {}
    alike = Alike()

    def keep(household: str, known: Known) -> None:
        if known.entitlements:
            known.entitlements = known.entitlements.sharing(alike)
            household = known.entitlements.household  # the same object: one place to look at less
        found[household] = known

    with without_cycles():
        bookmarks = each_household(connection, wanted, keep)
    for household in wanted:
        if household not in found and households is not None:
            raise unknown_household(connection, household, household)
    return Snapshot(found, instant, bookmarks)
