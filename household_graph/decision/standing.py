"""How things stand at one instant: the answer to any question, yes or no (laws 1 to 8)."""

from collections.abc import Iterable, Mapping, Sequence

from household_graph.decision.bearing import (
    NO_BEARINGS,
    Bearings,
    bearings,
    forbids,
    governed,
    speaking,
)
from household_graph.decision.curfew import covering
from household_graph.decision.facts import Facts, PolicyFact
from household_graph.decision.intervals import Span, contains
from household_graph.decision.paths import (
    covers,
    granted_items,
    inactive,
    is_granted,
    reaches,
)
from household_graph.model.vocabulary import InvolvementKind, PolicyKind

__all__ = [
    "CONSUMER",
    "Standing",
    "availability",
    "carried_services",
    "policies_for",
    "prepare",
]

CONSUMER = InvolvementKind.CONSUMER.value
"""The label of the involvement role that use rests on."""

_CURFEW = PolicyKind.CURFEW.value  # plain text, as in `bearing`


class Standing:
    """Facts at an instant; what is found out for one question serves the next.

    Attributes:
        facts: of one household.
        instant: in milliseconds.
    """

    __slots__ = ("_closed", "_forbidden", "_policies", "facts", "instant")

    def __init__(self, facts: Facts, instant: int) -> None:
        """Take facts and an instant; nothing is worked out yet."""
        self.facts = facts
        self.instant = instant
        self._forbidden: dict[tuple[str, str, str | None], bool] = {}
        self._policies: dict[str, list[PolicyFact]] = {}
        self._closed: dict[str, bool] = {}

    def allowed(self, party: str, kind: str, target: str, device: str | None) -> bool:
        """Return whether the answer is yes.

        Args:
            party: who asks.
            kind: the label of the involvement role that is needed.
            target: what is asked for.
            device: on which device, or None.
        """
        return self._granted(party, kind, target, device) and not (
            kind == CONSUMER and self._is_forbidden(party, target, device)
        )

    def permitted(self, party: str, kind: str, target: str, device: str | None) -> bool:
        """Return whether the answer is yes, curfews aside."""
        if not self._granted(party, kind, target, device):
            return False
        bans = policies_for(self.facts, party, kind, target, device).bans
        return not any(ban.in_force(self.instant) for ban in bans)

    def usable(
        self, parties: Iterable[str], places: Sequence[tuple[str, str | None]]
    ) -> list[list[bool]]:
        """Return for each party, and each target and device, whether it may use one on the other.

        It is `allowed` with what is the same for a row or a column found once.
        """
        facts, instant = self.facts, self.instant
        things = {thing for place in places for thing in place if thing is not None}
        above = {
            thing: [cover.item for cover in covers(facts, thing) if cover.live(instant)]
            for thing in things
            if inactive(facts, thing) is None
        }
        offered = [device is None or self._is_offered(target, device) for target, device in places]
        granted = granted_items(facts, CONSUMER, instant)
        return [self._row(party, places, offered, above, granted) for party in parties]

    def _row(
        self,
        party: str,
        places: Sequence[tuple[str, str | None]],
        offered: Sequence[bool],
        above: Mapping[str, Sequence[str]],
        granted: Mapping[str, set[str]],
    ) -> list[bool]:
        facts, instant = self.facts, self.instant
        if inactive(facts, party) is not None:
            return [False] * len(places)
        items: set[str] = set()
        for reach in reaches(facts, party):
            if reach.holder in granted and reach.live(instant):
                items |= granted[reach.holder]
        held = {thing for thing, own in above.items() if not items.isdisjoint(own)}
        speaks = bool(self._speaking(party))
        return [
            is_offered
            and target in held
            and (device is None or device in held)
            and not (speaks and self._is_forbidden(party, target, device))
            for (target, device), is_offered in zip(places, offered, strict=True)
        ]

    def _granted(self, party: str, kind: str, target: str, device: str | None) -> bool:
        """Return whether the answer is yes, policies aside."""
        return (
            inactive(self.facts, party) is None
            and self._holds(party, kind, target)
            and (
                device is None
                or (self._holds(party, CONSUMER, device) and self._is_offered(target, device))
            )
        )

    def _holds(self, party: str, kind: str, thing: str) -> bool:
        """Return whether a grant reaches the party, and the thing is active."""
        facts = self.facts
        return (
            is_granted(facts, party, kind, thing, self.instant) and inactive(facts, thing) is None
        )

    def _is_offered(self, target: str, device: str) -> bool:
        instant = self.instant
        for _service, _device, begins, ends in self.facts.availability.get((target, device), ()):
            if begins <= instant < ends:
                return True
        return target in self.facts.products and contains(
            availability(self.facts, target, device), instant
        )

    def _is_forbidden(self, party: str, target: str, device: str | None) -> bool:
        """Return whether a policy forbids use, curfews by their windows."""
        policies = self._speaking(party)
        if not policies:
            return False
        key = (party, target, device if device in governed(self.facts) else None)
        found = self._forbidden.get(key)
        if found is None:
            found = self._forbidden[key] = self._forbids(policies, *key)
        return found

    def _speaking(self, party: str) -> list[PolicyFact]:
        """Return the policies that speak to the party, but for curfews outside their windows."""
        found = self._policies.get(party)
        if found is None:
            asker = self.facts.askers[party]
            found = self._policies[party] = [
                policy
                for policy in speaking(self.facts, asker, self.instant)
                if policy.kind != _CURFEW or self._is_closed(policy)
            ]
        return found

    def _forbids(
        self, policies: Sequence[PolicyFact], party: str, target: str, device: str | None
    ) -> bool:
        asker = self.facts.askers[party]
        for policy in policies:
            if forbids(self.facts, policy, asker, target, device, instant=self.instant):
                return True
        return False

    def _is_closed(self, curfew: PolicyFact) -> bool:
        found = self._closed.get(curfew.id)
        if found is None:
            window = covering([curfew], self.instant, self.facts.zone)
            found = self._closed[curfew.id] = window is not None
        return found


def prepare(facts: Facts) -> None:
    """Find out what questions of any moment need, so that the first is as quick as the next."""
    for service in facts.services:
        inactive(facts, service)  # and what covers it
    for asker in facts.askers.values():
        if asker.kind == "Individual":
            inactive(facts, asker.id)
            reaches(facts, asker.id)
            speaking(facts, asker, 0)


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
