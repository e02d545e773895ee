"""How commands connect to the graph."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph

_local: ContextVar[bool] = ContextVar("local", default=False)
_timeout: ContextVar[float | None] = ContextVar("timeout", default=None)


def configure(*, local: bool, timeout: float | None) -> None:
    """Set the global options; a timeout is in seconds, or None for the default."""
    _local.set(local)
    _timeout.set(timeout)


def may_make_local() -> bool | None:
    """Return True if `--local` was given; None: it depends, see `ensure_running`."""
    return _local.get() or None


@contextmanager
def connected(*, local: bool | None = None, is_batch: bool = False) -> Iterator["HouseholdGraph"]:
    """Yield the graph; install and start a local server if need be. See `connect`.

    Args:
        local: whether an empty local database may be made; None: as `--local` says.
        is_batch: whether the default time limit does not apply.
    """
    from household_graph.api.household_graph import HouseholdGraph, connect

    local = may_make_local() if local is None else local
    with connect(local=local, timeout=_timeout.get()) as graph:
        batch = replace(graph.connection, is_batch=True) if is_batch else None
        yield HouseholdGraph(batch) if batch else graph


def is_running() -> bool:
    """Return whether there is a server to connect to, without starting one."""
    from household_graph.local_neo4j import status
    from household_graph.store.connection import ServerSettings

    return bool(ServerSettings().uri) or status().running


def check_room(paths: Iterable[Path], work: str) -> None:
    """Refuse to read files that the disk of the home cannot hold; warn if there is little room.

    The staged or loaded data of a file, or of the files of a folder, takes at least as much space.
    """
    from household_graph.local_neo4j.disk import check_space
    from household_graph.local_neo4j.home import locate

    check_space(locate(None).root, sum(map(_size, paths)), work)


def _size(path: Path) -> int:
    try:
        found = path.rglob("*") if path.is_dir() else [path]
        return sum(one.stat().st_size for one in found if one.is_file())
    except OSError:
        return 0  # reading it will report why it cannot be read
