"""The staging database: a file on disk, so that a million records need no more memory.

It holds an export beside earlier ones of the source, and is removed in the end: a run that is
interrupted starts again from the files. Its statements are in `staging.sql`.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from household_graph.imports.key_holders import (
    HeldKeys,
    Holder,
    held_key,
    held_keys,
    holder_number,
    is_somebody_else,
    source_key,
    with_holders,
)
from household_graph.imports.match_features import MatchFeatures, features_of, statements_in
from household_graph.imports.matching import (
    LABEL_KINDS,
    Decisions,
    Thresholds,
    add_features,
    resolve,
)
from household_graph.imports.moved_away import is_same_address, part_households
from household_graph.imports.record_laws import Unlawful, unlawful, with_roles_of_age
from household_graph.imports.records import (
    AssignedRecord,
    LeftOutCell,
    NormalizedRecord,
    RawRecord,
    RejectedRecord,
    SkippedRecord,
    Source,
    filled,
    household_id,
    record_id,
)
from household_graph.model.instants import zone_named
from household_graph.model.rows import Rows

if TYPE_CHECKING:
    from household_graph.imports.person_scores import Weights


class PreviousRecord(NamedTuple):
    """A record of an earlier export: where it is, and the id of the run that read it.

    One that has ended, at a time in UTC, is known for who has its key next.
    """

    key: str
    household: str
    person: str | None
    text: str
    run: str
    ended_at: datetime | None = None


class ReadWell(NamedTuple):
    """A record as it is in its file, and normalised, with the cells that it does without.

    `columns_of` names the columns that some fields come from.
    """

    raw: RawRecord
    record: NormalizedRecord
    left_out: Sequence[LeftOutCell]
    columns_of: Callable[[Collection[str]], str]


ReadRecord = RejectedRecord | SkippedRecord | ReadWell
"""What became of a record when it was read."""

_NO_ROWS = Rows("", (), ())
_REJECT = ("columns", "file", "line", "field", "reason", "hint", "text")
_LAST_DIGITS = 9  # of a phone number, which all ways to write it have
_SIGNS = re.compile("[^0-9a-z]")
_UNDECIDED: Mapping[Any, bool] = MappingProxyType({})
_ASKED = {
    "person": "one key, another name",
    "household": "joined by the address, which is another one now",
}
_STATEMENTS = statements_in(Path(__file__).with_suffix(".sql"))


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What an export says of one household.

    Attributes:
        household: its id.
        records: those of the export.
        gone: keys of records that are in another household.
        ended: keys of records that have ended.
        merged: for records of earlier exports that stay, by key: the person they are about now, if
            that has changed.
        rows: the rows that the records of the export make, once they are assembled.
    """

    household: str
    records: tuple[AssignedRecord, ...]
    gone: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)
    rows: Rows = _NO_ROWS

    def rejected(self, reason: str, hint: str | None) -> "RejectedRecords":
        """Return all its records as rejected."""
        keys = tuple(one.key for one in self.records)
        return RejectedRecords(self.household, keys, reason, hint or "")


class RecordChanges(NamedTuple):
    """How an export changes the records of earlier ones.

    Attributes:
        new: records that were in no earlier export.
        changed: records that say something else; `moved` ones now belong to another household.
        renamed: of these, those whose person has another name.
        ended: records of earlier exports that have ended.
        known: all records of earlier exports.
    """

    new: int
    changed: int
    moved: int
    renamed: int
    ended: int
    known: int


class RejectedRecords(NamedTuple):
    """Records, by key, that cannot be written to their household, and what to do."""

    household: str
    keys: tuple[str, ...]
    reason: str
    hint: str


