"""How long life events take, each on a household of six of its own."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from bench.households import household_of
from household_graph import HouseholdGraph
from household_graph.changes.life_events import Events
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_documents
from household_graph.model.actor import Actor

__all__ = ["EVENTS", "measured"]

_TIMES = 12  # of each event, the first ones to warm up
_WARM_UP = 4

Event = Callable[[Events, str, str, dict[str, Any]], object]

EVENTS: dict[str, Event] = {
    "join": lambda events, one, _other, by: events.join(
        f"{one}/lodger", account=f"{one}/account", **by
    ),
    "leave": lambda events, one, _other, by: events.leave(
        f"{one}/adult-2", successor=f"{one}/adult-1", **by
    ),
    "leave for a household of one's own": lambda events, one, other, by: events.leave(
        *(f"{one}/adult-2",),
        to=other,
        keep=[f"{one}/phone-adult-2"],
        successor=f"{one}/adult-1",
        **by,
    ),
    "separate": lambda events, one, other, by: events.separate(
        *(one, other),
        move=["adult-2", "child-1", "cloud", "phone-adult-2"],
        successors=["adult-2", "adult-1"],
        **by,
    ),
    "hand-over": lambda events, one, _other, by: events.hand_over(
        *("admin", f"{one}/cloud"), giver=f"{one}/adult-1", taker=f"{one}/adult-2", **by
    ),
    "move-home": lambda events, one, _other, by: events.move_home(
        *(one, "new-home"), street="9 Mill Lane", **by
    ),
    "decease": lambda events, one, _other, by: events.death(
        f"{one}/adult-1", successor=f"{one}/adult-2", **by
    ),
    "merge": lambda events, one, other, by: events.merge(other, into=one, **by),
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
    load_documents(graph.store, models, actor=Actor.operator("bench"))
    by = {"operator": "bench", "consents": (f"{one}/adult-1", f"{one}/adult-2")}
    started = perf_counter()
    event(graph.events, one, other, by)
    return perf_counter() - started
