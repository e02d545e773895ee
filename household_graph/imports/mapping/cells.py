"""Cells of a record through cleaning, with the column in what goes wrong."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from household_graph.imports.cleaning import CleaningError, choice, truth
from household_graph.imports.mapping.columns import Column
from household_graph.imports.mapping.headers import Headers

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
        written = [text for name in self._names if (text := values.get(name, "").strip())]
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
            raise CellError(self._written_in(values), error) from error

    def _written_in(self, values: Values) -> str:
        """Return the column that the text comes from; all, if none or several together."""
        together = self._column is not None and self._column.join is not None
        written = [name for name in self._names if values.get(name, "").strip()]
        return self.name if together or not written else written[0]


def condition(wanted: Mapping[str, tuple[str, ...]], headers: Headers) -> Condition:
    """Return whether a record has one of the values wanted, in each of some columns.

    Where only yes or no is asked for, a value that is neither is an error of its record.
    """
    tests = [_Test(column, values, headers) for column, values in wanted.items()]
    return lambda values: all(test.holds(values) for test in tests)


class _Test:
    """Whether one column has one of the values wanted."""

    def __init__(self, column: str, wanted: tuple[str, ...], headers: Headers) -> None:
        self._names = headers.found([column])
        self._words = {value.casefold() for value in wanted}
        truths = [_truth(value) for value in wanted]
        self._truths = {one for one in truths if one is not None}
        self._is_question = None not in truths

    def holds(self, values: Values) -> bool:
        if not self._names:
            return False
        written = values.get(self._names[0], "").strip()
        if written.casefold() in self._words:
            return True
        try:
            return bool(self._truths) and truth(written) in self._truths
        except CleaningError as error:
            if self._is_question:
                raise CellError(self._names[0], error) from error
            return False


def _truth(written: str) -> bool | None:
    try:
        return truth(written)
    except CleaningError:
        return None
