"""No path that decides anything leaves a household, whatever somebody draws in the graph.

Live, from the access cache and in the library's questions: all three answer by what is inside.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from household_graph import Action, HouseholdGraph, Question
from household_graph.decision.decision import Decision
from household_graph.graph.cache_rebuild import rebuild_cache
from household_graph.graph.queries import query
from household_graph.model.instants import parse_instant, to_utc, zone_named

AT = "2026-11-23T10:00"
HOMES = ("bakers", "bike-shop")
OUTDATE = "MATCH (o:Organization) WHERE o.id IN $homes SET o.revision = coalesce(o.revision, 0) + 1"
REMOVE = "MATCH ()-[r]->() WHERE r.stray DELETE r"
STRAYS = {
    "MEMBER_OF": ("bike-shop/owner", "bakers"),
    "MEMBER_OF a unit": ("bakers/dad", "bike-shop"),
    "PLAYS a role": ("bike-shop/owner", "bakers/bakers.user.account"),
    "PLAYS, the household": ("bike-shop", "bakers/bakers.user.account"),
    "PLAYS an involvement": (
        "bike-shop/owner.user.account",
        "bakers/bakers.user.account.consumer.cable-tv",
    ),
    "INVOLVED_IN": ("bakers/dad.user.account.consumer.mobile-dad", "bike-shop/lines"),
    "ON_ACCOUNT": ("bakers/emma.user.teens-account", "bike-shop/account"),
    "HAS_PRODUCT": ("bike-shop/account", "bakers/cloud"),
    "REALIZED_BY": ("bike-shop/lines", "bakers/live-tv"),
    "BUNDLES": ("bike-shop/lines", "bakers/sports-channel"),
    "AVAILABLE_ON": ("bakers/sports", "bike-shop/till"),
    "GOVERNS": ("bike-shop/policy", "bakers/live-tv"),
    "GOVERNS another": ("bakers/bedtime", "bike-shop/internet"),
    "APPLIES_TO": ("bakers/bedtime", "bike-shop/owner"),
    "EXEMPT_FROM": ("bike-shop/owner", "bakers/bedtime"),
}
"""Relationships from one household into the other, by their type; more than one of some."""


@pytest.fixture
def drawn(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """Draw every kind of link across two households, as only plain Cypher can."""
    run = graph.connection.driver.execute_query
    for name, (start, end) in STRAYS.items():
        kind = name.partition(" ")[0].rstrip(",")
        text = f"MATCH (a:Entity {{id: $start}}), (b:Entity {{id: $end}}) CREATE (a)-[:{kind} {{stray: true, period: 9}}]->(b)"
        run(text, start=start, end=end)
    run(OUTDATE, homes=HOMES)
    yield graph
    run(REMOVE)
    rebuild_cache(graph.connection, HOMES)


def every_answer(graph: HouseholdGraph) -> list[Any]:
    """All that can be asked about the two households, each asker and target, one by one and whole."""
    found: list[Any] = []
    for home in HOMES:
        facts = graph.snapshot([home]).view_for(home, home, AT)[0].facts
        askers = [*facts.askers, "bike-shop/owner", "bakers/dad"]
        targets = [*facts.services, *facts.products, *facts.resources]
        asked = [
            Question(party, target, action, device, AT)
            for party in askers
            for target in targets
            for action in Action
            for device in ((None, "bike-shop/till") if action is Action.USE else (None,))
        ]
        found += graph.check_many(asked)
        for question in asked[::101]:
            found += graph.check_many([question])
        found += graph.matrix(home, at=AT)
    return [one if isinstance(one, Decision) else str(one) for one in found]
