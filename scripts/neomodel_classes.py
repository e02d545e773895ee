"""The neomodel classes of the graph as a module: `household_graph/store/neomodel_classes.py`."""

from collections.abc import Iterator, Sequence

from household_graph.model.declaration import (
    LABELS,
    RELATIONSHIPS,
    Label,
    Property,
    PropertyType,
    Relationship,
)
from household_graph.model.declaration.properties import DATED, NARROWED, SHARED
from scripts.formatting import formatted

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
_DOC = '''"""The graph as neomodel classes, to follow it in Python from object to object.

Generated from `household_graph/model/declaration` by `make docs`; change that instead. The meaning
of each property and relationship is there, in `docs/schema.md`, and at run time its `help_text`.
"""
'''


def classes_module() -> str:
    """Return the module as it should be, formatted."""
    lines = [
        _DOC,
        f"from neomodel import {', '.join(_NEOMODEL)}",
        "from household_graph.model import enums",
        "from household_graph.model.declaration import LABELS",
        "from household_graph.store.neomodel_types import (",
        "DateProperty, Identified, InstantProperty, LinkFrom, LinkTo, words)",
        *_structured("Dated", "It holds for a time, and can hold again later.", DATED),
        *_structured("Narrowed", "It may name what alone it holds for.", NARROWED, "Dated"),
        *_structured("Shared", "It bears a part of something.", SHARED),
        *(line for label in LABELS for line in _class(label)),
        "NODE_CLASSES: tuple[type[Identified], ...] = (",
        "tuple(globals()[label.name] for label in LABELS))",
        '"""One for each label, in the order in which the schema page shows them."""',
    ]
    return formatted("\n".join(lines), "household_graph/store/neomodel_classes.py")


def _structured(
    name: str, meaning: str, properties: tuple[Property, ...], base: str = "StructuredRel"
) -> Iterator[str]:
    yield f"class {name}({base}):"
    yield f'    """{meaning}"""'
    yield from (_property(one, f"help_text={one.meaning!r}") for one in properties)


def _class(label: Label) -> Iterator[str]:
    yield f"class {label.name}({label.implies[0] if label.implies else 'Identified'}):"
    yield f'    """{label.meaning}"""'
    yield from (_property(one) for one in label.properties if one.name != "id")
    for one in RELATIONSHIPS:
        if one.start == label.name:
            yield _link("LinkTo", one.forward, one, one.ends)
    ways_back: dict[tuple[str, str], list[Relationship]] = {}
    for one in RELATIONSHIPS:
        if label.name in one.ends:
            ways_back.setdefault((one.backward, one.type), []).append(one)
    for (name, _type), links in ways_back.items():
        yield _link("LinkFrom", name, links[0], [link.start for link in links])


def _property(declared: Property, *arguments: str) -> str:
    choices = f"choices=words(enums.{declared.words.__name__})" if declared.words else ""
    if declared.type is PropertyType.STRINGS:
        choices = f"StringProperty({choices})"
    index = {"unique": "unique_index=True", "index": "index=True", None: ""}[declared.index]
    inside = ", ".join(filter(None, (choices, index, *arguments)))
    return f"    {declared.name} = {_CLASSES[declared.type]}({inside})"


def _link(kind: str, name: str, link: Relationship, labels: Sequence[str]) -> str:
    models = {"Narrowed": link.narrowed, "Dated": link.dated, "Shared": link.shared}
    model = next((f", model={name}" for name, is_so in models.items() if is_so), "")
    return f"    {name} = {kind}({link.type!r}, {', '.join(map(repr, labels))}{model})"
