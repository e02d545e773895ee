"""Questions run: read only, within a time, and not further than asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from neo4j import READ_ACCESS, Session
from neo4j import Query as Statement
from neo4j.exceptions import Neo4jError
from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time

from household_graph.errors import BadInputError
from household_graph.queries.known import require_known
from household_graph.queries.plans import Plan
from household_graph.queries.read_only import deeds, may_act, writes
from household_graph.store.connection import Connection, database_errors
from household_graph.store.deadlines import watched
from household_graph.store.query_files import QueryFile

_MISTAKES = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
_GRACE = 5.0  # seconds by which the server may be late to give up
_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_WRITES = "Neo.ClientError.Statement.AccessMode"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question comes to.

    Attributes:
        columns: their names, in order.
        rows: a value for each column, as the driver has it.
        cut: whether there were more than were asked for.
        plan: how the server goes about it, if that was asked for.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool
    plan: Mapping[str, Any] | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows by column, in what JSON can say."""
        return [
            {name: plain(value) for name, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


def answer(
    connection: Connection,
    query: QueryFile,
    parameters: Mapping[str, Any],
    *,
    limit: int | None = None,
    timeout: float | None = None,
    plan: Plan | None = None,
) -> Answer:
    """Run a question, and return what it comes to.

    Args:
        connection: the graph.
        query: the question; it may only read, see `read_only`.
        parameters: all of them; see `parameters.bound`.
        limit: how many rows at most; None: all.
        timeout: seconds after which the server gives up; None: never.
        plan: `explain` it instead of running it, or `profile` it.

    Raises:
        BadInputError: if it is not well formed, does anything but read, or takes too long.
        UnknownIdError: if there are no rows, as an id among the parameters is not there.
        DatabaseUnavailableError: if the server does not answer.
    """
    prefix = f"{plan.value} " if plan else ""
    statement = Statement(f"{prefix}{query.text}", timeout=timeout)
    with (
        database_errors(),
        read_session(connection, seconds=timeout) as session,
        mistakes(query, timeout),
    ):
        if may_act(query.text):
            _require_reading(session, query, timeout)
        result = session.run(statement, dict(parameters))
        found = list(islice(result, None if limit is None else limit + 1))
        columns, summary = tuple(result.keys()), result.consume()
    if not found:
        require_known(connection, query, parameters)
    return Answer(
        columns,
        tuple(tuple(one.values()) for one in found[:limit]),
        limit is not None and len(found) > limit,
        summary.profile if plan is Plan.PROFILE else summary.plan,
    )


def _require_reading(session: Session, query: QueryFile, timeout: float | None) -> None:
    summary = session.run(Statement(f"EXPLAIN {query.text}", timeout=timeout)).consume()
    if writes(query.text, summary):
        raise _writing(query)
    if found := deeds(query.text, summary):
        raise BadInputError(
            f"`{query.name}` does more than read: {'; '.join(found)}",
            hint="a question of the library reads what is in the graph, and nothing else",
        )


def _writing(query: QueryFile) -> BadInputError:
    return BadInputError(
        f"`{query.name}` writes, and the library only reads",
        hint="change the graph with the commands for it, which keep history",
    )


@contextmanager
def read_session(
    connection: Connection, *, told: bool = False, seconds: float | None = None
) -> Iterator[Session]:
    """Yield a session in which the server refuses to write; Ctrl-C ends what it is at.

    Args:
        connection: the graph.
        told: whether the server says what it thinks of a statement.
        seconds: when it is given up; the server is to give up what it is asked before. None: never.

    Raises:
        DeadlineExceededError: if the server does not answer by then.
    """
    session = connection.driver.session(
        database=connection.database,
        default_access_mode=READ_ACCESS,
        bookmark_manager=connection.driver.execute_query_bookmark_manager,
        notifications_min_severity="INFORMATION" if told else "OFF",
    )
    with watched(session, seconds, grace=_GRACE):
        yield session


def plain(value: Any) -> Any:  # noqa: ANN401, PLR0911 - a type each
    """Return what JSON can say of a value of the database: times as ISO text, nodes as maps."""
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), **{n: plain(v) for n, v in value.items()}}
    if isinstance(value, Relationship):
        return {"type": value.type, **{n: plain(v) for n, v in value.items()}}
    if isinstance(value, Path):
        return [plain(value.nodes[0]), *_steps(value)]
    if isinstance(value, list | tuple) and not isinstance(value, Duration):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, DateTime | Date | Time):
        value = value.to_native()
    if isinstance(value, Duration):
        return value.iso_format()
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _steps(path: Path) -> list[Any]:
    return [
        step
        for link, node in zip(path.relationships, path.nodes[1:], strict=True)
        for step in (plain(link), plain(node))
    ]


@contextmanager
def mistakes(query: QueryFile, timeout: float | None) -> Iterator[None]:
    """Turn what is wrong with the question itself into an error that names it.

    Raises:
        BadInputError: if it is not well formed, writes, or takes too long.
    """
    try:
        yield
    except Neo4jError as error:
        code = error.code or ""
        if code.startswith(_TIMED_OUT):
            raise BadInputError(
                f"`{query.name}` took longer than {timeout:g} seconds",
                hint="narrow it down by its parameters, or give it more with --timeout",
            ) from error
        if code == _WRITES:
            raise _writing(query) from error
        if code.startswith(_MISTAKES):
            raise BadInputError(_wrong(query, error)) from error
        raise


def _wrong(query: QueryFile, error: Neo4jError) -> str:
    """Return what the server finds wrong, at which line of the file, in one line."""
    line = (error.diagnostic_record.get("_position") or {}).get("line")
    place = f", line {query.first_line + line - 1} of its file" if line else ""
    said = (error.message or "").partition(" (line ")[0].partition(": expected ")[0]
    return f"`{query.name}` cannot be run{place}: {' '.join(said.split())}"
