"""Questions answered: the facts are fetched, the judge decides, each item on its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from household_graph.decision.facts import Facts
from household_graph.decision.guests import guests_of, with_guests
from household_graph.decision.judge import judge
from household_graph.decision.question import Decision, Question
from household_graph.errors import BadInputError
from household_graph.graph.connection import Connection
from household_graph.graph.facts import fetch_facts, stream_facts, unknown_household
from household_graph.model.ids import household_of
from household_graph.model.instants import now

__all__ = ["Answer", "answer_all", "facts_of"]

Answer = Decision | BadInputError
"""What one item of a batch comes to: its decision, or what is wrong with that question."""


def answer_all(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    """Return an answer for each question, in order; facts of a household are fetched once."""
    instant = now()
    homes: dict[str, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        homes[household_of(question.target)].append(place)
    others = _others(connection, {guest for q in questions for guest in guests_of(q)})
    answers: dict[int, Answer] = {}
    for part in stream_facts(connection, list(homes)):
        for home, facts in part.items():
            for place in homes[home]:
                answers[place] = _answer(facts, questions[place], others, instant)
    for home, places in homes.items():
        if places[0] not in answers:
            error = unknown_household(connection, questions[places[0]].target, home)
            answers |= dict.fromkeys(places, error)
    return [answers[place] for place in range(len(questions))]


def facts_of(connection: Connection, entity_id: str, guests: Iterable[str] = ()) -> Facts:
    """Return the facts of the household an id belongs to, with guests of others among them.

    Raises:
        UnknownIdError: if there is no such household.
    """
    home = household_of(entity_id)
    foreign = [guest for guest in guests if household_of(guest) != home]
    facts = fetch_facts(connection, [home]).get(home)
    if facts is None:
        raise unknown_household(connection, entity_id, home)
    return with_guests(facts, foreign, _others(connection, foreign)) if foreign else facts


def _others(connection: Connection, guests: Iterable[str]) -> dict[str, Facts]:
    households = sorted({household_of(guest) for guest in guests})
    return fetch_facts(connection, households) if households else {}


def _answer(facts: Facts, question: Question, others: Mapping[str, Facts], instant: int) -> Answer:
    try:
        if guests := guests_of(question):
            facts = with_guests(facts, guests, others)
        return judge(facts, question, now=instant)
    except BadInputError as error:
        return error
