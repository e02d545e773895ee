"""Spreadsheets as text: each sheet of XLSX, XLSM, XLSB, XLS and ODS as the lines of a CSV.

What a cell is decides how it is written: a day as `YYYY-MM-DD`, a whole number in digits, another
one with the decimal mark that is asked for. How a cell is displayed, such as zeros in front of a
number, is not part of it.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from household_graph.errors import DocumentError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""How the names of spreadsheets end."""

_LARGEST = 1 << 30  # bytes, unpacked: a sheet is read into the memory
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

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
        if size > _LARGEST:
            raise DocumentError(f"`{path}` is too large a spreadsheet", hint="save it as CSV")
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except PasswordError as error:
        message = f"`{path}` is protected by a password"
        raise DocumentError(message, hint="save it without one") from error
    except CalamineError as error:
        message = f"cannot read the spreadsheet `{path}`: {error}"
        raise DocumentError(message, hint="save it again, or as CSV") from error


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
