"""How much longer a single check takes among many households than among a few.

    python -m bench.growth                       50,000 households beside 1,000
    python -m bench.growth --households 10000

Two servers, loaded by the offline importer, are asked in turn, so that whatever else the machine
does touches both.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.households import households, random_questions
from household_graph import HouseholdGraph, Question, connect
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.imports.bulk import BulkBatch, BulkFiles
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.records import Source
from household_graph.imports.staging import WorkItem
from household_graph.local_neo4j import ensure_running, stop
from household_graph.model.enums import ActorKind, RunState
from household_graph.store.bulk_import import import_into_local

__all__ = ["loaded"]

_FEW = 1_000
_WARM_UP, _CHECKS = 3_000, 3_000
_PART = 1_000  # households that are made lines of at a time


def main() -> None:
    """Load, ask in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=50_000)
    given = parser.parse_args()
    with loaded(_FEW) as few, loaded(given.households) as many:
        asked = [_questions(count) for count in (_FEW, given.households)]
        seconds: list[list[float]] = [[], []]
        for turn, pair in enumerate(zip(*asked, strict=True)):
            for graph, question, times in zip((few, many), pair, seconds, strict=True):
                started = perf_counter()
                graph.check_many([question])
                if turn >= _WARM_UP:
                    times.append(perf_counter() - started)
    for count, times in zip((_FEW, given.households), seconds, strict=True):
        p95 = quantiles(times, n=20)[-1]
        print(f"{count:,} households: p50 {median(times) * 1000:.2f} ms, p95 {p95 * 1000:.2f} ms")
    print(f"ratio of p50: {median(seconds[1]) / median(seconds[0]):.2f}")


@contextmanager
def loaded(count: int) -> Iterator[HouseholdGraph]:
    """Start a Neo4j in a home of its own, and load so many households by the offline importer."""
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        home = Path(name) / "home"
        try:
            ensure_running(home)
            started = perf_counter()
            server = import_into_local(_files(Path(name) / "files", count).options, home)
            print(
                f"{count:,} households loaded in {perf_counter() - started:.0f} s", file=sys.stderr
            )
            with connect(
                server.bolt_uri, username=server.username, password=server.password
            ) as graph:
                yield graph
        finally:
            stop(home)


def _files(folder: Path, count: int) -> BulkFiles:
    """Write the households as files for the importer, as one import would."""
    run = RecordedRun(
        id="import-bench-1",
        source="bench",
        actor="bench",
        actor_kind=ActorKind.OPERATOR,
        reason=None,
        at=datetime.now(UTC),
        state=RunState.FINISHED,
        files=("bench",),
        digest="",
    )
    documents = households(count)
    with BulkFiles(folder, Source("bench", "UTC"), run) as files:
        for part in iter(partial(_part, documents), []):
            batch = BulkBatch()
            for one in part:
                batch.add(one, run)
            files.add(batch)
        files.add_run(run)
    return files


def _part(documents: Iterator[dict[str, Any]]) -> list[WorkItem]:
    rows = (to_rows(HouseholdDocument.model_validate(one)) for one in islice(documents, _PART))
    return [WorkItem(one.household, (), rows=one) for one in rows]


def _questions(count: int) -> Sequence[Question]:
    asked = random_questions(list(households(count)), _WARM_UP + _CHECKS)
    return [Question(q["party"], q["target"], device=q["device"], at=q["at"]) for q in asked]


if __name__ == "__main__":
    main()
