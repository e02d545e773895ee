"""Questions that threads ask at the same time, answered in one round trip.

While one thread is on its way to the server others wait; the next to go takes along all that
wait by then. It waits for as many as there were the last time, as long as they keep coming: who
just got an answer often asks again at once. A single thread never waits, and nobody gets facts
from before he asked.
"""

from collections.abc import Callable, Sequence
from threading import Condition, Event
from typing import Generic, TypeVar

__all__ = ["Together"]

_Q = TypeVar("_Q")
_A = TypeVar("_A")

_PATIENCE = 0.0001  # seconds until the next one comes: a thread takes half of it to ask again


class _Asked(Generic[_Q, _A]):
    """A question of one thread: to be answered by another, unless the thread goes itself."""

    def __init__(self, question: _Q) -> None:
        self.question = question
        self.woken = Event()
        self.goes = False
        self.answers: list[_A] = []
        self.error: Exception | None = None


class Together(Generic[_Q, _A]):
    """Asks one at a time for many threads."""

    def __init__(self, ask_all: Callable[[Sequence[_Q]], list[_A]]) -> None:
        """Take what answers any number of questions, in their order."""
        self._ask_all = ask_all
        self._lock = Condition()
        self._waiting: list[_Asked[_Q, _A]] = []
        self._usual = 1
        self._busy = False

    def ask(self, question: _Q) -> _A:
        """Return the answer to one question; raises what asking raises."""
        own: _Asked[_Q, _A] = _Asked(question)
        with self._lock:
            own.goes = not self._busy
            self._busy = True
            if not own.goes:
                self._waiting.append(own)
                self._lock.notify()
        try:
            if not own.goes:
                own.woken.wait()
            if own.goes:
                self._go(own)
        except BaseException:  # as Ctrl-C: whoever waits must not wait for this thread
            self._leave(own)
            raise
        if own.error is not None:
            raise own.error
        return own.answers[0]

    def _go(self, own: _Asked[_Q, _A]) -> None:
        """Ask for all who wait, then let the next one go."""
        with self._lock:
            while len(self._waiting) + 1 < self._usual and self._lock.wait(_PATIENCE):
                pass
            others, self._waiting = self._waiting, []
        asked = [own, *others]
        try:
            answers = self._ask_all([one.question for one in asked])
            for one, answer in zip(asked, answers, strict=True):
                one.answers.append(answer)
        except Exception as error:  # noqa: BLE001 - raised by each thread that asked
            for one in asked:
                one.error = error
        except BaseException:
            with self._lock:
                self._waiting = others + self._waiting
            raise
        with self._lock:
            self._usual = len(asked) + len(self._waiting)
            self._next()
        for one in others:
            one.woken.set()

    def _next(self) -> None:
        """Let the one that waited longest go, if there is one; the lock is held."""
        if not self._waiting:
            self._busy = False
            return
        first = self._waiting.pop(0)
        first.goes = True
        first.woken.set()

    def _leave(self, own: _Asked[_Q, _A]) -> None:
        with self._lock:
            if own in self._waiting:
                self._waiting.remove(own)
            elif own.goes:
                self._next()
