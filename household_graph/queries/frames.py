"""Rows with declared types as pandas and polars frames."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from household_graph.errors import BadInputError
from household_graph.optional_dependencies import require_extra
from household_graph.store.query_files import QueryColumn

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_Series = TypeVar("_Series")
_Rows = Sequence[tuple[Any, ...]]
_PANDAS = {
    "BOOLEAN": "boolean",
    "DATE": "datetime64[s]",
    "DURATION": "string",
    "FLOAT": "Float64",
    "INTEGER": "Int64",
    "LOCAL DATETIME": "datetime64[us]",
    "STRING": "string",
    "ZONED DATETIME": "datetime64[us, UTC]",
}


def pandas_frame(columns: Sequence[QueryColumn], rows: _Rows) -> "pd.DataFrame":
    """Return a pandas frame; see `Table.to_pandas`."""
    require_extra("frames", "pandas")
    import pandas as pd

    def series(values: list[Any], kind: str) -> "pd.Series[Any]":
        return pd.Series(values, dtype=_PANDAS.get(kind, "object"))

    return pd.DataFrame(dict(_filled(columns, rows, series)))


def polars_frame(columns: Sequence[QueryColumn], rows: _Rows) -> "pl.DataFrame":
    """Return a polars frame; see `Table.to_polars`."""
    require_extra("frames", "polars")
    import polars as pl

    def series(values: list[Any], kind: str) -> pl.Series:
        return pl.Series(values=values, dtype=_polars_type(kind), strict=True)

    return pl.DataFrame(dict(_filled(columns, rows, series)))


def _filled(
    columns: Sequence[QueryColumn], rows: _Rows, fill: Callable[[list[Any], str], _Series]
) -> list[tuple[str, _Series]]:
    """Return each column by its name.

    Raises:
        BadInputError: if a value is not of the type that its column declares.
    """
    found = []
    for number, column in enumerate(columns):
        try:
            found.append((column.name, fill([row[number] for row in rows], column.type)))
        except (ValueError, TypeError) as error:
            raise BadInputError(
                f"the column `{column.name}` is declared as {column.type}, and holds other values",
                hint="mend the `@returns` of the question, or convert what it returns",
            ) from error
    return found


def _polars_type(kind: str) -> "pl.DataType | None":
    """Return the type of polars for one of Cypher; None: let polars see what is there."""
    import polars as pl

    if kind.startswith("LIST<"):
        inner = _polars_type(kind.removeprefix("LIST<").removesuffix(">"))
        return pl.List(inner) if inner is not None else None
    kinds: dict[str, pl.DataType] = {
        "BOOLEAN": pl.Boolean(),
        "DATE": pl.Date(),
        "DURATION": pl.String(),
        "FLOAT": pl.Float64(),
        "INTEGER": pl.Int64(),
        "LOCAL DATETIME": pl.Datetime("us"),
        "LOCAL TIME": pl.Time(),
        "STRING": pl.String(),
        "ZONED DATETIME": pl.Datetime("us", "UTC"),
    }
    return kinds.get(kind)
