"""Roles given and taken away: on drafts, without a database."""

import pytest

from household_graph.changes.bill_shares import pay_share
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import (
    create_involvement,
    end_role,
    involve,
    party_role,
    resource_role,
)
from household_graph.changes.role_queries import involved, list_roles, overlap
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.enums import Action, InvolvementKind, PartyRoleKind
from household_graph.model.instants import FOREVER
from household_graph.model.spans import span_of
from tests.unit.drafts import NOW, access, allowed, draft_of, gaps, instant, span

ADMIN, CHOOSER, CONSUMER = (
    InvolvementKind.ADMIN,
    InvolvementKind.CHOOSER,
    InvolvementKind.CONSUMER,
)
CUSTOMER, BILL_PAYER, USER = (
    PartyRoleKind.CUSTOMER,
    PartyRoleKind.BILL_PAYER,
    PartyRoleKind.USER,
)


def test_a_grant_is_played_by_the_users_role_on_the_products_account() -> None:
    """Katie becomes User of the account that holds the channel, and its Consumer by that role."""
    draft = draft_of()
    made = involve(draft, "bakers/katie", CONSUMER, "bakers/sports-channel", granted_by="emma")
    assert made == "bakers/katie.user.teens-account.consumer.sports-channel"
    assert draft.get(made).properties["granted_by"] == "bakers/emma"
    [role] = [link.start for link in draft.index.incoming("PLAYS", made)]
    assert [on.end for on in draft.index.outgoing("ON_ACCOUNT", role)] == ["bakers/teens-account"]
    assert access(draft) == {
        ("gains", "katie", "sports", "stb-living-room"),
        ("gains", "katie", "sports", "tablet-katie"),
    }


def test_a_device_is_used_by_way_of_a_role_that_is_there() -> None:
    """For a device no new functional role is made: Granny is a User of the account already."""
    draft = draft_of()
    made = involve(draft, "granny", CONSUMER, "tablet-katie")
    assert made == "bakers/granny.user.account.consumer.tablet-katie"
    assert len(draft.edits().nodes) == 1


@pytest.mark.parametrize(
    ("holder", "kind", "item"),
    [
        ("katie", CONSUMER, "sports-channel"),
        ("bakers", CHOOSER, "sports-channel"),
        ("stb-bedroom", CONSUMER, "movies"),
        ("granny", ADMIN, "tablet-katie"),
    ],
)
def test_granting_twice_changes_nothing(holder: str, kind: InvolvementKind, item: str) -> None:
    """The second grant finds the first, returns None, and edits nothing."""
    draft = draft_of()
    assert involve(draft, holder, kind, item)
    once = draft.rows
    assert involve(draft, holder, kind, item) is None
    assert draft.rows == once


def test_what_is_held_by_another_role_is_held() -> None:
    """Dad is Admin of cable TV as Customer; granting it to him as User adds nothing."""
    draft = draft_of()
    assert involve(draft, "dad", ADMIN, "cable-tv") is None
    assert not draft.edits()


def test_a_resource_is_involved_by_a_role_of_its_own() -> None:
    """A set-top box that is granted movies may use them, by a role called after what it is."""
    draft = draft_of()
    involve(draft, "stb-bedroom", CONSUMER, "movies")
    assert allowed(draft, "stb-bedroom", "movies")
    [link] = draft.index.outgoing("PLAYS", "bakers/stb-bedroom")
    assert draft.get(link.end).properties["name"] == "set-top box"
    assert resource_role(draft, "stb-bedroom", None) == link.end
    assert resource_role(draft, "stb-bedroom", "gateway") != link.end


def test_a_grant_of_a_part_is_prolonged() -> None:
    """Two grants that overlap are one, that holds for both."""
    draft = draft_of()
    first = involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-12-01", "2026-12-31"))
    again = involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-12-20", "2027-01-07"))
    earlier = involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-11-25", "2026-12-05"))
    assert first == again == earlier
    assert span_of(draft.get(str(first)).properties) == span("2026-11-25", "2027-01-07")


def test_a_gap_between_two_grants_is_filled() -> None:
    """A grant over two that are apart makes them meet, and no third."""
    draft = draft_of()
    involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-12-01", "2026-12-10"))
    involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-12-20", "2026-12-31"))
    involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-11-23", "2027-01-07"))
    held = [one.span for one in involved(draft.index, "bakers/granny")]
    assert gaps(span("2026-11-23", "2027-01-07"), held) == []
    assert len(held) == 2
    assert not overlap(*held)


def test_prolonging_a_role_prolongs_nothing_else() -> None:
    """Auntie Jean stays longer; the tablet she was lent for the summer is not hers again."""
    draft = draft_of(at="2026-08-01")
    involve(draft, "auntie-jean", CONSUMER, "tablet-katie")
    involve(draft, "auntie-jean", CONSUMER, "stb-bedroom", span("2026-08-01", "2026-10-01"))
    spans = {one.item: one.span for one in involved(draft.index, "bakers/auntie-jean")}
    assert spans == {
        "bakers/tablet-katie": span("2026-08-01", "2026-09-01"),
        "bakers/stb-bedroom": span("2026-08-01", "2026-10-01"),
    }


