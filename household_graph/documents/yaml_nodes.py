"""YAML text as nodes that know their lines, so that every problem can be located.

ruamel.yaml composes the text; nothing in a file can make that run away: its depth is limited, and
so is the number of values that aliases multiply to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from household_graph.documents.problems import Loc, Problem

_MAX_DEPTH = 31  # a document needs 8
_MAX_ALIASED = 10_000  # nodes that aliases may multiply to in one document
_UNTAGGED = "untagged"
_UNKNOWN_ALIAS = "unknown alias"
_STANDARD = "tag:yaml.org,2002:"
_TAGS = {
    ScalarNode: (_UNTAGGED, _UNKNOWN_ALIAS, "!", f"{_STANDARD}str"),
    SequenceNode: (_UNTAGGED, f"{_STANDARD}seq"),
    MappingNode: (_UNTAGGED, f"{_STANDARD}map"),
}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A scalar, a mapping or a list.

    Attributes:
        line: the line it starts on, from 1; None if it comes from no file.
        value: of a scalar: text, a number, a boolean or None.
        children: what a mapping or a list holds, by key, or by position from 0; None for a
            scalar. A list from which an item was removed keeps the positions of the others.
        is_list: whether it is a list.
        key_lines: the lines of the keys of a mapping.
        size: the number of nodes in it, itself included, with aliases expanded.
    """

    line: int | None
    value: Any = None
    children: Mapping[str | int, "YamlNode"] | None = None
    is_list: bool = False
    key_lines: Mapping[str | int, int] = field(default_factory=dict)
    size: int = 1


def node_of(value: object) -> YamlNode:
    """Return plain data that comes from no file as a node without lines."""
    if isinstance(value, Mapping):
        return YamlNode(None, children={str(key): node_of(item) for key, item in value.items()})
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return YamlNode(None, children=dict(enumerate(map(node_of, value))), is_list=True)
    return YamlNode(None, value)


def plain(node: YamlNode) -> Any:  # noqa: ANN401 - whatever a file holds
    """Return a node as plain data."""
    if node.children is None:
        return node.value
    if node.is_list:
        return [plain(child) for child in node.children.values()]
    return {key: plain(child) for key, child in node.children.items()}


def _resolve(root: YamlNode, loc: Loc) -> tuple[Loc, list[YamlNode]]:
    """Follow a location as far as it exists; return the keys and the nodes, the root first."""
    keys: list[str | int] = []
    nodes = [root]
    for step in loc:
        key = _key_at(nodes[-1], step)
        if key not in (nodes[-1].children or {}):
            break
        keys.append(key)
        nodes.append((nodes[-1].children or {})[key])
    return tuple(keys), nodes


def _key_at(node: YamlNode, step: str | int) -> str | int:
    """Return the key of a child: in a list, the position that the file gave it."""
    return list(node.children or ())[step] if node.is_list and isinstance(step, int) else step


def existing_part(root: YamlNode, loc: Loc) -> Loc:
    """Return the part of a location that exists; a step into a scalar does not."""
    return loc[: len(_resolve(root, loc)[0])]


def located(root: YamlNode, problem: Problem) -> Problem:
    """Return a problem with the line and the path that its location has in the file.

    The line is that of the key, of the item, or of what the value is missing from.
    """
    message = problem.message
    if problem.other is not None:
        other = located(root, Problem(problem.other, ""))
        message += f" at {other.path}" if other.line is None else f" on line {other.line}"
    keys, nodes = _resolve(root, problem.loc)
    line = nodes[-2].key_lines.get(keys[-1], nodes[-1].line) if keys else root.line
    is_mapping = nodes[-1].children is not None and not nodes[-1].is_list
    missing = problem.loc[len(keys) : len(keys) + 1] if is_mapping else ()
    return Problem((*keys, *missing), message, problem.hint, line=line)


def changed(node: YamlNode, loc: Loc, child: YamlNode | None) -> YamlNode:
    """Return a node with a child put at a location, or with what is there removed (None)."""
    if not loc or node.children is None:
        return node
    children = dict(node.children)
    key = _key_at(node, loc[0])
    if loc[1:] and key in children:
        children[key] = changed(children[key], loc[1:], child)
    elif child is not None:
        children[key] = child
    else:
        children.pop(key, None)
    return replace(node, children=children)


def parse_yaml(text: str) -> tuple[list[YamlNode], list[Problem]]:
    """Return the documents of a YAML 1.2 text, and what is wrong with it as YAML.

    After a syntax error, the documents before it are returned.
    """
    nodes: list[YamlNode] = []
    problems: list[Problem] = []
    try:
        for root in _compose(text):
            nodes.append(_Converter(problems).node(root, ()))  # noqa: PERF401 - keeps those before an error
    except _UnreadableError as error:
        problems.append(error.problem)
    return nodes, problems


class _UnreadableError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, line: int, message: str, hint: str | None = None, loc: Loc = ()) -> None:
        super().__init__(message)
        self.problem = Problem(loc, message, hint, line=line)


