"""Read files with one JSON object a line."""

import json
from collections.abc import Iterator
from itertools import islice

from household_graph.imports.records import RawRecord, RejectedRecord
from household_graph.imports.sources.byte_streams import LineReader, problem_in


def read_header(lines: LineReader, encoding: str, file: str, sample: int) -> tuple[str, ...]:
    """Return the columns of the first records, in the order in which they appear."""
    records = islice(read_records(lines, encoding, file), sample)
    return tuple(dict.fromkeys(name for one in records for name in one.values))


def read_records(
    lines: LineReader, encoding: str, file: str
) -> Iterator[RawRecord | RejectedRecord]:
    """Yield the records; nested objects become columns with a dot, blank lines are skipped."""
    for line in lines:
        text = line.text.strip().lstrip("\ufeff")
        if not text:
            continue
        problem = problem_in(text, encoding)
        found = {} if problem else _values(text)
        values = found if isinstance(found, dict) else {}
        if isinstance(found, str):
            problem = found, "write one JSON object a line"
        if problem := problem or _unwritable(values):
            yield RejectedRecord(file, line.number, text, "", *problem)
        else:
            yield RawRecord(file, line.number, text, values)


def _unwritable(values: dict[str, str]) -> tuple[str, str] | None:
    """Return what is wrong with characters that JSON can escape and no text can hold."""
    for text in (*values, *values.values()):
        if "\0" in text:
            return "it holds a zero byte", "export it again as text"
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            return "it holds half a character (a lone surrogate)", "export it again as UTF-8"
    return None


def _values(text: str) -> dict[str, str] | str:
    """Return the values of a line by column, or what is wrong with it."""
    try:
        found = json.loads(text)
        return dict(_flat("", found)) if isinstance(found, dict) else "it is JSON, but no object"
    except RecursionError:
        return "it is nested too deep"
    except ValueError as error:  # a number can be too long as well
        return f"it is no JSON: {error}"


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{prefix}.{name}" if prefix else name, inner)
    elif value is None:
        yield prefix, ""
    else:
        yield prefix, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
