"""What a party may do with a target: each action has the answer that a check of it gives."""

import json

import pytest

from household_graph import Action, HouseholdGraph
from household_graph.errors import UnknownIdError
from tests.cli.commands import household_graph

EVENING = "2026-11-22T21:30"


@pytest.mark.parametrize("device", [None, "bakers/phone-emma"])
@pytest.mark.parametrize("party", ["bakers/emma", "bakers/tom", "bakers/mum"])
def test_actions_answer_as_checks_do(graph: HouseholdGraph, party: str, device: str | None) -> None:
    """Each is as if asked alone; a device is of use alone, and what is denied is left out."""
    found = graph.actions(party, "bakers/sports", device=device, at=EVENING, include_denied=True)
    asked = [
        graph.check(
            party,
            "bakers/sports",
            action=action,
            device=device if action is Action.USE else None,
            at=EVENING,
        )
        for action in Action
    ]
    assert [one.as_dict() for one in found] == [one.as_dict() for one in asked]
    allowed = graph.actions(party, "bakers/sports", device=device, at=EVENING)
    assert [one.action for one in allowed] == [one.action for one in asked if one.allowed]


def test_an_unknown_id_is_an_error(graph: HouseholdGraph) -> None:
    """Neither an unknown party nor an unknown target has any actions."""
    for party, target in (("bakers/nan", "bakers/sports"), ("bakers/tom", "bakers/sprots")):
        with pytest.raises(UnknownIdError):
            graph.actions(party, target)


@pytest.mark.usefixtures("graph")
def test_the_command_lists_actions() -> None:
    """Emma chooses and administers her sports channel, and may not use it at bedtime."""
    asked = ("--at", EVENING, "-o", "json")
    done = household_graph("actions", "bakers/emma", "bakers/sports-channel", *asked)
    assert [one["action"] for one in json.loads(done.out)] == ["use", "choose", "administer"]
    done = household_graph("actions", "bakers/emma", "bakers/sports", "--all", *asked)
    answers = {one["action"]: one["allowed"] for one in json.loads(done.out)}
    assert answers == {"use": False, "choose": True, "administer": True}
