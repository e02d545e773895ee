"""What an import that is cut off leaves: one line that says how to go on, and no half of a file."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from household_graph.cli.output import note


@contextmanager
def if_interrupted(message: str) -> Iterator[None]:
    """Say what becomes of the work, and what to do next, if Ctrl-C cuts it off.

    Raises:
        KeyboardInterrupt: after Ctrl-C, whatever error has come of it.
    """
    seen = list[int]()

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        # SQLite makes an error of its own of what comes up in the functions that it calls.
        if not seen:
            raise
        note(message)
        raise KeyboardInterrupt from error
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def whole_or_gone(folder: Path) -> Iterator[None]:
    """Remove what was written to a folder, if not all of it could be; what was there stays."""
    is_new, before = not folder.exists(), _written(folder)
    try:
        yield
    except BaseException:
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        for path in dict(_written(folder).items() - before.items()):
            path.unlink()
        raise


def _written(folder: Path) -> dict[Path, int]:
    """Return when each file for the importer was written last, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in folder.glob("*-*.csv") if path.is_file()}
