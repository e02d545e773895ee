"""Who may change what, asked beforehand: those, and no others, can then do it."""

import pytest

from household_graph.api.simulation import Simulation
from household_graph.cli.command_lines import simulate
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.installation import shipped
from household_graph.model.instants import from_datetime, to_utc
from tests.unit.drafts import instant

NOW = to_utc(instant("2026-11-29T20:00"))
PEOPLE = ("dad", "mum", "emma", "tom", "katie", "granny", "au-pair")
LINES = {
    ("bedtime", "end it"): "policy end bakers/bedtime",
    ("bedtime", "change what it says"): "policy set bakers bedtime --start 21:30",
    ("bedtime", "exempt people, or pause it"): "policy pause bakers/bedtime --until 22:00",
    ("classification", "end it"): "policy end bakers/classification",
    ("broadband", "appoint an Admin"): "role grant bakers/granny admin bakers/broadband",
    ("broadband", "appoint a Chooser"): "role grant bakers/granny chooser bakers/broadband",
    ("cable-tv", "let a party use it"): "role grant bakers/granny consumer bakers/cable-tv",
    ("sports-channel", "appoint an Admin"): "role grant bakers/tom admin bakers/sports-channel",
    ("smart-firewall", "appoint an Admin"): "role grant bakers/granny admin bakers/smart-firewall",
    ("home-hub", "lock it or report it lost"): "device lock bakers/home-hub",
    ("phone-emma", "lock it or report it lost"): "device lost bakers/phone-emma",
    ("phone-emma", "appoint an Admin"): "role grant bakers/granny admin bakers/phone-emma",
    ("teens-account", "appoint a User"): "role grant bakers/granny user bakers/teens-account",
    ("mum-login", "suspend it"): "identity suspend bakers/mum-login",
}
"""For a change of something in the Baker household, a command that makes one."""


@pytest.fixture(scope="module")
def bakers() -> Simulation:
    return Simulation.of_documents(shipped("seed") / "bakers.yaml").simulate(now=NOW)


def asked(bakers: Simulation, thing: str) -> dict[str, tuple[str, ...]]:
    """Return who may make each change of a thing."""
    return {one.change: one.who for one in bakers.who_may_change(f"bakers/{thing}")}


@pytest.mark.parametrize(("thing", "change"), LINES)
def test_who_may_is_who_can(thing: str, change: str, bakers: Simulation) -> None:
    """Everybody tries the command in their own name; it is made for those who were named."""
    can = []
    for person in PEOPLE:
        try:
            simulate(bakers.simulate(now=NOW), f"{LINES[thing, change]} --as bakers/{person}")
        except RefusedError:
            continue
        can.append(f"bakers/{person}")
    assert sorted(asked(bakers, thing)[change]) == sorted(can)
    assert can


def test_each_kind_of_thing_has_an_answer(bakers: Simulation) -> None:
    """Of a person, a device, a product and the household; nobody is responsible for an adult."""
    assert asked(bakers, "emma")["say who is responsible"] == ("bakers/dad", "bakers/mum")
    assert "say who is responsible" not in asked(bakers, "mum")
    assert asked(bakers, "teens-bill") == {"change who pays what": ("bakers/emma",)}
    assert set(asked(bakers, "cable-tv")) > {"change it", "suspend or end it"}
    [zone] = [one for one in bakers.who_may_change("bakers") if "time zone" in one.change]
    assert zone.who == ("bakers/mum",)
    assert "Admin" in zone.laws[0]


def test_where_nobody_may_alone(bakers: Simulation) -> None:
    """Where two services enforce policies, their Admins have to agree on what is measured by."""
    both = bakers.simulate(now=NOW)
    line = "policy set bakers news --kind block --audience minors --governs live-tv"
    simulate(both, f"{line} --enforced-by bakers/live-tv --operator anna")
    [measured] = [one for one in both.who_may_change("bakers/tom") if "of age" in one.change]
    assert (measured.who, measured.together) == ((), ("bakers/dad", "bakers/mum"))


def test_the_time_that_is_asked_about(bakers: Simulation) -> None:
    """Rights are those of the moment: before Mum was Admin, nobody could end bedtime."""
    found = bakers.who_may_change("bakers/bedtime", at="2019-01-01")
    assert {one.who for one in found} == {()}
    assert from_datetime(NOW)


def test_what_has_no_answer(bakers: Simulation) -> None:
    """A role is not changed by itself; what is not there is an unknown id."""
    with pytest.raises(BadInputError, match="is not changed by itself"):
        bakers.who_may_change("bakers/home-security-admin")
    with pytest.raises(UnknownIdError):
        bakers.who_may_change("bakers/bed")
