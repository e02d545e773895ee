"""The graph, declared once: labels, relationships and properties, and what follows from them.

Everything that has to know what a graph of households looks like reads it here: the constraints
and indexes, the neomodel classes (`store/neomodel_classes.py`, generated), the check of every value
that is written, the doctor, the document form, the layouts of the offline importer, and
docs/schema.md. To add a property, add it to its label and run `make docs`.

The words are TM Forum's (TMF632 party, 637 product, 638 service, 639 resource, 666 account).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from household_graph.model.declaration.labels import LABELS, Label
from household_graph.model.declaration.properties import IndexKind, Property, PropertyType
from household_graph.model.declaration.relationships import RELATIONSHIPS, Relationship

__all__ = [
    "DATED_LABELS",
    "DATED_RELATIONSHIPS",
    "ENDS",
    "INDEXES",
    "LABELS",
    "LABEL_SETS",
    "RECORD_LABELS",
    "RELATIONSHIPS",
    "Index",
    "Label",
    "Property",
    "PropertyType",
    "Relationship",
    "label_named",
    "properties_of",
    "properties_of_type",
    "relationships_from",
    "single_at",
]

_BY_NAME = {label.name: label for label in LABELS}

DATED_LABELS = frozenset(label.name for label in LABELS if label.dated)
"""The labels of nodes that carry a validity."""

DATED_RELATIONSHIPS = frozenset(one.type for one in RELATIONSHIPS if one.dated)
"""The types of relationships that carry a validity, and therefore a period."""

RECORD_LABELS = frozenset(
    label.name for label in LABELS if "Entity" not in (label.name, *label.implies)
)
"""The labels of records: no part of a household, with ids of a space of their own."""

LABEL_SETS: tuple[frozenset[str], ...] = tuple(
    frozenset({label.name, *label.implies}) - {"Entity"}
    for label in LABELS
    if "Entity" in label.implies and not any(label.name in other.implies for other in LABELS)
)
"""The sets of labels that a node of a household can have, without `Entity`; it has one of them."""

ENDS: Mapping[str, frozenset[tuple[str, str]]] = {
    kind: frozenset(
        (one.start, end) for one in RELATIONSHIPS if one.type == kind for end in one.ends
    )
    for kind in (one.type for one in RELATIONSHIPS)
}
"""For each type of relationship the labels that it joins."""


@dataclass(frozen=True, slots=True, order=True)
class Index:
    """A uniqueness constraint, or an index, on one property of a label."""

    label: str
    property: str
    kind: IndexKind


def label_named(name: str) -> Label:
    """Return the label of a name.

    Raises:
        KeyError: if none is declared.
    """
    return _BY_NAME[name]


@cache
def properties_of(labels: frozenset[str]) -> Mapping[str, Property]:
    """Return the properties declared for nodes with some labels, by name; `Entity`'s first."""
    every = labels.union(*(_BY_NAME[name].implies for name in labels & _BY_NAME.keys()))
    return {
        declared.name: declared
        for label in LABELS
        if label.name in every
        for declared in label.properties
    }


@cache
def properties_of_type(kind: str) -> Mapping[str, Property]:
    """Return the properties a relationship of a type can have, by name."""
    links = (one for one in RELATIONSHIPS if one.type == kind)
    return {declared.name: declared for link in links for declared in link.properties}


@cache
def relationships_from(label: str) -> Mapping[str, Relationship]:
    """Return the relationships that start at a label, by the name of the way there."""
    return {one.forward: one for one in RELATIONSHIPS if one.start == label}


def single_at(end: str) -> frozenset[str]:
    """Return the types of which a node has at most one relationship at its `start` or `end`."""
    return frozenset(one.type for one in RELATIONSHIPS if getattr(one, f"one_at_{end}"))


INDEXES = tuple(
    Index(label.name, declared.name, declared.index)
    for label in LABELS
    for declared in properties_of(frozenset({label.name})).values()
    if declared.index
)
"""The constraints and indexes, in the order of the labels."""
