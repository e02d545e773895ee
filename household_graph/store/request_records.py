"""Requests in the graph: read, and written in the transaction of the change that they come to."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from neo4j import Transaction

from household_graph.errors import ConflictError
from household_graph.model.enums import ActorKind, RequestState
from household_graph.model.ids import household_of
from household_graph.model.recorded_request import RecordedRequest
from household_graph.store.connection import Connection, Tx, database_errors, read, run_query
from household_graph.store.row_reader import from_wire, to_wire
from household_graph.store.row_store import CommittedChange

_NAMES = {one.name: one.name for one in fields(RecordedRequest)} | {"key": "idempotency_key"}
"""What the fields of a request are called in the graph."""


class DueRequest(NamedTuple):
    """A scheduled request that is due, and its household."""

    household: str
    id: str


class OutdatedRequestError(ConflictError):
    """The request, or what it rests on, became another one meanwhile: look at it again."""


def fetch_requests(connection: Connection, household: str) -> list[RecordedRequest]:
    """Return all requests that a household has a say in, the oldest first."""
    with database_errors(), connection.session() as session:
        return session.execute_read(_read_requests, household)


def fetch_due(connection: Connection, household: str | None = None) -> list[DueRequest]:
    """Return the scheduled requests that are due by the server's time, in that order."""
    found = read(connection, "reads/due-requests", household=household)
    return [DueRequest(one["household"], one["id"]) for one in found]


class RequestStep:
    """The next step of a request: written if it is still what it was when the step was decided.

    Attributes:
        at: the time of the step, once the household is locked, in UTC.
        written: the request with the step, once it is planned.
    """

    at: datetime

    def __init__(self, before: RecordedRequest | None, after: RecordedRequest) -> None:
        """Write a request as it is `after` the step; `before` is None for a new one."""
        self._before, self.written = before, after

    def read(self, tx: Transaction, at: datetime) -> None:
        """Read the request under the lock; raises OutdatedRequestError if it has changed."""
        found, self.at = _read_requests(tx, self.written.household), at
        if self._before is None:
            self.written = replace(self.written, id=_next_id(self.written.household, found))
        elif self._before not in found:
            raise OutdatedRequestError(
                f"the request `{self._before.id}` was changed meanwhile", hint="look at it again"
            )

    def was_written(self, tx: Transaction, key: str) -> bool:
        """Return whether the step was written with a key."""
        found = [one for one in _read_requests(tx, self.written.household) if one.key == key]
        self.written = next(iter(found), self.written)
        return bool(found)

    def write(self, tx: Transaction, key: str, made: Sequence[CommittedChange]) -> None:
        """Write the request, with the changes that it came to."""
        changes = tuple(one.change for one in made)
        self.written = replace(self.written, key=key, changes=self.written.changes + changes)
        stored = {
            stored: _to_wire(getattr(self.written, name))
            for name, stored in _NAMES.items()
            if name not in {"id", "household"}
        }
        given = {
            "households": [self.written.household, *self.written.others],
            "id": self.written.id,
            "properties": stored,
        }
        run_query(tx, "writes/request", **given)


def _next_id(household: str, found: Sequence[RecordedRequest]) -> str:
    own = (one.id for one in found if one.household == household)
    numbers = (int(one.rpartition("-")[2]) for one in own)
    return f"{household}/request-{max(numbers, default=0) + 1}"


def _to_wire(value: Any) -> Any:  # noqa: ANN401 - any field
    return value.value if isinstance(value, StrEnum) else None if value is None else to_wire(value)


def _read_requests(tx: Tx, household: str) -> list[RecordedRequest]:
    found = run_query(tx, "reads/requests", household=household)
    return [_request(one["request"]) for one in found]


def _request(stored: dict[str, Any]) -> RecordedRequest:
    known: dict[str, Any] = {
        name: from_wire(stored[of]) for name, of in _NAMES.items() if stored.get(of) is not None
    }
    known |= {
        "household": household_of(str(stored["id"])),
        "actor_kind": ActorKind(known["actor_kind"]),
        "state": RequestState(known["state"]),
    }
    return RecordedRequest(**known)
