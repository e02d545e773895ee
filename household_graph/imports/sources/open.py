"""Open the files of an export: detect what each is before any of them is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.records import RawRecord, RejectedRecord
from household_graph.imports.sources.byte_streams import (
    Entry,
    LineReader,
    Parsed,
    encoding_of,
    entries,
    opened_lines,
    problem_in,
)
from household_graph.imports.sources.readers import (
    REJECT_PREFIX,
    csv_header,
    csv_origins,
    csv_records,
    detect_delimiter,
    json_header,
    json_records,
)

_SAMPLE = 200  # lines and records by which a file is judged
_MOST_MALFORMED = 1_000
_LINE_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_JSON_ENDINGS = (".jsonl", ".ndjson")


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
        member: its name in the archive at that path, or None.
        delimiter: what separates the columns; None for JSON lines.
        line_end: LF, CRLF or CR, as they are in the file; empty for a file of one line.
        header: the columns, without those that are of rejects.
        size: bytes on disk.
        origin: for rejects that are imported again: the file whose records these are; else None.
    """

    name: str
    path: Path
    member: str | None
    encoding: str
    delimiter: str | None
    line_end: str
    header: tuple[str, ...]
    size: int
    origin: str | None = None

    @property
    def described(self) -> str:
        """What was detected, in one line."""
        kind = "JSON lines" if self.delimiter is None else "CSV"
        parts = [kind, self.encoding, _LINE_ENDS.get(self.line_end, "one line")]
        if self.delimiter:
            parts.insert(2, "tab" if self.delimiter == "\t" else f"`{self.delimiter}`")
        columns = f"{len(self.header)} column{'' if len(self.header) == 1 else 's'}"
        return f"{self.name}: {', '.join(parts)}, {columns}"

    def records(
        self, on_bytes: Callable[[int], None] = lambda _count: None
    ) -> Iterator[RawRecord | RejectedRecord]:
        """Yield the records, in the order of the file.

        Args:
            on_bytes: called with the number of bytes of the file on disk that were read since.

        Raises:
            DocumentError: if the file cannot be read to its end, or most of it is malformed, as it
                is then something else.
        """
        entry = self.path, self.member
        with opened_lines(entry, self.encoding, self.name) as lines:
            place, malformed, first = lines.position(), 0, None
            for count, (line, text, parsed) in enumerate(self._parsed(lines), start=1):
                found = problem_in(text, self.encoding) or parsed
                if isinstance(found, dict):
                    yield RawRecord(self.name, line, text, found)
                else:
                    shown = text.encode("utf-8", "replace").decode()
                    rejected = RejectedRecord(self.name, line, shown, "", *found)
                    malformed, first = malformed + 1, first or rejected
                    if malformed > _MOST_MALFORMED and malformed * 2 > count:
                        raise _malformed(first, malformed, count)
                    yield rejected
                if (now := lines.position()) > place:
                    on_bytes(now - place)
                    place = now

    def _parsed(self, lines: LineReader) -> Iterator[Parsed]:
        if self.delimiter is None:
            return json_records(lines)
        header = csv_header(lines, self.delimiter, self.name)
        return csv_records(lines, header, self.delimiter, self.origin)


def _malformed(first: RejectedRecord, malformed: int, count: int) -> DocumentError:
    return DocumentError(
        f"{first.file}:{first.line}: {first.reason}, and {malformed:,} of the first {count:,} "
        "records cannot be read",
        hint=first.hint,
    )


def open_sources(
    paths: Sequence[Path | str], options: ReadOptions | None = None
) -> tuple[SourceFile, ...]:
    """Open exports: CSV and its kin, and JSON lines, also as .gz and .zip, and folders of them.

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
    return tuple(file for entry in found for file in _opened(entry, options))


def samples(
    files: Sequence[SourceFile], count: int = _SAMPLE
) -> list[tuple[str, tuple[str, ...], list[Mapping[str, str]]]]:
    """Return for each file its name, its columns, and the values of its first records."""
    found = []
    for file in files:
        values = (one.values for one in file.records() if isinstance(one, RawRecord))
        found.append((file.name, file.header, list(islice(values, count))))
    return found


def _opened(entry: Entry, options: ReadOptions) -> Iterator[SourceFile]:
    """Yield a file; a file of rejects once for each file that its records come from."""
    path, member = entry
    name = f"{path.name}/{member}" if member else path.name
    encoding = encoding_of(entry, name, options.encoding)
    with opened_lines(entry, encoding, name) as lines:
        sample = list(islice(lines, _SAMPLE))
        lines.put_back(sample)
        start = [line.text for line in sample] or [""]
        origins: tuple[str, ...] = ()
        is_json_name = (member or path.name).lower().removesuffix(".gz").endswith(_JSON_ENDINGS)
        if is_json_name or start[0].lstrip("\ufeff \t").startswith("{"):
            delimiter = None
            header = json_header(lines, _SAMPLE)
        else:
            delimiter = options.delimiter or detect_delimiter(start)
            header = csv_header(lines, delimiter, name)
            origins = csv_origins(lines, header, delimiter)
    if not header:
        raise DocumentError(f"`{name}` is empty", hint="export it again")
    file = SourceFile(
        name=name,
        path=path,
        member=member,
        encoding=encoding,
        delimiter=delimiter,
        line_end=start[0][len(start[0].rstrip("\r\n")) :][:2],
        header=tuple(one for one in header if not one.startswith(REJECT_PREFIX)),
        size=path.stat().st_size,
    )
    if not origins:
        yield file
    for origin in origins:
        yield replace(file, name=f"{name}/{origin}" if origin else name, origin=origin)
