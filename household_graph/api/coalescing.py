"""Coalesces concurrent single checks: what threads ask at the same time goes in one round trip.

While one query is in flight, later checks queue and are sent together. The thread that sends them
waits for as many as there were the last time, as long as they keep coming: a thread that just got
an answer often asks again at once. A single thread never waits, and a result is never older than
its request.
"""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Generic, TypeVar

from household_graph.errors import DatabaseUnavailableError

_Q = TypeVar("_Q")
_A = TypeVar("_A")

_PATIENCE = 0.0001  # seconds until the next one comes: a thread takes half of it to ask again


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
