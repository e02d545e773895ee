"""The staging database: a file on disk, so that a million records need no more memory.

It holds what an export says, beside what earlier exports of the source said. It is not kept: a run
that is interrupted starts again from the files.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from neo4j import ManagedTransaction

from household_graph.engine.ages import minority_of
from household_graph.imports.local_ids import LocalIds
from household_graph.imports.matching import add_features, features_of
from household_graph.imports.records import (
    AssignedRecord,
    NormalizedRecord,
    PersonFields,
    RawRecord,
    RejectedRecord,
    Source,
    columns_text,
)
from household_graph.model.ids import household_of
from household_graph.model.instants import zone_named
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import run_query

ReadRecord = RejectedRecord | tuple[RawRecord, NormalizedRecord | None]
"""What became of a record when it was read: rejected, normalised, or skipped (None)."""

_BATCH = 2000
_LIABLE = {"Customer", "BillPayer"}
_MAJORITY = 18  # the age of majority of new households

_TABLES = """
-- The export. `state` is new, changed, moved (to another household), same or rejected.
CREATE TABLE record (
  key TEXT PRIMARY KEY, node TEXT UNIQUE, file TEXT, line INTEGER, text TEXT, columns TEXT,
  content TEXT, person TEXT, household TEXT, state TEXT
) WITHOUT ROWID;
-- Earlier exports of the source, as they are in the graph.
CREATE TABLE previous (
  key TEXT PRIMARY KEY, household TEXT, person TEXT, content BLOB, run TEXT, new_person TEXT
) WITHOUT ROWID;
CREATE TABLE reject (
  file TEXT, line INTEGER, text TEXT, field TEXT, reason TEXT, hint TEXT, columns TEXT
);
CREATE TABLE household (id TEXT PRIMARY KEY, is_new INTEGER) WITHOUT ROWID;
"""


class Staging:
    """An open staging database.

    Attributes:
        connection: to its SQLite database.
        counts: how many records were `read`, `skipped` and `repeated`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the tables in an empty database."""
        self.connection = connection
        self.counts: Counter[str] = Counter()
        connection.executescript(_TABLES)

    def add_rejects(self, rejects: Iterable[RejectedRecord]) -> None:
        """Add rejected records."""
        self.connection.executemany(
            "INSERT INTO reject VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (one.file, one.line, one.text, one.field, one.reason, one.hint, columns_text(one))
                for one in rejects
            ),
        )

    def rejects(self) -> Iterator[RejectedRecord]:
        """Yield the rejected records, in the order of files and lines."""
        for row in self.connection.execute("SELECT * FROM reject ORDER BY file, line"):
            file, line, text, field, reason, hint, columns = row
            yield RejectedRecord(file, line, text, field, reason, hint, json.loads(columns))

    def number(self, query: str, *parameters: object) -> int:
        """Return the number that a query returns."""
        (number,) = self.connection.execute(query, parameters).fetchone()
        return int(number or 0)


@contextmanager
def opened_staging(path: Path) -> Iterator[Staging]:
    """Open a new staging database, and remove it in the end."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield Staging(connection)
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def stage_records(staging: Staging, source: Source, read: Iterable[ReadRecord], at: int) -> None:
    """Stage the records of an export; some are rejected here.

    Args:
        staging: the staging database.
        source: where the export comes from.
        read: its records.
        at: the instant at which a person counts as a minor or not.
    """
    remaining, stage = iter(read), _RecordStage(staging, source, at)
    while batch := list(islice(remaining, _BATCH)):
        staging.connection.execute("BEGIN")
        staging.counts["read"] += len(batch)
        staging.add_rejects(filter(None, map(stage.add, batch)))
        staging.connection.execute("COMMIT")


