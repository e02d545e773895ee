"""How a change is refused, in whose name it is made, and what goes for new households."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.check import (
    check_authority,
    check_guarantors,
    check_owners,
)
from household_graph.changes.draft import Draft
from household_graph.documents.read import document_of
from household_graph.documents.to_rows import to_rows
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from tests.unit.authority import (
    LONDON,
    NOW,
    OPERATOR,
    Work,
    acting,
    attempt,
    bedtime,
    cable,
    changed,
    end,
    grant,
    seed,
    set_,
)

DAD = Actor.party("bakers/dad")
BAKERS, SHOP = seed("bakers"), seed("bike-shop")
ALONE = {
    "organization": {"id": "h", "time_zone": "UTC"},
    "individuals": [{"id": "ann", "member_of": ["h"]}],
    "customer_accounts": [{"id": "account"}],
    "party_roles": [{"party": "ann", "role": "Customer", "account": "account"}],
}


def test_a_refusal_names_the_law_and_who_could() -> None:
    """The message has the actor, the thing and the law; the hint those who could."""
    with pytest.raises(RefusedError) as refused:
        attempt("bakers/tom", bedtime, BAKERS)
    assert refused.value.message == (
        f"`bakers/tom` may not change the policy `bakers/bedtime`, because {Law.POLICIES.value}"
    )
    assert refused.value.hint == "`bakers/mum` could make this change, or an operator"


def test_a_refusal_is_short() -> None:
    """Of many things refused, some of each kind are named, and all kinds up to four."""

    def work(draft: Draft) -> None:
        for node in draft.before.nodes:
            draft.update(node.id, name="x")

    with pytest.raises(RefusedError) as refused:
        attempt("bakers/tom", work, BAKERS)
    assert " more, because" in refused.value.message
    assert "laws more forbid it" in refused.value.message
    assert len(refused.value.message) < 2000
    assert refused.value.hint is not None
    group = "`bakers/dad` together with `bakers/emma` and `bakers/mum`"
    assert refused.value.hint.startswith(f"{group} could make this change")


def test_an_involvement_role_is_named_with_what_it_is_on() -> None:
    """Roles have long ids; what they are on is said beside."""
    with pytest.raises(RefusedError) as refused:
        attempt("bakers/tom", end("home-security-admin"), BAKERS)
    said = "may not end the Admin role `bakers/home-security-admin` for `bakers/smart-firewall`, "
    assert said in refused.value.message


def test_an_unknown_actor() -> None:
    """An actor that the household does not know is an error that names the nearest."""
    with pytest.raises(UnknownIdError) as unknown:
        attempt("bakers/mumm", bedtime, BAKERS)
    assert unknown.value.nearest[0] == "bakers/mum"
    with pytest.raises(UnknownIdError):
        attempt("bakers/home-hub", bedtime, BAKERS)


def test_an_unknown_actor_even_where_nothing_changes() -> None:
    """A wrong actor is told before anything else."""
    with pytest.raises(UnknownIdError):
        check_authority({"bakers": BAKERS}, [], acting("bakers/nobody"), NOW)


def test_a_party_of_another_household() -> None:
    """A party changes its own household alone, whatever it may do there."""
    with pytest.raises(RefusedError, match=Law.FOREIGN.value) as refused:
        attempt("bike-shop/owner", bedtime, BAKERS)
    assert "bakers/" not in f"{refused.value.hint}"
    edits = [edits_of(SHOP, set_("pbx", name="x")), edits_of(BAKERS, cable)]
    with pytest.raises(RefusedError, match=Law.FOREIGN.value):
        check_authority({"bakers": BAKERS, "bike-shop": SHOP}, edits, DAD, NOW)


def edits_of(rows: Rows, work: Work) -> Edits:
    draft = Draft(rows, NOW, LONDON)
    work(draft)
    return draft.edits()


def all_made(rows: Rows) -> Edits:
    """Return the edits that make a household of nothing."""
    return Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
        datetime(2026, 11, 22, tzinfo=UTC),
    )


def test_a_new_household_comes_with_a_change_of_the_old_one() -> None:
    """Who may make what is changed at home may also make the new household it leads to."""
    before = {"bakers": BAKERS, "bike-shop": Rows("bike-shop", (), ())}
    check_authority(before, [edits_of(BAKERS, cable), all_made(SHOP)], DAD, NOW)
    with pytest.raises(RefusedError):
        check_authority(
            before, [edits_of(BAKERS, cable), all_made(SHOP)], acting("bakers/tom"), NOW
        )


def test_who_founds_a_household() -> None:
    """A household that comes of nothing is made by an operator, or by an adult Customer of it."""
    before = {"bakers": Rows("bakers", (), ())}
    for founder in (DAD, OPERATOR):
        check_authority(before, [all_made(BAKERS)], founder, NOW)
    for other in ("bakers/mum", "bakers/emma", "bike-shop/owner"):
        with pytest.raises(RefusedError, match=Law.FOUNDERS.value) as refused:
            check_authority(before, [all_made(BAKERS)], acting(other), NOW)
        assert refused.value.hint == "`bakers/dad` could make this change, or an operator"
    with pytest.raises(UnknownIdError):
        check_authority(before, [all_made(BAKERS)], acting("bakers/nobody"), NOW)


def test_what_no_law_names_is_for_operators() -> None:
    """A label, or a type of relationship, that has no law is not a party's to make."""
    odd = NodeRow("bakers/odd", frozenset({"Antenna"}))
    points = RelationshipRow("POINTS_AT", "bakers/dad", "bakers/mum")
    for edits in (
        Edits("bakers", (NodeEdit(None, odd),)),
        Edits("bakers", (), (RelationshipEdit(None, points),)),
    ):
        with pytest.raises(RefusedError, match=Law.UNNAMED.value):
            check_authority({"bakers": BAKERS}, [edits], DAD, NOW)
        check_authority({"bakers": BAKERS}, [edits], OPERATOR, NOW)


