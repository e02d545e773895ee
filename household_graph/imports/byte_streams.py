"""The lines of an export: text in any encoding, plain, gzipped or zipped, and spreadsheets."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from household_graph.errors import DocumentError
from household_graph.files import LineTooLongError, lines_of
from household_graph.imports.encodings import Encoding, detected_encoding, stated_encoding
from household_graph.imports.workbooks import WORKBOOKS, opened_sheet, sheet_names

_TEXTS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".vcf", ".vcard")
_OTHER_WORKBOOKS = (".xlsb", ".ods", ".numbers")
_BLOCK = 1 << 16  # characters

Problem = tuple[str, str]
"""What is wrong with a record, and what to do."""


class Parsed(NamedTuple):
    """A record as the file has it: its first line, its text, and its cells or what is wrong."""

    line: int
    text: str
    found: dict[str, str] | Problem


class PackedFile(NamedTuple):
    """A file, and the member of it, if it is an archive, or the sheet, if it is a spreadsheet."""

    path: Path
    member: str | None = None
    sheet: str | None = None

    @property
    def name(self) -> str:
        """It as the user knows it."""
        part = self.member or self.sheet
        return f"{self.path.name}/{part}" if part else self.path.name


class Line(NamedTuple):
    """One line: its number, from 1, and its text with the line end."""

    number: int
    text: str


def entries(path: Path) -> list[PackedFile]:
    """Return the files at a path: itself, its members or sheets, or all exports in a folder.

    A member, or a sheet, is named behind the file: `export.zip/contacts.csv`, `book.xlsx/Contacts`.
    """
    try:
        exists = path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        exists = False
    if not exists:
        return [_part(path)]
    if path.is_char_device() or path.is_block_device():
        raise DocumentError(f"`{path}` is a device", hint="name a file")
    if path.is_dir():
        files = sorted(filter(_is_export, path.iterdir()))
        found = [entry for file in files for entry in entries(file)]
        hint = f"files must end in {', '.join((*_TEXTS, *WORKBOOKS))}"
    elif path.suffix.lower() in _OTHER_WORKBOOKS:
        raise DocumentError(f"`{path}` cannot be read", hint="save it as XLSX or CSV")
    elif path.suffix.lower() in WORKBOOKS:
        with _read_errors(path):
            found = [PackedFile(path, sheet=name) for name in sheet_names(path)]
        hint = "its sheets are hidden, or empty"
    elif path.suffix.lower() == ".zip":
        with _read_errors(path), zipfile.ZipFile(path) as archive:
            names = sorted(one.filename for one in archive.infolist())
        found = [PackedFile(path, name) for name in names if _is_text(Path(name))]
        hint = "put CSV or JSONL files into it; name a spreadsheet itself"
    else:
        return [PackedFile(path)]
    if not found:
        raise DocumentError(f"there is no export in `{path}`", hint=hint)
    return found


def _part(path: Path) -> PackedFile:
    """Return the member or sheet that is named behind a file."""
    for whole in path.parents:
        if whole.is_file():
            wanted, found = str(path.relative_to(whole)), entries(whole)
            for entry in found:
                if wanted in (entry.member, entry.sheet):
                    return entry
            parts = [part for one in found if (part := one.member or one.sheet)]
            hint = f"it has {', '.join(f'`{part}`' for part in parts)}" if parts else None
            raise DocumentError(f"there is no `{wanted}` in `{whole}`", hint=hint)
    raise DocumentError(f"there is no `{path}`", hint="check the path")


def _is_export(path: Path) -> bool:
    """Tell whether a file in a folder is an export; hidden ones, and those open, are none."""
    is_hidden = path.name.startswith((".", "_", "~"))
    return _is_text(path) or (not is_hidden and path.name.lower().endswith((".zip", *WORKBOOKS)))


def _is_text(path: Path) -> bool:
    name = path.name.lower()
    is_hidden = name.startswith((".", "_")) or "__macosx" in str(path.parent).lower()
    return not is_hidden and name.removesuffix(".gz").endswith(_TEXTS)


@contextmanager
def _opened(entry: PackedFile) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Open a file on disk; yield it, and its content unpacked."""
    path, member = entry.path, entry.member
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


def encoding_of(entry: PackedFile, stated: str | None) -> Encoding:
    """Return the encoding that is stated, or detect that of a file.

    Raises:
        DocumentError: if there is no such encoding, or the file is no text.
    """
    if entry.sheet is not None:
        return Encoding("utf-8")  # its text is decoded
    if stated:
        return stated_encoding(stated)
    with _opened(entry) as (_raw, content):
        return detected_encoding(content, entry.name)


def _without_marks(line: str) -> str:
    """Remove a mark of the encoding, as each part of glued files has one, and the end of DOS."""
    return line.removeprefix("\ufeff").replace("\x1a", "")


class LineReader(Iterator[Line]):
    """Reads lines one by one; they can be put back, to be read again in the same order."""

    def __init__(self, lines: Iterable[str], position: Callable[[], int]) -> None:
        """Number the lines of a file on disk; the position is how much of it is read."""
        self._lines = (Line(*one) for one in enumerate(map(_without_marks, lines), start=1))
        self._put_back: list[Line] = []
        self.position = position
        """How many bytes of the file on disk are read."""

    def __next__(self) -> Line:
        """Return the next line."""
        return self._put_back.pop() if self._put_back else next(self._lines)

    def put_back(self, lines: list[Line]) -> None:
        """Put lines back."""
        self._put_back.extend(reversed(lines))


def blocks_of(stream: TextIO) -> Iterator[str]:
    """Yield an open text file in blocks, wherever its lines end."""
    while block := stream.read(_BLOCK):
        yield block


@contextmanager
def opened_lines(
    entry: PackedFile,
    encoding: Encoding,
    cut: Callable[[TextIO], Iterator[str]] = lines_of,
    decimal: str = ".",
) -> Iterator[LineReader]:
    """Open a file as lines; LF, CRLF or CR alone ends one, even mixed in one file.

    Another `cut` than that of lines gives what it yields in their place. The rows of a sheet are
    lines of CSV, its numbers written with a decimal mark.

    A byte that is not in the encoding becomes a lone surrogate, or U+FFFD in UTF-16, which
    `problem_in` finds.
    """
    if entry.sheet is not None:
        size = entry.path.stat().st_size
        with _read_errors(entry.path), opened_sheet(entry.path, entry.sheet, decimal) as sheet:
            yield LineReader(sheet.lines, lambda: int(size * sheet.share()))
        return
    is_wide = encoding.name.startswith(("utf-16", "utf-32"))
    errors = "replace" if is_wide else "surrogateescape"
    with _opened(entry) as (raw, content):  # a wrapper closes its file if it is dropped
        text = io.TextIOWrapper(content, encoding.name, errors, newline="")
        try:
            yield LineReader(cut(text), raw.tell)
        except LineTooLongError as error:
            hint = "an export has one record a line"
            raise DocumentError(f"`{entry.name}`: {error}", hint=hint) from error
        except UnicodeDecodeError as error:
            message = f"`{entry.name}` is not {encoding.name}: {error.reason}"
            raise DocumentError(message, hint="name another --encoding") from error
