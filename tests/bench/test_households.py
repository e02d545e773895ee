"""What is measured are households as anybody could load them."""

from bench.households import business, households, random_questions
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows


def test_a_business_has_so_many_people_and_grants() -> None:
    """In units of twenty, each person with some devices by name, and what the whole may use."""
    facts = facts_from_rows(to_rows(HouseholdDocument.model_validate(business("shop", 200, 500))))
    people = [one for one in facts.principals.values() if one.kind == "Individual"]
    by_name = [one for one in facts.assignments if one.holder != "shop"]
    assert (len(people), len(by_name)) == (200, 500)
    assert len(facts.memberships) == 200 + 10


def test_the_same_seed_makes_the_same() -> None:
    """Households and questions, so that runs can be compared."""
    first, second = (list(households(20)) for _ in range(2))
    assert first == second
    assert list(random_questions(first, 50)) == list(random_questions(second, 50))
    assert first != list(households(20, seed=1))
