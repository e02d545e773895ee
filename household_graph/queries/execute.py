"""Run and check queries of the library: read only, within a time limit, up to a number of rows.

The server's read access alone does not prevent every side effect. With it a statement can end those
of others (TERMINATE), send what it read to an address (LOAD CSV), or call a procedure with side
effects. The plan of EXPLAIN shows whether it does.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from household_graph.store.connection import Connection, database_errors, read
from household_graph.store.facts_loader import unknown_household
from household_graph.store.query_files import QueryFile

_WRONG_QUERY = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
_GRACE = 5.0  # seconds by which the server may be late to give up
_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"
_WRITES = "Neo.ClientError.Statement.AccessMode"
_MISSING_PARAMETERS = "01N60"
_FINE = frozenset({"00000", "00001", "02000", _MISSING_PARAMETERS})
Moment = datetime | date | time
Plan = Literal["explain", "profile"]

_READING_PROCEDURES = frozenset(
    {
        *("db.info", "db.labels", "db.ping", "db.propertyKeys", "db.relationshipTypes"),
        "db.index.fulltext.listAvailableAnalyzers",
        *("db.index.fulltext.queryNodes", "db.index.fulltext.queryRelationships"),
        *("db.index.vector.queryNodes", "db.index.vector.queryRelationships"),
        *("db.schema.nodeTypeProperties", "db.schema.relTypeProperties"),
        "db.schema.visualization",
        *("dbms.components", "dbms.info", "dbms.listCapabilities", "dbms.listConfig"),
        *("dbms.listConnections", "dbms.queryJmx", "dbms.showCurrentUser"),
    }
)
"""By name: some whose mode is READ have side effects, such as `db.stats.clear`."""

_ACTING_OPERATORS = {
    "LoadCSV": "it loads a file or an address (LOAD CSV)",
    "TerminateTransactions": "it ends transactions (TERMINATE)",
}
_SUSPECT = re.compile(
    r"\\u|\b(?:LOAD|TERMINATE)\b|\bUSE\s+[\w`]|\bCALL\b(?!\s*[({])", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\u+([0-9a-f]{4})", re.IGNORECASE)
_QUOTED = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:``|[^`])*`", re.DOTALL
)
_VERSION = r"(?:\s*CYPHER\b[\s\w=.]*?)?"
_SHOWS = re.compile(rf"{_VERSION}\s*SHOW\s", re.IGNORECASE)
_USES = re.compile(
    rf"(?:^{_VERSION}|[{{}}]|\bNEXT|\bUNION(?:\s+(?:ALL|DISTINCT))?)\s*\bUSE\s+\w", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The names of the columns, and rows in the driver's types; the plan if that was requested.

    It is cut where there were more rows than the limit.
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
    """Run a query with all its parameters, see `bind_parameters`, and return its result.

    There are at most `limit` rows (None: all), and the server gives up after `timeout` seconds
    (None: never). A plan explains the query instead of running it, or profiles it.

    Raises:
        BadInputError: if it is not well formed, does anything but read, or takes too long.
        UnknownIdError: if there are no rows, because an id among the parameters does not exist.
    """
    statement = Query(f"{plan} {query.text}" if plan else query.text, timeout=timeout)
    with _reading(connection, query, timeout) as session:
        if _SUSPECT.search(query.text):  # only EXPLAIN can tell that it does nothing but read
            _require_reading(session, query, timeout)
        result = session.run(statement, dict(parameters))
        found = list(islice(result, None if limit is None else limit + 1))
        columns, summary = tuple(result.keys()), result.consume()
    if not found:
        _require_known_ids(connection, query, parameters)
    return QueryResult(
        columns,
        tuple(tuple(one.values()) for one in found[:limit]),
        limit is not None and len(found) > limit,
        summary.profile if plan == "profile" else summary.plan,
    )


def _require_reading(session: Session, query: QueryFile, timeout: float | None) -> None:
    summary = session.run(Query(f"EXPLAIN {query.text}", timeout=timeout)).consume()
    if _writes(query.text, summary):
        raise _write_error(query)
    if found := _side_effects(query.text, summary):
        raise BadInputError(
            f"`{query.name}` does more than read: {'; '.join(found)}",
            hint="a query of the library reads what is in the graph, and nothing else",
        )


def _write_error(query: QueryFile) -> BadInputError:
    return BadInputError(
        f"`{query.name}` writes, and the library only reads",
        hint="change the graph with the commands for it, which record history",
    )


def _require_known_ids(
    connection: Connection, query: QueryFile, parameters: Mapping[str, Any]
) -> None:
    """Check that the ids among the parameters exist: an empty result would hide a misspelt one."""
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
def _reading(
    connection: Connection,
    query: QueryFile,
    timeout: float | None = None,
    *,
    grace: float = _GRACE,
    notifications: Literal["OFF", "INFORMATION"] = "OFF",
) -> Iterator[Session]:
    """Yield a session in which the server refuses to write; Ctrl-C ends its query at once.

    It gives up some time after the server should have. Errors about the query itself name it.
    """
    with (
        database_errors(),
        connection.watched(timeout, READ_ACCESS, grace=grace, notifications=notifications) as watch,
    ):
        try:
            yield watch.session
        except Neo4jError as error:
            if problem := _problem(query, error, timeout):
                raise problem from error
            raise


def _problem(query: QueryFile, error: Neo4jError, timeout: float | None) -> BadInputError | None:
    """Return what the server finds wrong with a query, at which line of its file, in one line."""
    code = error.code or ""
    if code.startswith(_TIMED_OUT):
        return BadInputError(
            f"`{query.name}` took longer than {timeout:g} seconds",
            hint="narrow it down by its parameters, or allow more with --timeout",
        )
    if code == _WRITES:
        return _write_error(query)
    if not code.startswith(_WRONG_QUERY):
        return None
    line = (error.diagnostic_record.get("_position") or {}).get("line")
    place = f", line {query.first_line + line - 1} of its file" if line else ""
    problem = (error.message or "").partition(" (line ")[0].partition(": expected ")[0]
    return BadInputError(f"`{query.name}` cannot be run{place}: {' '.join(problem.split())}")


def _isoformat(moment: Moment) -> object:
    return moment.isoformat()


def to_json(value: Any, moment: Callable[[Moment], object] = _isoformat) -> Any:  # noqa: ANN401, PLR0911
    """Return a value of the database as JSON has it: times as ISO text, nodes as objects.

    Times that are not within a node or relationship are what `moment` makes of them.
    """
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
        return [to_json(item, moment) for item in value]
    if isinstance(value, dict):
        return {name: to_json(item, moment) for name, item in value.items()}
    if isinstance(value, DateTime | Date | Time):
        value = value.to_native()
    return moment(value) if isinstance(value, datetime | date | time) else value


def lint_query(connection: Connection, query: QueryFile) -> list[str]:
    """Return what is wrong with a query, a sentence each; the server plans it and runs nothing.

    The declared parameters must be those used, the declared columns those returned, in order. The
    query must only read, and the server must know all labels, relationships and properties in it.

    Raises:
        DeadlineExceededError: if the server does not plan it within the timeout of the connection.
    """
    try:  # without grace: the server plans without a limit
        with _reading(
            connection, query, connection.timeout, grace=0.0, notifications="INFORMATION"
        ) as session:
            result = session.run(f"EXPLAIN {query.text}")
            columns, summary = list(result.keys()), result.consume()
    except BadInputError as error:
        return [error.message]
    statuses, declared = summary.gql_status_objects, [column.name for column in query.columns]
    return [
        *_parameter_problems(query, statuses),
        *([f"it returns {_code(columns)}, and declares {_code(declared)}"] * (columns != declared)),
        *(["it writes; a query of the library only reads"] if _writes(query.text, summary) else []),
        *_side_effects(query.text, summary),
        *(
            str(one.status_description).removeprefix("warn: ").rstrip(".")
            for one in statuses
            if one.gql_status not in _FINE
        ),
    ]


def _parameter_problems(query: QueryFile, statuses: Any) -> Iterator[str]:  # noqa: ANN401 - of the driver
    missing = " ".join(
        one.status_description for one in statuses if one.gql_status == _MISSING_PARAMETERS
    )
    used = set(re.findall(r"\$`(\w+)`", missing))
    declared = {one.name for one in query.parameters}
    yield from (f"the parameter `{name}` is not declared" for name in sorted(used - declared))
    yield from (f"the parameter `{name}` is not used" for name in sorted(declared - used))


def _code(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _side_effects(text: str, summary: Any) -> list[str]:  # noqa: ANN401 - of the driver
    """Return the side effects of a statement but writing, a sentence each, by its EXPLAIN."""
    steps = list(_steps(summary.plan))
    kinds = {kind for kind, _details in steps}
    return [
        *(sentence for kind, sentence in _ACTING_OPERATORS.items() if kind in kinds),
        *(
            f"it calls `{name}`, which is not known only to read"
            for name in sorted(_called(steps) - _READING_PROCEDURES)
        ),
        *(["it reads another database (USE)"] if _USES.search(_bare(text)) else []),
    ]


def _writes(text: str, summary: Any) -> bool:  # noqa: ANN401 - of the driver
    """Return whether a statement writes; by its EXPLAIN. The server refuses it as well."""
    if summary.query_type != "s":
        return bool(summary.query_type != "r")
    # Administrative commands, of which only SHOW reads, and procedures.
    return not (_called(_steps(summary.plan)) or _SHOWS.match(_bare(text)))


def _called(steps: Iterable[tuple[str, str]]) -> set[str]:
    return {details.partition("(")[0] for kind, details in steps if kind == "ProcedureCall"}


def _bare(text: str) -> str:
    """Return a statement as the server reads it, with names for quoted names and no comments."""
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return _QUOTED.sub(lambda quoted: "x" if quoted[0][0] in "'\"`" else " ", plain)


def _steps(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].partition("@")[0], str(plan["args"].get("Details", ""))
    for child in plan.get("children", ()):
        yield from _steps(child)
