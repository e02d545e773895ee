"""Lists, the tree and the doctor at an earlier time: as it was in effect, and as it was known."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import BadInputError
from tests.cli.fresh import Home, home

CHANGES = (
    "policy set @ bedtime --start 22:00",
    "role revoke @/mum admin @/cloud",
    "identity suspend @/mum-login",
    "device lock @/tablet-katie",
)


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    """The Bakers, loaded a moment ago, and changed four times since."""
    with home(graph, "past-lists-home") as household:
        for line in CHANGES:
            household.done(line)
        yield household


@pytest.fixture
def loaded(bakers: Home) -> str:
    """When the Bakers were loaded, before any of the changes."""
    return str(json.loads(bakers.done("history @ -o json").out)[-1]["at"])


def listed(bakers: Home, line: str, key: str) -> dict[str, dict[str, Any]]:
    """Return the records of a list by the last part of the id of each."""
    found = json.loads(bakers.done(f"{line} -o json").out)
    return {one[key].rpartition("/")[2]: one for one in found}


@pytest.mark.parametrize("option", ["--as-of", "--recorded"])
def test_lists_tell_how_it_was(bakers: Home, loaded: str, option: str) -> None:
    """Policies, roles, usernames and devices are those of then; without the option, of now."""
    then = f"{option} {loaded}"
    assert listed(bakers, "device list @", "device")["tablet-katie"]["state"] == "locked"
    assert listed(bakers, f"device list @ {then}", "device")["tablet-katie"]["state"] == "unlocked"
    assert listed(bakers, "identity list @", "identity")["mum-login"]["status"] == "suspended"
    was = listed(bakers, f"identity list @/mum {then}", "identity")
    assert was["mum-login"]["status"] == "active"
    on = "role list @ --on @/cloud"
    assert "admin" not in {one["role"] for one in json.loads(bakers.done(f"{on} -o json").out)}
    assert "admin" in {one["role"] for one in json.loads(bakers.done(f"{on} {then} -o json").out)}
    hours = {one["when"] for one in listed(bakers, f"policy list @ {then}", "policy").values()}
    assert "Sunday to Thursday, 21:00 to 07:00" in hours
    assert "Sunday to Thursday, 22:00 to 07:00" not in hours


def test_the_tree_of_then(bakers: Home, loaded: str) -> None:
    """It shows what held then; of now, what was locked since."""
    assert "tablet-katie Katie's tablet (locked" in bakers.done("tree @").out
    was = bakers.done(f"tree @ --recorded {loaded}").out
    assert "tablet-katie Katie's tablet (locked" not in was
    assert "21:00 to 07:00" in was
    assert "22:00 to 07:00" not in was


def test_what_the_doctor_would_have_found(bakers: Home, loaded: str) -> None:
    """An Admin is missing now, and was not then."""
    kinds = "doctor @ --severity warning -o json"
    now = {one["kind"] for one in json.loads(bakers.run(kinds).out)}
    then = {one["kind"] for one in json.loads(bakers.run(f"{kinds} --as-of {loaded}").out)}
    assert "product-without-admin" in now
    assert "product-without-admin" not in then
    everywhere = "doctor --only product-without-admin"
    assert f"{bakers.household}/cloud" in bakers.run(everywhere).out
    assert f"{bakers.household}/cloud" not in bakers.run(f"{everywhere} --as-of {loaded}").out


@pytest.mark.parametrize(
    "line",
    [
        *("role list @", "policy list @", "device list @", "identity list @", "tree @", "doctor @"),
    ],
)
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--at 2026-11-01 --as-of 2026-11-02", "leave one of the two out"),
        ("--recorded 2019-01-01", "was not known yet"),
        ("--as-of noon", "cannot read the time `noon`"),
    ],
)
def test_no_earlier_time(bakers: Home, line: str, option: str, said: str) -> None:
    """Two times, a time before all that is known, and no time at all are refused."""
    outcome = bakers.run(f"{line} {option}")
    assert (outcome.code, outcome.out) == (ExitCode.BAD_INPUT, "")
    assert said in outcome.err


def test_the_past_of_the_library_is_listed_and_not_changed(bakers: Home, loaded: str) -> None:
    """The groups of a past graph have lists, and refuse changes."""
    past = bakers.graph.past(recorded=loaded)
    [tablet] = past.devices.list(f"{bakers.household}/tablet-katie")
    assert tablet.state == "unlocked"
    assert past.documents.export(bakers.household).organization.id == bakers.household
    with pytest.raises(BadInputError, match="cannot be changed"):
        past.devices.unlock(f"{bakers.household}/tablet-katie", operator="tests")
