"""What nodes and relationships have to look like to be read: labels, values, ends.

Everything written by this project looks like that; plain Cypher can write anything.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from household_graph.errors import InvalidTimeError
from household_graph.model.instants import zone_named
from household_graph.model.vocabulary import (
    AccountState,
    AdministrativeState,
    Audience,
    InvolvementKind,
    OperationalState,
    PartyRoleKind,
    PartyStatus,
    PolicyKind,
    ProductStatus,
    ServiceState,
    Weekday,
)

__all__ = ["ENDS", "LABELS", "OF_HOUSEHOLD", "REQUIRED", "VALUES"]

Test = Callable[[object], bool]

LABELS: tuple[frozenset[str], ...] = (
    frozenset({"Party", "Individual"}),
    frozenset({"Party", "Organization"}),
    *(frozenset({"PartyRole", kind.value}) for kind in PartyRoleKind),
    *(frozenset({"InvolvementRole", kind.value}) for kind in InvolvementKind),
    *(
        frozenset({label})
        for label in (
            "ResourceRole",
            "CustomerAccount",
            "BillingAccount",
            "Product",
            "Service",
            "Resource",
            "DigitalIdentity",
            "Policy",
            "Place",
        )
    ),
)
"""The sets of labels that a node can have, without `Entity`; it has exactly one of them."""

ENDS: Mapping[str, frozenset[tuple[str, str]]] = {
    kind: frozenset((start, end) for start, ends in pairs for end in ends.split())
    for kind, pairs in {
        "MEMBER_OF": [("Party", "Organization")],
        "PLAYS": [
            ("Party", "PartyRole"),
            ("PartyRole", "InvolvementRole"),
            ("ResourceRole", "InvolvementRole"),
            ("Resource", "ResourceRole"),
        ],
        "HAS_IDENTITY": [("Party", "DigitalIdentity")],
        "LOCATED_AT": [("Party", "Place"), ("Resource", "Place")],
        "RESPONSIBLE_FOR": [("Individual", "Individual")],
        "EXEMPT_FROM": [("Individual", "Policy")],
        "ON_ACCOUNT": [("PartyRole", "CustomerAccount")],
        "GUARANTEED_BY": [("PartyRole", "Individual")],
        "PAYS": [("BillPayer", "BillingAccount")],
        "INVOLVED_IN": [("InvolvementRole", "Product Service Resource")],
        "IDENTIFIED_BY": [("InvolvementRole", "DigitalIdentity")],
        "SET": [("Admin", "Policy")],
        "HAS_PRODUCT": [("CustomerAccount", "Product")],
        "BUNDLES": [("Product", "Product")],
        "REALIZED_BY": [("Product", "Service")],
        "CHARGED_TO": [("Product", "BillingAccount")],
        "AVAILABLE_ON": [("Service", "Resource")],
        "CONNECTED_TO": [("Resource", "Resource")],
        "APPLIES_TO": [("Policy", "Party")],
        "GOVERNS": [("Policy", "Product Service Resource Organization")],
        "ENFORCED_BY": [("Policy", "Service")],
    }.items()
}
"""For each type of relationship the labels that it joins."""


def _one_of(words: type[StrEnum]) -> Test:
    known = frozenset(words)
    return lambda value: isinstance(value, str) and value in known


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _words(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(word, str) for word in value)


def _matches(pattern: str) -> Test:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _zone(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(zone_named(value))
    except InvalidTimeError:
        return False


_clock = _matches(r"([01][0-9]|2[0-3]):[0-5][0-9]")

OF_HOUSEHOLD: Mapping[str, Test] = {"time_zone": _zone, "age_of_majority": _number}
"""What the organization that is the household itself needs besides."""

VALUES: Mapping[str, Mapping[str, Test]] = {
    "Individual": {
        "birth_date": lambda value: type(value) is date,
        "minor": lambda value: isinstance(value, bool),
        "status": _one_of(PartyStatus),
    },
    "Organization": {"status": _one_of(PartyStatus)},
    "CustomerAccount": {"state": _one_of(AccountState)},
    "BillingAccount": {"state": _one_of(AccountState)},
    "Product": {"status": _one_of(ProductStatus)},
    "Service": {
        "category": lambda value: isinstance(value, str),
        "minimum_age": _number,
        "state": _one_of(ServiceState),
    },
    "Resource": {
        "administrative_state": _one_of(AdministrativeState),
        "operational_state": _one_of(OperationalState),
    },
    "Policy": {
        "kind": _one_of(PolicyKind),
        "audience": _one_of(Audience),
        "categories": _words,
        "weekdays": lambda value: _words(value) and frozenset(Weekday).issuperset(value),  # type: ignore[arg-type]
        "start_time": _clock,
        "end_time": _clock,
        "maximum_age": _matches(r"own-age|[0-9]{1,3}"),
        "blocked_categories": _words,
    },
}
"""For each label the properties that decide something, and what their values have to be like."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Individual": ("status",),
    "Organization": ("status",),
    "CustomerAccount": ("state",),
    "BillingAccount": ("state",),
    "Product": ("status",),
    "Service": ("state",),
    "Resource": ("administrative_state", "operational_state"),
    "Policy": ("kind", "audience"),
}
"""For each label the properties that have to be there."""
