"""What a change says it gives and takes, over time: the same dry and real, and what then holds."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.fresh import Home, home

WEEKDAYS = "--weekday monday --weekday tuesday --weekday wednesday --weekday thursday"
SUNDAY = "2026-11-29T12:00"


@pytest.fixture
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "preview-home") as household:
        yield household


@pytest.fixture
def shop(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "preview-shop", "bike-shop") as household:
        yield household


def both(where: Home, line: str) -> str:
    """Return what a change says on stdout, which is what its dry run said."""
    dry = where.done(f"{line} --dry-run").out
    assert where.done(line).out == dry
    return dry.replace(f"{where.household}/", "")


def test_a_lift_that_begins_outside_the_hours(bakers: Home) -> None:
    """From the first night on children gain what bedtime kept from them, until they are of age."""
    lines = both(bakers, "policy end @/bedtime --at 2026-11-28T12:00 --as @/mum").splitlines()
    nights = "Sunday to Thursday 21:00 to 07:00 (was: curfew)"
    assert lines[-1] == (
        "from Sunday 2026-11-29 21:00 until 2028-09-11: tom gains internet on home-hub and "
        f"laptop-tom; sports on stb-living-room, {nights}"
    )
    assert len(lines) == 3
    answer = bakers.run("check @/tom @/internet --at 2026-11-29T21:00")
    assert answer.code == ExitCode.DONE


def test_a_curfew_that_begins_on_another_day(bakers: Home) -> None:
    """Homework is told from Monday on; and one of 24 hours at once, without hours."""
    homework = (
        f"policy set @ homework --kind curfew --audience @/tom --governs @/internet {WEEKDAYS} "
        f"--weekday friday --as @/mum --from {SUNDAY}"
    )
    assert both(bakers, f"{homework} --start 16:00 --end 18:00") == (
        "from Monday 2026-11-30 16:00: tom loses internet on home-hub and laptop-tom, "
        "Monday to Friday 16:00 to 18:00 (now: curfew)\n"
    )
    always = homework.replace("homework", "always") + " --weekday saturday --weekday sunday"
    told = bakers.done(f"{always} --start 23:00 --end 23:00 --dry-run").out
    assert "from Sunday 2026-11-29 12:00" in told
    assert "outside" in told  # bedtime and homework forbid it then already


def test_half_an_hour_more(bakers: Home) -> None:
    """An exemption that is prolonged from 22:00 to 22:30 gains half an hour."""
    exempt = "policy exempt @/bedtime @/tom --from 2026-12-14T12:00 --as @/mum --until"
    both(bakers, f"{exempt} 2026-12-14T22:00")
    told = both(bakers, f"{exempt} 2026-12-14T22:30")
    assert told.startswith("from Monday 2026-12-14 22:00 until Monday 2026-12-14 22:30: tom gains")
    assert told.endswith("(was: curfew)\n")


def test_an_undo_tells_until_when(bakers: Home) -> None:
    """Who lost the role in between gains by an undo only until then, and nothing now."""
    both(bakers, "role grant @/granny consumer @/sports-channel --from 2026-11-01")
    block = "policy set @ no-sports --kind block --audience @/granny --governs @/sports"
    both(bakers, f"{block} --from 2026-11-21T10:00")
    both(bakers, "role revoke @/granny consumer @/sports-channel --at 2026-11-22T10:00")
    assert both(bakers, f"undo {bakers.household}/change-3") == (
        "from Saturday 2026-11-21 10:00 until Sunday 2026-11-22 10:00: "
        "granny gains sports on stb-living-room (was: block)\n"
    )
    assert bakers.run("check @/granny @/sports").code == ExitCode.DENIED


def test_devices_that_ask_are_told(shop: Home) -> None:
    """A line gains the hunting group that it joins, and loses it when it is locked."""
    join = "role grant @/line-6 consumer @/hunt-group-sales"
    dry = shop.done(join, "--role-name", "hunt group member", "--dry-run").out
    assert shop.done(join, "--role-name", "hunt group member").out == dry
    assert dry == f"at once: {shop.household}/line-6 gains hunt-group-sales (was: not-granted)\n"
    told = both(shop, "device lock @/line-2")
    assert "at once: line-2 loses hunt-group-sales (now: not-active)" in told.splitlines()


def test_functional_roles_are_told(bakers: Home) -> None:
    """Customer and Bill Payer, gained and lost, in lines and in JSON."""
    told = both(bakers, "role revoke @/mum bill-payer @/account")
    assert told == "at once: mum loses the role of Bill Payer of account\n"
    found = bakers.done(
        "role grant @/granny customer @/account --from 2026-12-01 --until 2027-01-01 -o json"
    )
    [household] = json.loads(found.out)
    period = {"from": "2026-12-01T00:00:00+00:00", "until": "2027-01-01T00:00:00+00:00"}
    assert household["roles"] == [
        {
            "effect": "gains",
            "party": f"{bakers.household}/granny",
            "role": "Customer",
            "account": f"{bakers.household}/account",
            **period,
            "periods": [{**period, "hours": None}],
            "spans": [period],
        }
    ]
    assert "no access changes" not in found.err


def test_every_format_tells_the_same(bakers: Home) -> None:
    """The periods of JSON are the rows of CSV; each night of a fortnight is in the spans."""
    line = f"policy end @/bedtime --at {SUNDAY} --as @/mum --dry-run -o"
    [household] = json.loads(bakers.done(f"{line} json").out)
    tom: dict[str, Any] = next(
        one for one in household["access"] if one["before"]["party"].endswith("/tom")
    )
    assert (tom["from"], tom["until"]) == ("2026-11-29T21:00:00+00:00", "2028-09-11T00:00:00+01:00")
    assert len(tom["spans"]) == 10
    assert tom["spans"][0]["until"] == "2026-11-30T07:00:00+00:00"
    assert (tom["before"]["allowed"], tom["after"]["allowed"]) == (False, True)
    rows = list(csv.DictReader(io.StringIO(bakers.done(f"{line} csv").out)))
    periods = [period for one in household["access"] for period in one["periods"]]
    assert [(row["from"], row["until"], row["hours"]) for row in rows] == [
        (one["from"], one["until"], one["hours"]) for one in periods
    ]


def test_nothing_ends_before_it_began(bakers: Home) -> None:
    """A typo in the year wipes nothing from the past: the hint has the other year, and the undo."""
    before = bakers.done("role list @ --all").out
    for line in (
        "event leave @/granny --at 2019-01-01",
        "policy end @/bedtime --at 2019-01-01 --as @/mum",
        "role revoke @/tom consumer @/sports-channel --at 2019-01-01 --as @/emma",
    ):
        for dry in ("", " --dry-run"):
            refused = bakers.run(line + dry)
            assert refused.code == ExitCode.BAD_INPUT
            said = " ".join(refused.err.split())
            assert "began 2020-01-01T00:00:00+00:00, and does not end before it began" in said
            assert "-01-01 if you meant another year; what never should have been is undone" in said
    assert bakers.done("role list @ --all").out == before
    assert bakers.run("check @/granny @/internet --as-of 2025-01-01").code == ExitCode.DONE


def test_nothing_is_told_where_nothing_changes(bakers: Home) -> None:
    """A note says that no access changes, then or later."""
    outcome = bakers.done("identity suspend @/mum-login")
    assert (outcome.out, "no access changes, then or later" in outcome.err) == ("", True)
