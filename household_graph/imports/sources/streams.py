"""The bytes of an export, out of plain, gzipped and zipped files, with how much was read."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from household_graph.errors import DocumentError

ENDINGS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
_PACKED = (".gz", ".zip")
_TABLES = (".xlsx", ".xls", ".ods", ".numbers")

Entry = tuple[Path, str | None]
"""A file, and the member of it, if it is an archive."""


def entries(path: Path) -> list[Entry]:
    """Return what is to be read of a path: itself, its members, or all exports of a folder.

    Raises:
        DocumentError: if there is nothing that can be read.
    """
    if not _exists(path):
        raise DocumentError(f"there is no `{path}`", hint="see whether the path is right")
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if _is_export(one))
        if not files:
            raise DocumentError(
                f"there is no export in `{path}`", hint=f"files are to end in {', '.join(ENDINGS)}"
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
        on_bytes: is told how many more bytes of the file on disk were read.
    """
    path, member = entry
    with read_errors(path), path.open("rb") as raw:
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
def read_errors(path: Path) -> Iterator[None]:
    """Turn what goes wrong in reading a file into an error that names it."""
    try:
        yield
    except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DocumentError(f"`{path}` is damaged: {error}", hint="export it again") from error
    except OSError as error:
        raise DocumentError(f"cannot read `{path}`: {error.strerror or error}") from error
    except RuntimeError as error:  # zipfile has no word of its own for a password
        raise DocumentError(f"cannot read `{path}`: {error}", hint="unpack it first") from error


class _Counted(io.RawIOBase):
    """Tells how much of a file was read."""

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
    with read_errors(path), zipfile.ZipFile(path) as archive:
        names = sorted(one.filename for one in archive.infolist() if _is_export(Path(one.filename)))
    if not names:
        raise DocumentError(
            f"there is no export in `{path}`", hint="put CSV or JSONL files into it"
        )
    return [(path, name) for name in names]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        return False


def _is_export(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "_")) or "__macosx" in str(path.parent).lower()
    packed = path.suffix.lower() in _PACKED
    stem = name.removesuffix(".gz")
    return not hidden and (stem.endswith(ENDINGS) or (packed and name.endswith(".zip")))
