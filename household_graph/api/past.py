"""Facts of households as they stood at an earlier time, and questions answered by them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question, foreign_ids
from household_graph.errors import BadInputError
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import Past, PastRows
from household_graph.store.household_view import Answer, HouseholdView, answer_by, joined
from household_graph.store.row_reader import fetch_now, fetch_recorded, last_zone

_HOUSEHOLDS_AT_A_TIME = 64


def past_view_of(connection: Connection, entity_id: str, guest: str, past: Past) -> HouseholdView:
    """Return the view of the household an id belongs to then, with a guest who may be of another.

    Raises:
        UnknownIdError: if there was no such household.
        InvalidTimeError: if a time cannot be read.
    """
    store, home = PastRows(connection, past), household_of(entity_id)
    [(_home, found)] = _past_views(store, {home: {household_of(guest)}})
    if home not in found:
        raise store.unknown(entity_id)
    return found[home] if household_of(guest) == home else joined(found[home], [guest], found)


def answer_past(connection: Connection, questions: Sequence[Question], past: Past) -> list[Answer]:
    """Return an answer for each question, in order, by what was there then."""
    store, answers = PastRows(connection, past), dict[int, Answer]()
    asked: dict[int, Question] = {}
    for place, question in enumerate(questions):
        try:
            asked[place] = replace(question, at=store.moment(question.at))
        except BadInputError as error:
            answers[place] = error
    homes: dict[str, list[int]] = defaultdict(list)
    wanted: dict[str, set[str]] = defaultdict(set)
    for place, question in asked.items():
        homes[household_of(question.target)].append(place)
        wanted[household_of(question.target)] |= set(map(household_of, foreign_ids(question)))
    for home, found in _past_views(store, wanted):
        if home in found:
            for place in homes[home]:
                answers[place] = answer_by(found[home], asked[place], found)
        else:
            unknown = store.unknown(asked[homes[home][0]].target)
            answers |= dict.fromkeys(homes[home], unknown)
    return [answers[place] for place in range(len(questions))]


def _past_views(
    store: PastRows, wanted: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, dict[str, HouseholdView]]]:
    """Yield each household with the views of then, of itself and of others wanted with it."""
    homes = list(wanted)
    for start in range(0, len(homes), _HOUSEHOLDS_AT_A_TIME):
        part = {home: {home, *wanted[home]} for home in homes[start:][:_HOUSEHOLDS_AT_A_TIME]}
        every = sorted({one for each in part.values() for one in each})
        found = fetch_recorded(store.connection, every)
        now = from_datetime(fetch_now(store.connection))
        for home, households in part.items():
            zone = last_zone(found[home])
            rows = [store.past.rows(found[one], zone) for one in households] if zone else []
            known = (one for one in rows if one.nodes)
            views = {one.household: HouseholdView.of(facts_from_rows(one), now) for one in known}
            yield home, views
