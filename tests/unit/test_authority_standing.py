"""Whose rights count: of those who are active, while their roles are in force."""

import pytest

from household_graph.changes.authorization import Law
from household_graph.changes.draft import Draft
from household_graph.errors import RefusedError
from household_graph.model.instants import parse_instant, to_utc
from tests.unit.authority import (
    LONDON,
    NOW,
    OF_AGE,
    YEAR,
    Work,
    attempt,
    bedtime,
    cable,
    changed,
    end,
    grant,
    link_of,
    may,
    seed,
    set_,
)

BAKERS, SHOP = seed("bakers"), seed("bike-shop")


def test_a_suspended_party_has_no_rights() -> None:
    """Whoever is suspended, closed or deceased may change nothing."""
    for status in ("suspended", "deceased", "closed"):
        rows = changed(BAKERS, set_("mum", status=status))
        assert may(bedtime, rows) == set()


def test_a_suspended_account_gives_no_rights() -> None:
    """A Customer of an account that is not active may not even make it active again."""
    rows = changed(BAKERS, set_("account", state="suspended"))
    assert may(cable, rows) == set()
    assert may(bedtime, rows) == set()
    assert may(set_("account", state="active"), rows) == set()
    assert may(set_("account", state="closed"), BAKERS) == set(), "Mum's firewall is on it"
    assert may(set_("teens-account", state="closed"), BAKERS) == {"emma"}


def test_a_suspended_product_is_for_customers() -> None:
    """Nobody is Admin or Chooser of a product that is not active; its Customers mend it."""
    rows = changed(BAKERS, set_("broadband", status="suspended"))
    assert may(set_("broadband", status="active"), rows) == {"dad"}
    assert may(bedtime, rows) == set()


def test_rights_hold_when_the_change_is_made() -> None:
    """What a role gave yesterday, or gives tomorrow, does not count today."""
    over = changed(BAKERS, end("home-security-admin"), end("mum.user.account.admin.broadband"))
    assert may(bedtime, over) == set()
    tomorrow = changed(
        over, lambda draft: grant_from(draft, NOW + 86_400_000, "granny.user.account")
    )
    assert may(bedtime, tomorrow) == set()
    attempt("bakers/granny", bedtime, tomorrow, NOW + 86_400_000)


def grant_from(draft: Draft, at: int, role: str) -> None:
    made = grant(draft, role, "Admin", "smart-firewall")
    draft.update(made, valid_from=to_utc(at))


def test_rights_come_through_membership() -> None:
    """Whoever is a member of what is Admin, is Admin; one who left is not."""
    rows = changed(BAKERS, lambda draft: grant(draft, "bakers.user.account", "Admin", "cable-tv"))
    guest = {"bakers/au-pair", "bakers/auntie-jean", "bakers/granny", "bakers"}

    def work(draft: Draft) -> str:
        return grant(draft, "au-pair.user.account", "Consumer", "cable-tv")

    assert may(work, rows, guest) == {"granny", "bakers"}


def test_the_household_itself_is_a_party() -> None:
    """The id of a household has no slash, and is bound all the same."""
    with pytest.raises(RefusedError, match="`bakers` may not change the policy"):
        attempt("bakers", bedtime, BAKERS)


def test_who_takes_no_part_has_no_rights() -> None:
    """Auntie Jean had a username of her own; after the summer it is no longer hers to change."""

    def work(draft: Draft) -> None:
        made = draft.create(draft.qualify("jean"), {"DigitalIdentity"}, {"status": "active"})
        draft.relate("HAS_IDENTITY", draft.qualify("auntie-jean"), made)

    rows = changed(BAKERS, work)
    summer = parse_instant("2026-07-01", LONDON)
    attempt("bakers/auntie-jean", set_("jean", status="locked"), rows, summer)
    with pytest.raises(RefusedError, match="username"):
        attempt("bakers/auntie-jean", set_("jean", status="locked"), rows)


def test_a_device_belongs_to_what_is_available_on_it() -> None:
    """Of age, Emma has a say in a device while her sports channel is to be had on it."""
    name = set_("stb-living-room", name="Hers")
    assert "emma" not in may(name, BAKERS)
    attempt("bakers/emma", name, BAKERS, OF_AGE)
    gone = link_of(BAKERS, "AVAILABLE_ON", "sports", "stb-living-room")
    with pytest.raises(RefusedError, match=Law.DEVICES.value):
        attempt("bakers/emma", name, changed(BAKERS, lambda draft: draft.end(gone)), OF_AGE)


