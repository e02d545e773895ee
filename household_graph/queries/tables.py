"""Answers and decisions for notebooks: tables with types, as pandas and polars have them."""

from collections.abc import Iterable, Sized
from dataclasses import dataclass
from datetime import UTC
from html import escape
from typing import TYPE_CHECKING, Any

from neo4j.graph import Node, Path, Relationship
from neo4j.time import Date, DateTime, Duration, Time

from household_graph.api.household_graph import HouseholdGraph
from household_graph.engine.decision import Decision
from household_graph.errors import BadInputError
from household_graph.queries.catalogue import question
from household_graph.queries.frames import pandas_frame, polars_frame
from household_graph.queries.parameters import bound
from household_graph.queries.running import Answer, answer, plain
from household_graph.store.query_files import QueryColumn, QueryFile

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN = 20  # rows in a notebook


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows with typed columns.

    Attributes:
        columns: name, Cypher type and meaning of each.
        rows: values of Python in the order of the columns: instants as datetime in UTC, dates as
            date, durations as ISO 8601 text, nodes and relationships as dict.
        cut: whether there were more rows than were asked for.
    """

    columns: tuple[QueryColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool = False

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows by the names of their columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas frame; its types are those that the columns declare, if empty too.

        INTEGER, FLOAT and BOOLEAN know what is missing (`Int64`, `Float64`, `boolean`); an instant
        is a datetime in UTC, a date one without a zone; lists and maps are objects.

        Raises:
            BadInputError: if pandas is not installed, or a value is not of its column's type.
        """
        return pandas_frame(self.columns, self.rows)

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars frame; its types are those that the columns declare, if empty too.

        Raises:
            BadInputError: if polars is not installed, or a value is not of its column's type.
        """
        return polars_frame(self.columns, self.rows)

    def __repr__(self) -> str:
        """Return how large it is, and its columns; the rows may be many."""
        return f"<Table of {_count(self.rows)}: {', '.join(one.name for one in self.columns)}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the first rows, every value as text."""
        head = "".join(f"<th>{escape(column.name)}</th>" for column in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(_text(value))}</td>' for value in row)}</tr>"
            for row in self.rows[:_SHOWN]
        )
        more = f", {_SHOWN} of them shown" if len(self.rows) > _SHOWN else ""
        return (
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>{_count(self.rows)}{more}</p>"
        )


def ask(
    graph: HouseholdGraph,
    name: str,
    /,
    *,
    limit_: int | None = None,
    timeout_: float | None = None,
    **parameters: Any,  # noqa: ANN401 - whatever its question declares
) -> Table:
    """Ask a question of the library.

    Args:
        graph: as it stands.
        name: of the question, such as `accounts/who-pays-what`, or the last part of it.
        limit_: how many rows at most; None: all. It ends with `_`, as in the driver of Neo4j, so
            that no parameter of a question is hidden.
        timeout_: seconds after which the server gives up; None: never.
        **parameters: of the question.

    Raises:
        BadInputError: if there is no such question, a parameter is missing, unknown or of another
            type, the question writes, or takes too long.
        UnknownIdError: if there are no rows, as an id among the parameters is not there.
        DatabaseUnavailableError: if the server does not answer.
    """
    if graph.is_past:
        raise BadInputError(
            "a question of the library is asked of the graph as it stands",
            hint="ask the graph itself, with `at` for another moment",
        )
    asked = question(name).query
    values = bound(asked, parameters)
    found = answer(graph.connection, asked, values, limit=limit_, timeout=timeout_)
    return table_of(asked, found)


def table_of(asked: QueryFile, found: Answer) -> Table:
    """Return what a question came to as a table; columns that it does not declare may hold all."""
    declared = {column.name: column for column in asked.columns}
    return Table(
        tuple(declared.get(one, QueryColumn(one, "ANY", "")) for one in found.columns),
        tuple(tuple(map(_native, row)) for row in found.rows),
        found.cut,
    )


def table(decisions: Iterable[Decision]) -> Table:
    """Return decisions as a table: one row each, with the codes and the texts of its reasons."""
    return Table(
        _DECISION,
        tuple(
            (
                *(one.party, one.action.value, one.target, one.device, one.at.astimezone(UTC)),
                one.allowed,
                one.changes_at.astimezone(UTC) if one.changes_at else None,
                list(one.codes),
                [reason.text for reason in one.reasons],
            )
            for one in decisions
        ),
    )


def _native(value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    """Return a value of the database as Python has it, instants in UTC."""
    if isinstance(value, Node | Relationship | Path | Duration):
        return plain(value)
    if isinstance(value, DateTime):
        instant = value.to_native()
        return instant.astimezone(UTC) if instant.tzinfo else instant
    if isinstance(value, Date | Time):
        return value.to_native()
    if isinstance(value, list):
        return [_native(item) for item in value]
    return {n: _native(v) for n, v in value.items()} if isinstance(value, dict) else value


def _count(rows: Sized) -> str:
    return f"{len(rows):,} row{'s' * (len(rows) != 1)}"


def _text(value: Any) -> str:  # noqa: ANN401 - any value of Python
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)


_DECISION = (
    QueryColumn("party", "STRING", "the id of the party"),
    QueryColumn("action", "STRING", "what is asked leave for"),
    QueryColumn("target", "STRING", "the id of the target"),
    QueryColumn("device", "STRING", "the id of the device, if one was named"),
    QueryColumn("at", "ZONED DATETIME", "the instant it was judged for"),
    QueryColumn("allowed", "BOOLEAN", "the answer"),
    QueryColumn("changes_at", "ZONED DATETIME", "the first later instant with another answer"),
    QueryColumn("codes", "LIST<STRING>", "the codes of the reasons"),
    QueryColumn("reasons", "LIST<STRING>", "the reasons in words"),
)
