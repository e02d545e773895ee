"""How long life events take, each on a household of six of its own."""

from collections.abc import Callable, Iterator
from time import perf_counter

from bench.households import household_of
from household_graph import HouseholdGraph
from household_graph.changes.events.hand_over import hand_over
from household_graph.changes.events.join import join
from household_graph.changes.events.leave import leave, record_death
from household_graph.changes.events.merge import merge
from household_graph.changes.events.move_home import move_home
from household_graph.changes.events.separate import leave_for, separate
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_documents
from household_graph.model.actor import Actor
from household_graph.model.enums import InvolvementKind

__all__ = ["EVENTS", "measured"]

_TIMES = 12  # of each event, the first ones to warm up
_WARM_UP = 4

Event = Callable[[Drafts, str, str], None]

EVENTS: dict[str, Event] = {
    "join": lambda drafts, one, _other: join(
        drafts[one], "lodger", {"birth_date": None}, account="account"
    ),
    "leave": lambda drafts, one, _other: leave(drafts[one], "adult-2", None),
    "leave for a household of one's own": lambda drafts, one, other: leave_for(
        drafts[one], drafts[other], "adult-2", keep=["phone-adult-2"]
    ),
    "separate": lambda drafts, one, other: separate(
        drafts[one],
        drafts[other],
        ["adult-2", "child-1", "cloud", "phone-adult-2"],
        successors=["adult-2"],
    ),
    "hand-over": lambda drafts, one, _other: hand_over(
        drafts[one], InvolvementKind.ADMIN, "cloud", "adult-1", "adult-2"
    ),
    "move-home": lambda drafts, one, _other: move_home(
        drafts[one], "new-home", {"street": "9 Mill Lane"}
    ),
    "decease": lambda drafts, one, _other: record_death(drafts[one], "adult-1", f"{one}/adult-2"),
    "merge": lambda drafts, one, other: merge(drafts[other], drafts[one], {}),
}
"""What is done to the first household, and the second one where an event is about two."""


def measured(graph: HouseholdGraph) -> Iterator[tuple[str, float]]:
    """Yield the name of each event and the seconds it took, again and again in turn."""
    for turn in range(_TIMES):
        for number, (name, event) in enumerate(EVENTS.items()):
            seconds = _take(graph, name, event, f"e{turn}-{number}")
            if turn >= _WARM_UP:
                yield name, seconds


def _take(graph: HouseholdGraph, name: str, event: Event, one: str) -> float:
    other = f"{one}-other"
    present = [one, other] if name == "merge" else [one]
    models = [HouseholdDocument.model_validate(household_of(each, 2, 4)) for each in present]
    load_documents(graph.connection, models, actor=Actor.operator("bench"))
    concerned = [one, other] if name in {"merge", "separate"} or "own" in name else [one]
    if name == "merge":
        concerned.reverse()

    def work(drafts: Drafts) -> None:
        event(drafts, one, other)

    started = perf_counter()
    agreed = (f"{one}/adult-1", f"{one}/adult-2")
    request = PlannedChange(Actor.operator("bench"), f"event {name}", consents=agreed)
    ChangeService(graph.connection).change(concerned, work, request)
    return perf_counter() - started
