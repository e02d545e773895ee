"""A decision says why and until when as soon as somebody looks, and compares by what it says."""

import pickle

import pytest

from household_graph.decision.decision import Decision
from household_graph.decision.facts import Facts
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.decision.judge import judge
from household_graph.decision.listing import matrix_questions
from household_graph.decision.question import Question
from household_graph.onboarding import read_documents
from household_graph.onboarding.rows import to_rows
from household_graph.resources import shipped

NIGHT = "2026-11-22T21:30"


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return facts_from_rows(to_rows(document))


def asked(facts: Facts, at: str = NIGHT, target: str = "bakers/internet") -> Decision:
    return judge(facts, Question("bakers/katie", target, at=at), now=0)


def test_equal_decisions_say_the_same(facts: Facts) -> None:
    """Of the same question and facts; another instant, or target, is another decision."""
    assert asked(facts) == asked(facts)
    assert hash(asked(facts)) == hash(asked(facts))
    assert asked(facts) != asked(facts, at="2026-11-22T21:31")
    assert asked(facts) != asked(facts, target="bakers/email")
    assert asked(facts) != "no"


def test_it_is_shown_whole(facts: Facts) -> None:
    """What is printed while looking for a mistake has the answer and its grounds."""
    assert "'allowed': False" in repr(asked(facts))
    assert "bakers/bedtime" in repr(asked(facts))


def test_it_can_be_handed_to_another_process(facts: Facts) -> None:
    """With what it rests on, so that it says the same there."""
    assert pickle.loads(pickle.dumps(asked(facts))) == asked(facts)  # noqa: S301 - our own


def test_the_order_of_questions_does_not_matter(facts: Facts) -> None:
    """What is remembered of one question changes no answer to another."""
    questions = list(matrix_questions(facts, NIGHT))
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    forgetful = [judge(facts_from_rows(to_rows(document)), one, now=0) for one in questions[::7]]
    backwards = [judge(facts, one, now=0) for one in reversed(questions)]
    assert forgetful == backwards[::-1][::7]
