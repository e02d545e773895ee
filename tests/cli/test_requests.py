"""Requests: some ask for a change, others agree, and it is made by the last who has to."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.errors import BadInputError, HouseholdGraphError, RefusedError, UnknownIdError
from household_graph.model.enums import RequestState
from household_graph.model.ids import household_of
from tests.cli.fresh import Home, erase, home

H = "requests-home"
DAD, MUM, EMMA, TOM, KATIE, GRANNY = (
    f"{H}/{one}" for one in ("dad", "mum", "emma", "tom", "katie", "granny")
)
NANNY = {"person": f"{H}/nanny", "uses": [f"{H}/broadband"]}


@pytest.fixture
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    """The Bakers, as they were loaded."""
    with home(graph, H) as made:
        yield made


def state(bakers: Home, request: str) -> str:
    return bakers.graph.requests.show(request).state.value


def test_a_nanny_with_broadband_is_asked_for_and_agreed_to(bakers: Home) -> None:
    """Dad asks, it waits for Mum, she agrees, and it is made in the names of both."""
    line = f"event join {NANNY['person']} --consumer-of {H}/broadband"
    before = bakers.revision()
    asked = bakers.done(f"{line} --as {DAD} --request -o json")
    [record] = json.loads(asked.out)
    assert record["request"] == f"{H}/request-1"
    assert (record["state"], record["waits_for"]) == ("open", [[MUM]])
    assert record["preview"][0]["access"]
    assert bakers.revision() == before
    [waiting] = json.loads(bakers.done(f"request list {MUM} -o json").out)
    assert waiting["request"] == record["request"]
    assert json.loads(bakers.done(f"request list {KATIE} -o json").out) == []
    [made] = json.loads(bakers.done(f"request approve {record['request']} --as {MUM} -o json").out)
    assert (made["state"], made["waits_for"]) == ("made", [])
    assert [one["party"] for one in made["agreed"]] == [DAD, MUM]
    [change] = json.loads(bakers.done("history @ --limit 1 -o json").out)
    assert (change["change"], change["actors"]) == (made["changes"][0], [DAD, MUM])
    assert bakers.done(f"check {NANNY['person']} {H}/internet").out
    assert bakers.run(f"request approve {record['request']} --as {MUM}").code == 2
    assert bakers.done(f"undo {change['change']} --as {DAD} --as {MUM}")
    assert state(bakers, record["request"]) == "made"


@pytest.mark.parametrize("unknown", ["x", H, f"{H}/request-9", ""])
def test_an_unknown_request(bakers: Home, unknown: str) -> None:
    """What is no request is called so, whatever is to be done with it."""
    requests = bakers.graph.requests
    for act in (requests.approve, requests.refuse, requests.withdraw) if H in unknown else ():
        with pytest.raises(UnknownIdError):
            act(unknown, party=DAD)
    with pytest.raises(UnknownIdError):
        requests.withdraw(unknown, operator="tests")


def test_a_request_changes_no_answer(bakers: Home) -> None:
    """What waits is no grant: neither the household nor its revision is changed by it."""
    exported = bakers.done("export @").out
    bakers.graph.requests.new("events.leave", {"person": KATIE}, party=TOM)
    assert bakers.done("export @").out == exported
    assert bakers.done("doctor @ --severity error").code == 0


def test_it_is_refused_or_withdrawn(bakers: Home) -> None:
    """Whoever has a say ends it by a no, and who asked by taking it back; then it is over."""
    requests = bakers.graph.requests
    first = requests.new("events.join", NANNY, party=DAD, reason="help").request.id
    with pytest.raises(RefusedError, match="does not depend on"):
        requests.refuse(first, party=KATIE)
    refused = requests.refuse(first, party=MUM, reason="no room")
    assert (refused.state, refused.request.ended_reason) == (RequestState.REFUSED, "no room")
    second = requests.new("events.join", NANNY, party=DAD).request.id
    assert second == f"{H}/request-2"
    with pytest.raises(RefusedError, match="did not ask"):
        requests.withdraw(second, party=MUM)
    with pytest.raises(RefusedError, match="does not depend on"):
        requests.approve(second, party=KATIE)
    with pytest.raises(BadInputError, match="agreed already"):
        requests.approve(second, party=DAD)
    assert requests.withdraw(second, party=DAD).state is RequestState.WITHDRAWN
    for over in (first, second):
        with pytest.raises(BadInputError, match="already"):
            requests.approve(over, party=MUM)
    assert requests.list(H) == ()
    assert [one.request.id for one in requests.list(H, ended=True)] == [first, second]
    with pytest.raises(UnknownIdError, match="unknown request"):
        requests.show(f"{H}/request-9")


def test_strangers_have_no_say(bakers: Home) -> None:
    """Who is of another household, or not there, learns nothing of a request and ends none."""
    requests = bakers.graph.requests
    asked = requests.new("events.join", NANNY, party=DAD).request.id
    for step in (requests.approve, requests.refuse, requests.withdraw):
        with pytest.raises(RefusedError, match="no household but its own"):
            step(asked, party="bike-shop/owner")
        with pytest.raises(UnknownIdError):
            step(asked, party=f"{H}/nobody")
    for verb in ("approve", "refuse"):
        assert bakers.run(f"request {verb} {asked} --operator anna").code == 2
    assert requests.withdraw(asked, operator="anna").state is RequestState.WITHDRAWN


def test_it_lapses(bakers: Home, graph: HouseholdGraph) -> None:
    """After its time nobody can agree to it."""
    asked = graph.requests.new("events.join", NANNY, party=DAD).request
    assert timedelta(days=13) < asked.lapses_at - asked.at <= timedelta(days=14)
    graph.connection.driver.execute_query(
        "MATCH (r:Request {id: $id}) SET r.lapses_at = r.at", id=asked.id
    )
    assert state(bakers, asked.id) == "lapsed"
    with pytest.raises(BadInputError, match="lapsed already"):
        graph.requests.approve(asked.id, party=MUM)
    with pytest.raises(BadInputError, match="is past"):
        graph.requests.new("events.join", NANNY, party=DAD, lapses="2020-01-01")


def test_an_operator_asks_and_the_household_agrees(bakers: Home) -> None:
    """The operator has no say in it: it waits for Dad and for Mum, and is made in their names."""
    requests = bakers.graph.requests
    asked = requests.new("events.join", NANNY, operator="anna")
    assert asked.needs == ((DAD,), (MUM,))
    assert requests.approve(asked.request.id, party=DAD).needs == ((MUM,),)
    made = requests.approve(asked.request.id, party=MUM)
    assert made.state is RequestState.MADE
    [change] = json.loads(bakers.done("history @ --limit 1 -o json").out)
    assert change["actors"] == [DAD, MUM]


def test_consent_is_given_without_an_operator(bakers: Home) -> None:
    """Dad asks that Granny pays; it takes her own word, and she needs to be no Customer."""
    requests = bakers.graph.requests
    pays = {"holder": GRANNY, "role": "bill-payer", "target": f"{H}/account", "pays": f"{H}/bill"}
    asked = requests.new("roles.grant", {**pays, "share": 10.0}, party=DAD)
    assert asked.needs == ((GRANNY,),)
    assert requests.approve(asked.request.id, party=GRANNY).state is RequestState.MADE


def test_who_needs_nobody_else_makes_it_at_once(bakers: Home) -> None:
    """The request is there, with the change."""
    found = bakers.graph.requests.new("policies.end", {"policy": f"{H}/bedtime"}, party=MUM)
    assert found.state is RequestState.MADE
    assert found.request.changes == found.result.changes if found.result else False


def test_it_is_made_as_the_household_is_then(bakers: Home) -> None:
    """What changed meanwhile counts: another has the say, or it cannot be done."""
    requests = bakers.graph.requests
    asked = requests.new("events.join", NANNY, party=DAD).request.id
    bakers.done(f"role grant {GRANNY} admin {H}/broadband --operator anna")
    bakers.done(f"role revoke {MUM} admin {H}/broadband --operator anna")
    assert requests.show(asked).needs == ((GRANNY,),)
    with pytest.raises(RefusedError, match="does not depend on"):
        requests.approve(asked, party=MUM)
    bakers.done(f"event join {NANNY['person']} --guest --consumer-of {H}/cloud --operator anna")
    bakers.done(f"event death {NANNY['person']} --operator anna")
    assert requests.show(asked).problem
    with pytest.raises(HouseholdGraphError):
        requests.approve(asked, party=GRANNY)
    assert state(bakers, asked) == "open"


FLAT = f"{H}-flat"


@pytest.fixture
def flat(bakers: Home) -> Iterator[Home]:
    """Granny in a household of her own, to which she took the cloud along."""
    bakers.done("event leave @/granny --to @-flat --keep @/cloud --consent-of @/granny")
    try:
        yield Home(bakers.graph, FLAT)
    finally:
        erase(bakers.graph, FLAT)


def test_two_households_merge_by_their_own_people(bakers: Home, flat: Home) -> None:
    """One asks, people of both agree, and it is made in the names of all of them."""
    requests = bakers.graph.requests
    found = requests.new("events.merge", {"household": FLAT, "into": H}, party=f"{FLAT}/granny")
    asked = found.request.id
    assert (found.state, found.request.others) == (RequestState.OPEN, (H,))
    assert {household_of(one) for one in found.could_agree} == {H}
    for one in (H, FLAT, found.needs[0][0]):
        assert [listed.request.id for listed in requests.list(one)] == [asked]
    with pytest.raises(RefusedError, match="no household but its own"):
        requests.approve(asked, party="bike-shop/owner")
    while found.state is RequestState.OPEN:
        found = requests.approve(asked, party=found.needs[0][0])
    assert found.state is RequestState.MADE
    assert {household_of(one) for one in found.request.agreed} == {H, FLAT}
    assert bakers.graph.check(f"{H}/granny", f"{H}/internet", at="2026-11-22T20:00").allowed
    assert not flat.graph.requests.list(FLAT)


def test_a_document_is_asked_for(bakers: Home, tmp_path: Path) -> None:
    """Who may not change all that a document does asks for it, and the others agree."""
    text = bakers.done("export @").out.replace("name: Cloud", "name: Family cloud")
    assert "Family cloud" in text
    path = tmp_path / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    assert bakers.run(f"load {path} --as {TOM}").code == 4
    [asked] = json.loads(bakers.done(f"load {path} --as {TOM} --request -o json").out)
    assert asked["state"] == "open"
    assert asked["summary"] == f"load the document of {H}"
    agreed = asked["waits_for"][0][0]
    [made] = json.loads(
        bakers.done(f"request approve {asked['request']} --as {agreed} -o json").out
    )
    assert made["state"] == "made"
    assert "Family cloud" in bakers.done("export @").out
    assert bakers.done("check @/tom @/internet --at 2026-11-22T20:00", "--if", f"load {path}")


def test_an_undo_is_asked_for(bakers: Home) -> None:
    """Katie asks to undo what Mum set; it waits for who may end the policy."""
    bakers.done(
        "policy set @ homework --kind curfew --audience minors --governs @/internet "
        f"--weekday mon-fri --start 16:00 --end 18:00 --as {MUM}"
    )
    [change] = json.loads(bakers.done("history @ --limit 1 -o json").out)
    [asked] = json.loads(
        bakers.done(f"request new --as {KATIE} -o json", f"undo {change['change']}").out
    )
    assert (asked["state"], asked["waits_for"]) == ("open", [[MUM]])
    bakers.done(f"request approve {asked['request']} --as {MUM}")
    assert f"{H}/homework" not in bakers.done("policy list @ -o json").out


def test_a_product_is_asked_for(bakers: Home) -> None:
    """Tom asks for a product of the catalogue; who is Customer of the account agrees."""
    asked = bakers.graph.requests.new(
        "products.add",
        {"household": H, "offering": "family/cloud", "account": f"{H}/account", "local_id": "more"},
        party=TOM,
    )
    assert asked.could_agree == {DAD}
    assert bakers.graph.requests.approve(asked.request.id, party=DAD).state is RequestState.MADE
    assert f"{H}/more" in {one.product for one in bakers.graph.products.list(H)}


def test_only_changes_can_be_asked_for(bakers: Home) -> None:
    """Methods known by name, with arguments they have; nothing else is looked up or called."""
    new = bakers.graph.requests.new
    for method in (
        "events.list",
        "changes.history",
        "events._event",
        "os.system",
        "events",
        "",
        "a.b",
    ):
        with pytest.raises(BadInputError, match="is no change that can be asked for"):
            new(method, {}, party=DAD)
    for name in ("operator", "party", "dry_run", "self", "keywords", "__class__"):
        with pytest.raises(BadInputError, match="has no argument"):
            new("events.leave", {"person": KATIE, name: "x"}, party=DAD)
    with pytest.raises(BadInputError, match="cannot be part of a request"):
        new("events.leave", {"person": object()}, party=DAD)
    with pytest.raises(BadInputError, match="characters"):
        new("events.leave", {"person": "x" * 100_000}, party=DAD)
    with pytest.raises(RefusedError, match="no household but its own"):
        new("events.leave", {"person": KATIE}, party="bike-shop/owner")


def test_what_was_tampered_with_is_not_made(bakers: Home, graph: HouseholdGraph) -> None:
    """A stored request is validated when it is read back."""
    assert bakers
    asked = graph.requests.new("events.join", NANNY, party=DAD).request.id
    for name, value in (("format", 2), ("arguments", "[]"), ("method", "changes.history")):
        query = (
            f"MATCH (r:Request {{id: $id}}) WITH r, r.{name} AS old "
            f"SET r.{name} = $value RETURN old"
        )
        [record] = graph.connection.driver.execute_query(query, id=asked, value=value).records
        with pytest.raises(BadInputError):
            graph.requests.approve(asked, party=MUM)
        graph.connection.driver.execute_query(query, id=asked, value=record["old"])
    assert graph.requests.approve(asked, party=MUM).state is RequestState.MADE


def test_requests_are_completed(bakers: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `request approve` come the ids of requests."""
    asked = bakers.graph.requests.new("events.join", NANNY, party=DAD).request.id
    line = f"household-graph request approve {H}/"
    monkeypatch.setenv("_HOUSEHOLD_GRAPH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    assert asked in bakers.run("").out.split()


def attempt(work: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - of any method
    try:
        return work(*arguments, **keywords).state
    except HouseholdGraphError as error:
        return type(error)


def test_at_once(bakers: Home, graph: HouseholdGraph) -> None:
    """Twice the same, two who agree, and a yes beside a no: one outcome, and one change at most."""
    for round_ in range(3):
        asked = graph.requests.new(
            "events.join", {**NANNY, "person": f"{H}/nanny-{round_}"}, operator="anna"
        ).request.id
        before = bakers.revision()
        works = [
            (graph.requests.approve, DAD),
            (graph.requests.approve, MUM),
            (graph.requests.approve, MUM),
            (graph.requests.refuse if round_ else graph.requests.approve, DAD),
        ]
        with ThreadPoolExecutor(len(works)) as threads:
            waiting = [threads.submit(attempt, of, asked, party=one) for of, one in works]
            done = [one.result() for one in waiting]
        ended = graph.requests.show(asked)
        made = ended.state is RequestState.MADE
        assert ended.state in {RequestState.MADE, RequestState.REFUSED}, done
        assert done.count(ended.state) == 1, done
        assert bakers.revision() - before == made == len(ended.request.changes)


def test_what_cannot_be_dated_is_scheduled(bakers: Home, graph: HouseholdGraph) -> None:
    """Mum schedules the lock of a device for tomorrow; `due` makes it then, once."""
    line = f"device lock {H}/phone-mum --as {MUM}"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    refused = bakers.run(f"{line} --at {tomorrow}")
    assert refused.code == 2
    assert "--schedule" in refused.err
    told = bakers.done(f"{line} --schedule {tomorrow} --dry-run").out
    assert "at once" not in told
    assert "from " in told
    [asked] = json.loads(bakers.done(f"{line} --schedule {tomorrow} -o json").out)
    assert asked["state"] == "scheduled"
    assert "nothing is due" in bakers.done("due @").err
    graph.connection.driver.execute_query(
        "MATCH (r:Request {id: $id}) SET r.due_at = r.at", id=asked["request"]
    )
    assert "dry run" in bakers.done("due @ --dry-run").err
    [made] = json.loads(bakers.done("due @ -o json").out)
    assert (made["state"], len(made["changes"])) == ("made", 1)
    [change] = json.loads(bakers.done("history @ --limit 1 -o json").out)
    assert change["actor"] == MUM
    assert "nothing is due" in bakers.done("due @").err


def test_a_schedule_is_called_off_or_fails(bakers: Home, graph: HouseholdGraph) -> None:
    """It is withdrawn like any request; what cannot be made at its time says so, with code 4."""
    later = datetime.now(UTC) + timedelta(days=1)
    first, second = (
        graph.requests.new(
            "devices.lock", {"device": f"{H}/phone-mum"}, party=MUM, schedule=later
        ).request.id
        for _ in range(2)
    )
    assert graph.requests.withdraw(first, party=MUM).state is RequestState.WITHDRAWN
    bakers.done(f"role grant {DAD} consumer {H}/phone-mum --operator anna")
    graph.connection.driver.execute_query(
        "MATCH (r:Request) WHERE r.id IN $ids SET r.due_at = r.at", ids=[first, second]
    )
    failed = bakers.run("due @")
    assert failed.code == 4
    assert "others have to agree now" in failed.err
    assert state(bakers, second) == "failed"
    assert state(bakers, first) == "withdrawn"
