"""Every type of relationship: what it joins, and what it carries."""

from dataclasses import dataclass

from household_graph.model.declaration.properties import DATED, SHARED, Property


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship type between a label it starts at and those it can end at.

    Attributes:
        type: UPPER_SNAKE_CASE.
        start: the label it starts at.
        ends: the labels it can end at.
        meaning: one line: the start … the end.
        forward: the name by which a class walks it from its start.
        backward: the name by which a class walks it from its end.
        dated: whether it has a validity, and a period: 1 for the first time the two are related
            so, 2 for the next.
        shared: whether it bears a share in per cent.
        one_at_start: whether a node starts at most one.
        one_at_end: whether a node ends at most one.
    """

    type: str
    start: str
    ends: tuple[str, ...]
    meaning: str
    forward: str
    backward: str
    dated: bool = False
    shared: bool = False
    one_at_start: bool = False
    one_at_end: bool = False

    @property
    def properties(self) -> tuple[Property, ...]:
        """What it carries."""
        return (*(DATED if self.dated else ()), *(SHARED if self.shared else ()))


RELATIONSHIPS: tuple[Relationship, ...] = (
    Relationship(
        "MEMBER_OF",
        "Party",
        ("Organization",),
        "is a member of the organization; a unit is a part of it",
        "member_of",
        "members",
        dated=True,
    ),
    Relationship(
        "PLAYS",
        "Party",
        ("PartyRole",),
        "holds the functional role",
        "plays",
        "played_by",
        one_at_end=True,
    ),
    Relationship(
        "HAS_IDENTITY",
        "Party",
        ("DigitalIdentity",),
        "owns the username",
        "has_identity",
        "owned_by",
        one_at_end=True,
    ),
    Relationship(
        "LOCATED_AT", "Party", ("Place",), "lives or works there", "located_at", "location_of"
    ),
    Relationship(
        "RESPONSIBLE_FOR",
        "Individual",
        ("Individual",),
        "is the responsible adult of the minor",
        "responsible_for",
        "minded_by",
        dated=True,
    ),
    Relationship(
        "EXEMPT_FROM",
        "Individual",
        ("Policy",),
        "the policy is lifted for this individual",
        "exempt_from",
        "lifted_for",
        dated=True,
    ),
    Relationship(
        "PLAYS",
        "PartyRole",
        ("InvolvementRole",),
        "is involved by way of this role",
        "plays",
        "played_by",
        one_at_end=True,
    ),
    Relationship(
        "ON_ACCOUNT",
        "PartyRole",
        ("CustomerAccount",),
        "the account it is relative to",
        "on_account",
        "roles",
        one_at_start=True,
    ),
    Relationship(
        "GUARANTEED_BY",
        "PartyRole",
        ("Individual",),
        "the responsible adult who stands guarantor",
        "guaranteed_by",
        "guarantees",
        one_at_start=True,
    ),
    Relationship(
        "PAYS",
        "BillPayer",
        ("BillingAccount",),
        "pays this share of the bill",
        "pays",
        "paid_by",
        shared=True,
    ),
    Relationship(
        "PLAYS",
        "ResourceRole",
        ("InvolvementRole",),
        "is involved by way of this role",
        "plays",
        "played_by",
        one_at_end=True,
    ),
    Relationship(
        "INVOLVED_IN",
        "InvolvementRole",
        ("Product", "Service", "Resource"),
        "what it is a role on",
        "involved_in",
        "involvements",
        one_at_start=True,
    ),
    Relationship(
        "IDENTIFIED_BY",
        "InvolvementRole",
        ("DigitalIdentity",),
        "the username it is exercised with",
        "identified_by",
        "identifies",
    ),
    Relationship(
        "SET", "Admin", ("Policy",), "set the policy", "set_policies", "set_by", one_at_end=True
    ),
    Relationship(
        "HAS_PRODUCT",
        "CustomerAccount",
        ("Product",),
        "holds the product",
        "has_product",
        "held_on",
        one_at_end=True,
    ),
    Relationship(
        "BUNDLES", "Product", ("Product",), "contains the other product", "bundles", "bundled_in"
    ),
    Relationship(
        "REALIZED_BY",
        "Product",
        ("Service",),
        "is delivered by the service",
        "realized_by",
        "realizes",
    ),
    Relationship(
        "CHARGED_TO",
        "Product",
        ("BillingAccount",),
        "this share of its price is on the bill",
        "charged_to",
        "charges",
        shared=True,
    ),
    Relationship(
        "AVAILABLE_ON",
        "Service",
        ("Resource",),
        "can be used on the device",
        "available_on",
        "offers",
        dated=True,
    ),
    Relationship(
        "PLAYS",
        "Resource",
        ("ResourceRole",),
        "holds the role of a device",
        "plays",
        "played_by",
        one_at_end=True,
    ),
    Relationship(
        "CONNECTED_TO",
        "Resource",
        ("Resource",),
        "is connected to the other",
        "connected_to",
        "connected_from",
    ),
    Relationship("LOCATED_AT", "Resource", ("Place",), "stands there", "located_at", "location_of"),
    Relationship(
        "APPLIES_TO",
        "Policy",
        ("Party",),
        "speaks to this party by name",
        "applies_to",
        "spoken_to_by",
    ),
    Relationship(
        "GOVERNS",
        "Policy",
        ("Product", "Service", "Resource", "Organization"),
        "is about it; the organization itself means everything in the household",
        "governs",
        "governed_by",
    ),
    Relationship(
        "ALLOWS",
        "Policy",
        ("Product", "Service"),
        "allow-only: what stays allowed; a product stands for its services too",
        "allows",
        "allowed_by",
    ),
    Relationship(
        "ENFORCED_BY",
        "Policy",
        ("Service",),
        "the service that enforces it",
        "enforced_by",
        "enforces",
    ),
    Relationship(
        "RECORDED_FOR",
        "Change",
        ("Organization",),
        "the household changed",
        "recorded_for",
        "changes",
        one_at_start=True,
    ),
    Relationship(
        "PART_OF",
        "Change",
        ("ImportRun",),
        "the import by which it came",
        "part_of",
        "changes",
        one_at_start=True,
    ),
    Relationship(
        "DESCRIBES",
        "SourceRecord",
        ("Party", "CustomerAccount", "Product", "Resource"),
        "speaks of",
        "describes",
        "described_by",
    ),
)
"""In the order of the labels they start at."""
