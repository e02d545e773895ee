"""A process that decides parts, with a connection of its own.

It imports nothing before it begins, as pandas, which nothing here needs, takes longer to import
than a thousand households to decide.
"""

import os
from multiprocessing import parent_process
from signal import SIG_IGN, SIGINT, signal
from threading import Thread
from typing import TYPE_CHECKING

from household_graph.optional_dependencies import FRAMES, without

if TYPE_CHECKING:
    from household_graph.batch.partition import Part, Written
    from household_graph.store.connection import Connection

_connection: "list[Connection]" = []


def begin() -> None:
    """Connect; who presses Ctrl-C means the whole, which ends this process too, however it ends."""
    signal(SIGINT, SIG_IGN)
    Thread(target=_end_with_the_whole, daemon=True).start()
    with without(*FRAMES):
        from household_graph.store.connection import open_connection
    _connection.append(open_connection())


def _end_with_the_whole() -> None:
    if whole := parent_process():
        whole.join()
        os._exit(1)


def work(part: "Part") -> "Written":
    """Decide and write a part; see `write_part`."""
    from household_graph.batch.partition import write_part

    with without("pandas"):  # pyarrow imports it with the first list it is given
        return write_part(_connection[0], part)
