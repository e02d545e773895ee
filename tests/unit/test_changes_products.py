"""Products ordered, changed, suspended, ended and moved: on drafts, without a database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from household_graph.api.change_groups import OrderedProducts
from household_graph.changes.bill_shares import shares_of
from household_graph.changes.draft import Draft
from household_graph.documents.offerings import catalogue, offered_product
from household_graph.engine.ownership_gaps import ownership_gaps
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.enums import OrganizationType
from tests.unit.authority import attempt, may, seed
from tests.unit.drafts import access, allowed, draft_of, instant, on


def products(draft: Draft) -> OrderedProducts:
    return on(draft, OrderedProducts)


def order(offering: str, **more: Any) -> Callable[[Draft], None]:  # noqa: ANN401 - as of `add`
    """Return the work of adding a product of the catalogue."""

    def work(draft: Draft) -> None:
        products(draft).add(draft.household, offering=offering, **more)

    return work


def listed(draft: Draft, product: str) -> dict[str, Any]:
    [found] = [one for one in products(draft).list(draft.household) if one.product == product]
    return found._asdict()


def test_a_product_is_ordered_as_it_is_offered() -> None:
    """Its services have category and rating from the catalogue; who has to do with it is said."""
    draft = draft_of()
    order("sports-channel", account="account", users=["dad"], admins=["mum"])(draft)
    assert listed(draft, "bakers/sports-channel-2") == {
        "product": "bakers/sports-channel-2",
        "name": "Sports channel",
        "status": "active",
        "account": "bakers/account",
        "price": 14.0,
        "valid_from": draft_time(draft),
        "valid_to": None,
        "services": ("bakers/sports-2",),
        "paid_by": ("bakers/dad 60 %", "bakers/mum 40 %"),
        "administered_by": ("bakers/mum",),
        "chosen_by": ("bakers/dad",),
        "used_by": ("bakers/dad",),
    }
    service = draft.get("sports-2").properties
    assert (service["category"], service["state"]) == ("sport", "active")
    assert access(draft) == {("gains", "dad", "sports-2", None)}
    assert allowed(draft, "dad", "sports-2")
    assert not allowed(draft, "tom", "sports-2")


def draft_time(draft: Draft) -> Any:  # noqa: ANN401 - a datetime
    return products(draft).list("bakers", at="2026-11-22T20:00", ended=True)[-1].valid_from


def test_what_is_left_open_is_usual() -> None:
    """On the account of who orders, charged to its bill, administered and used as that account."""
    draft = draft_of()
    draft.parties = ("bakers/emma",)
    order("cloud")(draft)
    found = listed(draft, "bakers/cloud-2")
    assert found["account"] == "bakers/teens-account"
    assert found["paid_by"] == ("bakers/emma 50 %", "bakers/tom 50 %")
    assert found["administered_by"] == found["chosen_by"] == ("bakers/emma",)
    assert found["used_by"] == ("bakers/emma",)
    draft = draft_of()
    order("cloud", account="account")(draft)
    assert listed(draft, "bakers/cloud-2")["used_by"] == ("bakers",)
    order("broadband", account="teens-account")(draft)
    found = listed(draft, "bakers/broadband-2")
    assert found["administered_by"] == ("bakers/mum",), "no minor administers a firewall"


def test_each_person_has_one_of_their_own() -> None:
    """It is called after the one who has it; without a person, or with two, it is refused."""
    draft = draft_of()
    order("mobile", account="account", users=["granny"])(draft)
    found = listed(draft, "bakers/mobile-granny")
    assert found["services"] == ("bakers/mobile-data-granny", "bakers/voice-granny")
    assert found["used_by"] == ("bakers/granny",)
    for users in ([], ["dad", "mum"]):
        with pytest.raises(BadInputError, match="is for one person"):
            order("mobile", account="account", users=users)(draft_of())


def test_it_can_have_a_bill_of_its_own() -> None:
    """Those who are to pay it share a new bill; a minor who does has a guarantor."""
    draft = draft_of()
    order("cloud", account="teens-account", payers=["tom", "emma", "granny"])(draft)
    shares = shares_of(draft, "bakers/cloud-2-bill")
    assert sorted(shares.values()) == [33.33, 33.33, 33.34]
    roles = {one.rpartition("/")[2].partition(".")[0]: one for one in shares}
    assert draft.index.ends("GUARANTEED_BY", roles["tom"]) == ["bakers/mum"]
    assert draft.index.ends("GUARANTEED_BY", roles["granny"]) == []
    with pytest.raises(BadInputError, match="--paid-by"):
        order("cloud", account="account", bill="bill", payers=["dad"])(draft_of())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"offering": "clowd", "account": "account"}, "unknown product of an offering `clowd`"),
        ({"offering": "telephony", "account": "account"}, "unknown product of an offering"),
        ({"offering": "cloud"}, "`bakers` has several accounts"),
        ({"offering": "cloud", "account": "bill"}, "is a billing account, and no account"),
        ({"offering": "cloud", "account": "account", "local_id": "cloud"}, "is taken"),
        ({"offering": "cloud", "account": "account", "users": ["bob"]}, "unknown party"),
    ],
)
def test_an_order_that_is_unclear_is_refused(given: dict[str, Any], said: str) -> None:
    """What there is none of, or several of, is an error that says so."""
    with pytest.raises(BadInputError, match=said) as refused:
        order(**given)(draft_of())
    assert refused.value.hint


def test_notes_say_what_is_still_to_do() -> None:
    """On which devices it could be; and that no curfew closes what one usually does."""
    draft = draft_of()
    order("sports-channel", account="account")(draft)
    notes = " ".join(draft.notes)
    assert "it is bakers/sports-channel-2" in notes
    assert "it fits bakers/phone-au-pair" in notes
    assert "no bedtime governs bakers/sports-2" in notes
    draft = draft_of()
    order("cloud", account="account")(draft)
    assert "bedtime" not in " ".join(draft.notes)


def test_the_catalogue_is_the_folder_of_the_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HOUSEHOLD_GRAPH_OFFERINGS names it, in place of what is shipped; no folder is an error."""
    text = "name: Ours\nfor: [business]\nproducts:\n  - {id: radio, name: Radio, price: 3}\n"
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match="several offerings have a product `broadband`"):
        offered_product("broadband")
    monkeypatch.setenv("HOUSEHOLD_GRAPH_OFFERINGS", str(tmp_path))
    assert list(catalogue()) == ["ours"]
    assert not catalogue(OrganizationType.HOUSEHOLD)
    assert offered_product("ours/radio").price == 3
    with pytest.raises(UnknownIdError):
        offered_product("cloud")
    monkeypatch.setenv("HOUSEHOLD_GRAPH_OFFERINGS", str(tmp_path / "none"))
    with pytest.raises(BadInputError, match="no folder of offerings"):
        catalogue()


