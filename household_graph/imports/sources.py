"""The files of an export: detected, and read record by record.

They are CSV and its kin, with columns that one character separates, JSON or vCard; plain, gzipped
or zipped, in any encoding; or the sheets of a spreadsheet.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path, PurePath
from typing import Literal

from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.byte_streams import (
    Line,
    LineReader,
    PackedFile,
    Parsed,
    blocks_of,
    encoding_of,
    entries,
    opened_lines,
)
from household_graph.imports.csv_records import CsvTable, csv_table
from household_graph.imports.encodings import Encoding, problem_in
from household_graph.imports.json_records import JsonTable, cut_of_json, json_table
from household_graph.imports.records import RawRecord, RejectedRecord
from household_graph.imports.vcard_records import BEGIN, VCardTable

_SAMPLE = 200  # lines and records by which a file is judged
_LONGEST_SAMPLE = 1 << 20  # characters of these lines
_MOST_MALFORMED = 1_000
_JSON_START = re.compile(r"\{|\[\s*\{")
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_LINE_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_NAMED_DELIMITERS = {"\t": "tab", "\x1f": "U+001F"}
_REJECT_PREFIX = "reject_"  # of the columns that a file of rejects has beside those of the export
_ORIGIN = f"{_REJECT_PREFIX}file"


Sample = tuple[str, tuple[str, ...], list[Mapping[str, str]]]
"""The name of a file, its columns, and the values of its first records."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read files.

    Attributes:
        encoding: such as `cp1252`; None: it is detected.
        delimiter: one character; None: it is detected.
        decimal: the decimal mark that values are written with which are numbers in the file itself,
            in JSON and in spreadsheets: that which the mapping expects.
        skip_files: patterns of the names of files, or sheets, that are left out.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Literal[".", ","] = "."
    skip_files: tuple[str, ...] = ()


Table = CsvTable | JsonTable | VCardTable
"""How the records of a file are found, and their columns."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of an export.

    Attributes:
        name: as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        line_end: as it is in the file; empty for a file of one line.
        decimal: as in `ReadOptions`.
        origin: for rejects that are imported again: the file whose records these are; else None.
    """

    name: str
    entry: PackedFile
    encoding: Encoding
    line_end: str
    table: Table
    decimal: Literal[".", ","] = "."
    origin: str | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """The columns, without those that are of rejects."""
        return tuple(one for one in self.table.columns if not one.startswith(_REJECT_PREFIX))

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.entry.path.stat().st_size

    @property
    def described(self) -> str:
        """What was detected, in one line."""
        table, kind = self.table, "vCard"
        parts = [self.encoding.name, _LINE_ENDS.get(self.line_end, "one line")]
        if self.entry.sheet is not None:
            kind, parts = "spreadsheet", []
        elif isinstance(table, CsvTable):
            kind = "CSV"
            parts.insert(1, _NAMED_DELIMITERS.get(table.delimiter, f"`{table.delimiter}`"))
        elif isinstance(table, JsonTable):
            kind = "JSON array" if table.is_array else "JSON lines"
        count = len(self.header)
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
        with opened_lines(self.entry, self.encoding, self.table.cut, self.decimal) as lines:
            place, malformed, first = lines.position(), 0, None
            added = [one for one in self.table.columns if one.startswith(_REJECT_PREFIX)]
            for count, (line, text, parsed) in enumerate(self._parsed(lines), start=1):
                found = problem_in(text, self.encoding) or parsed
                if isinstance(found, dict):
                    yield self._raw(line, text, found, added)
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

    def _parsed(self, lines: LineReader) -> Iterator[Parsed]:
        """Yield the records with their values by column; of rejects those of one origin."""
        for one in self.table.parsed(lines):
            if self.origin is None or _origin(one) == self.origin:
                yield one

    def _raw(self, line: int, text: str, found: dict[str, str], added: Sequence[str]) -> RawRecord:
        """Return a record without added columns; one of rejects as it was at first."""
        first = {name: found.pop(name, "") for name in added}
        place, said = first.get(f"{_REJECT_PREFIX}line", ""), first.get(f"{_REJECT_PREFIX}text")
        if self.origin and said and place.isdecimal():
            return RawRecord(self.origin, int(place), said, found)
        return RawRecord(self.name, line, text, found)


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
    found = [
        entry
        for path in paths
        for entry in entries(Path(path))
        if not is_named(entry.name, options.skip_files)
    ]
    if not found:
        raise DocumentError("the mapping leaves out every file", hint="see its `skip_files`")
    return tuple(file for entry in found for file in _detected(entry, options))


def is_named(file: str, patterns: Iterable[str]) -> bool:
    """Tell whether the last part of the name of a file is of one of some patterns, in any case."""
    name = PurePath(file).name.casefold()
    return any(fnmatch(name, pattern.casefold()) for pattern in patterns)


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
    with opened_lines(entry, encoding, blocks_of) as blocks:
        start = next((block.text for block in blocks if block.text.strip()), "").lstrip()
    table = _table_of(entry, encoding, start, options)
    if not table.columns:
        raise DocumentError(f"`{entry.name}` is empty", hint="export it again")
    ends = re.search("\r\n?|\n", start)
    line_end = ends.group() if ends else ""
    origins = dict[str, None]()
    file = SourceFile(entry.name, entry, encoding, line_end, table, options.decimal)
    if _ORIGIN in table.columns:
        with opened_lines(entry, encoding, table.cut) as lines:
            origins = dict.fromkeys(map(_origin, table.parsed(lines)))
    if not origins:
        yield file
    for origin in origins:
        yield replace(file, name=f"{file.name}/{origin}" if origin else file.name, origin=origin)


def _table_of(entry: PackedFile, encoding: Encoding, start: str, options: ReadOptions) -> Table:
    if entry.sheet is None and start[: len(BEGIN)].upper() == BEGIN:
        return VCardTable()
    if _is_json(entry, start):
        with opened_lines(entry, encoding, cut_of_json(start)) as lines:
            return json_table(lines, start, options.decimal)
    delimiter = options.delimiter if entry.sheet is None else ","
    with opened_lines(entry, encoding) as lines:
        sample = list(_first(lines))
        lines.put_back(sample)
        return csv_table(lines, sample, delimiter, entry.name)


def _first(lines: LineReader) -> Iterator[Line]:
    length = 0
    for line in islice(lines, _SAMPLE):
        yield line
        length += len(line.text)
        if length > _LONGEST_SAMPLE:
            return


def _is_json(entry: PackedFile, start: str) -> bool:
    if entry.sheet is not None:
        return False
    name = (entry.member or entry.path.name).lower().removesuffix(".gz")
    return name.endswith(_JSON_ENDINGS) or _JSON_START.match(start) is not None


def _origin(record: Parsed) -> str:
    """Return which file a record of rejects comes from; empty if that cannot be read."""
    return record.found.get(_ORIGIN, "").strip() if isinstance(record.found, dict) else ""


def _malformed(first: RejectedRecord, malformed: int, count: int) -> DocumentError:
    return DocumentError(
        f"{first.file}:{first.line}: {first.reason}, and {malformed:,} of the first {count:,} "
        "records cannot be read",
        hint=first.hint,
    )
