"""Measure what the engine answers beside what the same server does at its barest.

Every figure is a ratio within one run: machines are noisy, ratios less so. All measures are taken
in turn, round after round, after a warm-up.

    make bench                        1,000 households on a Neo4j of its own
    make bench HOUSEHOLDS=10000
    make bench ROWS=1000000           the memory of imports, up to so many rows
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from neo4j import RoutingControl
from rich.console import Console
from rich.table import Table

from bench import asking, events, imports
from bench.households import households, random_questions
from household_graph import HouseholdGraph, Question, connect
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_documents
from household_graph.local_neo4j import stop
from household_graph.local_neo4j.settings import read_settings
from household_graph.model.actor import Actor

_BATCH = 1000
_SINGLE_CHECKS = 200  # a round
_ROUNDS = 7
_WARM_UP_CHECKS = 3000


def main() -> None:
    """Load, warm up, measure, print."""
    arguments = _arguments()
    with _own_home(), connect(local=True) as graph:
        documents = list(households(arguments.households))
        _load(graph, documents)
        asked = list(random_questions(documents, _BATCH))
        figures = _measure(graph, asked)
        for name, seconds in events.measured(graph):
            figures.setdefault(f"event: {name}", []).append(seconds)
        _say("life events measured")
        for name, seconds in imports.measured(graph):
            figures.setdefault(name, []).append(seconds)
        _say("imports measured")
        asked_all = asking.report(asking.measured(graph, documents))
        _say("snapshots, populations and a business measured")
        figures["bulk"] = [imports.measured_bulk()]
    _say("bulk import measured")
    report = _report(figures, arguments.households) + _imports(figures)
    report += asked_all + asking.report(asking.measured_start())
    report += _memory(arguments.rows)
    _show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    return parser.parse_args()


@contextmanager
def _own_home() -> Iterator[None]:
    """Keep the measured database apart from the user's own; the jars are shared."""
    if os.environ.get("NEO4J_URI"):
        yield
        return
    os.environ.setdefault("HOUSEHOLD_GRAPH_JARS", str(read_settings().jars_directory))
    with tempfile.TemporaryDirectory(prefix="household-graph-bench-") as home:
        os.environ["HOUSEHOLD_GRAPH_HOME"] = home
        try:
            yield
        finally:
            stop()


def _load(graph: HouseholdGraph, documents: list[dict[str, Any]]) -> None:
    started = perf_counter()
    graph.apply_schema()
    models = (HouseholdDocument.model_validate(document) for document in documents)
    load_documents(graph.store, models, actor=Actor.operator("bench"))
    _say(f"{len(documents):,} households loaded in {perf_counter() - started:.0f} s")


def _measure(graph: HouseholdGraph, asked: list[dict[str, str]]) -> dict[str, list[float]]:
    """Return the seconds that each measure took: a list of single times or of rounds."""
    questions = [Question(q["party"], q["target"], device=q["device"], at=q["at"]) for q in asked]
    look_ups = (Path(__file__).parent / "look-ups.cypher").read_text(encoding="utf-8")
    times: dict[str, list[float]] = {}

    def take(name: str, work: Callable[[], object]) -> None:
        started = perf_counter()
        work()
        times.setdefault(name, []).append(perf_counter() - started)

    _warm_up(graph, questions)
    for turn in range(_ROUNDS):
        for question in questions[turn * _SINGLE_CHECKS % _BATCH :][:_SINGLE_CHECKS]:
            take("round trip", lambda: _run(graph, "RETURN 1"))
            take("check", lambda q=question: graph.check_many([q]))  # type: ignore[misc]
            take("services", lambda q=question: graph.services(q.party, device=q.device, at=q.at))  # type: ignore[misc]
        take("look-ups", lambda: _run(graph, look_ups, questions=asked))
        take("batch", lambda: graph.check_many(questions))
        _say(f"round {turn + 1} of {_ROUNDS}")
    return times


def _warm_up(graph: HouseholdGraph, questions: list[Question]) -> None:
    for number in range(_WARM_UP_CHECKS):
        graph.check_many([questions[number % _BATCH]])
    for _ in range(5):
        graph.check_many(questions)


def _run(graph: HouseholdGraph, statement: str, **parameters: object) -> object:
    connection = graph.connection
    return connection.driver.execute_query(
        statement,
        parameters,
        routing_=RoutingControl.READ,
        database_=connection.database,
    )


def _report(times: dict[str, list[float]], count: int) -> list[dict[str, Any]]:
    trip = median(times["round trip"])
    bare = _BATCH / median(times["look-ups"])
    batch = _BATCH / median(times["batch"])
    return [
        {"measure": f"households: {count}", "value": "", "ratio": ""},
        _latency("bare round trip, p50", trip, trip),
        _latency("single check, p50", median(times["check"]), trip),
        _latency("single check, p95", quantiles(times["check"], n=20)[-1], trip),
        _latency("services on a device, p50", median(times["services"]), trip),
        {"measure": "bare look-ups of ids", "value": f"{bare:,.0f}/s", "ratio": "1.00"},
        {
            "measure": f"batch of {_BATCH:,} random checks",
            "value": f"{batch:,.0f}/s",
            "ratio": f"{batch / bare:.2f} of look-ups",
        },
        *(_latency(name, median(times[name]), trip) for name in times if name.startswith("event")),
    ]


def _imports(times: dict[str, list[float]]) -> list[dict[str, str]]:
    online = median(times["import"])
    beside = {"bare MERGE": "the same rows", "neomodel": "object by object"}
    return [
        {"measure": "import, records", "value": f"{1 / online:,.0f}/s", "ratio": "1.00"},
        *(
            {
                "measure": f"{name}, {what}",
                "value": f"{1 / median(times[name]):,.0f}/s",
                "ratio": f"import is {median(times[name]) / online:.2f} of it",
            }
            for name, what in beside.items()
        ),
        {
            "measure": "import bulk, all in all",
            "value": f"{1 / times['bulk'][0]:,.0f}/s",
            "ratio": f"{online / times['bulk'][0]:.2f} of import",
        },
    ]


def _memory(rows: int) -> list[dict[str, str]]:
    few, many = imports.peak_memory(rows // 100), imports.peak_memory(rows)
    return [
        {
            "measure": f"peak memory of an import of {rows:,} rows",
            "value": f"{many} MB",
            "ratio": f"{many / few:.2f} of that of {rows // 100:,}",
        }
    ]


def _latency(measure: str, seconds: float, trip: float) -> dict[str, str]:
    return {
        "measure": measure,
        "value": f"{seconds * 1000:.2f} ms",
        "ratio": f"{seconds / trip:.2f} round trips",
    }


def _show(report: list[dict[str, Any]]) -> None:
    table = Table(*report[0])
    for row in report:
        table.add_row(*row.values())
    Console().print(table)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
