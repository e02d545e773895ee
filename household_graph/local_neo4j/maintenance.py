"""Work on the data of a local database while its server is stopped: import files, repair a log.

Neo4j's offline importer fills a data directory of its own, which replaces the server's only when it
is whole: after a failure at any point before that, the next command finds the database as it was.

A disk that was full leaves half a transaction at the end of the log, and Neo4j refuses to recover
from it. The changes of the torn transaction were never acknowledged; all before it is whole. So the
data are copied, the log is cut there, and the result is checked.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.disk import check_space, make_private
from household_graph.local_neo4j.home import Home, locate, read_state
from household_graph.local_neo4j.java import (
    find_cause,
    log_end,
    log_entries,
    run_admin_tool,
    stop_server,
)
from household_graph.local_neo4j.server import (
    DATABASE,
    Answer,
    LocalServer,
    ensure_running,
    find_answering,
    local_server,
    start_error,
    start_server,
    wait_for_answer,
)
from household_graph.local_neo4j.terminal import Progress, on_stderr

CUT = re.compile(r"Highest recovered transaction id:\s*\d+, committed at:\s*(\d+)")


def import_files(
    options: Sequence[str],
    check: Callable[[LocalServer], None],
    home: Path | None = None,
    progress: Progress = on_stderr,
) -> LocalServer:
    """Replace the local database by what is in files; return its server, running again.

    The server is stopped meanwhile, and other commands wait. Connections to it have to be opened
    again afterwards. The importer's output is in `logs/import.log` below the home.

    The options are those of `neo4j-admin database import full`, with absolute paths; `home` and
    `progress` are those of `ensure_running`. `check` raises if what the database holds must not be
    replaced; no other command starts, stops or resets the server between this and the import.

    Raises:
        LocalServerError: there is no room, or the importer failed; the database is as before.
        DatabaseUnavailableError: the server does not answer.
    """
    server, place = ensure_running(home, progress), locate(home)
    with place.exclusively():
        names = (name for option in options for name in option.rpartition("=")[2].split(","))
        size = sum(path.stat().st_size for path in map(Path, names) if path.is_file())
        check_space(place.root, size, "importing these files")
        check(server)
        with progress("importing into Neo4j", None):
            stop_server(place)
            _import(place, options)
    return ensure_running(home, progress)


def _import(place: Home, options: Sequence[str]) -> None:
    """Make new data from the files, beside the present users and passwords, and switch to them."""
    beside, replaced = place.root / "importing", place.root / "deleted"
    for directory in (beside, replaced):
        shutil.rmtree(directory, ignore_errors=True)  # what a killed import left behind
    try:
        shutil.copytree(place.data, beside / "data", ignore=shutil.ignore_patterns(DATABASE))
        arguments = ("database", "import", "full", DATABASE, *options)
        environment = {"NEO4J_HOME": str(beside)}
        if log := run_admin_tool(place, *arguments, log="import.log", environment=environment):
            raise LocalServerError("Neo4j's importer failed", hint=log_end(log))
        # Killed between these two, it leaves no data, which is an empty database too.
        place.data.rename(replaced)
        (beside / "data").rename(place.data)
    finally:
        for directory in (beside, replaced):
            shutil.rmtree(directory, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair did, or would do; the rest is None or 0 where nothing is needed.

    Attributes:
        needed: whether the transaction log is torn.
        size: of the data, in bytes.
        copy: where the data as they were are copied to.
        recovered_to: when the last transaction that is there now was committed, in UTC; None where
            that is unknown, or nothing was done yet.
        log: the output of Neo4j's consistency check.
    """

    needed: bool
    size: int = 0
    copy: Path | None = None
    recovered_to: datetime | None = None
    log: Path | None = None


