"""Threads that ask at the same time go to the server together, and each gets its own answer."""

import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Barrier, Event
from types import FrameType
from typing import Any

import pytest

from household_graph.api import batch_check as module
from household_graph.api.batch_check import RequestCoalescer
from household_graph.errors import DatabaseUnavailableError

_PATIENCE = 10.0  # seconds


class Server:
    """Squares numbers; the first call takes until it is let go."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.calls: list[list[int]] = []
        self.asked, self.let_go = Event(), Event()
        self.error = error

    def squares(self, numbers: Sequence[int]) -> list[int]:
        """Square each of them."""
        self.calls.append(list(numbers))
        if len(self.calls) == 1:
            self.asked.set()
            assert self.let_go.wait(_PATIENCE)
            if self.error is not None:
                raise self.error
        return [number * number for number in numbers]


def _ask_meanwhile(
    threads: ThreadPoolExecutor, coalescer: RequestCoalescer[int, int], server: Server, count: int
) -> tuple[Future[int], list[Future[int]]]:
    """Ask for 0, for the next numbers while that is on its way, and let the server go on."""
    first = threads.submit(coalescer.ask, 0)
    assert server.asked.wait(_PATIENCE)
    others = [threads.submit(coalescer.ask, number) for number in range(1, count + 1)]
    while len(coalescer._waiting) < count:
        Event().wait(0.001)
    server.let_go.set()
    return first, others


@pytest.mark.timeout(60)
def test_who_waits_goes_along_with_the_next() -> None:
    """Nine who come while the first is on its way share one call; each has its own answer."""
    server = Server()
    coalescer = RequestCoalescer(server.squares)
    with ThreadPoolExecutor(10) as threads:
        first, others = _ask_meanwhile(threads, coalescer, server, 9)
        assert first.result(_PATIENCE) == 0
        assert [other.result(_PATIENCE) for other in others] == [n * n for n in range(1, 10)]
    assert [len(call) for call in server.calls] == [1, 9]
    assert coalescer.ask(3) == 9


@pytest.mark.timeout(60)
@pytest.mark.parametrize("error", [ValueError("gone"), KeyboardInterrupt()])
def test_an_error_ends_no_one_else(error: BaseException) -> None:
    """What goes wrong for those who went, or Ctrl-C, leaves those who waited to go themselves."""
    server = Server(error)
    coalescer = RequestCoalescer(server.squares)
    with ThreadPoolExecutor(4) as threads:
        first, others = _ask_meanwhile(threads, coalescer, server, 3)
        assert type(first.exception(_PATIENCE)) is type(error)
        assert [other.result(_PATIENCE) for other in others] == [1, 4, 9]


@pytest.mark.timeout(60)
def test_one_bad_question_fails_alone() -> None:
    """What is wrong with one question is raised by the thread that asked it, and no other."""
    server = Server()

    def answer(numbers: Sequence[int]) -> list[int]:
        squares = server.squares(numbers)
        if 3 in numbers:
            raise TypeError("three")
        return squares

    coalescer = RequestCoalescer(answer)
    with ThreadPoolExecutor(6) as threads:
        first, others = _ask_meanwhile(threads, coalescer, server, 5)
        assert first.result(_PATIENCE) == 0
        errors = [other.exception(_PATIENCE) for other in others]
        assert [str(error) for error in errors if error] == ["three"]
        assert errors[2] is not None
        assert [one.result() for one in others if not one.exception()] == [1, 4, 16, 25]


@pytest.mark.timeout(60)
def test_an_error_of_the_server_is_everybodys() -> None:
    """Who went together with others is not told by asking a dead server once more for each."""
    server = Server()

    def answer(numbers: Sequence[int]) -> list[int]:
        squares = server.squares(numbers)
        if len(server.calls) > 1:
            raise DatabaseUnavailableError("gone")
        return squares

    coalescer = RequestCoalescer(answer)
    with ThreadPoolExecutor(4) as threads:
        first, others = _ask_meanwhile(threads, coalescer, server, 3)
        assert first.result(_PATIENCE) == 0
        kinds = {type(other.exception(_PATIENCE)) for other in others}
    assert kinds == {DatabaseUnavailableError}
    assert [len(call) for call in server.calls] == [1, 3]


@pytest.mark.timeout(60)
def test_many_threads_get_their_own_answers() -> None:
    """However they come in each other's way."""
    coalescer = RequestCoalescer[int, int](lambda numbers: [number * number for number in numbers])
    numbers = range(5000)
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(coalescer.ask, numbers)) == [n * n for n in numbers]


