"""YAML files as plain data with the lines it is on, so that every problem can be located.

ruamel.yaml composes the text; nothing in a file can make that run away: its depth is limited, and
so is the number of values that aliases multiply to.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

from household_graph.documents.values import Loc, Problem, field_problems, refuse
from household_graph.errors import DocumentError
from household_graph.files import read_text, read_whole

_Model = TypeVar("_Model", bound=BaseModel)
_MAX_DEPTH = 31  # a document needs 8
_MAX_ALIASED = 10_000  # values that aliases may multiply to in one document
_UNTAGGED = "untagged"
_UNKNOWN_ALIAS = "unknown alias"
_STANDARD = "tag:yaml.org,2002:"
_TAGS = {
    ScalarNode: (_UNTAGGED, _UNKNOWN_ALIAS, "!", f"{_STANDARD}str"),
    SequenceNode: (_UNTAGGED, f"{_STANDARD}seq"),
    MappingNode: (_UNTAGGED, f"{_STANDARD}map"),
}
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class LocatedData:
    """Mappings, lists and scalars, as in a file, and the line of each, from 1.

    It is that of its key, or where it starts; data that comes from no file has none.
    """

    data: Any
    lines: Mapping[Loc, int] = field(default_factory=dict)

    def located(self, problem: Problem) -> Problem:
        """Return a problem with the line and the path that its location has in the file.

        The line is that of the key, of the item, or of what the value is missing from.
        """
        message = problem.message
        if problem.other is not None:
            other = self.located(Problem(problem.other, ""))
            message += f" at {other.path}" if other.line is None else f" on line {other.line}"
        existing = existing_part(self.data, problem.loc)
        is_mapping = isinstance(value_at(self.data, existing), dict)
        path = problem.loc[: len(existing) + 1] if is_mapping else existing
        known = existing
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(path, message, problem.hint, line=self.lines.get(known))


def existing_part(data: object, loc: Loc) -> Loc:
    """Return the part of a location that exists; a step into a scalar does not."""
    for depth, step in enumerate(loc):
        keys = range(len(data)) if isinstance(data, list) else data
        if not isinstance(keys, dict | range) or step not in keys:
            return loc[:depth]
        data = value_at(data, (step,))
    return loc


def value_at(data: Any, loc: Loc) -> Any:  # noqa: ANN401 - whatever a file holds
    """Return what is at a location that exists."""
    for step in loc:
        data = data[step]
    return data


def parse_yaml(text: str) -> tuple[list[LocatedData], list[Problem]]:
    """Return the documents of a YAML 1.2 text, and what is wrong with it as YAML.

    After a syntax error, the documents before it are returned.
    """
    documents: list[LocatedData] = []
    problems: list[Problem] = []
    try:
        for root in _compose(text):
            converter = _Converter(problems)
            documents.append(LocatedData(converter.value(root, ()), converter.lines))
    except _UnreadableError as error:
        problems.append(error.problem)
    return documents, problems


def read_model(model: type[_Model], source: str | Path, what: str) -> tuple[_Model, LocatedData]:
    """Read and check a YAML file that holds one model; return it with the data it was made of.

    Messages call the content `what`, such as `offering`.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    contents, problems = parse_yaml(text_in(source, str(source)))
    if not problems and len(contents) != 1:
        problems = [Problem((what,), f"expected one {what}, not {len(contents)}", line=1)]
    refuse(str(source), problems)
    [content] = contents
    try:
        return model.model_validate(content.data), content
    except ValidationError as error:
        problems = field_problems(model, error.errors(include_url=False))
        refuse(str(source), map(content.located, problems))
        raise  # unreachable: there is a problem for each error


def text_in(source: str | Path | IO[str] | IO[bytes], name: str) -> str:
    """Return the text of a path, or of an open text or binary file, in UTF-8.

    Raises:
        DocumentError: if it cannot be read, or is in another encoding.
    """
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
    """Converts the nodes of ruamel.yaml in one document, and finds the lines that they are on."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.lines: dict[Loc, int] = {}
        self._complete: dict[int, bool] = {}  # by node; one that is not is a part of itself
        self._alias: tuple[int, Loc] | None = None  # the outermost one that is expanded
        self._count = 0  # values that aliases multiply to

    def value(self, source: Any, loc: Loc) -> Any:  # noqa: ANN401 - of ruamel.yaml
        """Return the value of a node that is at a location."""
        line, outer = source.start_mark.line + 1, self._alias
        self.lines.setdefault(loc, line)
        if (is_complete := self._complete.get(id(source))) is False:
            return self._report_alias(source.anchor, line, loc)
        if is_complete:
            self._alias = outer or (line, loc)
        elif source.tag not in _TAGS[type(source)]:
            self._report(line, loc, f"the tag `{source.tag}` means nothing here", "leave it out")
        self._count += self._alias is not None
        if self._alias and self._count > _MAX_ALIASED:
            message = f"aliases expand to more than {_MAX_ALIASED} values"
            raise _UnreadableError(self._alias[0], message, "write them out", self._alias[1])
        self._complete[id(source)] = False
        value: Any = None
        if isinstance(source, MappingNode):
            value = self._mapping(source, loc)
        elif isinstance(source, SequenceNode):
            value = [self.value(item, (*loc, at)) for at, item in enumerate(source.value)]
        elif source.tag == _UNKNOWN_ALIAS:
            self._report_alias(source.value, line, loc)
        else:
            value = _scalar(source)
        self._complete[id(source)], self._alias = True, outer
        return value

    def _mapping(self, source: Any, loc: Loc) -> dict[str, Any]:  # noqa: ANN401
        mapping: dict[str, Any] = {}
        for key_node, value in source.value:
            line = key_node.start_mark.line + 1
            is_word = isinstance(key_node, ScalarNode) and key_node.tag != _UNKNOWN_ALIAS
            key = str(key_node.value) if is_word else "?"
            if not is_word:
                self._report(line, loc, "a key must be a word", None)
            first = self.lines.setdefault((*loc, key), line)
            content = self.value(value, (*loc, key))  # of a second one, for its problems
            if key in mapping:
                message = f"duplicate key `{key}`, already used on line {first}"
                self._report(line, (*loc, key), message, "leave one out")
            else:
                mapping[key] = content
        return mapping

    def _report_alias(self, anchor: str, line: int, loc: Loc) -> None:
        self._report(line, loc, f"unknown alias `*{anchor}`", "put its anchor before it")

    def _report(self, line: int, loc: Loc, message: str, hint: str | None) -> None:
        if not self._alias:  # else it has been reported where the anchor is
            self.problems.append(Problem(loc, message, hint, line=line))


def _scalar(source: Any) -> Any:  # noqa: ANN401 - a node of ruamel.yaml; a value of any kind
    """Return the value of a scalar by the core schema of YAML 1.2; times stay text."""
    text: str = source.value
    if source.tag != _UNTAGGED:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
