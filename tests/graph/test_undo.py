"""Changes taken back: refused where something rests on them, and never forgotten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from household_graph.api.household_graph import HouseholdGraph
from household_graph.changes.change_history import Changes, inverse_of, undo
from household_graph.changes.draft import Draft
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.documents.load import load_document
from household_graph.errors import BadInputError, ConflictError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.instants import FOREVER, from_datetime
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from tests.scenarios.scenarios import seed

WIFI = "bakers/internet"


def load(connection: Connection, name: str) -> None:
    load_document(GraphRows(connection), seed(name), actor=Actor.operator("tests"))


@pytest.fixture
def bakers(blank: Connection) -> Connection:
    """A graph with the Bakers alone in it."""
    load(blank, "bakers")
    return blank


def change(
    connection: Connection, work: Callable[[Draft], object], *households: str, at: str | None = None
) -> str:
    """Make a change of the Bakers, or of several households, and return its id."""

    def work_everywhere(drafts: Drafts) -> None:
        for draft in drafts.values():
            work(draft)

    wanted = households or ("bakers",)
    done = (
        ChangeService(GraphRows(connection))
        .change(wanted, work_everywhere, PlannedChange(Actor.operator("anna"), "test", at=at))
        .households
    )
    assert done[0].change is not None
    return done[0].change


def rows_of(connection: Connection, household: str = "bakers") -> Rows:
    return fetch_rows(connection, [household])[household]


def lose(draft: Draft) -> None:
    draft.update("bakers/phone-dad", administrative_state="lost")


def break_(draft: Draft) -> None:
    draft.update("bakers/phone-dad", operational_state="disable")


def add_box(draft: Draft) -> None:
    draft.create("bakers/box", ("Resource",), {"name": "Box"})
    draft.relate("CONNECTED_TO", "bakers/box", "bakers/home-hub")


def plug_in(draft: Draft) -> None:
    draft.relate("AVAILABLE_ON", WIFI, "bakers/box")


def leave(draft: Draft) -> None:
    draft.end(draft.index.outgoing("MEMBER_OF", "bakers/katie")[0])


def come_back(draft: Draft) -> None:
    draft.relate("MEMBER_OF", "bakers/katie", "bakers", span=(draft.at, FOREVER))


def rename(draft: Draft) -> None:
    draft.update(draft.household, name="Another name")


def test_undone_as_if_it_had_not_been(bakers: Connection) -> None:
    """The rows are those before; the whole time it held it did not; what was known stays known."""
    before, graph = rows_of(bakers), HouseholdGraph(bakers)
    change(bakers, leave, at="2026-09-01")
    meanwhile = datetime.now(UTC)
    later = meanwhile + timedelta(seconds=1)
    [outcome] = undo(
        GraphRows(bakers),
        "bakers/change-2",
        actor=Actor.operator("ben"),
        reason="she stays",
        now=later,
    ).households
    assert rows_of(bakers) == before
    assert {(one.effect, one.decision.party) for one in outcome.access} >= {
        ("gains", "bakers/katie")
    }
    asked = graph.past(as_of="2026-10-01T12:00")
    known = graph.past(as_of="2026-10-01T12:00", recorded=meanwhile)
    assert asked.check("bakers/katie", WIFI).allowed
    assert not known.check("bakers/katie", WIFI).allowed
    told = Changes(GraphRows(bakers)).history("bakers")
    assert (told.changes[0].action, told.changes[0].reason) == ("undo", "she stays")
    assert told.changes[0].summary.startswith("undo bakers/change-2: changed 1 relationship")
    assert told.changes[0].effective_at == told.changes[1].effective_at
    assert told.undone_by == {"bakers/change-2": "bakers/change-3"}


def test_a_dry_run_says_the_same(bakers: Connection) -> None:
    """A dry run tells the same difference, and nothing is written or recorded."""
    change(bakers, lose)
    lost = rows_of(bakers)
    [dry] = undo(
        GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"), dry_run=True
    ).households
    assert rows_of(bakers) == lost
    [real] = undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben")).households
    assert (dry.edits, dry.access, dry.change) == (real.edits, real.access, None)


def test_only_what_it_changed_is_taken_back(bakers: Connection) -> None:
    """A later change of another property of the same thing does not rest on it, and stays."""
    change(bakers, lose)
    change(bakers, break_)
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    [phone] = [node for node in rows_of(bakers).nodes if node.id == "bakers/phone-dad"]
    assert phone.properties["administrative_state"] == "unlocked"
    assert phone.properties["operational_state"] == "disable"


def test_an_undo_can_be_undone(bakers: Connection) -> None:
    """Undo, redo and undo again; what is undone already says so."""
    before = rows_of(bakers)
    change(bakers, add_box)
    after = rows_of(bakers)
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert rows_of(bakers) == before
    with pytest.raises(BadInputError, match="undone already, by `bakers/change-3`"):
        undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    undo(GraphRows(bakers), "bakers/change-3", actor=Actor.operator("ben"))
    assert rows_of(bakers) == after
    assert Changes(GraphRows(bakers)).history("bakers").undone_by == {
        "bakers/change-3": "bakers/change-4"
    }
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert rows_of(bakers) == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lose, lambda draft: draft.update("bakers/phone-dad", administrative_state="locked")),
        (add_box, plug_in),
        (add_box, lambda draft: draft.update("bakers/box", value="12345")),
        (leave, come_back),
    ],
    ids=["same property", "relationship to it", "made by it", "same relationship again"],
)
def test_refused_while_something_rests_on_it(
    first: Callable[[Draft], object], second: Callable[[Draft], object], bakers: Connection
) -> None:
    """It is refused with what rests on it; once that is undone, it can be undone itself."""
    before = rows_of(bakers)
    change(bakers, first)
    middle = rows_of(bakers)
    change(bakers, second)
    with pytest.raises(RefusedError, match=r"depend on it: `bakers/change-3` \(test: ") as refused:
        undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert refused.value.hint is not None
    assert "household-graph undo bakers/change-3" in refused.value.hint
    undo(GraphRows(bakers), "bakers/change-3", actor=Actor.operator("ben"))
    assert rows_of(bakers) == middle
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert rows_of(bakers) == before


def test_a_household_is_not_taken_away_from_what_was_made_in_it(bakers: Connection) -> None:
    """Whatever was added later rests on the beginning of its household, linked to it or not."""
    change(bakers, lambda draft: draft.create("bakers/box", ("Resource",), {"name": "Box"}))
    with pytest.raises(RefusedError, match="`bakers/change-2`"):
        undo(GraphRows(bakers), "bakers/change-1", actor=Actor.operator("ben"))


def test_changes_that_are_one_are_undone_together(bakers: Connection) -> None:
    """A change of two households is taken back in both, from either, or in none."""
    load(bakers, "bike-shop")
    before = rows_of(bakers), rows_of(bakers, "bike-shop")
    change(bakers, rename, "bakers", "bike-shop")
    change(bakers, lambda draft: draft.update("bike-shop", name="A third name"), "bike-shop")
    with pytest.raises(RefusedError, match="`bike-shop/change-3`"):
        undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    undo(GraphRows(bakers), "bike-shop/change-3", actor=Actor.operator("ben"))
    outcomes = undo(GraphRows(bakers), "bike-shop/change-2", actor=Actor.operator("ben")).households
    assert {one.change for one in outcomes} == {"bakers/change-3", "bike-shop/change-5"}
    assert (rows_of(bakers), rows_of(bakers, "bike-shop")) == before
    [undone, *_] = Changes(GraphRows(bakers)).history("bakers").changes
    assert undone.together == ("bike-shop/change-5",)


def test_a_household_taken_back(bakers: Connection) -> None:
    """A load taken back leaves no household, but its history; it can come back either way."""
    loaded, graph = rows_of(bakers), HouseholdGraph(bakers)
    meanwhile = datetime.now(UTC)
    undo(
        GraphRows(bakers),
        "bakers/change-1",
        actor=Actor.operator("ben"),
        now=meanwhile + timedelta(seconds=1),
    )
    with pytest.raises(UnknownIdError):
        graph.matrix("bakers")
    with pytest.raises(UnknownIdError) as gone:
        graph.past(as_of="2026-11-01").matrix("bakers")
    assert gone.value.hint is not None
    assert "undone" in gone.value.hint
    assert graph.past(recorded=meanwhile).check("bakers/dad", WIFI).allowed
    assert len(Changes(GraphRows(bakers)).history("bakers/dad").changes) == 2
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert rows_of(bakers) == loaded
    undo(GraphRows(bakers), "bakers/change-3", actor=Actor.operator("ben"))
    load(bakers, "bakers")
    assert rows_of(bakers) == loaded
    assert [one.revision for one in Changes(GraphRows(bakers)).history("bakers").changes] == [
        5,
        4,
        3,
        2,
        1,
    ]


def test_what_is_to_come_can_be_undone(bakers: Connection) -> None:
    """A change for a later day is taken back at once."""
    before = rows_of(bakers)
    change(bakers, leave, at="2199-09-01")
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert rows_of(bakers) == before
    [undone, *_] = Changes(GraphRows(bakers)).history("bakers").changes
    assert from_datetime(undone.effective_at) == from_datetime(undone.at)


def test_a_party_is_bound_by_the_laws(bakers: Connection) -> None:
    """In the name of a party, an undo is refused as any other change would be."""
    change(bakers, add_box)
    with pytest.raises(RefusedError, match="`bakers/katie`"):
        undo(GraphRows(bakers), "bakers/change-2", actor=Actor.party("bakers/katie"))


def test_an_unknown_change(bakers: Connection) -> None:
    """A change that is not there is an unknown id that names the nearest."""
    with pytest.raises(UnknownIdError, match="unknown change `bakers/change-2`") as unknown:
        undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    assert unknown.value.nearest == ("bakers/change-1",)
    with pytest.raises(UnknownIdError):
        undo(GraphRows(bakers), "baker/change-1", actor=Actor.operator("ben"))


def test_what_somebody_else_changed_meanwhile(bakers: Connection) -> None:
    """Edits are not taken back from rows that are not what they left."""
    change(bakers, lose)
    [lost, _load] = Changes(GraphRows(bakers)).history("bakers").changes
    undo(GraphRows(bakers), "bakers/change-2", actor=Actor.operator("ben"))
    with pytest.raises(ConflictError, match="`bakers/phone-dad` is not what the change left"):
        inverse_of(rows_of(bakers), lost.edits)
    assert not inverse_of(rows_of(bakers), Edits("bakers"))
