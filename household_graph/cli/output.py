"""The only module that prints: data on stdout, everything else on stderr.

What is printed does not depend on being on a terminal, except for colour and width: a table that
goes to a file or a pipe is as wide as it needs to be, so that no id is ever cut.
"""

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum, StrEnum
from math import isfinite
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from household_graph.errors import BadInputError
from household_graph.model.printable import escape_unprintable, printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import ProgressColumn
    from rich.table import Table
    from rich.text import Text

# What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s.,()]*$)")
_CHOICES = 12  # so many are named in a question
_WIDE = 10_000  # columns off a terminal: wider than any table


class Format(StrEnum):
    """How data is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    YAML = "yaml"


def emit(
    records: Sequence[Mapping[str, Any]],
    output: Format,
    *,
    columns: Sequence[str] | None = None,
    picture: Callable[[], "RenderableType"] | None = None,
    single: bool = False,
) -> None:
    """Write records to stdout.

    Args:
        records: JSON-compatible; numbers that JSON lacks, such as NaN, are written as null.
        output: the format.
        columns: those of csv and table; None: all keys of the first record.
        picture: returns what to show instead of a plain table.
        single: whether the only record is written as an object, not as a list of one.
    """
    if output is Format.TABLE:
        show(picture() if picture else table(records, columns))
    elif single and output is Format.JSON:
        write(_json(records[0], indent=2) + "\n")
    elif single and output is Format.YAML:
        write(_yaml(records[0]))
    else:
        emit_each(records, output, columns=columns)


def emit_each(
    records: Iterable[Mapping[str, Any]], output: Format, *, columns: Sequence[str] | None = None
) -> None:
    """Write records as they come, in any format but a table; see `emit`."""
    if output is Format.CSV:
        texts = _csv_lines(records, columns)
    elif output is Format.YAML:
        texts = _yaml_list(records)
    elif output is Format.JSON:
        texts = _json_list(records)
    else:
        texts = (_json(record) + "\n" for record in records)
    for text in texts:
        sys.stdout.write(text)
    sys.stdout.flush()


def record_of(one: object, *fields: str) -> dict[str, Any]:
    """Return fields of an object as JSON has them: enums as their values, tuples as lists."""
    record: dict[str, Any] = {}
    for name in fields:
        value = getattr(one, name)
        value = value.value if isinstance(value, Enum) else value
        record[name] = list(value) if isinstance(value, tuple) else value
    return record


def _json(value: object, indent: int | None = None) -> str:
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, ensure_ascii=False)
    return escape_unprintable(text)


def _json_list(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    separator = "["
    for record in records:
        yield separator + "\n" + indent(_json(record, indent=2), "  ")
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _yaml_list(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    is_empty = True
    for record in records:
        is_empty = False
        yield _yaml([record])
    if is_empty:
        yield "[]\n"


def _csv_lines(
    records: Iterable[Mapping[str, Any]], columns: Sequence[str] | None
) -> Iterator[str]:
    """Yield the lines of a csv; without records its header, if columns are given."""
    names = list(columns or ())
    if names:
        yield _csv_line(names)
    for record in records:
        if not names:
            names = list(record)
            yield _csv_line(names)
        yield _csv_line([record.get(name) for name in names])


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_cell, values))
    return line.getvalue()


def _cell(value: object) -> str:
    """Return a cell that no spreadsheet runs: a formula begins with an apostrophe.

    A list is a JSON array, since its items may hold any separator.
    """
    if isinstance(value, list | tuple):
        return _json(value)
    cell = printable(flat(_finite(value)))
    return f"'{cell}" if isinstance(value, str) and _FORMULA.match(cell) else cell


def _finite(value: object) -> object:
    """Return a value with None in place of numbers that JSON lacks."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def flat(value: object) -> str:
    """Return a value as one cell of a table: lists separated by spaces, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(map(flat, value))
    return _json(value) if isinstance(value, dict) else str(value)


def table(records: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> "Table":
    """Return records as a Rich table that folds long values between words."""
    names = list(columns or (records[0] if records else ()))
    rows = ([flat(record.get(name)) for name in names] for record in records)
    return table_of([name.replace("_", " ") for name in names], rows)


def table_of(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> "Table":
    """Return a table of cells, which are texts of Rich, or anything to be shown as it is."""
    from rich.text import Text

    grid = empty_table(columns)
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else plain(cell) for cell in row))
    return grid


def empty_table(columns: Iterable[str]) -> "Table":
    """Return a table without rows, in the style of all tables: no word in it is broken."""
    from rich import box

    from household_graph.cli.fitted_table import FittedTable

    grid = FittedTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        grid.add_column(plain(column), overflow="fold")
    return grid


def plain(value: object, style: str = "") -> "Text":
    """Return text that is shown as it is: without markup or control characters."""
    from rich.text import Text

    return Text(printable(str(value)), style=style)


def counted(count: int, word: str) -> str:
    """Return a number with its noun: `1 merge`, `7,043 households`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def show(picture: "RenderableType") -> None:
    """Show something made with Rich on stdout; a word that is wider than it is not cut."""
    stdout_console().print(picture, crop=False)


