"""One question with all that bears on it, laid out so that any instant can be judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from household_graph.decision.bearing import Bearing, bearings
from household_graph.decision.facts import Facts
from household_graph.decision.intervals import Span, contains, edges_after
from household_graph.decision.paths import (
    Inactive,
    Path,
    any_live,
    covers,
    inactive_asker,
    inactive_target,
    paths,
)
from household_graph.decision.question import Question
from household_graph.errors import InvalidQuestionError, UnknownIdError
from household_graph.model.ids import nearest
from household_graph.model.vocabulary import Action, InvolvementKind, PolicyKind

__all__ = ["Case", "carried_services", "open_case", "require_known"]


@dataclass(frozen=True, slots=True)
class Case:
    """What was found about a question; true whatever the instant.

    Attributes:
        facts: the facts it rests on.
        question: what is asked.
        grants: every path from the party to the target.
        device_grants: every path from the party to the device; empty without a device.
        inactive: what is not active among the party, the target and the device.
        available: when the target is available on the device; empty without a device.
        curfews: the curfews that bear on it.
        bans: the classifications and blocks that bear on it.
    """

    facts: Facts
    question: Question
    grants: list[Path]
    device_grants: list[Path]
    inactive: list[Inactive]
    available: list[Span]
    curfews: list[Bearing]
    bans: list[Bearing]

    def permitted(self, instant: int) -> bool:
        """Return whether the answer at an instant is yes, curfews aside."""
        if self.inactive or not any_live(self.grants, instant):
            return False
        if self.question.device is not None and not (
            contains(self.available, instant) and any_live(self.device_grants, instant)
        ):
            return False
        return not any(ban.in_force(instant) for ban in self.bans)

    def edges_after(self, instant: int) -> list[int]:
        """Return, sorted, the later instants at which anything but a window begins or ends."""
        spans = [path.span for path in self.grants]
        spans += [path.span for path in self.device_grants]
        spans += self.available
        for bearing in (*self.curfews, *self.bans):
            spans += bearing.forbids
            spans += bearing.exempt
        return sorted(set(edges_after(spans, instant)))


def open_case(facts: Facts, question: Question) -> Case:
    """Gather what bears on a question.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
    """
    _check(facts, question)
    device, target = question.device, question.target
    kind = question.action.needs
    asked = [inactive_asker(facts, question.party), inactive_target(facts, target)]
    if device is not None:
        asked.append(inactive_asker(facts, device))
    bearing = []
    if question.action is Action.USE:
        bearing = bearings(facts, facts.askers[question.party], target, device)
    return Case(
        facts=facts,
        question=question,
        grants=paths(facts, question.party, kind, target),
        device_grants=paths(facts, question.party, InvolvementKind.CONSUMER, device)
        if device
        else [],
        inactive=list(dict.fromkeys(found for found in asked if found)),
        available=_availability(facts, target, device) if device else [],
        curfews=[b for b in bearing if b.policy.kind == PolicyKind.CURFEW],
        bans=[b for b in bearing if b.policy.kind != PolicyKind.CURFEW],
    )


def _availability(facts: Facts, target: str, device: str) -> list[Span]:
    """Return when the target, or a service that realizes it, is available on the device."""
    return [
        Span(link.valid_from, link.valid_to)
        for service in (target, *carried_services(facts, target))
        for link in facts.availability.get((service, device), ())
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


def _check(facts: Facts, question: Question) -> None:
    require_known("party", question.party, facts.askers)
    require_known("target", question.target, facts.products, facts.services, facts.resources)
    if question.device is not None:
        require_known("device", question.device, facts.resources)
        if question.target in facts.resources:
            raise InvalidQuestionError(
                f"`{question.target}` is a resource itself, and is not used on `{question.device}`",
                hint="ask for a service or a product on the device, or leave the device out",
            )


def require_known(place: str, entity_id: str, *kinds: Mapping[str, object]) -> None:
    """Raise UnknownIdError, naming the nearest ids, unless the id is of one of the kinds."""
    for kind in kinds:
        if entity_id in kind:
            return
    known = [candidate for kind in kinds for candidate in kind]
    raise UnknownIdError(entity_id, nearest(entity_id, known), place=place)