def test_taking_back_is_held_to_the_same_laws() -> None:
    """To undo a change is to touch the same rows, so it takes the same rights."""
    after = changed(BAKERS, bedtime)
    back = edits_of(BAKERS, bedtime).inverse
    check_authority({"bakers": after}, [back], acting("bakers/mum"), NOW)
    with pytest.raises(RefusedError, match=Law.POLICIES.value):
        check_authority({"bakers": after}, [back], DAD, NOW)


def test_taking_back_a_grant_that_prolonged_a_role() -> None:
    """What was granted with a role that was prolonged for it goes, by who may grant it."""

    def work(draft: Draft) -> None:
        draft.update(draft.qualify("auntie-jean.user.account"), valid_to=None)
        grant(draft, "auntie-jean.user.account", "Consumer", "broadband")

    after = changed(BAKERS, work)
    back = edits_of(BAKERS, work).inverse
    check_authority({"bakers": after}, [back], acting("bakers/mum"), NOW)
    with pytest.raises(RefusedError, match=Law.CONSUMERS.value):
        check_authority({"bakers": after}, [back], DAD, NOW)


def test_taking_back_a_whole_household() -> None:
    """A household can be taken back by an operator; Dad has no say in what is Emma's."""
    back = all_made(BAKERS).inverse
    check_authority({"bakers": BAKERS}, [back], OPERATOR, NOW)
    draft = Draft(BAKERS, NOW, LONDON)
    draft.apply(back)
    check_guarantors([draft], NOW)
    with pytest.raises(RefusedError, match=Law.ACCOUNTS.value):
        check_authority({"bakers": BAKERS}, [back], DAD, NOW)
    alone = to_rows(document_of(ALONE))
    check_authority({"h": alone}, [all_made(alone).inverse], acting("h/ann"), NOW)


def test_nothing_live_is_left_to_nobody() -> None:
    """What would lack somebody after a change, and did not before, is named in the refusal."""
    draft = Draft(BAKERS, NOW, LONDON)
    end("dad.customer.account")(draft)
    with pytest.raises(RefusedError, match="`bakers/account` would have no Customer"):
        check_owners(draft.new_gaps(), "name somebody")
    check_owners(Draft(draft.rows, NOW, LONDON).new_gaps(), "name somebody")


@pytest.mark.parametrize("law", Law)
def test_the_page_says_each_law(law: Law) -> None:
    """docs/laws.md has each law in the words of the refusal."""
    page = (Path(__file__).parents[2] / "docs" / "laws.md").read_text(encoding="utf-8")
    assert law.value in page
