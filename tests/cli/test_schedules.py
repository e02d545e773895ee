"""Days and times at the command line, as people say them, and windows that may be a mistake."""

import json
from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from household_graph.cli import change_command
from household_graph.cli.exit_codes import ExitCode
from tests.cli.fresh import Home, home


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "schedules-home") as household:
        yield household


def hours(bakers: Home, policy: str) -> str:
    """Return the days and hours of a policy as the list shows them."""
    found = json.loads(bakers.done("policy list @ --all -o json").out)
    [when] = [one["when"] for one in found if one["policy"].endswith(f"/{policy}")]
    return str(when)


def curfew(name: str, times: str) -> str:
    return f"policy set @ {name} --kind curfew --audience minors --governs @/internet {times}"


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        (
            "homework",
            "--weekday mon-fri --start 16:00 --end 18",
            "Monday to Friday, 16:00 to 18:00",
        ),
        ("nights", "--weekday school-nights --start 9pm --end 7am", "Sunday to Thursday, 21:00 to"),
        ("late", "--weekday weekend --start 21.30 --end 9:00", "Saturday, Sunday, 21:30 to 09:00"),
        (
            "club",
            "--weekday mon,wed --weekday fri --start 17 --end 19",
            "Monday, Wednesday, Friday",
        ),
    ],
)
def test_a_schedule_as_people_say_it(bakers: Home, name: str, said: str, meant: str) -> None:
    """Days in a row, words for several days, and times of either clock are understood."""
    bakers.done(curfew(name, said))
    assert hours(bakers, name).startswith(meant)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("--weekday mon --start 9 --end 11pm", "morning or evening"),
        ("--weekday mon --start 24:00 --end 07:00", "cannot read the time of day"),
        ("--weekday mon --start 21:00 --end soon", "cannot read the time of day"),
        ("--weekday freeday --start 21:00 --end 07:00", "unknown day `freeday`"),
        ("--weekday t --start 21:00 --end 07:00", "unknown day `t`"),
    ],
)
def test_what_is_unclear_is_refused(bakers: Home, said: str, what: str) -> None:
    """Nothing is guessed, and nothing is written."""
    before = bakers.revision()
    outcome = bakers.run(curfew("unclear", said))
    assert (outcome.code, bakers.revision()) == (ExitCode.BAD_INPUT, before)
    assert what in outcome.err


def test_a_long_window_needs_a_yes(bakers: Home) -> None:
    """22 hours of bedtime are refused without a terminal, and set with --yes; 16 are not long."""
    before = bakers.revision()
    outcome = bakers.run("policy set @ bedtime --start 9:00")
    assert (outcome.code, bakers.revision()) == (ExitCode.BAD_INPUT, before)
    assert "the window from 09:00 to 07:00 lasts 22 hours" in outcome.err
    assert "--yes" in outcome.err
    assert "nothing was written" in bakers.done("policy set @ bedtime --start 9:00 --dry-run").err
    bakers.done("policy set @ bedtime --start 15:00 --dry-run")
    bakers.done(curfew("offline", "--weekday sun --start 00:00 --end 00:00 --yes"))
    assert hours(bakers, "offline") == "Sunday, 00:00 to 00:00"
    assert "no change needed" in bakers.done("policy set @ offline --start 00:00").err


@pytest.mark.parametrize(("answer", "code"), [(True, ExitCode.DONE), (False, ExitCode.BAD_INPUT)])
def test_a_long_window_is_asked_about(
    bakers: Home, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int
) -> None:
    """At a terminal the answer to one question decides."""
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(change_command, "confirm", confirm)
    outcome = bakers.run(curfew(f"asked-{answer}".lower(), "--weekday sun --start 8am --end 7am"))
    assert outcome.code == code
    assert asked == ["The window from 08:00 to 07:00 lasts 23 hours. Is that meant?"]


def test_exemptions_are_listed_with_their_dates(bakers: Home) -> None:
    """The table has from when until when, and for what; records have the ids besides."""
    exempt = "policy exempt @/classification @/tom --from 2031-12-14 --until 2031-12-24T22:30"
    bakers.done(f"{exempt} --only-for @/movies")
    home = bakers.household
    told = f"{home}/tom from 2031-12-14 until 2031-12-24 22:30 for {home}/movies"
    [line] = [
        one
        for one in bakers.done("policy list @ --at 2031-12-20").out.splitlines()
        if one.startswith(f"{home}/classification")
    ]
    assert told in line
    found = json.loads(bakers.done("policy list @ --at 2031-12-20 -o json").out)
    [listed] = [one for one in found if one["policy"] == f"{home}/classification"]
    assert (listed["exempt"], listed["exemptions"]) == ([f"{home}/tom"], [told])