def show_text(text: str, language: str) -> None:
    """Show the text of a file unchanged, with syntax colours where stdout has colours."""
    from rich.syntax import ANSI_DARK, ANSISyntaxTheme, Syntax

    # Pygments mistakes the `$` of a parameter for an error.
    styles = {kind: style for kind, style in ANSI_DARK.items() if kind[-1:] != ("Error",)}
    theme = ANSISyntaxTheme(styles)
    coloured = Syntax("", language, theme=theme).highlight(printable(text))
    stdout_console().print(coloured, end="", soft_wrap=True)


def write(text: str) -> None:
    """Write text to stdout as it is, but for control characters; tabs may separate columns."""
    sys.stdout.write("\t".join(map(printable, text.split("\t"))))


def write_picture(path: Path, content: str) -> None:
    """Write a picture to a file, replacing an earlier one, and print the path."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file with --to"
        ) from error
    write(f"{path}\n")


def note(message: str) -> None:
    """Print a message on stderr."""
    stderr_console().print(plain(message, style="dim"))


def error(message: str, hint: str | None = None) -> None:
    """Print an error on stderr, and what to do about it."""
    console = stderr_console()
    console.print(plain("error: ", style="bold red") + plain(message))
    if hint:
        console.print(plain("hint: ", style="bold cyan") + plain(hint))


def confirm(question: str) -> bool:
    """Ask a yes-or-no question on stderr; without a terminal the answer is no."""
    if not sys.stdin.isatty():
        return False
    import typer

    return typer.confirm(question, err=True)


def ask_for(question: str, choices: Sequence[str]) -> str | None:
    """Ask for a value on stderr, and propose the first choice; without a terminal it is None."""
    if not sys.stdin.isatty():
        return None
    import typer

    others = f" ({', '.join(choices)})" if 1 < len(choices) <= _CHOICES else ""
    answer: str = typer.prompt(question + others, default=next(iter(choices), None), err=True)
    return answer


def ask(prompt: str) -> str | None:
    """Ask on stderr for one line of text, and return it; None at the end of the input."""
    console = stderr_console()
    console.print(plain(prompt, "bold"), end="")
    line = sys.stdin.buffer.readline()
    if not line:
        console.print()
    try:
        return line.decode() if line else None
    except UnicodeDecodeError as error:
        raise BadInputError("the answer is not UTF-8", hint="type it once more") from error


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Any]:
    """Show progress on stderr, on a terminal only.

    With a known total: a bar, the number done, the rate and the time left; otherwise the number
    done and the time elapsed. Yields a function that adds to the number done.
    """
    from rich.progress import Progress

    console = stderr_console()
    columns = _progress_columns(is_total_known=total is not None)
    is_hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_hidden) as bar:
        task = bar.add_task(description, total=total)
        yield lambda steps=1: bar.advance(task, steps)


def _progress_columns(*, is_total_known: bool) -> "Iterable[ProgressColumn]":
    from rich import progress
    from rich.table import Column

    class Rate(progress.ProgressColumn):
        """The number done per second, such as `240/s`."""

        def render(self, task: progress.Task) -> "Text":
            speed = task.finished_speed or task.speed
            return plain(f"{speed:,.0f}/s" if speed else "", "progress.data.speed")

    class Done(progress.ProgressColumn):
        """The number done; nothing before the first."""

        def render(self, task: progress.Task) -> "Text":
            return plain(f"{task.completed:,.0f}" if task.completed else "", "progress.download")

    description = progress.TextColumn("{task.description}", markup=False)
    if not is_total_known:
        return progress.SpinnerColumn(), description, Done(), progress.TimeElapsedColumn()

    def whole() -> Column:
        return Column(no_wrap=True)  # where there is little room, the bar is cut, not the numbers

    return (
        description,
        progress.BarColumn(bar_width=20),
        progress.TextColumn(
            "{task.completed:,.0f}/{task.total:,.0f}",
            style="progress.download",
            table_column=whole(),
        ),
        Rate(whole()),
        progress.TimeRemainingColumn(compact=True, table_column=whole()),
    )


def stdout_console() -> "Console":
    """Return a console for data; a new one each time, as tests and pipes replace the stream."""
    return _console(sys.stdout)


def stderr_console() -> "Console":
    """Return a console for messages."""
    return _console(sys.stderr)


def _console(stream: Any) -> "Console":  # noqa: ANN401 - a text stream of any kind
    from rich.console import Console

    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def _yaml(data: object) -> str:
    """Return data as YAML, with control characters escaped in quotes."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    def quoted(value: object) -> object:
        if isinstance(value, str):
            return value if printable(value) == value else DoubleQuotedScalarString(value)
        if isinstance(value, Mapping):
            return {quoted(name): quoted(part) for name, part in value.items()}
        return [quoted(part) for part in value] if isinstance(value, list | tuple) else value

    yaml = YAML(typ="rt")
    yaml.width = _WIDE
    yaml.representer.sort_base_mapping_type_on_output = False
    text = io.StringIO()
    yaml.dump(quoted(_finite(data)), text)
    return escape_unprintable(text.getvalue(), beyond="\\U{:08x}")
