"""Rows into the graph: the one way in.

A change of one household, or of many at once, is one transaction:

1. the households are locked, each by a write to its own node;
2. only then their rows are read, and the caller decides from them what is to be done;
3. it is done, some thousand rows a statement;
4. the facts of each household that was changed are kept anew, for questions to read;
5. it gets a new revision, and a `Change` that keeps who, when, why, and every row before and after.

Neo4j promises no more than that what is read was committed, so a change that read first and locked
later would undo what others did in between. A deadlock ends a transaction; the driver starts it
again from the beginning.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from neo4j import ManagedTransaction, Transaction

from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.edit_checks import check_edits, check_households
from household_graph.graph.kept_facts import KEPT, kept_of, row_of
from household_graph.graph.reading import read_rows, run
from household_graph.graph.wire import properties_to_wire, to_wire, validity_to_wire
from household_graph.model.actor import Actor
from household_graph.model.edits import (
    Edits,
    NodeEdit,
    RelationshipEdit,
    applied,
    edits_to_text,
)
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows

__all__ = ["Cause", "Decide", "Written", "write", "write_in"]

Decide = Callable[[Mapping[str, Rows]], Iterable[Edits]]
"""Is given the rows of the locked households (none of a new one) and returns what is to be done.

It may be called again if the transaction has to start again, so it must do nothing else.
"""

_ROWS_A_STATEMENT = 5000
_PARTS = ("nodes", "removed", "changed", "made", "gone")

_Row = NodeRow | RelationshipRow
_WireRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes something, and why.

    Attributes:
        actor: who.
        action: what kind of change it is, such as `onboard`.
        reason: why, in the words of the actor, or None.
        at: when, with an offset; None: when it is recorded, which is while its households are
            locked, so that the times of changes go up with their revisions.
        summary: one line on what is changed; None: the rows are counted.
        joint: whether the changes of several households are one, and only undone together.
        import_run: the id of the import that they are part of, or None.
        consents: full ids of the parties whose consent an operator records with it.
    """

    actor: Actor
    action: str
    reason: str | None = None
    at: datetime | None = None
    summary: str | None = None
    joint: bool = False
    import_run: str | None = None
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What was done to one household.

    Attributes:
        household: its id.
        revision: the one it has now.
        change: the id of the `Change` that records it.
        edits: what was done.
    """

    household: str
    revision: int
    change: str
    edits: Edits


def write(
    connection: Connection, households: Iterable[str], decide: Decide, cause: Cause
) -> tuple[Written, ...]:
    """Change households, all of them or none, in one transaction of their own.

    Args:
        connection: where to.
        households: the ids of all households that may be changed; new ones too.
        decide: returns what is to be done; see `Decide`.
        cause: who and why.

    Returns:
        One entry for each household that was changed; where nothing is to be done, nothing is
        written, counted or recorded.

    Raises:
        BadInputError: if the edits do not fit what is there: a label would change, a relationship
            has no end, something is outside its household, or would end before it began.
        ConflictError: if something is not what it was when the change was worked out.
        RefusedError: if something would begin for somebody deceased, or where all is closed.
        UnknownIdError: if a household is not there and is not made either.
        DatabaseUnavailableError: if the server does not answer.
    """
    wanted = list(households)
    with database_errors(), connection.session() as session:
        written = session.execute_write(write_in, wanted, decide, cause)
    connection.walked.forget(done.household for done in written)
    return written


def write_in(
    tx: ManagedTransaction | Transaction, households: Iterable[str], decide: Decide, cause: Cause
) -> tuple[Written, ...]:
    """Change households in a transaction of the caller's; see `write`."""
    wanted = sorted(set(households))  # in one order, or two changes can wait for each other
    check_households(wanted)
    rows, created = _lock_and_read(tx, wanted)
    edits = [done for done in decide(rows) if done]
    check_edits(rows, created, edits, from_datetime(cause.at or datetime.now(UTC)))
    _write(tx, edits)
    _keep_facts(tx, rows, edits)
    return _record(tx, edits, cause)


