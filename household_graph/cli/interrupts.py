"""Ctrl-C during an import: one line says how to resume, and no partial files remain."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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


@contextmanager
def complete_or_removed(folder: Path) -> Iterator[None]:
    """Remove the files that were written to a folder if an error ends the work; others stay."""
    is_new, before = not folder.exists(), _times(folder)
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        for path in dict(_times(folder).items() - before.items()):
            path.unlink()
        raise


def _times(folder: Path) -> dict[Path, int]:
    """Return when each file for the importer was last written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("*-*.csv") if path.is_file()}
