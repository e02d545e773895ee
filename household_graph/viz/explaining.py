"""Why a decision is as it is, in a scene: its grounds stand out."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from household_graph.engine.decision import Decision
from household_graph.engine.question import Reason
from household_graph.viz.scene import Link, Mark, Scene


def explained(whole: Scene, decision: Decision) -> Scene:
    """Return a scene in which the grounds of a decision stand out, and all else is faded.

    Where a ground leads from one shape to another that nothing links, a link says the ground.
    """
    mark = Mark.GRANTS if decision.allowed else Mark.DENIES
    kinds = {shape.id: shape.kind for shape in whole.shapes}
    ways = [(reason, _walked(reason, decision.party, kinds)) for reason in decision.reasons]
    steps = {step: reason for reason, way in ways for step in pairwise(way)}
    marked = {
        decision.party,
        decision.target,
        decision.device,
        *(i for _, way in ways for i in way),
    }
    over = {frozenset(step) for step in steps}
    linked = {frozenset({link.start, link.end}) for link in whole.links}
    links = (
        *(replace(one, mark=_mark(mark, {one.start, one.end} in over)) for one in whole.links),
        *(_ground(*s, reason, mark) for s, reason in steps.items() if frozenset(s) not in linked),
    )
    shapes = tuple(replace(one, mark=_mark(mark, one.id in marked)) for one in whole.shapes)
    said = tuple(f"{reason.code.value}: {reason.text}" for reason in decision.reasons)
    return Scene(_headline(decision), shapes, links, (f"at {decision.at.isoformat()}", *said))


def _walked(reason: Reason, party: str, kinds: Mapping[str, str]) -> list[str]:
    """Return the shapes that a ground leads over; a policy is met by the party it forbids."""
    way = [one for one in reason.path if one in kinds]
    met = way and kinds[way[0]] == "Policy" and party in kinds
    return [party, *way] if met else way


def _mark(mark: Mark, stands_out: bool) -> Mark:
    return mark if stands_out else Mark.FADED


def _ground(start: str, end: str, reason: Reason, mark: Mark) -> Link:
    return Link(start, end, (reason.code.value,), {reason.code.value: reason.text}, mark=mark)


def _headline(decision: Decision) -> str:
    may = "may" if decision.allowed else "may not"
    device = f" on {decision.device}" if decision.device else ""
    return f"{decision.party} {may} {decision.action} {decision.target}{device}"
