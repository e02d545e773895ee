"""Why a server does not come up, according to its logs or the disk."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from household_graph.local_neo4j.home import Home, megabytes

FULL = 2**20  # bytes free below which nothing can be written any more
TAIL = 20  # lines of a log to show
READ = 4 * 2**20  # bytes of debug.log to look through
STAMP = "%Y-%m-%d %H:%M:%S.%f%z"
# Seconds after a process seems to begin, before which it logs nothing: the server before it may
# have written its last lines then, and the beginning is known to a second only.
SETTLED = 1.0


@dataclass(frozen=True, slots=True)
class StartFailure:
    """Why a server does not come up, what to do about it, and whether `repair` helps."""

    text: str
    hint: str
    torn_log: bool = False


_REPAIR = "`household-graph db repair` copies the data, then restores all that is whole"
_TOO_LARGE_LENGTH = StartFailure(
    "Java ran out of memory over the transaction log, whose end may be torn", _REPAIR, torn_log=True
)
_AGAIN = "run the same command again"
_KNOWN = {
    "Error reading transaction logs, recovery not possible": StartFailure(
        "the end of the transaction log is torn, as a full disk leaves it", _REPAIR, torn_log=True
    ),
    "No space left on device": StartFailure("the disk is full", f"make room, then {_AGAIN}"),
    "FileLockException|Lock file has been locked by another process": StartFailure(
        "another Neo4j uses the same data", f"end that one, then {_AGAIN}"
    ),
    "Address already in use|BindException": StartFailure(
        "another program took a port in the meantime",
        f"{_AGAIN}; unless a variable fixes the port, another one is chosen",
    ),
    "AccessDeniedException|Permission denied|Read-only file system": StartFailure(
        "a file below the home cannot be written",
        f"make yourself its owner again, then {_AGAIN}",
    ),
    "OutOfMemoryError": StartFailure(
        "Java ran out of memory", f"set HOUSEHOLD_GRAPH_HEAP to more, such as 2g, then {_AGAIN}"
    ),
}
# Lengths read from a torn log may be anything, also more than there is memory.
_RECOVERING = re.compile(r"Starting 'DatabaseId\{\w+\[neo4j\]")
_RECOVERED = re.compile(r"^\[neo4j/\w+\] DatabaseId\{\w+\[neo4j\]\} is ready")


def find_cause(home: Home, since: float) -> StartFailure | None:
    """Find why a server does not come up that began at a time, in seconds since 1970.

    What is older does not count; None where nothing known is found.
    """
    if is_full(home):
        free = megabytes(shutil.disk_usage(home.root).free)
        return StartFailure(f"the disk is full ({free} free)", f"make room, then {_AGAIN}")
    entries = list(log_entries(home, since))
    failed = [one for one in entries if one.get("level") == "ERROR"]
    errors = [f"{one['message']} {one.get('stacktrace', '')}" for one in failed]
    errors += _lines(home.log_file)
    found = next((p for p in _KNOWN if any(re.search(p, one) for one in errors)), None)
    if found is None:
        return None
    messages = [one["message"] for one in entries]
    recovered = any(map(_RECOVERED.search, messages))
    in_recovery = any(map(_RECOVERING.search, messages)) and not recovered
    return _TOO_LARGE_LENGTH if found == "OutOfMemoryError" and in_recovery else _KNOWN[found]


def is_full(home: Home) -> bool:
    """Return whether nothing can be written to the home's disk any more."""
    return shutil.disk_usage(home.root).free < FULL


def log_entries(home: Home, since: float) -> Iterator[dict[str, str]]:
    """Yield the entries of Neo4j's debug.log since a time; skip damaged ones."""
    for line in _lines(home.logs / "debug.log"):
        try:
            entry = json.loads(line)
            when = datetime.strptime(entry["time"], STAMP).astimezone(UTC)
        except (ValueError, KeyError, TypeError):
            continue  # a full disk cuts lines off
        if when.timestamp() >= since + SETTLED:
            yield entry


def _lines(path: Path) -> list[str]:
    """Return the last lines of a log, none where there is no log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - READ))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def log_end(log: Path) -> str:
    """Quote the end of a log, without Java's stack frames, which would leave no room for causes."""
    lines = [line for line in _lines(log) if not line.startswith("\tat ")]
    return "\n".join([f"the end of `{log}`:", *lines[-TAIL:]])
