"""Facts of households as they stood at an earlier time, and questions answered by them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from household_graph.api.batch_check import Answer, answer_by, joined
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Moment, Question, foreign_ids
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.edits import changes_recorded_by, rows_as_of, rows_as_recorded
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime, instant_of, isoformat
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import HouseholdView, unknown_household
from household_graph.store.row_reader import Recorded, fetch_now, fetch_recorded, last_zone

_HOUSEHOLDS_AT_A_TIME = 64


@dataclass(frozen=True, slots=True)
class Past:
    """Which past is asked about.

    Attributes:
        as_of: as the graph stood in effect at this time, which is the moment of the question too.
        recorded: as it was known at this time; the moment of the question, if no other is given.
            Without an offset both are local time of the household that is asked about.
    """

    as_of: Moment = None
    recorded: Moment = None

    def moment(self, at: Moment) -> Moment:
        """Return the moment of a question that is asked for `at`; both times are an error."""
        if at is not None and self.as_of is not None:
            raise BadInputError(
                "a question as of one time cannot be asked for another with `at`",
                hint="leave one of the two out: as-of says when the question is asked for, too",
            )
        if at is not None:
            return at
        return self.recorded if self.as_of is None else self.as_of

    def rows(self, found: Recorded, zone: ZoneInfo) -> Rows:
        """Return the rows of a household then; none if it was not known.

        Raises:
            InvalidTimeError: if a time, local in the zone without an offset, cannot be read.
        """
        rows, changes = found
        if self.recorded is not None:
            instant = instant_of(self.recorded, zone)
            rows = rows_as_recorded(rows, changes, instant)
            changes = changes_recorded_by(changes, instant)
        if self.as_of is not None:
            rows = rows_as_of(rows, changes, instant_of(self.as_of, zone))
        return rows


def past_view_of(connection: Connection, entity_id: str, guest: str, past: Past) -> HouseholdView:
    """Return the view of the household an id belongs to then, with a guest who may be of another.

    Raises:
        UnknownIdError: if there was no such household.
        InvalidTimeError: if a time cannot be read.
    """
    home = household_of(entity_id)
    [(_home, found)] = _past_views(connection, {home: {household_of(guest)}}, past)
    if home not in found:
        raise _unknown(connection, entity_id, past)
    return found[home] if household_of(guest) == home else joined(found[home], [guest], found)


def answer_past(connection: Connection, questions: Sequence[Question], past: Past) -> list[Answer]:
    """Return an answer for each question, in order, by what was there then."""
    answers: dict[int, Answer] = {}
    asked: dict[int, Question] = {}
    for place, question in enumerate(questions):
        try:
            asked[place] = replace(question, at=past.moment(question.at))
        except BadInputError as error:
            answers[place] = error
    homes: dict[str, list[int]] = defaultdict(list)
    wanted: dict[str, set[str]] = defaultdict(set)
    for place, question in asked.items():
        homes[household_of(question.target)].append(place)
        wanted[household_of(question.target)] |= set(map(household_of, foreign_ids(question)))
    for home, found in _past_views(connection, wanted, past):
        if home in found:
            for place in homes[home]:
                answers[place] = answer_by(found[home], asked[place], found)
        else:
            unknown = _unknown(connection, asked[homes[home][0]].target, past)
            answers |= dict.fromkeys(homes[home], unknown)
    return [answers[place] for place in range(len(questions))]


def _past_views(
    connection: Connection, wanted: Mapping[str, Collection[str]], past: Past
) -> Iterator[tuple[str, dict[str, HouseholdView]]]:
    """Yield each household with the views of then, of itself and of others wanted with it."""
    homes = list(wanted)
    for start in range(0, len(homes), _HOUSEHOLDS_AT_A_TIME):
        part = {home: {home, *wanted[home]} for home in homes[start:][:_HOUSEHOLDS_AT_A_TIME]}
        found = fetch_recorded(connection, sorted({one for each in part.values() for one in each}))
        now = from_datetime(fetch_now(connection))
        for home, households in part.items():
            zone = last_zone(found[home])
            rows = [past.rows(found[one], zone) for one in households] if zone else []
            known = (one for one in rows if one.nodes)
            views = {one.household: HouseholdView.of(facts_from_rows(one), now) for one in known}
            yield home, views


def _unknown(connection: Connection, entity_id: str, past: Past) -> UnknownIdError:
    """Return the error for an id whose household was not there then, and say since when it is."""
    home = household_of(entity_id)
    found = fetch_recorded(connection, [home])[home]
    zone = last_zone(found)
    if zone is None:
        return unknown_household(connection, entity_id, home)
    error = UnknownIdError(entity_id)
    known = past.recorded is None or bool(
        changes_recorded_by(found.changes, instant_of(past.recorded, zone))
    )
    first = isoformat(from_datetime(found.changes[0].at), zone)
    error.hint = (
        f"`{home}` was undone; see `household-graph history {home}`"
        if known
        else f"`{home}` was not known yet: it was recorded at {first}"
    )
    return error
