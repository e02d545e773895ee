"""Loading in somebody's name: held to the laws, and nothing is written where one forbids it."""

import re

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import household_graph


def with_a_later_bedtime() -> str:
    """Return the Bakers as they are in the graph, with a curfew that starts at 23:00."""
    document = household_graph("export", "bakers").out
    later = document.replace('start_time: "21:00"', 'start_time: "23:00"')
    later = later.replace("start_time: 21:00", "start_time: 23:00")
    assert later != document
    return later


def test_tom_may_not_move_bedtime(graph: HouseholdGraph) -> None:
    """A minor who loads a document with another curfew is refused, and nothing is written."""
    assert graph.connection
    before = household_graph("export", "bakers").out
    outcome = household_graph("load", "-", "--as", "bakers/tom", stdin=with_a_later_bedtime())
    assert outcome.code == ExitCode.DENIED
    assert "`bakers/tom` may not change the policy `bakers/bedtime`, because" in outcome.err
    assert "hint: `bakers/mum` could make this change, or an operator" in outcome.err
    assert not outcome.out
    assert household_graph("export", "bakers").out == before


@pytest.mark.parametrize(
    ("actor", "code", "said"),
    [
        ("bakers/mum", ExitCode.DONE, "this was a dry run"),
        ("bakers/dad", ExitCode.DENIED, "`bakers/dad` may not change the policy"),
        ("bakers", ExitCode.DENIED, "`bakers` may not change the policy"),
        ("bike-shop/owner", ExitCode.DENIED, "a party changes no household but its own"),
        ("bakers/mumm", ExitCode.BAD_INPUT, "did you mean `bakers/mum`"),
    ],
)
def test_a_dry_run_is_held_to_the_same(
    actor: str, code: ExitCode, said: str, graph: HouseholdGraph
) -> None:
    """A dry run tells who may make the change: the Admin of the firewall."""
    assert graph.connection
    text = with_a_later_bedtime()
    outcome = household_graph("load", "-", "--dry-run", "--as", actor, stdin=text)
    assert outcome.code == code, outcome.err
    assert said in outcome.err


def test_a_dry_run_of_an_operator(graph: HouseholdGraph) -> None:
    """No law binds an operator."""
    assert graph.connection
    text = with_a_later_bedtime()
    outcome = household_graph("load", "-", "--dry-run", "--operator", "anna", stdin=text)
    assert outcome.code == ExitCode.DONE, outcome.err
    assert "this was a dry run" in outcome.err


def test_a_party_leaves_nothing_live_to_nobody(graph: HouseholdGraph) -> None:
    """Dad may end his Customer role, but not without somebody else in it."""
    assert graph.connection
    document = household_graph("export", "bakers").out
    less = re.sub(r"  - party: dad\n    role: Customer\n(?:    .*\n)+", "", document)
    assert less != document
    outcome = household_graph("load", "-", "--dry-run", "--as", "bakers/dad", stdin=less)
    assert outcome.code == ExitCode.DENIED
    assert "`bakers/account` would have no Customer" in outcome.err


def test_a_document_that_changes_nothing(graph: HouseholdGraph) -> None:
    """What is so already may be loaded by anybody of the household."""
    assert graph.connection
    document = household_graph("export", "bakers").out
    outcome = household_graph("load", "-", "--as", "bakers/tom", stdin=document)
    assert outcome.code == ExitCode.DONE, outcome.err
    assert "unchanged" in outcome.out
