"""A household while a change of it is worked out."""

from datetime import UTC, datetime

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.service import check_early_effects
from household_graph.documents.read import document_of
from household_graph.documents.to_rows import to_rows
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.edits import apply_edits
from household_graph.model.instants import FOREVER, from_datetime, zone_named

AT = datetime(2026, 11, 22, 20, tzinfo=UTC)
HOME = {
    "organization": {"id": "h", "time_zone": "UTC"},
    "individuals": [{"id": "ann", "member_of": ["h"]}, {"id": "bob"}],
    "resources": [{"id": "hub"}, {"id": "box"}],
}


def draft(at: datetime = AT) -> Draft:
    return Draft(to_rows(document_of(HOME)), from_datetime(at), zone_named("UTC"))


def test_a_draft_that_nothing_is_done_to() -> None:
    """There is nothing to write, and its rows are the ones it began with."""
    made = draft()
    assert not made.edits()
    assert made.rows == made.before


def test_the_edits_are_the_difference() -> None:
    """What is to be written makes the rows before into the rows of the draft."""
    made = draft()
    made.create("h/unit", ("Party", "Organization"), {"name": "Unit", "status": None}, (0, FOREVER))
    made.relate("MEMBER_OF", "h/bob", "h/unit")
    made.update("h/hub", administrative_state="lost", operational_state=None)
    made.relate("CONNECTED_TO", "h/box", "h/hub")
    [member] = made.index.outgoing("MEMBER_OF", "h/ann")
    assert made.end(member)
    assert not made.end(made.index.outgoing("MEMBER_OF", "h/ann")[0])
    edits = made.edits()
    assert apply_edits(made.before, edits) == made.rows
    assert edits.effective == AT
    assert edits.summary == "made 1 node and 2 relationships, changed 1 node and 1 relationship"
    assert apply_edits(made.rows, edits.inverse) == made.before


def test_what_is_taken_back_at_once_is_no_edit() -> None:
    """A relationship made and removed again leaves nothing to write."""
    made = draft()
    made.relate("CONNECTED_TO", "h/box", "h/hub")
    [link] = made.index.outgoing("CONNECTED_TO", "h/box")
    made.unrelate(link)
    made.unrelate(link)
    assert not made.edits()


def test_periods_and_ids_are_counted() -> None:
    """A dated relationship is one time more; an id that is taken gets a number."""
    made = draft()
    made.relate("MEMBER_OF", "h/ann", "h")
    assert [link.period for link in made.index.outgoing("MEMBER_OF", "h/ann")] == [1, 2]
    assert made.next_free_id("ann") == "h/ann-2"
    assert made.next_free_id("cleo") == "h/cleo"


def test_an_end_before_the_beginning_is_the_beginning() -> None:
    """What has not begun when it ends never held, and is not seen any more."""
    made = draft()
    later = from_datetime(datetime(2027, 1, 1, tzinfo=UTC))
    made.relate("MEMBER_OF", "h/bob", "h", span=(later, FOREVER))
    [link] = made.index.outgoing("MEMBER_OF", "h/bob")
    made.end(link)
    assert made.index.outgoing("MEMBER_OF", "h/bob") == []


def test_dated_relationships_are_ended_not_removed() -> None:
    """Taking away what has a validity ends it."""
    made = draft()
    made.unrelate(made.index.outgoing("MEMBER_OF", "h/ann")[0])
    assert made.index.outgoing("MEMBER_OF", "h/ann")[0].properties["valid_to"] == AT


def test_an_unknown_id_names_the_nearest_of_its_kind() -> None:
    """`node` finds local and full ids of the labels asked for, and no others."""
    made = draft()
    assert made.get("ann", "Individual") == made.get("h/ann")
    with pytest.raises(UnknownIdError) as unknown:
        made.get("hubb", "Resource", place="device")
    assert unknown.value.nearest[0] == "h/hub"
    with pytest.raises(UnknownIdError):
        made.get("hub", "Individual")


def test_what_holds_at_once_cannot_be_put_off() -> None:
    """A change for later may begin and end things, and make new ones, and nothing else."""
    now = from_datetime(AT)
    later = draft(datetime(2027, 1, 1, tzinfo=UTC))
    later.create("h/cleo", ("Party", "Individual"))
    later.relate("MEMBER_OF", "h/cleo", "h")
    later.relate("LOCATED_AT", "h/cleo", "h/cleo")
    later.end(later.index.outgoing("MEMBER_OF", "h/ann")[0])
    check_early_effects(later, now)
    later.relate("CONNECTED_TO", "h/box", "h/hub")
    with pytest.raises(BadInputError, match=r"not from 2027-01-01T00:00:00.*CONNECTED_TO"):
        check_early_effects(later, now)
    locked = draft(datetime(2027, 1, 1, tzinfo=UTC))
    locked.update("h/hub", administrative_state="locked")
    with pytest.raises(BadInputError, match="h/hub"):
        check_early_effects(locked, now)
    check_early_effects(locked, locked.at)
