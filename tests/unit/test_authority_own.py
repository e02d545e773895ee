"""What an adult may end by themselves, who takes over, and what nobody takes from another."""

import pytest

from household_graph.changes.bill_shares import shares_of
from household_graph.changes.draft import Draft
from household_graph.changes.identities import Identities
from household_graph.changes.products import Products
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve
from household_graph.changes.role_queries import player_of
from household_graph.errors import RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from tests.unit.authority import LONDON, NOW, attempt, changed, end, may, seed
from tests.unit.drafts import on
from tests.unit.events import hand_over, leave

BAKERS = seed("bakers")
ADMIN = InvolvementKind.ADMIN


def granny_pays(draft: Draft) -> None:
    """Let Granny pay a third of the bill, beside Dad and Mum."""
    role = draft.create(
        draft.qualify("granny.pays"), ["PartyRole", "BillPayer"], span=(draft.at - 1, 2**60)
    )
    draft.relate("PLAYS", "bakers/granny", role)
    draft.relate("ON_ACCOUNT", role, "bakers/account")
    draft.relate("PAYS", role, "bakers/bill", {"share": 40.0})


def test_an_adult_leaves_by_themselves() -> None:
    """Granny and the au pair may leave, as a Customer may let them; nobody else decides that."""
    assert may(lambda draft: leave(draft, "granny"), BAKERS) == {"dad", "granny"}
    assert may(lambda draft: leave(draft, "au-pair"), BAKERS) == {"dad", "au-pair"}
    assert "tom" not in may(lambda draft: leave(draft, "tom"), BAKERS), "who is a minor"


def test_others_pay_the_share_of_who_leaves() -> None:
    """In proportion to their own; and no other share can be set by leaving."""
    rows = changed(BAKERS, granny_pays)

    def work(draft: Draft) -> None:
        leave(draft, "granny")

    assert may(work, rows) == {"dad", "granny"}
    draft = Draft(rows, NOW, LONDON)
    work(draft)
    shares = {player_of(draft.index, r): s for r, s in shares_of(draft, "bakers/bill").items()}
    assert shares == {"bakers/dad": 84.0, "bakers/mum": 56.0}

    def unfair(draft: Draft) -> None:
        work(draft)
        for link in draft.index.incoming("PAYS", "bakers/bill"):
            if player_of(draft.index, link.start) == "bakers/dad":
                draft.relate("PAYS", link.start, link.end, {"share": 100.0})

    assert may(unfair, rows) == {"dad"}


def test_a_successor_takes_over_what_the_other_gives_up() -> None:
    """Mum is no Customer, and lets Dad administer what she did; Dad gives up his account to her."""
    attempt("bakers/mum", lambda draft: leave(draft, "mum", "dad"), BAKERS)
    attempt("bakers/dad", lambda draft: leave(draft, "dad", "mum"), BAKERS)
    with pytest.raises(RefusedError):
        attempt("bakers/granny", lambda draft: leave(draft, "mum", "granny"), BAKERS)

    def more(draft: Draft) -> None:
        leave(draft, "mum", "granny")
        involve(draft, "granny", ADMIN, "cable-tv")

    with pytest.raises(RefusedError, match="cable-tv"):
        attempt("bakers/mum", more, BAKERS)


def test_to_hand_over_is_more_than_to_give_up() -> None:
    """Without something that would lack an owner, a Customer says who is Admin."""

    def work(draft: Draft) -> None:
        hand_over(draft, ADMIN, "cloud", "mum", "granny")

    assert may(work, BAKERS) == {"dad"}


def test_one_adult_does_not_disarm_the_other() -> None:
    """Dad neither suspends Mum's username nor takes the firewall from her; she may do both."""

    def suspend(draft: Draft) -> None:
        on(draft, Identities).suspend("mum-login")

    def take(draft: Draft) -> None:
        revoke(draft, "mum", ADMIN, "smart-firewall")

    assert may(suspend, BAKERS) == may(take, BAKERS) == {"mum"}
    assert may(lambda draft: leave(draft, "mum", "dad"), BAKERS) == {"mum"}
    appoint = lambda draft: involve(draft, "dad", ADMIN, "smart-firewall")  # noqa: E731
    assert may(appoint, BAKERS) == {"dad"}
    assert may(take, changed(BAKERS, appoint)) == {"mum"}


def test_who_made_an_admin_does_not_undo_it() -> None:
    """To remove the role, by undoing what made it, is to take it; whose it is may."""

    def grant(draft: Draft) -> None:
        involve(draft, "granny", ADMIN, "smart-firewall")

    made = changed(BAKERS, grant)

    def undo(draft: Draft) -> None:
        undone = Draft(BAKERS, NOW, LONDON)
        grant(undone)
        draft.apply(undone.edits().inverse)

    assert may(undo, made) == {"granny"}


def test_a_guarantor_limits_and_ends_what_is_guaranteed() -> None:
    """Mum, who guarantees for Emma, suspends and ends her channel; Dad, who does not, may not."""
    suspend = lambda draft: on(draft, Products).suspend("sports-channel")  # noqa: E731
    stop = lambda draft: on(draft, Products).end("sports-channel")  # noqa: E731
    rename = lambda draft: on(draft, Products).change("sports-channel", name="Hers")  # noqa: E731
    assert may(suspend, BAKERS) == {"emma", "mum"}
    assert may(stop, BAKERS) == {"emma", "mum"}
    assert may(rename, BAKERS) == {"emma"}
    resume = lambda draft: on(draft, Products).resume("sports-channel")  # noqa: E731
    assert may(resume, changed(BAKERS, suspend)) == {"mum"}, "and the minor does not resume it"
    customer = PartyRoleKind.CUSTOMER
    assert "mum" in may(lambda d: revoke(d, "emma", customer, "teens-account"), BAKERS)
    assert "mum" in may(lambda d: hand_over(d, customer, "teens-account", "emma", "dad"), BAKERS)
    grown = changed(BAKERS, lambda d: d.update("bakers/emma", birth_date=None))
    assert may(suspend, grown) == {"emma"}


def test_a_minor_ends_nothing_by_being_its_owner() -> None:
    """What is a minor's own, those end whom the laws name."""
    assert "katie" not in may(end("katie.user.account"), BAKERS)
    assert "tom" not in may(end("tom.bill-payer.teens-account"), BAKERS)
