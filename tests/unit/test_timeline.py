"""An answer over time: its segments, its next change, and until when a reason holds."""

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import pytest

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.access_timeline import access_timeline, access_timelines, asked_span
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.engine.timeline import (
    Closure,
    Segment,
    Timeline,
    applicable_policies,
    timeline,
)
from household_graph.engine.windows import Windows
from household_graph.errors import InvalidTimeError
from household_graph.model.enums import Action, Weekday
from household_graph.model.instants import FOREVER, from_datetime, zone_named
from household_graph.model.spans import ALWAYS, Span

UTC = zone_named("UTC")
LONDON = zone_named("Europe/London")
EVERY_DAY = tuple(day.value for day in Weekday)
SATURDAY = "2026-12-05T12:00"


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))


def facts_with(policy: dict[str, Any], zone: str = "UTC", **kid: Any) -> Facts:  # noqa: ANN401
    """Return a household in which a minor may use a service but for one policy."""
    document = {
        "organization": {"id": "home", "time_zone": zone},
        "individuals": [{"id": "kid", "minor": True, "member_of": ["home"], **kid}],
        "customer_accounts": [{"id": "account"}],
        "services": [{"id": "net"}],
        "party_roles": [
            {"party": "home", "role": "User", "account": "account", "consumer_of": ["net"]}
        ],
        "policies": [{"id": "policy", "audience": "minors", "governs": ["net"], **policy}],
    }
    return facts_from_rows(to_rows(HouseholdDocument.model_validate(document)))


def curfew(days: list[str], start: str, end: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"kind": "curfew", "weekdays": days, "start_time": start, "end_time": end, **more}


def asked(facts: Facts, moment: str = SATURDAY) -> Decision:
    return decide(facts, Question("home/kid", "home/net", at=moment), now=0)


def test_windows_that_meet_end_together() -> None:
    """Saturday and Sunday from midnight to midnight are one time, in reason and answer."""
    decision = asked(facts_with(curfew(["saturday", "sunday"], "00:00", "00:00")))
    [reason] = decision.reasons
    assert reason.text.endswith("forbids `home/net` to `home/kid` until 2026-12-07T00:00:00+00:00")
    assert decision.changes_at == datetime.fromisoformat("2026-12-07T00:00+00:00")


def test_policies_with_windows_come_first() -> None:
    """Of all that apply, so that a list names first what passes by itself."""
    facts = facts_with({"kind": "block"})
    [block] = facts.policies
    hours = {"weekdays": EVERY_DAY, "start_time": "21:00", "end_time": "07:00"}
    night = block._replace(id="home/z-night", kind="curfew", terms=hours)
    facts = replace(facts, policies=(block, night), cache=FactsCache())
    found = applicable_policies(facts, "home/kid", "home/net", None)
    assert [one.policy.id for one in found] == ["home/z-night", "home/policy"]


def test_windows_that_follow_each_other_for_ever_have_no_end() -> None:
    """Each day from 06:45 to 06:45: the reason names no end."""
    decision = asked(facts_with(curfew(list(EVERY_DAY), "06:45", "06:45")))
    [reason] = decision.reasons
    assert reason.text == "`home/policy` forbids `home/net` to `home/kid`"
    assert decision.changes_at is None


def test_an_exemption_to_come_ends_a_window() -> None:
    """Half way through the night."""
    exempt = [{"to": "kid", "valid_from": "2026-12-05T23:00:00Z"}]
    decision = asked(
        facts_with(curfew(["saturday"], "21:00", "07:00", exempt=exempt)), "2026-12-05T22:00"
    )
    assert "until 2026-12-05T23:00:00+00:00" in decision.reasons[0].text


def test_grants_that_follow_each_other_end_together() -> None:
    """A grant that ends where another begins holds until the end of that one."""
    document = {
        "organization": {"id": "home", "time_zone": "UTC"},
        "individuals": [{"id": "kid", "minor": True, "member_of": ["home"]}],
        "customer_accounts": [{"id": "account"}],
        "services": [{"id": "net"}],
        "party_roles": [
            {
                "party": "home",
                "role": "User",
                "account": "account",
                "consumer_of": [
                    {"to": "net", "valid_from": "2026-01-01", "valid_to": "2026-12-24"},
                    {
                        "to": "net",
                        "id": "second",
                        "valid_from": "2026-12-24",
                        "valid_to": "2027-03-01",
                    },
                    {"to": "net", "id": "third", "valid_from": "2027-04-01"},
                ],
            }
        ],
    }
    facts = facts_from_rows(to_rows(HouseholdDocument.model_validate(document)))
    decision = asked(facts)
    assert decision.reasons[0].text.endswith("until 2027-03-01T00:00:00+00:00")
    assert decision.changes_at == datetime.fromisoformat("2027-03-01T00:00+00:00")


