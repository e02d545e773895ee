"""Ctrl-C during an import: one line says how to resume, and no partial files remain."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from household_graph.cli.output import note


@contextmanager
def note_if_interrupted(message: str) -> Iterator[None]:
    """Write what becomes of the work, and what to do next, if Ctrl-C interrupts it.

    Raises:
        KeyboardInterrupt: after Ctrl-C, whatever error it has caused.
    """
    seen = list[int]()

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        # SQLite replaces errors that are raised in the functions that it calls.
        if not seen:
            raise
        note(message)
        raise KeyboardInterrupt from error
    finally:
        signal.signal(signal.SIGINT, before)
