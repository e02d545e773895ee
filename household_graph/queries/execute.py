"""Run queries of the library: read only, within a time limit, and up to a number of rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, Literal

from neo4j import READ_ACCESS, Query, Session
from neo4j.exceptions import Neo4jError
from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time

from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.ids import household_of, nearest
from household_graph.queries.read_only import needs_explain, side_effects, writes
from household_graph.store.connection import Connection, database_errors, watched
from household_graph.store.facts_loader import unknown_household
from household_graph.store.query_files import QueryFile
from household_graph.store.row_reader import read

_WRONG_QUERY = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
_GRACE = 5.0  # seconds by which the server may be late to give up
_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_WRITES = "Neo.ClientError.Statement.AccessMode"
Plan = Literal["explain", "profile"]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of a query.

    Attributes:
        columns: their names, in order.
        rows: a value for each column, in the driver's types.
        cut: whether there were more rows than the limit.
        plan: the server's plan, if that was requested.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool
    plan: Mapping[str, Any] | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The rows by column, as JSON values."""
        return [
            {name: to_json(value) for name, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


def execute(
    connection: Connection,
    query: QueryFile,
    parameters: Mapping[str, Any],
    *,
    limit: int | None = None,
    timeout: float | None = None,
    plan: Plan | None = None,
) -> QueryResult:
    """Run a query, and return its result.

    Args:
        connection: the graph.
        query: it may only read, see `read_only`.
        parameters: all of them; see `bind_parameters`.
        limit: the maximum number of rows; None: all.
        timeout: seconds after which the server gives up; None: never.
        plan: `explain` it instead of running it, or `profile` it.

    Raises:
        BadInputError: if it is not well formed, does anything but read, or takes too long.
        UnknownIdError: if there are no rows, because an id among the parameters does not exist.
        DatabaseUnavailableError: if the server does not answer.
    """
    statement = Query(f"{plan} {query.text}" if plan else query.text, timeout=timeout)
    with (
        database_errors(),
        read_session(connection, seconds=timeout) as session,
        query_errors(query, timeout),
    ):
        if needs_explain(query.text):
            _require_reading(session, query, timeout)
        result = session.run(statement, dict(parameters))
        found = list(islice(result, None if limit is None else limit + 1))
        columns, summary = tuple(result.keys()), result.consume()
    if not found:
        require_known_ids(connection, query, parameters)
    return QueryResult(
        columns,
        tuple(tuple(one.values()) for one in found[:limit]),
        limit is not None and len(found) > limit,
        summary.profile if plan == "profile" else summary.plan,
    )


def _require_reading(session: Session, query: QueryFile, timeout: float | None) -> None:
    summary = session.run(Query(f"EXPLAIN {query.text}", timeout=timeout)).consume()
    if writes(query.text, summary):
        raise _write_error(query)
    if found := side_effects(query.text, summary):
        raise BadInputError(
            f"`{query.name}` does more than read: {'; '.join(found)}",
            hint="a query of the library reads what is in the graph, and nothing else",
        )


def _write_error(query: QueryFile) -> BadInputError:
    return BadInputError(
        f"`{query.name}` writes, and the library only reads",
        hint="change the graph with the commands for it, which record history",
    )


def require_known_ids(
    connection: Connection, query: QueryFile, parameters: Mapping[str, Any]
) -> None:
    """Check that the ids among the parameters exist: an empty result would hide a misspelt one.

    Args:
        connection: the graph.
        query: declares which parameters are ids.
        parameters: all of them; see `bind_parameters`.

    Raises:
        UnknownIdError: if one does not exist, with the ids most like it.
        DatabaseUnavailableError: if the server does not answer.
    """
    for entity_id in [parameters[one.name] for one in query.parameters if one.is_id]:
        if not entity_id or entity_id in _ids_from(connection, entity_id)[:1]:
            continue
        household = household_of(entity_id)
        if not (inside := _ids_from(connection, f"{household}/")):
            raise unknown_household(connection, entity_id, household)
        raise UnknownIdError(entity_id, nearest(entity_id, inside))


def _ids_from(connection: Connection, prefix: str) -> list[str]:
    return [record["id"] for record in read(connection, "facts/ids", prefix=prefix)]


@contextmanager
def read_session(
    connection: Connection, *, notifications: bool = False, seconds: float | None = None
) -> Iterator[Session]:
    """Yield a session in which the server refuses to write; Ctrl-C ends its query at once.

    Args:
        connection: the graph.
        notifications: whether the server comments on statements.
        seconds: when to give up, some time after the server should have. None: never.

    Raises:
        DeadlineExceededError: if the server does not answer by then.
    """
    session = connection.driver.session(
        database=connection.database,
        default_access_mode=READ_ACCESS,
        bookmark_manager=connection.driver.execute_query_bookmark_manager,
        notifications_min_severity="INFORMATION" if notifications else "OFF",
    )
    with watched(session, seconds, grace=_GRACE):
        yield session


def to_json(value: Any) -> Any:  # noqa: ANN401, PLR0911 - a type each
    """Return a value of the database as JSON has it: times as ISO text, nodes as objects."""
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), **{n: to_json(v) for n, v in value.items()}}
    if isinstance(value, Relationship):
        return {"type": value.type, **{n: to_json(v) for n, v in value.items()}}
    if isinstance(value, Path):
        steps = zip(value.relationships, value.nodes[1:], strict=True)
        return [to_json(value.nodes[0]), *(to_json(one) for step in steps for one in step)]
    if isinstance(value, Duration):
        return value.iso_format()
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, DateTime | Date | Time):
        value = value.to_native()
    return value.isoformat() if isinstance(value, datetime | date | time) else value


@contextmanager
def query_errors(query: QueryFile, timeout: float | None) -> Iterator[None]:
    """Turn the server's errors about the query itself into one that names it.

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
                hint="narrow it down by its parameters, or allow more with --timeout",
            ) from error
        if code == _WRITES:
            raise _write_error(query) from error
        if code.startswith(_WRONG_QUERY):
            raise BadInputError(_explain(query, error)) from error
        raise


def _explain(query: QueryFile, error: Neo4jError) -> str:
    """Return what the server finds wrong, at which line of the file, in one line."""
    line = (error.diagnostic_record.get("_position") or {}).get("line")
    place = f", line {query.first_line + line - 1} of its file" if line else ""
    problem = (error.message or "").partition(" (line ")[0].partition(": expected ")[0]
    return f"`{query.name}` cannot be run{place}: {' '.join(problem.split())}"
