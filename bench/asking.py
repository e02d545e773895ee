"""How fast the graph and its snapshots answer, whoever asks: one, many, threads, a big business."""

import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.households import business, random_questions
from household_graph import HouseholdGraph, Question, connect
from household_graph.batch.scheduler import plan, run
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_documents
from household_graph.model.actor import Actor
from household_graph.store.facts_loader import load_for_households

if TYPE_CHECKING:
    from household_graph.store.household_view import HouseholdView

__all__ = ["measured", "measured_start", "report"]

Document = dict[str, Any]
_ROUNDS = 5
_MANY = 20_000  # questions of a snapshot
_THREADS = 8
_CHECKS_A_THREAD = 50
_PEOPLE, _GRANTS = 2_000, 5_000
_BIG_CHECKS = 100
_STARTS = 10
_MOMENT = "2026-11-22T21:30"

Figure = tuple[str, float, str]


def _questions(documents: Sequence[Document], count: int, seed: int = 7) -> list[Question]:
    """Return random questions about households."""
    asked = random_questions(list(documents), count, seed)
    return [Question(q["party"], q["target"], device=q["device"], at=q["at"]) for q in asked]


def measured(graph: HouseholdGraph, documents: Sequence[Document]) -> Iterator[Figure]:
    """Yield what was measured, the value, and its unit, round after round."""
    names = [one["organization"]["id"] for one in documents]
    yield from _population(graph, names)
    yield from _memory(names)
    questions = _questions(documents, _MANY)
    big = business("big-business", _PEOPLE, _GRANTS)
    load_documents(
        graph.store, [HouseholdDocument.model_validate(big)], actor=Actor.operator("bench")
    )
    about_it = _questions([big], _BIG_CHECKS)
    for turn in range(_ROUNDS):
        yield from _snapshot(graph, documents, questions)
        seconds = _timed(lambda: _by_threads(graph, questions))
        yield f"{_THREADS} threads", _THREADS * _CHECKS_A_THREAD / seconds, "/s"
        for pair in zip(questions[turn * _BIG_CHECKS :], about_it, strict=False):
            for question, where in zip(pair, ("household", "business of 2,000"), strict=True):
                seconds = _timed(lambda q=question: graph.check_many([q]))  # type: ignore[misc]
                if turn:
                    yield f"single check in a {where}", seconds, "s"


def _population(graph: HouseholdGraph, names: Sequence[str]) -> Iterator[Figure]:
    for _ in range(_ROUNDS):
        fetching, judging = _in_one_pass(graph, names)
        yield "households fetched", len(names) / fetching, "/s"
        yield "households judged", len(names) / judging, "/s"
    for workers in (1, 2):
        with TemporaryDirectory(prefix="household-graph-bench-") as home:
            planned = plan(graph.connection, Path(home), _MOMENT, reasons=False)
            laps = [(0, perf_counter())]
            laps += [(one.decisions, perf_counter()) for one in run(Path(home), planned, workers)]
        yield f"population decided, {workers} at work", _rate(laps), "/s"
        if len(laps) > workers + 2:
            yield f"the same without their start, {workers} at work", _rate(laps[workers:]), "/s"


def _in_one_pass(graph: HouseholdGraph, names: Sequence[str]) -> tuple[float, float]:
    """Return the seconds it takes to fetch households, and to judge each as it comes."""
    judging: list[float] = []

    def judge(_name: str, view: "HouseholdView") -> None:
        judging.append(_timed(lambda: view.access_matrix(_MOMENT)))

    seconds = _timed(lambda: load_for_households(graph.connection, names, judge))
    return seconds - sum(judging), sum(judging)


def _rate(laps: Sequence[tuple[int, float]]) -> float:
    """Return how many a second were finished after the first lap."""
    return sum(count for count, _at in laps[1:]) / (laps[-1][1] - laps[0][1])


def _snapshot(
    graph: HouseholdGraph, documents: Sequence[Document], questions: Sequence[Question]
) -> Iterator[Figure]:
    names = [document["organization"]["id"] for document in documents]
    started = perf_counter()
    snapshot = graph.snapshot(names)
    yield "snapshot, households opened", len(names) / (perf_counter() - started), "/s"
    seconds = _timed(lambda: snapshot.check_many(questions))
    yield "snapshot, checks", len(questions) / seconds, "/s"
    whole = _timed(lambda: [snapshot.matrix(name) for name in names])
    cells = sum(len(snapshot.matrix(name)) for name in names[:50]) / min(50, len(names))
    yield "snapshot, matrix", cells * len(names) / whole, "/s"


def measured_start() -> Iterator[Figure]:
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


def _memory(names: Sequence[str]) -> Iterator[Figure]:
    """Open a snapshot in a process of its own, whose memory holds nothing else."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        allocated = process.submit(_allocated, names).result()
    yield "snapshot, memory a household", allocated / len(names), " bytes"


def _allocated(names: Sequence[str]) -> int:
    """Return the bytes that objects take: a process grows by less where memory was free in it."""
    with connect() as graph:
        graph.snapshot(names[:1])
        tracemalloc.start()
        snapshot = graph.snapshot(names)
        return tracemalloc.get_traced_memory()[0] if snapshot.households else 0


def report(figures: Iterator[Figure]) -> list[dict[str, str]]:
    """Return a row for each measure, with the middle of its values."""
    found: dict[tuple[str, str], list[float]] = {}
    for name, value, unit in figures:
        found.setdefault((name, unit), []).append(value)
    middles = {key: median(values) for key, values in found.items()}
    first = next((value for (_, unit), value in middles.items() if unit == "s"), 1.0)
    return [
        {
            "measure": name,
            "value": f"{value * 1000:.2f} ms" if unit == "s" else f"{value:,.0f}{unit}",
            "ratio": f"{value / first:.2f}" if unit == "s" else "",
        }
        for (name, unit), value in middles.items()
    ]


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
