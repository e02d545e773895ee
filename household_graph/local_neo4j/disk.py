"""Files for this user alone, and disks that are full or cannot be written."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.terminal import note

MEGABYTE = 2**20
LOW = 256 * MEGABYTE  # free bytes beyond what is needed, below which a note warns


@contextmanager
def write_errors(directory: Path, hint: str) -> Iterator[None]:
    """Report what the operating system refuses inside the block as the project's own error.

    Raises:
        LocalServerError: naming the file, or the directory where the system names none.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        path = error.filename or directory
        raise LocalServerError(f"cannot write `{path}`: {reason}", hint=hint) from error


def check_space(folder: Path, needed: int, work: str) -> None:
    """Refuse work for which a disk has too few bytes; warn on stderr when it is nearly full.

    The folder need not exist yet.

    Raises:
        LocalServerError: fewer bytes are free than needed.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    room = f"the disk of `{folder}` has {megabytes(free)} free"
    if free < needed:
        raise LocalServerError(
            f"{work} takes {megabytes(needed)} or more, and {room}",
            hint="make room and run the same command again",
        )
    if free < needed + LOW:
        note(f"{room}, which is little")


def megabytes(count: int) -> str:
    """Format a number of bytes as megabytes, such as `12 MB` or `1.5 MB`."""
    return f"{count / MEGABYTE:,.{0 if count >= 10 * MEGABYTE else 1}f} MB"


def make_private(*folders: Path) -> None:
    """Create folders that only this user can read; existing ones stay as they are."""
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def open_private(path: Path) -> BinaryIO:
    """Create or replace a file that only this user can read, and open it for writing bytes."""
    path.unlink(missing_ok=True)  # one of version 0.1.0 may be readable by others
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    """Replace a file that only this user can read, atomically."""
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
