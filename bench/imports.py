"""How fast an export gets into the graph, beside the same rows written in other ways.

All that an import does counts: reading, cleaning, matching, writing with history and records of
origin; of the other ways only the writing of rows that are there already.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.bare_writes import merge_rows, renamed, save_objects
from bench.exports import CUSTOMERS, write_customers
from household_graph import HouseholdGraph
from household_graph.imports.bulk import write_bulk
from household_graph.imports.mapping.mapping import profile_named
from household_graph.imports.pipeline import Export, run_import, silent
from household_graph.local_neo4j import ensure_running, stop
from household_graph.model.actor import Actor
from household_graph.store.bulk_import import import_into_local
from household_graph.store.row_reader import fetch_rows

__all__ = ["measured", "measured_bulk", "peak_memory"]

_RECORDS = 1000  # a round
_ROUNDS = 4  # the first to warm up
_OBJECTS = 5  # households that are written object by object
_BULK_RECORDS = 20_000


def measured(graph: HouseholdGraph) -> Iterator[tuple[str, float]]:
    """Yield what was done and the seconds that a record took, round after round."""
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        for turn in range(_ROUNDS):
            for what, seconds in _round(graph, Path(name), turn):
                if turn:
                    yield what, seconds


def _round(graph: HouseholdGraph, folder: Path, turn: int) -> Iterator[tuple[str, float]]:
    path, source = folder / f"{turn}.csv", f"bench{turn}"
    write_customers(path, turn * _RECORDS, _RECORDS)
    mapping = profile_named(CUSTOMERS).model_copy(update={"source": source})
    export = Export((path,), mapping)
    started = perf_counter()
    run_import(graph.connection, export, folder, silent, actor=Actor.operator("bench"))
    yield "import", (perf_counter() - started) / _RECORDS
    keys = range(turn * _RECORDS, (turn + 1) * _RECORDS)
    homes = [f"{source}-{key:07}-BENCH" for key in keys]
    rows = [one for one in fetch_rows(graph.connection, homes).values() if one.nodes]
    bare, objects = renamed(rows, f"bare{turn}"), renamed(rows[:_OBJECTS], f"objects{turn}")
    started = perf_counter()
    merge_rows(graph, bare)
    yield "bare MERGE", (perf_counter() - started) / len(bare)
    started = perf_counter()
    save_objects(graph, objects)
    yield "neomodel", (perf_counter() - started) / len(objects)


def measured_bulk() -> float:
    """Return the seconds that a record takes by way of the offline importer, all in all."""
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        home, path = Path(name) / "home", Path(name) / "customers.csv"
        write_customers(path, 0, _BULK_RECORDS)
        export = Export((path,), profile_named(CUSTOMERS))
        try:
            ensure_running(home)
            started = perf_counter()
            _done, files = write_bulk(
                export, Path(name) / "files", Path(name), silent, actor=Actor.operator("bench")
            )
            import_into_local(files.options, home)
            return (perf_counter() - started) / _BULK_RECORDS
        finally:
            stop(home)


def peak_memory(rows: int) -> int:
    """Return the megabytes that an import of so many contacts takes at most, in all processes."""
    command = [sys.executable, "-m", "bench.import_memory", str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return max(map(int, done.stdout.split()))
