"""What a change gives and takes: its effect in words, and the order of what differs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.facts import Facts
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
    **more: list[Any],
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
        "policies": list(policies),
    }
    return Facts.of(rows | more)


def bedtime(start: str = "21:00") -> list[Any]:
    terms = {"weekdays": [*Weekday], "start_time": start, "end_time": "07:00"}
    return ["h/bedtime", "curfew", "minors", [], ["h/radio"], [], [], {}, terms, *ALWAYS]


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
        ("choose", "h/tv", None),
        ("choose", "h/video", None),
        ("administer", "h/tv", None),
        ("administer", "h/video", None),
    ]
    new = [("use", "h/video", "h/phone"), ("use", "h/chat", None)]
    of_new = [("use", "h/video", "h/box"), new[0], known[1], new[1], *known[2:]]
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
BLOCK = ["h/off", "block", "minors", [], ["h/radio"], [], [], {}, {}, *ALWAYS]
BLOCKED = household(RADIO, ("h/kid",), policies=(bedtime(), BLOCK))
SILENT = household(RADIO, ("h/kid",), policies=(bedtime(),), services=[])


@pytest.mark.parametrize(
    ("before", "after", "instant", "there", "back"),
    [
        (WITHOUT, WITH, NOON, "gains", "loses"),
        (WITHOUT, WITH, NIGHT, "gains outside curfew", "loses outside curfew"),
        (SILENT, WITH, NOON, "gains", "loses"),
        (SILENT, WITH, NIGHT, "gains outside curfew", "loses outside curfew"),
        (None, WITH, NIGHT, "gains outside curfew", "loses outside curfew"),
        (BLOCKED, WITH, NIGHT, "gains outside curfew", "loses outside curfew"),
        (WITH, FREE, NIGHT, "gains", "loses"),
        (WITH, FREE, NOON, None, None),
        (EARLIER, WITH, EVENING, "gains", "loses"),
        (EARLIER, WITH, NIGHT, None, None),
        (WITHOUT, BLOCKED, NIGHT, None, None),
        (SILENT, BLOCKED, NOON, None, None),
        (None, BLOCKED, NOON, None, None),
    ],
)
def test_the_effect_of_a_change(
    before: Facts | None, after: Facts, instant: int, there: str | None, back: str | None
) -> None:
    """A gain or a loss; of what a curfew hides at the instant, the one outside curfew."""
    found = [one.effect for one in compare(before, after, instant)]
    assert found == ([there] if there else [])
    turned = [one.effect for one in compare(after, before, instant)]
    assert turned == ([back] if back else [])


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
        _ = AccessChange(None, None).decision
