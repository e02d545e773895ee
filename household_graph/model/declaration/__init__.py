"""The graph, declared once: labels, relationships and properties, and what follows from them.

Everything that has to know what a graph of households looks like reads it here: the constraints
and indexes, the neomodel classes (`store/neomodel_classes.py`, generated), the check of every value
that is written, the doctor, the document form, the layouts of the offline importer, and
docs/schema.md. To add a property, add it to its label and run `make docs`.

The words are TM Forum's (TMF632 party, 637 product, 638 service, 639 resource, 666 account).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from household_graph.model.declaration.labels import LABELS, Label
from household_graph.model.declaration.properties import (
    DATED,
    NARROWED,
    SHARED,
    IndexKind,
    Property,
    PropertyType,
)

__all__ = [
    "DATED_LABELS",
    "DATED_RELATIONSHIPS",
    "ENDS",
    "INDEXES",
    "LABELS",
    "LABEL_SETS",
    "RECORD_LABELS",
    "RELATIONSHIPS",
    "SEARCHED",
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


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship type between a label it starts at and those it can end at.

    The meaning is one line: the start … the end. Classes walk it by the names `forward` and
    `backward`. A dated one has a validity, and a period: 1 for the first time the two are related
    so, 2 for the next; a narrowed one may name what alone it is for; a shared one bears a share in
    per cent. A node starts, or ends, at most one where it says so.
    """

    type: str
    start: str
    ends: tuple[str, ...]
    meaning: str
    forward: str
    backward: str
    dated: bool = False
    narrowed: bool = False
    shared: bool = False
    one_at_start: bool = False
    one_at_end: bool = False

    @property
    def properties(self) -> tuple[Property, ...]:
        """What it carries."""
        flags = ((self.dated, DATED), (self.narrowed, NARROWED), (self.shared, SHARED))
        return tuple(one for flag, properties in flags if flag for one in properties)


def _link(pattern: str, meaning: str, **flags: bool) -> Relationship:
    """Return the relationship of a pattern, with the names that classes give it at its ends.

    Without such a name at its start it goes by its type.
    """
    parts = re.findall(r"(\w+)\.?(\w*) -\[(\w+)\]-> ([\w|]+)\.(\w+)", pattern)
    [(start, forward, kind, ends, backward)] = parts
    forward = forward or kind.lower()
    return Relationship(kind, start, tuple(ends.split("|")), meaning, forward, backward, **flags)


RELATIONSHIPS: tuple[Relationship, ...] = (
    _link(
        "Party -[MEMBER_OF]-> Organization.members",
        "is a member of the organization; a unit is a part of it",
        dated=True,
    ),
    _link("Party -[PLAYS]-> PartyRole.played_by", "holds the functional role", one_at_end=True),
    _link("Party -[HAS_IDENTITY]-> DigitalIdentity.owned_by", "owns the username", one_at_end=True),
    _link(
        "Party -[HAS_CONTACT_MEDIUM]-> ContactMedium.reaches",
        "is reached by it",
        one_at_end=True,
    ),
    _link("Party -[LOCATED_AT]-> Place.location_of", "lives or works there"),
    _link(
        "Individual -[RESPONSIBLE_FOR]-> Individual.minded_by",
        "is the responsible adult of the minor",
        dated=True,
    ),
    _link(
        "Individual -[EXEMPT_FROM]-> Policy.lifted_for",
        "the policy, all of its versions, is lifted for this individual",
        dated=True,
        narrowed=True,
    ),
    _link(
        "PartyRole -[PLAYS]-> InvolvementRole.played_by",
        "is involved by way of this role",
        one_at_end=True,
    ),
    _link(
        "PartyRole -[ON_ACCOUNT]-> CustomerAccount.roles",
        "the account it is relative to",
        one_at_start=True,
    ),
    _link(
        "PartyRole -[GUARANTEED_BY]-> Individual.guarantees",
        "the responsible adult who stands guarantor",
        one_at_start=True,
    ),
    _link("BillPayer -[PAYS]-> BillingAccount.paid_by", "pays this share of the bill", shared=True),
    _link(
        "ResourceRole -[PLAYS]-> InvolvementRole.played_by",
        "is involved by way of this role",
        one_at_end=True,
    ),
    _link(
        "InvolvementRole -[INVOLVED_IN]-> Product|Service|Resource.involvements",
        "what it is a role on",
        one_at_start=True,
    ),
    _link(
        "InvolvementRole -[IDENTIFIED_BY]-> DigitalIdentity.identifies",
        "the username it is exercised with",
    ),
    _link("Admin.set_policies -[SET]-> Policy.set_by", "set the policy", one_at_end=True),
    _link("CustomerAccount -[HAS_PRODUCT]-> Product.held_on", "holds the product", one_at_end=True),
    _link("Product -[BUNDLES]-> Product.bundled_in", "contains the other product"),
    _link("Product -[REALIZED_BY]-> Service.realizes", "is delivered by the service"),
    _link(
        "Product -[CHARGED_TO]-> BillingAccount.charges",
        "this share of its price is on the bill",
        shared=True,
    ),
    _link("Service -[AVAILABLE_ON]-> Resource.offers", "can be used on the device", dated=True),
    _link(
        "Resource -[PLAYS]-> ResourceRole.played_by", "holds the role of a device", one_at_end=True
    ),
    _link("Resource -[CONNECTED_TO]-> Resource.connected_from", "is connected to the other"),
    _link("Resource -[LOCATED_AT]-> Place.location_of", "stands there"),
    _link("Policy -[APPLIES_TO]-> Party.spoken_to_by", "applies to this party by name"),
    _link(
        "Policy -[GOVERNS]-> Product|Service|Resource|Organization.governed_by",
        "is about it; the organization itself means everything in the household",
    ),
    _link(
        "Policy -[ALLOWS]-> Product|Service.allowed_by",
        "allow-only: what stays allowed; a product includes its services",
    ),
    _link(
        "Policy -[ONLY_ON]-> Resource.narrows",
        "forbids on this device, or others that it names so, and nowhere else",
    ),
    _link("Policy -[ENFORCED_BY]-> Service.enforces", "the service that enforces it"),
    _link(
        "Policy -[PAUSED]-> Organization.pauses",
        "the policy, all of its versions, is lifted for everybody in the household",
        dated=True,
    ),
    _link(
        "Policy -[SUPERSEDES]-> Policy.superseded_by",
        "the version of the same policy that it came after",
        one_at_start=True,
    ),
    _link(
        "Change -[RECORDED_FOR]-> Organization.changes", "the household changed", one_at_start=True
    ),
    _link(
        "Request -[RECORDED_FOR]-> Organization.requests",
        "the households that have a say in it; its id says of which it is asked",
    ),
    _link(
        "Change -[PART_OF]-> ImportRun.changes", "the import by which it came", one_at_start=True
    ),
    _link(
        "SourceRecord -[DESCRIBES]-> Party|CustomerAccount|Product|Resource.described_by",
        "describes",
    ),
)
"""In the order of the labels they start at."""

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
    """A uniqueness constraint or an index on one property of a label, or the full-text index."""

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


SEARCHED = tuple(
    dict.fromkeys(one.name for label in LABELS for one in label.properties if one.searched)
)
"""The properties of entities by which they are found, in the full-text index."""
INDEXES = (
    *(
        Index(label.name, declared.name, declared.index)
        for label in LABELS
        for declared in properties_of(frozenset({label.name})).values()
        if declared.index
    ),
    Index("Entity", ", ".join(SEARCHED), "full-text"),
)
"""The constraints and indexes, in the order of the labels; the full-text index comes last."""