class Staging:
    """An open staging database; `counts` are of records `read`, `skipped` and `repeated`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        source: Source,
        *,
        full_export: bool = False,
        keep_blanks: bool = True,
    ) -> None:
        """Make the tables in an empty database, and begin a transaction.

        In a full export, what it does not mention has ended; otherwise its records are matched
        with earlier ones too. What a record leaves empty may be kept as an earlier export says it.
        """
        self._connection, self._source, self._is_full = connection, source, full_export
        self._keeps_blanks = keep_blanks
        self._zone = zone_named(source.time_zone)
        self.counts: Counter[str] = Counter()
        self._asked: list[tuple[str, str]] = []  # pairs of holders of one key
        self.weights: Weights | None = None
        connection.executescript(_STATEMENTS["tables"])
        connection.execute("BEGIN")

    def run(self, statement: str, **parameters: object) -> sqlite3.Cursor:
        """Run a statement of `staging.sql` by its name."""
        return self._connection.execute(_STATEMENTS[statement], parameters)

    def stage(self, read: Iterable[ReadRecord], at: int) -> None:
        """Stage the records of an export; some are rejected.

        A law decides by the instant: the Customer or Bill Payer is no minor then.
        """
        for record in read:
            self.counts["read"] += 1
            if isinstance(record, SkippedRecord):
                self.counts["skipped"] += 1
                if record.key:
                    self.run("insert_mention", key=record.key, is_deleted=record.is_deleted)
            elif rejected := self._staged(record, at):
                row = [getattr(rejected, name) for name in _REJECT]
                self._connection.execute(_STATEMENTS["insert_reject"], row)
                self._mention(rejected)
        self.run("complete_people")

    def stage_previous(
        self, previous: Iterable[PreviousRecord], decisions: Mapping[Any, bool] = _UNDECIDED
    ) -> None:
        """Stage the records of earlier exports, after those of this one.

        Reviews, by the keys of two records, may have found two holders of one key to be one.
        """
        add_features(self._connection, self._absent(previous))
        self._hold(decisions)

    def _mention(self, rejected: RejectedRecord) -> None:
        """Stage that the export speaks of a record, though it cannot be used."""
        if rejected.key:
            self.run("insert_mention", key=rejected.key, is_deleted=False)
        else:
            self.run("insert_unreadable", bare=_bare(rejected.text))

    def _absent(self, previous: Iterable[PreviousRecord]) -> Iterator[MatchFeatures]:
        """Stage records; yield what those that the export lacks are compared by, if they stay."""
        for one in previous:
            key, number = source_key(one.key)
            content = self.run("content_of", key=key).fetchone()
            if one.ended_at:
                self.run("insert_former", key=one.key, household=one.household)
                if content:
                    self._insert_holder(key, one)
                continue
            stated = {name: getattr(one, name) for name in ("key", "household", "person", "text")}
            self.run("insert_previous", **stated, run=one.run, checksum=_checksum(one.text))
            if content is None:
                if self._stays(key):
                    yield _features(one.text, one.household, one.person)
                else:
                    self.run("insert_gone", key=one.key)
            elif number > 1 or self._is_of_somebody_else(content[0], one.text):
                self._insert_holder(key, one)
            else:
                self._complete(key, content[0], one.text)

    def _insert_holder(self, key: str, one: PreviousRecord) -> None:
        self.run("insert_holder", source=key, key=one.key, text=one.text, is_live=not one.ended_at)

    def _is_of_somebody_else(self, content: str, earlier: str) -> bool:
        if content == earlier:
            return False
        record, known = map(NormalizedRecord.model_validate_json, (content, earlier))
        return is_somebody_else(record.person, known.person)

    def _hold(self, decisions: Mapping[Any, bool]) -> None:
        """Find whose a key is that has had several holders, or has another one now."""
        accepted = frozenset(pair[:2] for pair, is_one in decisions.items() if is_one)
        decided = {pair[:2] for pair in decisions}
        numbers: dict[str, int] = {}
        for (source,) in self.run("held_sources").fetchall():
            record = self._content(source)
            numbers[source] = holder_number(record, self._holders(source), accepted)
            for kind, keys in held_keys(record, numbers[source])._asdict().items():
                rows = [(kind, *row) for row in keys.items() if len(set(row)) > 1]
                self._connection.executemany(_STATEMENTS["insert_held"], rows)
        self._hand_over()
        for source, number in numbers.items():
            own = held_key(source, number)
            for holder in self._holders(source):
                first, second = sorted((holder.key, own))
                if holder.key == own:
                    self._complete(own, self._content(own).text, holder.text)
                elif (first, second) not in decided:
                    self._asked.append((first, second))
                if holder.is_live and holder.key != own:
                    self.run("insert_gone", key=holder.key)

    def _holders(self, source: str) -> list[Holder]:
        return [Holder(*row) for row in self.run("holders", source=source)]

    def _content(self, key: str) -> NormalizedRecord:
        [content] = self.run("content_of", key=key).fetchone()
        return NormalizedRecord.model_validate_json(content)

    def _hand_over(self) -> None:
        """Give the records of the export the keys of holders in place of those of the source."""
        found: dict[str, dict[str, str]] = {"people": {}, "owned": {}}
        for kind, source, own in self.run("held"):
            found[kind][source] = own
        held = HeldKeys(**found)
        for key, content in self.run("records_of_held").fetchall() if found["people"] else ():
            record = with_holders(NormalizedRecord.model_validate_json(content), held)
            ids = {"new": record.key, "node": record_id(record.key)}
            self.run("hand_over", key=key, content=record.text, **ids)

    def _complete(self, key: str, content: str, earlier: str) -> None:
        """Let a record say what an earlier export said where it says nothing."""
        if self._keeps_blanks and content != earlier:
            record, known = map(NormalizedRecord.model_validate_json, (content, earlier))
            self.run("fill", key=key, content=filled(record, known).text)

    def _stays(self, key: str) -> bool:
        """Return whether a record of an earlier export stays, though this one has none for it."""
        own = key.partition("/")[2]
        digits = own[-_LAST_DIGITS:] if own.startswith("+") else own  # of a number, in any form
        bare = _bare(digits).lstrip("0")
        [mentioned] = self.run("mentioned", key=key, bare=bare).fetchone()
        return mentioned != "deleted" and (bool(mentioned) or not self._is_full)

    def assign(self, thresholds: Thresholds, decisions: Decisions, folder: Path) -> None:
        """Match records, assign each to a household and a person, and find what has changed.

        The decisions of reviews override scores; what does not fit into memory goes to the folder.
        """
        connection = self._connection
        add_features(connection, (_features(*row) for row in self.run("contents")))
        self.run("find_spouses")
        connection.create_function("household_id", 1, self._household, deterministic=True)
        connection.create_function("is_same_address", 2, is_same_address, deterministic=True)
        self.run("index_homes")
        moved = part_households(self.run, decisions)
        self.weights = resolve(connection, thresholds, decisions, folder=folder)
        for kind, pairs in (("person", self._asked), ("household", moved)):
            for first, second in pairs:
                self.run("ask", first=first, second=second, kind=kind, grounds=_ASKED[kind])
        connection.create_function("checksum", 1, _checksum, deterministic=True)
        connection.executescript(_STATEMENTS["assign"])
        self._reject_relationships_of_nobody()
        self.run("assign_households")

    def _reject_relationships_of_nobody(self) -> None:
        reason = "the person of this relationship is in no other record"
        hint = "import the contacts together with their relationships"
        for (key,) in self.run("relationships_of_nobody").fetchall():
            self.run("reject", key=key, reason=reason, hint=hint)
            self.run("mark_rejected", key=key)
            self.run("take_from_household", key=key)

    @property
    def changes(self) -> RecordChanges:
        """How the export changes the records of earlier ones."""
        return RecordChanges(*self.run("changes").fetchone())

    @property
    def nearly_known(self) -> int:
        """How many keys are known but for zeros, blanks, signs or case; 0 if any is known."""
        self._connection.create_function("near_key", 1, _near_key, deterministic=True)
        return int(self.run("nearly_known").fetchone()[0])

    @property
    def households(self) -> int:
        """How many households are to be written."""
        return int(self.run("count_households").fetchone()[0])

    def departures(self) -> Iterator[WorkItem]:
        """Yield the households that records move away from; write these first: keys are unique."""
        for (household,) in self.run("departed_households"):
            yield self.departure(household)

    def departure(self, household: str) -> WorkItem:
        """Return what moves away from a household."""
        return WorkItem(household, (), self._gone(household))

    def work_items(self, run: str) -> Iterator[WorkItem]:
        """Yield the households to be written in a run, by its id; in the order of their ids."""
        for (household,) in self.run("households"):
            records = self.run("records", household=household, run=run)
            merged = self.run("merged", household=household)
            gone, ended = self._gone(household), self.run("ended", household=household)
            assigned = tuple(AssignedRecord(*record) for record in records)
            yield WorkItem(household, assigned, gone, _keys(ended), dict(merged))

    def restore_merges(self, merges: Iterable[Mapping[str, str]]) -> None:
        """Add merges of two records that the run has made before; see the report of merges."""
        self._connection.execute("BEGIN")
        self.run("index_matches")
        self._connection.executemany(_STATEMENTS["restore_merge"], merges)
        self._connection.execute("COMMIT")

    def reject(self, rejected: Iterable[RejectedRecords]) -> None:
        """Add records that could not be written to the rejects."""
        self._connection.execute("BEGIN")
        for one in rejected:
            for key in one.keys:
                self.run("reject", key=key, reason=one.reason, hint=one.hint)
                self.run("mark_rejected", key=key)
        self._connection.execute("COMMIT")

    def _staged(self, read: RejectedRecord | ReadWell, at: int) -> RejectedRecord | None:
        """Stage a record, or return it as rejected."""
        if isinstance(read, RejectedRecord):
            return read
        raw, record = read.raw, with_roles_of_age(read.record, at, self._zone)
        for cell in read.left_out:
            self.run("insert_warning", file=raw.file, line=raw.line, **cell._asdict())
        rejected = unlawful(record, at, self._zone) or self._inserted(raw, record)
        if rejected is None:
            return None
        fields, *why = rejected
        return replace(raw.rejected(read.columns_of(fields), *why), key=record.key)

    def _inserted(self, raw: RawRecord, record: NormalizedRecord) -> Unlawful | None:
        """Insert a record, unless another one with its key says something else."""
        ids = {"key": record.key, "node": record_id(record.key)}
        stated = {"file": raw.file, "line": raw.line, "text": raw.text, "content": record.text}
        if self.run("insert_record", **ids, **stated, columns=raw.columns).rowcount:
            return None
        file, line, content = self.run("same_key", **ids).fetchone()
        if content == stated["content"]:
            self.counts["repeated"] += 1
            return None
        key = record.key.partition("/")[2]
        reason = f"the key `{key}` is that of line {line} of {file}, which says something else"
        return Unlawful(("key",), reason, "keep the line that is right, or give each its own key")

    def _household(self, label: str) -> str:
        kind, key = LABEL_KINDS[int(label[0])], label[2:]
        return key if kind == "known" else household_id(self._source.name, key, kind)

    def _gone(self, household: str) -> frozenset[str]:
        return _keys(self.run("gone", household=household))


@contextmanager
def opened_staging(
    path: Path, source: Source, *, full_export: bool, keep_blanks: bool = True
) -> Iterator[Staging]:
    """Open a new staging database, and remove it in the end."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        yield Staging(connection, source, full_export=full_export, keep_blanks=keep_blanks)
    finally:
        connection.close()
        path.unlink(missing_ok=True)


def _keys(found: sqlite3.Cursor) -> frozenset[str]:
    return frozenset(key for (key,) in found)


def _features(content: str, household: str | None, person: str | None) -> MatchFeatures:
    return features_of(NormalizedRecord.model_validate_json(content), household, person)


def _bare(text: str) -> str:
    """Return the letters and digits of a text, however it is written."""
    return _SIGNS.sub("", text.casefold())


def _near_key(key: str) -> str:
    """Return what is left of a key where a spreadsheet took zeros, blanks and signs away."""
    table, _slash, own = key.partition("/")
    return f"{table}/{_bare(own).lstrip('0')}"


def _checksum(content: str) -> bytes:
    """Return a checksum by which contents are compared."""
    return hashlib.blake2b(content.encode(), digest_size=16).digest()
