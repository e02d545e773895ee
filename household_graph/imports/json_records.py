"""Records in JSON: one object a line, or an array of them, over as many lines as it likes."""

import json
import re
from collections.abc import Callable, Iterator
from csv import field_size_limit
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from household_graph.errors import DocumentError
from household_graph.files import LONGEST_LINE, lines_of
from household_graph.imports.byte_streams import LineReader, Parsed, Problem, blocks_of

_ONE_OBJECT = "write one JSON object a line"
_BETWEEN = re.compile(r"[\s,]*")
_SAMPLE = 200  # records whose names are the columns


@dataclass(frozen=True, slots=True)
class JsonTable:
    """Records in JSON: `is_array`, or else one a line; the columns are those of the first ones.

    Nested objects become columns with a dot. A number stays as it is written, but for its decimal
    mark.
    """

    columns: tuple[str, ...]
    is_array: bool = False
    decimal: str = "."

    @property
    def cut(self) -> Callable[[TextIO], Iterator[str]]:
        """What its file is cut into: an array may be one line, of any length."""
        return blocks_of if self.is_array else lines_of

    def parsed(self, lines: LineReader) -> Iterator[Parsed]:
        """Yield the records of a file, of which nothing is read yet.

        Raises:
            DocumentError: if an array cannot be read on, or one of its records is too long.
        """
        decoder = json.JSONDecoder(
            parse_float=lambda text: text.replace(".", self.decimal), parse_int=str
        )
        return _of_array(lines, decoder) if self.is_array else _of_lines(lines, decoder)


def cut_of_json(start: str) -> Callable[[TextIO], Iterator[str]]:
    """Return what a file that starts so is cut into."""
    return JsonTable((), is_array=start.startswith("[")).cut


def json_table(lines: LineReader, start: str, decimal: str) -> JsonTable:
    """Return how a file that starts so is to be read; no columns if it has no record."""
    table = JsonTable((), start.startswith("["), decimal)
    found = (one.found for one in islice(table.parsed(lines), _SAMPLE))
    columns = dict.fromkeys(name for one in found if isinstance(one, dict) for name in one)
    return replace(table, columns=tuple(columns))


def _of_lines(lines: LineReader, decoder: json.JSONDecoder) -> Iterator[Parsed]:
    for line in lines:
        if text := line.text.strip():
            yield Parsed(line.number, text, _values(text, decoder))


def _of_array(lines: LineReader, decoder: json.JSONDecoder) -> Iterator[Parsed]:
    """Yield the elements of an array; at most one of them is in the memory."""
    text, number, is_open = "", 1, False
    for line in lines:
        text += line.text
        if not is_open and text.strip():
            text, is_open = text.lstrip().removeprefix("["), True
        place = 0
        while True:
            begin = _between(text, place)
            if text[begin : begin + 1] in ("", "]"):
                rest = begin
                break
            try:
                _value, end = decoder.raw_decode(text, begin)
            except (ValueError, RecursionError):  # it goes on in the next line, or is wrong
                rest = begin
                break
            first = number + text.count("\n", 0, begin)
            yield Parsed(first, text[begin:end], _values(text[begin:end], decoder))
            place = end
        number += text.count("\n", 0, rest)
        text = text[rest:]
        if len(text) > LONGEST_LINE:
            break
    if text.strip() not in ("]", ""):
        message = f"line {number}: the array of JSON cannot be read from here on"
        raise DocumentError(message, hint="correct it, or write one JSON object a line")


def _between(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place


def _values(text: str, decoder: json.JSONDecoder) -> dict[str, str] | Problem:
    """Return the values of a record by column, or what is wrong with it."""
    try:
        found = decoder.decode(text)
        values = dict(_flattened("", found)) if isinstance(found, dict) else None
    except RecursionError:
        return "it is nested too deep", _ONE_OBJECT
    except ValueError as error:
        return f"it is no JSON: {error}", _ONE_OBJECT
    if values is None:
        return "it is JSON, but no object", _ONE_OBJECT
    problems = map(_problem, (*values, *values.values()))
    return next(filter(None, problems), None) or values


def _problem(written: str) -> Problem | None:
    """Return what is wrong with a name or a value: JSON can escape what no text can hold."""
    if len(written) > field_size_limit():  # as of CSV
        return f"a value has {len(written):,} characters", "leave it out, or shorten it"
    if "\0" in written:
        return "it holds a zero byte", "export it again as text"
    if not written.isascii() and any("\ud800" <= letter <= "\udfff" for letter in written):
        return "it holds half a character (a lone surrogate)", "export it again as UTF-8"
    return None


def _flattened(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flattened(f"{prefix}.{name}" if prefix else name, inner)
    elif value is None:
        yield prefix, ""
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
