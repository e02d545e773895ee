"""The households and the questions that every engine gets, half of the answers no."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bench.households import households, random_questions
from bench.peers.engine import Ask, World
from household_graph import Question
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import service_questions
from household_graph.model.ids import household_of

__all__ = ["asks", "judged_services", "judged_who", "world"]

_DRAWN = 8  # questions drawn for each one taken, to have enough of either answer


def world(count: int) -> World:
    """Return so many households."""
    documents = list(households(count))
    facts = (facts_from_rows(to_rows(HouseholdDocument.model_validate(d))) for d in documents)
    return World(documents, {one.household: one for one in facts})


def asks(given: World, count: int) -> list[Ask]:
    """Return so many questions, yes and no in turn, as long as there are enough of either."""
    drawn = random_questions(list(given.documents), count * _DRAWN)
    return list(_balanced((_ask(given, one) for one in drawn), count))


def _balanced(drawn: Iterable[Ask], count: int) -> Iterator[Ask]:
    left = {True: count - count // 2, False: count // 2}
    for one in drawn:
        if left[one.allowed]:
            left[one.allowed] -= 1
            yield one


def _ask(given: World, drawn: dict[str, str]) -> Ask:
    facts = given.facts[household_of(drawn["party"])]
    question = Question(drawn["party"], drawn["target"], device=drawn["device"], at=drawn["at"])
    return Ask(
        household=facts.household,
        **drawn,
        allowed=decide(facts, question, now=0).allowed,
        context=_context(facts, drawn),
    )


def _context(facts: Facts, drawn: dict[str, str]) -> dict[str, Any]:
    instant = datetime.fromisoformat(drawn["at"])
    local = instant.astimezone(facts.zone)
    return {
        "now": int(instant.timestamp()),
        "local_date": int(f"{local:%Y%m%d}"),
        "weekday": local.weekday(),
        "minute": local.hour * 60 + local.minute,
        "rating": facts.services[drawn["target"]].minimum_age or 0,
        "asked_device": drawn["device"],
    }


def judged_services(facts: Facts, ask: Ask) -> set[str]:
    """Return the services that the judge allows the party on the device."""
    asked = service_questions(facts, ask.party, ask.device, ask.at)
    return {one.target for one in asked if decide(facts, one, now=0).allowed}


def judged_who(facts: Facts, ask: Ask) -> set[str]:
    """Return the people whom the judge allows the service on the device."""
    people = [one.id for one in facts.principals.values() if one.kind == "Individual"]
    return {
        party
        for party in people
        if decide(facts, Question(party, ask.target, device=ask.device, at=ask.at), now=0).allowed
    }
