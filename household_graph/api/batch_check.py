"""Many questions in one round trip, each answered on its own: of a batch, or of several threads.

What threads ask at the same time is coalesced. While one query is in flight, later checks queue and
are sent together. The thread that sends them waits for as many as there were the last time, as long
as they keep coming: a thread that just got an answer often asks again at once. A single thread
never waits, and a result is never older than its request.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Generic, TypeVar

from household_graph.engine.question import Question, foreign_ids
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    UnknownIdError,
)
from household_graph.model.ids import household_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import (
    is_of_data,
    load_for_checks,
    load_for_households,
    load_views,
    unknown_household,
    unreadable,
)
from household_graph.store.household_view import Answer, HouseholdView, answer_by, joined

_Q = TypeVar("_Q")
_A = TypeVar("_A")

_PATIENCE = 0.0001  # seconds until the next one comes: a thread takes half of it to ask again
_SHARED = 4  # questions a household from which on its whole facts cost less than each one's own


def answer_all(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    """Return an answer for each question, in order.

    Questions scattered over many households fetch the access cache of each, or only what bears on
    each of them; many about the same household, and those for which that is not enough, share the
    facts of the whole. A question without a moment is answered for the server's time, read with
    the facts. Those about a household that cannot be read fail, and no others.

    Raises:
        ConflictError: if a household is changed without a pause while it is read.
        DatabaseUnavailableError: if the server does not answer.
    """
    try:
        return _answered(connection, questions)
    except HouseholdGraphError as error:
        if not is_of_data(error):
            raise
        homes = sorted({household_of(one.target) for one in questions})
        if len(homes) == 1:
            bad = error if isinstance(error, BadInputError) else unreadable(homes[0], error)
            return [bad] * len(questions)
    parts: dict[int, Answer] = {}
    for part in (homes[: len(homes) // 2], homes[len(homes) // 2 :]):
        places = [n for n, one in enumerate(questions) if household_of(one.target) in set(part)]
        answers = answer_all(connection, [questions[place] for place in places])
        parts |= dict(zip(places, answers, strict=True))
    return [parts[place] for place in range(len(questions))]


def _answered(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    answers: dict[int, Answer] = {}
    if len(questions) < _SHARED * len({household_of(q.target) for q in questions}):
        answers = _from_each(connection, questions)
    left = [place for place in range(len(questions)) if place not in answers]
    answers |= _from_households(connection, questions, left)
    return [answers[place] for place in range(len(questions))]


def _from_each(connection: Connection, questions: Sequence[Question]) -> dict[int, Answer]:
    """Return the answers for which what bears on the question alone is enough."""
    answers: dict[int, Answer] = {}

    def use(place: int, view: HouseholdView) -> None:
        question = questions[place]
        if not view.is_whole:
            on_device = question.device and question.target in view.facts.products
            if on_device or foreign_ids(question):
                return
        answer = answer_by(view, question, {})
        # The whole knows the nearest ids, and guests are looked for with it.
        if not isinstance(answer, UnknownIdError) or (view.is_whole and not foreign_ids(question)):
            answers[place] = answer

    load_for_checks(connection, questions, use)
    return answers


def _from_households(
    connection: Connection, questions: Sequence[Question], places: Iterable[int]
) -> dict[int, Answer]:
    """Return the answers to the questions at some places, by the facts of whole households."""
    homes: dict[str, list[int]] = defaultdict(list)
    for place in places:
        homes[household_of(questions[place].target)].append(place)
    asked = [questions[place] for of_home in homes.values() for place in of_home]
    others = _others(connection, {guest for question in asked for guest in foreign_ids(question)})
    answers: dict[int, Answer] = {}

    def use(household: str, view: HouseholdView) -> None:
        for place in homes[household]:
            answers[place] = answer_by(view, questions[place], others)

    load_for_households(connection, list(homes), use)
    for home, of_home in homes.items():
        if of_home[0] not in answers:
            error = unknown_household(connection, questions[of_home[0]].target, home)
            answers |= dict.fromkeys(of_home, error)
    return answers


def load_view(connection: Connection, entity_id: str, guest: str | None = None) -> HouseholdView:
    """Return the view of the household an id belongs to, with a guest who may be of another.

    Raises:
        UnknownIdError: if there is no such household.
    """
    home = household_of(entity_id)
    view = load_views(connection, [home]).get(home)
    if view is None:
        raise unknown_household(connection, entity_id, home)
    if guest is None or household_of(guest) == home:
        return view
    return joined(view, [guest], _others(connection, [guest]))


def _others(connection: Connection, guests: Iterable[str]) -> dict[str, HouseholdView]:
    households = sorted({household_of(guest) for guest in guests})
    return load_views(connection, households) if households else {}


class _Asked(Generic[_Q, _A]):
    """A question of one thread: to be answered by another, unless the thread goes itself."""

    def __init__(self, question: _Q) -> None:
        self.question = question
        self.woken: SimpleQueue[None] = SimpleQueue()
        self.taken: list[_Asked[_Q, _A]] = []
        """Those it takes along."""
        self.follower: _Asked[_Q, _A] | None = None
        """Who goes next."""
        self.answers: list[_A] = []
        self.error: Exception | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.answers) or self.error is not None


class RequestCoalescer(Generic[_Q, _A]):
    """Asks one at a time for many threads.

    Ctrl-C may come between any two steps of the main thread. So what a thread leaves behind is
    settled in one place, which may be gone through twice, and threads wake each other by queues
    and locks made in C, which Ctrl-C does not catch half way.
    """

    def __init__(self, ask_all: Callable[[Sequence[_Q]], list[_A]]) -> None:
        """Take what answers any number of questions, in their order."""
        self._ask_all = ask_all
        self._lock = Lock()
        self._waiting: list[_Asked[_Q, _A]] = []
        self._goes: _Asked[_Q, _A] | None = None
        self._came: SimpleQueue[None] = SimpleQueue()
        self._usual = 1

    def ask(self, question: _Q) -> _A:
        """Return the answer to one question; raises what asking raises."""
        own: _Asked[_Q, _A] = _Asked(question)
        try:
            with self._lock:
                if self._goes is None:
                    self._goes = own
                else:
                    self._waiting.append(own)
            if self._goes is not own:
                self._came.put(None)
            while self._goes is not own and not own.is_done:
                own.woken.get()
            if not own.is_done:
                self._go(own)
        finally:
            try:
                self._settle(own)
            except BaseException:  # Ctrl-C again, or in here for the first time
                self._settle(own)
                raise
        if own.error is not None:
            raise own.error
        return own.answers[0]

    def _go(self, own: _Asked[_Q, _A]) -> None:
        """Ask for all who wait."""
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)
        while len(self._waiting) + 1 < self._usual:
            try:
                self._came.get(timeout=_PATIENCE)
            except Empty:
                break
        with self._lock:
            own.taken, self._waiting = self._waiting, []
        asked = [own, *own.taken]
        try:
            self._ask(asked)
        except DatabaseUnavailableError as error:  # whoever asks
            for one in asked:
                one.error = error
        except Exception:  # of one question: the others have their answers
            if not own.taken:
                raise
            for one in asked:
                self._ask_alone(one)

    def _ask(self, asked: Sequence[_Asked[_Q, _A]]) -> None:
        answers = self._ask_all([one.question for one in asked])
        for one, answer in zip(asked, answers, strict=True):
            one.answers.append(answer)

    def _ask_alone(self, one: _Asked[_Q, _A]) -> None:
        try:
            self._ask([one])
        except Exception as error:  # noqa: BLE001 - raised by the thread that asked
            one.error = error

    def _settle(self, own: _Asked[_Q, _A]) -> None:
        """Leave the others as they should be; to do so again does no harm."""
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)
            if self._goes is own:
                undone = [one for one in own.taken if not one.is_done]
                self._waiting = [*undone, *(one for one in self._waiting if one not in undone)]
                self._usual = 1 + len(own.taken) - len(undone) + len(self._waiting)
                while not self._came.empty():
                    self._came.get_nowait()
                own.follower = self._waiting[0] if self._waiting else None
                self._goes = own.follower
            for one in (*own.taken, own.follower):
                if one is not None and (one.is_done or one is own.follower):
                    one.woken.put(None)
