"""What a minor may not administer: services that enforce policies, and what carries these."""

from collections import defaultdict
from collections.abc import Mapping

from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts
from household_graph.engine.grants import coverages, paths
from household_graph.model.enums import InvolvementKind, ServiceState
from household_graph.model.spans import Span, common, contains, union, without

_Spans = tuple[Span, ...]


def minor_admins(facts: Facts) -> Mapping[tuple[str, str], _Spans]:
    """Return when, by what is recorded, which minors are Admin of which enforcing services.

    At any time, past ones too: what is recorded of yesterday is held to the law as of yesterday.
    """
    found: dict[tuple[str, str], _Spans] = {}
    minors = {
        principal.id: span
        for principal in facts.principals.values()
        if principal.kind == "Individual" and (span := minority(facts, principal))
    }
    for service, policies in _enforcing(facts).items():
        for minor, young in minors.items():
            held = paths(facts, minor, InvolvementKind.ADMIN, service)
            granted = tuple(path.span.meet(*young) for path in held if path.inactive is None)
            if spans := common(union(granted), policies):
                found[minor, service] = spans
    return found


def closed_to_minors(facts: Facts, item: str, instant: int) -> bool:
    """Return whether something is, or carries, a service that enforces a policy in force."""
    return any(
        cover.item == item
        for service in enforcers(facts, instant)
        for cover in coverages(facts, service)
    )


def enforcers(facts: Facts, instant: int, *, later: bool = False) -> list[str]:
    """Return the services that enforce a policy in force at an instant, or `later` to come."""
    return sorted(
        service
        for service, policies in _enforcing(facts).items()
        if contains(policies, instant) or (later and any(span.end > instant for span in policies))
    )


def stopped(before: Facts, after: Facts | None, since: int) -> list[str]:
    """Return the enforcing services that a change stops, or ends, at some time from an instant on.

    That is whatever stops them: their own state, or that of their products and accounts. With
    `after` None there is no household any more.
    """
    return sorted(
        service
        for service, policies in _enforcing(before).items()
        if any(span.end > since for span in policies)
        and any(
            span.end > since
            for span in without(_live(before, service), _live(after, service) if after else ())
        )
    )


def _live(facts: Facts, service: str) -> _Spans:
    """Return when a service is active, and so is a product that carries it, if any does."""
    known = facts.services.get(service)
    if known is None or known.state != ServiceState.ACTIVE:
        return ()
    own = (cover for cover in coverages(facts, service) if cover.item == service)
    return union(tuple(cover.span for cover in own if cover.inactive is None))


def _enforcing(facts: Facts) -> Mapping[str, _Spans]:
    """Return the services that enforce policies, with when those are in force."""
    found: dict[str, list[Span]] = defaultdict(list)
    for policy in facts.policies:
        for service in policy.enforced_by:
            found[service].append(Span(policy.valid_from, policy.valid_to))
    return {service: union(tuple(spans)) for service, spans in found.items()}