class _Composer(Composer):
    """Composes an undefined alias as a node, which can be located, in place of raising."""

    def __init__(self, loader: Any = None) -> None:  # noqa: ANN401 - of ruamel.yaml
        super().__init__(loader)
        self.warn_double_anchors = False

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 - of ruamel.yaml
        event = self.parser.peek_event()
        if isinstance(event, AliasEvent) and event.anchor not in self.anchors:
            self.parser.get_event()
            return ScalarNode(Tag(suffix=_UNKNOWN_ALIAS), event.anchor, event.start_mark)
        return super().compose_node(parent, index)


class _Resolver(VersionedResolver):
    """Marks what has no explicit tag; a quoted scalar is text."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:  # noqa: ANN401, ARG002
        is_text = kind is ScalarNode and not implicit[0]
        return Tag(suffix=f"{_STANDARD}str" if is_text else _UNTAGGED)


def _compose(text: str) -> Iterator[Any]:
    """Yield the root nodes of ruamel.yaml; raise _UnreadableError where the text is no YAML."""
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = _MAX_DEPTH
    yaml.Composer, yaml.Resolver = _Composer, _Resolver
    try:
        yield from yaml.compose_all(text)
    except MaxDepthExceededError as error:
        raise _UnreadableError(_line(error), "nested too deep to be a document") from error
    except MarkedYAMLError as error:
        what = " ".join(filter(None, [error.context, error.problem]))
        raise _UnreadableError(_line(error), f"not YAML: {what}") from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"the character U+{error.character:04X} is not allowed"
        raise _UnreadableError(line, f"not YAML: {what}") from error
    except (YAMLError, ValueError, IndexError, AttributeError, TypeError) as error:
        # what ruamel.yaml raises for text that is far from YAML, such as `%YAML x`
        raise _UnreadableError(1, f"not YAML: {error}") from error


def _line(error: MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


class _Converter:
    """Converts the nodes of ruamel.yaml in one document."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._converted: dict[int, YamlNode | None] = {}
        self._aliased = 0

    def node(self, source: Any, loc: Loc) -> YamlNode:  # noqa: ANN401 - of ruamel.yaml
        line = source.start_mark.line + 1
        if id(source) in self._converted:
            return self._alias(source, self._converted[id(source)], loc)
        if source.tag not in _TAGS[type(source)]:
            self._report(line, loc, f"the tag `{source.tag}` means nothing here", "leave it out")
        self._converted[id(source)] = None  # until it is complete, an alias to it is recursive
        if isinstance(source, MappingNode):
            node = self._mapping(source, line, loc)
        elif isinstance(source, SequenceNode):
            items = [self.node(item, (*loc, at)) for at, item in enumerate(source.value)]
            size = 1 + sum(item.size for item in items)
            node = YamlNode(line, children=dict(enumerate(items)), is_list=True, size=size)
        else:
            if source.tag == _UNKNOWN_ALIAS:
                self._report_alias(source.value, line, loc)
            node = YamlNode(line, _scalar(source))
        self._converted[id(source)] = node
        return node

    def _alias(self, source: Any, node: YamlNode | None, loc: Loc) -> YamlNode:  # noqa: ANN401
        line = source.start_mark.line + 1
        if node is None:
            self._report_alias(source.anchor, line, loc)
            return YamlNode(line)
        self._aliased += node.size
        if self._aliased > _MAX_ALIASED:
            message = f"aliases expand to more than {_MAX_ALIASED} values"
            raise _UnreadableError(line, message, "write them out", loc)
        return node

    def _mapping(self, source: Any, line: int, loc: Loc) -> YamlNode:  # noqa: ANN401
        children: dict[str | int, YamlNode] = {}
        lines: dict[str | int, int] = {}
        for key_node, value in source.value:
            key, key_line = self._key(key_node, loc), key_node.start_mark.line + 1
            child = self.node(value, (*loc, key))
            if key in lines:
                message = f"duplicate key `{key}`, already used on line {lines[key]}"
                self._report(key_line, (*loc, key), message, "leave one out")
            else:
                children[key], lines[key] = child, key_line
        size = 1 + sum(child.size for child in children.values())
        return YamlNode(line, children=children, key_lines=lines, size=size)

    def _key(self, source: Any, loc: Loc) -> str:  # noqa: ANN401
        if isinstance(source, ScalarNode) and source.tag != _UNKNOWN_ALIAS:
            return str(source.value)
        self._report(source.start_mark.line + 1, loc, "a key must be a word", None)
        return "?"

    def _report_alias(self, anchor: str, line: int, loc: Loc) -> None:
        self._report(line, loc, f"unknown alias `*{anchor}`", "put its anchor before it")

    def _report(self, line: int, loc: Loc, message: str, hint: str | None) -> None:
        self.problems.append(Problem(loc, message, hint, line=line))


def _scalar(source: Any) -> Any:  # noqa: ANN401 - a node of ruamel.yaml; a value of any kind
    """Return the value of a scalar by the core schema of YAML 1.2; times stay text."""
    text: str = source.value
    if source.tag == _UNKNOWN_ALIAS:
        return None
    if source.tag != _UNTAGGED:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
