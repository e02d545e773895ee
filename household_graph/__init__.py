"""Roles and entitlements of households and small businesses, on Neo4j, with reasons.

from household_graph import connect

with connect() as graph:
decision = graph.check("bakers/katie", "bakers/live-tv", device="bakers/stb-living-room")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from household_graph.decision.decision import Decision
    from household_graph.decision.question import Question, Reason
    from household_graph.errors import (
        BadInputError,
        ConflictError,
        DatabaseUnavailableError,
        DeadlineExceededError,
        DocumentError,
        HouseholdGraphError,
        InvalidQuestionError,
        InvalidTimeError,
        LocalServerError,
        OutcomeUnknownError,
        RefusedError,
        UnknownIdError,
    )
    from household_graph.graph.asynchronous import AsyncHouseholdGraph, connect_async
    from household_graph.graph.household_graph import HouseholdGraph, connect
    from household_graph.graph.snapshot import Snapshot
    from household_graph.library.tables import Table, ask, table
    from household_graph.model.vocabulary import Action, ReasonCode

__all__ = [
    "Action",
    "AsyncHouseholdGraph",
    "BadInputError",
    "ConflictError",
    "DatabaseUnavailableError",
    "DeadlineExceededError",
    "Decision",
    "DocumentError",
    "HouseholdGraph",
    "HouseholdGraphError",
    "InvalidQuestionError",
    "InvalidTimeError",
    "LocalServerError",
    "OutcomeUnknownError",
    "Question",
    "Reason",
    "ReasonCode",
    "RefusedError",
    "Snapshot",
    "Table",
    "UnknownIdError",
    "ask",
    "connect",
    "connect_async",
    "table",
]

_HOMES = {
    "Action": "model.vocabulary",
    "AsyncHouseholdGraph": "graph.asynchronous",
    "Decision": "decision.decision",
    "HouseholdGraph": "graph.household_graph",
    "Question": "decision.question",
    "Reason": "decision.question",
    "ReasonCode": "model.vocabulary",
    "Snapshot": "graph.snapshot",
    "Table": "library.tables",
    "ask": "library.tables",
    "connect": "graph.household_graph",
    "connect_async": "graph.asynchronous",
    "table": "library.tables",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Import a public name when it is first used: the driver alone costs half a second."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
