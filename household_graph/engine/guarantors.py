"""Who answers for a minor: responsible adults and guarantors (law 9), decided here alone."""

from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts
from household_graph.engine.grants import inactive
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import RowIndex
from household_graph.model.spans import holds

GUARANTEED = frozenset({PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER})
"""The functional roles that a minor has only with a guarantor."""


def is_minor(facts: Facts, party: str, instant: int) -> bool:
    """Return whether a party is an individual below the age of majority at an instant."""
    principal = facts.principals.get(party)
    span = minority(facts, principal) if principal and principal.kind == "Individual" else None
    return span is not None and span.start <= instant < span.end


def responsible_adults(index: RowIndex, facts: Facts, minor: str, instant: int) -> set[str]:
    """Return the ids of adults, active or not, who are responsible for a minor at an instant.

    Args:
        index: the rows of the household.
        facts: of the same rows.
        minor: the id of the minor.
        instant: in milliseconds.
    """
    return {
        link.start
        for link in index.incoming("RESPONSIBLE_FOR", minor)
        if holds(link.properties, instant) and not is_minor(facts, link.start, instant)
    }


def active_guardians(index: RowIndex, facts: Facts, minor: str, instant: int) -> list[str]:
    """Return, sorted, those of the responsible adults who are active."""
    adults = responsible_adults(index, facts, minor, instant)
    return sorted(adult for adult in adults if inactive(facts, adult) is None)


def is_guaranteed(index: RowIndex, facts: Facts, role: str, minor: str, instant: int) -> bool:
    """Return whether a responsible adult is recorded as guarantor of a role of a minor."""
    adults = responsible_adults(index, facts, minor, instant)
    return any(link.end in adults for link in index.outgoing("GUARANTEED_BY", role))
