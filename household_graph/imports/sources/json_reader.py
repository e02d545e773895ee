"""Read files with one JSON object a line."""

import json
from collections.abc import Iterator
from itertools import islice

from household_graph.imports.sources.byte_streams import LineReader, Parsed, Problem


def read_header(lines: LineReader, sample: int) -> tuple[str, ...]:
    """Return the columns of the first records, in the order in which they appear."""
    found = (record.found for record in islice(read_records(lines), sample))
    return tuple(dict.fromkeys(name for one in found if isinstance(one, dict) for name in one))


def read_records(lines: LineReader) -> Iterator[Parsed]:
    """Yield the records; nested objects become columns with a dot, blank lines are skipped."""
    for line in lines:
        if text := line.text.strip().lstrip("\ufeff"):
            yield Parsed(line.number, text, _values(text))


def _values(text: str) -> dict[str, str] | Problem:
    """Return the values of a line by column, or what is wrong with it."""
    hint = "write one JSON object a line"
    try:
        found = json.loads(text)
        values = dict(_flat("", found)) if isinstance(found, dict) else None
    except RecursionError:
        return "it is nested too deep", hint
    except ValueError as error:  # a number can be too long as well
        return f"it is no JSON: {error}", hint
    if values is None:
        return "it is JSON, but no object", hint
    for written in (*values, *values.values()):  # JSON can escape what no text can hold
        if "\0" in written:
            return "it holds a zero byte", "export it again as text"
        if not written.isascii() and any("\ud800" <= letter <= "\udfff" for letter in written):
            return "it holds half a character (a lone surrogate)", "export it again as UTF-8"
    return values


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
    elif value is None:
        yield prefix, ""
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
