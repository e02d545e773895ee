"""Rows into the graph: the one way in.

A change of one household, or of many at once, is one transaction:

1. the households are locked, each by a write to its own node;
2. only then the server says what time it is, which is the time of the change; the rows are read,
   and the caller decides from them what is to be done;
3. it is done, some thousand rows a statement;
4. each household that was changed gets a new revision, and a `Change` that records who, when, why,
   and every row before and after;
5. its access cache is written with that revision, for questions to read.

Neo4j promises no more than that what is read was committed, so a change that read first and locked
later would undo what others did in between. A deadlock ends a transaction; it is begun again.

A change is made once. It has a key before it is sent, which its `Change` stores. If the answer to
the commit is lost, the households are locked again, which waits for the end of what was sent, and
then it is known: the `Change` with that key is there, or it never will be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from neo4j import ManagedTransaction, Query, Transaction

from household_graph.errors import DeadlineExceededError, OutcomeUnknownError
from household_graph.installation import package_version
from household_graph.model.edits import (
    Edits,
    RelationshipEdit,
    apply_edits,
    edits_from_text,
    edits_to_text,
)
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.store.access_cache import STAMPS, access_of, row_of
from household_graph.store.connection import Connection, Watch, run_query
from household_graph.store.query_files import load_query
from household_graph.store.row_reader import (
    instant_from_wire,
    properties_to_wire,
    read_rows,
    to_wire,
    validity_to_wire,
)
from household_graph.store.row_store import (
    Authorize,
    ChangeMetadata,
    CommittedChange,
    PlanEdits,
)
from household_graph.store.write_validation import check_edits, check_households

_ROWS_A_STATEMENT = 5000
_LOOKS = 3  # times that it is looked for a change whose answer was lost, and lost again
_NEVER = datetime.min.replace(tzinfo=UTC)  # the time of a change of no household
_LOOKING = 2.0  # seconds in which it can be found out who holds a lock
_PARTS = ("nodes", "removed", "changed", "made", "gone")

_Row = NodeRow | RelationshipRow
_WireRow = dict[str, Any]


class WrittenBeside(Protocol):
    """A record that is read and written in the transaction of a change, under its locks."""

    def read(self, tx: Transaction, at: datetime) -> None:
        """Read it, before the change is planned, at the time of the change."""

    def was_written(self, tx: Transaction, key: str) -> bool:
        """Return whether it was written with a key, by a transaction whose answer was lost."""

    def write(self, tx: Transaction, key: str, made: Sequence[CommittedChange]) -> None:
        """Write it, with the key it is found by, after the changes that were made."""


def write(
    connection: Connection,
    households: Iterable[str],
    plan: PlanEdits,
    metadata: ChangeMetadata,
    authorize: Authorize,
    *,
    beside: WrittenBeside | None = None,
) -> tuple[CommittedChange, ...]:
    """Change households, all of them or none, in one transaction of their own, once.

    The households are all that may be changed, new ones too. One entry is returned for each that
    was; where nothing is to be done, nothing is written, counted or recorded, but what is written
    `beside` it, if anything.

    Raises:
        RefusedError: if the actor may not make the change.
        BadInputError: if the edits do not fit what is there: a label would change, a relationship
            has no end, something is outside its household, or would end before it began.
        ConflictError: if something is not what it was when the change was worked out.
        RefusedError: if something would begin for a deceased person, or where all is closed.
        UnknownIdError: if a household is not there and is not made either.
        OutcomeUnknownError: if it may have been made: its answer was lost, or Ctrl-C came before
            it, and it could not be looked up.
        DeadlineExceededError: if another change keeps a household locked, or it takes too long.
        DatabaseUnavailableError: if the server does not answer; nothing was written.
    """
    wanted = sorted(set(households))  # in one order, or two changes can wait for each other
    check_households(wanted)
    sent = _Sent(wanted, plan, metadata, authorize, connection.is_batch, beside)
    written = sent.made(connection)
    connection.misses.forget(done.household for done in written)
    return written


@dataclass(slots=True)
class _Sent:
    """A change that is on its way: it is found by its key, in records of these ids.

    It is unknown while it may have been made.
    """

    households: Sequence[str]
    plan: PlanEdits
    metadata: ChangeMetadata
    authorize: Authorize
    is_batch: bool
    beside: WrittenBeside | None = None
    key: str = field(default_factory=lambda: uuid4().hex)
    records: Sequence[str] = ()
    is_unknown: bool = False
    is_locked: bool = False

    def made(self, connection: Connection) -> tuple[CommittedChange, ...]:
        """Make it; where its answer is lost, find out whether it was made."""
        looks = 0
        while True:
            patience = {"retrying": connection.timeout} if self.is_unknown else {}
            try:
                return connection.transact(self._make, self.households, **patience)
            except OutcomeUnknownError as lost:
                looks += 1
                if looks > _LOOKS or isinstance(lost.__cause__, KeyboardInterrupt):
                    raise
                self.is_unknown = True
            except BaseException as error:
                if self.is_unknown:
                    raise OutcomeUnknownError(self.households) from error
                if not isinstance(error, DeadlineExceededError) or self.is_locked:
                    raise
                raise _holding(connection, self.households) or error from error

    def _make(self, tx: Transaction, watch: Watch) -> tuple[CommittedChange, ...]:
        self.is_locked = False
        locked = list(run_query(tx, "writes/lock", households=self.households))
        self.is_locked = True
        if self.is_batch:
            watch.lift()
        if self.is_unknown and (made := _recorded(tx, self.records, self.key)):
            return made
        if self.is_unknown and self.beside and self.beside.was_written(tx, self.key):
            return ()
        self.is_unknown = False
        created = {record["household"] for record in locked if record["created"]}
        there = [household for household in self.households if household not in created]
        found = read_rows(tx, there) if there else {}
        rows = {one: found.get(one, Rows(one, (), ())) for one in self.households}
        times = [instant_from_wire(record["at"]) for record in locked]
        at = self.metadata.at or max(times, default=_NEVER)
        if self.beside:
            self.beside.read(tx, at)
        edits = [done for done in self.plan(rows, at) if done]
        self.authorize(rows, edits, self.metadata.actor, from_datetime(at))
        check_edits(rows, created, edits, from_datetime(at))
        _write(tx, edits)
        written = _record(tx, edits, self.metadata, at, self.key)
        self.records = [one.change for one in written]
        if self.beside:
            self.beside.write(tx, self.key, written)
        after = ((one, apply_edits(rows[one.household], one.edits)) for one in written)
        cached = [row_of(one.household, access_of(now), one.revision) for one, now in after]
        if cached:
            run_query(tx, "writes/access-cache", rows=cached, **STAMPS)
        return written


def _holding(connection: Connection, households: Sequence[str]) -> DeadlineExceededError | None:
    """Return the error that says who is waited for; None: it is the server that does not answer."""
    query = Query(load_query("reads/changing").text, timeout=_LOOKING)
    try:
        with connection.session(seconds=_LOOKING) as session:
            found = session.run(query, households=list(households)).single()
    except Exception:  # noqa: BLE001 - whatever it is, no more is known than before
        return None
    named = f"`{found['household'] if found else households[0]}`"
    one_of = "one of the households, such as " if not found and len(households) > 1 else ""
    since = f" (since {found['since'][:19]}Z)" if found else ""
    return DeadlineExceededError(
        f"another change is under way in {one_of}{named}{since}",
        hint="nothing was written; try again later, or wait longer with --timeout",
    )


def _write(tx: ManagedTransaction | Transaction, edits: Iterable[Edits]) -> None:
    """Write all edits: together in one statement, or if they are many, part after part."""
    parts: dict[str, list[_WireRow]] = {name: [] for name in _PARTS}
    for done in edits:
        for node in done.nodes:
            if node.after:
                labels = sorted(node.after.labels)
                row = {"id": node.id, "labels": labels, **_set(node.before, node.after)}
                parts["nodes"].append(row)
            else:
                is_household = node.id == household_of(node.id)
                parts["gone"].append({"id": node.id, "household": is_household})
        for link in done.relationships:
            part, row = _relationship(link)
            parts[part].append(row)
    if sum(map(len, parts.values())) <= _ROWS_A_STATEMENT:
        run_query(tx, "writes/edits", **parts)
        return
    for name, rows in parts.items():
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            batch = {name: rows[start : start + _ROWS_A_STATEMENT]}
            run_query(tx, "writes/edits", **dict.fromkeys(_PARTS, ()) | batch)


def _relationship(edit: RelationshipEdit) -> tuple[str, _WireRow]:
    """Return what to do to a relationship, and its row in the statement."""
    row = edit.after or edit.before
    assert row  # noqa: S101 - an edit has one of them
    key = {"type": row.type, "start": row.start, "end": row.end, "period": row.period}
    if edit.after is None:
        return "removed", key
    values = _set(edit.before, edit.after)
    if edit.before:
        return "changed", key | values
    if row.period:
        values["properties"]["period"] = row.period
    return "made", key | values


def _set(before: _Row | None, after: _Row) -> _WireRow:
    """Return what to set: all that is there afterwards, and null for what is there no more."""
    gone = dict.fromkeys(before.properties.keys() - after.properties.keys() if before else ())
    return {
        "properties": {**gone, **properties_to_wire(after.properties)},
        "validity": validity_to_wire(after.properties),
    }


def _record(
    tx: Transaction, edits: Sequence[Edits], metadata: ChangeMetadata, at: datetime, key: str
) -> tuple[CommittedChange, ...]:
    rows = [
        {
            "household": done.household,
            "summary": metadata.summary or done.summary,
            "difference": edits_to_text(done),
            "effective": to_wire(done.effective or at),
        }
        for done in edits
    ]
    if not rows:
        return ()
    records = run_query(
        tx,
        "writes/record-changes",
        rows=rows,
        key=key,
        actor=metadata.actor.name,
        actor_kind=metadata.actor.kind.value,
        joint_actors=list(metadata.actor.parties) if metadata.actor.others else None,
        action=metadata.action,
        reason=metadata.reason,
        at=to_wire(at),
        joint=metadata.joint,
        import_run=metadata.import_run,
        consents=list(metadata.consents) or None,
        version=package_version(),
    )
    recorded = {one["household"]: (one["revision"], one["change"]) for one in records}
    return tuple(CommittedChange(one.household, *recorded[one.household], one) for one in edits)


def _recorded(tx: Transaction, records: Sequence[str], key: str) -> tuple[CommittedChange, ...]:
    """Return what was done, if it was; the households are locked, so nothing is under way."""
    found = run_query(tx, "reads/changes-of-key", ids=list(records), key=key)
    return tuple(
        CommittedChange(
            *(household_of(one["id"]), one["revision"], one["id"]),
            edits_from_text(one["difference"]),
        )
        for one in found
    )
