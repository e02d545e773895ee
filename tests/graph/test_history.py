"""The graph at an earlier time: as it stood in effect, and as it was known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from household_graph.api.household_graph import HouseholdGraph
from household_graph.changes.authorization.check import check_authority
from household_graph.changes.change_history import Changes
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.documents.to_rows import to_rows
from household_graph.engine.question import Question
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.instants import to_utc
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write
from tests.scenarios.scenarios import seed

LOADED = datetime(2026, 1, 10, tzinfo=UTC)
LOST = datetime(2026, 11, 21, 9, tzinfo=UTC)
CORRECTED = datetime(2026, 11, 22, 9, tzinfo=UTC)
WIFI = "bakers/internet"


def load(connection: Connection, name: str) -> None:
    """Load a seed household as if on LOADED."""
    rows = to_rows(seed(name))
    edits = Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
    )
    cause = ChangeMetadata(Actor.operator("tests"), "load", at=LOADED)
    write(connection, [name], lambda _rows, _at: [edits], cause, check_authority)


def lose_phone(drafts: Drafts) -> None:
    drafts["bakers"].update("bakers/phone-dad", administrative_state="lost")


def correct_auntie(drafts: Drafts) -> None:
    """She left on 1 October, not on 1 September."""
    draft, end = drafts["bakers"], datetime(2026, 9, 30, 23, tzinfo=UTC)
    draft.update("bakers/auntie-jean.user.account", valid_to=end)
    [link] = draft.index.outgoing("MEMBER_OF", "bakers/auntie-jean")
    properties = {**link.properties, "valid_to": end}
    edit = RelationshipEdit(link, replace(link, properties=properties))
    draft.apply(Edits("bakers", (), (edit,)))


@pytest.fixture
def bakers(blank: Connection) -> HouseholdGraph:
    """The Bakers, loaded in January; Dad's phone lost in November, Auntie Jean corrected later."""
    load(blank, "bakers")
    lost = PlannedChange(Actor.operator("anna"), "device lost", reason="left on the bus", now=LOST)
    ChangeService(GraphRows(blank)).change(["bakers"], lose_phone, lost)
    corrected = PlannedChange(Actor.operator("ben"), "correct", now=CORRECTED, at="2026-09-01")
    ChangeService(GraphRows(blank)).change(["bakers"], correct_auntie, corrected)
    return HouseholdGraph(blank)


def may_use_phone(graph: HouseholdGraph) -> bool:
    return graph.check("bakers/dad", WIFI, device="bakers/phone-dad").allowed


def test_the_day_before_a_device_was_lost(bakers: HouseholdGraph) -> None:
    """A state holds since its change; before that it is the one before, at the moment asked."""
    assert may_use_phone(bakers.past(as_of="2026-11-20"))
    assert not may_use_phone(bakers.past(as_of="2026-11-21T09:00"))
    assert not may_use_phone(bakers)
    decision = bakers.past(as_of="2026-11-20").check("bakers/dad", WIFI)
    assert decision.at.isoformat() == "2026-11-20T00:00:00+00:00"


def test_a_correction_does_not_change_what_was_known(bakers: HouseholdGraph) -> None:
    """As of mid-September Auntie Jean was there by what is known today, not by last week's."""
    today, last_week = (
        bakers.past(as_of="2026-09-15", recorded=recorded)
        for recorded in (None, datetime(2026, 11, 15, tzinfo=UTC))
    )
    assert today.check("bakers/auntie-jean", WIFI).allowed
    assert last_week.check("bakers/auntie-jean", WIFI).codes == ("ended",)
    known = bakers.past(recorded="2026-11-15")
    assert known.check("bakers/auntie-jean", WIFI, at="2026-08-15").allowed
    assert not known.check("bakers/auntie-jean", WIFI, at="2026-09-15").allowed


def test_known_then_is_what_was_answered_then(bakers: HouseholdGraph) -> None:
    """Without another moment, a question about what was known is asked for that time."""
    decision = bakers.past(recorded="2026-07-01").check("bakers/auntie-jean", WIFI)
    assert decision.allowed
    assert decision.at.isoformat() == "2026-07-01T00:00:00+01:00"
    assert may_use_phone(bakers.past(recorded="2026-11-20"))


def test_every_question_goes_back(bakers: HouseholdGraph) -> None:
    """Lists, who and the matrix tell the same of the past as a check."""
    graph = bakers.past(as_of="2026-11-20")
    services = graph.services("bakers/dad", device="bakers/phone-dad")
    assert WIFI in {one.target for one in services}
    assert "bakers/phone-dad" in {one.device for one in graph.devices("bakers/dad", WIFI)}
    assert "bakers/dad" in {one.party for one in graph.who(WIFI, device="bakers/phone-dad")}
    cells = {(one.party, one.target, one.device): one.allowed for one in graph.matrix("bakers")}
    assert cells["bakers/dad", WIFI, "bakers/phone-dad"]
    assert bakers.services("bakers/dad", device="bakers/phone-dad") == []


