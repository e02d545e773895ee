"""Tables of text: columns that one character separates, with all that programs do to them.

Read as what it is, and no record: the line `sep=;` of Excel, a header that is repeated where
exports are glued together (in another order, too), a line of dashes, a blank line. A cell at the
end of a record that is missing is empty, and one at the end without a name is none. A text that is
written as a formula, so that a spreadsheet does not change it, is that text: `="0042"` is `0042`.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple, TextIO

from household_graph.errors import DocumentError
from household_graph.files import LONGEST_LINE, lines_of
from household_graph.imports.byte_streams import Line, LineReader, Parsed, Problem

_DELIMITERS = (",", ";", "\t", "|", "\x1f", "^", "~")
_SAMPLE = 50  # records by which a delimiter is judged
_MOST_LINES = 100  # of one record; a quote that is open for longer was never closed
_OPEN_QUOTE = "a quote is not closed", "close the quote, or double it"
_CSV_ERRORS = {
    "expected after": ("a quote within quotes is not doubled", "close the quote, or double it"),
    "unexpected end of data": _OPEN_QUOTE,
}
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(?P<mark>[^\r\n"])"?\W*', re.IGNORECASE)
_FORMULA = re.compile(r'^\s*="(?P<text>[^"]*)"\s*$')
_DASHES = re.compile(r"-{2,}|={2,}")
_A_PAIR = 2
_LEAST_NAMES = 2  # of columns, that a record repeats if it is a header


class _Row(NamedTuple):
    """A record as its cells, or what is wrong with it."""

    line: int
    text: str
    cells: list[str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class CsvTable:
    """How a file separates its columns, and what they are called."""

    delimiter: str
    columns: tuple[str, ...]

    @property
    def cut(self) -> Callable[[TextIO], Iterator[str]]:
        """What its file is cut into."""
        return lines_of

    def parsed(self, lines: LineReader) -> Iterator[Parsed]:
        """Yield the records of a file, of which nothing is read yet."""
        _header(lines, self.delimiter)
        width, columns = len(self.columns), self.columns
        names = {_folded(name) for name in columns}
        for row in _unbroken(_rows(lines, self.delimiter, width), width):
            if _is_header(row.cells, names):
                spelt = dict(zip(map(_folded, self.columns), self.columns, strict=True))
                columns = tuple(spelt.get(_folded(one), one) for one in _names(row.cells))
            elif row.problem:
                yield Parsed(row.line, row.text, row.problem)
            elif not all(map(_DASHES.fullmatch, map(str.strip, row.cells))):
                missing = [""] * (width - len(row.cells))
                # The names of a second header may be fewer than those of the first.
                cells = zip(columns, [*row.cells, *missing], strict=False)
                yield Parsed(row.line, row.text, dict(cells))


def csv_table(lines: LineReader, sample: Sequence[Line], stated: str | None, name: str) -> CsvTable:
    """Return how a file is to be read, by the delimiter that is stated, or by its first lines.

    Raises:
        DocumentError: if it is empty, or its columns have no names of their own.
    """
    texts = [line.text for line in sample if line.text.strip(" \t\r\n")]
    said = _SEPARATOR_LINE.fullmatch(texts[0]) if texts else None
    delimiter = stated or (said["mark"] if said else _likeliest(texts))
    row = _header(lines, delimiter)
    if row is None:
        hint = "an export begins with the names of its columns"
        raise DocumentError(f"`{name}` is empty", hint=hint)
    place = f"{name}:{row.line}"
    if row.problem:
        hint = "begin with the names of the columns"
        raise DocumentError(f"{place}: {row.problem[0]}", hint=hint)
    columns = _names(row.cells)
    if "" in columns or not columns:
        place_of_blank = columns.index("") + 1 if columns else 1
        message = f"{place}: column {place_of_blank} has no name"
        raise DocumentError(message, hint="give every column a name")
    for column, count in Counter(columns).items():
        if count > 1:
            message = f"{place}: the column `{column}` is there twice"
            raise DocumentError(message, hint="give every column a name of its own")
    return CsvTable(delimiter, tuple(columns))


def _likeliest(lines: Sequence[str]) -> str:
    """Return the delimiter that gives most lines as many columns as the first one."""
    best, delimiter = (0.0, 1), ","
    for candidate in _DELIMITERS:
        counts = list(islice(_widths(lines, candidate), _SAMPLE))
        columns = counts[0] if counts else 1
        share = Counter(counts)[columns] / len(counts) if counts else 0
        if columns > 1 and (round(share, 1), columns) > best:
            best, delimiter = (round(share, 1), columns), candidate
    return delimiter


def _widths(lines: Sequence[str], delimiter: str) -> Iterator[int]:
    """Yield how many columns each record has, up to the first that is malformed."""
    with suppress(csv.Error):
        yield from (len(row) for row in csv.reader(lines, delimiter=delimiter) if row)


def _header(lines: LineReader, delimiter: str) -> _Row | None:
    """Read up to the names of the columns; None if there is no text at all."""
    rows = _rows(lines, delimiter, width=0)
    return next((row for row in rows if any(map(str.strip, row.cells)) or row.problem), None)


def _names(cells: Sequence[str]) -> list[str]:
    """Return the names of columns, without blank ones at the end."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _folded(name: str) -> str:
    return name.strip().casefold()


