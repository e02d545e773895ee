"""Household documents from files and plain data, with every problem reported at once.

Values that cannot be read do not hide the rest: they are reported and removed, a placeholder
replaces the ones that are needed, and the rules are checked on what is left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from household_graph.documents.document import (
    SKIP_RULES,
    HouseholdDocument,
    Unreadable,
    problems_of,
)
from household_graph.documents.values import Loc, Problem, field_problems, refuse
from household_graph.documents.yaml_lines import (
    LocatedData,
    existing_part,
    parse_yaml,
    text_in,
    value_at,
)

_PLACEHOLDER = "unreadable"
_PLACEHOLDERS: dict[str | int, Any] = {
    "organization": {"id": _PLACEHOLDER, "time_zone": "UTC"},
    "time_zone": "UTC",
    "role": "BillPayer",
    "kind": "block",
    "audience": "everyone",
}


def read_documents(
    source: str | Path | IO[str] | IO[bytes], name: str | None = None, *, today: date | None = None
) -> list[HouseholdDocument]:
    """Read and check the household documents of a file, separated by `---`.

    Args:
        source: the path of a file, or an open text or binary file, in UTF-8.
        name: what to call the file in messages; None: its path.
        today: the local date as of which minors are determined; None: the current one in the
            time zone of each household.

    Raises:
        DocumentError: with a line for each problem of the file: `FILE:LINE: field: what`.
    """
    called = name or (str(source) if isinstance(source, str | Path) else "document")
    contents, problems = parse_yaml(text_in(source, called))
    if not contents and not problems:
        hint = "see docs/household-documents.md"
        problems = [Problem((), "the file is empty", hint, line=1)]
    documents = []
    for content in contents:
        document, found = document_in(content, today)
        problems += found
        documents += [document] if document else []
    refuse(called, [*problems, *_repeated_households(contents)])
    return documents


def document_of(
    data: Mapping[str, Any], name: str = "document", *, today: date | None = None
) -> HouseholdDocument:
    """Return the document of plain data, checked as a file is; messages have no lines.

    Raises:
        DocumentError: with a line for each problem: `NAME: field: what`.
    """
    document, problems = document_in(LocatedData(_plain(data)), today)
    refuse(name, problems)
    assert document is not None  # noqa: S101 - without problems there is one
    return document


def _plain(value: object) -> object:
    """Return data with dictionaries and lists for all mappings and sequences."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [*map(_plain, value)]
    return value


def _repeated_households(contents: Iterable[LocatedData]) -> Iterator[Problem]:
    """Yield a problem for each document about a household that an earlier one is about."""
    lines: dict[str, int | None] = {}
    for content in contents:
        loc: Loc = ("organization", "id")
        if existing_part(content.data, loc) != loc:
            continue
        own_id, problem = value_at(content.data, loc), content.located(Problem(loc, ""))
        if isinstance(own_id, str) and own_id in lines:
            message = f"a second document about `{own_id}`, the first is on line {lines[own_id]}"
            yield Problem(loc, message, "put them together", line=problem.line)
        elif isinstance(own_id, str):
            lines[own_id] = problem.line


def document_in(
    content: LocatedData, today: date | None = None
) -> tuple[HouseholdDocument | None, list[Problem]]:
    """Return the document of some data and all that is wrong with it; see `read_documents`."""
    data, line = content.data, content.lines.get(())
    if data is None:
        return None, [Problem((), "the document is empty", line=line)]
    if not isinstance(data, dict):
        found = "a list" if isinstance(data, list) else f"`{str(data)[:40]}`"
        message, hint = f"expected a mapping, not {found}", "begin with `organization:`"
        return None, [Problem((), message, hint, line=line)]
    document, readable, errors = _readable(data)
    problems = [content.located(one) for one in field_problems(HouseholdDocument, errors)]
    if document is not None:
        items = {content.located(Problem(one["loc"], "")).loc[:2] for one in errors}
        unreadable = Unreadable(frozenset(items), frozenset({*_ids(data), *_ids(readable)}))
        broken = problems_of(document, unreadable, today=today)
        problems += [LocatedData(readable, content.lines).located(problem) for problem in broken]
    return document, problems


def _readable(data: Any) -> tuple[HouseholdDocument | None, Any, list[ErrorDetails]]:  # noqa: ANN401
    """Return the document of what can be read, its data, and the errors of the whole."""
    first: list[ErrorDetails] | None = None
    replaced: set[Loc] = set()
    while True:
        try:
            return HouseholdDocument.model_validate(data, context=SKIP_RULES), data, first or []
        except ValidationError as error:
            errors = error.errors(include_url=False)
        first = errors if first is None else first
        repaired = _repaired(data, errors, replaced)
        if repaired == data:
            return None, data, first
        data = repaired


def _repaired(data: Any, errors: list[ErrorDetails], replaced: set[Loc]) -> Any:  # noqa: ANN401
    """Return data without the wrong values, and with placeholders for the missing ones.

    A placeholder replaces a wrong item of a list, so that the others keep their places; where it
    is wrong as well, the list is removed.
    """
    repaired, done = data, set[Loc]()
    for error in errors:
        kind, loc = error["type"], error["loc"]
        own_id = "-".join([_PLACEHOLDER, *map(str, loc)])
        if kind != "missing":
            loc = existing_part(data, loc)
            loc = loc[:-1] if loc in replaced else loc
        if not loc or any(loc[:depth] in done for depth in range(1, len(loc) + 1)):
            continue
        done.add(loc)
        if kind == "missing":
            repaired = _changed(repaired, loc, _PLACEHOLDERS.get(loc[-1], own_id))
        elif isinstance(loc[-1], int):
            replaced.add(loc)
            repaired = _changed(repaired, loc, {} if kind.startswith("model") else own_id)
        elif loc[-1] in ("valid_from", "valid_to") and kind != "extra_forbidden":
            repaired = _changed(repaired, loc, None)
        else:
            repaired = _changed(repaired, loc)
    return repaired


def _changed(data: Any, loc: Sequence[str | int], *value: object) -> Any:  # noqa: ANN401
    """Return data with a value put at a location, or without what is there."""
    copy = data.copy()
    if loc[1:]:
        copy[loc[0]] = _changed(data[loc[0]], loc[1:], *value)
    elif value:
        [copy[loc[0]]] = value
    else:
        del copy[loc[0]]
    return copy


def _ids(data: object) -> Iterator[str]:
    """Yield every id that is stated anywhere, and every placeholder."""
    if isinstance(data, str) and data.startswith(_PLACEHOLDER):
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from _ids(item)
    elif isinstance(data, dict):
        if isinstance(data.get("id"), str):
            yield data["id"]
        for item in data.values():
            yield from _ids(item)
