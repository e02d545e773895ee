"""Records of files with one JSON object a line."""

import json
from collections.abc import Iterator

from household_graph.imports.records import RawRecord, Rejected
from household_graph.imports.sources.lines import Lines, problem_in


def records_in(lines: Lines, encoding: str, file: str) -> Iterator[RawRecord | Rejected]:
    """Yield the records; objects in objects are columns with a dot, blank lines are no records."""
    for line in lines:
        text = line.text.strip().lstrip("\ufeff")
        if not text:
            continue
        wrong = problem_in(text, encoding)
        found = {} if wrong else _values(text)
        values = found if isinstance(found, dict) else {}
        if isinstance(found, str):
            wrong = found, "write one JSON object a line"
        if wrong := wrong or _unwritable(values):
            yield Rejected(file, line.number, text, "", *wrong)
        else:
            yield RawRecord(file, line.number, text, values)


def _unwritable(values: dict[str, str]) -> tuple[str, str] | None:
    """Return what is wrong with letters that JSON can name and no text can hold."""
    for text in (*values, *values.values()):
        if "\0" in text:
            return "it holds a zero byte", "export it again as text"
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            return "it holds half a character (a lone surrogate)", "export it again as UTF-8"
    return None


def _values(text: str) -> dict[str, str] | str:
    """Return the values of the object of a line by column, or what is wrong with it."""
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
