"""Threads that ask at the same time go to the server together, and each gets its own answer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from household_graph.graph.together import Together

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


def _all_wait(together: Together[int, int], count: int) -> None:
    while len(together._waiting) < count:
        Event().wait(0.001)


@pytest.mark.timeout(60)
def test_who_waits_goes_along_with_the_next() -> None:
    """Nine who come while the first is on its way share one call; each has its own answer."""
    server = Server()
    together = Together(server.squares)
    with ThreadPoolExecutor(10) as threads:
        first = threads.submit(together.ask, 0)
        assert server.asked.wait(_PATIENCE)
        others = [threads.submit(together.ask, number) for number in range(1, 10)]
        _all_wait(together, 9)
        server.let_go.set()
        assert first.result(_PATIENCE) == 0
        assert [other.result(_PATIENCE) for other in others] == [n * n for n in range(1, 10)]
    assert [len(call) for call in server.calls] == [1, 9]
    assert together.ask(3) == 9


@pytest.mark.timeout(60)
@pytest.mark.parametrize("error", [ValueError("gone"), KeyboardInterrupt()])
def test_an_error_ends_no_one_else(error: BaseException) -> None:
    """What goes wrong for those who went, or Ctrl-C, leaves those who waited to go themselves."""
    server = Server(error)
    together = Together(server.squares)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.ask, 0)
        assert server.asked.wait(_PATIENCE)
        others = [threads.submit(together.ask, number) for number in range(1, 4)]
        _all_wait(together, 3)
        server.let_go.set()
        assert type(first.exception(_PATIENCE)) is type(error)
        assert [other.result(_PATIENCE) for other in others] == [1, 4, 9]


def test_all_who_went_together_get_the_error() -> None:
    """An error of the server is raised by everyone whose question was in that call."""
    calls: list[int] = []

    def fail(numbers: Sequence[int]) -> list[int]:
        calls.append(len(numbers))
        raise ValueError("gone")

    together = Together(fail)
    for number in range(2):
        with pytest.raises(ValueError, match="gone"):
            together.ask(number)
    assert calls == [1, 1]


@pytest.mark.timeout(60)
def test_many_threads_get_their_own_answers() -> None:
    """However they come in each other's way."""
    together = Together[int, int](lambda numbers: [number * number for number in numbers])
    numbers = range(5000)
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(together.ask, numbers)) == [n * n for n in numbers]


@pytest.mark.timeout(60)
def test_who_asks_again_at_once_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four threads that ask one question after the other share nearly every call."""
    monkeypatch.setattr("household_graph.graph.together._PATIENCE", 0.5)
    calls: list[int] = []
    begin = Barrier(4)

    def answer(numbers: Sequence[int]) -> list[int]:
        calls.append(len(numbers))
        Event().wait(0.002)
        return list(numbers)

    def ask_often() -> None:
        begin.wait(_PATIENCE)
        for number in range(50):
            together.ask(number)

    together = Together(answer)
    with ThreadPoolExecutor(4) as threads:
        for asking in [threads.submit(ask_often) for _ in range(4)]:
            asking.result(_PATIENCE)
    assert sum(calls) == 200
    assert len(calls) < 65  # 50 if all shared all; 80 if the first to come back went alone


@pytest.mark.timeout(60)
def test_who_gives_up_waiting_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while waiting leaves the place in the queue to the others."""
    server = Server()
    together = Together(server.squares)

    def interrupted(*_arguments: object) -> bool:
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(together.ask, 5)
        assert server.asked.wait(_PATIENCE)
        with monkeypatch.context() as patch:
            patch.setattr("household_graph.graph.together.Event.wait", interrupted)
            with pytest.raises(KeyboardInterrupt):
                together.ask(1)
        server.let_go.set()
        assert first.result(_PATIENCE) == 25
    assert together.ask(2) == 4
    assert server.calls == [[5], [2]]