def test_what_is_over_does_not_bind() -> None:
    """A role ends without a right on what it played once."""
    devices = ("home-hub", "phone-au-pair")
    over = [end(f"au-pair.user.account.consumer.{device}") for device in devices]
    others = {"dad", "mum", "granny"}
    assert may(end("au-pair.user.account"), BAKERS) & others == {"dad"}
    assert may(end("au-pair.user.account"), changed(BAKERS, *over)) & others == {"dad", "mum"}


def test_to_part_from_a_user_is_to_part_now() -> None:
    """That a role is to end some day does not let the Customer end now what it plays."""

    def work(draft: Draft) -> None:
        end("au-pair.user.account", NOW + YEAR)(draft)
        end("au-pair.user.account.consumer.broadband")(draft)

    assert may(work, BAKERS) == {"au-pair"}


def test_a_role_of_a_device_ends_with_what_it_plays() -> None:
    """The Admin of a line does not take it out of a hunting group that is another's."""
    rows = changed(SHOP, lambda draft: grant(draft, "manager.user.account", "Admin", "line-1"))
    assert may(set_("line-1", name="Left"), rows) == {"manager"}
    assert may(end("line-1.hunt-group-member"), rows) == set()


def test_any_admin_lets_go_of_who_set_a_policy() -> None:
    """To set a policy takes one's own Admin role; to leave open who set it, any will do."""
    rows = changed(
        BAKERS, lambda draft: grant(draft, "granny.user.account", "Admin", "smart-firewall")
    )
    setter = link_of(BAKERS, "SET", "home-security-admin", "bedtime")
    assert may(lambda draft: draft.unrelate(setter), rows) == {"mum", "granny"}


def test_to_prolong_a_role_is_to_grant_what_it_plays() -> None:
    """The Customer may part from the au pair; for her to stay, each Admin is needed."""
    rows = changed(BAKERS, end("au-pair.user.account", NOW + YEAR))
    stays = set_("au-pair.user.account", valid_to=None)
    assert may(end("au-pair.user.account"), rows) == {"dad", "au-pair"}
    assert may(stays, rows) == set()


def test_a_product_of_its_own_account_is_not_its_bundles() -> None:
    """Who bundles a product that another account holds does not appoint its Admins."""
    ends = "bakers/cable-tv", "bakers/sports-channel"
    rows = changed(BAKERS, lambda draft: draft.relate("BUNDLES", *ends))

    def work(draft: Draft) -> str:
        return grant(draft, "granny.user.account", "Admin", "sports-channel")

    assert may(work, rows) == {"emma"}


SHOP_LAWS: dict[str, tuple[Work, str]] = {
    "a Consumer in the shop": (
        lambda draft: grant(draft, "cleaner.user.account", "Consumer", "internet-shop"),
        "manager",
    ),
    "a Consumer in the workshop": (
        lambda draft: grant(draft, "cleaner.user.account", "Consumer", "broadband-workshop"),
        "head-mechanic",
    ),
    "a Consumer of a bundled product's service": (
        lambda draft: grant(draft, "cleaner.user.account", "Consumer", "call-pick-up"),
        "owner",
    ),
    "an Admin of a bundled product": (
        lambda draft: grant(draft, "manager.user.account", "Admin", "lines"),
        "owner",
    ),
    "the owner's role": (end("owner.user.account"), "owner"),
    "the cleaner's role": (end("cleaner.user.account"), "cleaner owner"),
    "a member of the hunting group": (end("line-1.hunt-group-member"), "owner"),
    "its place in the order": (set_("line-1.hunt-group-member", name="first"), "owner"),
    "hours": (set_("no-international-at-night", start_time="20:00"), "owner"),
    "an exemption": (
        lambda draft: draft.relate(
            "EXEMPT_FROM", "bike-shop/manager", "bike-shop/no-international-at-night"
        ),
        "owner",
    ),
    "a bill": (set_("workshop-bill", name="Workshop and office"), "owner"),
}


@pytest.mark.parametrize("what", SHOP_LAWS)
def test_a_business_is_held_to_the_same_laws(what: str) -> None:
    """The manager looks after the shop's broadband, the head mechanic after the workshop's."""
    work, who = SHOP_LAWS[what]
    assert may(work, SHOP) == set(who.split())
