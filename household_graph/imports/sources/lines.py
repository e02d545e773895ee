"""The lines of a file, decoded, each with its number; and lines back that were read too far."""

import io
from collections.abc import Iterator
from typing import IO, NamedTuple

from household_graph.errors import DocumentError
from household_graph.files import LineTooLongError, lines_of


class Line(NamedTuple):
    """One line: its number, from 1, and its text with the line end."""

    number: int
    text: str


class Lines:
    """Reads lines one by one; LF, CRLF and CR alone end one, also in one file."""

    def __init__(self, content: IO[bytes], encoding: str, name: str) -> None:
        """Read from the beginning of a file, which messages call by its name.

        What is not in the encoding becomes a lone surrogate, which `problem_in` finds; only
        UTF-16 cannot go on after such a place.
        """
        errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
        text = io.TextIOWrapper(content, encoding, errors, newline="")
        self._name, self._text, self._lines = name, text, lines_of(text)
        self._number = 0
        self._back: list[Line] = []

    def next(self) -> Line | None:
        """Return the next line, or None at the end of the file.

        Raises:
            DocumentError: if it is longer than any record.
        """
        if self._back:
            return self._back.pop()
        try:
            text = next(self._lines, "")
        except LineTooLongError as error:
            raise DocumentError(
                f"`{self._name}`: {error}", hint="an export has one record a line"
            ) from error
        if not text:
            return None
        self._number += 1
        return Line(self._number, text)

    def put_back(self, lines: list[Line]) -> None:
        """Put lines back, to be read again in the same order."""
        self._back.extend(reversed(lines))

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines that are left."""
        while line := self.next():
            yield line


def problem_in(text: str, encoding: str) -> tuple[str, str] | None:
    """Return what is wrong with the letters of a record, and what to do."""
    if "\0" in text:
        return "it holds a zero byte", "export it again as text"
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return None
    byte = next(ord(letter) - 0xDC00 for letter in text if "\udc80" <= letter <= "\udcff")
    return f"the byte 0x{byte:02X} is not {encoding}", "name the encoding: --encoding cp1252"
