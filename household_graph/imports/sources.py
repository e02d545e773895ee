"""The files of an export: detected, and read record by record.

They are CSV and its kin, with columns that one character separates, or JSON lines; plain, gzipped
or zipped, in any encoding.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from household_graph.errors import BadInputError, DocumentError
from household_graph.files import LONGEST_LINE
from household_graph.imports.byte_streams import (
    Line,
    LineReader,
    PackedFile,
    Problem,
    encoding_of,
    entries,
    opened_lines,
    problem_in,
)
from household_graph.imports.records import RawRecord, RejectedRecord

_SAMPLE = 200  # lines and records by which a file is judged
_MOST_MALFORMED = 1_000
_JSON_ENDINGS = (".jsonl", ".ndjson")
_LINE_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_DELIMITERS = (",", ";", "\t", "|")
_REJECT_PREFIX = "reject_"  # of the columns that a file of rejects has beside those of the export
_ORIGIN = f"{_REJECT_PREFIX}file"
_MOST_LINES = 100  # of one record; a quote that is open for longer was never closed
_OPEN_QUOTE = "a quote is not closed", "close the quote, or double it"
_CSV_ERRORS = {
    "expected after": ("a quote within quotes is not doubled", "close the quote, or double it"),
    "unexpected end of data": _OPEN_QUOTE,
}
_ONE_OBJECT = "write one JSON object a line"


Sample = tuple[str, tuple[str, ...], list[Mapping[str, str]]]
"""The name of a file, its columns, and the values of its first records."""


class _Parsed(NamedTuple):
    """A record as the file has it: its first line, its text, and its cells or what is wrong."""

    line: int
    text: str
    found: list[str] | dict[str, str] | Problem


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read files: an encoding such as `cp1252`, a delimiter; None means detect it."""

    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of an export.

    Attributes:
        name: as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        delimiter: what separates the columns; None for JSON lines.
        line_end: as it is in the file; empty for a file of one line.
        columns: all of them; for JSON lines those of the first records.
        origin: for rejects that are imported again: the file whose records these are; else None.
    """

    name: str
    entry: PackedFile
    encoding: str
    delimiter: str | None
    line_end: str
    columns: tuple[str, ...]
    origin: str | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """The columns, without those that are of rejects."""
        return tuple(one for one in self.columns if not one.startswith(_REJECT_PREFIX))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.entry.path.stat().st_size

    @property
    def described(self) -> str:
        """What was detected, in one line."""
        parts = [self.encoding, _LINE_ENDS.get(self.line_end, "one line")]
        if self.delimiter:
            parts.insert(1, "tab" if self.delimiter == "\t" else f"`{self.delimiter}`")
        kind, count = "CSV" if self.delimiter else "JSON lines", len(self.header)
        columns = f"{count} column{'' if count == 1 else 's'}"
        return f"{self.name}: {', '.join((kind, *parts, columns))}"

    def records(
        self, on_bytes: Callable[[int], None] = lambda _count: None
    ) -> Iterator[RawRecord | RejectedRecord]:
        """Yield the records, in the order of the file.

        `on_bytes` is called with the number of bytes of the file on disk that were read since.

        Raises:
            DocumentError: if the file cannot be read to its end, or most of it is malformed, as it
                is then something else.
        """
        with opened_lines(self.entry, self.encoding) as lines:
            place, malformed, first = lines.position(), 0, None
            for count, (line, text, parsed) in enumerate(self._parsed(lines), start=1):
                found = problem_in(text, self.encoding) or parsed
                if isinstance(found, dict):
                    yield RawRecord(self.name, line, text, found)
                else:
                    shown = text.encode("utf-8", "replace").decode()
                    rejected = RawRecord(self.name, line, shown, {}).rejected("", *found)
                    malformed, first = malformed + 1, first or rejected
                    if malformed > _MOST_MALFORMED and malformed * 2 > count:
                        raise _malformed(first, malformed, count)
                    yield rejected
                if (now := lines.position()) > place:
                    on_bytes(now - place)
                    place = now

    def _parsed(self, lines: LineReader) -> Iterator[_Parsed]:
        """Yield the records with their values by column; of rejects those of one origin."""
        if self.delimiter is None:
            yield from _json_records(lines)
            return
        next(line for line in lines if _has_text(line))
        places = [(one, self.columns.index(one)) for one in self.header]
        for line, text, found in _csv_records(lines, len(self.columns), self.delimiter):
            if self.origin is None or _origin(found, self.columns) == self.origin:
                if isinstance(found, list):
                    yield _Parsed(line, text, {name: found[place] for name, place in places})
                else:
                    yield _Parsed(line, text, found)


def open_sources(
    paths: Sequence[Path | str], options: ReadOptions | None = None
) -> tuple[SourceFile, ...]:
    """Open exports: files, archives, and folders of them.

    A file of rejects counts as one file for each file that its records come from.

    Raises:
        DocumentError: if a file is missing, damaged or empty, is no text, or its columns have no
            names.
        BadInputError: if the delimiter is not one character.
    """
    options = options or ReadOptions()
    if options.delimiter is not None and len(options.delimiter) != 1:
        raise BadInputError(
            f"`{options.delimiter}` cannot separate columns", hint="use one character, or `tab`"
        )
    found = [entry for path in paths for entry in entries(Path(path))]
    return tuple(file for entry in found for file in _detected(entry, options))


def samples(files: Sequence[SourceFile]) -> list[Sample]:
    """Return for each file its name, its columns, and the values of its first records."""
    found = []
    for file in files:
        values = (one.values for one in file.records() if isinstance(one, RawRecord))
        found.append((file.name, file.header, list(islice(values, _SAMPLE))))
    return found


def _detected(entry: PackedFile, options: ReadOptions) -> Iterator[SourceFile]:
    """Yield a file; a file of rejects once for each file that its records come from."""
    encoding = encoding_of(entry, options.encoding)
    with opened_lines(entry, encoding) as lines:
        sample = list(islice(lines, _SAMPLE))
        lines.put_back(sample)
        start = sample[0].text if sample else ""
        delimiter, origins = None, dict[str, None]()
        is_json_name = (entry.member or entry.path.name).lower().removesuffix(".gz")
        if is_json_name.endswith(_JSON_ENDINGS) or start.lstrip("\ufeff \t").startswith("{"):
            found = (one.found for one in islice(_json_records(lines), _SAMPLE))
            columns = tuple(dict.fromkeys(n for one in found if isinstance(one, dict) for n in one))
        else:
            delimiter = options.delimiter or _delimiter([line.text for line in sample])
            columns = _csv_header(lines, delimiter, entry.name)
            if _ORIGIN in columns:
                rejects = _csv_records(lines, len(columns), delimiter)
                origins = dict.fromkeys(_origin(one.found, columns) for one in rejects)
    if not columns:
        raise DocumentError(f"`{entry.name}` is empty", hint="export it again")
    line_end = start[len(start.rstrip("\r\n")) :][:2]
    file = SourceFile(entry.name, entry, encoding, delimiter, line_end, columns)
    if not origins:
        yield file
    for origin in origins:
        yield replace(file, name=f"{file.name}/{origin}" if origin else file.name, origin=origin)


def _origin(cells: object, columns: Sequence[str]) -> str:
    """Return which file a record of rejects comes from; empty if that cannot be read."""
    return str(cells[columns.index(_ORIGIN)]).strip() if isinstance(cells, list) else ""


def _malformed(first: RejectedRecord, malformed: int, count: int) -> DocumentError:
    return DocumentError(
        f"{first.file}:{first.line}: {first.reason}, and {malformed:,} of the first {count:,} "
        "records cannot be read",
        hint=first.hint,
    )


def _delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that gives most lines as many columns as the first one."""
    best, delimiter = (0.0, 1), ","
    for candidate in _DELIMITERS:
        counts = list(islice(_widths(lines, candidate), 50))
        columns = counts[0] if counts else 1
        share = Counter(counts)[columns] / len(counts) if counts else 0
        if columns > 1 and (round(share, 1), columns) > best:
            best, delimiter = (round(share, 1), columns), candidate
    return delimiter


