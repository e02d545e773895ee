"""Files of questions: JSONL or CSV in, an answer for every line out."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from household_graph.cli.output import Format, counted, emit, emit_each, note, progress
from household_graph.cli.questions import FLAT_COLUMNS, flat_record
from household_graph.engine.decision import Decision
from household_graph.engine.question import Question
from household_graph.errors import BadInputError
from household_graph.files import LineTooLongError, lines_of
from household_graph.model.enums import Action
from household_graph.model.ids import nearest

if TYPE_CHECKING:
    from household_graph.api.household_graph import HouseholdGraph

_AT_A_TIME = 10_000  # questions in memory, however long the file is
_FIELDS = ("party", "target", "action", "device", "at")
_COLUMNS = ("line", *FLAT_COLUMNS, "error")
_Item = tuple[int, Question | BadInputError]
"""The number of a line, and the question it asks or what is wrong with it."""


def answer_batch(graph: "HouseholdGraph", path: Path, output: Format) -> int:
    """Answer every question of a file, in order; return how many could not be answered."""
    counts = {"answered": 0, "failed": 0}

    def answers() -> Iterator[dict[str, Any]]:
        with _opened(path) as stream, progress("questions") as advance:
            items = _items(stream, path)
            while part := list(islice(items, _AT_A_TIME)):
                for record in _answers(graph, part, flat=output in {Format.CSV, Format.TABLE}):
                    counts["answered"] += 1
                    counts["failed"] += "error" in record
                    yield record
                advance(len(part))

    if output is Format.TABLE:
        _emit_tables(answers())
    else:
        emit_each(answers(), output, columns=_COLUMNS)
    note(f"{counted(counts['answered'], 'question')}, {counts['failed']} of them not answered")
    return counts["failed"]


def _emit_tables(records: Iterator[dict[str, Any]]) -> None:
    """Show records as tables of so many that they fit into memory; usually that is one."""
    columns = [name for name in _COLUMNS if name != "reasons"]
    part = list(islice(records, _AT_A_TIME))
    emit(part, Format.TABLE, columns=columns)
    while part := list(islice(records, _AT_A_TIME)):
        emit(part, Format.TABLE, columns=columns)


def _answers(
    graph: "HouseholdGraph", items: Iterable[_Item], *, flat: bool
) -> Iterator[dict[str, Any]]:
    """Yield a record for each item; a question that is wrong has an error instead of an answer."""
    answers = iter(graph.check_many(one for _line, one in items if isinstance(one, Question)))
    for line, one in items:
        outcome = next(answers) if isinstance(one, Question) else one
        if isinstance(outcome, Decision):
            yield {"line": line} | (flat_record(outcome) if flat else outcome.as_dict())
        else:
            yield {"line": line, "error": outcome.message, "hint": outcome.hint}


def _items(stream: TextIO, path: Path) -> Iterator[_Item]:
    """Yield the questions of a JSONL or CSV stream, told apart by the first character."""
    lines = lines_of(stream)
    first = next(lines, "")
    if first.lstrip().startswith("{"):
        for number, line in enumerate(chain([first], lines), start=1):
            if line.strip():
                yield number, _question(line)
        return
    reader = csv.DictReader(chain([first], lines))
    _check_header(reader.fieldnames or (), path)
    for row in reader:
        yield reader.line_num, _question(row)


def _check_header(names: Sequence[str], path: Path) -> None:
    for wanted in ("party", "target"):
        if wanted not in names:
            near = nearest(wanted, names)
            raise BadInputError(
                f"{path}:1: no column `{wanted}`",
                hint=f"is `{near[0]}` meant?" if near else "the first line of a CSV names columns",
            )


def _question(row: str | Mapping[str, Any]) -> Question | BadInputError:
    """Return the question of a row, or what is wrong with it; other fields are ignored."""
    try:
        fields = _parsed(row) if isinstance(row, str) else row
        values = {name: fields.get(name) or None for name in _FIELDS}
        for name, value in values.items():
            if value is None and name in {"party", "target"}:
                return BadInputError(f"no {name}")
            if value is not None and not isinstance(value, str):
                return BadInputError(f"`{name}` is not text: `{value}`")
        return Question(**values | {"action": values["action"] or Action.USE})
    except BadInputError as error:
        return error


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInputError(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number too long, or nested too deep
        raise BadInputError(f"not JSON that can be read: {error}") from error
    if not isinstance(row, dict):
        raise BadInputError("not a JSON object", hint='write {"party": …, "target": …}')
    return row


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Yield a file, or stdin for `-`; what cannot be read is an error that names it."""
    try:
        if str(path) == "-":
            yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
            return
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield stream
    except UnicodeDecodeError as error:
        raise BadInputError(f"`{path}` is not UTF-8", hint="save it as UTF-8") from error
    except csv.Error as error:
        raise BadInputError(f"`{path}` is not a CSV: {error}") from error
    except LineTooLongError as error:
        raise BadInputError(f"`{path}`: {error}", hint="write one question a line") from error
    except OSError as error:
        raise BadInputError(f"cannot read `{path}`: {error.strerror}") from error
