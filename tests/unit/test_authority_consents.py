"""Nobody becomes Bill Payer, guarantor or successor without consent."""

from collections.abc import Callable

import pytest

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.check import check_consents
from household_graph.changes.bill_shares import pays, who_pays_more
from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for, separate
from household_graph.changes.role_grants import end_role, party_role
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import Rows
from tests.unit.authority import LONDON, NOW, changed, seed
from tests.unit.events import leave, record_death

BAKERS = seed("bakers")
OPERATOR, DAD, MUM = Actor.operator("anna"), Actor.party("bakers/dad"), Actor.party("bakers/mum")
Drafts = dict[str, Draft]


def drafts(work: Callable[[Draft, Draft], object], rows: Rows = BAKERS) -> Drafts:
    """Work on the Bakers, and on a household that is new."""
    made = {one.household: Draft(one, NOW, LONDON) for one in (rows, Rows("new", (), ()))}
    work(made["bakers"], made["new"])
    return made


def lacks(made: Drafts, actor: Actor = OPERATOR, *consents: str) -> set[str]:
    """Return who has yet to agree."""
    try:
        check_consents(made, actor, consents)
    except RefusedError as refused:
        said = refused
    else:
        return set()
    assert Law.CONSENT.value in said.message
    hint = str(said.hint).partition("`--consent-of ")[2].partition("`")[0]
    return set(hint.split(" --consent-of "))


def granny_pays(draft: Draft, _new: Draft) -> None:
    role = party_role(draft, "granny", PartyRoleKind.BILL_PAYER, "account")
    pays(draft, role, "bill", 30)


def test_a_payer_agrees_or_an_operator_says_so() -> None:
    """Nobody else can: not Dad, whose account it is, and not by saying that she does."""
    made = drafts(granny_pays)
    for actor in (OPERATOR, DAD):
        assert lacks(made, actor) == {"bakers/granny"}
    assert not lacks(made, Actor.party("bakers/granny"))
    assert not lacks(made, OPERATOR, "bakers/granny")
    with pytest.raises(RefusedError, match="cannot record that others agree"):
        check_consents(made, DAD, ["bakers/granny"])
    with pytest.raises(UnknownIdError, match="unknown consent"):
        check_consents(made, OPERATOR, ["bakers/grany"])


def test_a_guarantor_agrees() -> None:
    """Who is made to answer for a minor, and not who is responsible for them anyway."""
    made = drafts(
        lambda draft, _new: party_role(
            draft, "tom", PartyRoleKind.CUSTOMER, "teens-account", guarantor="dad"
        )
    )
    assert lacks(made) == {"bakers/dad"}
    assert not lacks(made, DAD)
    assert lacks(made, MUM) == {"bakers/dad"}


def test_who_goes_on_needs_not_agree_again() -> None:
    """The others pay what a payer leaves; what they pay grows, and a note says so."""
    made = drafts(lambda draft, _new: leave(draft, "tom", None))
    assert not lacks(made)
    assert list(who_pays_more(made, "bakers")) == [
        "bakers/emma pays 100 % of bakers/teens-bill now"
    ]


def test_whoever_pays_once_more_agrees_once_more() -> None:
    """To take back that somebody ceased to pay is to make them pay."""
    less = changed(BAKERS, lambda draft: end_role(draft, "mum.bill-payer.account"))
    made = drafts(
        lambda draft, _new: party_role(draft, "mum", PartyRoleKind.BILL_PAYER, "account"), less
    )
    assert lacks(made) == {"bakers/mum"}


def test_a_successor_who_takes_nothing_needs_not_agree() -> None:
    """Dad is named where Tom goes, but Emma pays what Tom paid: nothing was missing."""
    made = drafts(lambda draft, _new: leave(draft, "tom", "bakers/dad"))
    assert not lacks(made)
    assert not [line for line in who_pays_more(made, "bakers") if "dad" in line]


def test_a_successor_agrees_to_what_they_take() -> None:
    """Mum takes over what Dad leaves to nobody."""
    made = drafts(lambda draft, _new: record_death(draft, "dad", "bakers/mum"))
    assert lacks(made) == {"bakers/mum"}
    assert not lacks(made, MUM)
    assert "bakers/mum pays 100 % of bakers/bill now" in who_pays_more(made, "bakers")


def test_a_bill_with_nothing_on_it_needs_no_payer() -> None:
    """Emma takes the sports channel along; nobody is made to pay half of nothing for her."""
    adult = changed(BAKERS, lambda draft: draft.update("bakers/emma", birth_date=None))

    def work(draft: Draft, new: Draft) -> None:
        leave_for(draft, new, "emma", keep=["bakers/sports-channel"], successor="bakers/mum")

    made = drafts(work, adult)
    assert not [line for line in who_pays_more(made, "bakers") if "mum" in line]
    assert lacks(made) == {"new/emma"}
    assert not lacks(made, Actor.party("bakers/emma"))
    assert not lacks(made, OPERATOR, "bakers/emma")


def test_what_is_carried_along_was_agreed_to() -> None:
    """Emma and Tom go on paying their own bill over there, and Mum answers for them."""

    def work(draft: Draft, new: Draft) -> None:
        moved = ("bakers/mum", "bakers/emma", "bakers/tom", "bakers/teens-account")
        separate(draft, new, moved)

    made = drafts(work)
    assert not lacks(made)
    assert list(who_pays_more(made, "new")) == []
    assert list(who_pays_more(made, "bakers")) == ["bakers/dad pays 100 % of bakers/bill now"]
