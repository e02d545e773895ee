"""The commands that look back and take back, and the options that ask about the past."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import household_graph

PAST = """\
organization: {id: past-house, time_zone: Europe/London}
valid_from: 2020-01-01
individuals:
  - {id: ann, birth_date: 1980-01-01, member_of: [past-house]}
customer_accounts: [{id: account}]
products: [{id: broadband, account: account, services: [internet]}]
services: [{id: internet, category: internet, available_on: [phone]}]
resources: [{id: phone}]
party_roles:
  - party: ann
    role: User
    account: account
    consumer_of: [broadband, phone]
"""
LOST = PAST.replace("{id: phone}", "{id: phone, administrative_state: lost}")


def records(*arguments: str) -> list[dict[str, Any]]:
    """What a command line prints as JSON."""
    outcome = household_graph(*arguments, "-o", "json")
    assert outcome.code == ExitCode.DONE, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)
    return found


@pytest.fixture
def past_house(graph: HouseholdGraph) -> Iterator[None]:
    """A household of its own, in which a phone was lost; it is gone afterwards."""
    for text, reason in ((PAST, "new"), (LOST, "left on the bus")):
        loaded = household_graph("load", "-", "--operator", "anna", "--reason", reason, stdin=text)
        assert loaded.code == ExitCode.DONE, loaded.err
    yield
    graph.connection.driver.execute_query(
        "MATCH (n) WHERE n.id = 'past-house' OR n.id STARTS WITH 'past-house/' DETACH DELETE n"
    )


ASK = ("check", "past-house/ann", "past-house/internet", "-d", "past-house/phone")


@pytest.mark.usefixtures("past_house")
def test_history_says_what_was_changed() -> None:
    """The latest change comes first, with who, when, why, and both sides of every row."""
    lost, load = records("history", "past-house")
    assert (lost["change"], lost["actor"], lost["reason"]) == (
        *("past-house/change-2", "anna", "left on the bus"),
    )
    assert lost["what"] == ["past-house/phone: administrative_state: unlocked → lost"]
    node: dict[str, Any] = lost["nodes"][0]
    assert node["before"] | {"administrative_state": "lost"} == node["after"]
    assert load["effective_at"] == load["at"]
    assert "past-house/ann: MEMBER_OF past-house begins 2020-01-01" in load["what"]


@pytest.mark.usefixtures("past_house")
def test_a_table_cuts_and_says_so() -> None:
    """A table tells the first of many lines, and a limit says how much it leaves out."""
    short = household_graph("history", "past-house", "--until", "2199-01-01")
    assert "more; --details shows them" in short.out
    whole = household_graph("history", "past-house", "--details")
    assert "--details" not in whole.out
    assert "past-house/internet: AVAILABLE_ON past-house/phone begins 2020-01-01" in whole.out
    cut = household_graph("history", "past-house", "--limit", "1", "-o", "csv")
    assert len(cut.out.splitlines()) == 2
    assert "earlier changes left out: 1; --limit shows more" in cut.err
    none = household_graph("history", "past-house", "--by", "nobody")
    assert (none.code, "no change that fits" in none.err) == (ExitCode.DONE, True)


@pytest.mark.usefixtures("past_house")
def test_history_of_one_thing() -> None:
    """Of one thing there is only what touched it; an unknown one is an error."""
    [load] = records("history", "past-house/ann")
    assert {one["id"] for one in load["nodes"]} == {"past-house/ann"}
    unknown = household_graph("history", "past-house/anne")
    assert unknown.code == ExitCode.BAD_INPUT
    assert "did you mean `past-house/ann`" in unknown.err


@pytest.mark.usefixtures("past_house")
def test_undo_and_undo_again() -> None:
    """An undo says who gains what, and is told in the history; an undo can be undone."""
    assert household_graph(*ASK).code == ExitCode.DENIED
    dry = household_graph("undo", "past-house/change-2", "--dry-run")
    assert household_graph(*ASK).code == ExitCode.DENIED
    done = household_graph("undo", "past-house/change-2", "--operator", "ben", "--reason", "found")
    assert (dry.code, done.code, done.out) == (ExitCode.DONE, ExitCode.DONE, dry.out)
    assert "gains" in done.out
    assert household_graph(*ASK).code == ExitCode.DONE
    told = household_graph("history", "past-house")
    assert "undone by past-house/change-3" in told.out
    again = household_graph("undo", "past-house/change-2")
    assert (again.code, "undone already" in again.err) == (ExitCode.BAD_INPUT, True)
    assert household_graph("undo", "past-house/change-3").code == ExitCode.DONE
    assert household_graph(*ASK).code == ExitCode.DENIED


@pytest.mark.usefixtures("past_house")
def test_undo_is_refused_while_something_rests_on_it() -> None:
    """The exit code is that of a refusal, and the later change is named."""
    refused = household_graph("undo", "past-house/change-1")
    assert refused.code == ExitCode.DENIED
    assert "`past-house/change-2`" in refused.err
    assert "hint: undo those first" in refused.err


@pytest.mark.usefixtures("past_house")
def test_every_question_can_be_asked_of_the_past() -> None:
    """All questions take --as-of and --recorded, and answer by what was there then."""
    past = ("--as-of", "2026-01-01")
    phone = ("-d", "past-house/phone")
    assert household_graph(*ASK, *past).code == ExitCode.DONE
    for question in (
        ("services", "past-house/ann", *phone),
        ("devices", "past-house/ann", "past-house/internet"),
        ("actions", "past-house/ann", "past-house/internet", *phone),
        ("who", "past-house/internet", *phone),
        ("matrix", "past-house"),
    ):
        assert any(one["allowed"] for one in records(*question, *past))
        assert not any(one["allowed"] for one in records(*question))
        early = household_graph(*question, "--recorded", "2026-01-01")
        assert early.code == ExitCode.BAD_INPUT
        assert "was not known yet: it was recorded at" in early.err


@pytest.mark.usefixtures("past_house")
def test_a_batch_can_be_asked_of_the_past() -> None:
    """Each question of the file is asked as of that time; one with a time of its own fails."""
    file = (
        "party,target,device,at\n"
        "past-house/ann,past-house/internet,past-house/phone,\n"
        "past-house/ann,past-house/internet,past-house/phone,2026-01-02\n"
    )
    asked = ("check", "--batch", "-", "-o", "json")
    outcome = household_graph(*asked, "--as-of", "2026-01-01", stdin=file)
    assert outcome.code == ExitCode.BAD_INPUT
    first, second = json.loads(outcome.out)
    assert (first["allowed"], first["at"]) == (True, "2026-01-01T00:00:00+00:00")
    assert "leave one of the two out" in second["hint"]


@pytest.mark.usefixtures("past_house")
def test_two_moments_at_once() -> None:
    """--at beside --as-of is an error with a hint; beside --recorded it is the moment asked for."""
    both = household_graph(*ASK, "--as-of", "2026-01-01", "--at", "2026-01-02")
    assert both.code == ExitCode.BAD_INPUT
    assert "hint: leave one of the two out" in both.err
    later = household_graph(*ASK, "--recorded", "2199-01-01", "--at", "2019-01-02", "-o", "json")
    assert json.loads(later.out)["at"] == "2019-01-02T00:00:00+00:00"
