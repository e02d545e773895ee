"""Changes made through drafts: checked, written as one, reported."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from household_graph.api.household_graph import HouseholdGraph
from household_graph.changes.draft import Draft
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.engine.ownership_gaps import OwnershipGap
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import apply_edits
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from tests.scenarios.scenarios import seed

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REQUEST = PlannedChange(
    Actor.operator("anna"), "test", summary="Katie leaves", reason="a test", now=NOON
)


def service(connection: Connection) -> ChangeService:
    """Return the change service of the graph."""
    return ChangeService(GraphRows(connection))


@pytest.fixture
def bakers(blank: Connection) -> Connection:
    """A graph with the Bakers alone in it."""
    load_document(GraphRows(blank), seed("bakers"), actor=Actor.operator("tests"))
    return blank


def leave(drafts: Drafts) -> None:
    draft = drafts["bakers"]
    for link in draft.index.outgoing("MEMBER_OF", "bakers/katie"):
        draft.end(link)
    draft.notes.append("Katie takes nothing with her")


def lose_admin(drafts: Drafts) -> None:
    draft = drafts["bakers"]
    draft.end(draft.get("bakers/dad.customer.account"))


def nothing(drafts: Drafts) -> None:
    assert drafts


def test_what_is_reported_is_what_happens(bakers: Connection) -> None:
    """What is reported for then is the difference of the matrix asked before and after."""
    graph = HouseholdGraph(bakers)
    before = {decision for decision in graph.matrix("bakers", at=NOON) if decision.allowed}
    [outcome] = service(bakers).change(["bakers"], leave, REQUEST).households
    after = {decision for decision in graph.matrix("bakers", at=NOON) if decision.allowed}
    lost = {(one.target, one.device) for one in before if one.party == "bakers/katie"}
    at_once = (one.decision for one in outcome.access if one.periods[0].start == NOON)
    assert {(one.target, one.device) for one in at_once} == lost
    assert {one.effect for one in outcome.access} == {"loses"}
    assert {one for one in before if one.party != "bakers/katie"} == after
    assert outcome.notes == ("Katie takes nothing with her",)
    assert outcome.change == "bakers/change-2"


def test_a_dry_run_says_the_same_and_writes_nothing(bakers: Connection) -> None:
    """A dry run reports what the real one then does."""
    rows = fetch_rows(bakers, ["bakers"])["bakers"]
    dry = service(bakers).change(["bakers"], leave, replace(REQUEST, dry_run=True)).households
    assert fetch_rows(bakers, ["bakers"])["bakers"] == rows
    real = service(bakers).change(["bakers"], leave, REQUEST).households
    assert tuple(replace(one, change=None) for one in real) == dry
    assert fetch_rows(bakers, ["bakers"])["bakers"] == apply_edits(rows, real[0].edits)


def test_what_is_so_already_leaves_no_record(bakers: Connection) -> None:
    """A change that changes nothing is neither written nor recorded."""
    assert service(bakers).change(["bakers"], nothing, REQUEST).households == ()
    assert recorded(bakers) == ["load"]


def test_the_record_says_who_when_why_and_since_when(bakers: Connection) -> None:
    """A change that takes effect on another day says when it was made and since when it holds."""
    service(bakers).change(["bakers"], leave, replace(REQUEST, at="2026-12-01"))
    query = "MATCH (c:Change {revision: 2}) RETURN c {.*} AS c"
    [record] = bakers.driver.execute_query(query).records
    change = record["c"]
    assert [change[name] for name in ("actor", "action", "reason", "summary")] == [
        *("anna", "test", "a test", "Katie leaves"),
    ]
    assert str(change["at"]) == "2026-11-22T12:00:00.000000000+00:00"
    assert str(change["effective_at"]) == "2026-12-01T00:00:00.000000000+00:00"


def test_owners_are_kept(bakers: Connection) -> None:
    """A change that keeps owners is refused if it would leave something live to nobody."""
    with pytest.raises(RefusedError, match="`bakers/cable-tv` would have no Admin"):
        service(bakers).change(["bakers"], lose_admin, replace(REQUEST, require_owners=True))
    assert recorded(bakers) == ["load"]
    [outcome] = service(bakers).change(["bakers"], lose_admin, REQUEST).households
    assert OwnershipGap("bakers/account", "Customer") in outcome.lacking


def test_changes_of_two_households_name_each_other(bakers: Connection) -> None:
    """An event over two households is written as one, and each record names the other."""
    load_document(GraphRows(bakers), seed("bike-shop"), actor=Actor.operator("tests"))

    def both(drafts: Drafts) -> None:
        for draft in drafts.values():
            rename(draft)

    service(bakers).change(["bakers", "bike-shop"], both, REQUEST)
    query = "MATCH (c:Change {revision: 2}) RETURN c.id AS id, c.together AS others ORDER BY id"
    found = [(r["id"], r["others"]) for r in bakers.driver.execute_query(query).records]
    assert found == [
        ("bakers/change-2", ["bike-shop/change-2"]),
        ("bike-shop/change-2", ["bakers/change-2"]),
    ]


def rename(draft: Draft) -> None:
    draft.update(draft.household, name="Another name")


def test_an_unknown_household_stays_unknown(bakers: Connection) -> None:
    """A change of a household that is not there is refused, names the nearest, leaves nothing."""
    with pytest.raises(UnknownIdError) as unknown:
        service(bakers).change(["baker"], nothing, REQUEST)
    assert unknown.value.nearest == ("bakers",)
    assert bakers.driver.execute_query("MATCH (n {id: 'baker'}) RETURN n").records == []


def test_a_local_id_is_named_whole_before_households_like_it(bakers: Connection) -> None:
    """Who leaves out the household may mean what is called so in one, however like one it is."""
    organization = {"id": "emmas", "time_zone": "UTC", "age_of_majority": 18}
    document = HouseholdDocument.model_validate({"organization": organization})
    load_document(GraphRows(bakers), document, actor=Actor.operator("tests"))
    error = unknown_household(bakers, "emma", "emma")
    assert error.nearest == ("bakers/emma", "emmas")


def test_work_that_is_not_for_later(bakers: Connection) -> None:
    """What holds as soon as it is written cannot be put off, and nothing is written."""

    def lock(drafts: Drafts) -> None:
        drafts["bakers"].update("bakers/phone-dad", administrative_state="locked")

    with pytest.raises(BadInputError, match="bakers/phone-dad"):
        service(bakers).change(["bakers"], lock, replace(REQUEST, at="2026-12-01"))
    assert recorded(bakers) == ["load"]


def recorded(connection: Connection) -> list[str]:
    query = "MATCH (c:Change) RETURN c.action AS action ORDER BY c.revision"
    return [record["action"] for record in connection.driver.execute_query(query).records]