def test_prolonging_a_role_caps_what_was_open() -> None:
    """What was open under a role that ends goes on ending with it, and a note says so."""
    rows = draft_of(at="2026-08-01")
    role = party_role(rows, "auntie-jean", USER, "account")
    made = create_involvement(rows, role, CONSUMER, "bakers/stb-bedroom", (rows.at, FOREVER))
    end_role_alone = rows.end(rows.get(role), instant("2026-09-01"))
    assert end_role_alone
    draft = draft_of(rows.rows, at="2026-08-02")
    party_role(draft, "auntie-jean", USER, "account", span("2026-08-02", "2026-10-01"))
    assert draft.notes == [f"{made} still ends at 2026-09-01T00:00:00+01:00"]
    assert span_of(draft.get(made).properties) == span("2026-08-01", "2026-09-01")


def test_a_grant_under_a_role_that_has_ended_is_a_new_one() -> None:
    """What was held by way of a role that has ended is granted again by way of a new role."""
    draft = draft_of()
    for role in ("auntie-jean.user.account", "bakers/granny.user.account"):
        end_role(draft, role)
    made = involve(draft, "granny", CONSUMER, "tablet-katie", (draft.at + 1, FOREVER))
    assert made == "bakers/granny.user.account-2.consumer.tablet-katie"
    assert allowed(draft, "granny", "internet", device="tablet-katie", at="2026-11-23")


def test_ending_a_role_ends_what_it_plays() -> None:
    """With his Customer role Dad loses the administration of cable TV."""
    draft = draft_of()
    assert allowed(draft, "dad", "cable-tv", action=Action.ADMINISTER)
    end_role(draft, "dad.customer.account")
    assert not allowed(draft, "dad", "cable-tv", action=Action.ADMINISTER)
    assert allowed(draft, "dad", "cable-tv", action=Action.ADMINISTER, at="2026-11-22T19:59")


def test_a_functional_role_is_one() -> None:
    """Who is Customer already is not made one twice; a guarantor takes the place of another."""
    draft = draft_of()
    role = party_role(draft, "emma", CUSTOMER, "teens-account")
    assert role == "bakers/emma.customer.teens-account"
    assert not draft.edits()
    assert party_role(draft, "emma", CUSTOMER, "teens-account", guarantor="dad") == role
    assert [g.end for g in draft.index.outgoing("GUARANTEED_BY", role)] == ["bakers/dad"]


def test_a_share_is_what_the_others_leave() -> None:
    """The shares of a bill add up, or somebody is told."""
    draft = draft_of()
    granny = party_role(draft, "granny", BILL_PAYER, "account")
    with pytest.raises(BadInputError, match="nothing of `bakers/bill` is left") as refused:
        pay_share(draft, granny, "bill", None)
    assert "--share" in str(refused.value.hint)
    pay_share(draft, "bakers/dad.bill-payer.account", "bill", 45)
    assert draft.notes == ["the shares of bakers/bill add up to 85 %"]
    pay_share(draft, granny, "bill", None)
    [link] = draft.index.outgoing("PAYS", granny)
    assert link.properties == {"share": 15.0}


@pytest.mark.parametrize("share", [-1.0, 100.5])
def test_a_share_is_a_part(share: float) -> None:
    """A share is from 0 to 100 per cent."""
    draft = draft_of()
    with pytest.raises(BadInputError, match="out of range"):
        pay_share(draft, "bakers/dad.bill-payer.account", "bill", share)


@pytest.mark.parametrize(
    ("holder", "item", "said"),
    [
        ("katie", "account", "`bakers/account` is a customer account, and no target"),
        ("katie", "smiths/tv", "the target `smiths/tv` is not in the household `bakers`"),
        ("movies", "movies", "`bakers/movies` is a service, and no party"),
        ("kattie", "movies", "unknown party `bakers/kattie`"),
        ("katie", "movie", "unknown target `bakers/movie`"),
    ],
)
def test_what_makes_no_sense_is_refused(holder: str, item: str, said: str) -> None:
    """An id of something else, of another household or of nothing is named, with a hint."""
    with pytest.raises(BadInputError) as refused:
        involve(draft_of(), holder, CONSUMER, item)
    assert refused.value.message == said
    assert refused.value.hint


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    """A role cannot end before it begins."""
    with pytest.raises(BadInputError, match="is not after"):
        involve(draft_of(), "katie", CONSUMER, "sports-channel", (2, 1))


