"""An export that was read and put beside what is known: what a plan and every import begin with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from household_graph.errors import ConflictError
from household_graph.imports.runs.decisions import fetch_decisions
from household_graph.imports.runs.export import (
    Export,
    Files,
    columns_of,
    opened_files,
    read_files,
    source_of,
)
from household_graph.imports.runs.import_run import ImportRun
from household_graph.imports.runs.outcome import Counts, counts_of
from household_graph.imports.runs.progress import Progress
from household_graph.imports.runs.readying import Refused
from household_graph.imports.runs.reports import Reports, write_reports
from household_graph.imports.runs.works import refuse
from household_graph.imports.staging.filling import fill
from household_graph.imports.staging.knowing import fetch_known, keep_known
from household_graph.imports.staging.placing import place
from household_graph.imports.staging.store import Store, opened
from household_graph.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to, or in a plan would come to.

    Attributes:
        run: the run; None in a plan.
        files: each file, as it was read, in one line.
        counts: how many records came to what.
        kept: ids of what the export says otherwise and the households changed themselves; in a
            plan they are not known.
        reports: the files of rejects, merges and doubts.
    """

    run: ImportRun | None
    files: tuple[str, ...]
    counts: Counts
    kept: tuple[str, ...]
    reports: Reports


@dataclass(frozen=True, slots=True)
class Staged:
    """A staging file in which every record has its household and its person.

    Attributes:
        store: the staging file.
        folder: where reports go.
        files: what was read.
    """

    store: Store
    folder: Path
    files: Files

    @property
    def households(self) -> int:
        """How many households are to be written."""
        return self.store.number("SELECT count(*) FROM household")

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Put records that could not be written among those that were not taken."""
        refuse(self.store, refused)

    def imported(self, name: str, run: ImportRun | None, kept: Iterable[str] = ()) -> Imported:
        """Return what it comes to, and write the reports, under a name."""
        counts = counts_of(self.store, run.id if run else None)
        reports = write_reports(self.store, columns_of(self.files), self.folder, name)
        described = tuple(file.described for file, _table in self.files)
        return Imported(run, described, counts, tuple(kept), reports)


@contextmanager
def _alone(folder: Path, source: str) -> Iterator[None]:
    """Keep other processes from the staging file."""
    try:
        with FileLock(folder / f".{source}.lock", timeout=0):
            yield
    except Timeout as timeout:
        raise ConflictError(
            f"somebody else is reading an export of `{source}` on this machine",
            hint="try again when that import, or plan of one, has ended",
        ) from timeout


@contextmanager
def staged(
    connection: Connection | None, export: Export, folder: Path, progress: Progress, at: int
) -> Iterator[Staged]:
    """Read an export, and find out which household and person each record speaks of.

    Args:
        connection: the graph; None for one that is empty.
        export: what is to be read.
        folder: where the reports and, meanwhile, the staging file lie.
        progress: is told how far it has come.
        at: the instant at which it is told who is a minor.

    Raises:
        ConflictError: if another process reads an export of the source into this folder.
        DocumentError: if a file cannot be read, or does not fit the mapping.
        DatabaseUnavailableError: if the server does not answer.
    """
    source, files = source_of(export), opened_files(export)
    decisions = fetch_decisions(connection, source.name) if connection else {}
    known = fetch_known(connection, source.name) if connection else ()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, source.name), opened(folder / f"{source.name}.staging") as store:
        with progress("reading bytes", sum(file.size for file, _table in files)) as advance:
            fill(store, source, read_files(export, files, advance), at)
        with progress("finding households", None):
            keep_known(store, known, complete=export.complete)
            place(store, source.name, export.thresholds, decisions, complete=export.complete)
        yield Staged(store, folder, files)
