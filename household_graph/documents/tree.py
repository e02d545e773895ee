"""YAML as a tree that knows its lines, so that whatever is wrong can be pointed at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from household_graph.documents.problems import Loc


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar.

    Attributes:
        line: the line it is on, from 1; None if it comes from no file.
        value: text, a number, a truth value or None.
    """

    line: int | None
    value: Any


@dataclass(frozen=True, slots=True)
class Collection:
    """A mapping or a list.

    Attributes:
        line: the line it starts on, from 1; None if it comes from no file.
        children: what is in it, by key, or by place from 0. A list that has lost an item keeps
            the places of the others.
        key_lines: the lines of the keys of a mapping.
        is_list: whether it is a list.
        size: how many nodes there are in it, itself among them, aliases written out.
    """

    line: int | None
    children: Mapping[str | int, "Node"]
    is_list: bool
    key_lines: Mapping[str | int, int] = field(default_factory=dict)
    size: int = 1


Node = Leaf | Collection


def tree_of(value: object) -> Node:
    """Return the tree of plain data that comes from no file."""
    if isinstance(value, Mapping):
        return Collection(None, {str(key): tree_of(item) for key, item in value.items()}, False)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return Collection(None, {place: tree_of(item) for place, item in enumerate(value)}, True)
    return Leaf(None, value)


def plain(node: Node) -> Any:  # noqa: ANN401 - whatever a file holds
    """Return a tree as plain data."""
    if isinstance(node, Leaf):
        return node.value
    if node.is_list:
        return [plain(child) for child in node.children.values()]
    return {key: plain(child) for key, child in node.children.items()}


def _steps(node: Node, loc: Loc) -> tuple[Loc, list[Node]]:
    """Walk as far as the tree goes; return the keys walked and the nodes, first the root."""
    keys: list[str | int] = []
    nodes = [node]
    for step in loc:
        if isinstance(node, Leaf):
            break
        key = list(node.children)[step] if node.is_list and isinstance(step, int) else step
        if key not in node.children:
            break
        node = node.children[key]
        keys.append(key)
        nodes.append(node)
    return tuple(keys), nodes


def within(root: Node, loc: Loc) -> Loc:
    """Return a place cut to what there is in the tree: a step into a scalar is none."""
    return loc[: len(_steps(root, loc)[0])]


def line_of(root: Node, loc: Loc) -> int | None:
    """Return the line of a place: of its key, of its item, or of what it is missing from."""
    keys, nodes = _steps(root, loc)
    if not keys:
        return root.line
    holder = nodes[-2]
    lines = holder.key_lines if isinstance(holder, Collection) else {}
    return lines.get(keys[-1], nodes[-1].line)


def path_in(root: Node, loc: Loc) -> Loc:
    """Return a place as the file has it: without steps into a scalar, places as at first."""
    keys, nodes = _steps(root, loc)
    last = nodes[-1]
    missing = isinstance(last, Collection) and not last.is_list
    return (*keys, *loc[len(keys) : len(keys) + 1]) if missing else keys


def changed(node: Node, loc: Loc, leaf: Leaf | None) -> Node:
    """Return a tree with a leaf put in a place, or with what is there taken out (None)."""
    if not loc or isinstance(node, Leaf):
        return node
    step, rest = loc[0], loc[1:]
    children = dict(node.children)
    key = list(children)[step] if node.is_list and isinstance(step, int) else step
    if rest and key in children:
        children[key] = changed(children[key], rest, leaf)
    elif leaf is not None:
        children[key] = leaf
    else:
        children.pop(key, None)
    return replace(node, children=children)
