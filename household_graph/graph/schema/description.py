"""The schema as plain data: what `schema show` and the schema page are made from."""

from dataclasses import dataclass
from typing import Any, Literal

from neomodel import (
    ArrayProperty,
    BooleanProperty,
    FloatProperty,
    IntegerProperty,
    StringProperty,
)
from neomodel.properties import Property

from household_graph.graph.schema.base import Identified
from household_graph.graph.schema.labels import NODE_CLASSES
from household_graph.graph.schema.properties import DateProperty, InstantProperty, LinkTo

__all__ = [
    "LabelDescription",
    "LinkDescription",
    "PropertyDescription",
    "Rule",
    "SchemaDescription",
    "describe",
]

_CYPHER_TYPES: dict[type[Any], str] = {
    ArrayProperty: "LIST<STRING>",
    BooleanProperty: "BOOLEAN",
    DateProperty: "DATE",
    FloatProperty: "FLOAT",
    InstantProperty: "ZONED DATETIME",
    IntegerProperty: "INTEGER",
    StringProperty: "STRING",
}


@dataclass(frozen=True, slots=True)
class PropertyDescription:
    """A property.

    Attributes:
        name: as in the graph.
        type: the Cypher type.
        meaning: one line.
        values: the words it can be, if it is one of a vocabulary; else empty.
    """

    name: str
    type: str
    meaning: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelDescription:
    """A label, with the properties that come with it and not with a label it implies.

    Attributes:
        name: the label.
        implies: the labels a node has beside it, nearest first.
        meaning: one line.
        properties: in the order in which they are declared.
    """

    name: str
    implies: tuple[str, ...]
    meaning: str
    properties: tuple[PropertyDescription, ...]


@dataclass(frozen=True, slots=True)
class LinkDescription:
    """A relationship type between a label it starts at and those it can end at."""

    type: str
    start: str
    ends: tuple[str, ...]
    meaning: str
    properties: tuple[PropertyDescription, ...]


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """A uniqueness constraint, or an index, on one property of a label."""

    label: str
    property: str
    kind: Literal["unique", "index"]


@dataclass(frozen=True, slots=True)
class SchemaDescription:
    """Labels, relationships, and the constraints and indexes, each in the order declared."""

    labels: tuple[LabelDescription, ...]
    links: tuple[LinkDescription, ...]
    rules: tuple[Rule, ...]


def describe() -> SchemaDescription:
    """Return the declared schema; no database is asked."""
    return SchemaDescription(
        labels=tuple(_label(node_class) for node_class in NODE_CLASSES),
        links=tuple(link for node_class in NODE_CLASSES for link in _links(node_class)),
        rules=tuple(rule for node_class in NODE_CLASSES for rule in _rules(node_class)),
    )


def _label(node_class: type[Identified]) -> LabelDescription:
    parents = node_class.inherited_labels()[1:]
    declared = vars(node_class) if parents else _properties_of(node_class)
    return LabelDescription(
        name=node_class.__label__,
        implies=tuple(parents),
        meaning=(node_class.__doc__ or "").partition("\n")[0],
        properties=_properties(declared),
    )


def _properties_of(declaring: Any) -> dict[str, Any]:  # noqa: ANN401 - node or relationship
    properties: dict[str, Any] = declaring.defined_properties(aliases=False, rels=False)
    return properties


def _properties(declared: Any) -> tuple[PropertyDescription, ...]:  # noqa: ANN401 - a class's dict
    return tuple(
        PropertyDescription(
            name=name,
            type=_CYPHER_TYPES[type(value)],
            meaning=value.help_text or "",
            values=_values(value),
        )
        for name, value in declared.items()
        if isinstance(value, Property)
    )


def _values(declared: Any) -> tuple[str, ...]:  # noqa: ANN401 - any kind of property
    if isinstance(declared, ArrayProperty):
        return _values(declared.base_property)
    return tuple(getattr(declared, "choices", None) or ())


def _links(node_class: type[Identified]) -> list[LinkDescription]:
    return [
        LinkDescription(
            type=str(link.definition["relation_type"]),
            start=node_class.__label__,
            ends=link.targets,
            meaning=link.help_text,
            properties=_properties(_properties_of(link.definition["model"]))
            if link.definition["model"]
            else (),
        )
        for link in vars(node_class).values()
        if isinstance(link, LinkTo)
    ]


def _rules(node_class: type[Identified]) -> list[Rule]:
    return [
        Rule(node_class.__label__, name, "unique" if declared.unique_index else "index")
        for name, declared in _properties_of(node_class).items()
        if declared.is_indexed
    ]
