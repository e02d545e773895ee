"""An export that comes in by stdin, as a file: it is read more than once."""

import atexit
import shutil
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp

_STDIN = Path("-")
_STARTS = {b"\x1f\x8b": ".gz", b"\xd0\xcf\x11\xe0": ".xls", b"PK\x03\x04": ".zip"}
_WORKBOOKS = {"xl/workbook.xml": ".xlsx", "xl/workbook.bin": ".xlsb", "content.xml": ".ods"}


def with_stdin_read(paths: Iterable[Path]) -> list[Path]:
    """Return paths; in the place of `-` a file with what comes in, removed when the program ends.

    Its name, `stdin`, ends as the kind of file that it is.
    """
    return [_spooled() if path == _STDIN else path for path in paths]


def _spooled() -> Path:
    folder = Path(mkdtemp())  # nobody else can read it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path.rename(path.with_suffix(_ending(path)))


def _ending(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    found = next((ending for first, ending in _STARTS.items() if start.startswith(first)), "")
    if found != ".zip" or not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as archive:
        members = set(archive.namelist())
    return next((ending for one, ending in _WORKBOOKS.items() if one in members), found)
