"""Shares of bills over time: a new one begins, the old one ends; on drafts, without a database."""

import pytest

from household_graph.changes.bill_shares import pay_share, rewritten_shares, set_share, shares_of
from household_graph.changes.draft import Draft
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import party_role
from household_graph.changes.role_queries import holding_roles, player_of
from household_graph.changes.roles import Roles
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import Rows
from household_graph.model.spans import holds
from tests.unit.drafts import NOW, draft_of, instant, on, span
from tests.unit.events import leave

PAYER, DAD = PartyRoleKind.BILL_PAYER, "bakers/dad.bill-payer.account"
BEFORE, AFTER = "2026-11-01", "2026-12-24"


def paid(draft: Draft, at: str = NOW, bill: str = "bakers/bill") -> dict[str, float]:
    """Return who pays how much of a bill at a time, by local ids."""
    when = Draft(draft.rows, instant(at), draft.zone)
    return {
        player_of(when.index, role).partition("/")[2]: share
        for role, share in shares_of(when, bill).items()
    }


def shared(*shares: float) -> Rows:
    """Return the Bakers, whose bill Dad, Mum and Granny pay so."""
    draft = draft_of(at="2026-01-01")
    granny = party_role(draft, "granny", PAYER, "account")
    roles = DAD, "bakers/mum.bill-payer.account", granny
    for role, share in zip(roles, shares, strict=True):
        draft.relate("PAYS", role, "bakers/bill", {"share": share})
    return draft.rows


def test_a_new_share_begins_and_the_old_one_ends() -> None:
    """Who paid how much before is known afterwards; to grant the same again changes nothing."""
    draft = draft_of()

    def grant() -> None:
        on(draft, Roles).grant("bakers/dad", "bill-payer", "account", pays="bill", share=50)

    grant()
    assert paid(draft, BEFORE) == {"dad": 60.0, "mum": 40.0}
    assert paid(draft) == paid(draft, AFTER) == {"dad": 50.0, "mum": 40.0}
    assert draft.notes == ["the shares of bakers/bill add up to 90 %"]
    again = Draft(draft.rows, instant(AFTER), draft.zone)
    on(again, Roles).grant("bakers/dad", "bill-payer", "account", pays="bill", share=50)
    assert not again.edits()


def test_a_share_is_arranged_for_a_later_day() -> None:
    """Until then what is paid now is paid, and both are changed once more in between."""
    later = draft_of(at=AFTER)
    set_share(later, DAD, "bill", 80.0)
    assert paid(later) == {"dad": 60.0, "mum": 40.0}
    assert paid(later, AFTER) == {"dad": 80.0, "mum": 40.0}
    today = Draft(later.rows, instant(NOW), later.zone)
    on(today, Roles).grant("bakers/dad", "bill-payer", "account", pays="bill", share=70)
    assert paid(today, BEFORE) == {"dad": 60.0, "mum": 40.0}
    assert paid(today) == {"dad": 70.0, "mum": 40.0}
    assert paid(today, AFTER) == {"dad": 80.0, "mum": 40.0}


def test_a_share_for_a_while_is_unclear() -> None:
    """What is paid after that is not said; for a role that ends with it, it is clear."""
    draft = draft_of()
    with pytest.raises(BadInputError, match="after that is unclear") as refused:
        on(draft, Roles).grant(
            *("bakers/dad", "bill-payer", "account"), pays="bill", share=50, until=AFTER
        )
    assert "--from" in str(refused.value.hint)
    on(draft, Roles).grant(
        *("bakers/granny", "bill-payer", "account"), pays="bill", share=10, until=AFTER
    )
    assert paid(draft) == {"dad": 60.0, "mum": 40.0, "granny": 10.0}
    assert paid(draft, AFTER) == {"dad": 60.0, "mum": 40.0}


def test_a_role_with_one_share_after_the_other_is_one() -> None:
    """A grant for all of the time finds both, and makes neither of them the other."""
    draft = draft_of()
    set_share(draft, DAD, "bill", 50.0)
    assert party_role(draft, "dad", PAYER, "account", span(BEFORE)) == DAD
    assert paid(draft, BEFORE)["dad"] == 60.0
    assert paid(draft)["dad"] == 50.0
    [now] = holding_roles(draft, "bakers/dad", PAYER, "bakers/account")
    assert holds(now.properties, instant(AFTER))


@pytest.mark.parametrize(
    ("shares", "left"),
    [
        ((100.0, 0.0, 0.0), {"mum": 50.0, "granny": 50.0}),
        ((60.0, 30.0, 10.0), {"mum": 75.0, "granny": 25.0}),
        ((0.0, 60.0, 40.0), {"mum": 60.0, "granny": 40.0}),
        ((10.0, 20.0, 20.0), {"mum": 25.0, "granny": 25.0}),
    ],
)
def test_others_pay_what_a_payer_paid_who_goes(
    shares: tuple[float, ...], left: dict[str, float]
) -> None:
    """In proportion, or the same where they paid nothing; by every command alike."""
    for goes in (
        lambda draft: leave(draft, "dad"),
        lambda draft: revoke(draft, "dad", PAYER, "account"),
        lambda draft: on(draft, Roles).revoke("bakers/dad", "bill-payer", "account"),
    ):
        draft = draft_of(shared(*shares))
        goes(draft)
        assert paid(draft) == left
        unpaid = [f"the shares of bakers/bill add up to {sum(shares):g} %"]
        assert draft.notes == (unpaid if sum(shares) < 100 else [])
        assert paid(draft, BEFORE) == dict(zip(("dad", "mum", "granny"), shares, strict=True))


def test_what_nobody_pays_is_known() -> None:
    """The only payer of what is charged leaves a gap, which a change of a party may not."""
    draft = draft_of()
    revoke(draft, "emma", PAYER, "teens-account")
    assert paid(draft, bill="bakers/teens-bill") == {"tom": 100.0}
    revoke(draft, "tom", PAYER, "teens-account")
    assert [(gap.id, gap.needs) for gap in draft.new_gaps()] == [("bakers/teens-bill", "BillPayer")]


def test_a_document_that_rewrites_a_share_says_so() -> None:
    """What it says holds for as long as the role: the note names the command that dates it."""
    draft = draft_of()
    assert list(rewritten_shares(draft)) == []
    draft.relate("PAYS", DAD, "bakers/bill", {"share": 70.0})
    [note] = rewritten_shares(draft)
    assert (
        "bakers/dad pays 70 % of bakers/bill, in the past as well, where 60 % is recorded" in note
    )
    fresh = draft_of()
    pay_share(fresh, DAD, "bill", 70.0)
    assert list(rewritten_shares(fresh)) == []
