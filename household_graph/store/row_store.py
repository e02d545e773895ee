"""Where the rows of households come from, and where changes of them go."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Moment
from household_graph.errors import UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.household_view import HouseholdView
from household_graph.store.write_validation import check_edits, check_households

PlanEdits = Callable[[Mapping[str, Rows], datetime], Iterable[Edits]]
"""Is given the rows of the locked households (none of a new one) and the time of the change, in
UTC, and returns what is to be done.

It may be called again if the transaction has to start again, so it must do nothing else.
"""

Authorize = Callable[[Mapping[str, Rows], Sequence[Edits], Actor, int], None]
"""Refuses what the actor may not do.

Is given the rows of the locked households, what is to be done to them, who does it, and when, in
milliseconds. What is written asks for it here, so that nothing can be written without it.
"""


@dataclass(frozen=True, slots=True)
class ChangeMetadata:
    """Who changes something, and why.

    Attributes:
        action: what kind of change it is, such as `onboard`.
        reason: why, in the words of the actor, or None.
        at: when, with an offset; None: as the server says once the households are locked, so that
            the times of changes never go down while their revisions go up.
        summary: one line on what is changed; None: the rows are counted.
        joint: whether the changes of several households are one, and only undone together.
        import_run: the id of the import that they are part of, or None.
        consents: full ids of the parties whose consent an operator records with it.
    """

    actor: Actor
    action: str
    reason: str | None = None
    at: datetime | None = None
    summary: str | None = None
    joint: bool = False
    import_run: str | None = None
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommittedChange:
    """What was done to a household, the revision it has now, and the id of the recorded change.

    In memory nothing is recorded: the revision is 0, and the id is empty.
    """

    household: str
    revision: int
    change: str
    edits: Edits


class RowStore(ABC):
    """Households as rows: those of the graph, of a past state of it, or of a simulation."""

    @abstractmethod
    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        """Return the rows of households by id, empty for an unknown one, and what time it is."""

    @abstractmethod
    def unknown(self, entity_id: str) -> UnknownIdError:
        """Return the error for an id whose household is not there, naming the nearest ones."""

    @abstractmethod
    def write(
        self,
        households: Iterable[str],
        plan: PlanEdits,
        metadata: ChangeMetadata,
        authorize: Authorize,
    ) -> tuple[CommittedChange, ...]:
        """Change households, all of them or none; see `store.writer.write`."""

    @abstractmethod
    def household_ids(self) -> Iterator[str]:
        """Yield the ids of all households, in their order."""

    def check_writable(self) -> None:  # noqa: B027 - most can be changed
        """Refuse to change what cannot be changed, such as the past, with a BadInputError."""

    def moment(self, at: Moment) -> Moment:
        """Return the moment that a question is about; an earlier state has its own."""
        return at

    def fetch_household(self, household: str) -> tuple[Rows, datetime]:
        """Return the rows of a household, and what time it is.

        Raises UnknownIdError if it is not there.
        """
        found, now = self.fetch([household])
        if not found[household].nodes:
            raise self.unknown(household)
        return found[household], now


class SimulatedRows(RowStore):
    """Households in memory: changes of them are written nowhere else.

    Those that it was not made with come from the store below, if there is one, when they are asked
    for; from then on they stay as they were then.
    """

    def __init__(
        self,
        rows: Iterable[Rows] = (),
        below: RowStore | None = None,
        now: datetime | None = None,
    ) -> None:
        """Begin with the rows of some households, on the store `below`.

        It is `now`, in UTC; None: what the store below says, or without one this machine.
        """
        self._rows = {one.household: one for one in rows}
        self._views: dict[str, HouseholdView] = {}
        self.below, self._now = below, now
        if now is None and isinstance(below, SimulatedRows):
            self._now = below._now  # noqa: SLF001 - it stands still above, too
        self._ahead: timedelta | None = None  # of this machine's clock, once it is known

    def household_ids(self) -> Iterator[str]:
        """Yield the ids of the households in memory, in their order."""
        yield from sorted(one for one, rows in self._rows.items() if rows.nodes)

    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        """Return the rows of households; see `RowStore`."""
        wanted = list(households)
        missing = [one for one in wanted if one not in self._rows]
        found: dict[str, Rows] = {}
        if self.below and (missing or self._ahead is None):
            found, now = self.below.fetch(missing)
            self._ahead = now - datetime.now(UTC)
        self._rows |= {one: found.get(one, Rows(one, (), ())) for one in missing}
        now = self._now or datetime.now(UTC) + (self._ahead or timedelta())
        return {one: self._rows[one] for one in wanted}, now

    def view(self, household: str) -> tuple[HouseholdView | None, int]:
        """Return the view of a household, None of an unknown one, and the instant of now."""
        found, now = self.fetch([household])
        if found[household].nodes and household not in self._views:
            facts = facts_from_rows(found[household])
            self._views[household] = HouseholdView.of(facts, from_datetime(now))
        return self._views.get(household), from_datetime(now)

    def unknown(self, entity_id: str) -> UnknownIdError:
        """Return the error for an id of a household that is not there; see `RowStore`."""
        if self.below:
            return self.below.unknown(entity_id)
        home = household_of(entity_id)
        known = list(self.household_ids())
        local = entity_id.removeprefix(home)
        return UnknownIdError(entity_id, [f"{one}{local}" for one in nearest(home, known)])

    def write(
        self,
        households: Iterable[str],
        plan: PlanEdits,
        metadata: ChangeMetadata,
        authorize: Authorize,
    ) -> tuple[CommittedChange, ...]:
        """Change households in memory, all of them or none, held to what the graph would refuse."""
        wanted = sorted(set(households))
        check_households(wanted)
        rows, now = self.fetch(wanted)
        at = metadata.at or now
        edits = [done for done in plan(rows, at) if done]
        authorize(rows, edits, metadata.actor, from_datetime(at))
        created = {one for one in wanted if not rows[one].nodes}
        check_edits(rows, created, edits, from_datetime(at))
        for done in edits:
            self._rows[done.household] = apply_edits(rows[done.household], done)
            self._views.pop(done.household, None)
        return tuple(CommittedChange(done.household, 0, "", done) for done in edits)
