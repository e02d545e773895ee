"""The neomodel classes of the graph as a module: `household_graph/store/neomodel_classes.py`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from household_graph.model.declaration import (
    LABELS,
    RELATIONSHIPS,
    Label,
    Property,
    PropertyType,
    Relationship,
)
from household_graph.model.declaration.properties import DATED, SHARED

__all__ = ["classes_module"]

_CLASSES = {
    PropertyType.STRING: "StringProperty",
    PropertyType.INTEGER: "IntegerProperty",
    PropertyType.FLOAT: "FloatProperty",
    PropertyType.BOOLEAN: "BooleanProperty",
    PropertyType.DATE: "DateProperty",
    PropertyType.INSTANT: "InstantProperty",
    PropertyType.STRINGS: "ArrayProperty",
}
_NEOMODEL = (
    *("ArrayProperty", "BooleanProperty", "FloatProperty", "IntegerProperty", "StringProperty"),
    "StructuredRel",
)
_DOC = '''"""The graph as neomodel classes, to walk it in Python.

Generated from `household_graph/model/declaration` by `make docs`; change that instead.
"""
'''


def classes_module() -> str:
    """Return the module as it should be, formatted."""
    words = sorted(
        {one.words.__name__ for label in LABELS for one in label.properties if one.words}
    )
    names = ["Dated", "Shared", *(label.name for label in LABELS)]
    lines = [
        _DOC,
        f"from neomodel import {', '.join(_NEOMODEL)}",
        "from household_graph.store.neomodel_types import (",
        "DateProperty, Identified, InstantProperty, LinkFrom, LinkTo, objects, words)",
        f"from household_graph.model.enums import {', '.join(words)}",
        f"__all__ = {sorted(['NODE_CLASSES', 'objects', *names])}",
        *_structured("Dated", "It holds for a time, and can hold again later.", DATED),
        *_structured("Shared", "It bears a part of something.", SHARED),
        *(line for label in LABELS for line in _class(label)),
        f"NODE_CLASSES: tuple[type[Identified], ...] = ({', '.join(names[2:])})",
        '"""One for each label, in the order in which the schema page shows them."""',
    ]
    return _formatted("\n".join(lines))


def _structured(name: str, meaning: str, properties: tuple[Property, ...]) -> Iterator[str]:
    yield f"class {name}(StructuredRel):"
    yield f'    """{meaning}"""'
    yield from map(_property, properties)


def _class(label: Label) -> Iterator[str]:
    yield f"class {label.name}({label.implies[0] if label.implies else 'Identified'}):"
    yield f'    """{label.meaning}"""'
    yield from (_property(one) for one in label.properties if one.name != "id")
    yield from (_link_to(one) for one in RELATIONSHIPS if one.start == label.name)
    ways_back: dict[tuple[str, str], list[Relationship]] = {}
    for one in RELATIONSHIPS:
        if label.name in one.ends:
            ways_back.setdefault((one.backward, one.type), []).append(one)
    yield from (_link_from(name, links) for (name, _type), links in ways_back.items())


def _property(declared: Property) -> str:
    choices = f"choices=words({declared.words.__name__})" if declared.words else ""
    if declared.type is PropertyType.STRINGS:
        choices = f"StringProperty({choices})"
    choices += ", " * bool(choices)
    index = {"unique": "unique_index=True, ", "index": "index=True, ", None: ""}[declared.index]
    kind = _CLASSES[declared.type]
    return f"    {declared.name} = {kind}({choices}{index}help_text={declared.meaning!r})"


def _link_to(link: Relationship) -> str:
    ends = ", ".join(map(repr, link.ends))
    return (
        f"    {link.forward} = LinkTo({link.type!r}, {ends}, {_model(link)}"
        f"help_text={link.meaning!r})"
    )


def _link_from(name: str, links: list[Relationship]) -> str:
    starts = ", ".join(repr(link.start) for link in links)
    model = _model(links[0]).rstrip(", ")
    return f"    {name} = LinkFrom({links[0].type!r}, {starts}{', ' * bool(model)}{model})"


def _model(link: Relationship) -> str:
    return "model=Dated, " if link.dated else "model=Shared, " if link.shared else ""


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["check", "--fix-only", "--quiet", "--select", "I,RUF022,F401"], ["format"]):
        done = subprocess.run(  # noqa: S603 - our own formatter
            [ruff, *command, "--stdin-filename", "household_graph/store/neomodel_classes.py", "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = done.stdout
    return text
