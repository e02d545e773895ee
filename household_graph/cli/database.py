"""How commands come to the graph."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from household_graph.graph.household_graph import HouseholdGraph

__all__ = ["connected", "is_at_hand"]


@contextmanager
def connected(*, local: bool | None = None) -> Iterator["HouseholdGraph"]:
    """Yield the graph; a local server that is not there yet is installed and started.

    Args:
        local: whether an empty local database may be made; see `connect`.

    Raises:
        DatabaseUnavailableError: if the server does not answer, or refuses the login.
        LocalServerError: if the local server cannot be installed or started, or there is none and
            none may be made.
    """
    from household_graph.graph.household_graph import connect

    with connect(local=local) as graph:
        yield graph


def is_at_hand() -> bool:
    """Return whether connecting would not have to start a server first."""
    from household_graph.graph.connection import ServerSettings
    from household_graph.graph.local import status

    return bool(ServerSettings().uri) or status().running
