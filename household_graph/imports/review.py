"""Review possible duplicates: decide which two are one, by number or from a file."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from household_graph.changes.authorization.check import foreign
from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.cleaning.cells import truth
from household_graph.imports.cleaning.text import CleaningError
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import run_query

Pair = tuple[str, str]
"""The keys of two records."""
PossibleDuplicate = dict[str, str]
"""A row of the report, with its `number`, from 1, in front."""

_NEEDED = ("first", "second", "accepted")


def read_possible_duplicates(path: Path) -> list[PossibleDuplicate]:
    """Return the possible duplicates of a report, the most likely ones first."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {"number": str(number), **row}
            for number, row in enumerate(csv.DictReader(file), start=1)
        ]


def decisions_by_number(
    possible: Sequence[PossibleDuplicate], accepted: Iterable[int], refused: Iterable[int]
) -> dict[Pair, bool]:
    """Return what was decided by number.

    Raises:
        BadInputError: if a number does not exist, or is both accepted and refused.
    """
    decided: dict[Pair, bool] = {}
    for number, is_one in [*((n, True) for n in accepted), *((n, False) for n in refused)]:
        if not 1 <= number <= len(possible):
            raise BadInputError(
                f"there is no possible duplicate number {number}",
                hint=f"they are numbered from 1 to {len(possible)}"
                if possible
                else "there is none",
            )
        pair = possible[number - 1]["first"], possible[number - 1]["second"]
        if decided.setdefault(pair, is_one) != is_one:
            raise BadInputError(f"number {number} is accepted and refused", hint="choose one")
    return decided


def decisions_in(path: Path, possible: Sequence[PossibleDuplicate]) -> dict[Pair, bool]:
    """Return the decisions in a CSV file; lines without an answer are skipped.

    Raises:
        DocumentError: if it cannot be read, lacks a column, an answer is neither yes nor no, or a
            line is about no possible duplicate.
    """
    known = {(one["first"], one["second"]) for one in possible}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise DocumentError(
                    f"{path}:1: the column `{missing[0]}` is missing",
                    hint="write yes or no into a column `accepted` of the file",
                )
            return dict(_decisions(path, reader, known))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"cannot read `{path}`: {error}") from error


def _decisions(
    path: Path, reader: "csv.DictReader[str]", known: Collection[Pair]
) -> Iterator[tuple[Pair, bool]]:
    for row in reader:
        place = f"{path}:{reader.line_num}"
        try:
            answer = truth(row["accepted"] or "")
        except CleaningError as error:
            raise DocumentError(f"{place}: accepted: {error.reason}", hint=error.hint) from error
        first, second = sorted((row["first"] or "", row["second"] or ""))
        if answer is None:
            continue
        if (first, second) not in known:
            raise DocumentError(
                f"{place}: `{first}` and `{second}` are not a possible duplicate in this run",
                hint="`household-graph import review RUN -o csv` writes the file to fill in",
            )
        yield (first, second), answer


def decide(
    connection: Connection,
    source: str,
    decisions: Mapping[Pair, bool],
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Record decisions; the last one about a pair counts.

    Args:
        connection: the graph.
        source: the name of the source.
        decisions: whether two are one.
        actor: who decided; an operator.
        reason: why.

    Raises:
        RefusedError: if the actor is a party: one person may be in many households.
    """
    if actor.is_party:
        raise foreign(actor)
    parameters = {
        "rows": [
            {
                "id": f"{source}:{first}|{second}",
                "first": first,
                "second": second,
                "accepted": accepted,
            }
            for (first, second), accepted in decisions.items()
        ],
        "source": source,
        "actor": actor.name,
        "actor_kind": actor.kind.value,
        "reason": reason,
    }
    with database_errors(), connection.session() as session:
        session.execute_write(
            lambda tx: list(run_query(tx, "writes/match-decisions", **parameters))
        )
