"""What a minor may be: never Admin of what enforces policies, a Customer only with a guarantor."""

from collections.abc import Iterator

from household_graph.changes.authority.state import State, is_minor
from household_graph.decision.ages import minority
from household_graph.decision.intervals import Span, contains
from household_graph.decision.paths import covers, inactive, paths
from household_graph.model.row_index import RowIndex
from household_graph.model.validity import holds, span_of
from household_graph.model.vocabulary import InvolvementKind

__all__ = [
    "closed_to_minors",
    "guaranteed",
    "guarantors_of",
    "minor_admins",
    "unguaranteed",
]

_GUARANTEED = {"Customer", "BillPayer"}


def guarantors_of(state: State, minor: str, instant: int) -> list[str]:
    """Return who could become guarantor of a minor: the active adults responsible for it."""
    adults = _responsible(state, minor, instant)
    return sorted(adult for adult in adults if not inactive(state.facts, adult))


def guaranteed(state: State, role: str, minor: str, instant: int) -> bool:
    """Return whether a responsible adult is recorded as guarantor for a role of a minor."""
    adults = _responsible(state, minor, instant)
    return any(link.end in adults for link in state.index.out("GUARANTEED_BY", role))


def unguaranteed(state: State, instant: int) -> Iterator[tuple[str, str]]:
    """Yield the Customer and Bill Payer roles of minors without a guarantor, and the minors.

    A role that begins later is judged by how it begins; one that is over does not count.
    """
    for role in state.index.labelled("PartyRole"):
        start, end = span_of(role.properties)
        moment = max(start, instant)
        if role.labels.isdisjoint(_GUARANTEED) or end <= moment:
            continue
        for link in state.index.into("PLAYS", role.id):
            minor = is_minor(state.facts, link.start, moment)
            if minor and not guaranteed(state, role.id, link.start, moment):
                yield role.id, link.start


def minor_admins(state: State, instant: int) -> set[tuple[str, str]]:
    """Return which minors administer which enforcing services, at an instant or later on."""
    minors = {
        asker.id: span
        for asker in state.facts.askers.values()
        if asker.kind == "Individual" and (span := minority(state.facts, asker))
    }
    return {
        (minor, service)
        for service, policies in _enforcing(state.index).items()
        for minor, young in minors.items()
        for path in paths(state.facts, minor, InvolvementKind.ADMIN, service)
        if path.inactive is None
        and any(_together(instant, path.span, young, policy) for policy in policies)
    }


def closed_to_minors(state: State, item: str, instant: int) -> bool:
    """Return whether something is, or carries, a service that enforces a policy in force."""
    return any(
        contains(policies, instant)
        and any(cover.item == item for cover in covers(state.facts, service))
        for service, policies in _enforcing(state.index).items()
    )


def _responsible(state: State, minor: str, instant: int) -> set[str]:
    return {
        link.start
        for link in state.index.into("RESPONSIBLE_FOR", minor)
        if holds(link.properties, instant) and not is_minor(state.facts, link.start, instant)
    }


def _enforcing(index: RowIndex) -> dict[str, list[Span]]:
    """Return the services that enforce policies, with when those are in force."""
    found: dict[str, list[Span]] = {}
    for policy in index.labelled("Policy"):
        for link in index.out("ENFORCED_BY", policy.id):
            found.setdefault(link.end, []).append(Span(*span_of(policy.properties)))
    return found


def _together(instant: int, first: Span, *others: Span) -> bool:
    """Return whether spans have something in common, not all of it before an instant."""
    for other in others:
        first = first.meet(*other)
    return first.start < first.end and first.end > instant
