"""Tables in which no word is broken, so that an id can be copied however narrow the terminal is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

_INDENT = 4
_UNLIMITED = 100_000  # columns


class FittedTable(Table):
    """A table as wide as its words need.

    Where there is no room for the longest word of each column, columns without any value are left
    out. If that is not enough, every row becomes a block: a line of its first cells, and below it
    a line for each other cell that is not empty.
    """

    def __rich_console__(self, console: "Console", options: ConsoleOptions) -> RenderResult:
        """Render the table, or its rows as blocks."""
        fits = self._fit(console, options)
        if not fits:
            filled = [one for one in self.columns if any(_text(cell).plain for cell in one.cells)]
            self.columns = [replace(column, _index=n) for n, column in enumerate(filled)]
            fits = self._fit(console, options)
        if fits:
            yield from super().__rich_console__(console, options)
        else:
            yield from self._blocks(options.max_width)

    def _fit(self, console: "Console", options: ConsoleOptions) -> bool:
        """Set the widths of the columns so that they fit; return whether they do."""
        unlimited = options.update(width=_UNLIMITED)
        words, whole = [], []
        for column in self.columns:
            column.width = None
            parts = (column.header, *column.cells)
            found = [Measurement.get(console, unlimited, one) for one in parts]
            whole.append(max(1, *(one.maximum for one in found)))
            longest = max(1, *(one.minimum for one in found))
            words.append(whole[-1] if column.no_wrap else longest)
        between = Measurement.get(console, unlimited, self).maximum - sum(whole)
        room = options.max_width - between
        if sum(whole) > room >= sum(words):
            for column, width in zip(self.columns, _widths(words, whole, room), strict=True):
                column.width = width
        return room >= sum(words)

    def _blocks(self, width: int) -> Iterator[Text]:
        headers = [_text(column.header) for column in self.columns]
        first = next((n for n, header in enumerate(headers, start=1) if header.plain), 1)
        for cells in zip(*(map(_text, column.cells) for column in self.columns), strict=True):
            title = Text(" ").join(cell for cell in cells[:first] if cell.plain)
            title.stylize("bold")
            yield from _lines(title, width)
            for header, cell in zip(headers[first:], cells[first:], strict=True):
                if cell.plain:
                    label = Text.assemble((f"{header.plain}: " if header.plain else "", "dim"))
                    yield from _lines(label + cell, width, _INDENT)


def _widths(words: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns that fit: the widest give way, down to their longest word."""
    limit = max(whole)
    while sum(found := [max(w, min(all_, limit)) for w, all_ in zip(words, whole, strict=True)]) > (
        room
    ):
        limit -= 1
    return found


def _lines(text: Text, width: int, indent: int = 0) -> Iterator[Text]:
    """Yield a text as lines that are broken between words only, the later ones indented more."""
    every = (
        part for line in text.split("\n") for part in line.divide(_breaks(line, width - indent))
    )
    for number, line in enumerate(every):
        line.rstrip()
        whole = Text(" " * (indent if number else indent // 2)) + line
        whole.no_wrap, whole.overflow = True, "ignore"
        yield whole


def _breaks(line: Text, width: int) -> Iterator[int]:
    """Yield where a line goes on in the next one: before a word that does not fit any more."""
    start = 0
    for word in re.finditer(r"\S+", line.plain):
        if word.start() > start and cell_len(line.plain[start : word.end()]) > width:
            start = word.start()
            yield start


def _text(cell: RenderableType) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))