def test_segments_follow_the_clock_of_the_household() -> None:
    """On the last Sunday in October the night of a curfew is an hour longer."""
    facts = facts_with(curfew(["saturday"], "21:00", "07:00"), "Europe/London")
    found = timeline(facts, "home/kid", "Consumer", "home/net", None)
    start, end = at("2026-10-24T00:00+01:00"), at("2026-10-26T00:00+00:00")
    night = (at("2026-10-24T21:00+01:00"), at("2026-10-25T07:00+00:00"))
    assert list(found.segments(start, end, LONDON)) == [
        Segment(start, night[0], allowed=True),
        Segment(*night, allowed=False),
        Segment(night[1], end, allowed=True),
    ]
    assert night[1] - night[0] == 11 * 3_600_000


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Timeline(), [Segment(0, FOREVER, allowed=False)]),
        (Timeline((ALWAYS,)), [Segment(0, FOREVER, allowed=True)]),
        (
            Timeline((Span(5, 7), Span(7, 9))),
            [Segment(0, 5, allowed=False), Segment(5, 9, allowed=True)],
        ),
        (
            Timeline((ALWAYS,), (Closure(Windows(EVERY_DAY, "06:45", "06:45"), (Span(3, 8),)),)),
            [Segment(0, 3, allowed=True), Segment(3, 8, allowed=False)],
        ),
    ],
)
def test_neighbouring_segments_differ(found: Timeline, expected: list[Segment]) -> None:
    """Whatever the spans they come from."""
    assert list(islice(found.segments(0, FOREVER, UTC), len(expected))) == expected


def test_a_time_without_length_has_no_segments() -> None:
    """Nor one that ends before it begins."""
    assert not list(Timeline().segments(5, 5, UTC))
    assert not list(Timeline((ALWAYS,)).segments(5, 5, UTC))
    assert not list(Timeline((ALWAYS,)).segments(5, 4, UTC))


def test_a_week_with_its_reasons() -> None:
    """From now on, on the household's clock; what never ends has no end."""
    facts = facts_with(curfew(["saturday"], "21:00", "07:00"), "Europe/London")
    asked_about = asked_span(None, None, at("2026-10-23T12:00+01:00"), LONDON)
    assert asked_about.end == at("2026-10-30T12:00+00:00")
    found = access_timeline(facts, Question("home/kid", "home/net"), asked_about)
    days = [(one.allowed, one.start.isoformat()) for one in found.spans]
    assert days == [
        (True, "2026-10-23T12:00:00+01:00"),
        (False, "2026-10-24T21:00:00+01:00"),
        (True, "2026-10-25T07:00:00+00:00"),
    ]
    assert found.spans[-1].end == datetime.fromisoformat("2026-10-31T21:00+00:00")
    assert [reason.code.value for reason in found.spans[1].reasons] == ["curfew"]
    block = facts_with({"kind": "block"})
    [span] = access_timeline(block, Question("home/kid", "home/net"), asked_about).spans
    assert span.end is None
    assert not access_timelines(block, "home/kid", Action.USE, None, asked_about)
    [open_one] = access_timelines(facts, "home/kid", Action.USE, None, asked_about)
    assert open_one == found


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2026-11-22", "2026-11-22", "has no length"),
        ("2026-11-22", "2026-11-21", "ends before it begins"),
        ("2026-11-22", "9998-01-01", "more than 10,000 times"),
    ],
)
def test_a_time_that_cannot_be_asked_about_is_refused(start: str, end: str, wrong: str) -> None:
    """Without length, the wrong way round, or so long that nobody reads it."""
    facts = facts_with(curfew(["saturday"], "21:00", "07:00"))
    with pytest.raises(InvalidTimeError, match=wrong):
        access_timeline(facts, Question("home/kid", "home/net"), asked_span(start, end, 0, UTC))
