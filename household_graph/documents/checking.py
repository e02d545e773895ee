"""All that is wrong with a document at once: values that cannot be read do not hide the rest.

Values that are wrong are reported and taken out; where one is needed, another stands in for it.
On what is left the rules are tried.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from household_graph.documents.document import UNCHECKED, HouseholdDocument
from household_graph.documents.field_problems import field_problems
from household_graph.documents.problems import Loc, Problem, path_of
from household_graph.documents.rules import problems_of
from household_graph.documents.rules.damage import Damage
from household_graph.documents.tree import (
    Collection,
    Leaf,
    Node,
    changed,
    line_of,
    path_in,
    plain,
    within,
)
from household_graph.documents.yaml_events import Finding

_GHOST = "unreadable"
_STAND_INS: dict[str | int, Any] = {
    "organization": {"id": _GHOST, "time_zone": "UTC"},
    "time_zone": "UTC",
    "role": "BillPayer",
    "kind": "block",
    "audience": "everyone",
}


def check(tree: Node, today: date | None) -> tuple[HouseholdDocument | None, list[Finding]]:
    """Return the document of a tree and all that is wrong with it.

    Args:
        tree: a mapping; with anything else, only that is reported.
        today: see `read_documents`.
    """
    document, left, errors = _readable(tree)
    problems = field_problems(HouseholdDocument, errors)
    findings = [finding_of(tree, problem) for problem in problems]
    if document is not None:
        broken = problems_of(document, today=today, damage=_damage(tree, left, errors))
        findings += [finding_of(left, problem) for problem in broken]
    return document, findings


def _readable(tree: Node) -> tuple[HouseholdDocument | None, Node, list[ErrorDetails]]:
    """Return a document of what can be read, the tree of it, and the errors of the whole."""
    first: list[ErrorDetails] | None = None
    while True:
        try:
            document = HouseholdDocument.model_validate(plain(tree), context=UNCHECKED)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            return document, tree, first or []
        first = first if first is not None else errors
        mended = _mended(tree, errors)
        if mended == tree:
            return None, tree, first
        tree = mended


def _mended(tree: Node, errors: list[ErrorDetails]) -> Node:
    """Return a tree without the values that are wrong, and with those that are missing."""
    for error in sorted(errors, key=_last_first, reverse=True):
        loc, kind = error["loc"], error["type"]
        if kind == "missing":
            tree = changed(tree, loc, Leaf(None, _STAND_INS.get(loc[-1], _ghost(loc))))
        elif loc[-1:] in (("valid_from",), ("valid_to",)) and kind != "extra_forbidden":
            tree = changed(tree, loc, Leaf(None, None))
        else:
            tree = changed(tree, within(tree, loc), None)
    return tree


def _ghost(loc: Loc) -> str:
    """Return an id for something that has none that can be read."""
    return "-".join([_GHOST, *map(str, loc)])


def _last_first(error: ErrorDetails) -> list[tuple[int, str]]:
    """Order errors so that taking one out of a list moves none that is still to come."""
    return [(step, "") if isinstance(step, int) else (-1, step) for step in error["loc"]]


def _damage(whole: Node, left: Node, errors: list[ErrorDetails]) -> Damage:
    """Return what is missing in what is left, by its places there."""
    if not errors:
        return Damage()
    touched = {path_in(whole, error["loc"])[:2] for error in errors}
    items = {loc for loc in touched if len(loc) == 1 or not isinstance(loc[1], int)}
    for section, name in touched - items:
        there = left.children.get(section) if isinstance(left, Collection) else None
        kept = list(there.children) if isinstance(there, Collection) else []
        items.add((section, kept.index(name) if name in kept else -1))
    return Damage(frozenset(items), frozenset({*_ids(whole), *_ids(left), *_references(left)}))


def _ids(node: Node) -> Iterator[str]:
    """Yield every id that is stated anywhere."""
    if isinstance(node, Collection):
        for key, child in node.children.items():
            if key == "id" and isinstance(child, Leaf) and isinstance(child.value, str):
                yield child.value
            yield from _ids(child)


def _references(node: Node) -> Iterator[str]:
    """Yield every text that stands in for a reference."""
    if isinstance(node, Leaf):
        if isinstance(node.value, str) and node.value.startswith(_GHOST):
            yield node.value
    else:
        for child in node.children.values():
            yield from _references(child)


def finding_of(tree: Node, problem: Problem) -> Finding:
    """Return a problem with the line and the path of its place in a file."""
    message = problem.message
    if problem.other is not None:
        line = line_of(tree, problem.other)
        where = f"at {path_of(path_in(tree, problem.other))}" if line is None else f"on line {line}"
        message = f"{message} {where}"
    path = path_of(path_in(tree, problem.loc))
    return Finding(line_of(tree, problem.loc), path, message, problem.hint)
