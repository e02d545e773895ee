"""Entitlements as they are laid out: names, cells and letters, and what is looked up in them.

How they agree with the judge on random households: `tests/property/test_entitlements.py`.
"""

from gc import is_tracked
from typing import Any

import pytest
from msgspec import to_builtins

from household_graph.engine.entitlements import (
    AccessMatrix,
    Entitlements,
    Interner,
    access_matrix,
)
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.engine.timeline import NEVER, Closure, Timeline
from household_graph.engine.windows import Windows
from household_graph.errors import InvalidTimeError
from household_graph.model.enums import Action
from household_graph.model.instants import to_utc
from household_graph.model.spans import ALWAYS, Span
from tests.unit.plain_facts import OPEN, granted, plain_facts

SPAN = Span(10, 20)
WEEKDAYS = ("monday",)
CURFEW = {"weekdays": [*WEEKDAYS], "start_time": "21:00", "end_time": "07:00"}


def household(**rows: Any) -> Facts:  # noqa: ANN401 - rows of any section
    """Return facts of two people: Ann has the box, and the video between two instants."""
    usual = {
        "individuals": [["h/bob", None, None, "active"], ["h/ann", None, None, "active"]],
        "organizations": [["h", "active"]],
        "services": [[f"h/{one}", None, None, "active"] for one in ("video", "radio", "chat")],
        "resources": [["h/phone", "unlocked", "enable"], ["h/box", "unlocked", "enable"]],
        "availability": [
            *(["h/video", "h/box", *OPEN], ["h/video", "h/phone", *OPEN]),
            ["h/radio", "h/phone", *OPEN],
        ],
        "grants": [
            granted("h/ann", "h/video", span=SPAN),
            granted("h/ann", "h/chat"),
            *(granted("h/ann", "h/box"), granted("h/bob", "h/radio"), granted("h/bob", "h/phone")),
        ],
    }
    return plain_facts(**{**usual, **rows})


def test_the_layout_of_a_small_household() -> None:
    """Cells by person, service and device, sorted; one letter for what is equal."""
    assert Entitlements.of(household()) == Entitlements(
        household="h",
        time_zone="UTC",
        individuals={"ann": 0, "bob": 1},
        services={"chat": 0, "radio": 1, "video": 2},
        devices={"box": 1, "phone": 2},
        # chat, radio and video, each without a device, on the box and on the phone
        cells='!  " "##"' + '"  ! !"""',
        timelines=(NEVER, Timeline((ALWAYS,)), NEVER, Timeline((SPAN,))),
    )


def test_entitlements_are_kept_by_the_thousand() -> None:
    """They do not change, are written as a list without names, and cost no garbage collection."""
    found = Entitlements.of(household())
    with pytest.raises(AttributeError, match="immutable"):
        found.cells = ""  # type: ignore[misc]
    assert to_builtins(found)[:2] == ["h", "UTC"]
    assert not is_tracked(found)


@pytest.mark.parametrize(
    ("party", "target", "device", "expected"),
    [
        ("h/ann", "h/video", None, [False, True, True, False]),
        ("h/ann", "h/video", "h/box", [False, True, True, False]),
        ("h/ann", "h/video", "h/phone", [False] * 4),
        ("h/ann", "h/chat", None, [True] * 4),
        ("h/ann", "h/chat", "h/box", [False] * 4),
        ("h/bob", "h/radio", "h/phone", [True] * 4),
        ("h/bob", "h/radio", "h/box", [False] * 4),
        ("h/bob", "h/video", "h/box", [False] * 4),
    ],
)
def test_an_answer_is_looked_up(
    party: str, target: str, device: str | None, expected: list[bool]
) -> None:
    """At the instant that is asked for, else now, to the millisecond."""
    found = Entitlements.of(household())
    for instant, answer in zip((9, 10, 19, 20), expected, strict=True):
        asked = Question(party, target, device=device)
        assert found.look_up(asked, instant) == (instant, answer)
        dated = Question(party, target, device=device, at=to_utc(instant))
        assert found.look_up(dated, 12345) == (instant, answer)


def test_a_local_time_is_of_the_household() -> None:
    """An hour ahead of UTC in the summer of London; what cannot be read is refused."""
    found = Entitlements.of(household(time_zone="Europe/London"))
    [noon, wrong] = [Question("h/ann", "h/chat", at=at) for at in ("1971-07-01T12:00", "noon")]
    assert found.look_up(noon, 0) == (47_214_000_000, True)
    with pytest.raises(InvalidTimeError, match="noon"):
        found.look_up(wrong, 0)


@pytest.mark.parametrize(
    "question",
    [
        Question("ann", "h/video"),
        Question("h/ann", "video"),
        Question("h/ann", "h/video", device="box"),
        Question("h/eve", "h/video"),
        Question("h/ann", "h/box"),
        Question("h/ann", "h/video", device="h/video"),
        Question("other/ann", "h/video"),
        Question("h/ann", "h/video", Action.CHOOSE),
        Question("h/ann", "h/video", Action.ADMINISTER),
    ],
)
def test_what_has_no_cell_is_left_to_the_facts(question: Question) -> None:
    """A local name is no id, and cells are of use alone."""
    assert Entitlements.of(household()).look_up(question, 15) is None


