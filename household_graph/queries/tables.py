"""Query results and decisions for notebooks: typed tables, as pandas and polars frames."""

from collections.abc import Callable, Iterable, Mapping, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar

from household_graph.api.household_graph import HouseholdGraph
from household_graph.engine.decision import Decision
from household_graph.errors import BadInputError
from household_graph.installation import require_extra
from household_graph.queries.catalogue import find_query
from household_graph.queries.execute import Moment, QueryResult, execute, to_json
from household_graph.queries.parameters import bind_parameters
from household_graph.store.query_files import QueryColumn, QueryFile

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_Series = TypeVar("_Series")
_SHOWN = 20  # rows in a notebook
_FRAMES: Mapping[str, tuple[str, ...]] = {
    "BOOLEAN": ("boolean", "Boolean"),
    "DATE": ("datetime64[s]", "Date"),
    "DURATION": ("string", "String"),
    "FLOAT": ("Float64", "Float64"),
    "INTEGER": ("Int64", "Int64"),
    "LOCAL DATETIME": ("datetime64[us]", "Datetime", "us"),
    "LOCAL TIME": ("object", "Time"),
    "STRING": ("string", "String"),
    "ZONED DATETIME": ("datetime64[us, UTC]", "Datetime", "us", "UTC"),
}
"""By type of Cypher the type of pandas, and that of polars with its arguments."""
_DECISION = (
    QueryColumn("party", "STRING", "the id of the party"),
    QueryColumn("action", "STRING", "the action that was checked"),
    QueryColumn("target", "STRING", "the id of the target"),
    QueryColumn("device", "STRING", "the id of the device, if one was named"),
    QueryColumn("at", "ZONED DATETIME", "the instant of the decision"),
    QueryColumn("allowed", "BOOLEAN", "the answer"),
    QueryColumn("changes_at", "ZONED DATETIME", "the first later instant with another answer"),
    QueryColumn("codes", "LIST<STRING>", "the codes of the reasons"),
    QueryColumn("reasons", "LIST<STRING>", "the reasons in words"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows with typed columns; it is cut where there were more rows than the limit.

    Values are those of Python: instants as datetime in UTC, dates as date, durations as ISO 8601
    text, nodes and relationships as dict.
    """

    columns: tuple[QueryColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool = False

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows by the names of their columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

    def to_pandas(self) -> "pd.DataFrame":
        """Return a pandas frame with the types that the columns declare, even if it is empty.

        INTEGER, FLOAT and BOOLEAN are nullable (`Int64`, `Float64`, `boolean`); an instant is a
        datetime in UTC, a date one without a zone; lists and maps are objects.

        Raises:
            BadInputError: if pandas is not installed, or a value is not of its column's type.
        """
        require_extra("frames", "pandas")
        import pandas as pd

        def series(values: list[Any], kind: str) -> "pd.Series[Any]":
            return pd.Series(values, dtype=_FRAMES.get(kind, ("object",))[0])

        return pd.DataFrame(self._series(series))

    def to_polars(self) -> "pl.DataFrame":
        """Return a polars frame with the types that the columns declare, even if it is empty.

        Raises:
            BadInputError: if polars is not installed, or a value is not of its column's type.
        """
        require_extra("frames", "polars")
        import polars as pl

        return pl.DataFrame(
            self._series(lambda values, kind: pl.Series(values=values, dtype=_polars_type(kind)))
        )

    def _series(self, make: Callable[[list[Any], str], _Series]) -> dict[str, _Series]:
        """Return a series for each column, by its name."""
        found = {}
        for number, column in enumerate(self.columns):
            try:
                found[column.name] = make([row[number] for row in self.rows], column.type)
            except (ValueError, TypeError) as error:
                raise BadInputError(
                    f"the column `{column.name}` is declared as {column.type}, and holds other "
                    "values",
                    hint="correct the `@returns` of the query, or convert what it returns",
                ) from error
        return found

    def __repr__(self) -> str:
        """Return the number of rows, and the names of the columns; the rows may be many."""
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
    **parameters: Any,  # noqa: ANN401 - whatever its query declares
) -> Table:
    """Run a query of the library on the graph as it stands, not a past one.

    Its name is one such as `accounts/who-pays-what`, or the last part of it. Our own arguments end
    with `_`, as in the driver of Neo4j, so that no parameter of a query is hidden: the maximum
    number of rows, and the seconds after which the server gives up; None: no limit.

    Raises:
        BadInputError: if there is no such query, a parameter is missing, unknown or of another
            type, the query writes, or takes too long.
        UnknownIdError: if there are no rows, because an id among the parameters does not exist.
        DatabaseUnavailableError: if the server does not answer.
    """
    if graph.is_past:
        raise BadInputError(
            "a query of the library runs on the graph as it stands",
            hint="ask the graph itself, with `at` for another moment",
        )
    query = find_query(name).query
    values = bind_parameters(query, parameters)
    return table_of(query, execute(graph.connection, query, values, limit=limit_, timeout=timeout_))


def table_of(query: QueryFile, result: QueryResult) -> Table:
    """Return the result of a query as a table; a column that it does not declare has type ANY."""
    declared = {column.name: column for column in query.columns}
    return Table(
        tuple(declared.get(one, QueryColumn(one, "ANY", "")) for one in result.columns),
        tuple(tuple(to_json(value, _in_utc) for value in row) for row in result.rows),
        result.cut,
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


def _polars_type(kind: str) -> "pl.DataType | None":
    """Return the type of polars for one of Cypher; None: polars infers it."""
    import polars as pl

    if kind.startswith("LIST<"):
        inner = _polars_type(kind.removeprefix("LIST<").removesuffix(">"))
        return pl.List(inner) if inner is not None else None
    if kind not in _FRAMES:
        return None
    _pandas, name, *more = _FRAMES[kind]
    found: pl.DataType = getattr(pl, name)(*more)
    return found


def _in_utc(moment: Moment) -> object:
    zoned = moment if isinstance(moment, datetime) and moment.tzinfo else None
    return zoned.astimezone(UTC) if zoned else moment


def _count(rows: Sized) -> str:
    return f"{len(rows):,} row{'s' * (len(rows) != 1)}"


def _text(value: Any) -> str:  # noqa: ANN401 - any value of Python
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
