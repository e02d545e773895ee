"""What a change gives and takes: from when on and at what hours, and the order of what differs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.facts import Facts
from household_graph.engine.timeline_difference import DifferingTimes
from household_graph.model.enums import Weekday
from household_graph.model.instants import from_datetime
from household_graph.model.spans import ALWAYS

NOON, EVENING, NIGHT = (
    from_datetime(datetime(2026, 11, 23, hour, 30, tzinfo=UTC)) for hour in (12, 20, 22)
)
EVERYBODY = ("h/zoe", "h/ann", "h/kid")
ADDED = (("Consumer", "h/tv"), ("Consumer", "h/radio"), ("Consumer", "h/chat"))
DEVICES = (("Consumer", "h/box"), ("Consumer", "h/phone"))
CHOICE = (("Admin", "h/tv"), ("Chooser", "h/tv"))


def household(
    granted: tuple[tuple[str, str], ...] = (),
    people: tuple[str, ...] = EVERYBODY,
    on: tuple[tuple[str, str], ...] = (("h/video", "h/box"), ("h/chat", "h/phone")),
    policies: tuple[list[Any], ...] = (),
    **more: Any,  # noqa: ANN401 - any table, or the time zone
) -> Facts:
    """Return a household in which the same is granted to each of the people, by name."""
    grants = [
        [kind, item, f"{person}-{n}", *ALWAYS, f"{person}-role", *ALWAYS, None, None, person]
        for person in people
        for n, (kind, item) in enumerate(granted)
    ]
    rows: dict[str, Any] = {
        "household": "h",
        "time_zone": "UTC",
        "age_of_majority": 18,
        "individuals": [[person, None, person == "h/kid", "active"] for person in people],
        "organizations": [["h", "active"]],
        "resources": [["h/phone", "unlocked", "enable"], ["h/box", "unlocked", "enable"]],
        "products": [["h/tv", "active", *ALWAYS, None, None]],
        "services": [[one, None, None, "active"] for one in ("h/video", "h/radio", "h/chat")],
        "carriers": [["h/video", "h/tv"]],
        "availability": [[*pair, *ALWAYS] for pair in on],
        "grants": grants,
        "memberships": [],
        "exemptions": [],
        "pauses": [],
        "policies": list(policies),
    }
    return Facts.of(rows | more)


def bedtime(start: str = "21:00") -> list[Any]:
    terms = {"weekdays": [*Weekday], "start_time": start, "end_time": "07:00"}
    head = ["h/bedtime", "curfew", "minors", [], ["h/radio"], [], [], {}, terms]
    return [*head, *ALWAYS, "h/bedtime", []]


def asked(change: AccessChange) -> tuple[str, str, str, str | None]:
    one = change.decision
    return one.party, one.action.value, one.target, one.device


def test_the_order_is_that_of_the_matrix_before() -> None:
    """By person, action, target and device, as the facts list them; what is new comes last."""
    before = household()
    after = household(
        (*ADDED, *DEVICES, *CHOICE),
        (*EVERYBODY, "h/new"),
        (("h/video", "h/phone"), ("h/video", "h/box")),
    )
    known = [
        ("use", "h/video", "h/box"),
        ("use", "h/radio", None),
        ("use", "h/chat", None),
        ("choose", "h/tv", None),
        ("choose", "h/video", None),
        ("administer", "h/tv", None),
        ("administer", "h/video", None),
    ]
    new = [("use", "h/video", "h/phone")]
    of_new = [known[0], *new, *known[1:]]
    expected = [
        *((person, *one) for person in EVERYBODY for one in known),
        *((person, *one) for person in EVERYBODY for one in new),
        *(("h/new", *one) for one in of_new),
    ]
    assert [asked(one) for one in compare(before, after, NOON)] == expected
    gone = [asked(one) for one in compare(after, before, NOON)]
    assert gone == [(person, *one) for person in (*EVERYBODY, "h/new") for one in of_new]


def test_devices_of_a_service_are_in_order() -> None:
    """One that is gained comes before one that is lost if its id does."""
    on = (("h/video", "h/phone"), ("h/video", "h/box"))
    phone, box = (household((ADDED[0], device), on=on) for device in reversed(DEVICES))
    found = [(one.effect, asked(one)) for one in compare(phone, box, NOON)]
    assert found == [
        (effect, (person, "use", "h/video", device))
        for person in EVERYBODY
        for effect, device in (("gains", "h/box"), ("loses", "h/phone"))
    ]


def test_a_household_that_is_new_or_gone() -> None:
    """All of it is gained or lost, in its own order; each decision is that of the side it is on."""
    one = household(ADDED, on=())
    expected = [
        (person, "use", f"h/{service}", None)
        for person in EVERYBODY
        for service in ("video", "radio", "chat")
    ]
    gained, lost = compare(None, one, NOON), compare(one, None, NOON)
    assert [asked(change) for change in gained] == expected
    assert [asked(change) for change in lost] == expected
    assert {(change.effect, change.before) for change in gained} == {("gains", None)}
    assert {(change.effect, change.after) for change in lost} == {("loses", None)}
    assert all(change.decision.allowed for change in (*gained, *lost))
    assert compare(None, None, NOON) == []


RADIO = (("Consumer", "h/radio"),)
WITHOUT = household(people=("h/kid",), policies=(bedtime(),))
WITH = household(RADIO, ("h/kid",), policies=(bedtime(),))
EARLIER = household(RADIO, ("h/kid",), policies=(bedtime("20:00"),))
FREE = household(RADIO, ("h/kid",))
BLOCK = ["h/off", "block", "minors", [], ["h/radio"], [], [], {}, {}, *ALWAYS, "h/off", []]
BLOCKED = household(RADIO, ("h/kid",), policies=(bedtime(), BLOCK))
SILENT = household(RADIO, ("h/kid",), policies=(bedtime(),), services=[])


@pytest.mark.parametrize(
    ("before", "after", "instant", "expected"),
    [
        (WITHOUT, WITH, NOON, ("23T12:30", "outside every day 21:00 to 07:00")),
        (WITHOUT, WITH, NIGHT, ("24T07:00", "outside every day 21:00 to 07:00")),
        (SILENT, WITH, NOON, ("23T12:30", "outside every day 21:00 to 07:00")),
        (SILENT, WITH, NIGHT, ("24T07:00", "outside every day 21:00 to 07:00")),
        (None, WITH, NIGHT, ("24T07:00", "outside every day 21:00 to 07:00")),
        (BLOCKED, WITH, NIGHT, ("24T07:00", "outside every day 21:00 to 07:00")),
        (WITH, FREE, NIGHT, ("23T22:30", "every day 21:00 to 07:00")),
        (WITH, FREE, NOON, ("23T21:00", "every day 21:00 to 07:00")),
        (EARLIER, WITH, EVENING, ("23T20:30", "every day 20:00 to 21:00")),
        (EARLIER, WITH, NIGHT, ("24T20:00", "every day 20:00 to 21:00")),
        (WITHOUT, BLOCKED, NIGHT, None),
        (SILENT, BLOCKED, NOON, None),
        (None, BLOCKED, NOON, None),
    ],
)
def test_what_is_told_of_a_change(
    before: Facts | None, after: Facts, instant: int, expected: tuple[str, str] | None
) -> None:
    """A gain, and one way back a loss: from its first time on, with the hours that recur."""
    both = compare(before, after, instant), compare(after, before, instant)
    for changes, effect in zip(both, ("gains", "loses"), strict=True):
        found = [
            (one.effect, f"{one.periods[0].start:%dT%H:%M}", one.periods[0].hours)
            for one in changes
        ]
        assert found == ([(effect, *expected)] if expected else [])


def test_the_decision_is_the_one_after_if_there_is_one() -> None:
    """A side that does not know the ids has none; one side has to."""
    [change] = compare(WITHOUT, WITH, NOON)
    assert change.decision is change.after
    assert change.before is not None
    assert change.before.codes == ("not-granted",)
    [change] = compare(WITH, SILENT, NOON)
    assert change.after is None
    assert change.decision is change.before
    with pytest.raises(ValueError, match="no answer on either side"):
        _ = AccessChange(None, None, DifferingTimes()).decision


def exempt(start: int, end: int) -> Facts:
    """Return the household whose child is exempt from bedtime for a time."""
    exemptions = [["h/kid", "h/bedtime", start, end, []]]
    return household(RADIO, ("h/kid",), policies=(bedtime(),), exemptions=exemptions)


def told(before: Facts, after: Facts, instant: int) -> list[tuple[str, str, str]]:
    """Return from when until when, by day and clock, and the hours of all that is told."""
    return [
        (f"{period.start:%dT%H:%M}", f"{period.end:%dT%H:%M}" if period.end else "", period.hours)
        for one in compare(before, after, instant)
        for period in one.periods
    ]


def test_what_begins_and_ends_later_is_told_now() -> None:
    """An exemption that begins outside the hours is told from the first of them, for its span."""
    start, end = NOON + 86_400_000, NOON + 4 * 86_400_000
    hours = "every day 21:00 to 07:00"
    assert told(WITH, exempt(start, end), NOON) == [("24T21:00", "27T12:30", hours)]
    assert told(WITH, exempt(NOON, start), NOON) == [("23T21:00", "24T07:00", "")]


def test_a_few_minutes_more_are_told() -> None:
    """An exemption that is prolonged from 22:00 to 22:30 gains this half hour."""
    ten = NIGHT - 1_800_000
    assert told(exempt(NOON, ten), exempt(NOON, NIGHT), NOON) == [("23T22:00", "23T22:30", "")]


def test_a_whole_day_is_no_window() -> None:
    """A curfew from 23:00 to 23:00 takes all the time, at once; back to none, all of it returns."""
    curfew = bedtime("23:00")
    curfew[8] = curfew[8] | {"end_time": "23:00"}
    closed = household(RADIO, ("h/kid",), policies=(curfew,))
    assert told(FREE, closed, NOON) == [("23T12:30", "", "")]
    assert [one.effect for one in compare(FREE, closed, NOON)] == ["loses"]
    assert [one.effect for one in compare(closed, FREE, NOON)] == ["gains"]


def test_hours_that_move_are_gained_and_lost() -> None:
    """Each way has its own hours, and each time within 14 days to the minute."""
    later = bedtime("22:00")
    later[8] = later[8] | {"end_time": "08:00"}
    gained, lost = compare(WITH, household(RADIO, ("h/kid",), policies=(later,)), NOON)
    assert (gained.effect, gained.periods[0].hours) == ("gains", "every day 21:00 to 22:00")
    assert (lost.effect, lost.periods[0].hours) == ("loses", "every day 07:00 to 08:00")
    assert len(gained.spans) == len(lost.spans) == 14
    assert f"{gained.spans[0].start:%dT%H:%M}" == "23T21:00"
    assert gained.spans[0].as_dict()["until"] == "2026-11-23T22:00:00+00:00"


def test_another_time_zone_moves_the_hours() -> None:
    """What is lost and gained are the hours between the clocks, on the new one."""
    moved = household(RADIO, ("h/kid",), policies=(bedtime(),), time_zone="Asia/Tokyo")
    hours = {one.effect: one.periods[0].hours for one in compare(WITH, moved, NOON)}
    assert hours == {"gains": "every day 07:00 to 16:00", "loses": "every day 21:00 to 06:00"}


def test_devices_that_ask_are_among_them() -> None:
    """A line that joins a hunting group gains it; a household gains what is granted to it."""
    grant = ["Consumer", "h/box", "one", *ALWAYS, "role", *ALWAYS, None, None]
    joined = household(grants=[[*grant, "h/phone"]])
    assert [asked(one) for one in compare(household(), joined, NOON)] == [
        ("h/phone", "use", "h/box", None)
    ]
    together = household(grants=[[*grant, "h"]])
    assert [asked(one) for one in compare(household(), together, NOON)] == [
        ("h", "use", "h/box", None)
    ]