@pytest.mark.parametrize(
    ("services", "people", "places"),
    [
        (("chat",), 1, [("chat", None)]),
        (("radio",), 2, [("radio", "phone")]),
        (("video",), 1, [("video", "box"), ("video", "phone")]),
        (("chat", "radio"), 2, [("chat", None), ("radio", "phone")]),
        (("radio", "video"), 2, [("radio", "phone"), ("video", "box"), ("video", "phone")]),
        (
            ("chat", "radio", "video"),
            2,
            [("chat", None), ("radio", "phone"), ("video", "box"), ("video", "phone")],
        ),
        ((), 2, []),
    ],
)
def test_a_matrix_of_any_size(
    services: tuple[str, ...], people: int, places: list[tuple[str, str | None]]
) -> None:
    """A service is there on each of its devices, without one only where it has none."""
    named = ["ann", "bob"][:people]
    facts = household(
        services=[[f"h/{one}", None, None, "active"] for one in services],
        individuals=[[f"h/{one}", None, None, "active"] for one in named],
    )
    yes = {("ann", "chat", None), ("ann", "video", "box"), ("bob", "radio", "phone")}
    expected = AccessMatrix(
        [f"h/{one}" for one in named],
        tuple(f"h/{service}" for service, _device in places),
        tuple(device and f"h/{device}" for _service, device in places),
        bytes((one, *place) in yes for one in named for place in places),
    )
    assert Entitlements.of(facts).access_matrix(15) == expected
    assert access_matrix(facts, 15) == expected


def test_a_service_on_the_first_device_alone_has_no_other_place() -> None:
    """And those that are on none are each there once, without a device."""
    facts = household(availability=[["h/video", "h/box", *OPEN], ["h/chat", "h/box", *OPEN]])
    found = Entitlements.of(facts).access_matrix(15)
    assert found.services == ("h/chat", "h/radio", "h/video")
    assert found.devices == ("h/box", None, "h/box")
    assert found.allowed == bytes([1, 0, 1, 0, 1, 0])


def test_a_matrix_counts_what_holds_at_its_instant() -> None:
    """The grant, to the millisecond, and the availability on the device."""
    facts = household(availability=[["h/video", "h/box", 12, 30], ["h/video", "h/phone", *OPEN]])
    for instant, answer in ((11, 0), (12, 1), (19, 1), (20, 0)):
        for found in (access_matrix(facts, instant), Entitlements.of(facts).access_matrix(instant)):
            place = [*zip(found.services, found.devices, strict=True)].index(("h/video", "h/box"))
            assert (
                found.allowed[found.parties.index("h/ann") * len(found.services) + place] == answer
            )


def test_a_matrix_tells_governed_devices_from_others() -> None:
    """A block of one device forbids nothing on another, nor without one."""
    block = ["h/block", "block", "everyone", [], ["h/box"], [], [], {}, {}, *OPEN, "h/block", []]
    grants = [granted("h/ann", f"h/{one}") for one in ("video", "box", "phone", "chat")]
    facts = household(grants=grants, policies=[block])
    found = access_matrix(facts, 15)
    places = zip(found.services, found.devices, strict=True)
    assert dict(zip(places, found.allowed[4:], strict=True)) == {
        ("h/video", "h/box"): 0,
        ("h/video", "h/phone"): 1,
        ("h/radio", "h/phone"): 0,
        ("h/chat", None): 1,
    }
    assert found.parties == ["h/bob", "h/ann"]


def test_what_is_equal_in_many_households_is_one_object() -> None:
    """Down to the parts of timelines; what it says stays the same."""
    policy = [
        "h/curfew",
        "curfew",
        "everyone",
        [],
        ["h"],
        [],
        [],
        {},
        CURFEW,
        *OPEN,
        "h/curfew",
        [],
    ]
    grants = [granted(f"h/{one}", "h/video", span=SPAN) for one in ("ann", "bob")]
    first, second = (Entitlements.of(household(policies=[policy], grants=grants)) for _ in "ab")
    interner = Interner()
    kept, shared = first.interned(interner), second.interned(interner)
    assert kept == shared == first == second
    for name in ("individuals", "services", "devices", "cells", "timelines", "time_zone"):
        assert getattr(kept, name) is getattr(shared, name), name
    closure = Closure(Windows(WEEKDAYS, "21:00", "07:00"), (ALWAYS,))
    assert Timeline((SPAN,), (closure,)) in kept.timelines
    windows = [one.closures[0].windows for one in kept.timelines if one.closures]
    other = Timeline((ALWAYS,), (Closure(Windows(WEEKDAYS, "21:00", "07:00"), (SPAN,)),))
    assert interner.timeline(other).closures[0].windows is windows[0]
    assert interner.timeline(other) == other


def test_only_equals_of_a_type_and_order_are_interned_as_one() -> None:
    """True is 1 to Python, and a mapping in another order is no equal; they are kept apart."""
    interner = Interner()
    assert interner.intern(1) == 1
    assert interner.intern(True) is True
    [text, same] = [str(b"ab", "ascii") for _ in range(2)]
    assert interner.intern(text) is text
    assert interner.intern(same) is text
    first = {"ann": 0, "bob": 1}
    assert interner.index(first) is first
    assert interner.index(dict(first)) is first
    turned = {"bob": 1, "ann": 0}
    assert interner.index(turned) is turned
    empty: tuple[object, ...] = ()
    assert interner.index({}) == {}
    assert interner.intern(empty) == ()
