"""The step that a population is decided by: some households in, one Parquet file out.

Run it wherever there are many of them: a pool of processes (`batch.scheduler.run`), or the
workers of a distributed engine. It needs the server of the environment, and nothing else.

A process of the pool imports nothing of the store before `begin`, as pandas, which nothing here
needs, takes longer to import than a thousand households to decide.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import chain
from multiprocessing import parent_process
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from threading import Thread
from typing import TYPE_CHECKING, Any

from household_graph.installation import FRAMES, require_extra, without

if TYPE_CHECKING:
    import pyarrow as pa

    from household_graph.store.connection import Connection
    from household_graph.store.household_view import HouseholdView

_Columns = tuple[Sequence[Any], ...]
_connection: "list[Connection]" = []


@dataclass(frozen=True, slots=True)
class Part:
    """Some households, next to each other by id, and where their decisions go.

    They are those after the id `after`, empty for the first part, up to the id `until`. The moment
    is ISO 8601; without an offset, local time of each household. With `reasons`, the codes of the
    reasons and the next change are written too.
    """

    path: Path
    after: str
    until: str
    at: str
    reasons: bool


@dataclass(frozen=True, slots=True)
class Written:
    """How many households and decisions a part has."""

    households: int
    decisions: int


def begin() -> None:
    """Connect a process of a pool, which ends with the whole, however that ends, as at Ctrl-C."""
    signal(SIGINT, SIG_IGN)
    Thread(target=_end_with_the_whole, daemon=True).start()
    with without(*FRAMES):
        from household_graph.store.connection import open_connection
    _connection.append(open_connection())


def _end_with_the_whole() -> None:
    if whole := parent_process():
        whole.join()
        os._exit(1)


def work(part: Part) -> Written:
    """Decide and write a part in a process of a pool; see `write_part`."""
    with without("pandas"):  # pyarrow imports it with the first list it is given
        return write_part(_connection[0], part)


def write_part(connection: "Connection", part: Part) -> Written:
    """Decide every person, service and device of the households of a part, and write it.

    The file is there when it is whole.

    Raises:
        BadInputError: if pyarrow is not installed, or a household cannot be read, naming it.
        InvalidTimeError: if the moment cannot be read.
        OSError: if the file cannot be written.
    """
    require_extra("parquet", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    from household_graph.store.connection import read
    from household_graph.store.facts_loader import load_for_households

    found = read(connection, "reads/household-ids-between", after=part.after, until=part.until)
    households = [record["household"] for record in found]
    columns: dict[str, _Columns] = {}

    def decide(household: str, view: "HouseholdView") -> None:
        columns[household] = _columns(household, view, part)

    load_for_households(connection, households, decide)
    schema = _schema(reasons=part.reasons)
    in_order = (columns[household] for household in sorted(columns))
    arrays = [
        _array(parts, one.type)
        for parts, one in zip(zip(*in_order, strict=True), schema, strict=True)
    ]
    table = pa.Table.from_arrays(arrays, schema=schema) if columns else schema.empty_table()
    unfinished = part.path.with_name(f"_{part.path.stem}.part")  # passed over as the plan is
    pq.write_table(table, unfinished, compression="zstd")
    unfinished.replace(part.path)
    return Written(len(households), table.num_rows)


def _columns(household: str, view: "HouseholdView", part: Part) -> _Columns:
    """Return what the matrix of a household comes to, column by column."""
    if not part.reasons:
        found = view.access_matrix(part.at)
        places, parties = len(found.services), len(found.parties)
        return (
            [household] * len(found.allowed),
            [party for party in found.parties for _ in range(places)],
            found.services * parties,
            found.devices * parties,
            found.allowed,
        )
    from household_graph.engine.question import matrix_questions

    shared = view.pinned()
    decided = [shared.decide(one, 0) for one in matrix_questions(shared.facts, part.at)]
    return (
        [household] * len(decided),
        [one.party for one in decided],
        [one.target for one in decided],
        [one.device for one in decided],
        bytes([one.allowed for one in decided]),
        [one.codes for one in decided],
        [one.changes_at.astimezone(UTC) if one.changes_at else None for one in decided],
    )


def _array(parts: Iterable[Any], kind: "pa.DataType") -> "pa.Array":
    """Return the parts of a column as one; answers are bytes, 1 or 0."""
    import pyarrow as pa

    if kind != pa.bool_():
        return pa.array(list(chain.from_iterable(parts)), kind)
    answers = b"".join(parts)
    buffers = [None, pa.py_buffer(answers)]
    return pa.Array.from_buffers(pa.uint8(), len(answers), buffers).cast(kind)


def _schema(*, reasons: bool) -> "pa.Schema":
    import pyarrow as pa

    fields = [(name, pa.string()) for name in ("household", "party", "service", "device")]
    fields.append(("allowed", pa.bool_()))
    if reasons:
        fields.append(("codes", pa.list_(pa.string())))
        fields.append(("changes_at", pa.timestamp("us", "UTC")))
    return pa.schema(fields)
