"""Read records: lines with columns that one character separates, and lines with a JSON object."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from household_graph.errors import DocumentError
from household_graph.files import LONGEST_LINE
from household_graph.imports.sources.byte_streams import Line, LineReader, Parsed, Problem

_DELIMITERS = (",", ";", "\t", "|")
REJECT_PREFIX = "reject_"
"""Prefix of the columns that a file of rejects has beside those of the export."""
_ORIGIN = f"{REJECT_PREFIX}file"
_MOST_LINES = 100  # of one record; a quote that is open for longer was never closed
_SAMPLED = 50
_OPEN_QUOTE = "a quote is not closed"
_CLOSE_IT = "close the quote, or double it"
_CSV_ERRORS = {
    "expected after": "a quote within quotes is not doubled",
    "unexpected end of data": _OPEN_QUOTE,
}


def detect_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives most lines as many columns as the first one."""
    best, delimiter = (0.0, 1), ","
    for candidate in _DELIMITERS:
        counts = list(islice(_widths(lines, candidate), _SAMPLED))
        columns = counts[0] if counts else 1
        share = Counter(counts)[columns] / len(counts) if counts else 0
        if columns > 1 and (round(share, 1), columns) > best:
            best, delimiter = (round(share, 1), columns), candidate
    return delimiter


def _widths(lines: Sequence[str], delimiter: str) -> Iterator[int]:
    """Yield how many columns each record has, up to the first that is malformed."""
    with suppress(csv.Error):
        yield from (len(row) for row in csv.reader(lines, delimiter=delimiter) if row)


def csv_header(lines: LineReader, delimiter: str, name: str) -> tuple[str, ...]:
    """Return the names of the columns, from the first line that is not blank.

    Raises:
        DocumentError: if there is none, or a name is missing or repeated.
    """
    line = next((line for line in lines if line.text.strip(" \t\r\n\ufeff")), None)
    if line is None:
        hint = "an export begins with the names of its columns"
        raise DocumentError(f"`{name}` is empty", hint=hint)
    place = f"{name}:{line.number}"
    try:
        cells = next(csv.reader([line.text.lstrip("\ufeff")], delimiter=delimiter))
    except csv.Error as error:
        hint = "begin with the names of the columns"
        raise DocumentError(f"{place}: {error}", hint=hint) from error
    header = tuple(cell.strip() for cell in cells)
    if "" in header:
        message = f"{place}: column {header.index('') + 1} has no name"
        raise DocumentError(message, hint="give every column a name")
    for column, count in Counter(header).items():
        if count > 1:
            message = f"{place}: the column `{column}` is there twice"
            raise DocumentError(message, hint="give every column a name of its own")
    return header


def csv_origins(lines: LineReader, header: Sequence[str], delimiter: str) -> tuple[str, ...]:
    """Return which files the records of a file of rejects come from; nothing for other files.

    A name is empty for records that name none.
    """
    if _ORIGIN not in header:
        return ()
    return tuple(dict.fromkeys(_origin(row, header) for row in _rows(lines, header, delimiter)))


def csv_records(
    lines: LineReader, header: Sequence[str], delimiter: str, origin: str | None
) -> Iterator[Parsed]:
    """Yield the records behind the header, without blank lines; of rejects those of one origin."""
    columns = [place for place, name in enumerate(header) if not name.startswith(REJECT_PREFIX)]
    for row in _rows(lines, header, delimiter):
        if origin is None or _origin(row, header) == origin:
            text = "".join(one.text for one in row.lines).rstrip("\r\n")
            values = row.problem or {header[place]: row.cells[place] for place in columns}
            yield Parsed(row.lines[0].number, text, values)


class _CsvRow(NamedTuple):
    """The lines and cells of one record, and what is wrong with it."""

    lines: list[Line]
    cells: list[str]
    problem: Problem | None


def _rows(lines: LineReader, header: Sequence[str], delimiter: str) -> Iterator[_CsvRow]:
    return (_row(line, lines, len(header), delimiter) for line in lines if line.text.strip())


def _origin(row: _CsvRow, header: Sequence[str]) -> str:
    """Return which file a record of rejects comes from; empty if that cannot be read."""
    return "" if row.problem else row.cells[header.index(_ORIGIN)].strip()


def _row(first: Line, lines: LineReader, width: int, delimiter: str) -> _CsvRow:
    """Read one record, which can span several lines while a quote is open."""
    if '"' not in first.text:
        cells = first.text.rstrip("\r\n").split(delimiter)
        return _CsvRow([first], cells, _width_problem(cells, width))
    used: list[Line] = []
    try:
        cells = next(csv.reader(_texts(first, lines, used), delimiter=delimiter, strict=True))
        problem = _width_problem(cells, width)
    except csv.Error as error:
        known = (message for words, message in _CSV_ERRORS.items() if words in str(error))
        cells, problem = [], (next(known, str(error)), _CLOSE_IT)
    if problem and len(used) > 1:  # the quote was closed by one of another record
        lines.put_back(used[1:])
        return _CsvRow([first], [], (_OPEN_QUOTE, _CLOSE_IT))
    return _CsvRow(used, cells, problem)


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


def _width_problem(cells: list[str], width: int) -> Problem | None:
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return None
    hint = "quote what holds a delimiter" if len(cells) > width else "fill up what is missing"
    return f"expected {width} columns, found {len(cells)}", hint


def json_header(lines: LineReader, sample: int) -> tuple[str, ...]:
    """Return the columns of the first records, in the order in which they appear."""
    found = (record.found for record in islice(json_records(lines), sample))
    return tuple(dict.fromkeys(name for one in found if isinstance(one, dict) for name in one))


def json_records(lines: LineReader) -> Iterator[Parsed]:
    """Yield the records; nested objects become columns with a dot, blank lines are skipped."""
    for line in lines:
        if text := line.text.strip().lstrip("\ufeff"):
            yield Parsed(line.number, text, _json_values(text))


def _json_values(text: str) -> dict[str, str] | Problem:
    """Return the values of a line by column, or what is wrong with it."""
    hint = "write one JSON object a line"
    try:
        found = json.loads(text)
        values = dict(_flattened("", found)) if isinstance(found, dict) else None
    except RecursionError:
        return "it is nested too deep", hint
    except ValueError as error:  # a number can be too long as well
        return f"it is no JSON: {error}", hint
    if values is None:
        return "it is JSON, but no object", hint
    for written in (*values, *values.values()):  # JSON can escape what no text can hold
        if "\0" in written:
            return "it holds a zero byte", "export it again as text"
        if not written.isascii() and any("\ud800" <= letter <= "\udfff" for letter in written):
            return "it holds half a character (a lone surrogate)", "export it again as UTF-8"
    return values


def _flattened(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flattened(f"{prefix}.{name}" if prefix else name, inner)
    elif value is None:
        yield prefix, ""
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
