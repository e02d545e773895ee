"""What a separation or a merge carries along: what holds, and what begins or ends later."""

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for, merge, separate
from household_graph.changes.life_events import Events
from household_graph.changes.role_grants import involve
from household_graph.engine.ownership_gaps import is_guaranteed
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind
from household_graph.model.instants import FOREVER
from household_graph.model.rows import Rows
from household_graph.model.spans import span_of
from tests.unit.drafts import LONDON, NOW, allowed, draft_of, instant, on, span

SUMMER, NEXT_YEAR = span("2027-06-01", "2027-09-01"), instant("2027-01-01")
TIMES = ("2026-11-23T12:00", "2026-12-31T12:00", "2027-01-02T12:00", "2027-07-01T12:00")
MOVED = ("mum", "granny", "auntie-jean", "au-pair", "cloud")
"""Mum, who stays, Granny, who is to leave at new year, Auntie Jean, who comes in summer, a guest,
and the cloud, which begins at new year."""


def with_plans() -> Draft:
    """Return the Bakers with what is to begin and to end later."""
    draft = draft_of()
    draft.hold("bakers/cloud", NEXT_YEAR, FOREVER)
    draft.relate("MEMBER_OF", "bakers/auntie-jean", "bakers", span=SUMMER)
    [stays] = draft.index.outgoing("MEMBER_OF", "bakers/granny")
    draft.end(stays, NEXT_YEAR)
    involve(draft, "au-pair", InvolvementKind.CONSUMER, "photo-share", SUMMER)
    return draft_of(draft.rows)


def empty(household: str = "new") -> Draft:
    return Draft(Rows(household, (), ()), instant(NOW), LONDON)


def may(draft: Draft) -> dict[tuple[str, str], bool]:
    """Return who of those who move may use the cloud, when."""
    people = [one for one in MOVED if one != "cloud"]
    return {(who, at): allowed(draft, who, "photo-share", at=at) for who in people for at in TIMES}


def stay(draft: Draft, who: str) -> list[tuple[int, int]]:
    """Return when somebody is a member, from now on."""
    links = draft.index.outgoing("MEMBER_OF", draft.qualify(who))
    return [rest for link in links if (rest := draft.remaining(link))]


def test_a_separation_carries_along_what_begins_and_ends_later() -> None:
    """Who uses what, and is a member, is so in the new household at every time, as it was."""
    source, target, planned = with_plans(), empty(), with_plans()
    separate(source, target, MOVED, successors=["bakers/dad", "bakers/mum"])
    assert may(target) == may(planned)
    assert not any(may(source).values())
    assert [stay(target, who) for who in MOVED[:-1]] == [stay(planned, who) for who in MOVED[:-1]]
    assert stay(target, "granny") == [(instant(NOW), NEXT_YEAR)]
    assert stay(target, "auntie-jean") == [SUMMER]
    assert stay(target, "au-pair") == []


def test_a_merge_carries_along_what_begins_and_ends_later() -> None:
    """The same where all of it goes to a household that is there."""
    source, target, planned = with_plans(), empty("new"), with_plans()
    target.create("new", ("Party", "Organization"), source.get("bakers").properties)
    target = Draft(target.rows, target.at, LONDON)
    merge(source, target, {})
    assert may(target) == may(planned)
    assert [stay(target, who) for who in MOVED[:-1]] == [stay(planned, who) for who in MOVED[:-1]]


def test_a_stay_that_goes_on_beyond_that_in_the_other_household() -> None:
    """Who is a member of both, of the one for longer, is a member for as long."""
    source, target = draft_of(), draft_of("bike-shop")
    target.create("bike-shop/granny", ("Party", "Individual"), {"status": "active"})
    target.relate("MEMBER_OF", "bike-shop/granny", "bike-shop", span=(0, NEXT_YEAR))
    target = Draft(target.rows, target.at, LONDON)
    merge(source, target, {"bakers/granny": "bike-shop/granny"})
    spans = [
        span_of(link.properties) for link in target.index.outgoing("MEMBER_OF", "bike-shop/granny")
    ]
    assert spans == [(0, NEXT_YEAR), (NEXT_YEAR, FOREVER)]


