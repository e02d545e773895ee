"""The judge: facts and a question in, a decision out. Nothing else decides."""

from household_graph.decision.case import Case, open_case
from household_graph.decision.decision import Decision
from household_graph.decision.facts import Facts
from household_graph.decision.question import Question
from household_graph.model.instants import instant_of

__all__ = ["decide", "judge"]


def judge(facts: Facts, question: Question, *, now: int) -> Decision:
    """Answer a question by the laws, with its reasons and the next change.

    Args:
        facts: of the household the target belongs to.
        question: what is asked; a moment without an offset is local time of that household.
        now: the instant to judge for where the question names no moment.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
        InvalidTimeError: if the moment cannot be read.
    """
    return decide(open_case(facts, question), now=now)


def decide(case: Case, *, now: int) -> Decision:
    """Answer the question of a case that is open already; see `judge`."""
    at = case.question.at
    instant = now if at is None else instant_of(at, case.facts.zone)
    return Decision(case, instant, allowed=case.allowed(instant))
