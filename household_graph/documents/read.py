"""Household documents from files and plain data, with every problem reported at once.

Values that cannot be read do not hide the rest: they are reported and removed, a placeholder
replaces the ones that are needed, and the rules are checked on what is left.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.models import DocumentModel
from household_graph.documents.problems import Loc, Problem, field_problems, refuse
from household_graph.documents.reference_rules import Unreadable
from household_graph.documents.rules import problems_of
from household_graph.documents.yaml_nodes import (
    YamlNode,
    changed,
    existing_part,
    located,
    node_of,
    parse_yaml,
    plain,
)
from household_graph.errors import DocumentError
from household_graph.files import read_text, read_whole

_Model = TypeVar("_Model", bound=DocumentModel)
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
    nodes, problems = parse_yaml(_text_in(source, called))
    if not nodes and not problems:
        hint = "see docs/household-documents.md"
        problems = [Problem((), "the file is empty", hint, line=1)]
    documents = []
    for node in nodes:
        document, found = _checked(node, today)
        problems += found
        documents += [document] if document else []
    refuse(called, [*problems, *_repeated_households(nodes)])
    return documents


def document_of(
    data: Mapping[str, Any], name: str = "document", *, today: date | None = None
) -> HouseholdDocument:
    """Return the document of plain data, checked as a file is; messages have no lines.

    Raises:
        DocumentError: with a line for each problem: `NAME: field: what`.
    """
    document, problems = _checked(node_of(data), today)
    refuse(name, problems)
    assert document is not None  # noqa: S101 - without problems there is one
    return document


def read_model(model: type[_Model], source: str | Path, what: str) -> tuple[_Model, YamlNode]:
    """Read and check a YAML file that holds one model; return it with the node of its lines.

    Args:
        model: the class of the model.
        source: the path of the file.
        what: what to call the content in messages, such as `offering`.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    called = str(source)
    nodes, problems = parse_yaml(_text_in(source, called))
    if not problems and len(nodes) != 1:
        problems = [Problem((what,), f"expected one {what}, not {len(nodes)}", line=1)]
    refuse(called, problems)
    try:
        return model.model_validate(plain(nodes[0])), nodes[0]
    except ValidationError as error:
        problems = field_problems(model, error.errors(include_url=False))
        refuse(called, [located(nodes[0], problem) for problem in problems])
        raise  # unreachable: there is a problem for each error


def _text_in(source: str | Path | IO[str] | IO[bytes], name: str) -> str:
    """Return the text of a file, or of an open one."""
    try:
        if isinstance(source, str | Path):
            return read_text(Path(source))
        content: str | bytes = read_whole(cast("IO[Any]", source))
        return content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: document: not UTF-8: the byte 0x{error.object[error.start]:02X}"
        raise DocumentError(message, hint="save the file as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"cannot read `{name}`: {reason.lower()}") from error


def _repeated_households(nodes: list[YamlNode]) -> Iterator[Problem]:
    """Yield a problem for each document about a household that an earlier one is about."""
    lines: dict[str, int | None] = {}
    for node in nodes:
        organization = (node.children or {}).get("organization")
        own_id = ((organization and organization.children) or {}).get("id")
        if own_id is None or not isinstance(own_id.value, str):
            continue
        problem = located(node, Problem(("organization", "id"), ""))
        if own_id.value in lines:
            first = f"the first is on line {lines[own_id.value]}"
            message = f"a second document about `{own_id.value}`, {first}"
            yield Problem(problem.loc, message, "put them together", line=problem.line)
        lines.setdefault(own_id.value, problem.line)


def _checked(node: YamlNode, today: date | None) -> tuple[HouseholdDocument | None, list[Problem]]:
    """Return the document of a node and all that is wrong with it."""
    if node.children is None and node.value is None:
        return None, [Problem((), "the document is empty", line=node.line)]
    if node.children is None or node.is_list:
        found = "a list" if node.is_list else f"`{str(node.value)[:40]}`"
        message, hint = f"expected a mapping, not {found}", "begin with `organization:`"
        return None, [Problem((), message, hint, line=node.line)]
    document, readable, errors = _readable(node)
    problems = [located(node, one) for one in field_problems(HouseholdDocument, errors)]
    if document is not None:
        broken = problems_of(document, today=today, unreadable=_unreadable(node, readable, errors))
        problems += [located(readable, problem) for problem in broken]
    return document, problems


def _readable(node: YamlNode) -> tuple[HouseholdDocument | None, YamlNode, list[ErrorDetails]]:
    """Return the document of what can be read, its node, and the errors of the whole."""
    first: list[ErrorDetails] | None = None
    while True:
        try:
            document = HouseholdDocument.model_validate(plain(node), context=SKIP_RULES)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            return document, node, first or []
        first = first if first is not None else errors
        repaired = _repaired(node, errors)
        if repaired == node:
            return None, node, first
        node = repaired


def _repaired(node: YamlNode, errors: list[ErrorDetails]) -> YamlNode:
    """Return a node without the wrong values, and with placeholders for the missing ones."""
    for error in sorted(errors, key=_last_first, reverse=True):
        loc, kind = error["loc"], error["type"]
        if kind == "missing":
            own_id = "-".join([_PLACEHOLDER, *map(str, loc)])
            node = changed(node, loc, YamlNode(None, _PLACEHOLDERS.get(loc[-1], own_id)))
        elif loc[-1:] in (("valid_from",), ("valid_to",)) and kind != "extra_forbidden":
            node = changed(node, loc, YamlNode(None))
        else:
            node = changed(node, existing_part(node, loc), None)
    return node


def _last_first(error: ErrorDetails) -> list[tuple[int, str]]:
    """Order errors so that removing an item from a list does not move one still to come."""
    return [(step, "") if isinstance(step, int) else (-1, step) for step in error["loc"]]


def _unreadable(whole: YamlNode, readable: YamlNode, errors: list[ErrorDetails]) -> Unreadable:
    """Return what is missing in what is left, by its locations there."""
    if not errors:
        return Unreadable()
    places: set[Loc] = set()
    for section, *item in {located(whole, Problem(one["loc"], "")).loc[:2] for one in errors}:
        content = (readable.children or {}).get(section)
        left = list((content and content.children) or ())
        moved = (left.index(at) if at in left else -1 for at in item if isinstance(at, int))
        places.add((section, *(moved if content and content.is_list else item)))
    ids = frozenset({*_ids(whole), *_ids(readable), *_placeholders(readable)})
    return Unreadable(frozenset(places), ids)


def _ids(node: YamlNode) -> Iterator[str]:
    """Yield every id that is stated anywhere."""
    for key, child in (node.children or {}).items():
        if key == "id" and isinstance(child.value, str):
            yield child.value
        yield from _ids(child)


def _placeholders(node: YamlNode) -> Iterator[str]:
    if isinstance(node.value, str) and node.value.startswith(_PLACEHOLDER):
        yield node.value
    for child in (node.children or {}).values():
        yield from _placeholders(child)