def test_who_leaves_takes_along_a_product_that_begins_later() -> None:
    """What is kept begins in the new household on the day on which it was to begin."""
    source, target = with_plans(), empty()
    leave_for(source, target, "bakers/mum", keep=["cloud"], successor="bakers/dad")
    assert span_of(target.get("cloud").properties) == (NEXT_YEAR, FOREVER)
    assert stay(target, "mum") == [(instant(NOW), FOREVER)]
    assert allowed(target, "mum", "photo-share", at=TIMES[-1])


def test_a_guarantor_who_goes_with_another_payer_is_replaced() -> None:
    """Mum goes with Tom, whose half Emma pays from then on: Dad answers for her."""
    source, target = draft_of(), empty()
    separate(
        source,
        target,
        ["mum", "tom", "cloud", "mobile-mum"],
        successors=["bakers/dad", "bakers/mum"],
    )
    [role] = [
        one.id
        for one in source.index.labelled("BillPayer")
        if "emma" in one.id and source.remaining(one)
    ]
    assert is_guaranteed(source.index, source.facts, role, "bakers/emma", source.at)
    assert source.notes.count(f"bakers/dad answers for {role} now") == 1
    assert not any("answers for bakers/tom" in note for note in source.notes)


def on_what_ended(draft: Draft) -> list[str]:
    """Return the roles that last on products that ended, and on what these alone carry."""
    index = draft.index
    ended = [one.id for one in index.labelled("Product") if not draft.remaining(one)]
    assert ended
    items = [item for one in ended for item in (one, *index.ends("REALIZED_BY", one))]
    roles = [role for item in items for role in index.starts("INVOLVED_IN", item)]
    return [role for role in roles if draft.remaining(draft.get(role))]


def test_roles_of_others_end_with_the_product() -> None:
    """Nobody goes on using, choosing or administering what left, or was given up, in a move."""
    source = draft_of()
    involve(source, "katie", InvolvementKind.CONSUMER, "sports", SUMMER)
    source = draft_of(source.rows)
    separate(source, empty(), ["mum", "teens-account"], successors=["bakers/dad", "bakers/mum"])
    assert on_what_ended(source) == []
    source = draft_of()
    on(source, Events).move_home("bakers", "flat", city="Leeds", left=["cable-tv"])
    assert on_what_ended(source) == []
    source = draft_of()
    leave_for(source, empty(), "bakers/mum", keep=["cloud"], successor="bakers/dad")
    assert on_what_ended(source) == []


def test_who_is_gone_does_not_go_again() -> None:
    """Nobody separates from a household that is closed, or that they left."""
    source, target = draft_of(), empty("flat")
    target.create("flat", ("Party", "Organization"), source.get("bakers").properties)
    target = Draft(target.rows, target.at, LONDON)
    merge(source, target, {})
    with pytest.raises(BadInputError, match="`bakers/mum` has no part in `bakers`"):
        separate(source, empty(), ["mum"])


def test_who_leaves_takes_along_how_they_are_reached() -> None:
    """A number that still holds is theirs in the new household; one that has ended is history."""
    draft = draft_of()
    for number, span_of_it in (("new", (instant(NOW), FOREVER)), ("old", (0, 1_000))):
        medium = {"medium_type": "phone", "value": f"+4477009001{number}"}
        made = draft.create(draft.qualify(number), ["ContactMedium"], medium, span_of_it)
        draft.relate("HAS_CONTACT_MEDIUM", "bakers/mum", made)
    source, target = draft_of(draft.rows), empty()
    separate(source, target, ["mum", "granny"], successors=["bakers/dad", "bakers/mum"])
    media = target.index.labelled("ContactMedium")
    assert [node.properties["value"] for node in media] == ["+4477009001new"]
    assert [target.index.starts("HAS_CONTACT_MEDIUM", node.id) for node in media] == [["new/mum"]]
