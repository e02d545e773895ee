"""How commands come to the graph."""

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


def let_local(said: bool) -> None:
    """Take whether `--local` was given: an empty local database may be made, whoever sees it."""
    _local.set(said)


def may_make_local() -> bool | None:
    """Return True if that was said; None: it depends, see `ensure_running`."""
    return _local.get() or None


def limit(seconds: float | None) -> None:
    """Take how long one question or change may take; None: as long as it does by itself."""
    _timeout.set(seconds)


@contextmanager
def connected(*, local: bool | None = None, is_batch: bool = False) -> Iterator["HouseholdGraph"]:
    """Yield the graph; a local server that is not there yet is installed and started.

    Args:
        local: whether an empty local database may be made, see `connect`; None: as `--local` says.
        is_batch: whether what is done may take as long as it needs.

    Raises:
        BadInputError: if the timeout cannot be one.
        DatabaseUnavailableError: if the server does not answer, or refuses the login.
        LocalServerError: if the local server cannot be installed or started, or there is none and
            none may be made.
    """
    from household_graph.api.household_graph import HouseholdGraph, connect

    local = may_make_local() if local is None else local
    with connect(local=local, timeout=_timeout.get()) as graph:
        if is_batch:
            yield HouseholdGraph(replace(graph.connection, is_batch=True))
        else:
            yield graph


def is_at_hand() -> bool:
    """Return whether connecting would not have to start a server first."""
    from household_graph.local_neo4j import status
    from household_graph.store.connection import ServerSettings

    return bool(ServerSettings().uri) or status().running


def check_room(paths: Iterable[Path], work: str) -> None:
    """Refuse to take in files that the disk of the home cannot hold; say when there is little room.

    What is staged or loaded of a file takes at least as much as the file itself.

    Args:
        paths: files, or folders of them; what is none counts nothing.
        work: what is done with them, for the message.

    Raises:
        LocalServerError: there is too little room.
    """
    from household_graph.local_neo4j.home import check_space, locate

    check_space(locate(None).root, sum(map(_size, paths)), work)


def _size(path: Path) -> int:
    try:
        found = path.rglob("*") if path.is_dir() else [path]
        return sum(one.stat().st_size for one in found if one.is_file())
    except OSError:
        return 0  # who reads it says why it cannot be read
