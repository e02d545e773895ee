"""Cells of a record through cleaning, with the column in what goes wrong."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from household_graph.crm.cleaning import CleaningError, choice, truth
from household_graph.crm.mapping.columns import Column
from household_graph.crm.mapping.headers import Headers

__all__ = ["Cell", "CellError", "Condition", "Values", "condition"]

T = TypeVar("T")
Values = Mapping[str, str]

Condition = Callable[[Values], bool]


class CellError(Exception):
    """What is wrong with a cell, and in which column."""

    def __init__(self, column: str, error: CleaningError) -> None:
        """Keep both."""
        super().__init__(error.reason)
        self.column, self.reason, self.hint = column, error.reason, error.hint


class Cell:
    """A cell, as a mapping says where it is."""

    def __init__(self, column: Column | None, headers: Headers) -> None:
        """Find the columns in a file."""
        self._column = column
        self._names = headers.found(column.columns) if column else ()
        self.is_phone = bool(column and column.is_phone)

    @property
    def name(self) -> str:
        """What the column is called in the file."""
        return ", ".join(self._names)

    def text(self, values: Values) -> str:
        """Return what stands there, or what that means by the mapping.

        Raises:
            CellError: if the mapping does not say what it means.
        """
        column = self._column
        if column is None:
            return ""
        if column.text is not None:
            return column.text
        written = [text for name in self._names if (text := values[name].strip())]
        found = column.join.join(written) if column.join is not None else (written or [""])[0]
        if meanings := column.values:

            def meaning(text: str) -> str | None:
                return choice(text, meanings)

            found = self.clean(values, meaning, found) or ""
        return found or column.default or ""

    def clean(self, values: Values, cleaning: Callable[[str], T], text: str | None = None) -> T:
        """Return a cell cleaned.

        Raises:
            CellError: if it cannot be understood.
        """
        try:
            return cleaning(self.text(values) if text is None else text)
        except CleaningError as error:
            raise CellError(self.name, error) from error


def condition(wanted: Mapping[str, tuple[str, ...]], headers: Headers) -> Condition:
    """Return whether a record has one of the values wanted, in each of some columns."""
    tests = [
        (headers.found([column]), {value.casefold() for value in values}, _truths(values))
        for column, values in wanted.items()
    ]

    def holds(values: Values) -> bool:
        return all(
            names and _fits(values[names[0]].strip(), words, truths)
            for names, words, truths in tests
        )

    return holds


def _fits(written: str, words: set[str], truths: set[bool]) -> bool:
    return written.casefold() in words or (bool(truths) and _truth(written) in truths)


def _truths(values: tuple[str, ...]) -> set[bool]:
    return {found for value in values if (found := _truth(value)) is not None}


def _truth(written: str) -> bool | None:
    try:
        return truth(written)
    except CleaningError:
        return None
