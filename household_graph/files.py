"""Files that people hand in: read whole only up to a size, and line by line up to a length.

What never ends, such as a device, or a text in which a line end is missing, is told instead of
taken into memory.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, AnyStr, TextIO

LARGEST_FILE = 64 << 20
"""Bytes of a file that is read as a whole: documents, mappings, parameters, questions."""
LONGEST_LINE = 1 << 20
"""Characters of a line; nothing that is a record or a question is as long."""


def expanded(path: Path) -> Path:
    """Return a path with `~` in it as a whole; that of a user whom nobody knows as it is."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


class LineTooLongError(ValueError):
    """A line is longer than any that means something."""


def read_whole(file: IO[AnyStr]) -> AnyStr:
    """Return all of an open file.

    Raises:
        OSError: if there is more of it than can be a file of that kind.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return content


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        OSError: if it cannot be read, or is too large.
        UnicodeDecodeError: if it is not UTF-8.
    """
    with path.open("rb") as file:
        return read_whole(file).decode("utf-8-sig")


def lines_of(stream: TextIO) -> Iterator[str]:
    """Yield the lines of an open text file.

    Raises:
        LineTooLongError: naming the first that is.
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise LineTooLongError(f"line {number} has over {LONGEST_LINE:,} characters")
        yield line
