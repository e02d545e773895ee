"""The memory that an import takes, whatever the size of the export.

    python -m bench.import_memory 100000

An export of so many contacts is read, matched and made into lines for the offline importer: all
that an import does, but for what the server does. Prints the peak in megabytes, of the
process itself and of the largest of those that help it.
"""

import resource
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.exports import CONTACTS, write_contacts
from household_graph.imports.bulk import BulkFiles
from household_graph.imports.mapping.mapping import profile_named
from household_graph.imports.pipeline import Export, ImportJob, silent
from household_graph.model.actor import Actor

_KILOBYTES = 1024  # to a megabyte


def main() -> None:
    """Make contacts ready to be written; print the peaks."""
    count, at = int(sys.argv[1]), datetime.now(UTC)
    with TemporaryDirectory(prefix="household-graph-bench-") as name:
        path = Path(name) / "contacts.csv"
        write_contacts(path, count)
        job = ImportJob(None, Export((path,), profile_named(CONTACTS)), Path(name), silent)
        run = replace(job.new_run(Actor.operator("bench"), None), at=at)
        with job.staged(at) as staging, BulkFiles(Path(name) / "files", job.source, run) as files:
            files.write(staging.work_items(run.id))
            assert 2 * files.households == count  # noqa: S101 - else for nothing
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
