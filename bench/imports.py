"""How fast an export gets into the graph, beside the same rows written in other ways."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.bare_writes import merge_rows, renamed, save_objects
from bench.exports import CUSTOMERS, write_customers
from household_graph import HouseholdGraph
from household_graph.crm.mapping import profile_named
from household_graph.crm.runs.export import Export
from household_graph.crm.runs.importing import run_import
from household_graph.crm.runs.progress import silent
from household_graph.graph.reading import fetch_rows

__all__ = ["measured"]

_RECORDS = 1000  # a round
_ROUNDS = 4  # the first to warm up
_OBJECTS = 5  # households that are written object by object


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
    run_import(graph.connection, export, folder, silent, actor="bench")
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
