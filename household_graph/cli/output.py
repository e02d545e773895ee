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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from math import isfinite
from textwrap import indent
from typing import TYPE_CHECKING, Any

from household_graph.errors import BadInputError
from household_graph.model.printable import escape_unprintable, printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

# What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[=@]|[+-](?![\d\s.,()]*$)")
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
    picture: "RenderableType | None" = None,
    single: bool = False,
) -> None:
    """Write records to stdout.

    Args:
        records: what JSON can say; a number that is none, such as NaN, is written as null.
        output: in which format.
        columns: the ones for csv and table; None: all keys of the first record.
        picture: what to show instead of a plain table.
        single: whether the one record is written as an object, not as a list of one.
    """
    if output is Format.TABLE:
        show(picture if picture is not None else table(records, columns))
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


def _json(value: object, indent: int | None = None) -> str:
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, ensure_ascii=False)
    return escape_unprintable(text)


def _json_list(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "["
    for record in records:
        yield before + "\n" + indent(_json(record, indent=2), "  ")
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _yaml_list(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    some = False
    for record in records:
        some = True
        yield _yaml([record])
    if not some:
        yield "[]\n"


def _csv_lines(
    records: Iterable[Mapping[str, Any]], columns: Sequence[str] | None
) -> Iterator[str]:
    """Yield the lines of a csv; its header too where there are no records, if columns are known."""
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
    """Return a cell that no spreadsheet runs: an apostrophe stands before a formula.

    A list is a JSON array, as its members may hold any sign that could stand between them.
    """
    if isinstance(value, list | tuple):
        return _json(value)
    cell = printable(flat(_finite(value)))
    return f"'{cell}" if isinstance(value, str) and _FORMULA.match(cell) else cell


def _finite(value: object) -> object:
    """Return a value with None in the place of numbers that JSON does not know."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def flat(value: object) -> str:
    """Return a value as one cell of a table: lists apart by spaces, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(map(flat, value))
    return _json(value) if isinstance(value, dict) else str(value)


def table(records: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> "Table":
    """Return records as a Rich table that folds long values and cuts none."""
    names = list(columns or (records[0] if records else ()))
    grid = empty_table(name.replace("_", " ") for name in names)
    for record in records:
        grid.add_row(*(plain(flat(record.get(name))) for name in names))
    return grid


def empty_table(columns: Iterable[str]) -> "Table":
    """Return a table without rows, in the one form that all tables have."""
    from rich import box
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        grid.add_column(plain(column), overflow="fold")
    return grid


def plain(value: object, style: str = "") -> "Text":
    """Return text that is shown as it is: markup and control characters in it do nothing."""
    from rich.text import Text

    return Text(printable(str(value)), style=style)


def counted(count: int, word: str) -> str:
    """Return a number with what it counts: `1 merge`, `7,043 households`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def show(picture: "RenderableType") -> None:
    """Show something made with Rich on stdout."""
    stdout_console().print(picture)


def show_text(text: str, language: str) -> None:
    """Show a file in a language: in colours where there are any, and in no other way changed."""
    from rich.syntax import ANSI_DARK, ANSISyntaxTheme, Syntax

    # Pygments takes the `$` of a parameter for an error.
    theme = ANSISyntaxTheme(
        {kind: look for kind, look in ANSI_DARK.items() if kind[-1:] != ("Error",)}
    )
    coloured = Syntax("", language, theme=theme).highlight(printable(text))
    stdout_console().print(coloured, end="", soft_wrap=True)


def write(text: str) -> None:
    """Write text to stdout as it is, but for control characters; tabs may part columns."""
    sys.stdout.write("\t".join(map(printable, text.split("\t"))))


def note(message: str) -> None:
    """Say something on stderr that is not data."""
    stderr_console().print(plain(message, style="dim"))


def error(message: str, hint: str | None = None) -> None:
    """Say on stderr what is wrong, and what to do about it."""
    console = stderr_console()
    console.print(plain("error: ", style="bold red") + plain(message))
    if hint:
        console.print(plain("hint: ", style="bold cyan") + plain(hint))


def confirm(question: str) -> bool:
    """Ask a yes-or-no question on stderr; no terminal to ask on means no."""
    if not sys.stdin.isatty():
        return False
    import typer

    return typer.confirm(question, err=True)


def ask(prompt: str) -> str | None:
    """Ask on stderr for one line of text, and read it; None at the end of the input.

    Raises:
        BadInputError: if it is not UTF-8.
    """
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
    """Show how far something has come on stderr, on a terminal only.

    Where the total is known: a bar, how much is done, how fast, and the time left; otherwise for
    how long it has been going on. Yields a function that takes what more is done.
    """
    from rich.progress import Progress

    from household_graph.cli.progress_columns import columns_for

    console = stderr_console()
    hidden = not console.is_terminal
    columns = columns_for(known=total is not None)
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(description, total=total)
        yield lambda steps=1: bar.advance(task, steps)


def stdout_console() -> "Console":
    """Return a console for data; made anew, for tests and pipes put other streams in place."""
    return _console(sys.stdout)


def stderr_console() -> "Console":
    """Return a console for all that is not data."""
    return _console(sys.stderr)


def _console(stream: Any) -> "Console":  # noqa: ANN401 - a text stream of any kind
    from rich.console import Console

    width = None if stream.isatty() or "COLUMNS" in os.environ else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def _yaml(data: object) -> str:
    """Return data as YAML; text that is not to be shown as it is stands escaped in quotes."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    def ready(value: object) -> object:
        if isinstance(value, str):
            return value if printable(value) == value else DoubleQuotedScalarString(value)
        if isinstance(value, Mapping):
            return {ready(name): ready(part) for name, part in value.items()}
        return [ready(part) for part in value] if isinstance(value, list | tuple) else value

    yaml = YAML(typ="rt")
    yaml.width = _WIDE
    yaml.representer.sort_base_mapping_type_on_output = False
    text = io.StringIO()
    yaml.dump(ready(_finite(data)), text)
    return escape_unprintable(text.getvalue(), beyond="\\U{:08x}")
