"""The answers from one time until another, each with its reasons."""

import pytest

from household_graph.engine import access_timeline as subject
from household_graph.engine.access_timeline import access_timeline, access_timelines, asked_span
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.errors import InvalidTimeError
from household_graph.model.enums import Action
from household_graph.model.instants import instant_of, zone_named
from household_graph.model.spans import Span
from tests.scenarios.scenarios import facts_of_documents

LONDON = zone_named("Europe/London")
NEWS = Question("validity/ann", "validity/news", device="validity/tablet")


def span(start: str, end: str) -> Span:
    return asked_span(start, end, 0, LONDON)


def facts_of(household: str) -> Facts:
    return facts_of_documents()[household]


def test_a_timeline_as_records() -> None:
    """A record for each span says who, what, when and why, in the household's time zone."""
    granted = [
        {
            "code": "granted",
            "text": f"`validity/ann` is Consumer of `validity/{item}` as a member of `validity`",
            "path": [
                *("validity/ann", "validity", "validity/validity.user.account"),
                f"validity/validity.user.account.consumer.{item}",
                *path,
            ],
        }
        for item, path in (
            ("plan", ["validity/plan", "validity/news"]),
            ("tablet", ["validity/tablet"]),
        )
    ]
    february, april, june = (
        *("2026-02-01T00:00:00+00:00", "2026-04-01T00:00:00+01:00"),
        "2026-06-01T00:00:00+01:00",
    )
    not_available = [
        {
            "code": "not-available-on-device",
            "text": f"`validity/news` is not available on `validity/tablet` before {when}",
            "path": ["validity/news", "validity/tablet"],
        }
        for when in (february, june)
    ]
    found = access_timeline(facts_of("validity"), NEWS, span("2026-01-15", "2026-06-15"))
    expected = [
        (False, "2026-01-15T00:00:00+00:00", february, not_available[:1]),
        (True, february, april, granted),
        (False, april, june, not_available[1:]),
        (True, june, None, granted),
    ]
    assert found.as_dicts() == [
        {
            "allowed": allowed,
            "party": "validity/ann",
            "action": "use",
            "target": "validity/news",
            "device": "validity/tablet",
            "start": start,
            "end": end,
            "reasons": reasons,
        }
        for allowed, start, end, reasons in expected
    ]
    asked_about = (found.start.isoformat(), found.end.isoformat())
    assert asked_about == ("2026-01-15T00:00:00+00:00", "2026-06-15T00:00:00+01:00")


@pytest.mark.parametrize(
    ("start", "end", "starts"),
    [
        ("2026-01-15", "2026-02-01", ["2026-01-15"]),
        ("2026-01-15", "2026-02-01T00:00:00.001", ["2026-01-15", "2026-02-01"]),
        ("2026-02-01", "2026-03-31", ["2026-02-01"]),
        ("2026-02-01", "2026-04-02", ["2026-02-01", "2026-04-01"]),
        ("2026-07-01", "2030-01-01", ["2026-07-01"]),
    ],
)
def test_the_spans_of_a_time(start: str, end: str, starts: list[str]) -> None:
    """They begin within the time asked about, the first with it, and none at its end."""
    found = access_timeline(facts_of("validity"), NEWS, span(start, end))
    assert [f"{one.start:%Y-%m-%d}" for one in found.spans] == starts


def test_the_most_spans_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are given, and one more is refused."""
    time = span("2026-01-15", "2026-06-15")
    monkeypatch.setattr(subject, "_MOST_SPANS", 4)
    assert len(access_timeline(facts_of("validity"), NEWS, time).spans) == 4
    monkeypatch.setattr(subject, "_MOST_SPANS", 3)
    with pytest.raises(InvalidTimeError, match="more than 3 times until 2026-06-15T00:00:00"):
        access_timeline(facts_of("validity"), NEWS, time)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2026-03-27T12:00Z", "2026-04-03T11:00Z")),  # the clocks go forward
        (None, "2026-03-28", ("2026-03-27T12:00Z", "2026-03-28T00:00Z")),
        ("2026-04-01", None, ("2026-03-31T23:00Z", "2026-04-07T23:00Z")),
        ("2026-04-01T12:00:00.000", "2026-04-01T12:00:00.001", None),
    ],
)
def test_the_time_asked_about(
    start: str | None, end: str | None, expected: tuple[str, str] | None
) -> None:
    """A week of the household's clock from now on, unless a start or an end is given."""
    now = instant_of("2026-03-27T12:00Z", LONDON)
    found = asked_span(start, end, now, LONDON)
    if expected is None:
        assert found.end == found.start + 1
    else:
        assert found == tuple(instant_of(one, LONDON) for one in expected)


@pytest.mark.parametrize(
    ("end", "wrong"),
    [
        ("2026-03-27T12:00:00.001", "has no length"),
        ("2026-03-27T12:00", "ends before it begins"),
    ],
)
def test_a_time_that_is_none(end: str, wrong: str) -> None:
    """The whole message: which time it is, and what is wrong with it."""
    with pytest.raises(InvalidTimeError) as refused:
        asked_span("2026-03-27T12:00:00.001", end, 0, LONDON)
    until = "2026-03-27T12:00:00.001+00:00" if "001" in end else "2026-03-27T12:00:00+00:00"
    assert refused.value.message == (
        f"the time from 2026-03-27T12:00:00.001+00:00 until {until} {wrong}"
    )


@pytest.mark.parametrize(
    ("party", "action", "device", "start", "expected"),
    [
        (
            *("katie", Action.USE, None, "2026-11-22"),
            [
                *(["broadband", "cable-tv", "cloud"]),
                *(["cloud-storage", "email", "internet", "live-tv", "photo-share"]),
                *(["smart-firewall", "home-hub", "stb-living-room", "tablet-katie"]),
            ],
        ),
        (
            *("katie", Action.USE, "tablet-katie", "2026-11-22"),
            ["cloud-storage", "email", "internet", "live-tv", "photo-share"],
        ),
        (
            *("katie", Action.USE, "tablet-katie", "2028-05-13"),  # she is 15 on the day after
            ["cloud-storage", "email", "internet", "live-tv", "movies", "photo-share"],
        ),
        ("katie", Action.USE, "phone-emma", "2026-11-22", []),
        ("auntie-jean", Action.USE, "stb-living-room", "2026-05-30", []),
        (
            *("auntie-jean", Action.USE, "stb-living-room", "2026-05-31"),
            ["late-night", "live-tv", "movies"],
        ),
        ("emma", Action.CHOOSE, None, "2026-11-22", ["sports-channel", "sports"]),
    ],
)
def test_all_that_is_open_to_a_party(
    party: str, action: Action, device: str | None, start: str, expected: list[str]
) -> None:
    """At some time of two days: products, services and resources, or services on a device."""
    facts = facts_of("bakers")
    first = asked_span(start, None, 0, LONDON).start
    time = Span(first, first + 2 * 86_400_000)
    on = device and f"bakers/{device}"
    found = access_timelines(facts, f"bakers/{party}", action, on, time)
    assert [one.target for one in found] == [f"bakers/{one}" for one in expected]
    for one in found:
        question = Question(one.party, one.target, action, on)
        assert one == access_timeline(facts, question, time)
