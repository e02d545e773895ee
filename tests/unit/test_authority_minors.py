"""What minors may be and change: nothing that enforces policies, a Customer with a guarantor."""

import pytest

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.check import check_guarantors
from household_graph.changes.draft import Draft
from household_graph.errors import RefusedError
from household_graph.model.enums import PartyRoleKind
from household_graph.model.instants import parse_instant, to_utc
from tests.unit.authority import (
    LONDON,
    NOW,
    OF_AGE,
    YEAR,
    attempt,
    bedtime,
    changed,
    end,
    grant,
    may,
    new_role,
    no_longer_responsible,
    seed,
    set_,
    sports,
)
from tests.unit.events import hand_over

BAKERS = seed("bakers")


def test_a_minor_is_customer_only_with_a_guarantor() -> None:
    """Emma is Customer while an adult who is responsible for her stands guarantor."""
    assert may(sports, BAKERS) == {"emma"}
    rows = changed(BAKERS, no_longer_responsible("mum", "emma"))
    assert may(sports, rows) == {"emma"}, "she is still Chooser"
    rows = changed(rows, end("emma.customer.teens-account.chooser.sports-channel"))
    assert may(sports, rows) == set()
    attempt("bakers/emma", sports, rows, OF_AGE)


def test_a_minor_administers_no_enforcing_service() -> None:
    """What is recorded of Tom as Admin of the firewall gives him nothing until he is 18."""
    rows = changed(
        BAKERS, lambda draft: grant(draft, "tom.user.account", "Admin", "smart-firewall")
    )
    assert may(bedtime, rows) == {"mum"}
    assert "tom" not in may(
        lambda draft: grant(draft, "granny.user.account", "Consumer", "smart-firewall"), rows
    )
    attempt("bakers/tom", bedtime, rows, parse_instant("2028-09-11", LONDON))


@pytest.mark.parametrize("item", ["smart-firewall", "broadband"])
def test_nobody_makes_a_minor_admin_of_what_enforces(item: str) -> None:
    """Dad may appoint Admins, but not Tom for the firewall, nor for the product it is part of."""

    def work(draft: Draft) -> str:
        return grant(draft, "tom.user.account", "Admin", item)

    with pytest.raises(RefusedError, match=Law.MINOR_ADMINS.value):
        attempt("bakers/dad", work, BAKERS)
    attempt("operator", work, BAKERS)


def test_a_minor_administers_what_enforces_nothing() -> None:
    """A policy that has ended is enforced no longer, and then a minor may be Admin."""
    rows = changed(BAKERS, end("bedtime"), end("classification"))
    attempt(
        "bakers/dad", lambda draft: grant(draft, "tom.user.account", "Admin", "broadband"), rows
    )


@pytest.mark.parametrize("actor", ["bakers/dad", "operator"])
@pytest.mark.parametrize("guarantor", ["", "granny", "emma"])
def test_everyone_is_held_to_guarantors(actor: str, guarantor: str) -> None:
    """A minor becomes Customer with a responsible adult as guarantor; operators see to it too."""

    def work(draft: Draft, by: str = guarantor) -> str:
        return new_role(draft, "tom", "Customer", "account", by)

    with pytest.raises(RefusedError, match=Law.GUARANTORS.value) as refused:
        attempt(actor, work, BAKERS)
    assert refused.value.hint == "name `bakers/dad` or `bakers/mum` as guarantor, or end the role"
    attempt(actor, lambda draft: work(draft, "mum"), BAKERS)


def test_a_guarantor_does_not_go() -> None:
    """While emma and tom need mum as guarantor she stays responsible for them."""
    with pytest.raises(RefusedError, match=Law.GUARANTORS.value):
        attempt("operator", no_longer_responsible("mum", "tom"), BAKERS)
    attempt("operator", set_("mum", status="suspended"), BAKERS)
    attempt("operator", no_longer_responsible("mum", "katie"), BAKERS)

    def hand_over(draft: Draft) -> None:
        no_longer_responsible("mum", "tom")(draft)
        draft.end(draft.get("tom.bill-payer.teens-account"))
        new_role(draft, "tom", "BillPayer", "teens-account", "dad")

    attempt("operator", hand_over, BAKERS)


def test_no_adult_to_name() -> None:
    """Where no adult is responsible for a minor, the hint asks for one first."""
    rows = changed(BAKERS, *(no_longer_responsible(one, "katie") for one in ("mum", "dad")))
    with pytest.raises(RefusedError) as refused:
        attempt("operator", lambda draft: new_role(draft, "katie", "Customer", "account"), rows)
    assert refused.value.hint is not None
    assert refused.value.hint.startswith("make an adult responsible for `bakers/katie` first")


def test_what_was_wrong_before_is_not_held_against_a_change() -> None:
    """A role without a guarantor that somebody left behind does not stop what others do."""
    rows = changed(BAKERS, lambda draft: new_role(draft, "tom", "Customer", "account"))
    attempt("operator", set_("granny", family_name="Granger"), rows)


def test_guarantors_count_from_when_a_change_takes_effect() -> None:
    """A change that is to leave Tom without a guarantor next year is refused today."""
    draft = Draft(BAKERS, NOW + YEAR, LONDON)
    no_longer_responsible("mum", "tom")(draft)
    with pytest.raises(RefusedError, match=Law.GUARANTORS.value):
        check_guarantors([draft], NOW)


