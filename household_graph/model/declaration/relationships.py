"""Every type of relationship: what it joins, and what it carries."""

import re
from dataclasses import dataclass

from household_graph.model.declaration.properties import DATED, SHARED, Property


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship type between a label it starts at and those it can end at.

    The meaning is one line: the start … the end. Classes walk it by the names `forward` and
    `backward`. A dated one has a validity, and a period: 1 for the first time the two are related
    so, 2 for the next; a shared one bears a share in per cent. A node starts, or ends, at most one
    where it says so.
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


def _declared(
    pattern: str, backward: str, meaning: str, forward: str = "", **flags: bool
) -> Relationship:
    """Return the relationship of a pattern; without a name for it, forward is its type."""
    start, kind, ends = re.findall(r"[\w|]+", pattern)
    return Relationship(
        kind, start, tuple(ends.split("|")), meaning, forward or kind.lower(), backward, **flags
    )


RELATIONSHIPS: tuple[Relationship, ...] = (
    _declared(
        "(:Party)-[:MEMBER_OF]->(:Organization)",
        "members",
        "is a member of the organization; a unit is a part of it",
        dated=True,
    ),
    _declared(
        "(:Party)-[:PLAYS]->(:PartyRole)", "played_by", "holds the functional role", one_at_end=True
    ),
    _declared(
        "(:Party)-[:HAS_IDENTITY]->(:DigitalIdentity)",
        "owned_by",
        "owns the username",
        one_at_end=True,
    ),
    _declared("(:Party)-[:LOCATED_AT]->(:Place)", "location_of", "lives or works there"),
    _declared(
        "(:Individual)-[:RESPONSIBLE_FOR]->(:Individual)",
        "minded_by",
        "is the responsible adult of the minor",
        dated=True,
    ),
    _declared(
        "(:Individual)-[:EXEMPT_FROM]->(:Policy)",
        "lifted_for",
        "the policy is lifted for this individual",
        dated=True,
    ),
    _declared(
        "(:PartyRole)-[:PLAYS]->(:InvolvementRole)",
        "played_by",
        "is involved by way of this role",
        one_at_end=True,
    ),
    _declared(
        "(:PartyRole)-[:ON_ACCOUNT]->(:CustomerAccount)",
        "roles",
        "the account it is relative to",
        one_at_start=True,
    ),
    _declared(
        "(:PartyRole)-[:GUARANTEED_BY]->(:Individual)",
        "guarantees",
        "the responsible adult who stands guarantor",
        one_at_start=True,
    ),
    _declared(
        "(:BillPayer)-[:PAYS]->(:BillingAccount)",
        "paid_by",
        "pays this share of the bill",
        shared=True,
    ),
    _declared(
        "(:ResourceRole)-[:PLAYS]->(:InvolvementRole)",
        "played_by",
        "is involved by way of this role",
        one_at_end=True,
    ),
    _declared(
        "(:InvolvementRole)-[:INVOLVED_IN]->(:Product|Service|Resource)",
        "involvements",
        "what it is a role on",
        one_at_start=True,
    ),
    _declared(
        "(:InvolvementRole)-[:IDENTIFIED_BY]->(:DigitalIdentity)",
        "identifies",
        "the username it is exercised with",
    ),
    _declared(
        "(:Admin)-[:SET]->(:Policy)",
        "set_by",
        "set the policy",
        forward="set_policies",
        one_at_end=True,
    ),
    _declared(
        "(:CustomerAccount)-[:HAS_PRODUCT]->(:Product)",
        "held_on",
        "holds the product",
        one_at_end=True,
    ),
    _declared("(:Product)-[:BUNDLES]->(:Product)", "bundled_in", "contains the other product"),
    _declared("(:Product)-[:REALIZED_BY]->(:Service)", "realizes", "is delivered by the service"),
    _declared(
        "(:Product)-[:CHARGED_TO]->(:BillingAccount)",
        "charges",
        "this share of its price is on the bill",
        shared=True,
    ),
    _declared(
        "(:Service)-[:AVAILABLE_ON]->(:Resource)", "offers", "can be used on the device", dated=True
    ),
    _declared(
        "(:Resource)-[:PLAYS]->(:ResourceRole)",
        "played_by",
        "holds the role of a device",
        one_at_end=True,
    ),
    _declared(
        "(:Resource)-[:CONNECTED_TO]->(:Resource)", "connected_from", "is connected to the other"
    ),
    _declared("(:Resource)-[:LOCATED_AT]->(:Place)", "location_of", "stands there"),
    _declared("(:Policy)-[:APPLIES_TO]->(:Party)", "spoken_to_by", "speaks to this party by name"),
    _declared(
        "(:Policy)-[:GOVERNS]->(:Product|Service|Resource|Organization)",
        "governed_by",
        "is about it; the organization itself means everything in the household",
    ),
    _declared(
        "(:Policy)-[:ALLOWS]->(:Product|Service)",
        "allowed_by",
        "allow-only: what stays allowed; a product stands for its services too",
    ),
    _declared("(:Policy)-[:ENFORCED_BY]->(:Service)", "enforces", "the service that enforces it"),
    _declared(
        "(:Change)-[:RECORDED_FOR]->(:Organization)",
        "changes",
        "the household changed",
        one_at_start=True,
    ),
    _declared(
        "(:Change)-[:PART_OF]->(:ImportRun)",
        "changes",
        "the import by which it came",
        one_at_start=True,
    ),
    _declared(
        "(:SourceRecord)-[:DESCRIBES]->(:Party|CustomerAccount|Product|Resource)",
        "described_by",
        "speaks of",
    ),
)
"""In the order of the labels they start at."""
