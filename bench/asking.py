"""How fast the graph and its snapshots answer, whoever asks: one, many, threads, a big business."""

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

from bench.households import business, random_questions
from household_graph import HouseholdGraph, Question
from household_graph.onboarding import HouseholdDocument, load_documents

__all__ = ["measured", "measured_start", "questions_about"]

Document = dict[str, Any]
_ROUNDS = 5
_MANY = 20_000  # questions of a snapshot
_THREADS = 8
_CHECKS_A_THREAD = 50
_PEOPLE, _GRANTS = 2_000, 5_000
_BIG_CHECKS = 100
_STARTS = 10


def questions_about(documents: Sequence[Document], count: int, seed: int = 7) -> list[Question]:
    """Return random questions about households."""
    asked = random_questions(list(documents), count, seed)
    return [Question(q["party"], q["target"], device=q["device"], at=q["at"]) for q in asked]


def measured(
    graph: HouseholdGraph, documents: Sequence[Document]
) -> Iterator[tuple[str, float, str]]:
    """Yield what was measured, the value, and its unit, round after round."""
    questions = questions_about(documents, _MANY)
    big = business("big-business", _PEOPLE, _GRANTS)
    load_documents(graph.connection, [HouseholdDocument.model_validate(big)], actor="bench")
    about_it = questions_about([big], _BIG_CHECKS)
    for turn in range(_ROUNDS):
        yield from _snapshot(graph, documents, questions)
        seconds = _timed(lambda: _by_threads(graph, questions))
        yield f"{_THREADS} threads", _THREADS * _CHECKS_A_THREAD / seconds, "/s"
        for question in about_it:
            seconds = _timed(lambda q=question: graph.check_many([q]))  # type: ignore[misc]
            if turn:
                yield "single check in a business of 2,000", seconds, "s"


def _snapshot(
    graph: HouseholdGraph, documents: Sequence[Document], questions: Sequence[Question]
) -> Iterator[tuple[str, float, str]]:
    names = [document["organization"]["id"] for document in documents]
    gc.collect()
    before, started = psutil.Process().memory_info().rss, perf_counter()
    snapshot = graph.snapshot(names)
    yield "snapshot, households opened", len(names) / (perf_counter() - started), "/s"
    grown = psutil.Process().memory_info().rss - before
    yield "snapshot, memory a household", grown / len(names), "bytes"
    seconds = _timed(lambda: snapshot.check_many(questions))
    yield "snapshot, checks", len(questions) / seconds, "/s"
    whole = _timed(lambda: [snapshot.matrix(name) for name in names])
    cells = sum(len(snapshot.matrix(name)) for name in names[:50]) / min(50, len(names))
    yield "snapshot, matrix", cells * len(names) / whole, "/s"


def measured_start() -> Iterator[tuple[str, float, str]]:
    """Yield how long `--help` takes, and a Python that does nothing, in turn."""
    command = Path(sys.executable).parent / "household-graph"
    for _ in range(_STARTS):
        for name, line in {
            "python": [sys.executable, "-c", "pass"],
            "household-graph --help": [str(command), "--help"],
        }.items():
            seconds = _timed(
                lambda line=line: subprocess.run(line, check=True, capture_output=True)  # type: ignore[misc]  # noqa: S603
            )
            yield name, seconds, "s"


def _by_threads(graph: HouseholdGraph, questions: Sequence[Question]) -> None:
    def ask(thread: int) -> None:
        for question in questions[thread::_THREADS][:_CHECKS_A_THREAD]:
            graph.check_many([question])

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(ask, range(_THREADS)))


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