def repair(
    home: Path | None = None, progress: Progress = on_stderr, *, dry_run: bool = False
) -> Repair:
    """Restore a local database that does not come up because its transaction log is torn.

    The data are copied first. Then the server starts once with permission to drop the torn end,
    stops, has its data checked for consistency, and starts as always. A dry run looks at the logs
    of the last start, and changes nothing. `home` and `progress` are those of `ensure_running`.

    Raises:
        LocalServerError: there is no database, or no room for the copy, or another cause why it
            does not come up, or the data are not consistent afterwards; a copy made stays.
        DatabaseUnavailableError: the server does not answer.
    """
    place = locate(home)
    if not place.is_made() or not place.has_database:
        raise LocalServerError(
            f"there is no local database in `{place.root}`",
            hint="set HOUSEHOLD_GRAPH_HOME to where it is",
        )
    copy = place.root / "copies" / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    if dry_run:
        if find_answering(place) or not _is_torn(place):
            return Repair(needed=False)
        return Repair(True, _size(place), copy)
    with place.exclusively():
        if find_answering(place) or not (_is_torn(place) or _fails_by_torn_log(place, progress)):
            done = Repair(needed=False)
        else:
            done = _repair(place, copy, progress)
    ensure_running(place.root, progress)
    return done


def _repair(place: Home, copy: Path, progress: Progress) -> Repair:
    """Copy the data, drop the torn end of the log, and check what is left."""
    stop_server(place)
    size = _size(place)
    check_space(place.root, size, "a copy of the data before the repair")
    with progress(f"copying the data to {copy}", None):
        _copy(place, copy)
    answer, begun = _start(place, progress, cut_torn_log=True)
    cause = find_cause(place, begun)
    stop_server(place)
    if answer is not Answer.READY:
        raise start_error(place, cause, answer)
    log = _check(place, copy, progress)
    return Repair(True, size, copy, _recovered_to(place, begun), log)


def _size(place: Home) -> int:
    return sum(path.lstat().st_size for path in place.data.rglob("*"))


def _is_torn(place: Home) -> bool:
    """Return whether the last start failed because of a torn log."""
    state = read_state(place)
    cause = find_cause(place, state.created if state and state.created else 0.0)
    return cause is not None and cause.torn_log


def _fails_by_torn_log(place: Home, progress: Progress) -> bool:
    """Start the server as always, and return whether it fails, because of a torn log only."""
    stop_server(place)
    answer, begun = _start(place, progress, cut_torn_log=False)
    if answer is Answer.READY:
        return False
    cause = find_cause(place, begun)
    stop_server(place)
    if cause is None or not cause.torn_log:
        raise start_error(place, cause, answer)
    return True


def _start(place: Home, progress: Progress, *, cut_torn_log: bool) -> tuple[Answer, float]:
    """Start the server and wait; return its answer, and when that start began."""
    state, process = start_server(place, progress, cut_torn_log=cut_torn_log)
    begun = process.create_time()
    with progress("recovering what the log holds" if cut_torn_log else "starting Neo4j", None):
        return wait_for_answer(local_server(place, state, process), process, place), begun


def _copy(place: Home, copy: Path) -> None:
    unfinished = copy.with_suffix(".unfinished")
    make_private(copy.parent, unfinished)
    try:
        shutil.copytree(place.data, unfinished / "data", symlinks=True)
        unfinished.rename(copy)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _check(place: Home, copy: Path, progress: Progress) -> Path:
    """Let Neo4j check its files for consistency, and return the log of that."""
    with progress("checking the data", None):
        failed = run_admin_tool(place, "database", "check", DATABASE, log="check.log")
    if failed:
        raise LocalServerError(
            f"the data came up, but are not consistent; see `{failed}`",
            hint=f"`{copy}` has them as they were before the repair",
        )
    return place.logs / "check.log"


def _recovered_to(place: Home, begun: float) -> datetime | None:
    found = [CUT.search(entry["message"]) for entry in log_entries(place, begun)]
    cuts = [int(one[1]) for one in found if one]
    return datetime.fromtimestamp(cuts[-1] / 1000, UTC) if cuts else None
