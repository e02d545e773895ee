"""A decision says why and until when as soon as somebody looks, and compares by what it says."""

import pickle
from dataclasses import replace
from typing import Any

import pytest

from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question, matrix_questions
from household_graph.errors import InvalidQuestionError
from household_graph.installation import shipped
from household_graph.model.enums import Action

NIGHT = "2026-11-22T21:30"


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return facts_from_rows(to_rows(document))


def asked(facts: Facts, at: str = NIGHT, target: str = "bakers/internet") -> Decision:
    return decide(facts, Question("bakers/katie", target, at=at), now=0)


def test_equal_decisions_say_the_same(facts: Facts) -> None:
    """Of the same question and facts; another instant, or target, is another decision."""
    assert asked(facts) == asked(facts)
    assert (asked(facts) != asked(facts)) is False
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
    forgetful = [decide(facts_from_rows(to_rows(document)), one, now=0) for one in questions[::7]]
    backwards = [decide(facts, one, now=0) for one in reversed(questions)]
    assert forgetful == backwards[::-1][::7]


@pytest.mark.parametrize("answer", [True, False])
def test_an_answer_without_a_reason_is_an_internal_error(facts: Facts, answer: bool) -> None:
    """A yes that no grant bears out, or a no on no ground."""
    right = asked(facts) if answer else asked(facts, at="2026-11-22T12:00")
    assert right.allowed is not answer
    wrong = Decision(answer, lambda: facts, right._question, right._instant)
    if answer:
        assert wrong.reasons  # it is granted, in a curfew: only a yes without any grant is caught
        question = Question("bakers/katie", "bakers/voice-dad", at=NIGHT)
        wrong = Decision(answer, lambda: facts, question, right._instant)
    with pytest.raises(RuntimeError, match="yes without a grant" if answer else "no without a gr"):
        _ = wrong.reasons


@pytest.mark.parametrize(
    "wrong",
    [
        {"party": None},
        {"target": 7},
        {"device": 7},
        {"at": 5},
        {"action": "watch"},
        {"action": None},
    ],
)
def test_a_question_is_refused_before_it_goes_with_others(wrong: dict[str, Any]) -> None:
    """What cannot be an id, a moment or an action: nobody else's question fails with it."""
    with pytest.raises(InvalidQuestionError):
        Question(**{"party": "bakers/tom", "target": "bakers/sports", **wrong})


def test_the_word_of_an_action_will_do() -> None:
    """It is the same question, with a device as well."""
    words = Question("bakers/tom", "bakers/sports", "use", "bakers/stb-living-room")  # type: ignore[arg-type]
    assert words == Question("bakers/tom", "bakers/sports", device="bakers/stb-living-room")
    assert words.action is Action.USE
    with pytest.raises(InvalidQuestionError, match="cannot be named with `choose`"):
        Question("bakers/tom", "bakers/sports", "choose", "bakers/stb-living-room")  # type: ignore[arg-type]


def test_a_state_that_is_no_text_is_of_its_target_alone(facts: Facts) -> None:
    """As plain Cypher may write it: that target is not active, and all others are answered."""
    product = facts.products["bakers/cloud"]
    damaged = product._replace(status=["active"])  # type: ignore[arg-type]
    broken = replace(facts, products={**facts.products, product.id: damaged}, cache=FactsCache())
    decision = decide(broken, Question("bakers/mum", product.id, Action.ADMINISTER), now=0)
    assert not decision.allowed
    assert "`bakers/cloud` is ['active']" in [reason.text for reason in decision.reasons]
    others = [one for one in matrix_questions(facts, NIGHT) if one.target == "bakers/email"]
    assert [decide(broken, one, now=0).allowed for one in others] == [
        decide(facts, one, now=0).allowed for one in others
    ]
