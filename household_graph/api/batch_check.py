"""Questions answered: the facts are fetched, the judge decides, each item on its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from household_graph.engine.decision import Decision
from household_graph.engine.question import Question, foreign_ids, with_foreign_parties
from household_graph.errors import BadInputError, HouseholdGraphError, UnknownIdError
from household_graph.model.ids import household_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import (
    HouseholdView,
    is_of_data,
    load_for_checks,
    load_for_households,
    load_views,
    unknown_household,
    unreadable,
)

_SHARED = 4  # questions a household from which on its whole facts cost less than each one's own

Answer = Decision | BadInputError
"""What one item of a batch comes to: its decision, or what is wrong with that question."""


def answer_all(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    """Return an answer for each question, in order.

    Questions scattered over many households fetch the access cache of each, or only what bears on
    each of them; many about the same household, and those for which that is not enough, share the
    facts of the whole. A question without a moment is answered for the server's time, read with
    the facts. Those about a household that cannot be read fail, and no others.

    Raises:
        ConflictError: if a household is changed without a pause while it is read.
        DatabaseUnavailableError: if the server does not answer.
    """
    try:
        return _answered(connection, questions)
    except HouseholdGraphError as error:
        if not is_of_data(error):
            raise
        homes = sorted({household_of(one.target) for one in questions})
        if len(homes) == 1:
            bad = error if isinstance(error, BadInputError) else unreadable(homes[0], error)
            return [bad] * len(questions)
    parts: dict[int, Answer] = {}
    for part in (homes[: len(homes) // 2], homes[len(homes) // 2 :]):
        places = [n for n, one in enumerate(questions) if household_of(one.target) in set(part)]
        answers = answer_all(connection, [questions[place] for place in places])
        parts |= dict(zip(places, answers, strict=True))
    return [parts[place] for place in range(len(questions))]


def _answered(connection: Connection, questions: Sequence[Question]) -> list[Answer]:
    answers: dict[int, Answer] = {}
    if len(questions) < _SHARED * len({household_of(q.target) for q in questions}):
        answers = _from_each(connection, questions)
    left = [place for place in range(len(questions)) if place not in answers]
    answers |= _from_households(connection, questions, left)
    return [answers[place] for place in range(len(questions))]


def _from_each(connection: Connection, questions: Sequence[Question]) -> dict[int, Answer]:
    """Return the answers for which what bears on the question alone is enough."""
    answers: dict[int, Answer] = {}

    def use(place: int, view: HouseholdView) -> None:
        question = questions[place]
        if not view.is_whole:
            on_device = question.device and question.target in view.facts.products
            if on_device or foreign_ids(question):
                return
        answer = answer_by(view, question, {})
        # The whole knows the nearest ids, and guests are looked for with it.
        if not isinstance(answer, UnknownIdError) or (view.is_whole and not foreign_ids(question)):
            answers[place] = answer

    load_for_checks(connection, questions, use)
    return answers


def _from_households(
    connection: Connection, questions: Sequence[Question], places: Iterable[int]
) -> dict[int, Answer]:
    """Return the answers to the questions at some places, by the facts of whole households."""
    homes: dict[str, list[int]] = defaultdict(list)
    for place in places:
        homes[household_of(questions[place].target)].append(place)
    asked = [questions[place] for of_home in homes.values() for place in of_home]
    others = _others(connection, {guest for question in asked for guest in foreign_ids(question)})
    answers: dict[int, Answer] = {}

    def use(household: str, view: HouseholdView) -> None:
        for place in homes[household]:
            answers[place] = answer_by(view, questions[place], others)

    load_for_households(connection, list(homes), use)
    for home, of_home in homes.items():
        if of_home[0] not in answers:
            error = unknown_household(connection, questions[of_home[0]].target, home)
            answers |= dict.fromkeys(of_home, error)
    return answers


def load_view(connection: Connection, entity_id: str, guests: Iterable[str] = ()) -> HouseholdView:
    """Return the view of the household an id belongs to, with guests of others among it.

    Raises:
        UnknownIdError: if there is no such household.
    """
    home = household_of(entity_id)
    foreign = [guest for guest in guests if household_of(guest) != home]
    view = load_views(connection, [home]).get(home)
    if view is None:
        raise unknown_household(connection, entity_id, home)
    return joined(view, foreign, _others(connection, foreign)) if foreign else view


def _others(connection: Connection, guests: Iterable[str]) -> dict[str, HouseholdView]:
    households = sorted({household_of(guest) for guest in guests})
    return load_views(connection, households) if households else {}


def joined(
    view: HouseholdView, guests: Sequence[str], others: Mapping[str, HouseholdView]
) -> HouseholdView:
    """Return the view of a household, with parties of others among it."""
    homes = {household_of(guest) for guest in guests}
    facts = {home: others[home].facts for home in homes if home in others}
    return HouseholdView.of(with_foreign_parties(view.facts, guests, facts), view.now)


def answer_by(
    view: HouseholdView,
    question: Question,
    others: Mapping[str, HouseholdView],
    now: int | None = None,
) -> Answer:
    """Return the answer to a question, or what is wrong with the question.

    Args:
        view: of the target's household.
        question: what is asked.
        others: the views of other households, by household id.
        now: the instant of a question that names none; None: that of the view.
    """
    try:
        return view.decide(question, now)
    except UnknownIdError as error:
        guests = foreign_ids(question) if others else []
        if not guests:
            return error
        return answer_by(joined(view, guests, others), question, {}, now)
    except BadInputError as error:
        return error
