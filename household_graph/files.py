"""Read user files with limits on their size and on the length of lines.

An endless file, such as a device, or a text without line ends, is an error instead of filling the
memory.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, AnyStr, TextIO

LARGEST_FILE = 64 << 20
"""Maximum bytes of a file that is read as a whole: documents, mappings, parameters, queries."""
LONGEST_LINE = 1 << 20
"""Maximum characters of a line; no record is as long."""


def expanded(path: Path) -> Path:
    """Expand `~` in a path; that of an unknown user stays."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


class LineTooLongError(ValueError):
    """A line is longer than LONGEST_LINE."""


def read_whole(file: IO[AnyStr]) -> AnyStr:
    """Return all of an open file.

    Raises:
        OSError: if it is longer than LARGEST_FILE.
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
        LineTooLongError: if one is too long; its number is in the message.
    """
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise LineTooLongError(f"line {number} has over {LONGEST_LINE:,} characters")
        yield line
