"""All households of a graph decided, part after part, by processes; cut off, it goes on."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from household_graph.batch.partition import Part, Written, begin, work
from household_graph.errors import BadInputError
from household_graph.files import read_text
from household_graph.model.instants import parse_instant, zone_named
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import all_households
from household_graph.store.row_reader import fetch_now

_PLAN = "_population.json"  # readers of Parquet skip names with an underscore
_HOUSEHOLDS_A_PART = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be decided, as it is stored beside the files; `at` and `reasons` are as in `Part`.

    A part ends with the id in `ends`; where the digest of its ids differs, it is decided again.
    Outdated files of an earlier plan are removed first, and not stored.
    """

    at: str
    reasons: bool
    households: int
    ends: Sequence[str]
    digests: Sequence[str]
    outdated: Sequence[Path] = ()

    def parts(self, folder: Path) -> list[Part]:
        """Return the parts that are not written yet, or have to be written again."""
        every = (
            Part(path, after, until, self.at, self.reasons)
            for path, after, until in zip(
                self.files(folder), ["", *self.ends[:-1]], self.ends, strict=True
            )
        )
        return [part for part in every if part.path in self.outdated or not part.path.exists()]

    def files(self, folder: Path) -> list[Path]:
        """Return the files of all parts."""
        return [folder / f"part-{number:05}.parquet" for number in range(len(self.ends))]


def plan(
    connection: Connection,
    folder: Path,
    at: str | None,
    *,
    reasons: bool,
    overwrite: bool = False,
) -> Plan:
    """Return a plan for all households there are, or what is left of the one in a folder.

    Households that were made, or removed, since that one was cut off are in it too. Without a
    moment it is that of the plan that is there, or now; to overwrite is to decide again whatever
    lies in the folder from an earlier time.

    Raises:
        BadInputError: if the folder holds something else, what was asked otherwise, or all that
            was asked already.
        InvalidTimeError: if the moment cannot be read.
    """
    if at is not None:
        parse_instant(at, zone_named("UTC"))
    there = (folder / _PLAN).exists()
    if not there and folder.exists() and any(folder.iterdir()):
        raise BadInputError(f"`{folder}` is not empty", hint="name a folder that is new with --to")
    old = _unfinished(folder, at, reasons=reasons) if there and not overwrite else None
    ends, digests, count = _divided(all_households(connection), old.ends if old else ())
    moment = old.at if old else at or fetch_now(connection).isoformat()
    planned = Plan(moment, reasons, count, ends, digests)
    if old is None:
        return replace(planned, outdated=sorted(folder.glob("part-*.parquet")))
    pairs = zip(planned.files(folder), digests, old.digests, strict=False)
    return replace(planned, outdated=[path for path, now_, then in pairs if now_ != then])


def _divided(households: Iterable[str], before: Sequence[str]) -> tuple[list[str], list[str], int]:
    """Divide ids in order into parts, new ones after those that end with the ids of before.

    Return the last id of each part, a digest of all ids of each, and how many there are.
    """
    ends, digests = list(before), [sha256() for _ in before]
    sizes = [0] * len(before)
    for household in households:
        part = bisect_left(before, household)
        if part == len(before):
            if len(ends) == len(before) or sizes[-1] == _HOUSEHOLDS_A_PART:
                ends.append(household)
                digests.append(sha256())
                sizes.append(0)
            part = len(ends) - 1
            ends[part] = household
        digests[part].update(f"{household} ".encode())
        sizes[part] += 1
    return ends, [one.hexdigest() for one in digests], sum(sizes)


def run(folder: Path, planned: Plan, workers: int) -> Iterator[Written]:
    """Decide what is left of a plan, and yield what each part came to as it is finished.

    Each worker is a process with a connection of its own, to the server of the environment. Where
    it is cut off, whole parts stay, and the same plan goes on with the others.

    Raises:
        BadInputError: if the folder cannot be written, or pyarrow is not installed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        parts = planned.parts(folder)
        for path in planned.outdated:
            path.unlink()
        (folder / _PLAN).write_text(_as_json(planned), encoding="utf-8")
        with ProcessPoolExecutor(workers, get_context("spawn"), begin) as pool:
            try:
                for done in as_completed([pool.submit(work, p) for p in parts]):
                    yield done.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
    except OSError as error:
        raise BadInputError(
            f"`{error.filename or folder}` cannot be written: {error.strerror}",
            hint="name another folder with --to, or make room",
        ) from error


def _as_json(planned: Plan) -> str:
    return json.dumps({k: v for k, v in asdict(planned).items() if k != "outdated"})


def _unfinished(folder: Path, at: str | None, *, reasons: bool) -> Plan:
    """Return the plan of a folder, which is to be for the same, and cut off."""
    try:
        found = Plan(**json.loads(read_text(folder / _PLAN)))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BadInputError(
            f"`{folder / _PLAN}` is no plan of a population", hint="name another folder with --to"
        ) from error
    if at not in {None, found.at} or reasons != found.reasons:
        with_or_without = "with" if found.reasons else "without"
        raise BadInputError(
            f"`{folder}` is for {found.at}, {with_or_without} reasons",
            hint="ask for the same to go on with it, or name another folder with --to",
        )
    if not found.parts(folder):
        raise BadInputError(
            f"`{folder}` is finished, for {found.at}",
            hint="decide it again with --overwrite, or name another folder with --to",
        )
    return found
