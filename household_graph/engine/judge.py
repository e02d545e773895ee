"""The judge: facts and a question in, a decision out. Nothing else decides."""

from household_graph.engine.case import Case, open_case
from household_graph.engine.decision import Again, Decision
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.model.instants import instant_of


def judge(facts: Facts, question: Question, *, now: int, again: Again | None = None) -> Decision:
    """Answer a question by the laws, with its reasons and the next change.

    Args:
        facts: of the household the target belongs to.
        question: what is asked; a moment without an offset is local time of that household.
        now: the instant to judge for where the question names no moment.
        again: how to come by the facts when the decision is asked for its reasons; None: it keeps
            the facts.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
        InvalidTimeError: if the moment cannot be read.
    """
    case = open_case(facts, question)
    at = question.at
    instant = now if at is None else instant_of(at, facts.zone)
    return Decision(case.allowed(instant), again or case, question, instant)


def decide(case: Case, instant: int) -> Decision:
    """Answer the question of a case that is open already, at an instant."""
    return Decision(case.allowed(instant), case, case.question, instant)
