"""Nothing that has begun ends before it began, and nothing begins for who is gone."""

from collections.abc import Callable

import pytest

from household_graph.changes.devices import Devices
from household_graph.changes.draft import Draft
from household_graph.changes.identities import Identities
from household_graph.changes.policies import Policies
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve, party_role
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PolicyKind
from household_graph.model.instants import FOREVER, parse_instant, to_utc
from household_graph.model.rows import Rows
from household_graph.store.write_validation import check_times
from tests.unit.authority import LONDON, NOW, YEAR, changed, seed, set_
from tests.unit.drafts import on
from tests.unit.events import hand_over, join, leave, record_death

BAKERS = seed("bakers")
BEFORE = parse_instant("2019-01-01", LONDON)
LATER = NOW + YEAR
CONSUMER = InvolvementKind.CONSUMER

Work = Callable[[Draft], object]


def check(work: Work, rows: Rows = BAKERS, at: int = NOW, now: int = NOW) -> None:
    """Make a change on a draft; raises what the check of its times raises."""
    draft = Draft(rows, at, LONDON)
    work(draft)
    assert draft.edits(), "the change changes nothing"
    check_times({rows.household: rows}, [draft.edits()], now)


@pytest.mark.parametrize(
    "work",
    [
        lambda draft: leave(draft, "granny", None),
        lambda draft: record_death(draft, "granny", None),
        lambda draft: on(draft, Policies).end("bedtime"),
        lambda draft: revoke(draft, "tom", CONSUMER, "sports-channel"),
        lambda draft: revoke(draft, "tom", PartyRoleKind.USER, "teens-account"),
        lambda draft: hand_over(draft, InvolvementKind.ADMIN, "cloud", "mum", "dad"),
        lambda draft: on(draft, Policies).set(
            *("bakers", "bedtime"), start_time="22:00", at=to_utc(BEFORE)
        ),
    ],
    ids=["leave", "decease", "lift", "revoke", "end a role", "hand over", "set a policy"],
)
def test_what_has_begun_is_not_ended_before(work: Work) -> None:
    """The error says when it began; yesterday is not wiped away by a typo in a date."""
    with pytest.raises(BadInputError, match="began 2020-01-01T00:00:00") as refused:
        check(work, at=BEFORE)
    assert str(refused.value.hint).startswith(
        "name a later time, such as 2027-01-01 if you meant another year; what never should have "
        "been is undone with `household-graph undo`"
    )


def test_the_other_year_is_after_the_begin() -> None:
    """It is the nearest to now after that; without one nothing is suggested."""
    rows = changed(
        BAKERS, lambda draft: involve(draft, "granny", CONSUMER, "tablet-katie", (NOW, FOREVER))
    )
    for day, hint in (("02-29", "name a later time;"), ("11-01", "such as 2027-11-01 if")):
        asked = parse_instant(f"2024-{day}", LONDON)
        with pytest.raises(BadInputError, match="began 2026-11") as refused:
            check(
                lambda draft: revoke(draft, "granny", CONSUMER, "tablet-katie"),
                *(rows, asked, NOW + 1000),
            )
        assert hint in str(refused.value.hint)


def test_a_policy_of_the_past_may_be_undone() -> None:
    """What its undo removes is rewritten by nobody, though it takes effect when the policy did."""
    made = Draft(BAKERS, NOW, LONDON)
    on(made, Policies).set(
        *("bakers", "no-sports"),
        kind=PolicyKind.BLOCK,
        audience=["granny"],
        governs=["sports"],
        at=to_utc(NOW),
    )
    check(lambda draft: draft.apply(made.edits().inverse), made.rows, at=NOW, now=LATER)


def test_an_exemption_is_not_ended_before_it_began() -> None:
    """What is dated like a role is held to the same."""
    rows = changed(BAKERS, lambda draft: on(draft, Policies).exempt("bedtime", "tom"))

    def end(draft: Draft) -> None:
        on(draft, Policies).exempt("bedtime", "tom", end=True)

    with pytest.raises(BadInputError, match="the exemption of `bakers/tom` from `bakers/bedtime`"):
        check(end, rows, at=NOW - YEAR, now=NOW + YEAR)
    check(end, rows, at=NOW + 1000, now=NOW + YEAR)


def test_what_is_to_begin_may_be_called_off() -> None:
    """It has held at no time, so nothing of yesterday is lost."""
    rows = changed(
        BAKERS, lambda draft: involve(draft, "granny", CONSUMER, "tablet-katie", (LATER, FOREVER))
    )
    check(lambda draft: revoke(draft, "granny", CONSUMER, "tablet-katie"), rows)
    with pytest.raises(BadInputError, match="began"):
        check(
            lambda draft: revoke(draft, "granny", CONSUMER, "tablet-katie"), rows, now=LATER + YEAR
        )


@pytest.mark.parametrize(
    "work",
    [
        lambda draft: involve(draft, "granny", CONSUMER, "cable-tv"),
        lambda draft: party_role(draft, "granny", PartyRoleKind.BILL_PAYER, "account"),
        lambda draft: on(draft, Policies).exempt("bedtime", "granny"),
        lambda draft: on(draft, Identities).add("granny", "granny@bakers.example", realm="tv"),
        lambda draft: draft.relate("RESPONSIBLE_FOR", "bakers/granny", "bakers/tom"),
        lambda draft: draft.relate("MEMBER_OF", "bakers/granny", "bakers"),
    ],
    ids=["grant", "role", "exemption", "username", "responsibility", "membership"],
)
def test_nothing_begins_for_who_has_died(work: Work) -> None:
    """Whatever it is, and whoever records it."""
    rows = changed(BAKERS, lambda draft: record_death(draft, "granny", None))
    with pytest.raises(RefusedError, match="`bakers/granny`, who is deceased"):
        check(work, rows, at=NOW + 1000, now=NOW + 1000)


def test_what_the_dead_left_goes_on() -> None:
    """Others are changed as before, and that somebody died may be taken back."""
    rows = changed(BAKERS, lambda draft: record_death(draft, "granny", None))
    check(lambda draft: involve(draft, "tom", CONSUMER, "stb-bedroom"), rows)
    back = Draft(BAKERS, NOW, LONDON)
    record_death(back, "granny", None)
    check(lambda draft: draft.apply(back.edits().inverse), rows)


@pytest.mark.parametrize(
    "work",
    [
        lambda draft: involve(draft, "granny", CONSUMER, "tablet-katie"),
        lambda draft: join(draft, "carl", {"given_name": "Carl"}),
        lambda draft: on(draft, Devices).add("bakers", "tv", kind="tv", name="TV"),
        lambda draft: on(draft, Policies).set(
            *("bakers", "no-tv"),
            kind=PolicyKind.BLOCK,
            audience=("minors",),
            governs=("live-tv",),
        ),
    ],
    ids=["role", "member", "device", "policy"],
)
def test_nothing_begins_in_a_closed_household(work: Work) -> None:
    """A household that was merged into another one stays as it was when it was closed."""
    closed = changed(BAKERS, lambda draft: draft.update(draft.household, status="closed"))
    with pytest.raises(RefusedError, match="in `bakers`, which is closed"):
        check(work, closed)
    check(set_("granny", family_name="Granger"), closed)
