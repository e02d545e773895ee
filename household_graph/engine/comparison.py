"""What a change gives and takes: the access matrix of a household before and after it."""

from collections.abc import Iterator
from dataclasses import dataclass

from household_graph.engine.case import Case, open_case
from household_graph.engine.decision import Decision
from household_graph.engine.facts import Facts
from household_graph.engine.judge import decide
from household_graph.engine.matrix import matrix_axes
from household_graph.engine.question import Question
from household_graph.engine.touched import touched_by
from household_graph.model.enums import Action

_Cell = tuple[str, Action, str, str | None]


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One question that a change answers differently.

    Attributes:
        before: the answer without the change; None if the household did not know an id of it.
        after: the answer with it; None likewise.
    """

    before: Decision | None
    after: Decision | None

    @property
    def decision(self) -> Decision:
        """The answer there is: the one after the change, or the one before."""
        decision = self.after or self.before
        if decision is None:
            raise ValueError("a change of access with no answer on either side")
        return decision

    @property
    def effect(self) -> str:
        """`gains` or `loses`, and of what a curfew hides at that instant, so `outside curfew`."""
        was, now = (bool(side and side.allowed) for side in (self.before, self.after))
        if was != now:
            return "gains" if now else "loses"
        return "gains outside curfew" if _curfew_alone(self.after) else "loses outside curfew"


def compare(before: Facts | None, after: Facts | None, instant: int) -> list[AccessChange]:
    """Return every question of the access matrix that is answered differently at an instant.

    The matrix is each individual with each service, on each device it is to be had on, for use, and
    with each product and service for choosing and administering. What only a curfew hides at that
    instant counts as different too.

    Args:
        before: the facts without the change; None for a household that is not there.
        after: the facts with it.
        instant: in milliseconds.
    """
    sides = [facts for facts in (before, after) if facts]
    cells = dict.fromkeys(cell for facts in sides for cell in _cells(facts))
    touched = touched_by(before, after) if before and after else lambda *_cell: True
    found = []
    for party, action, target, device in cells:
        if touched(party, target, device):
            question = Question(party, target, action, device)
            cases = [_case(facts, question) for facts in (before, after)]
            first, second = (_verdict(case, instant) for case in cases)
            if first != second:
                answers = (decide(case, instant) if case else None for case in cases)
                found.append(AccessChange(*answers))
    return found


def _cells(facts: Facts) -> Iterator[_Cell]:
    """Yield the cells of the matrix: tuples, for most of them are looked at and never asked."""
    people = [asker.id for asker in facts.askers.values() if asker.kind == "Individual"]
    _people, places = matrix_axes(facts)
    for person in people:
        for service, device in places:
            yield person, Action.USE, service, device
        for action in (Action.CHOOSE, Action.ADMINISTER):
            for target in (*facts.products, *facts.services):
                yield person, action, target, None


def _case(facts: Facts | None, question: Question) -> Case | None:
    return open_case(facts, question) if facts and _knows(facts, question) else None


def _verdict(case: Case | None, instant: int) -> tuple[bool, bool]:
    """Return whether it is allowed, and whether it would be but for curfews."""
    if case is None or not case.permitted(instant):
        return False, False  # a curfew only ever takes away
    return case.allowed(instant), True


def _knows(facts: Facts, question: Question) -> bool:
    return (
        question.party in facts.askers
        and (question.target in facts.products or question.target in facts.services)
        and (question.device is None or question.device in facts.resources)
    )


def _curfew_alone(decision: Decision | None) -> bool:
    return decision is not None and decision.codes == ("curfew",)
