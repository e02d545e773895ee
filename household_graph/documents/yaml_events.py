"""YAML 1.2 text to trees, event by event: nothing in a file can make it run away.

The events come from ruamel.yaml one at a time, so nesting that is too deep, or aliases that
would grow without end, are refused where they occur, before anything is built of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from household_graph.documents.problems import Loc, path_of
from household_graph.documents.tree import Collection, Leaf, Node

_DEEPEST = 30  # a document needs 7
_MOST_BY_ALIAS = 10_000  # nodes that aliases may stand for in one document
_TAG = "tag:yaml.org,2002:"
_TAGS = {"Scalar": ("!", f"{_TAG}str"), "Sequence": (f"{_TAG}seq",), "Mapping": (f"{_TAG}map",)}
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file: line from 1 (None: no file), path, message and hint."""

    line: int | None
    path: str
    message: str
    hint: str | None = None


class _StopError(Exception):
    """The rest of the file cannot be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def trees_of(text: str) -> tuple[list[Node], list[Finding]]:
    """Return the documents of a text as trees, and what is wrong with the text as YAML.

    After a mistake in the notation, the documents before it are returned.
    """
    composer = _Composer(text)
    try:
        composer.read()
    except _StopError as stop:
        composer.findings.append(stop.finding)
    return composer.trees, composer.findings


class _Composer:
    """Builds trees of the events of one text."""

    def __init__(self, text: str) -> None:
        self.trees: list[Node] = []
        self.findings: list[Finding] = []
        self._events = _events(text)
        self._anchors: dict[str, Node] = {}
        self._by_alias = 0

    def read(self) -> None:
        for name, _line, _event in self._events:
            if name == "DocumentStart":
                self._anchors, self._by_alias = {}, 0
                self.trees.append(self._node(next(self._events), ()))

    def _node(self, event: tuple[str, int, Any], loc: Loc) -> Node:
        name, line, source = event
        if name == "Alias":
            return self._alias(source.anchor, line, loc)
        kind = name.removesuffix("Start")
        if source.tag and source.tag not in _TAGS[kind]:
            self._find(line, loc, f"the tag `{source.tag}` means nothing here", "leave it out")
        if len(loc) > _DEEPEST:
            raise _StopError(Finding(line, path_of(()), "nested too deep to be a document"))
        if kind == "Scalar":
            node: Node = Leaf(line, _scalar(source))
        else:
            node = self._list(line, loc) if kind == "Sequence" else self._mapping(line, loc)
        if source.anchor:
            self._anchors[source.anchor] = node
        return node

    def _alias(self, anchor: str, line: int, loc: Loc) -> Node:
        if anchor not in self._anchors:
            self._find(line, loc, f"unknown alias `*{anchor}`", "put its anchor before it")
            return Leaf(line, None)
        node = self._anchors[anchor]
        self._by_alias += node.size if isinstance(node, Collection) else 1
        if self._by_alias > _MOST_BY_ALIAS:
            message = f"aliases stand for more than {_MOST_BY_ALIAS} values"
            raise _StopError(Finding(line, path_of(loc), message, "write them out"))
        return node

    def _list(self, line: int, loc: Loc) -> Collection:
        items: dict[str | int, Node] = {}
        for event in self._until("SequenceEnd"):
            items[len(items)] = self._node(event, (*loc, len(items)))
        return Collection(line, items, is_list=True, size=_size(items))

    def _mapping(self, line: int, loc: Loc) -> Collection:
        items: dict[str | int, Node] = {}
        lines: dict[str | int, int] = {}
        for event in self._until("MappingEnd"):
            key, key_line = self._key(event, loc), event[1]
            value = self._node(next(self._events), (*loc, key))
            if key in lines:
                message = f"duplicate key `{key}`, already used on line {lines[key]}"
                self._find(key_line, (*loc, key), message, "leave one out")
            else:
                items[key], lines[key] = value, key_line
        return Collection(line, items, is_list=False, key_lines=lines, size=_size(items))

    def _key(self, event: tuple[str, int, Any], loc: Loc) -> str:
        if event[0] == "Scalar":
            return str(event[2].value)
        self._node(event, (*loc, "?"))
        self._find(event[1], loc, "a key has to be a word", None)
        return "?"

    def _until(self, end: str) -> Iterator[tuple[str, int, Any]]:
        for event in self._events:
            if event[0] == end:
                return
            yield event

    def _find(self, line: int, loc: Loc, message: str, hint: str | None) -> None:
        self.findings.append(Finding(line, path_of(loc), message, hint))


def _size(items: dict[str | int, Node]) -> int:
    sizes = (item.size if isinstance(item, Collection) else 1 for item in items.values())
    return 1 + sum(sizes)


def _events(text: str) -> Iterator[tuple[str, int, Any]]:
    """Yield name, line from 1, and event; raise _StopError where the text is no YAML."""
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            yield type(event).__name__.removesuffix("Event"), event.start_mark.line + 1, event
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(filter(None, [error.context, error.problem]))
        raise _StopError(Finding(line, "document", f"not YAML: {what}")) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"the character U+{error.character:04X} is not allowed"
        raise _StopError(Finding(line, "document", f"not YAML: {what}")) from error
    except (YAMLError, ValueError, IndexError, AttributeError, TypeError) as error:
        # what ruamel.yaml lets through for text that is far from YAML, such as `%YAML x`
        raise _StopError(Finding(1, "document", f"not YAML: {error}")) from error


def _scalar(event: Any) -> Any:  # noqa: ANN401 - an event of ruamel.yaml; a value of any kind
    """Return the value of a scalar by the core schema of YAML 1.2; times stay text."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
