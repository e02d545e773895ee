"""How well records of one person, or of one household, are found: precision and recall.

    python -m bench.matching                  2,000 draws of each of three seeds
    python -m bench.matching --draws 30000    about 100,000 records, to see how long it takes

A pair is two records. Precision is the share of the pairs put together that belong together;
recall is the share of the pairs that belong together that were put together. Pairs left for a
review are counted apart.
"""

import argparse
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from time import perf_counter

from rich.console import Console
from rich.table import Table

from bench.labelled_people import DIFFICULTIES, Labelled, labelled_records
from household_graph.imports.match_features import features_of
from household_graph.imports.matching import Thresholds, add_features, resolve

__all__ = ["Tally", "matched"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Tally:
    """What became of pairs.

    Attributes:
        right: put together, and rightly.
        wrong: put together, and wrongly.
        missed: belong together, and were left apart.
        in_doubt: of those missed, how many are left for a review.
        wrongly_in_doubt: do not belong together, and are left for a review.
    """

    right: int = 0
    wrong: int = 0
    missed: int = 0
    in_doubt: int = 0
    wrongly_in_doubt: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.in_doubt + other.in_doubt,
            self.wrongly_in_doubt + other.wrongly_in_doubt,
        )

    @property
    def precision(self) -> float:
        """The share of the pairs put together that belong together."""
        return self.right / (self.right + self.wrong or 1)

    @property
    def recall(self) -> float:
        """The share of the pairs that belong together that were put together."""
        return self.right / (self.right + self.missed or 1)

    @property
    def with_review(self) -> float:
        """The same, if a review decides rightly."""
        return (self.right + self.in_doubt) / (self.right + self.missed or 1)


def matched(records: list[Labelled]) -> dict[str, dict[str, Tally]]:
    """Return what became of pairs of records: for persons and households, by difficulty."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    add_features(connection, (features_of(one.said) for one in records))
    resolve(connection, Thresholds(), {})
    by_key = {one.said.key: one for one in records}
    persons = dict(connection.execute("SELECT person, same_as FROM persons"))
    labels = dict(connection.execute("SELECT record, label FROM label"))
    return {
        "person": _tallies(
            by_key,
            {key: one.person for key, one in by_key.items()},
            {key: persons[one.said.person.key] for key, one in by_key.items() if one.said.person},
            _doubts(connection, "person"),
        ),
        "household": _tallies(
            by_key,
            {key: one.household for key, one in by_key.items()},
            labels,
            _doubts(connection, "household"),
        ),
    }


def _doubts(connection: sqlite3.Connection, kind: str) -> set[Pair]:
    rows = connection.execute(
        "SELECT first, second FROM match WHERE report = 'possible_duplicates' AND kind = ?", (kind,)
    )
    return {(min(pair), max(pair)) for pair in rows}


def _tallies(
    by_key: Mapping[str, Labelled],
    truth: Mapping[str, str],
    found: Mapping[str, str],
    doubts: set[Pair],
) -> dict[str, Tally]:
    true, together = _pairs(truth), _pairs(found)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for what, pairs in (
        ("right", true & together),
        ("wrong", together - true),
        ("missed", true - together),
        ("in_doubt", (true - together) & doubts),
        ("wrongly_in_doubt", doubts - true),
    ):
        for first, second in pairs:
            kinds = {by_key[first].difficulty, by_key[second].difficulty}
            counts[kinds.pop() if len(kinds) == 1 else "strangers"][what] += 1
    return {kind: Tally(**count) for kind, count in counts.items()}


def _pairs(groups: Mapping[str, str]) -> set[Pair]:
    members: dict[str, list[str]] = defaultdict(list)
    for key, group in groups.items():
        members[group].append(key)
    return {pair for keys in members.values() for pair in combinations(sorted(keys), 2)}


def _table(what: str, tallies: Mapping[str, Tally]) -> Table:
    table = Table(what, "pairs", "precision", "recall", "with review", "wrong", "needless doubts")
    for kind in (*DIFFICULTIES, "strangers"):
        if kind in tallies:
            table.add_row(kind, *_cells(tallies[kind]))
    table.add_row("all", *_cells(sum(tallies.values(), Tally())))
    return table


def _cells(tally: Tally) -> Iterable[str]:
    yield f"{tally.right + tally.missed:,}"
    yield f"{tally.precision:.4f}"
    yield f"{tally.recall:.3f}"
    yield f"{tally.with_review:.3f}"
    yield f"{tally.wrong:,}"
    yield f"{tally.wrongly_in_doubt:,}"


def main() -> None:
    """Match, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    arguments = parser.parse_args()
    every: dict[str, dict[str, Tally]] = {"person": {}, "household": {}}
    started, count = perf_counter(), 0
    for seed in arguments.seeds:
        records = labelled_records(seed, arguments.draws)
        count += len(records)
        for what, tallies in matched(records).items():
            for kind, tally in tallies.items():
                every[what][kind] = every[what].get(kind, Tally()) + tally
    console = Console()
    for what, tallies in every.items():
        console.print(_table(what, tallies))
    console.print(f"{count:,} records, {perf_counter() - started:.0f} s, seeds {arguments.seeds}")


if __name__ == "__main__":
    main()