class _RecordStage:
    def __init__(self, staging: Staging, source: Source, at: int) -> None:
        self._staging, self._at = staging, at
        self._ids, self._zone = LocalIds(source.name, ""), zone_named(source.time_zone)

    def add(self, read: ReadRecord) -> RejectedRecord | None:
        """Stage a record, or return it as rejected."""
        if isinstance(read, RejectedRecord):
            return read
        raw, record = read
        if record is None:
            self._staging.counts["skipped"] += 1
            return None
        return self._unlawful(raw, record) or self._insert(raw, record)

    def _insert(self, raw: RawRecord, record: NormalizedRecord) -> RejectedRecord | None:
        """Insert a record; reject it if another one with its key says something else."""
        node, content = self._ids.record(record.key), record.text
        cursor = self._staging.connection.execute(
            "INSERT INTO record (key, node, file, line, text, columns, content) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (record.key, node, raw.file, raw.line, raw.text, columns_text(raw), content),
        )
        if cursor.rowcount:
            return None
        file, line, other = self._staging.connection.execute(
            "SELECT file, line, content FROM record WHERE key = ? OR node = ?", (record.key, node)
        ).fetchone()
        if other == content:
            self._staging.counts["repeated"] += 1
            return None
        key = record.key.partition("/")[2]
        reason = f"the key `{key}` is that of line {line} of {file}, which says something else"
        return raw.rejected("", reason, "keep the line that is right, or give each its own key")

    def _unlawful(self, raw: RawRecord, record: NormalizedRecord) -> RejectedRecord | None:
        """Reject what a law of the graph forbids."""
        if record.person and _LIABLE & set(record.roles) and self._is_minor(record.person):
            reason = "a minor is Customer or Bill Payer only with a guarantor"
            return raw.rejected("", reason, "make the responsible adult the customer")
        for product in record.products:
            begins, ends = product.valid_from, product.valid_to
            if begins and ends and ends < begins:
                reason = f"`{product.key}` ends on {ends}, before it begins on {begins}"
                return raw.rejected("", reason, "correct one of the dates")
        return None

    def _is_minor(self, person: PersonFields) -> bool:
        minority = minority_of(
            person.birth_date,
            minor=bool(person.minor),
            age_of_majority=_MAJORITY,
            zone=self._zone,
        )
        return minority is not None and minority.start <= self._at < minority.end


def fetch_decisions(connection: Connection, source: str) -> dict[tuple[str, str], bool]:
    """Return the decisions of reviews of a source: whether two records are one, by their keys.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors(), connection.session() as session:
        records = session.execute_read(
            lambda tx: list(run_query(tx, "reads/match-decisions", source=source))
        )
    return {(record["first"], record["second"]): record["accepted"] for record in records}


class PreviousRecord(NamedTuple):
    """A record of an earlier export, from the graph.

    Attributes:
        key: its key, without the source.
        household: the id of its household.
        person: the key of the person it is about, or None.
        content: its content, as text.
        run: the id of the run that read it.
    """

    key: str
    household: str
    person: str | None
    content: str
    run: str


def fetch_previous(connection: Connection, source: str) -> Iterator[PreviousRecord]:
    """Yield all records of a source that are in the graph, in the order of keys.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    after, has_more = f"{source}:", True
    with database_errors(), connection.session() as session:
        while has_more:
            page = session.execute_read(_previous_page, after, f"{source};")
            for record in page:
                yield record
                after = f"{source}:{record.key}"
            has_more = len(page) == _BATCH


def _previous_page(tx: ManagedTransaction, first: str, last: str) -> list[PreviousRecord]:
    records = run_query(tx, "reads/source-records", first=first, last=last, limit=_BATCH)
    return [
        PreviousRecord(
            record["key"].partition(":")[2],
            household_of(record["node"]),
            *(record["person"], record["said"], record["run"]),
        )
        for record in records
    ]


