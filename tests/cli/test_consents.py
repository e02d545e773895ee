"""Consent: who lets an agent of the provider look at what, or act on it, and until when."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.enums import RequestState
from tests.cli.fresh import Home, home

H = "consents-home"
DAD, MUM, TOM, GRANNY, TV, HUB = (
    f"{H}/{one}" for one in ("dad", "mum", "tom", "granny", "cable-tv", "home-hub")
)
NEVER = "2999-01-01T00:00:00+00:00"
LOOK: dict[str, Any] = {"purpose": "no picture", "until": NEVER}


@pytest.fixture
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    """The Bakers, as they were loaded."""
    with home(graph, H) as made:
        yield made


def admins(bakers: Home, item: str) -> list[str]:
    """The people who administer something, as the lists say it."""
    found = json.loads(bakers.done(f"who {item} --action administer -o json").out)
    return sorted({one["party"] for one in found})


def listed(bakers: Home, line: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bakers.done(f"consent list {line} -o json").out)
    return found


def test_an_admin_lets_an_agent_look_and_ends_it(bakers: Home) -> None:
    """What an Admin says holds at once, for looking alone, until they end it."""
    before = bakers.revision()
    given = bakers.done(f"consent give {TV} care-7 --until {NEVER} --as {DAD}", "--purpose", "tv")
    assert "consents-home/request-1" in given.err
    assert bakers.revision() == before
    [consent] = listed(bakers, "@")
    assert (consent["agent"], consent["item"], consent["act"]) == ("care-7", TV, False)
    assert (consent["given_by"], consent["purpose"]) == ([DAD], "tv")
    assert bakers.done(f"consent check care-7 {TV}").out.startswith("yes: tv")
    for line in (f"care-7 {TV} --act", f"care-8 {TV}", f"care-7 {HUB}"):
        assert bakers.run(f"consent check {line}").code == ExitCode.DENIED
    bakers.done(f"consent end {consent['request']} --as {DAD}")
    assert bakers.run(f"consent check care-7 {TV}").code == ExitCode.DENIED
    assert listed(bakers, "@") == []
    [ended] = listed(bakers, f"{TV} --all")
    assert ended["state"] == "withdrawn"
    assert bakers.run(f"consent end {consent['request']} --as {DAD}").code == ExitCode.BAD_INPUT


def test_an_agent_asks_and_an_admin_agrees(bakers: Home) -> None:
    """An agent gets in by nobody's word but that of an Admin; whoever asks may say for what."""
    line = f"consent give {TV} care-7 --act --until {NEVER} --operator care-7 -o json"
    [asked] = json.loads(bakers.done(line, "--purpose", "replace the box").out)
    assert (asked["state"], asked["waits_for"]) == ("open", [admins(bakers, TV)])
    assert bakers.graph.consents.check("care-7", TV) is None
    with pytest.raises(RefusedError):
        bakers.graph.requests.approve(asked["request"], party=TOM)
    bakers.done(f"request approve {asked['request']} --as {DAD}")
    found = bakers.graph.consents.check("care-7", TV, act=True)
    assert found
    assert (found.given_by, found.purpose) == ((DAD,), "replace the box")
    assert bakers.graph.consents.check("care-7", TV) == found


def test_it_holds_while_a_giver_could_give_it(bakers: Home) -> None:
    """Consent ends with the role of the Admin who gave it, and no other event brings it back."""
    consents = bakers.graph.consents
    consents.give(TV, "care-7", party=DAD, **LOOK)
    assert consents.check("care-7", TV)
    bakers.done(f"event hand-over admin {TV} --from {DAD} --to {MUM} --operator tests")
    assert consents.check("care-7", TV) is None
    assert consents.list(H) == ()
    [over] = consents.list(H, ended=True)
    assert over.state is RequestState.MADE


def test_whoever_could_give_it_takes_it_back(bakers: Home) -> None:
    """Consent of one Admin is ended by another, by an operator, and by nobody else."""
    consents, requests = bakers.graph.consents, bakers.graph.requests
    bakers.done(f"role grant {MUM} admin {TV} --operator tests")
    first = consents.give(TV, "care-7", party=DAD, **LOOK).request.id
    for stranger in (TOM, GRANNY):
        with pytest.raises(RefusedError, match="did not ask for"):
            requests.withdraw(first, party=stranger)
    requests.withdraw(first, party=MUM)
    assert consents.check("care-7", TV) is None
    second = consents.give(TV, "care-7", party=MUM, **LOOK).request.id
    requests.withdraw(second, operator="tests")
    assert consents.check("care-7", TV) is None


def test_it_ends_at_its_time(bakers: Home) -> None:
    """After its time a consent is no more than a record, and cannot be taken back."""
    graph = bakers.graph
    given = graph.consents.give(TV, "care-7", party=DAD, **LOOK).request.id
    graph.connection.driver.execute_query(
        "MATCH (r:Request {id: $id}) SET r.arguments = replace(r.arguments, '2999', '2020')",
        id=given,
    )
    assert graph.consents.check("care-7", TV) is None
    assert [one.request for one in graph.consents.list(TV, ended=True)] == [given]
    with pytest.raises(BadInputError, match="made already"):
        graph.requests.withdraw(given, party=DAD)


def test_what_is_refused(bakers: Home) -> None:
    """Names that are empty, times that are past and ids that nobody has are told."""
    consents = bakers.graph.consents
    for wrong in ({"purpose": " "}, {"until": "2020-01-01"}, {"until": "soon"}):
        with pytest.raises(BadInputError):
            consents.give(TV, "care-7", party=DAD, **LOOK | wrong)
    with pytest.raises(BadInputError, match="agent is empty"):
        consents.give(TV, "", party=DAD, **LOOK)
    for unknown in (f"{H}/cabel-tv", "nobody/cable-tv"):
        with pytest.raises(UnknownIdError):
            consents.give(unknown, "care-7", party=DAD, **LOOK)
        with pytest.raises(UnknownIdError):
            consents.check("care-7", unknown)
    local = {"item": TV, "agent": "care-7", "purpose": "tv", "until": "2999-07-01"}
    with pytest.raises(BadInputError, match="has no offset"):
        bakers.graph.requests.new("agents.admit", local, party=DAD)
    empty = {"item": TV, "agent": " ", "purpose": "tv", "until": NEVER}
    with pytest.raises(BadInputError, match="agent is empty"):
        bakers.graph.requests.new("agents.admit", empty, party=DAD)
    assert consents.list(H, ended=True) == ()


def test_a_dry_run_writes_nothing(bakers: Home) -> None:
    """A dry run says what would be, and for whom it would wait."""
    would = bakers.graph.consents.give(TV, "care-7", party=TOM, dry_run=True, **LOOK)
    assert [list(one) for one in would.needs] == [admins(bakers, TV)]
    assert bakers.graph.consents.list(H, ended=True) == ()
    assert bakers.graph.requests.list(H) == ()
