"""The file in which an import keeps what it has read, and what it found out about it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from household_graph.imports.records import RawRecord, Rejected

_TABLES = """
-- What the export says. `state` is new, changed, moved (to another household or person) or same.
CREATE TABLE record (
  key TEXT PRIMARY KEY, node TEXT UNIQUE, file TEXT, line INTEGER, text TEXT, columns TEXT,
  said TEXT, person TEXT, household TEXT, state TEXT
) WITHOUT ROWID;
-- What earlier exports of the source said, as it is in the graph.
CREATE TABLE known (
  key TEXT PRIMARY KEY, household TEXT, person TEXT, said BLOB, run TEXT, new_person TEXT
) WITHOUT ROWID;
CREATE TABLE reject (
  file TEXT, line INTEGER, text TEXT, field TEXT, reason TEXT, hint TEXT, columns TEXT
);
CREATE TABLE household (id TEXT PRIMARY KEY, is_new INTEGER) WITHOUT ROWID;
CREATE TABLE count (what TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;
"""


class Store:
    """An open staging file.

    Attributes:
        connection: to its SQLite database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables in an empty database."""
        self.connection = connection
        connection.executescript(_TABLES)

    def add_rejects(self, rejects: Iterable[Rejected]) -> None:
        """Keep records that were not taken."""
        self.connection.executemany(
            "INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(one.file, one.line, one.text, one.field, one.reason, one.hint),
                    columns_text(one),
                )
                for one in rejects
            ),
        )

    def rejects(self) -> Iterator[Rejected]:
        """Yield the records that were not taken, in the order of files and lines."""
        rows = self.connection.execute("SELECT * FROM reject ORDER BY file, line")
        for file, line, text, field, reason, hint, columns in rows:
            yield Rejected(file, line, text, field, reason, hint, json.loads(columns))

    def count(self, what: str, number: int = 1) -> None:
        """Add to one of the counts."""
        self.connection.execute(
            "INSERT INTO count VALUES (?, ?) "
            "ON CONFLICT (what) DO UPDATE SET number = number + excluded.number",
            (what, number),
        )

    def counts(self) -> dict[str, int]:
        """Return all counts, by what is counted."""
        return dict(self.connection.execute("SELECT what, number FROM count"))

    def number(self, query: str, *parameters: object) -> int:
        """Return the one number that a query comes to."""
        (number,) = self.connection.execute(query, parameters).fetchone()
        return int(number or 0)


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Open a new staging file, and remove it in the end: what matters is in the graph by then."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # A run that is cut off begins again from the files, so the staging need not survive it.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield Store(connection)
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def columns_text(record: RawRecord | Rejected) -> str:
    """Return what stands in the columns of a record as JSON text."""
    return json.dumps(dict(record.values), ensure_ascii=False)