def test_a_week_of_the_past_is_told_by_its_rows(bakers: HouseholdGraph) -> None:
    """A timeline begins at the moment of the past, and knows nothing of what came to pass."""
    asked = {"device": "bakers/phone-dad", "end": "2026-11-27"}
    [before] = bakers.past(as_of="2026-11-20").timeline("bakers/dad", WIFI, **asked).spans
    assert before.allowed
    assert before.start.isoformat() == "2026-11-20T00:00:00+00:00"
    [after] = bakers.past(as_of="2026-11-21T09:00").timeline("bakers/dad", WIFI, **asked).spans
    assert [reason.code for reason in after.reasons] == ["not-active"]
    known = bakers.past(recorded="2026-11-15")
    auntie = known.timeline("bakers/auntie-jean", WIFI, start="2026-08-15", end="2026-09-15").spans
    assert [one.allowed for one in auntie] == [True, False]
    assert auntie[0].end == datetime.fromisoformat("2026-09-01T00:00+01:00")
    dad = {one.target for one in known.timelines("bakers/dad", device="bakers/phone-dad")}
    assert WIFI in dad
    with pytest.raises(BadInputError, match="`at`"):
        bakers.past(as_of="2026-11-20").timeline("bakers/dad", WIFI, start="2026-11-21")


def test_the_past_of_now_is_the_present(bakers: HouseholdGraph) -> None:
    """As of a moment after all changes, every answer is the one of the graph as it stands."""
    moment = "2026-11-22T20:00"
    asked = bakers.matrix("bakers", at=moment)
    assert bakers.past(as_of=moment).matrix("bakers") == asked
    assert bakers.past(recorded=moment).matrix("bakers") == asked
    guest = Question("bakers/dad", "bike-shop", at=moment)
    load(bakers.connection, "bike-shop")
    answers = bakers.check_many([guest])
    assert str(bakers.past(recorded=moment).check_many([guest])) == str(answers)


def test_one_that_is_wrong_fails_alone(bakers: HouseholdGraph) -> None:
    """A batch about the past answers what it can, in order, and says what is wrong with others."""
    questions = [
        Question("bakers/dad", WIFI, device="bakers/phone-dad"),
        Question("bakers/dad", WIFI, at="2026-11-20"),
        Question("bakers/dad", "baker/internet"),
        Question("bakers/dda", WIFI),
    ]
    first, both, home, party = bakers.past(as_of="2026-11-20").check_many(questions)
    assert not isinstance(first, BadInputError)
    assert first.allowed
    assert isinstance(both, BadInputError)
    assert "`at`" in both.message
    assert isinstance(home, UnknownIdError)
    assert home.nearest == ("bakers/internet",)
    assert isinstance(party, UnknownIdError)


def test_before_a_household_was_known(bakers: HouseholdGraph) -> None:
    """A household that was not known then is an unknown id, and is said to be known since when."""
    with pytest.raises(UnknownIdError) as unknown:
        bakers.past(recorded="2026-01-09").matrix("bakers")
    assert unknown.value.hint is not None
    assert "not known yet: it was recorded at 2026-01-10T00:00:00+00:00" in unknown.value.hint
    with pytest.raises(UnknownIdError) as of_check:
        bakers.past(recorded="2026-01-09").check("bakers/dad", WIFI)
    assert of_check.value.unknown_id == WIFI
    assert bakers.past(as_of="2025-01-01").check("bakers/dad", WIFI).allowed


def test_history_tells_who_when_and_why(bakers: HouseholdGraph) -> None:
    """Changes come with the newest first, and can be cut by time and by actor."""
    found = Changes(GraphRows(bakers.connection)).history("bakers").changes
    assert [(one.actor, one.action, one.reason) for one in found] == [
        ("ben", "correct", None),
        ("anna", "device lost", "left on the bus"),
        ("tests", "load", None),
    ]
    assert found[0].at == CORRECTED
    assert found[0].effective_at == to_utc(1_788_217_200_000)
    for asked, ids in (
        ({"since": "2026-11-21T09:00"}, [3, 2]),
        ({"until": LOST}, [1]),
        ({"since": LOST, "until": CORRECTED}, [2]),
        ({"by": "anna"}, [2]),
    ):
        told = Changes(GraphRows(bakers.connection)).history("bakers", **asked).changes
        assert [one.revision for one in told] == ids


def test_history_of_one_thing(bakers: HouseholdGraph) -> None:
    """Of one thing there are the changes that touched it, and only what touched it."""
    told = Changes(GraphRows(bakers.connection)).history("bakers/phone-dad").changes
    assert [one.revision for one in told] == [2, 1]
    assert [edit.id for edit in told[0].edits.nodes] == ["bakers/phone-dad"]
    ends = {edit.key[1:3] for edit in told[1].edits.relationships}
    assert all("bakers/phone-dad" in pair for pair in ends)
    with pytest.raises(UnknownIdError) as unknown:
        Changes(GraphRows(bakers.connection)).history("bakers/phone-dda")
    assert "bakers/phone-dad" in unknown.value.nearest
    with pytest.raises(UnknownIdError):
        Changes(GraphRows(bakers.connection)).history("baker")


def test_what_asks_about_the_past_writes_nothing(bakers: HouseholdGraph) -> None:
    """Rows are the same after every look back."""
    rows = fetch_rows(bakers.connection, ["bakers"])
    bakers.past(as_of="2026-11-20", recorded="2026-11-15").matrix("bakers")
    assert fetch_rows(bakers.connection, ["bakers"]) == rows
