"""Whoever calls is found by what they say: a name, a number, a username or an address."""

import json

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.ids import household_of
from tests.cli.commands import household_graph


@pytest.fixture(scope="module")
def searched(graph: HouseholdGraph) -> HouseholdGraph:
    """The graph, once all that was written is in the index, which follows a moment later."""
    graph.connection.driver.execute_query(
        "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"
    )
    return graph


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tom Baker", "bakers/tom"),
        ("baker, katei", "bakers/katie"),
        ("07700 900102", "bakers/phone-mum"),
        ("+44 7700 900102", "bakers/phone-mum"),
        ("mum@bakers.example", "bakers/mum-login"),
        ("7 mill lane", "bakers/home"),
        ("ZZ1 7AB", "bakers/home"),
        ("sports-channel", "bakers/sports-channel"),
        ("pair's phone", "bakers/phone-au-pair"),
        ("the bike shop", "bike-shop"),
    ],
)
def test_the_best_match_comes_first(searched: HouseholdGraph, text: str, found: str) -> None:
    """Each is found by what is known of it, whatever the notation, with one typing error."""
    assert searched.find(text, household=household_of(found))[0].id == found


def test_a_search_may_be_of_one_household(searched: HouseholdGraph) -> None:
    """Nothing of another is found, and a household that is not there is an error."""
    found = searched.find("phone", household="bakers")
    assert {one.household for one in found} == {"bakers"}
    assert {one.household for one in searched.find("phone", limit=1_000)} > {"bakers"}
    assert len(searched.find("phone", limit=1)) == 1
    with pytest.raises(UnknownIdError):
        searched.find("phone", household="nosuch")


def test_the_past_is_not_searched(searched: HouseholdGraph) -> None:
    """The index has what is written now, and that is said."""
    with pytest.raises(BadInputError, match="as it stands"):
        searched.past(as_of="2026-11-01T12:00+00:00").find("tom")


@pytest.mark.usefixtures("searched")
def test_the_command_finds_the_caller() -> None:
    """Several words are one text; nothing found, and more than are shown, is said."""
    done = household_graph("find", "tom", "baker", "-o", "json")
    assert done.code == ExitCode.DONE
    assert json.loads(done.out)[0] == {
        "id": "bakers/tom",
        "kind": "individual",
        "text": "Tom Baker",
        "household": "bakers",
        "household_name": "The Bakers",
    }
    assert "nothing found" in household_graph("find", "no-such-thing").err
    assert "--limit" in household_graph("find", "phone", "--limit", "1").err
    assert household_graph("find", "(((").code == ExitCode.BAD_INPUT
