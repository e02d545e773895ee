"""One file of an export: what it is, and its records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from household_graph.errors import DocumentError
from household_graph.imports.records import RawRecord, Rejected
from household_graph.imports.sources import json_lines, separated
from household_graph.imports.sources.lines import Lines
from household_graph.imports.sources.streams import opened_bytes, read_errors

_ENDS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
_MOST_MALFORMED = 1_000
_NAMES = {",": "`,`", ";": "`;`", "\t": "tab", "|": "`|`"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, where that is not to be found out.

    Attributes:
        encoding: such as `cp1252`, or None.
        delimiter: what parts the columns, one character, or None.
    """

    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of an export.

    Attributes:
        name: as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        path: where it lies.
        member: which member of the archive it is, or None.
        encoding: as Python calls it.
        delimiter: what parts the columns; None for JSON lines.
        line_end: LF, CRLF or CR, as they stand in the file; empty for a file of one line.
        header: the columns, without those that are of rejects.
        size: in bytes, as it lies on disk.
        origin: for rejects that are run again: the file whose records these are; else None.
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
        """What it was found to be, in one line."""
        kind = "JSON lines" if self.delimiter is None else "CSV"
        parts = [kind, self.encoding, _ENDS.get(self.line_end, "one line")]
        if self.delimiter:
            parts.insert(2, _NAMES.get(self.delimiter, f"`{self.delimiter}`"))
        columns = f"{len(self.header)} column{'' if len(self.header) == 1 else 's'}"
        return f"{self.name}: {', '.join(parts)}, {columns}"

    def records(
        self, on_bytes: Callable[[int], None] = lambda _count: None
    ) -> Iterator[RawRecord | Rejected]:
        """Yield the records, in the order in which they stand there.

        Args:
            on_bytes: is told how many more bytes of the file on disk were read.

        Raises:
            DocumentError: if the file cannot be read to its end.
        """
        with opened_bytes((self.path, self.member), on_bytes) as content, read_errors(self.path):
            lines = Lines(content, self.encoding, self.name)
            try:
                yield from _mostly_readable(self._records(lines), self.name)
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"`{self.name}` is damaged: {error}", hint="export it again"
                ) from error

    def _records(self, lines: Lines) -> Iterator[RawRecord | Rejected]:
        if self.delimiter is None:
            return json_lines.records_in(lines, self.encoding, self.name)
        header = separated.header_in(lines, self.delimiter, self.name)
        return separated.records_in(
            lines, header, self.delimiter, self.encoding, self.name, origin=self.origin
        )


def _mostly_readable(
    records: Iterator[RawRecord | Rejected], name: str
) -> Iterator[RawRecord | Rejected]:
    """Yield records, and give a file up of which most cannot be read: it is something else.

    Raises:
        DocumentError: naming the first that cannot be read.
    """
    malformed = 0
    first: Rejected | None = None
    for read, record in enumerate(records, start=1):
        if isinstance(record, Rejected):
            malformed += 1
            first = first or record
            if malformed > _MOST_MALFORMED and malformed * 2 > read:
                raise DocumentError(
                    f"{name}:{first.line}: {first.reason}, and so it goes on: {malformed:,} of the "
                    f"first {read:,} records cannot be read",
                    hint=first.hint,
                )
        yield record
