"""The bytes and lines of an export, from plain, gzipped and zipped files, with progress."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from household_graph.errors import DocumentError
from household_graph.files import LineTooLongError, lines_of

_ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
_PACKED = (".gz", ".zip")
_TABLES = (".xlsx", ".xls", ".ods", ".numbers")

Entry = tuple[Path, str | None]
"""A file, and the member of it, if it is an archive."""


def entries(path: Path) -> list[Entry]:
    """Return the files at a path: itself, its members, or all exports in a folder.

    Raises:
        DocumentError: if there is nothing to read.
    """
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        exists = False
    if not exists:
        raise DocumentError(f"there is no `{path}`", hint="check the path")
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if _is_export(one))
        if not files:
            raise DocumentError(
                f"there is no export in `{path}`", hint=f"files must end in {', '.join(_ENDINGS)}"
            )
        return [entry for file in files for entry in entries(file)]
    if path.is_char_device() or path.is_block_device():
        raise DocumentError(f"`{path}` is a device", hint="name a file")
    if path.suffix.lower() in _TABLES:
        raise DocumentError(f"`{path}` is a spreadsheet", hint="save it as CSV, in UTF-8")
    if path.suffix.lower() == ".zip":
        return _members(path)
    return [(path, None)]


@contextmanager
def opened_bytes(
    entry: Entry, on_bytes: Callable[[int], None] = lambda _count: None
) -> Iterator[IO[bytes]]:
    """Open a file as plain bytes.

    Args:
        entry: the file.
        on_bytes: called with the number of bytes of the file on disk that were read since.
    """
    path, member = entry
    with _read_errors(path), path.open("rb") as raw:
        counted: IO[bytes] = io.BufferedReader(_Counted(raw, on_bytes), 1 << 16)  # type: ignore[type-var]
        if member is not None:
            with zipfile.ZipFile(counted) as archive, archive.open(member) as content:
                yield content
        elif path.suffix.lower() == ".gz":
            with gzip.open(counted) as unpacked:
                yield io.BufferedReader(unpacked)
        else:
            yield counted


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    """Turn errors of reading a file into a `DocumentError` that names it."""
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DocumentError(f"`{path}` is damaged: {error}", hint="export it again") from error
    except OSError as error:
        raise DocumentError(f"cannot read `{path}`: {error.strerror or error}") from error
    except RuntimeError as error:  # zipfile has no class for a missing password
        raise DocumentError(f"cannot read `{path}`: {error}", hint="unpack it first") from error


class _Counted(io.RawIOBase):
    """Reports how much of a file was read."""

    def __init__(self, raw: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        super().__init__()
        self._raw, self._on_bytes, self._furthest = raw, on_bytes, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._raw.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override] # any buffer
        count: int = self._raw.readinto(buffer)  # type: ignore[attr-defined] # a raw file has it
        place = self._raw.tell()
        self._on_bytes(max(0, place - self._furthest))
        self._furthest = max(self._furthest, place)
        return count


def _members(path: Path) -> list[Entry]:
    with _read_errors(path), zipfile.ZipFile(path) as archive:
        names = sorted(one.filename for one in archive.infolist() if _is_export(Path(one.filename)))
    if not names:
        raise DocumentError(
            f"there is no export in `{path}`", hint="put CSV or JSONL files into it"
        )
    return [(path, name) for name in names]


def _is_export(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "_")) or "__macosx" in str(path.parent).lower()
    packed = path.suffix.lower() in _PACKED
    stem = name.removesuffix(".gz")
    return not hidden and (stem.endswith(_ENDINGS) or (packed and name.endswith(".zip")))


class Line(NamedTuple):
    """One line: its number, from 1, and its text with the line end."""

    number: int
    text: str


class LineReader:
    """Reads lines one by one; LF, CRLF or CR alone ends one, even mixed in one file."""

    def __init__(self, content: IO[bytes], encoding: str, name: str) -> None:
        """Read from the beginning of a file; messages use its name.

        A byte that is not in the encoding becomes a lone surrogate, which `problem_in` finds; only
        UTF-16 cannot continue after such a place.
        """
        errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
        text = io.TextIOWrapper(content, encoding, errors, newline="")
        self._name, self._text, self._lines = name, text, lines_of(text)
        self._number = 0
        self._put_back: list[Line] = []

    def next(self) -> Line | None:
        """Return the next line, or None at the end of the file.

        Raises:
            DocumentError: if it is longer than any record.
        """
        if self._put_back:
            return self._put_back.pop()
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
        self._put_back.extend(reversed(lines))

    def __iter__(self) -> Iterator[Line]:
        """Yield the remaining lines."""
        while line := self.next():
            yield line


def problem_in(text: str, encoding: str) -> tuple[str, str] | None:
    """Return what is wrong with the characters of a record, and what to do."""
    if "\0" in text:
        return "it holds a zero byte", "export it again as text"
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return None
    byte = next(ord(letter) - 0xDC00 for letter in text if "\udc80" <= letter <= "\udcff")
    return f"the byte 0x{byte:02X} is not {encoding}", "name the encoding: --encoding cp1252"


@contextmanager
def opened_lines(
    entry: Entry,
    encoding: str,
    name: str,
    on_bytes: Callable[[int], None] = lambda _count: None,
) -> Iterator[LineReader]:
    """Open a file as lines; see `opened_bytes` and `LineReader`.

    Raises:
        DocumentError: if it is damaged, or UTF-16 that cannot be decoded.
    """
    with opened_bytes(entry, on_bytes) as content:
        try:
            yield LineReader(content, encoding, name)
        except UnicodeDecodeError as error:
            raise DocumentError(
                f"`{name}` is not {encoding}: {error.reason}", hint="name another --encoding"
            ) from error
