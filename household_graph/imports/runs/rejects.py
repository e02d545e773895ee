"""The file of rejected records: each as it was, with what is wrong, to be corrected and run again.

The columns of the export come first, then those of this project, which reading an export leaves
out again. A record that could not be parted into columns has its text in `reject_text` alone.
"""

import csv
from collections.abc import Iterable
from typing import IO

from household_graph.imports.records import Rejected

REJECT_COLUMNS = (
    *("reject_file", "reject_line", "reject_field", "reject_reason", "reject_hint", "reject_text"),
)


def write_rejects(rejects: Iterable[Rejected], columns: Iterable[str], file: IO[str]) -> int:
    """Write rejected records as CSV, and return how many there were.

    Args:
        rejects: the records.
        columns: the columns of the export, in its order.
        file: an open text file, with `newline=""`.
    """
    stated = tuple(columns)
    writer = csv.writer(file)
    writer.writerow((*stated, *REJECT_COLUMNS))
    count = 0
    for one in rejects:
        count += 1
        values = (one.values.get(name, "") for name in stated)
        said = (one.file, one.line, one.field, one.reason, one.hint, one.text)
        writer.writerow((*values, *said))
    return count
