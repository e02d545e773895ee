"""A process that decides parts, with a connection of its own.

It imports nothing before it begins, as pandas, which nothing here needs, takes longer to import
than a thousand households to decide.
"""

from signal import SIG_IGN, SIGINT, signal
from typing import TYPE_CHECKING

from household_graph.extras import FRAMES, without

if TYPE_CHECKING:
    from household_graph.graph.connection import Connection
    from household_graph.population.step import Part, Written

__all__ = ["begin", "work"]

_connection: "list[Connection]" = []


def begin() -> None:
    """Connect; who presses Ctrl-C means the whole, which ends this process too."""
    signal(SIGINT, SIG_IGN)
    with without(*FRAMES):
        from household_graph.graph.connection import open_connection
    _connection.append(open_connection())


def work(part: "Part") -> "Written":
    """Decide and write a part; see `write_part`."""
    from household_graph.population.step import write_part

    with without("pandas"):  # pyarrow imports it with the first list it is given
        return write_part(_connection[0], part)
