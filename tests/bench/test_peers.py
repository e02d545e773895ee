"""The comparison with other engines asks all of them the same, and counts what it should."""

from collections import Counter
from dataclasses import replace

import pytest

from bench.peers.cedar import Cedar
from bench.peers.engine import World
from bench.peers.goals import goals
from bench.peers.measuring import MEASURES, Measured, measure
from bench.peers.openfga_model import CONDITIONS, model
from bench.peers.questions import asks, judged_services, judged_who, world
from bench.peers.spicedb_model import SCHEMA
from bench.peers.table import as_json, tables
from bench.peers.tuples import tuples_of


@pytest.fixture(scope="module", name="homes")
def homes_fixture() -> World:
    """Forty households."""
    return world(40)


def test_half_of_the_answers_are_no(homes: World) -> None:
    """So that an engine that always says the same is wrong half of the time."""
    asked = asks(homes, 200)
    assert Counter(ask.allowed for ask in asked) == {True: 100, False: 100}
    assert len({ask.household for ask in asked}) > 30


def test_every_consumer_role_is_a_tuple(homes: World) -> None:
    """Each with its time; so are members, carriers and devices of services."""
    for facts in homes.facts.values():
        kinds = Counter(one.relation for one in tuples_of(facts))
        granted = [one for one in facts.assignments if one.kind == "Consumer"]
        assert kinds["consumer"] == len(granted) > 0
        assert kinds["member"] == sum(map(len, facts.memberships.values()))
        assert kinds["product"] == sum(map(len, facts.carriers.values()))
        assert kinds["device"] == sum(map(len, facts.availability.values()))
        for one in tuples_of(facts):
            if one.relation == "consumer":
                assert one.context["valid_from"] < one.context["valid_to"]


def test_every_condition_and_relation_is_in_the_models(homes: World) -> None:
    """Of OpenFGA and of SpiceDB: a tuple that speaks of another would be refused when loaded."""
    types = {one["type"]: one for one in model()["type_definitions"]}
    every = [one for facts in homes.facts.values() for one in tuples_of(facts)]
    for relation, kind in {(one.relation, one.object.type) for one in every}:
        assert relation in types[kind]["relations"]
        assert f"relation {relation}:" in SCHEMA.partition(f"definition {kind} ")[2]
    for condition in {one.condition for one in every} - {""}:
        assert condition in CONDITIONS
        assert f"caveat {condition}(" in SCHEMA


@pytest.mark.parametrize("parsed", [False, True], ids=["handed in", "parsed before"])
def test_cedar_answers_as_the_judge(homes: World, parsed: bool) -> None:
    """Its policies say the same laws of these households: checks, services and who."""
    with Cedar(parsed=parsed) as cedar:
        cedar.prepare(homes)
        asked = asks(homes, 200)
        assert cedar.check_batch(asked) == [ask.allowed for ask in asked]
        for ask in asked:
            facts = homes.facts[ask.household]
            assert cedar.check(ask) == ask.allowed
            assert cedar.services(ask) == judged_services(facts, ask)
            assert cedar.who(ask) == judged_who(facts, ask)


class Contrary(Cedar):
    """Says no to everything."""

    def check_batch(self, asks: object) -> list[bool]:
        """Say no to each."""
        return [False for _ in asks]  # type: ignore[attr-defined]


def test_other_answers_are_counted(homes: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with an example; the measures are taken all the same."""
    monkeypatch.setattr("bench.peers.measuring._WARM_UP", 0.1)
    with Contrary(parsed=True) as contrary:
        asked = asks(homes, 350)
        (done,) = measure([contrary], homes, asked)
    allowed = sum(ask.allowed for ask in asked[:50])
    assert done.differing == {"check": 0, "batch": allowed, "services": 0, "who": 0}
    assert "says True, it alone False" in done.examples["batch"]
    assert all(done.middle(name) > 0 for name in MEASURES)
    assert done.asked == 50


def measured(kind: str, seconds: float) -> Measured:
    """An engine that takes so long for everything."""
    taken = {name: [seconds] * 3 for name in MEASURES}
    return Measured(kind, kind, "1", 0.0, 10, seconds=taken)


def test_goals_are_ratios_to_the_fastest() -> None:
    """Of times the least counts, of rates the most; without an engine there is no such goal."""
    ours, slow, fast = measured("graph", 0.001), measured("server", 0.01), measured("server", 0.004)
    found = {(one.what, one.beside): one for one in goals([ours, slow, replace(fast, name="b")])}
    assert {beside for _what, beside in found} == {"b"}
    check, batch = found["graph: check", "b"], found["graph: batch", "b"]
    assert (round(check.ratio, 2), check.reached) == (0.25, True)
    assert (round(batch.ratio, 2), batch.reached) == (4.0, False)
    said = as_json([ours, slow, fast], households=3)
    assert said["households"] == 3
    assert len(said["goals"]) == len(found)
    assert tables([ours, slow, fast], "all")
