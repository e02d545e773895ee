"""Devices added, replaced, locked, lost and handed on: on drafts, without a database."""

import pytest

from household_graph.changes.devices import Devices, StateChange, set_state
from household_graph.changes.draft import Draft
from household_graph.changes.policies import Policies
from household_graph.changes.role_grants import involve
from household_graph.changes.role_queries import involved
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PolicyKind
from tests.unit.drafts import access, allowed, draft_of, instant, on

LOCK, UNLOCK, LOST, FOUND = StateChange


def test_a_device_is_added() -> None:
    """Its users may use on it what is available on it and theirs, and nobody else may."""
    draft = draft_of()
    draft.parties = ("bakers/mum",)
    on(draft, Devices).add(
        *("bakers", "tablet-tom"),
        kind="tablet",
        name="Tom's tablet",
        users=["tom"],
        services=["internet", "sports", "voice-dad"],
        connected_to=["home-hub"],
        place="home",
    )
    assert access(draft) == {
        ("gains", "tom", "internet", "tablet-tom"),
        ("gains", "tom", "sports", "tablet-tom"),
    }
    [device] = on(draft, Devices).list("bakers/tablet-tom")
    [role] = [one for one in involved(draft.index, "bakers/tom") if one.item == device.device]
    assert draft.get(role.id).properties["granted_by"] == "bakers/mum"
    assert device._asdict() == {
        "device": "bakers/tablet-tom",
        "type": "tablet",
        "name": "Tom's tablet",
        "value": None,
        "state": "unlocked",
        "used_by": ("bakers/tom",),
        "services": ("bakers/internet", "bakers/sports", "bakers/voice-dad"),
        "connected_to": ("bakers/home-hub",),
        "places": ("bakers/home",),
    }


@pytest.mark.parametrize(
    ("local_id", "said"),
    [
        ("tablet-katie", "the id `bakers/tablet-katie` is taken"),
        ("smiths/tablet", "`smiths/tablet` cannot be the id of something new in `bakers`"),
        ("a b", "`a b` cannot be the id of something new in `bakers`"),
        ("bakers", "`bakers` cannot be the id of something new in `bakers`"),
    ],
)
def test_an_id_that_cannot_be_new(local_id: str, said: str) -> None:
    """An id that is taken, or is none, is refused."""
    with pytest.raises(BadInputError) as refused:
        on(draft_of(), Devices).add("bakers", local_id, kind="tablet")
    assert refused.value.message == said
    assert refused.value.hint


def test_a_state_leads_to_another() -> None:
    """Locked and lost devices are of no use, and are again when unlocked or found."""
    draft = draft_of()

    def tablet_works() -> bool:
        return allowed(draft, "katie", "live-tv", device="tablet-katie")

    for change, works in [(LOCK, False), (UNLOCK, True), (LOST, False), (FOUND, True)]:
        set_state(draft, "tablet-katie", change)
        assert tablet_works() is works
    assert not draft.edits()


@pytest.mark.parametrize(
    ("first", "then", "way"), [(LOST, LOCK, FOUND), (LOST, UNLOCK, FOUND), (LOCK, FOUND, UNLOCK)]
)
def test_a_state_that_leads_nowhere(first: StateChange, then: StateChange, way: str) -> None:
    """Who locks what is lost, or finds what is not, is told which command is meant."""
    draft = draft_of()
    set_state(draft, "tablet-katie", first)
    with pytest.raises(BadInputError, match="the device `bakers/tablet-katie` is lo") as refused:
        set_state(draft, "tablet-katie", then)
    assert f"device {way} bakers/tablet-katie" in str(refused.value.hint)


def test_a_device_is_handed_on() -> None:
    """The tablet is Granny's alone from then on; Katie, who used it, uses it no longer."""
    draft = draft_of()
    on(draft, Devices).move("tablet-katie", users=["granny"])
    assert draft.notes == ["bakers/katie is no Consumer of bakers/tablet-katie any more"]
    changes = access(draft)
    assert {(effect, party) for effect, party, *_ in changes} == {
        ("loses", "katie"),
        ("gains", "granny"),
    }
    assert {device for *_, device in changes} == {"tablet-katie"}
    once = draft.rows
    on(draft, Devices).move("tablet-katie", users=["granny"])
    assert draft.rows == once


def test_a_device_stands_elsewhere() -> None:
    """It stands at one place; who uses it does not change by that."""
    draft = draft_of()
    draft.create("bakers/college", ["Place"])
    on(draft, Devices).move("stb-bedroom", place="college")
    assert [at.end for at in draft.index.outgoing("LOCATED_AT", "bakers/stb-bedroom")] == [
        "bakers/college"
    ]
    assert access(draft) == set()


