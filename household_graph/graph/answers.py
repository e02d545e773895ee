"""Questions answered: the facts are fetched, the judge decides, each item on its own."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from household_graph.decision.decision import Again, Decision
from household_graph.decision.facts import Facts
from household_graph.decision.guests import guests_of, with_guests
from household_graph.decision.judge import judge
from household_graph.decision.question import Question
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.graph.connection import Connection
from household_graph.graph.facts import (
    each_evidence,
    each_household,
    fetch_facts,
    unknown_household,
)
from household_graph.model.ids import household_of
from household_graph.model.instants import now

__all__ = ["Answer", "answer_all", "answer_by", "facts_of", "without_cycles"]

_SHARED = 4  # questions a household from which on its whole facts cost less than each one's own

Answer = Decision | BadInputError
"""What one item of a batch comes to: its decision, or what is wrong with that question."""


def answer_all(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    """Return an answer for each question, in order.

    Questions scattered over many households fetch what is kept of each, or only what bears on each
    of them; many about the same household, and those for which that is not enough, share the facts
    of the whole.
    """
    with without_cycles():
        return _answer_all(connection, questions, now())


def _answer_all(
    connection: Connection, questions: Sequence[Question], instant: int
) -> list[Answer]:
    answers: dict[int, Answer] = {}
    if len(questions) < _SHARED * len({household_of(q.target) for q in questions}):
        answers = _from_evidence(connection, questions, instant)
    left = [place for place in range(len(questions)) if place not in answers]
    answers |= _from_households(connection, questions, left, instant)
    return [answers[place] for place in range(len(questions))]


def _from_evidence(
    connection: Connection, questions: Sequence[Question], instant: int
) -> dict[int, Answer]:
    """Return the answers for which the evidence of the question alone is enough."""
    answers: dict[int, Answer] = {}

    def use(place: int, facts: Facts, again: Again | None) -> None:
        question, is_whole = questions[place], again is not None
        on_device = question.device and question.target in facts.products
        if guests_of(question) or (on_device and not is_whole):
            return
        answer = answer_by(facts, question, {}, instant, again)
        if is_whole or not isinstance(answer, UnknownIdError):  # the whole knows the nearest ids
            answers[place] = answer

    each_evidence(connection, questions, use)
    return answers


def _from_households(
    connection: Connection, questions: Sequence[Question], places: Iterable[int], instant: int
) -> dict[int, Answer]:
    """Return the answers to the questions at some places, by the facts of whole households."""
    homes: dict[str, list[int]] = defaultdict(list)
    for place in places:
        homes[household_of(questions[place].target)].append(place)
    asked = [questions[place] for of_home in homes.values() for place in of_home]
    others = _others(connection, {guest for question in asked for guest in guests_of(question)})
    answers: dict[int, Answer] = {}

    def use(facts: Facts) -> None:
        for place in homes[facts.household]:
            answers[place] = answer_by(facts, questions[place], others, instant)

    each_household(connection, list(homes), use)
    for home, of_home in homes.items():
        if of_home[0] not in answers:
            error = unknown_household(connection, questions[of_home[0]].target, home)
            answers |= dict.fromkeys(of_home, error)
    return answers


@contextmanager
def without_cycles() -> Iterator[None]:
    """Put off Python's search for cycles: facts have none, and looking takes a third of a batch."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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


def answer_by(
    facts: Facts,
    question: Question,
    others: Mapping[str, Facts],
    instant: int,
    again: Again | None = None,
) -> Answer:
    """Return the answer that facts give to a question, or what is wrong with the question.

    Args:
        facts: of the target's household.
        question: what is asked.
        others: the facts of other households, by household id.
        instant: the moment of a question that names none, in milliseconds.
        again: how a decision comes by the facts again, see `judge`.
    """
    try:
        return judge(facts, question, now=instant, again=again)
    except UnknownIdError as error:
        guests = guests_of(question) if others else []
        if not guests:
            return error
        return answer_by(with_guests(facts, guests, others), question, {}, instant)
    except BadInputError as error:
        return error
