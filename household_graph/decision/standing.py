"""How things stand at one instant: the answer to any question, yes or no (laws 1 to 8)."""

from collections.abc import Sequence

from household_graph.decision.bearing import NO_BEARINGS, Bearings, bearings
from household_graph.decision.curfew import covering
from household_graph.decision.facts import Facts
from household_graph.decision.intervals import Span, contains
from household_graph.decision.paths import covers, inactive, ways
from household_graph.model.vocabulary import InvolvementKind

__all__ = ["CONSUMER", "Standing", "availability", "carried_services", "policies_for"]

CONSUMER = InvolvementKind.CONSUMER.value
"""The label of the involvement role that use rests on."""


class Standing:
    """Facts at an instant; what is found out for one question serves the next.

    Attributes:
        facts: of one household.
        instant: in milliseconds.
    """

    __slots__ = ("_held", "_in_curfew", "facts", "instant")

    def __init__(self, facts: Facts, instant: int) -> None:
        """Take facts and an instant; nothing is worked out yet."""
        self.facts = facts
        self.instant = instant
        self._held: dict[tuple[str, str, str], bool] = {}
        self._in_curfew: dict[tuple[str, str, str | None], bool] = {}

    def allowed(self, party: str, kind: str, target: str, device: str | None) -> bool:
        """Return whether the answer is yes.

        Args:
            party: who asks.
            kind: the label of the involvement role that is needed.
            target: what is asked for.
            device: on which device, or None.
        """
        return self.permitted(party, kind, target, device) and not self._curfewed(
            party, kind, target, device
        )

    def permitted(self, party: str, kind: str, target: str, device: str | None) -> bool:
        """Return whether the answer is yes, curfews aside."""
        if not self._holds(party, kind, target):
            return False
        if device is not None and not (
            self._holds(party, CONSUMER, device)
            and contains(availability(self.facts, target, device), self.instant)
        ):
            return False
        instant = self.instant
        for ban in policies_for(self.facts, party, kind, target, device).bans:
            if ban.in_force(instant):
                return False
        return True

    def _holds(self, party: str, kind: str, thing: str) -> bool:
        """Return whether a grant reaches the party, and neither it nor the thing is inactive."""
        key = (party, kind, thing)
        found = self._held.get(key)
        if found is None:
            facts = self.facts
            found = (
                contains(ways(facts, party, kind, thing).live, self.instant)
                and inactive(facts, party) is None
                and inactive(facts, thing) is None
            )
            self._held[key] = found
        return found

    def _curfewed(self, party: str, kind: str, target: str, device: str | None) -> bool:
        curfews = policies_for(self.facts, party, kind, target, device).curfews
        if not curfews:
            return False
        key = (party, target, device)
        found = self._in_curfew.get(key)
        if found is None:
            policies = [one.policy for one in curfews if one.in_force(self.instant)]
            found = covering(policies, self.instant, self.facts.zone) is not None
            self._in_curfew[key] = found
        return found


def policies_for(facts: Facts, party: str, kind: str, target: str, device: str | None) -> Bearings:
    """Return the policies that bear on a question; they bear on use alone."""
    if kind != CONSUMER:
        return NO_BEARINGS
    return bearings(facts, facts.askers[party], target, device)


def availability(facts: Facts, target: str, device: str) -> Sequence[Span]:
    """Return when the target, or a service that realizes it, is available on the device."""
    if target in facts.products:
        return [
            span
            for service in carried_services(facts, target)
            for span in availability(facts, service, device)
        ]
    return [
        Span(link.valid_from, link.valid_to)
        for link in facts.availability.get((target, device), ())
    ]


def carried_services(facts: Facts, product: str) -> list[str]:
    """Return the services that realize a product, or a product it bundles."""
    if product not in facts.products:
        return []
    return [
        service
        for service in facts.services
        if any(cover.item == product for cover in covers(facts, service))
    ]
