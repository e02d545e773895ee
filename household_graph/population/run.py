"""All households of a graph decided, part after part, by processes; cut off, it goes on."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from household_graph.errors import BadInputError
from household_graph.graph.connection import Connection
from household_graph.graph.facts import all_households
from household_graph.model.instants import now, parse_instant, to_utc, zone_named
from household_graph.population.step import Part, Written
from household_graph.population.worker import begin, work

__all__ = ["Plan", "plan", "run"]

_PLAN = "population.json"
_HOUSEHOLDS_A_PART = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be decided, as it lies beside the files.

    Attributes:
        at: the moment, as ISO 8601; without an offset, local time of each household.
        reasons: whether the codes of the reasons and the next change are written too.
        households: how many there were when it was made.
        ends: the id of the last household of each part.
    """

    at: str
    reasons: bool
    households: int
    ends: Sequence[str]

    def parts(self, folder: Path) -> list[Part]:
        """Return the parts that are not written yet."""
        every = (
            Part(folder / f"part-{number:05}.parquet", after, until, self.at, self.reasons)
            for number, (after, until) in enumerate(
                zip(["", *self.ends[:-1]], self.ends, strict=True)
            )
        )
        return [part for part in every if not part.path.exists()]


def plan(connection: Connection, folder: Path, at: str | None, *, reasons: bool) -> Plan:
    """Return the plan that lies in a folder, or a new one for all households there are.

    Args:
        connection: the graph.
        folder: where files go.
        at: the moment; None: that of the plan that is there, or now.
        reasons: whether the codes of the reasons and the next change are written too.

    Raises:
        BadInputError: if the folder holds something else, or what was asked otherwise.
        InvalidTimeError: if the moment cannot be read.
        DatabaseUnavailableError: if the server does not answer.
    """
    if at is not None:
        parse_instant(at, zone_named("UTC"))
    if (folder / _PLAN).exists():
        return _same(folder, at, reasons=reasons)
    if folder.exists() and any(folder.iterdir()):
        raise BadInputError(f"`{folder}` is not empty", hint="name a folder that is new with --to")
    ids = all_households(connection)
    ends, count = [], 0
    while part := list(islice(ids, _HOUSEHOLDS_A_PART)):
        ends.append(part[-1])
        count += len(part)
    return Plan(at or to_utc(now()).isoformat(), reasons, count, ends)


def run(folder: Path, planned: Plan, workers: int) -> Iterator[Written]:
    """Decide what is left of a plan, and yield what each part came to as it is finished.

    Each worker is a process with a connection of its own, to the server of the environment. Where
    it is cut off, whole parts stay, and the same plan goes on with the others.

    Raises:
        BadInputError: if the folder cannot be written, or pyarrow is not installed.
        DatabaseUnavailableError: if the server does not answer.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _PLAN).write_text(json.dumps(asdict(planned)), encoding="utf-8")
        with ProcessPoolExecutor(workers, get_context("spawn"), begin) as pool:
            try:
                for done in as_completed([pool.submit(work, p) for p in planned.parts(folder)]):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
    except OSError as error:
        raise BadInputError(
            f"`{error.filename or folder}` cannot be written: {error.strerror}",
            hint="name another folder with --to, or make room",
        ) from error


def _same(folder: Path, at: str | None, *, reasons: bool) -> Plan:
    try:
        found = Plan(**json.loads((folder / _PLAN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadInputError(
            f"`{folder / _PLAN}` is no plan of a population", hint="name another folder with --to"
        ) from error
    if at not in {None, found.at} or reasons != found.reasons:
        with_or_without = "with" if found.reasons else "without"
        raise BadInputError(
            f"`{folder}` is for {found.at}, {with_or_without} reasons",
            hint="ask for the same to go on with it, or name another folder with --to",
        )
    return found
