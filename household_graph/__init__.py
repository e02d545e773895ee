"""Roles and entitlements of households and small businesses, on Neo4j, with reasons.

from household_graph import connect

with connect() as graph:
decision = graph.check("bakers/katie", "bakers/live-tv", device="bakers/stb-living-room")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from household_graph.api.aio import AsyncHouseholdGraph, connect_async
    from household_graph.api.household_graph import HouseholdGraph, connect
    from household_graph.api.simulation import Simulation
    from household_graph.api.snapshot import Snapshot
    from household_graph.documents.read import read_documents
    from household_graph.engine.access_timeline import AccessSpan, AccessTimeline
    from household_graph.engine.decision import Decision, Reason
    from household_graph.engine.question import Question
    from household_graph.errors import (
        AgreementNeededError,
        ArgumentNeededError,
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
    from household_graph.model.enums import Action, ReasonCode
    from household_graph.queries.tables import Table, ask, table

__all__ = [
    "AccessSpan",
    "AccessTimeline",
    "Action",
    "AgreementNeededError",
    "ArgumentNeededError",
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
    "Simulation",
    "Snapshot",
    "Table",
    "UnknownIdError",
    "ask",
    "connect",
    "connect_async",
    "read_documents",
    "table",
]

_MODULES = {
    "AccessSpan": "engine.access_timeline",
    "AccessTimeline": "engine.access_timeline",
    "Action": "model.enums",
    "AsyncHouseholdGraph": "api.aio",
    "Decision": "engine.decision",
    "HouseholdGraph": "api.household_graph",
    "Question": "engine.question",
    "Reason": "engine.decision",
    "ReasonCode": "model.enums",
    "Simulation": "api.simulation",
    "Snapshot": "api.snapshot",
    "Table": "queries.tables",
    "ask": "queries.tables",
    "connect": "api.household_graph",
    "connect_async": "api.aio",
    "read_documents": "documents.read",
    "table": "queries.tables",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Import a public name when it is first used: the driver alone costs half a second."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
