"""Questions across households: no path leaves one, so a guest has what its own facts say of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from household_graph.engine.facts import Facts, Memory
from household_graph.engine.question import Question
from household_graph.model.ids import household_of


def guests_of(question: Question) -> list[str]:
    """Return the party and the device where they are not of the target's household."""
    home = household_of(question.target)
    named = (question.party, question.device or question.target)
    return [entity_id for entity_id in named if household_of(entity_id) != home]


def with_guests(facts: Facts, guests: Iterable[str], others: Mapping[str, Facts]) -> Facts:
    """Return facts with parties or devices of other households among them.

    Args:
        facts: of the target's household.
        guests: ids of other households; one that is not there is left out.
        others: the facts of other households, by household id.
    """
    askers = dict(facts.askers)
    for guest in guests:
        other = others.get(household_of(guest))
        if other and guest in other.askers:
            askers[guest] = other.askers[guest]
    return replace(facts, askers=askers, memory=Memory())
