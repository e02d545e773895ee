"""What a change gives and takes: the timelines of a household before and after it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts
from household_graph.engine.grants import CONSUMER, holdings
from household_graph.engine.policies import KINDS
from household_graph.engine.question import Question
from household_graph.engine.timeline import timeline
from household_graph.model.enums import Action

_ACTIONS = list(Action)
_RECURRING = {kind.name for kind in KINDS.values() if kind.is_recurring}
_Cell = tuple[str, Action, str, str | None]


@dataclass(frozen=True, slots=True)
class AccessChange:
    """One question that a change answers differently.

    A side is None if the household did not know an id of it then.
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
        hidden = self.after is not None and set(self.after.codes) <= _RECURRING
        return "gains outside curfew" if hidden else "loses outside curfew"


def compare(before: Facts | None, after: Facts | None, instant: int) -> list[AccessChange]:
    """Return every question of the access matrix that is answered differently at an instant.

    The matrix is each individual with each service, on each device it is available on, for use, and
    with each product and service for choosing and administering. What only a curfew hides at that
    instant counts as different too. A side is None for a household that is not there.
    """
    sides = [facts for facts in (before, after) if facts]
    differing = [
        cell
        for cell in dict.fromkeys(cell for facts in sides for cell in _held_cells(facts))
        if _verdict(before, cell, instant) != _verdict(after, cell, instant)
    ]
    return [
        AccessChange(_decision(before, cell, instant), _decision(after, cell, instant))
        for cell in sorted(differing, key=_order(sides))
    ]


def _held_cells(facts: Facts) -> Iterator[_Cell]:
    """Yield the cells of the matrix that a grant covers at some time; no other is ever a yes."""
    for person in facts.individuals:
        own = holdings(facts, person, CONSUMER)
        for service in own.keys() & facts.services.keys():
            on: Iterable[str | None] = facts.availability.get(service, ()) or (None,)
            for device in on:
                if device is None or device in own:
                    yield person, Action.USE, service, device
        for action in (Action.CHOOSE, Action.ADMINISTER):
            for target in holdings(facts, person, action.needs.value):
                if target in facts.products or target in facts.services:
                    yield person, action, target, None


def _verdict(facts: Facts | None, cell: _Cell, instant: int) -> tuple[bool, bool]:
    """Return whether the answer is yes at an instant, and whether it would be but for curfews."""
    if facts is None or not _knows(facts, cell):
        return False, False
    party, action, target, device = cell
    found = timeline(facts, party, action.needs.value, target, device)
    return found.allows(instant, facts.zone), found.permits(instant)


def _decision(facts: Facts | None, cell: _Cell, instant: int) -> Decision | None:
    if facts is None or not _knows(facts, cell):
        return None
    party, action, target, device = cell
    return decide(facts, Question(party, target, action, device), now=instant)


def _knows(facts: Facts, cell: _Cell) -> bool:
    party, _action, target, device = cell
    return (
        party in facts.principals
        and (target in facts.products or target in facts.services)
        and (device is None or facts.is_resource(device))
    )


def _order(sides: Sequence[Facts]) -> Callable[[_Cell], tuple[int, int, int, int, str]]:
    """Return where a cell is in the matrix before the change, or else in the one after it."""
    places = [
        {one: n for n, one in enumerate((*facts.principals, *facts.products, *facts.services))}
        for facts in sides
    ]

    def place(cell: _Cell) -> tuple[int, int, int, int, str]:
        party, action, target, device = cell
        on = sides[0].availability.get(target, {})
        placed = action is not Action.USE or (device in on if on else device is None)
        side = 0 if placed and _knows(sides[0], cell) else len(sides) - 1
        return side, places[side][party], _ACTIONS.index(action), places[side][target], device or ""

    return place
