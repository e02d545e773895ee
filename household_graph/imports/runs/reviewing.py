"""Doubts of a run, one by one or from a file: which two are one, and which are not."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.cleaning import CleaningError, truth

Pair = tuple[str, str]
Doubt = dict[str, str]
"""What `reports.MATCH_COLUMNS` name, with the `number` of the doubt, from 1, in front."""

_NEEDED = ("first", "second", "accepted")


def doubts_of(path: Path) -> list[Doubt]:
    """Return the doubts in the report of a run, the most likely ones first."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {"number": str(number), **row}
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]


def chosen(
    doubts: Sequence[Doubt], accepted: Iterable[int], refused: Iterable[int]
) -> dict[Pair, bool]:
    """Return what was decided by number.

    Raises:
        BadInputError: if there is no doubt of a number, or it is accepted and refused.
    """
    decided: dict[Pair, bool] = {}
    for number, is_one in [*((n, True) for n in accepted), *((n, False) for n in refused)]:
        if not 1 <= number <= len(doubts):
            raise BadInputError(
                f"there is no doubt number {number}",
                hint=f"they are numbered from 1 to {len(doubts)}" if doubts else "there is none",
            )
        doubt = doubts[number - 1]
        pair = doubt["first"], doubt["second"]
        if decided.setdefault(pair, is_one) != is_one:
            raise BadInputError(f"number {number} is accepted and refused", hint="choose one")
    return decided


def decided_in(path: Path, doubts: Sequence[Doubt]) -> dict[Pair, bool]:
    """Return what a CSV file decides of doubts; lines without an answer are left out.

    Raises:
        DocumentError: if it cannot be read, lacks a column, an answer is no yes or no, or a line
            is about none of the doubts.
    """
    known = {(doubt["first"], doubt["second"]) for doubt in doubts}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise DocumentError(
                    f"{path}:1: the column `{missing[0]}` is missing",
                    hint="write yes or no into a column `accepted` of the file of doubts",
                )
            return dict(_decided(path, reader, known))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"cannot read `{path}`: {error}") from error


def _decided(
    path: Path, reader: "csv.DictReader[str]", known: Collection[Pair]
) -> Iterator[tuple[Pair, bool]]:
    for row in reader:
        try:
            answer = truth(row["accepted"] or "")
        except CleaningError as error:
            raise DocumentError(
                f"{path}:{reader.line_num}: accepted: {error.reason}", hint=error.hint
            ) from error
        one, other = row["first"] or "", row["second"] or ""
        pair = min(one, other), max(one, other)
        if answer is not None and pair not in known:
            raise DocumentError(
                f"{path}:{reader.line_num}: `{pair[0]}` and `{pair[1]}` are no doubt of this run",
                hint="`household-graph import review RUN -o csv` writes the file to fill in",
            )
        if answer is not None:
            yield pair, answer