def _lock_and_read(
    tx: ManagedTransaction | Transaction, households: Sequence[str]
) -> tuple[dict[str, Rows], set[str]]:
    locked = list(run(tx, "writes/lock", households=households))
    created = {record["household"] for record in locked if record["created"]}
    there = [household for household in households if household not in created]
    found = read_rows(tx, there) if there else {}
    return {h: found.get(h, Rows(h, (), ())) for h in households}, created


def _write(tx: ManagedTransaction | Transaction, edits: Iterable[Edits]) -> None:
    """Write all edits: together in one statement, or if they are many, part after part."""
    done = list(edits)
    parts = {
        **_nodes([edit for one in done for edit in one.nodes]),
        **_relationships([edit for one in done for edit in one.relationships]),
    }
    nothing: dict[str, list[_WireRow]] = {name: [] for name in _PARTS}
    if sum(map(len, parts.values())) <= _ROWS_A_STATEMENT:
        run(tx, "writes/edits", **parts)
        return
    for name in _PARTS:
        for batch in _batches(parts[name]):
            run(tx, "writes/edits", **{**nothing, name: batch})


def _keep_facts(
    tx: ManagedTransaction | Transaction, before: Mapping[str, Rows], edits: Iterable[Edits]
) -> None:
    after = [applied(before[done.household], done) for done in edits]
    if after:
        rows = [row_of(one.household, kept_of(one)) for one in after]
        run(tx, "writes/keep-facts", rows=rows, **KEPT)


def _nodes(edits: Iterable[NodeEdit]) -> dict[str, list[_WireRow]]:
    written, gone = [], []
    for edit in edits:
        if edit.after is None:
            gone.append({"id": edit.id, "household": edit.id == household_of(edit.id)})
        else:
            labels = sorted(edit.after.labels)
            written.append({"id": edit.id, "labels": labels, **_set(edit.before, edit.after)})
    return {"nodes": written, "gone": gone}


def _relationships(edits: Iterable[RelationshipEdit]) -> dict[str, list[_WireRow]]:
    removed, changed, made = [], [], []
    for before, after in ((edit.before, edit.after) for edit in edits):
        if before and after:
            changed.append({**_key(after), **_set(before, after)})
        elif after:
            made.append({**_key(after), **_all(after)})
        elif before:
            removed.append(_key(before))
    return {"removed": removed, "changed": changed, "made": made}


def _key(row: RelationshipRow) -> _WireRow:
    return {"type": row.type, "start": row.start, "end": row.end, "period": row.period}


def _all(row: RelationshipRow) -> _WireRow:
    properties = properties_to_wire(row.properties)
    if row.period:
        properties["period"] = row.period
    return {"properties": properties, "validity": validity_to_wire(row.properties)}


def _set(before: _Row | None, after: _Row) -> _WireRow:
    """Return what to set: all that is there afterwards, and null for what is there no more."""
    gone = dict.fromkeys(before.properties.keys() - after.properties.keys() if before else ())
    return {
        "properties": {**gone, **properties_to_wire(after.properties)},
        "validity": validity_to_wire(after.properties),
    }


def _record(
    tx: ManagedTransaction | Transaction, edits: Sequence[Edits], cause: Cause
) -> tuple[Written, ...]:
    at = cause.at or datetime.now(UTC)
    rows = [
        {
            "household": done.household,
            "summary": cause.summary or done.summary,
            "difference": edits_to_text(done),
            "effective": to_wire(done.effective or at),
        }
        for done in edits
    ]
    if not rows:
        return ()
    records = run(
        tx,
        "writes/record-changes",
        rows=rows,
        actor=cause.actor.name,
        actor_kind=cause.actor.kind.value,
        action=cause.action,
        reason=cause.reason,
        at=to_wire(at),
        joint=cause.joint,
        import_run=cause.import_run,
        consents=list(cause.consents) or None,
    )
    recorded = {record["household"]: record for record in records}
    return tuple(
        Written(
            done.household,
            recorded[done.household]["revision"],
            recorded[done.household]["change"],
            done,
        )
        for done in edits
    )


def _batches(rows: Sequence[_WireRow]) -> Iterator[Sequence[_WireRow]]:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        yield rows[start : start + _ROWS_A_STATEMENT]
