"""`device` and `identity`: from the command line to the graph and back."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.fresh import Home, home

SATURDAY = "2026-11-21T12:00"


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "devices-home") as household:
        yield household


def devices(bakers: Home, line: str = "device list @") -> dict[str, dict[str, Any]]:
    found = json.loads(bakers.done(f"{line} -o json").out)
    return {device["device"].partition("/")[2]: device for device in found}


def test_a_device_comes_moves_and_is_replaced(bakers: Home, graph: HouseholdGraph) -> None:
    """Dad adds a tablet for Tom, hands it on to Granny, and puts a new one in its place."""
    added = bakers.done(
        "device add @ tablet-tom --type tablet --for @/tom --service @/internet "
        f"--connected-to @/home-hub --place @/home --as @/dad --at {SATURDAY}"
    )
    assert "tom gains internet on tablet-tom" in added.out
    moved = bakers.done("device move @/tablet-tom --to @/granny --as @/dad")
    assert "devices-home/tom is no Consumer of devices-home/tablet-tom any more" in moved.err
    assert devices(bakers)["tablet-tom"]["used_by"] == ["devices-home/granny"]
    bakers.done("device replace @/tablet-tom tablet-granny --as @/dad", *("--value", "SN 2"))
    new, old = (devices(bakers)[name] for name in ("tablet-granny", "tablet-tom"))
    assert (new["type"], new["value"], new["state"]) == ("tablet", "SN 2", "unlocked")
    assert (new["used_by"], new["services"]) == (
        ["devices-home/granny"],
        ["devices-home/internet"],
    )
    assert (new["places"], new["connected_to"]) == (
        ["devices-home/home"],
        ["devices-home/home-hub"],
    )
    assert (old["state"], old["used_by"], old["services"]) == ("shutdown", [], [])
    then = devices(bakers, f"device list @ --at {SATURDAY}")["tablet-tom"]
    assert then["used_by"] == ["devices-home/tom"]
    assert graph.check(
        "devices-home/granny", "devices-home/internet", device="devices-home/tablet-granny"
    ).allowed


def test_a_device_is_locked_lost_and_found(bakers: Home, graph: HouseholdGraph) -> None:
    """What is locked or lost is of no use until it is unlocked or found."""
    ask = ("devices-home/katie", "devices-home/live-tv")
    for command, codes in [
        ("lock", ("not-active",)),
        ("unlock", ("granted",)),
        ("lost", ("not-active",)),
        ("found", ("granted",)),
    ]:
        bakers.done(f"device {command} @/tablet-katie --as @/dad --reason homework")
        found = graph.check(*ask, device="devices-home/tablet-katie", at=SATURDAY)
        assert found.codes == codes
        assert "no change needed" in bakers.done(f"device {command} @/tablet-katie").err or (
            command == "found"
        )


def test_a_username_from_the_first_day(bakers: Home) -> None:
    """Dad gets a username, uses it for cable TV, and has it suspended and back."""
    added = bakers.done("identity add @/dad dad@bakers.example --realm tv --as @/dad")
    assert "it is devices-home/dad-login" in added.err
    bakers.done("identity link @/dad-login @/dad admin @/cable-tv --as @/dad")
    bakers.done("identity link @/dad-login --to @/dad.customer.account.chooser.cable-tv")
    bakers.done("identity suspend @/dad-login --as @/dad")
    [login] = json.loads(bakers.done("identity list @/dad -o json").out)
    assert login == {
        "identity": "devices-home/dad-login",
        "party": "devices-home/dad",
        "username": "dad@bakers.example",
        "realm": "tv",
        "status": "suspended",
        "used_for": ["devices-home/cable-tv (Admin)", "devices-home/cable-tv (Chooser)"],
    }
    bakers.done("identity suspend @/dad-login --lift")
    lines = bakers.done("identity list @ -o csv").out.splitlines()
    assert len(lines) == 3
    assert "dad@bakers.example,tv,active" in lines[1]
    assert bakers.done("identity list @/tom -o jsonl").out == ""


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (
            "device add @ tablet-katie --type tablet",
            2,
            "the id `devices-home/tablet-katie` is taken",
        ),
        ("device add @ new --type tablet --service @/home-hub", 2, "is a resource, and no service"),
        ("device add @ new --type tablet --as @/tom", 4, "`devices-home/dad` could"),
        ("device move @/stb-bedroom", 2, "--to"),
        ("device move @/stb-bedroom --place @/home-hub", 2, "and no place"),
        ("device lock @/movies", 2, "is a service, and no device"),
        ("device found @/laptop-tom", 0, "no change needed"),
        ("device lost @/laptop-tom --at 2040-01-01", 2, "make the change on that day"),
        ("identity add @/tom mum@bakers.example --realm home-hub", 2, "that of `devices-home/mum`"),
        ("identity link @/mum-login @/dad admin @/cable-tv", 2, "is not one of `devices-home/dad`"),
        ("identity link @/mum-login", 2, "PARTY ROLE TARGET"),
        ("identity link @/mum-login @/mum user @/account", 2, "a user has no username"),
        ("identity suspend @/mum-login --as @/tom", 4, "could"),
    ],
)
def test_what_is_refused(bakers: Home, line: str, code: int, said: str) -> None:
    """Each command line that cannot be followed ends in its code, says why, and writes nothing."""
    before = bakers.revision()
    outcome = bakers.run(line)
    assert outcome.code == ExitCode(code), outcome.err
    assert said in outcome.err
    assert bakers.revision() == before
