"""No path that decides anything leaves a household, whatever somebody draws in the graph."""

from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph

AT = "2026-11-23T10:00"
LINKS = """
MATCH (owner:Individual {id: 'bike-shop/owner'}), (bakers:Organization {id: 'bakers'}),
      (dad:Individual {id: 'bakers/dad'}), (shop:Organization {id: 'bike-shop'}),
      (lines:Product {id: 'bike-shop/lines'}), (tv:Service {id: 'bakers/live-tv'})
"""
CREATE = (
    "CREATE (owner)-[:MEMBER_OF {period: 9}]->(bakers), (dad)-[:MEMBER_OF {period: 9}]->(shop), "
    "(lines)-[:REALIZED_BY {stray: true}]->(tv)"
)
REMOVE = "MATCH ()-[r:MEMBER_OF|REALIZED_BY]->() WHERE r.period = 9 OR r.stray DELETE r"


@pytest.fixture
def strays(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """Draw memberships and a product across two households, as only plain Cypher can."""
    driver = graph.connection.driver
    driver.execute_query(LINKS + CREATE)
    yield graph
    driver.execute_query(REMOVE)


def test_a_membership_elsewhere_gives_nothing(strays: HouseholdGraph) -> None:
    """A member of another household gets nothing of it, in a check and in the lists."""
    answer = strays.check("bike-shop/owner", "bakers/live-tv", at=AT)
    assert answer.codes == ("not-granted",)
    who = strays.who("bakers/live-tv", at=AT)
    assert "bike-shop/owner" not in [decision.party for decision in who]


def test_the_household_itself_is_answered_as_before(strays: HouseholdGraph) -> None:
    """Strays do not disturb the answers about those who belong there."""
    assert strays.check("bakers/dad", "bakers/live-tv", at=AT).codes == ("granted",)
    assert strays.check("bakers/dad", "bakers/sports", at=AT).codes == ("not-granted",)
    assert "bakers/dad" in [decision.party for decision in strays.who("bakers/live-tv", at=AT)]
    assert strays.services("bakers/dad", at=AT)
    assert strays.matrix("bike-shop", at=AT)
