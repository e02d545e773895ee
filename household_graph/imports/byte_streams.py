"""The bytes and lines of an export, from plain, gzipped and zipped files in any encoding."""

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from household_graph.errors import DocumentError
from household_graph.files import LineTooLongError, lines_of

_ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
_TABLES = (".xlsx", ".xls", ".ods", ".numbers")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK, _START = 1 << 20, 1 << 16  # bytes
_CONTROL = frozenset(range(1, 32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B}
_NOT_IN_CP1252 = {n for n in range(0x80, 0xA0) if not bytes([n]).decode("cp1252", "ignore")}

Problem = tuple[str, str]
"""What is wrong with a record, and what to do."""


class PackedFile(NamedTuple):
    """A file, and the member of it, if it is an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """It as the user knows it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


class Line(NamedTuple):
    """One line: its number, from 1, and its text with the line end."""

    number: int
    text: str


def entries(path: Path) -> list[PackedFile]:
    """Return the files at a path: itself, its members, or all exports in a folder."""
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        exists = False
    if not exists:
        raise DocumentError(f"there is no `{path}`", hint="check the path")
    if path.is_char_device() or path.is_block_device():
        raise DocumentError(f"`{path}` is a device", hint="name a file")
    if path.is_dir():
        files = sorted(filter(_is_export, path.iterdir()))
        found = [entry for file in files for entry in entries(file)]
        hint = f"files must end in {', '.join(_ENDINGS)}"
    elif path.suffix.lower() in _TABLES:
        raise DocumentError(f"`{path}` is a spreadsheet", hint="save it as CSV, in UTF-8")
    elif path.suffix.lower() == ".zip":
        with _read_errors(path), zipfile.ZipFile(path) as archive:
            names = sorted(one.filename for one in archive.infolist())
        found = [PackedFile(path, name) for name in names if _is_export(Path(name))]
        hint = "put CSV or JSONL files into it"
    else:
        return [PackedFile(path)]
    if not found:
        raise DocumentError(f"there is no export in `{path}`", hint=hint)
    return found


def _is_export(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "_")) or "__macosx" in str(path.parent).lower()
    return not hidden and (name.removesuffix(".gz").endswith(_ENDINGS) or name.endswith(".zip"))


@contextmanager
def _opened(entry: PackedFile) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open a file on disk; yield it, and its content unpacked."""
    path, member = entry
    with _read_errors(path), path.open("rb") as raw:
        if member is not None:
            with zipfile.ZipFile(raw) as archive, archive.open(member) as content:
                yield raw, content
        elif path.suffix.lower() == ".gz":
            with gzip.open(raw) as unpacked:
                yield raw, io.BufferedReader(unpacked)
        else:
            yield raw, raw


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


def encoding_of(entry: PackedFile, stated: str | None) -> str:
    """Return Python's name of the encoding that is stated, or detect that of a file.

    A file that may be UTF-8 is read to its end. One that is not UTF-8 and has no zero bytes is read
    as cp1252, which has all printable characters of Latin-1; a byte that cp1252 lacks makes it
    Latin-1.
    """
    if stated:
        try:
            return codecs.lookup(stated).name
        except LookupError as error:
            hint = "such as utf-8, cp1252, latin-1, utf-16"
            raise DocumentError(f"there is no encoding `{stated}`", hint=hint) from error
    with _opened(entry) as (_raw, content):
        start = content.read(_START)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        # In UTF-16 one of the two bytes of plain letters is zero.
        even, odd = start[0::2], start[1::2]
        if odd.count(0) > len(odd) // 2 and even.count(0) == 0:
            return "utf-16-le"
        if even.count(0) > len(even) // 2 and odd.count(0) == 0:
            return "utf-16-be"
        if _CONTROL.intersection(start) or start.count(0) > 1:
            raise DocumentError(f"`{entry.name}` is no text file", hint="export it as CSV")
        return _encoding_of_text(start, content)


def _encoding_of_text(block: bytes, content: IO[bytes]) -> str:
    decoder, seen, is_utf_8 = codecs.getincrementaldecoder("utf-8")(), set[int](), True
    while block:
        seen.update(block)
        try:
            is_utf_8 = is_utf_8 and decoder.decode(block) is not None
        except UnicodeDecodeError:
            is_utf_8 = False
        block = content.read(_BLOCK)
    if is_utf_8:
        return "utf-8"
    return "latin-1" if seen & _NOT_IN_CP1252 else "cp1252"


class LineReader(Iterator[Line]):
    """Reads lines one by one; they can be put back, to be read again in the same order."""

    def __init__(self, lines: Iterable[str], raw: IO[bytes]) -> None:
        """Number the lines of a file on disk."""
        self._lines = (Line(*one) for one in enumerate(lines, start=1))
        self._put_back: list[Line] = []
        self.position = raw.tell
        """How many bytes of the file on disk are read."""

    def __next__(self) -> Line:
        """Return the next line."""
        return self._put_back.pop() if self._put_back else next(self._lines)

    def put_back(self, lines: list[Line]) -> None:
        """Put lines back."""
        self._put_back.extend(reversed(lines))


@contextmanager
def opened_lines(entry: PackedFile, encoding: str) -> Iterator[LineReader]:
    """Open a file as lines; LF, CRLF or CR alone ends one, even mixed in one file.

    A byte that is not in the encoding becomes a lone surrogate, which `problem_in` finds;
    only UTF-16 cannot continue after such a place.
    """
    errors = "strict" if encoding.startswith("utf-16") else "surrogateescape"
    with _opened(entry) as (raw, content):
        text = io.TextIOWrapper(content, encoding, errors, newline="")  # closes its file if dropped
        try:
            yield LineReader(lines_of(text), raw)
        except LineTooLongError as error:
            hint = "an export has one record a line"
            raise DocumentError(f"`{entry.name}`: {error}", hint=hint) from error
        except UnicodeDecodeError as error:
            message = f"`{entry.name}` is not {encoding}: {error.reason}"
            raise DocumentError(message, hint="name another --encoding") from error


def problem_in(text: str, encoding: str) -> Problem | None:
    """Return what is wrong with the characters of a record, and what to do."""
    if "\0" in text:
        return "it holds a zero byte", "export it again as text"
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return None
    byte = next(ord(letter) - 0xDC00 for letter in text if "\udc80" <= letter <= "\udcff")
    return f"the byte 0x{byte:02X} is not {encoding}", "name the encoding: --encoding cp1252"
