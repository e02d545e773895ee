"""Which fields of a document are properties of nodes, and how their values are written."""

from datetime import date
from enum import Enum

from household_graph.model.rows import Value
from household_graph.model.vocabulary import Weekday
from household_graph.onboarding.parts import Part

__all__ = ["DOCUMENT_PROPERTIES", "LABELS", "PROPERTIES", "value_of"]

PROPERTIES: dict[str, tuple[str, ...]] = {
    "organization": ("name", "organization_type", "time_zone", "age_of_majority", "status"),
    "places": ("street", "postal_code", "city", "country"),
    "units": ("name", "status"),
    "individuals": (
        *("given_name", "family_name", "description", "birth_date", "minor", "status"),
    ),
    "identities": ("username", "realm", "status"),
    "customer_accounts": ("name", "state", "payment_status", "contract_term", "tenure_months"),
    "billing_accounts": (
        *("name", "state", "payment_status", "payment_method", "paperless_billing"),
        *("monthly_charge", "total_charged"),
    ),
    "products": ("name", "status", "price"),
    "services": ("name", "category", "minimum_age", "state"),
    "resources": (
        *("name", "resource_type", "value", "administrative_state", "operational_state"),
    ),
    "party_roles": (),
    "resource_roles": ("name", "position"),
    "involvements": (),
    "policies": (
        *("name", "kind", "audience", "categories", "weekdays", "start_time", "end_time"),
        *("maximum_age", "blocked_categories"),
    ),
}
"""For each section, the fields that are properties under the same name; validity aside."""

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

DOCUMENT_PROPERTIES = frozenset(
    {"valid_from", "valid_to", "granted_by", "share", *(n for s in PROPERTIES.values() for n in s)}
)
"""All properties that a document speaks of; any other is not touched by one."""

_WEEK = [day.value for day in Weekday]


def value_of(part: Part, field: str) -> Value | None:
    """Return a field as a property: words as text, lists in a fixed order; None if absent."""
    value: object = getattr(part, field)
    if value is None or isinstance(value, str | bool | int | float | date):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, tuple):
        words = {item.value if isinstance(item, Enum) else str(item) for item in value}
        order = _WEEK.index if field == "weekdays" else str
        return tuple(sorted(words, key=order)) or None
    raise TypeError(f"the field `{field}` is no property")
