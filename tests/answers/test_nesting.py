"""Units and bundles nest up to 32 levels: the same for every way of asking, and refused beyond."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from household_graph import BadInputError, HouseholdGraph
from household_graph.changes.authorization.check import check_authority
from household_graph.doctor.check_context import CheckContext
from household_graph.doctor.runner import CHECKS, examine
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.engine.grants import MOST_LEVELS
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, RelationshipEdit
from household_graph.model.instants import now
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.queries.tables import ask
from household_graph.store.cache_rebuild import rebuild_cache
from household_graph.store.row_reader import fetch_rows
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write

HOME = "tower"
LEVELS = (MOST_LEVELS - 1, MOST_LEVELS, MOST_LEVELS + 1)
ANSWERS = [level <= MOST_LEVELS for level in LEVELS]
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEEPER = """
MATCH (unit {id: 'tower/u32'}), (last {id: 'tower/b32'}), (account {id: 'tower/account'})
CREATE (person:Entity:Party:Individual {id: 'tower/p33', status: 'active'})
CREATE (person)-[:MEMBER_OF {period: 1}]->(unit)
CREATE (product:Entity:Product {id: 'tower/b33', status: 'active'})
CREATE (service:Entity:Service {id: 'tower/s33', state: 'active'})
CREATE (last)-[:BUNDLES]->(product)-[:REALIZED_BY]->(service)
CREATE (account)-[:HAS_PRODUCT]->(product)
"""


def tower(levels: int) -> HouseholdDocument:
    """Return a business with units and bundles as deep, and people and services down there."""
    last = range(MOST_LEVELS - 1, levels + 1)
    products: list[dict[str, Any]] = [
        {
            "id": f"b{n}",
            "account": "account",
            "services": [f"s{n}"] if n in last else [],
            "bundles": [f"b{n + 1}"] if n < levels else [],
        }
        for n in range(levels + 1)
    ]
    units = [
        {"id": f"u{n}", "member_of": [f"u{n - 1}" if n > 1 else HOME]} for n in range(1, levels)
    ]
    data = {
        "organization": {"id": HOME, "organization_type": "business", "time_zone": "UTC"},
        # So much the deeper lie people: one of unit 31 is 32 memberships below the business.
        "units": [*units, {"id": f"u{levels}"}],
        "individuals": [
            {"id": "flat", "member_of": [HOME]},
            *({"id": f"p{n}", "member_of": [f"u{n - 1}"]} for n in last),
        ],
        "customer_accounts": [{"id": "account"}],
        "products": [*products, {"id": "base", "account": "account", "services": ["calls"]}],
        "services": [{"id": "calls"}, *({"id": f"s{n}"} for n in last)],
        "party_roles": [
            {"party": HOME, "role": "User", "account": "account", "consumer_of": ["base"]},
            {
                "party": "flat",
                "role": "User",
                "account": "account",
                "consumer_of": ["b0"],
                "chooser_of": ["b0"],
            },
        ],
    }
    return HouseholdDocument.model_validate(data)


@pytest.fixture(scope="module")
def deep(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """A business as deep as may be, and by plain Cypher one level deeper; gone afterwards."""
    load_document(graph.store, tower(MOST_LEVELS), actor=Actor.operator("tests"))
    query = graph.connection.driver.execute_query
    query(
        "MATCH (unit {id: 'tower/u31'}), (below {id: 'tower/u32'}) "
        "CREATE (below)-[:MEMBER_OF {period: 1}]->(unit)"
    )
    query(DEEPER)
    assert rebuild_cache(graph.connection, [HOME]).households == [HOME]
    yield graph
    query("MATCH (n) WHERE n.id STARTS WITH 'tower' DETACH DELETE n")


def answers(graph: Any) -> list[list[bool]]:  # noqa: ANN401 - whatever answers
    """Return the answers for people, and for services and products at each level, by checks."""
    products = [graph.check(f"{HOME}/flat", f"{HOME}/b{n}", action="choose", at=AT) for n in LEVELS]
    return [
        [graph.check(f"{HOME}/p{n}", f"{HOME}/calls", at=AT).allowed for n in LEVELS],
        [graph.check(f"{HOME}/flat", f"{HOME}/s{n}", at=AT).allowed for n in LEVELS],
        [one.allowed for one in products],
    ]


def listed(graph: HouseholdGraph) -> list[list[bool]]:
    """Return the same by lists, of who and of services."""
    who = {one.party for one in graph.who(f"{HOME}/calls", at=AT)}
    services = {one.target for one in graph.services(f"{HOME}/flat", at=AT)}
    return [[f"{HOME}/p{n}" in who for n in LEVELS], [f"{HOME}/s{n}" in services for n in LEVELS]]


def in_library(graph: HouseholdGraph) -> list[list[bool]]:
    """Return the same by questions in Cypher."""
    who = ask(graph, "who-can-use", service=f"{HOME}/calls", at=AT)
    services = ask(graph, "services-for-party", party=f"{HOME}/flat", at=AT)
    chosen = ask(graph, "administered-by-party", party=f"{HOME}/flat", action="choose", at=AT)
    return [
        [f"{HOME}/{kind}{n}" in {row[0] for row in found.rows} for n in LEVELS]
        for kind, found in (("p", who), ("s", services), ("b", chosen))
    ]


def test_every_way_of_asking_counts_alike(deep: HouseholdGraph) -> None:
    """By what is cached, live, in a snapshot, in the past, in lists and in the library."""
    assert answers(deep.snapshot([HOME])) == [ANSWERS] * 3
    assert answers(deep) == [ANSWERS] * 3
    assert answers(deep.past(as_of=None, recorded=datetime.now(UTC))) == [ANSWERS] * 3
    assert listed(deep) == [ANSWERS, ANSWERS]
    assert in_library(deep) == [ANSWERS] * 3
    deep.connection.driver.execute_query("MATCH (cache:AccessCache {id: 'tower'}) DELETE cache")
    assert answers(deep) == [ANSWERS] * 3
    assert listed(deep) == [ANSWERS, ANSWERS]


def test_the_doctor_finds_what_is_too_deep(deep: HouseholdGraph) -> None:
    """One finding for units and one for bundles, from one end to the other."""
    rows = fetch_rows(deep.connection, [HOME])[HOME]
    found = examine(CheckContext(rows, now=now()), [CHECKS["nested-too-deep"]])
    assert [(one.issue.ids[0], one.issue.ids[-1]) for one in found] == [
        ("tower/p33", "tower"),
        ("tower/b0", "tower/b33"),
    ]


def test_deeper_is_refused(graph: HouseholdGraph, deep: HouseholdGraph) -> None:
    """Whatever writes: a document says where, and edits are refused as a whole."""
    assert deep
    with pytest.raises(ValueError, match=r"`p33` and `tower` are 33 memberships apart"):
        tower(MOST_LEVELS + 1)
    links = (
        RelationshipRow("MEMBER_OF", f"{HOME}/p32", f"{HOME}/u32", 1),
        RelationshipRow("BUNDLES", f"{HOME}/b32", f"{HOME}/base"),
    )
    for link in links:
        edits = Edits(HOME, (), (RelationshipEdit(None, link),))
        with pytest.raises(BadInputError, match="no more than 32 count"):
            write(
                graph.connection,
                [HOME],
                partial(_only, edits),
                ChangeMetadata(Actor.operator("tests"), "nest"),
                check_authority,
            )


def _only(edits: Edits, _rows: Mapping[str, Rows], _at: datetime) -> list[Edits]:
    return [edits]
