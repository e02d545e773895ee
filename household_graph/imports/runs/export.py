"""What is to be imported, and how: the question that a plan and a run answer alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from household_graph.imports.building.rows import Source
from household_graph.imports.mapping import Mapping, compile_table, mapping_text, table_for
from household_graph.imports.matching import Thresholds
from household_graph.imports.records import Rejected
from household_graph.imports.runs.progress import Advance
from household_graph.imports.sources import Reading, SourceFile, open_sources
from household_graph.imports.staging.filling import Read

Files = Sequence[tuple[SourceFile, str]]
"""The files of an export, each with the table of the mapping that it is."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Export:
    """An export of a source.

    Attributes:
        paths: files and folders.
        mapping: says what their columns mean.
        reading: how the files are read, where that is not to be found out.
        complete: whether it is whole: what it does not speak of is no more.
        thresholds: how alike is enough for one person, or one household.
    """

    paths: tuple[Path, ...]
    mapping: Mapping
    reading: Reading = field(default_factory=Reading)
    complete: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)


def source_of(export: Export) -> Source:
    """Return the source that an export comes from."""
    return Source(export.mapping.source, export.mapping.time_zone)


def opened_files(export: Export) -> Files:
    """Return the files of an export, each with the table of the mapping that it is.

    Raises:
        DocumentError: if a file cannot be read, or is none of the tables.
    """
    files = open_sources(export.paths, export.reading)
    return [(one, table_for(export.mapping, one.header, one.name)) for one in files]


def read_files(export: Export, files: Files, advance: Advance) -> Iterator[Read]:
    """Yield what each record of the files comes to, in the order in which they stand there."""
    for file, table in files:
        compiled = compile_table(export.mapping, table, file.header)
        for raw in file.records(advance):
            if isinstance(raw, Rejected):
                yield raw
            else:
                said = compiled.statement(raw)
                yield said if isinstance(said, Rejected) else (raw, said)


def columns_of(files: Files) -> tuple[str, ...]:
    """Return the columns of all files, each once, in the order in which they stand there."""
    return tuple(dict.fromkeys(name for file, _table in files for name in file.header))


def digest_of(export: Export, files: Files) -> str:
    """Return a checksum of all that decides what an import comes to."""
    checksum = blake2b(digest_size=16)
    asked = (mapping_text(export.mapping), export.reading, export.complete, export.thresholds)
    checksum.update(repr(asked).encode())
    for path in dict.fromkeys(file.path for file, _table in files):
        with path.open("rb") as content:
            while block := content.read(_BLOCK):
                checksum.update(block)
    return checksum.hexdigest()
