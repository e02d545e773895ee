"""The memory that an import takes, whatever the size of the export.

    python -m bench.import_memory 100000

An export of so many contacts is read, matched and made into lines for the offline importer: all
that an import does, but for what the server does. Prints the peak in megabytes, of the
process itself and of the largest of those that help it.
"""

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.exports import CONTACTS, write_contacts
from household_graph.imports.bulk import bulk_batches
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.mapping.mapping import profile_named
from household_graph.imports.pipeline import Export, ExportFiles, silent, staged_export
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.instants import from_datetime

_KILOBYTES = 1024  # to a megabyte


def main() -> None:
    """Make contacts ready to be written; print the peaks."""
    count, at = int(sys.argv[1]), datetime.now(UTC)
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        path = Path(name) / "contacts.csv"
        write_contacts(path, count)
        export = Export((path,), profile_named(CONTACTS))
        source = export.source
        run = RecordedRun(
            *(f"import-{source.name}-1", source.name, "bench", ActorKind.OPERATOR, None, at),
            *(RunState.RUNNING, (path.name,), ""),
        )
        files = ExportFiles.opened(export)
        with staged_export(None, files, Path(name), silent, from_datetime(at)) as staged:
            batches = bulk_batches(staged.work_items(run), source, run)
            assert 2 * sum(one.households for one in batches) == count  # noqa: S101 - else for nothing
    print(_own_peak() // _KILOBYTES)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // _KILOBYTES)


def _own_peak() -> int:
    """Return the kilobytes: what `getrusage` says of a process is never less than its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (peak,) = (line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1])


if __name__ == "__main__":
    main()
