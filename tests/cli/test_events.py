"""Life events at the command line: what they turn out to need is asked for on a terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli import change_command
from household_graph.cli.exit_codes import ExitCode
from tests.cli.fresh import Home, home
from tests.cli.terminal import terminal


@pytest.fixture
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "events-home") as household:
        yield household


def test_a_move_abroad_asks_for_the_time_zone(bakers: Home, tmp_path: Path) -> None:
    """The first zone of the country is proposed; without a terminal the error names it."""
    line = "event move-home events-home paris --city Paris --country FR"
    refused = bakers.run(line)
    assert refused.code == ExitCode.BAD_INPUT
    assert "--time-zone, such as Europe/Paris" in refused.err
    with terminal(*line.split(), "--operator", "tests", folder=tmp_path) as on:
        on.sees("moves to `FR`, and goes by the clock of `Europe/London`")
        on.answers("Time zone there", "")
        assert on.ends() == ExitCode.DONE
    document = json.loads(bakers.done("export @ -o json").out)
    assert document["organization"]["time_zone"] == "Europe/Paris"


@pytest.mark.parametrize("more", ["--dry-run", "--request"])
def test_what_is_asked_for_in_turn(
    graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    """A change may need several arguments; a dry run and a request ask for them as well."""
    answers = {"Which one is meant": "events-shop/shop", "Time zone there": "Asia/Tokyo"}
    asked: list[tuple[str, ...]] = []

    def ask_for(question: str, choices: tuple[str, ...]) -> str:
        asked.append(choices)
        return next(answers[one] for one in answers if question.endswith(one))

    monkeypatch.setattr(change_command, "ask_for", ask_for)
    with home(graph, "events-shop", "bike-shop") as shop:
        shop.done(f"event move-home @ tokyo --city Tokyo --country JP {more} --operator tests")
        assert asked == [("events-shop/shop", "events-shop/workshop-site"), ("Asia/Tokyo",)]
        assert [one.request.method for one in graph.requests.list("events-shop")] == (
            ["events.move_home"] if more == "--request" else []
        )
