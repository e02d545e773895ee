"""The edges of time: what lies beyond them is refused, and nothing within them overflows."""

from datetime import UTC, date, datetime, timedelta, timezone

import neo4j.time
import pytest

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import decide
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Moment, Question
from household_graph.errors import InvalidTimeError
from household_graph.model.instants import (
    BEGINNING,
    FOREVER,
    from_datetime,
    instant_of,
    isoformat,
    zone_named,
)
from household_graph.store.row_reader import from_wire

EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
ZONES = ("UTC", "Pacific/Auckland", "Pacific/Pago_Pago")
OUTSIDE = (
    *("9999-12-31", "0001-01-01", "9999-12-31T23:59:59.999Z", "0999-12-31T23:00"),
    *(date(9999, 1, 1), datetime(1, 1, 1, tzinfo=EAST), datetime(9999, 12, 31, 23, tzinfo=WEST)),
)


@pytest.mark.parametrize("moment", OUTSIDE, ids=str)
def test_what_is_outside_is_refused(moment: date | str) -> None:
    """However a time is given, text, date or datetime, it is an error that says which years go."""
    for zone in ZONES:
        with pytest.raises(InvalidTimeError, match="is out of range") as refused:
            instant_of(moment, zone_named(zone))
        assert refused.value.hint == "use a year from 1000 to 9998"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["1000-01-01", "9998-12-31T23:59:59.999", "9998-12-31T23:59-12:00"])
def test_questions_at_the_edges_are_answered(zone: str, at: Moment) -> None:
    """With curfews, one of them without a gap, an age beyond the calendar, and open ends."""
    curfew = {"kind": "curfew", "governs": ["net"], "weekdays": ["friday", "saturday"]}
    times = {"start_time": "21:00", "end_time": "07:00"}
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    always = {"weekdays": days, "start_time": "00:00", "end_time": "00:00"}
    document = HouseholdDocument.model_validate(
        {
            "organization": {"id": "late", "time_zone": zone},
            "individuals": [
                {"id": "kid", "birth_date": "9990-01-01", "member_of": ["late"]},
                {"id": "one", "member_of": [{"to": "late", "valid_to": "9998-12-31"}]},
            ],
            "customer_accounts": [{"id": "account"}],
            "services": [{"id": "net"}, {"id": "tv"}],
            "party_roles": [
                {
                    "party": "late",
                    "role": "User",
                    "account": "account",
                    "consumer_of": ["net", "tv"],
                }
            ],
            "policies": [
                {**curfew, **times, "id": "night", "audience": "minors"},
                {**curfew, **always, "id": "never", "audience": ["one"]},
            ],
        }
    )
    facts = facts_from_rows(to_rows(document))
    for party in ("late/kid", "late/one"):
        for target in ("late/net", "late/tv"):
            assert decide(facts, Question(party, target, at=at), now=0).as_dict()["reasons"]


def test_what_plain_cypher_wrote_can_be_shown() -> None:
    """An instant that no datetime says is the nearest one that does, in every zone."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for zone in map(zone_named, ZONES):
        for instant in (BEGINNING, FOREVER, from_datetime(last)):
            assert isoformat(instant, zone)
    west = neo4j.time.DateTime.from_native(last.replace(tzinfo=WEST))
    assert from_wire(west) == datetime(9999, 12, 30, 23, 59, 59, 999000, tzinfo=UTC)