@pytest.mark.timeout(60)
def test_who_asks_again_at_once_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four threads that ask one question after the other share nearly every call."""
    monkeypatch.setattr("household_graph.api.batch_check._PATIENCE", 0.5)
    calls: list[int] = []
    begin = Barrier(4)

    def answer(numbers: Sequence[int]) -> list[int]:
        calls.append(len(numbers))
        Event().wait(0.002)
        return list(numbers)

    def ask_often() -> None:
        begin.wait(_PATIENCE)
        for number in range(50):
            coalescer.ask(number)

    coalescer = RequestCoalescer(answer)
    with ThreadPoolExecutor(4) as threads:
        for asking in [threads.submit(ask_often) for _ in range(4)]:
            asking.result(_PATIENCE)
    assert sum(calls) == 200
    assert len(calls) < 65  # 50 if all shared all; 80 if the first to come back went alone


UNDISTURBED = {
    number
    for number, line in enumerate(Path(module.__file__).read_text("utf-8").splitlines(), start=1)
    if line.lstrip().startswith(("with ", "try:", "finally:"))
}
"""Lines on which Python lets no signal in: a lock is taken or given back, a block begins."""


class Interruption:
    """Ctrl-C in the main thread, just before it runs its n-th line of the module."""

    def __init__(self, line: int) -> None:
        self.left = line

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:  # noqa: ANN401
        if frame.f_code.co_filename != module.__file__:
            return None
        if event == "line" and frame.f_lineno not in UNDISTURBED:
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt
        return self.trace


@pytest.mark.timeout(300)
@pytest.mark.parametrize("threads", [1, 3])
def test_ctrl_c_holds_up_nobody_wherever_it_comes(threads: int) -> None:
    """Line after line of what the main thread goes through: the others get their answers."""
    line, was_interrupted = 0, True
    while was_interrupted:
        line += 1
        was_interrupted = _interrupted(line, threads)
    assert line > 30


def _interrupted(line: int, count: int) -> bool:
    """Ask beside other threads, with Ctrl-C at a line; whether it came to that."""
    coalescer = RequestCoalescer[int, int](lambda numbers: [number * number for number in numbers])
    begin: SimpleQueue[None] = SimpleQueue()

    def ask_often(first: int) -> list[int]:
        begin.put(None)
        return [coalescer.ask(number) for number in range(first, first + 20)]

    interrupted = False
    with ThreadPoolExecutor(count) as threads:
        asking = [threads.submit(ask_often, 100 * one) for one in range(count)]
        begin.get()
        tracer = sys.gettrace()
        sys.settrace(Interruption(line).trace)
        try:
            assert [coalescer.ask(number) for number in range(3)] == [0, 1, 4]
        except KeyboardInterrupt:
            interrupted = True
        finally:
            sys.settrace(tracer)
        for number, one in enumerate(asking):
            first = 100 * number
            assert one.result(_PATIENCE) == [n * n for n in range(first, first + 20)]
    assert coalescer.ask(7) == 49
    return interrupted


@pytest.mark.timeout(60)
def test_who_gives_up_waiting_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while waiting leaves the place in the queue to the others."""
    server = Server()
    coalescer = RequestCoalescer(server.squares)

    class Interrupted(SimpleQueue[None]):
        def get(self, *_arguments: object, **_more: object) -> None:
            raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(coalescer.ask, 5)
        assert server.asked.wait(_PATIENCE)
        with monkeypatch.context() as patch:
            patch.setattr("household_graph.api.batch_check.SimpleQueue", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                coalescer.ask(1)
        server.let_go.set()
        assert first.result(_PATIENCE) == 25
    assert coalescer.ask(2) == 4
    assert server.calls == [[5], [2]]
