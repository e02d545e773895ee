"""Exports opened: every file is told what it is before any of them is read."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.records import RawRecord
from household_graph.imports.sources import json_lines, separated
from household_graph.imports.sources.encodings import checked_encoding, encoding_of
from household_graph.imports.sources.lines import Lines
from household_graph.imports.sources.source_file import Reading, SourceFile
from household_graph.imports.sources.streams import Entry, entries, opened_bytes, read_errors

_LINES = 200  # by which a file is judged


def open_sources(paths: Sequence[Path | str], how: Reading | None = None) -> tuple[SourceFile, ...]:
    """Open exports: CSV and its kin, and JSON lines, also as .gz and .zip, and folders of them.

    Encoding, delimiter and line ends are found out unless they are named. A file of rejects is as
    many files as it has records of, each called after one of them, as in an archive.

    Raises:
        DocumentError: if a file is not there, is damaged or empty, is no text, or its columns have
            no names.
    """
    reading = how or Reading()
    if reading.delimiter is not None and len(reading.delimiter) != 1:
        raise BadInputError(
            f"`{reading.delimiter}` cannot part columns", hint="use one character, or `tab`"
        )
    found = [entry for path in paths for entry in entries(Path(path))]
    return tuple(file for entry in found for file in _parts(_opened(entry, reading), entry))


def samples(
    files: Sequence[SourceFile], count: int = _LINES
) -> list[tuple[str, tuple[str, ...], list[Mapping[str, str]]]]:
    """Return of each file its name, its columns, and the values of its first records."""
    return [
        (file.name, file.header, [one.values for one in islice(_taken(file), count)])
        for file in files
    ]


def _taken(file: SourceFile) -> Iterator[RawRecord]:
    return (one for one in file.records() if isinstance(one, RawRecord))


def _opened(entry: Entry, reading: Reading) -> SourceFile:
    path, member = entry
    name = f"{path.name}/{member}" if member else path.name
    encoding = _encoding(entry, reading, name)
    with opened_bytes(entry) as content, read_errors(path):
        try:
            start = [line.text for line in islice(Lines(content, encoding, name), _LINES)]
        except UnicodeDecodeError as error:
            raise DocumentError(
                f"`{name}` is not {encoding}: {error.reason}", hint="name another --encoding"
            ) from error
    plain = (member or path.name).lower().removesuffix(".gz")
    is_json = plain.endswith((".jsonl", ".ndjson")) or _looks_like_json(start)
    delimiter = None if is_json else reading.delimiter or separated.delimiter_of(start)
    file = SourceFile(
        name=name,
        path=path,
        member=member,
        encoding=encoding,
        delimiter=delimiter,
        line_end=_line_end(start),
        header=(),
        size=path.stat().st_size,
    )
    return _with_header(file, entry)


def _with_header(file: SourceFile, entry: Entry) -> SourceFile:
    with opened_bytes(entry) as content, read_errors(file.path):
        lines = Lines(content, file.encoding, file.name)
        if file.delimiter is not None:
            header = separated.header_in(lines, file.delimiter, file.name)
        else:
            found = islice(json_lines.records_in(lines, file.encoding, file.name), _LINES)
            header = tuple(dict.fromkeys(name for one in found for name in one.values))
    if not header:
        raise DocumentError(f"`{file.name}` is empty", hint="export it again")
    shown = tuple(name for name in header if not name.startswith(separated.OURS))
    return replace(file, header=shown)


def _parts(file: SourceFile, entry: Entry) -> Iterator[SourceFile]:
    """Yield a file, or of a file of rejects one for each file that its records come from."""
    origins: tuple[str, ...] = ()
    if file.delimiter is not None:
        # What cannot be decoded is told when the file is read.
        with (
            opened_bytes(entry) as content,
            read_errors(file.path),
            suppress(UnicodeDecodeError),
        ):
            lines = Lines(content, file.encoding, file.name)
            header = separated.header_in(lines, file.delimiter, file.name)
            origins = separated.origins_in(lines, header, file.delimiter)
    if not origins:
        yield file
    for origin in origins:
        name = f"{file.name}/{origin}" if origin else file.name
        yield replace(file, name=name, origin=origin)


def _encoding(entry: Entry, reading: Reading, name: str) -> str:
    if reading.encoding:
        return checked_encoding(reading.encoding)
    with opened_bytes(entry) as content, read_errors(entry[0]):
        return encoding_of(content, name)


def _looks_like_json(start: list[str]) -> bool:
    return any(line.lstrip("\ufeff \t").startswith("{") for line in start[:1])


def _line_end(start: list[str]) -> str:
    first = start[0] if start else ""
    return first[len(first.rstrip("\r\n")) :][:2]