def test_a_role_that_begins_later_is_judged_by_how_it_begins() -> None:
    """Emma needs no guarantor for what begins when she is 18, and Tom needs one then."""

    def work(draft: Draft, party: str) -> None:
        role = new_role(draft, party, "BillPayer", "account")
        draft.update(draft.qualify(role), valid_from=to_utc(parse_instant("2027-02-01", LONDON)))

    attempt("operator", lambda draft: work(draft, "emma"), BAKERS)
    with pytest.raises(RefusedError, match=Law.GUARANTORS.value):
        attempt("operator", lambda draft: work(draft, "tom"), BAKERS)


def test_what_is_past_is_held_to_the_law_of_then() -> None:
    """Tom was a minor last year; what an operator recorded of then may stay, and end."""

    def work(draft: Draft) -> None:
        made = grant(draft, "tom.user.account", "Admin", "smart-firewall")
        draft.update(made, valid_from=to_utc(NOW - YEAR), valid_to=to_utc(NOW))

    with pytest.raises(RefusedError, match=Law.MINOR_ADMINS.value):
        attempt("bakers/dad", work, BAKERS)
    attempt("operator", work, BAKERS)
    attempt("bakers/dad", set_("cable-tv", name="Television"), changed(BAKERS, work))


def test_a_minor_changes_no_enforcing_service_by_any_role() -> None:
    """Neither as Chooser nor as Customer of the account, guaranteed or not."""
    rows = changed(
        BAKERS,
        lambda draft: grant(draft, "tom.user.account", "Chooser", "broadband"),
        lambda draft: new_role(draft, "tom", "Customer", "account", "mum"),
    )
    for work in (
        set_("smart-firewall", state="suspended"),
        set_("smart-firewall", name="Off"),
        set_("broadband", status="suspended"),
        lambda draft: grant(draft, "granny.user.account", "Admin", "smart-firewall"),
    ):
        assert "tom" not in may(work, rows)
    assert "tom" in may(set_("email", name="Post"), rows)


@pytest.mark.parametrize("begun", [True, False])
def test_what_enforces_is_stopped_by_its_admin_alone_even_where_nothing_stops(begun: bool) -> None:
    """While its product is suspended it is not had, and has no Admin: then only by an operator."""
    rows = changed(
        BAKERS,
        lambda draft: grant(draft, "granny.user.account", "Chooser", "smart-firewall"),
        *(
            set_(policy, valid_from=to_utc(NOW + (0 if begun else YEAR)))
            for policy in ("bedtime", "classification")
        ),
    )
    suspended = changed(rows, set_("broadband", status="suspended"))
    parties = [node.id for node in rows.nodes if "Party" in node.labels]
    for state in ("suspended", "terminated"):
        work = set_("smart-firewall", state=state)
        assert may(work, rows, parties) == {"mum"}
        assert may(work, suspended, parties) == set()
        attempt("operator", work, suspended)


def test_the_guarantor_may_limit_end_and_hand_over() -> None:
    """Mum answers for what Emma pays and holds, and so has a say in it; Dad has none."""
    role = "emma.bill-payer.teens-account"
    assert may(end(role), BAKERS) == {"emma", "mum"}
    assert may(end(role, NOW + YEAR), BAKERS) == {"emma", "mum"}
    takes = (
        lambda draft: hand_over(draft, PartyRoleKind.CUSTOMER, "teens-account", "emma", "mum"),
        lambda draft: hand_over(draft, PartyRoleKind.BILL_PAYER, "teens-account", "emma", "mum"),
    )
    for work in takes:
        assert may(work, BAKERS) == {"emma", "mum"}
    assert may(lambda draft: new_role(draft, "mum", "Customer", "teens-account"), BAKERS) == {
        "emma"
    }


def test_who_is_only_too_young_is_told_so() -> None:
    """Emma is Admin of the sports channel, and still sets no policy with it."""

    def work(draft: Draft) -> None:
        made = draft.create(
            draft.qualify("late"), {"Policy"}, {"kind": "block", "audience": "minors"}
        )
        draft.relate("ENFORCED_BY", made, draft.qualify("sports"))

    with pytest.raises(RefusedError, match=Law.MINOR_ADMINS.value):
        attempt("bakers/emma", work, BAKERS)


def test_a_minor_changes_no_policy_to_come() -> None:
    """Before a policy is in force a minor may be Admin of what enforces it, and not change it."""
    rows = changed(
        BAKERS,
        lambda draft: grant(draft, "tom.user.account", "Admin", "smart-firewall"),
        end("classification"),
        lambda draft: draft.update(draft.qualify("bedtime"), valid_from=to_utc(NOW + YEAR)),
    )
    assert may(bedtime, rows) == {"mum"}


def test_who_came_of_age_has_no_guardian() -> None:
    """Mum is responsible for Emma's username until her birthday, whatever is still recorded."""

    def username(draft: Draft) -> None:
        made = draft.create(draft.qualify("login"), {"DigitalIdentity"}, {"status": "active"})
        draft.relate("HAS_IDENTITY", draft.qualify("emma"), made)

    rows = changed(BAKERS, username)
    assert may(set_("login", status="locked"), rows) == {"dad", "mum", "emma"}
    with pytest.raises(RefusedError):
        attempt("bakers/mum", set_("login", status="locked"), rows, OF_AGE)
    attempt("bakers/emma", set_("login", status="locked"), rows, OF_AGE)


def test_a_minor_expels_nobody_from_a_device() -> None:
    """Emma may end a role on her account, but not with it the use of a device."""

    def uses(draft: Draft, item: str) -> None:
        grant(draft, new_role(draft, "katie", "User", "teens-account"), "Consumer", item)

    role = end("katie.new.teens-account")
    assert may(role, changed(BAKERS, lambda draft: uses(draft, "stb-living-room"))) == set()
    assert may(role, changed(BAKERS, lambda draft: uses(draft, "sports-channel"))) == {"emma"}