def _is_header(cells: Sequence[str], names: set[str]) -> bool:
    """Return whether a record repeats the names of the columns: most of its cells are such."""
    if not cells or _folded(cells[0]) not in names:
        return False
    written = [_folded(cell) for cell in cells if cell.strip()]
    known = sum(one in names for one in written)
    return known >= min(_LEAST_NAMES, len(names)) and known * 2 > len(written)


def _rows(lines: LineReader, delimiter: str, width: int) -> Iterator[_Row]:
    """Yield the records of so many columns, or if 0, of any number; blank lines are left out."""
    for line in lines:
        if '"' in line.text:
            row = _quoted_row(line, lines, width, delimiter)
        elif line.text.strip():
            text = line.text.rstrip("\r\n")
            cells = text.split(delimiter)
            row = _Row(line.number, text, cells, _wrong_width(cells, width))
        else:
            continue
        if '="' in row.text:
            row = row._replace(cells=[_FORMULA.sub(r"\g<text>", one) for one in row.cells])
        if not row.text[:5].strip('" \t').lower().startswith("sep") or not (
            _SEPARATOR_LINE.fullmatch(row.text)
        ):
            yield row


def _quoted_row(first: Line, lines: LineReader, width: int, delimiter: str) -> _Row:
    """Read one record, which can span several lines while a quote is open."""
    used: list[Line] = []
    try:
        cells = next(csv.reader(_texts(first, lines, used), delimiter=delimiter, strict=True))
        problem = _wrong_width(cells, width)
    except csv.Error as error:
        known = (problem for words, problem in _CSV_ERRORS.items() if words in str(error))
        cells, problem = [], next(known, (str(error), _OPEN_QUOTE[1]))
    has_others = width > 1 and any(_is_record(one.text, delimiter, width) for one in used[1:-1])
    if len(used) > 1 and (problem or has_others):
        lines.put_back(used[1:])  # the quote was closed by one of another record
        del used[1:]
        cells, problem = [], _OPEN_QUOTE
    text = "".join(one.text for one in used).rstrip("\r\n")
    return _Row(first.number, text, cells, problem)


def _is_record(line: str, delimiter: str, width: int) -> bool:
    """Tell whether a line would be a record by itself."""
    if line.count(delimiter) + 1 < width:
        return False
    with suppress(csv.Error):
        return len(next(csv.reader([line], delimiter=delimiter, strict=True))) >= width
    return False


def _texts(first: Line, lines: LineReader, used: list[Line]) -> Iterator[str]:
    """Yield the text of a line, and of those after it as needed; append them to `used`."""
    line: Line | None = first
    length = 0
    while line is not None:
        used.append(line)
        length += len(line.text)
        yield line.text
        may_go_on = len(used) < _MOST_LINES and length < LONGEST_LINE
        line = next(lines, None) if may_go_on else None


def _wrong_width(cells: list[str], width: int) -> Problem | None:
    """Return what is wrong with the number of cells; those at the end may be missing, or blank.

    One cell alone is no record of several columns, but a count of rows, or a part of a record.
    """
    is_whole = len(cells) <= width or not any(cells[width:])
    if not width or (is_whole and (len(cells) > 1 or width == 1)):
        return None
    hint = "quote what holds a delimiter" if len(cells) > width else "fill up what is missing"
    return f"expected {width} columns, found {len(cells)}", hint


def _unbroken(rows: Iterable[_Row], width: int) -> Iterator[_Row]:
    """Yield records; two that are one, broken by a line end within a cell, as one that is wrong.

    They are two short ones between records that are not, and have together as many cells as one.
    """
    short: list[_Row] = []
    is_usual = False  # as in a file that leaves out all that is empty at the end
    for row in chain(rows, (None,)):
        if row and not row.problem and len(row.cells) < width:
            short.append(row)
            is_usual = is_usual or len(short) > _A_PAIR
            if is_usual:
                yield from short
                short.clear()
            continue
        if len(short) == _A_PAIR and sum(len(one.cells) for one in short) == width + 1:
            text = "\n".join(one.text for one in short)
            problem = "it goes on in the next line", "quote the cell that holds a line end"
            yield _Row(short[0].line, text, [], problem)
        else:
            yield from short
        short.clear()
        is_usual = False
        if row:
            yield row