def with_old(changes: set[tuple[str, str, str, str | None]], old: str) -> set[tuple[str, ...]]:
    return {(party, target) for _effect, party, target, device in changes if device == old}


@pytest.mark.parametrize("old", ["stb-living-room", "home-hub", "tablet-katie", "phone-emma"])
def test_what_the_old_device_gave_the_new_one_gives(old: str) -> None:
    """Everybody gains on the new device exactly what is lost on the old one."""
    draft = draft_of()
    on(draft, Devices).replace(old, "new-one", value="SN-2")
    changes = access(draft)
    assert with_old(changes, old) == with_old(changes, "new-one") != set()
    assert {(effect, device) for effect, *_, device in changes} == {
        ("loses", old),
        ("gains", "new-one"),
    }


def test_a_new_device_stands_where_the_old_one_stood() -> None:
    """What was connected to the old hub is connected to the new one, and policies govern it."""
    draft = draft_of()
    on(draft, Policies).set(
        *("bakers", "no-hub"), kind=PolicyKind.BLOCK, audience=("katie",), governs=("home-hub",)
    )
    involve(draft, "mum", InvolvementKind.ADMIN, "home-hub", identities=["mum-login"])
    on(draft, Devices).replace("home-hub", "hub-2", value="SN-2")
    old, new = (on(draft, Devices).list(f"bakers/{name}")[0] for name in ("home-hub", "hub-2"))
    assert (old.state, old.used_by, old.services, old.places) == ("shutdown", (), (), ())
    assert (new.name, new.type, new.value) == ("Home hub", "gateway", "SN-2")
    assert new.places == ("bakers/home",)
    assert {one.connected_to for one in on(draft, Devices).list("bakers")} == {
        (),
        ("bakers/hub-2",),
    }
    assert not allowed(draft, "katie", "internet", device="hub-2")
    [admin] = [one for one in involved(draft.index, "bakers/mum") if one.item == "bakers/hub-2"]
    assert [i.end for i in draft.index.outgoing("IDENTIFIED_BY", admin.id)] == ["bakers/mum-login"]


def lines(draft: Draft) -> list[tuple[object, str]]:
    """Return the lines of the hunting group, in the order in which they ring."""
    index = draft.index
    found = [
        (index.nodes[one.role].properties["position"], device.id)
        for device in index.labelled("Resource")
        for one in involved(index, device.id)
        if one.item == "bike-shop/hunt-group-sales" and one.span[1] > draft.at
    ]
    return sorted(found, key=str)


def test_a_new_line_takes_its_place_in_the_hunting_group() -> None:
    """The new line rings where the old one did, and the old one is no member any more."""
    draft = draft_of("bike-shop")
    on(draft, Devices).replace("line-2", "line-7", value="+442079460107")
    assert lines(draft) == [
        (1, "bike-shop/line-1"),
        (2, "bike-shop/line-7"),
        (3, "bike-shop/line-3"),
    ]
    assert allowed(draft, "line-7", "hunt-group-sales")
    assert not allowed(draft, "line-2", "hunt-group-sales")


def test_what_has_ended_stays_with_the_old_device() -> None:
    """A summer's use of the old tablet is not made one of the new tablet."""
    draft = draft_of(at="2026-06-01")
    summer = (draft.at, instant("2026-09-01"))
    involve(draft, "granny", InvolvementKind.CONSUMER, "tablet-katie", summer)
    later = draft_of(draft.rows)
    on(later, Devices).replace("tablet-katie", "tablet-2")
    [old] = involved(later.index, "bakers/granny")
    assert (old.item, old.span) == ("bakers/tablet-katie", summer)


@pytest.mark.parametrize(
    ("whose", "devices"),
    [
        ("tom", ["home-hub", "laptop-tom", "stb-living-room"]),
        ("au-pair", ["home-hub", "phone-au-pair"]),
        ("dad", ["home-hub", "phone-dad", "stb-bedroom", "stb-living-room"]),
        ("stb-bedroom", ["stb-bedroom"]),
        ("auntie-jean", []),  # her stay is over
    ],
)
def test_the_devices_of_a_party_are_listed(whose: str, devices: list[str]) -> None:
    """Those somebody is Consumer of, by name or as a member; of a device itself; else none."""
    draft = draft_of()
    found = on(draft, Devices).list(draft.qualify(whose))
    assert [one.device for one in found] == [draft.qualify(one) for one in devices]
