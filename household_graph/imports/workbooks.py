"""Spreadsheets as text: each sheet of XLSX, XLSM and XLS as the lines of a CSV.

What a cell is decides how it is written: a day as `YYYY-MM-DD`, a whole number in digits, another
one with the decimal mark that is asked for. How a cell is displayed, such as zeros in front of a
number, is not part of it.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from household_graph.errors import DocumentError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
"""How the names of spreadsheets end."""

# A sheet is read into the memory, with all empty cells up to its last row and column.
_LARGEST = 1 << 30  # bytes, unpacked
_MOST_CELLS = 1 << 25
_BLOCK = 1 << 20  # bytes
_COLUMN = re.compile(rb"""\sr=["']([A-Z]{1,7})[0-9]""")
_ROW = re.compile(rb"""\sr=["'][A-Z]{0,7}([0-9]{1,18})""")
_COUNT = re.compile(rb"""[cC]ount=["']([0-9]{1,18})""")
_LONGEST_PLACE = 64  # bytes
_EXACT = 10**15  # from here on a spreadsheet has changed the last digits of a number


class SheetLines(NamedTuple):
    """The lines of a sheet, one for each row from the first on, and the share that is read."""

    lines: Iterator[str]
    share: Callable[[], float]


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets that are shown and are not empty.

    Raises:
        DocumentError: if the file is no spreadsheet, damaged, protected or too large.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - seldom needed

    with _opened(path) as workbook:
        return [
            one.name
            for one in workbook.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet
            and one.visible == SheetVisibleEnum.Visible
            and workbook.get_sheet_by_name(one.name).height
        ]


@contextmanager
def opened_sheet(path: Path, name: str, decimal: str) -> Iterator[SheetLines]:
    """Open a sheet; numbers are written with a decimal mark.

    Raises:
        DocumentError: as for `sheet_names`.
    """
    with _opened(path) as workbook:
        sheet = workbook.get_sheet_by_name(name)
        read = 0

        def lines() -> Iterator[str]:
            nonlocal read
            for row in sheet.iter_rows():
                read += 1
                yield _line([_text(cell, decimal) for cell in row])

        yield SheetLines(lines(), lambda: read / sheet.total_height)


@contextmanager
def _opened(path: Path) -> Iterator["CalamineWorkbook"]:
    from python_calamine import (  # noqa: PLC0415 - seldom needed
        CalamineError,
        CalamineWorkbook,
        PasswordError,
    )

    _check_size(path)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except PasswordError as error:
        message = f"`{path}` is protected by a password"
        raise DocumentError(message, hint="save it without one") from error
    except CalamineError as error:
        message = f"cannot read the spreadsheet `{path}`: {error}"
        raise DocumentError(message, hint="save it again, or as CSV") from error


def _check_size(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return  # the format has few columns and rows
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        is_small = sum(one.file_size for one in members) <= _LARGEST
        if is_small and all(_is_bounded(archive, one) for one in members):
            return
    raise DocumentError(
        f"`{path}` is too large a spreadsheet",
        hint="delete what is far from the table, which may be a blank, or save the sheet as CSV",
    )


def _is_bounded(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Tell whether a part takes no more room than its size or a table lets expect."""
    name = part.filename.lower()
    if name.endswith("sharedstrings.xml"):
        with archive.open(part) as content:
            counts = _COUNT.findall(content.read(_BLOCK))
        return all(int(count) <= part.file_size for count in counts)
    return "worksheets/" not in name or _cells_of(archive, part) <= _MOST_CELLS


def _cells_of(archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> int:
    """Return how many cells there are up to the last row and column of a sheet."""
    columns, last, rest = set[bytes](), 0, b""
    with archive.open(sheet) as content:
        while block := content.read(_BLOCK):
            text = rest + block
            columns.update(_COLUMN.findall(text))
            last = max(last, *map(int, _ROW.findall(text)), 0)
            rest = text[-_LONGEST_PLACE:]
    return last * max(map(_place_of, columns), default=0)


def _place_of(column: bytes) -> int:
    return reduce(lambda place, letter: place * 26 + letter - ord("A") + 1, column, 0)


def _line(cells: list[str]) -> str:
    if not any(cells):
        return "\n"
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _text(cell: object, decimal: str) -> str:
    """Return a cell as an export to CSV has it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:E}"
        return f"{cell:.0f}" if cell.is_integer() else repr(cell).replace(".", decimal)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
