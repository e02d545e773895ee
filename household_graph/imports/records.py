"""Records of an export as they were found, and what is said of those that cannot be taken."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class RawRecord:
    """One record of a file, read but not understood.

    Attributes:
        file: the file as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        line: the line on which it starts, from 1.
        text: the line, or the lines, as they stood in the file, without the last line end.
        values: what stands in each column, by the header of the column, as it was written.
    """

    file: str
    line: int
    text: str
    values: Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not taken, and why.

    Attributes:
        file, line, text, values: as in `RawRecord`; no values if the line could not be parted.
        field: the column, or columns, that the reason is about; empty: the whole record.
        reason: what is wrong, naming the value.
        hint: what to do.
    """

    file: str
    line: int
    text: str
    field: str
    reason: str
    hint: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
