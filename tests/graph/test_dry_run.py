"""A dry run says what the real one then does, whatever the household and the event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from household_graph.api.household_graph import HouseholdGraph
from household_graph.changes.household_transfer import separate
from household_graph.changes.service import ChangeService, Drafts, HouseholdChange, PlannedChange
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.engine.decision import Decision
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from tests.property.strategies_documents import documents
from tests.unit.events import join, leave, record_death

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
OTHER = "the-other"
Event = Callable[[Drafts, str, str], None]
EVENTS: tuple[Event, ...] = (
    lambda drafts, home, _one: join(drafts[home], "a-newcomer", {}),
    lambda drafts, home, one: leave(drafts[home], one, None),
    lambda drafts, home, one: record_death(drafts[home], one, None),
    lambda drafts, home, one: separate(drafts[home], drafts[OTHER], [one]),
)


@pytest.fixture(scope="module")
def wide(own_server: object, connection: Connection) -> Connection:
    """The second server, for examples of their own, emptied in between."""
    assert own_server
    return connection


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(documents(), st.sampled_from(EVENTS), st.data())
def test_a_dry_run_says_what_happens(
    wide: Connection, document: HouseholdDocument, event: Event, data: st.DataObject
) -> None:
    """Access, notes and what is lacking are the same, and access is what the matrix then says."""
    wide.driver.execute_query("MATCH (n) DETACH DELETE n")
    load_document(GraphRows(wide), document, actor=Actor.operator("tests"))
    home = document.organization.id
    people = [f"{home}/{one.id}" for one in document.individuals] or [f"{home}/nobody"]
    one = data.draw(st.sampled_from(people))
    request = PlannedChange(Actor.operator("anna"), "test", now=NOW)
    before, rows = matrix(wide, home), fetch_rows(wide, [home])

    def work(drafts: Drafts) -> None:
        event(drafts, home, one)

    concerned = [home, OTHER] if event is EVENTS[-1] else [home]
    dry = outcome(wide, concerned, work, replace(request, dry_run=True))
    assert fetch_rows(wide, [home]) == rows
    real = outcome(wide, concerned, work, request)
    if isinstance(dry, str) or isinstance(real, str):
        assert dry == real
        return
    assert dry == tuple(replace(each, change=None) for each in real)
    told = {cell(each.decision) for each in real[0].access} if real else set()
    after = matrix(wide, home)
    differing = {key for key in before | after if before.get(key) != after.get(key)}
    assert {key for key in differing if before.get(key) or after.get(key)} <= told


def outcome(
    connection: Connection,
    concerned: list[str],
    work: Callable[[Drafts], None],
    request: PlannedChange,
) -> tuple[HouseholdChange, ...] | str:
    """Return what a change came to, or why it was refused."""
    try:
        found = ChangeService(GraphRows(connection)).change(concerned, work, request).households
    except (BadInputError, RefusedError) as refused:
        return refused.message
    return tuple(one for one in found if one.household == concerned[0])


def matrix(connection: Connection, home: str) -> dict[tuple[str, str, str | None], bool]:
    found = HouseholdGraph(connection).matrix(home, at=NOW)
    return {cell(decision): decision.allowed for decision in found}


def cell(decision: Decision) -> tuple[str, str, str | None]:
    return decision.party, decision.target, decision.device
