"""The judge: facts and a question in, a decision out. Nothing else decides."""

from household_graph.decision.case import Case, open_case
from household_graph.decision.changes import allowed_at, next_change
from household_graph.decision.facts import Facts
from household_graph.decision.grounds import reasons_against, reasons_for
from household_graph.decision.question import Decision, Question
from household_graph.model.instants import instant_of, to_local

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
    facts, question = case.facts, case.question
    instant = now if question.at is None else instant_of(question.at, facts.zone)
    allowed = allowed_at(case, instant)
    change = next_change(case, instant, answer=allowed)
    reasons = reasons_for if allowed else reasons_against
    return Decision(
        allowed=allowed,
        party=question.party,
        action=question.action,
        target=question.target,
        device=question.device,
        at=to_local(instant, facts.zone),
        changes_at=None if change is None else to_local(change, facts.zone),
        reasons=tuple(reasons(case, instant)),
    )
