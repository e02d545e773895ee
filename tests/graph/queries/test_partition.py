"""No path that decides anything leaves a household, whatever somebody draws in the graph.

Live, from the access cache, in snapshots and in the library's questions: all answer by what is
inside of each household alone.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from household_graph import Action, HouseholdGraph, Question
from household_graph.engine.decision import Decision
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.model.declaration import ENDS
from household_graph.model.instants import parse_instant, to_utc, zone_named
from household_graph.store.cache_rebuild import rebuild_cache
from household_graph.store.connection import Connection
from household_graph.store.query_files import load_query
from household_graph.store.row_reader import fetch_rows
from tests.graph.queries.judged import CANONICAL, calls
from tests.graph.queries.plain_answers import ANSWERS, POPULATION_ANSWERS
from tests.graph.queries.test_questions_agree import Compared, compare_calls

AT = "2026-11-23T10:00"
INSTANT = parse_instant(AT, zone_named("Europe/London"))
OTHERS = {**ANSWERS, **POPULATION_ANSWERS}
"""The questions of the library that go by the laws, beside the canonical ones."""
HOMES = ("bakers", "bike-shop")
A_TYPE = 12  # links of each type and direction
GUESTS = ("bike-shop/owner", "bakers/dad", "bike-shop/till")

DRAW = """
UNWIND $pairs AS pair
MATCH (start:Entity {{id: pair[0]}}), (end:Entity {{id: pair[1]}})
CREATE (start)-[:{kind} {{stray: true, period: 9}}]->(end)
"""
REMOVE = "MATCH ()-[r]->() WHERE r.stray DELETE r"
COUNT = "MATCH (h:Organization) WHERE h.id IN $homes SET h.revision = coalesce(h.revision, 0) + 1"


def asked(facts: Facts) -> list[Question]:
    """Every question about a household: whoever asks, about whatever, on any device or none."""
    return [
        Question(party, target, action, device, AT)
        for party in (*facts.principals, *GUESTS)
        for target in (*facts.services, *facts.products, *facts.resources)
        for action in Action
        for device in ((None, *facts.resources) if action is Action.USE else (None,))
        if device is None or target not in facts.resources
    ]


def answers(graph: HouseholdGraph, questions: list[Question]) -> list[Any]:
    """All answers in one batch, some one by one, and the lists."""
    found = graph.check_many(questions)
    for question in questions[::61]:
        found += graph.check_many([question])
    for home in HOMES:
        found += graph.matrix(home, at=AT)
        found += graph.who(f"{home}/{'live-tv' if home == 'bakers' else 'calls'}", at=AT)
    return [
        one.allowed if isinstance(one, Decision) and n % 13 else said(one)
        for n, one in enumerate(found)
    ]


def said(answer: object) -> object:
    """All that can be said of some: reasons take longer than answers."""
    return answer.as_dict() if isinstance(answer, Decision) else str(answer)


@pytest.fixture(scope="module")
def homes(seeds: Connection) -> HouseholdGraph:
    """Both households on the server that plans the library; what is cached is up to date."""
    rebuild_cache(seeds, HOMES)
    return HouseholdGraph(seeds)


@pytest.fixture(scope="module")
def questions(homes: HouseholdGraph) -> list[Question]:
    """Of all questions about both households, some."""
    rows = fetch_rows(homes.connection, HOMES)
    every = [one for home in HOMES for one in asked(facts_from_rows(rows[home]))]
    return Random(3).sample(every, 2_500)  # noqa: S311 - not secret


@pytest.fixture(scope="module")
def before(homes: HouseholdGraph, questions: list[Question]) -> list[Any]:
    """What is answered while nothing leaves a household."""
    return answers(homes, questions)


def library(graph: HouseholdGraph) -> dict[str, list[Any]]:
    """What every other question finds that goes by the laws, about whatever it can be asked."""
    rows = fetch_rows(graph.connection, HOMES)
    found: dict[str, list[Any]] = {}
    devices = [node for home in HOMES for node in rows[home].nodes if "Resource" in node.labels]
    given: dict[str | None, list[Any]] = {
        None: [*HOMES],
        "device": [one.id for one in devices],
        "line": [one.id for one in devices],
        "number": [one.properties["value"] for one in devices if "value" in one.properties],
        "service": [
            node.id for home in HOMES for node in rows[home].nodes if "Service" in node.labels
        ],
    }
    for name, one in OTHERS.items():
        asked = load_query(f"questions/{name}")
        defaults = {parameter.name: parameter.default for parameter in asked.parameters}
        for thing in given[one.parameter]:
            own = {one.parameter or "household": thing, "at": to_utc(INSTANT)}
            run = graph.connection.driver.execute_query
            records = run(asked.text, {**defaults, **own}).records
            found[f"{name} {thing}"] = [record.values() for record in records]
    return found


@pytest.fixture(scope="module")
def found_before(homes: HouseholdGraph) -> dict[str, list[Any]]:
    """What the library finds while nothing leaves a household."""
    return library(homes)


@pytest.fixture(scope="module")
def drawn(
    homes: HouseholdGraph, before: list[Any], found_before: dict[str, list[Any]]
) -> Iterator[HouseholdGraph]:
    """The graph with links of every type across the two households, as only plain Cypher draws.

    What is cached is out of date, so that questions are answered live.
    """
    assert before
    assert found_before
    run, random = homes.connection.driver.execute_query, Random(1)  # noqa: S311 - not secret
    nodes = {home: fetch_rows(homes.connection, HOMES)[home].nodes for home in HOMES}
    for kind, ends in sorted(ENDS.items()):
        pairs = [
            (start.id, end.id)
            for one, other in (HOMES, HOMES[::-1])
            for start in nodes[one]
            for end in nodes[other]
            if not {(a, b) for a in start.labels for b in end.labels}.isdisjoint(ends)
        ]
        chosen = random.sample(pairs, min(len(pairs), 2 * A_TYPE))
        run(DRAW.format(kind=kind), pairs=[list(pair) for pair in chosen])
    run(COUNT, homes=HOMES)
    try:
        yield homes
    finally:
        run(REMOVE)
        rebuild_cache(homes.connection, HOMES)


def test_live_answers_are_of_the_household_alone(
    drawn: HouseholdGraph, before: list[Any], questions: list[Question]
) -> None:
    """As they were before anything was drawn: who comes from elsewhere has nothing here."""
    assert rebuild_cache(drawn.connection, HOMES, check=True).households == [*HOMES]
    live = answers(drawn, questions)
    differing = [(q, a, b) for q, a, b in zip(questions, live, before, strict=False) if a != b]
    assert differing[:5] == []
    assert live == before


def test_live_facts_are_those_of_the_rows(drawn: HouseholdGraph) -> None:
    """Each relationship that leaves the household is passed over by the query too."""
    rows = fetch_rows(drawn.connection, HOMES)
    for home in HOMES:
        assert drawn.view_for(home, home, AT)[0].facts == facts_from_rows(rows[home])


def test_canonical_questions_answer_of_the_household_alone(drawn: HouseholdGraph) -> None:
    """Each of them, over both households, as the judge of what is inside of them."""
    random = Random(2)  # noqa: S311 - not secret
    rows, found = fetch_rows(drawn.connection, HOMES), Compared()
    for home in HOMES:
        facts = facts_from_rows(rows[home])
        asked = [call for _ in range(10) for call in calls(facts, random, INSTANT)]
        once = {(call.question, *call.parameters.values()): call for call in asked}
        found.join(compare_calls(drawn.connection, once.values(), INSTANT))
    assert set(found.calls) == set(CANONICAL)
    assert found.differences == []


def test_the_library_answers_of_the_household_alone(
    drawn: HouseholdGraph, found_before: dict[str, list[Any]]
) -> None:
    """Whatever else goes by the laws finds what it found before anything was drawn."""
    found = library(drawn)
    assert {call for call, rows in found.items() if rows != found_before[call]} == set()
    assert sum(map(bool, found.values())) > len(OTHERS)


def test_the_cache_and_a_snapshot_say_the_same(
    drawn: HouseholdGraph, before: list[Any], questions: list[Question]
) -> None:
    """Laid out while the links are there."""
    with drawn.snapshot(HOMES) as live:
        by_live = [said(one) for one in live.check_many(questions[::5])]
    assert rebuild_cache(drawn.connection, HOMES).households == [*HOMES]
    assert answers(drawn, questions) == before
    with drawn.snapshot(HOMES) as snapshot:
        assert [said(one) for one in snapshot.check_many(questions[::5])] == by_live
