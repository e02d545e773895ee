"""What a minor may not administer: services that enforce policies, and what carries these."""

from collections.abc import Iterable, Mapping

from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts
from household_graph.engine.grants import coverages, paths
from household_graph.model.enums import InvolvementKind, ServiceState
from household_graph.model.spans import Span, contains, union, without

_Administers = Mapping[tuple[str, str], tuple[Span, ...]]


def minor_admins(facts: Facts) -> _Administers:
    """Return when, by what is recorded, which minors are Admin of which enforcing services.

    At any time, past ones too: what is recorded of yesterday is held to the law as of yesterday.
    """
    minors = {
        asker.id: span
        for asker in facts.principals.values()
        if asker.kind == "Individual" and (span := minority(facts, asker))
    }
    return {
        (minor, service): union(tuple(found))
        for service, policies in _enforcing(facts).items()
        for minor, young in minors.items()
        if (found := list(_administering(facts, minor, service, policies, young)))
    }


def closed_to_minors(facts: Facts, item: str, instant: int) -> bool:
    """Return whether something is, or carries, a service that enforces a policy in force."""
    return any(
        any(cover.item == item for cover in coverages(facts, service))
        for service in enforcers(facts, instant)
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

    That is whatever stops them: their own state, or the products and accounts they are had by.

    Args:
        before: the facts of the household without the change.
        after: those with it; None: there is no household any more.
        since: when the change takes effect, in milliseconds.
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


def _live(facts: Facts, service: str) -> tuple[Span, ...]:
    """Return when a service is had: it is active, and so is a product that carries it, if any."""
    known = facts.services.get(service)
    if known is None or known.state != ServiceState.ACTIVE:
        return ()
    own = (cover for cover in coverages(facts, service) if cover.item == service)
    return union(tuple(cover.span for cover in own if cover.inactive is None))


def _administering(
    facts: Facts, minor: str, service: str, policies: Iterable[Span], young: Span
) -> Iterable[Span]:
    for path in paths(facts, minor, InvolvementKind.ADMIN, service):
        for policy in policies if path.inactive is None else ():
            span = path.span.meet(*young).meet(*policy)
            if span.start < span.end:
                yield span


def _enforcing(facts: Facts) -> dict[str, list[Span]]:
    """Return the services that enforce policies, with when those are in force."""
    found: dict[str, list[Span]] = {}
    for policy in facts.policies:
        for service in policy.enforced_by:
            span = Span(policy.valid_from, policy.valid_to)
            found.setdefault(service, []).extend([span] if span.start < span.end else [])
    return found
