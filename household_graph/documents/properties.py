"""Which fields of a document are properties of nodes, and how their values are written."""

from datetime import date
from enum import Enum

from household_graph.documents.parts import DocumentModel
from household_graph.model.declaration import LABELS as LABELS_OF_THE_GRAPH
from household_graph.model.declaration import RELATIONSHIPS, properties_of
from household_graph.model.declaration.properties import VALIDITY
from household_graph.model.enums import Weekday
from household_graph.model.rows import Value

LABELS: dict[str, tuple[str, ...]] = {
    "places": ("Place",),
    "units": ("Party", "Organization"),
    "individuals": ("Party", "Individual"),
    "identities": ("DigitalIdentity",),
    "customer_accounts": ("CustomerAccount",),
    "billing_accounts": ("BillingAccount",),
    "products": ("Product",),
    "services": ("Service",),
    "resources": ("Resource",),
    "resource_roles": ("ResourceRole",),
    "policies": ("Policy",),
}
"""For each section, the labels of its nodes, where they are the same for all."""

_NOT_OF_UNITS = frozenset({"organization_type", "time_zone", "age_of_majority"})


def _documented(labels: tuple[str, ...]) -> tuple[str, ...]:
    declared = properties_of(frozenset(labels)).values()
    return tuple(one.name for one in declared if one.documented)


PROPERTIES: dict[str, tuple[str, ...]] = {
    **{section: _documented(labels) for section, labels in LABELS.items()},
    "organization": _documented(("Party", "Organization")),
    "units": tuple(n for n in _documented(LABELS["units"]) if n not in _NOT_OF_UNITS),
    "party_roles": (),
    "involvements": (),
}
"""For each section, the fields that are properties under the same name; validity aside."""

DOCUMENT_PROPERTIES = frozenset(
    one.name
    for properties in (
        *(label.properties for label in LABELS_OF_THE_GRAPH),
        *(link.properties for link in RELATIONSHIPS),
    )
    for one in properties
    if one.documented or one in VALIDITY
)
"""All properties that a document speaks of; any other is not touched by one."""

_WEEK = [day.value for day in Weekday]


def value_of(part: DocumentModel, field: str) -> Value | None:
    """Return a field as a property: words as text, lists in a fixed order; None if absent."""
    value: object = getattr(part, field)
    if value is None or isinstance(value, str | bool | int | float | date):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, tuple):
        words = {item.value if isinstance(item, Enum) else str(item) for item in value}
        order = _WEEK.index if field == "weekdays" else str
        return tuple(sorted(words, key=order)) or None
    raise TypeError(f"the field `{field}` is no property")