def stage_previous(
    staging: Staging, previous: Iterable[PreviousRecord], *, full_export: bool
) -> None:
    """Stage the records of earlier exports, after those of this one.

    Args:
        staging: the staging database.
        previous: the records of earlier exports.
        full_export: whether records that this export lacks have ended; otherwise new records can
            be matched with them.
    """
    remaining, connection = iter(previous), staging.connection
    while batch := list(islice(remaining, _BATCH)):
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO previous (key, household, person, content, run) VALUES (?, ?, ?, ?, ?)",
            ((one.key, one.household, one.person, checksum(one.content), one.run) for one in batch),
        )
        absent = () if full_export else (one for one in batch if not _is_in_export(staging, one))
        add_features(
            connection,
            (
                features_of(
                    NormalizedRecord.model_validate_json(one.content), one.household, one.person
                )
                for one in absent
            ),
        )
        connection.execute("COMMIT")


def _is_in_export(staging: Staging, previous: PreviousRecord) -> bool:
    return bool(staging.number("SELECT count(*) FROM record WHERE key = ?", previous.key))


def checksum(text: str) -> bytes:
    """Return a checksum by which contents are compared."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


_RECORDS = "SELECT content, person, file, line FROM record WHERE household = ? ORDER BY key"
_DEPARTED = """
    SELECT DISTINCT previous.household FROM previous JOIN record USING (key)
    WHERE record.household <> previous.household ORDER BY previous.household
"""
_MOVED = """
    SELECT previous.key FROM previous JOIN record USING (key)
    WHERE previous.household = ?1 AND record.household <> ?1
"""
_GONE = """
    SELECT previous.key FROM previous LEFT JOIN record USING (key)
    WHERE previous.household = ?1
      AND (record.household <> ?1 OR (record.key IS NULL AND ?2))
"""
_MERGED = """
    SELECT previous.key, previous.new_person FROM previous LEFT JOIN record USING (key)
    WHERE previous.household = ? AND record.key IS NULL
      AND previous.new_person IS NOT previous.person
"""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What an export says of one household.

    Attributes:
        household: its id.
        records: those of the export.
        gone: keys of records that no longer belong to it.
        merged: for records of earlier exports that stay, by key: the person they are about now, if
            that has changed.
    """

    household: str
    records: tuple[AssignedRecord, ...]
    gone: frozenset[str] = frozenset()
    merged: Mapping[str, str] | None = None


def departures(staging: Staging) -> Iterator[WorkItem]:
    """Yield the households that records move away from; write these first, as keys are unique."""
    connection = staging.connection
    for (household,) in connection.execute(_DEPARTED):
        moved = connection.execute(_MOVED, (household,))
        yield WorkItem(household, (), frozenset(key for (key,) in moved))


def work_items(staging: Staging, run: str, *, full_export: bool = False) -> Iterator[WorkItem]:
    """Yield the households to be written, in the order of ids.

    Args:
        staging: the staging database, with all records assigned.
        run: the id of the run.
        full_export: whether what the export does not mention has ended.
    """
    connection = staging.connection
    for (household,) in connection.execute("SELECT id FROM household ORDER BY id"):
        records = connection.execute(_RECORDS, (household,))
        gone = connection.execute(_GONE, (household, full_export))
        yield WorkItem(
            household,
            tuple(
                AssignedRecord(content, person, file, line, run)
                for content, person, file, line in records
            ),
            frozenset(key for (key,) in gone),
            {} if full_export else dict(connection.execute(_MERGED, (household,))),
        )


@dataclass(frozen=True, slots=True)
class RejectedRecords:
    """Records that cannot be written to their household, with the reason and what to do."""

    household: str
    keys: tuple[str, ...]
    reason: str
    hint: str


def add_rejected(staging: Staging, rejected: Iterable[RejectedRecords]) -> None:
    """Add records that could not be written to the rejects."""
    staging.connection.execute("BEGIN")
    for one in rejected:
        for key in one.keys:
            staging.connection.execute(
                "INSERT INTO reject SELECT file, line, text, '', ?, ?, columns FROM record "
                "WHERE key = ? AND state <> 'same'",
                (one.reason, one.hint, key),
            )
            staging.connection.execute(
                "UPDATE record SET state = 'rejected' WHERE key = ? AND state <> 'same'", (key,)
            )
    staging.connection.execute("COMMIT")