def _widths(lines: Sequence[str], delimiter: str) -> Iterator[int]:
    """Yield how many columns each record has, up to the first that is malformed."""
    with suppress(csv.Error):
        yield from (len(row) for row in csv.reader(lines, delimiter=delimiter) if row)


def _has_text(line: Line) -> bool:
    return bool(line.text.strip(" \t\r\n\ufeff"))


def _csv_header(lines: LineReader, delimiter: str, name: str) -> tuple[str, ...]:
    """Return the names of the columns, from the first line that is not blank."""
    line = next(filter(_has_text, lines), None)
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


def _csv_records(lines: LineReader, width: int, delimiter: str) -> Iterator[_Parsed]:
    """Yield the cells of the records, without blank lines."""
    for line in lines:
        if '"' in line.text:
            yield _quoted_record(line, lines, width, delimiter)
        elif line.text.strip():
            text = line.text.rstrip("\r\n")
            cells = text.split(delimiter)
            yield _Parsed(line.number, text, _wrong_width(cells, width) or cells)


def _quoted_record(first: Line, lines: LineReader, width: int, delimiter: str) -> _Parsed:
    """Read one record, which can span several lines while a quote is open."""
    used: list[Line] = []
    try:
        cells = next(csv.reader(_texts(first, lines, used), delimiter=delimiter, strict=True))
        problem = _wrong_width(cells, width)
    except csv.Error as error:
        known = (problem for words, problem in _CSV_ERRORS.items() if words in str(error))
        cells, problem = [], next(known, (str(error), _OPEN_QUOTE[1]))
    if problem and len(used) > 1:  # the quote was closed by one of another record
        lines.put_back(used[1:])
        del used[1:]
        problem = _OPEN_QUOTE
    text = "".join(one.text for one in used).rstrip("\r\n")
    return _Parsed(first.number, text, problem or cells)


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
    if len(cells) == width or (len(cells) > width and not any(cells[width:])):
        return None
    hint = "quote what holds a delimiter" if len(cells) > width else "fill up what is missing"
    return f"expected {width} columns, found {len(cells)}", hint


def _json_records(lines: LineReader) -> Iterator[_Parsed]:
    """Yield the records; nested objects become columns with a dot, blank lines are skipped."""
    for line in lines:
        if text := line.text.strip().lstrip("\ufeff"):
            yield _Parsed(line.number, text, _json_values(text))


def _json_values(text: str) -> dict[str, str] | Problem:
    """Return the values of a line by column, or what is wrong with it."""
    try:
        found = json.loads(text)
        values = dict(_flattened("", found)) if isinstance(found, dict) else None
    except RecursionError:
        return "it is nested too deep", _ONE_OBJECT
    except ValueError as error:  # a number can be too long as well
        return f"it is no JSON: {error}", _ONE_OBJECT
    if values is None:
        return "it is JSON, but no object", _ONE_OBJECT
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