def test_a_customer_orders_from_the_catalogue() -> None:
    """A Customer of the account may, and nobody else; nobody makes a service of their own."""
    work = order("sports-channel", account="account")
    assert may(work, seed("bakers")) == {"dad"}
    assert may(order("cloud", account="teens-account"), seed("bakers")) == {"emma"}

    def own(draft: Draft) -> None:
        work(draft)
        draft.offered.discard("bakers/sports-2")

    with pytest.raises(RefusedError, match="the provider's to say"):
        attempt("bakers/dad", own, seed("bakers"))


def test_a_product_ends_with_what_others_are_in_it() -> None:
    """Whoever chooses it may end it, though an Admin grants its Consumers; and no other does."""

    def work(draft: Draft) -> None:
        products(draft).end("cloud")

    draft = draft_of()
    work(draft)
    assert not [
        one
        for one in products(draft).list("bakers", ended=True)
        if one.product == "bakers/cloud" and one.valid_to is None
    ]
    ended = {
        edit.id.rpartition(".")[0] for edit in draft.edits().nodes if "cloud" in edit.id and edit.id
    }
    assert ended
    assert not allowed(draft, "katie", "cloud-storage")
    assert ownership_gaps(draft.index, draft.facts, draft.at) == []
    assert may(work, seed("bakers")) == {"dad", "mum"}
    with pytest.raises(BadInputError, match="has ended"):
        products(draft).end("cloud")


def test_a_firewall_ends_by_its_admin_alone() -> None:
    """Dad holds broadband, and does not end what Mum enforces policies by."""
    assert may(lambda draft: products(draft).end("broadband"), seed("bakers")) == {"mum"}
    assert may(lambda draft: products(draft).suspend("broadband"), seed("bakers")) == {"mum"}


def test_a_product_is_suspended_and_resumed() -> None:
    """Nothing of it can be used in between, and then all is as before."""
    draft = draft_of()
    products(draft).suspend("cable-tv")
    assert not allowed(draft, "dad", "live-tv")
    products(draft).resume("cable-tv")
    assert not draft.edits()
    draft.update("bakers/cable-tv", status="terminated")
    with pytest.raises(BadInputError, match="is terminated"):
        products(draft).resume("cable-tv")


def test_a_product_is_changed() -> None:
    """Name and bill are its Chooser's and Customer's to say, the price is the provider's."""
    draft = draft_of()
    products(draft).change("cable-tv", name="Television", price=40, bill="teens-bill")
    found = listed(draft, "bakers/cable-tv")
    assert (found["name"], found["price"]) == ("Television", 40)
    assert found["paid_by"] == ("bakers/emma 50 %", "bakers/tom 50 %")
    assert may(lambda d: products(d).change("cable-tv", name="Television"), seed("bakers")) == {
        "dad"
    }
    assert may(lambda d: products(d).change("cable-tv", price=1), seed("bakers")) == set()
    with pytest.raises(BadInputError, match="nothing to change"):
        products(draft).change("cable-tv")


def test_a_product_moves_to_another_account() -> None:
    """It is on the bill of that account then; who may say so is Customer of both."""

    def work(draft: Draft) -> None:
        products(draft).move("cloud", "teens-account")

    draft = draft_of()
    work(draft)
    found = listed(draft, "bakers/cloud")
    assert found["account"] == "bakers/teens-account"
    assert found["paid_by"] == ("bakers/emma 50 %", "bakers/tom 50 %")
    assert access(draft) == set()
    assert may(work, seed("bakers")) == set()


def test_products_are_listed_for_one_party_and_over_time() -> None:
    """The teenagers have to do with the sports channel; what has ended is listed if asked."""
    draft = draft_of()
    tom = {one.product for one in products(draft).list("bakers/tom")}
    assert "bakers/sports-channel" in tom
    assert "bakers/mobile-mum" not in tom
    products(draft).end("cloud")
    later = instant("2026-12-01")
    draft.at = later
    assert "bakers/cloud" not in {one.product for one in products(draft).list("bakers")}
    assert "bakers/cloud" in {one.product for one in products(draft).list("bakers", ended=True)}
    draft = draft_of("bike-shop")
    assert listed(draft, "bike-shop/telephony")["paid_by"] == (
        "bike-shop/bookkeeper 40 %",
        "bike-shop/owner 60 %",
    )
