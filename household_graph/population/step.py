"""The step that a population is decided by: some households in, one Parquet file out.

Whoever has many of them runs it where it likes: a pool of processes (`population.run`), or the
workers of a distributed engine. It needs the server of the environment, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from household_graph.decision.decision import Decision
from household_graph.decision.judge import judge
from household_graph.decision.listing import matrix_cells, matrix_questions
from household_graph.extras import require_extra
from household_graph.graph.answers import without_cycles
from household_graph.graph.connection import Connection
from household_graph.graph.facts import each_household, read
from household_graph.model.instants import instant_of

if TYPE_CHECKING:
    import pyarrow as pa

    from household_graph.decision.facts import Facts

__all__ = ["Part", "Written", "write_part"]

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Some households, next to each other by id, and where their decisions go.

    Attributes:
        path: of the file.
        after: the id before the first one; empty for the first part.
        until: the id of the last one.
        at: the moment, as ISO 8601; without an offset, local time of each household.
        reasons: whether the codes of the reasons and the next change are written too.
    """

    path: Path
    after: str
    until: str
    at: str
    reasons: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What a part came to: how many households and decisions."""

    households: int
    decisions: int


def write_part(connection: Connection, part: Part) -> Written:
    """Decide every person, service and device of the households of a part, and write it.

    The file is there when it is whole.

    Raises:
        BadInputError: if pyarrow is not installed.
        InvalidTimeError: if the moment cannot be read.
        DatabaseUnavailableError: if the server does not answer.
        OSError: if the file cannot be written.
    """
    require_extra("parquet", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = read(connection, "reads/household-ids-between", after=part.after, until=part.until)
    households = [record["household"] for record in found]
    schema = _schema(reasons=part.reasons)
    rows: dict[str, list[Row]] = {}

    def decide(facts: "Facts") -> None:
        rows[facts.household] = list(_rows(facts, part))

    with without_cycles():
        each_household(connection, households, decide)
    unfinished = part.path.with_suffix(".part")
    columns = list(zip(*chain.from_iterable(rows.values()), strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), unfinished, compression="zstd")
    unfinished.replace(part.path)
    return Written(len(households), len(columns[0]))


def _rows(facts: "Facts", part: Part) -> Iterator[Row]:
    """Yield a row for each cell of the matrix of a household."""
    at = instant_of(part.at, facts.zone)
    if not part.reasons:
        yield from ((facts.household, *cell) for cell in matrix_cells(facts, at))
        return
    for question in matrix_questions(facts, None):
        one = judge(facts, question, now=at)
        yield (facts.household, one.party, one.target, one.device, one.allowed, *_why(one))


def _why(one: Decision) -> tuple[list[str], Any]:
    return list(one.codes), one.changes_at.astimezone(UTC) if one.changes_at else None


def _schema(*, reasons: bool) -> "pa.Schema":
    import pyarrow as pa

    fields = [(name, pa.string()) for name in ("household", "party", "service", "device")]
    fields.append(("allowed", pa.bool_()))
    if reasons:
        fields.append(("codes", pa.list_(pa.string())))
        fields.append(("changes_at", pa.timestamp("us", "UTC")))
    return pa.schema(fields)