def test_a_username_is_of_whoever_plays_the_role() -> None:
    """Mum's login cannot be used for a role of Dad's; for one of hers it is linked once."""
    draft = draft_of()
    with pytest.raises(BadInputError, match="is not one of `bakers/dad`"):
        involve(draft, "dad", ADMIN, "home-hub", identities=["mum-login"])
    made = involve(draft, "mum", ADMIN, "cloud", identities=["mum-login"])
    assert [i.end for i in draft.index.outgoing("IDENTIFIED_BY", str(made))] == ["bakers/mum-login"]
    assert involve(draft, "mum", ADMIN, "cloud", identities=["mum-login"]) is None


def test_revoking_ends_it_and_says_what_is_left() -> None:
    """A Consumer by name and by membership loses the one, and is told of the other."""
    draft = draft_of()
    involve(draft, "katie", CONSUMER, "broadband")
    revoke(draft, "katie", CONSUMER, "broadband")
    assert draft.notes == [
        "`bakers/katie` is Consumer of `bakers/broadband` as a member of `bakers` still"
    ]
    assert access(draft) == set()


@pytest.mark.parametrize(
    ("party", "kind", "target", "said", "hint"),
    [
        (
            *("katie", CONSUMER, "broadband"),
            "`bakers/katie` is Consumer of `bakers/broadband` as a member of `bakers`",
            "role revoke bakers consumer bakers/broadband",
        ),
        (
            *("mum", ADMIN, "internet"),
            "`bakers/mum` is Admin of `bakers/internet` by way of `bakers/broadband`",
            "role revoke bakers/mum admin bakers/broadband",
        ),
        (
            *("tom", ADMIN, "sports-channel"),
            "`bakers/tom` is no Admin of `bakers/sports-channel`",
            "`bakers/sports-channel`",
        ),
        (
            *("granny", CUSTOMER, "account"),
            "`bakers/granny` is no Customer of `bakers/account`",
            "it is User of `bakers/account`",
        ),
    ],
)
def test_revoking_what_is_not_held(
    party: str, kind: InvolvementKind | PartyRoleKind, target: str, said: str, hint: str
) -> None:
    """The error says through what it is held, or what is held in its place."""
    with pytest.raises(BadInputError) as refused:
        revoke(draft_of(), party, kind, target)
    assert refused.value.message == said
    assert hint in str(refused.value.hint)


def test_revoking_what_is_still_to_come() -> None:
    """A grant that has not begun never holds."""
    draft = draft_of()
    involve(draft, "granny", CONSUMER, "tablet-katie", span("2026-12-01"))
    revoke(draft, "granny", CONSUMER, "tablet-katie")
    assert involved(draft.index, "bakers/granny") == []
    with pytest.raises(UnknownIdError):
        revoke(draft, "granny", CONSUMER, "tablet-kate")


def test_the_list_names_what_comes_by_membership() -> None:
    """Katie's roles are her own, and those of the household with `through`."""
    held = list_roles(draft_of(), "bakers/katie")
    own = {(one.role, one.target) for one in held if one.through is None}
    assert own == {("User", "bakers/account"), ("Consumer", "bakers/tablet-katie")}
    shared = {one.target for one in held if one.through == "bakers" and one.role == "Consumer"}
    assert shared == {
        f"bakers/{item}"
        for item in ("broadband", "cable-tv", "cloud", "home-hub", "stb-living-room")
    }


def test_the_list_of_a_thing_has_what_carries_it() -> None:
    """Who has a role on the sports channel has it on sports; before it was there nobody had."""
    held = list_roles(draft_of(), None, on="bakers/sports")
    assert {(one.party, one.role) for one in held} == {
        ("bakers/emma", "Admin"),
        ("bakers/emma", "Chooser"),
        ("bakers/emma", "Consumer"),
        ("bakers/tom", "Consumer"),
    }
    assert list_roles(draft_of(at="2019-01-01"), None, on="bakers/sports") == []


def test_the_list_through_a_membership_ends_with_it() -> None:
    """Auntie Jean's roles by membership are those of her summer, and are listed if asked for."""
    held = list_roles(draft_of(), "bakers/auntie-jean", ended=True)
    assert {one.span for one in held} == {span("2026-06-01", "2026-09-01")}
    assert list_roles(draft_of(), "bakers/auntie-jean") == []


def test_a_role_in_between_others_becomes_one_with_them() -> None:
    """Granted for good between one that ends and one that is to come, it is one role, with all."""
    draft = draft_of()
    first = party_role(
        draft, "bakers/granny", CUSTOMER, "bakers/account", span(NOW, "2026-11-23T20:00")
    )
    second = party_role(draft, "bakers/granny", CUSTOMER, "bakers/account", span("2026-11-25"))
    create_involvement(draft, second, ADMIN, "bakers/cloud", span("2026-11-26"))
    draft = draft_of(draft.rows)
    assert party_role(draft, "bakers/granny", CUSTOMER, "bakers/account") == first
    assert span_of(draft.get(first).properties) == span(NOW)
    assert second not in draft.index.nodes
    [admin] = [one for one in involved(draft.index, "bakers/granny") if one.kind is ADMIN]
    assert (admin.role, admin.item, admin.span) == (first, "bakers/cloud", span("2026-11-26"))
