"""What nodes and relationships have to look like to be read: labels, ends, what is required.

Everything written by this project looks like that; plain Cypher can write anything.
"""

from collections.abc import Mapping

from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind

__all__ = ["ENDS", "LABELS", "REQUIRED"]

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
