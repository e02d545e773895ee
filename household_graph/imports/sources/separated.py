"""Records of files with columns: CSV and its kin."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

from household_graph.errors import DocumentError
from household_graph.files import LONGEST_LINE
from household_graph.imports.records import RawRecord, Rejected
from household_graph.imports.sources.lines import Line, Lines, problem_in

DELIMITERS = (",", ";", "\t", "|")
OURS = "reject_"
"""What the columns begin with that this project adds to a file of rejects."""

_ORIGIN = f"{OURS}file"

_MOST_LINES = 100  # of one record; a quote that is open for longer was never closed
_SAMPLED = 50


def delimiter_of(lines: Sequence[str]) -> str:
    """Return what parts the columns: what gives most of the lines as many as the first one."""
    best, delimiter = (0.0, 1), ","
    for candidate in DELIMITERS:
        counts = list(islice(_widths(lines, candidate), _SAMPLED))
        columns = counts[0] if counts else 1
        share = Counter(counts)[columns] / len(counts) if counts else 0
        if columns > 1 and (round(share, 1), columns) > best:
            best, delimiter = (round(share, 1), columns), candidate
    return delimiter


def _widths(lines: Sequence[str], delimiter: str) -> Iterator[int]:
    """Yield how many columns each record has, as far as they can be read."""
    with suppress(csv.Error):
        yield from (len(row) for row in csv.reader(lines, delimiter=delimiter) if row)


def header_in(lines: Lines, delimiter: str, name: str) -> tuple[str, ...]:
    """Return the names of the columns, from the first line that is not blank.

    Raises:
        DocumentError: if there is none, or a name is missing or there twice.
    """
    for line in lines:
        if not line.text.strip(" \t\r\n\ufeff"):
            continue
        try:
            cells = next(csv.reader([line.text.lstrip("\ufeff")], delimiter=delimiter))
        except csv.Error as error:
            message = f"{name}:{line.number}: {error}"
            raise DocumentError(message, hint="begin with the names of the columns") from error
        header = tuple(cell.strip() for cell in cells)
        twice = [one for one, count in Counter(header).items() if count > 1]
        if not all(header):
            place = header.index("") + 1
            message = f"{name}:{line.number}: column {place} has no name"
            raise DocumentError(message, hint="give every column a name")
        if twice:
            message = f"{name}:{line.number}: the column `{twice[0]}` is there twice"
            raise DocumentError(message, hint="give every column a name of its own")
        return header
    raise DocumentError(f"`{name}` is empty", hint="an export begins with the names of its columns")


def origins_in(lines: Lines, header: Sequence[str], delimiter: str) -> tuple[str, ...]:
    """Return which files the records of a file of rejects come from, each once.

    Returns:
        Their names, empty for records that name none; nothing at all if it is no file of rejects.
    """
    if _ORIGIN not in header:
        return ()
    found = _taken(lines, header, delimiter)
    return tuple(dict.fromkeys(_origin(taken, header) for taken in found))


def records_in(
    lines: Lines,
    header: Sequence[str],
    delimiter: str,
    encoding: str,
    file: str,
    *,
    origin: str | None = None,
) -> Iterator[RawRecord | Rejected]:
    """Yield the records behind the header, of a file of rejects those of one origin.

    Blank lines are no records.
    """
    columns = [place for place, name in enumerate(header) if not name.startswith(OURS)]
    for taken in _taken(lines, header, delimiter):
        if origin is not None and _origin(taken, header) != origin:
            continue
        line = taken.lines[0]
        text = "".join(one.text for one in taken.lines).rstrip("\r\n")
        wrong = problem_in(text, encoding) or taken.wrong
        if wrong:
            shown = text.encode("utf-8", "replace").decode()
            yield Rejected(file, line.number, shown, "", *wrong)
        else:
            values = {header[place]: taken.cells[place] for place in columns}
            yield RawRecord(file, line.number, text, values)


class _Taken:
    """A record that was taken from the lines: its cells, or what is wrong with it."""

    def __init__(
        self, lines: list[Line], cells: list[str], wrong: tuple[str, str] | None = None
    ) -> None:
        self.lines, self.cells, self.wrong = lines, cells, wrong


def _taken(lines: Lines, header: Sequence[str], delimiter: str) -> Iterator[_Taken]:
    while line := lines.next():
        if line.text.strip():
            yield _record(line, lines, len(header), delimiter)


def _origin(taken: _Taken, header: Sequence[str]) -> str:
    """Return which file a record of rejects comes from; empty if that cannot be read."""
    return "" if taken.wrong else taken.cells[header.index(_ORIGIN)].strip()


def _record(first: Line, lines: Lines, width: int, delimiter: str) -> _Taken:
    """Take one record, which can go over several lines where a quote is open."""
    if '"' not in first.text:
        cells = first.text.rstrip("\r\n").split(delimiter)
        return _Taken([first], cells, _width_problem(cells, width))
    taken: list[Line] = []
    try:
        read = csv.reader(_going_on(first, lines, taken), delimiter=delimiter, strict=True)
        cells = next(read)
        wrong = _width_problem(cells, width)
    except csv.Error as error:
        cells, wrong = [], (_problem(str(error)), _CLOSE)
    if wrong and len(taken) > 1:  # the quote was closed by that of another record
        lines.put_back(taken[1:])
        return _Taken([first], [], (_OPEN, _CLOSE))
    return _Taken(taken, cells, wrong)


def _going_on(first: Line, lines: Lines, taken: list[Line]) -> Iterator[str]:
    """Yield the text of a line, and of those that are asked for after it; keep what was taken."""
    line: Line | None = first
    length = 0
    while line is not None:
        taken.append(line)
        length += len(line.text)
        yield line.text
        more = len(taken) < _MOST_LINES and length < LONGEST_LINE
        line = lines.next() if more else None


_OPEN = "a quote is not closed"
_CLOSE = "close the quote, or double it"


def _problem(said: str) -> str:
    """Return what is wrong with a record, in our words."""
    if "expected after" in said:
        return "a quote within quotes is not doubled"
    return _OPEN if "unexpected end of data" in said else said


def _width_problem(cells: list[str], width: int) -> tuple[str, str] | None:
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return None
    hint = "quote what holds a delimiter" if len(cells) > width else "fill up what is missing"
    return f"expected {width} columns, found {len(cells)}", hint
