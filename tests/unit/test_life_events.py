"""What each life event ends and begins, told of the Bakers and of The Bike Shop."""

from datetime import UTC, date, datetime

import pytest

from household_graph.changes.bill_shares import pays, shares_of
from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for, merge, separate
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.role_queries import player_of
from household_graph.changes.service import check_early_effects
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.access_diff import compare
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import ownership_gaps
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.installation import shipped
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.instants import FOREVER, from_datetime, zone_named
from household_graph.model.rows import Rows, Value
from household_graph.model.spans import holds, span_of
from tests.unit.events import come_of_age, hand_over, join, leave, move_home, record_death

AT = from_datetime(datetime(2026, 11, 22, 20, tzinfo=UTC))
LATER = from_datetime(datetime(2027, 6, 1, tzinfo=UTC))
LONDON = zone_named("Europe/London")


def draft(name: str = "bakers", at: int = AT) -> Draft:
    [document] = read_documents(shipped("seed") / f"{name}.yaml", today=date(2026, 11, 22))
    return Draft(to_rows(document), at, LONDON)


def nobody_yet(household: str = "new", at: int = AT) -> Draft:
    return Draft(Rows(household, (), ()), at, LONDON)


def again(made: Draft) -> Draft:
    """Return a draft that begins with what another one came to."""
    return Draft(made.rows, made.at, LONDON)


def shares(made: Draft, bill: str) -> dict[str, float]:
    found = shares_of(made, bill)
    return {player_of(made.index, role): share for role, share in found.items()}


def allowed(made: Draft) -> set[tuple[str, ...]]:
    """Return all that is allowed at once, as party, action, target and device, by local ids."""
    found = (one.decision for one in compare(None, facts_from_rows(made.rows), made.at))
    return {
        tuple(one.rpartition("/")[2] for one in (d.party, d.action, d.target, d.device or ""))
        for d in found
        if d.allowed and from_datetime(d.at) == made.at
    }


def test_the_payer_who_goes() -> None:
    """The others pay the share in proportion; who is to pay later pays nothing yet."""
    made = draft()
    leave(made, "bakers/mum", "bakers/dad")
    assert shares(made, "bakers/bill") == {"bakers/dad": 100.0}
    made = draft()
    role = party_role(
        made, "bakers/granny", PartyRoleKind.BILL_PAYER, "bakers/account", (LATER, FOREVER)
    )
    pays(made, role, "bakers/bill", 20)
    made = again(made)
    leave(made, "bakers/granny", None)
    assert shares(made, "bakers/bill") == {"bakers/dad": 60.0, "bakers/mum": 40.0}


def test_shares_add_up_to_the_cent() -> None:
    """Three payers who are left pay 100 per cent, not 99.99."""
    made = draft()
    for party in ("granny", "tom", "emma"):
        made.create(made.qualify(f"{party}-pays"), ("PartyRole", "BillPayer"), span=(0, FOREVER))
        made.relate("PLAYS", made.qualify(party), made.qualify(f"{party}-pays"))
        made.relate("ON_ACCOUNT", made.qualify(f"{party}-pays"), "bakers/account")
    for link in made.index.incoming("PAYS", "bakers/bill"):
        made.unrelate(link)
    for role in ("granny-pays", "tom-pays", "emma-pays", "dad.bill-payer.account"):
        made.relate("PAYS", made.qualify(role), "bakers/bill", {"share": 25.0})
    made = again(made)
    record_death(made, "bakers/dad", None)
    assert sorted(shares(made, "bakers/bill").values()) == [33.33, 33.33, 33.34]


def test_another_adult_answers_for_the_minors() -> None:
    """When mum goes, dad is guarantor of what Emma and Tom are, from then on."""
    made = draft()
    leave(made, "bakers/mum", "bakers/dad")
    lasting = [
        link
        for role in made.index.labelled("PartyRole")
        for link in made.index.outgoing("GUARANTEED_BY", role.id)
        if span_of(role.properties)[1] > AT
    ]
    assert {link.end for link in lasting} == {"bakers/dad"}
    assert len(lasting) == 3
    assert ownership_gaps(made.index, facts_from_rows(made.rows), AT) == []


@pytest.mark.parametrize("successor", ["bakers/dad", "bakers/auntie-jean"])
def test_who_goes_or_has_gone_cannot_take_over(successor: str) -> None:
    """A successor has a part in the household when the event takes effect."""
    with pytest.raises(BadInputError, match="cannot take over"):
        leave(draft(), "bakers/dad", successor)


def test_an_unknown_successor_is_named() -> None:
    """A successor of a household that is not concerned is nobody."""
    with pytest.raises(BadInputError, match="not in the household"):
        leave(draft(), "bakers/dad", "bakerz/mum")
    with pytest.raises(UnknownIdError):
        separate(draft(), nobody_yet(), ["bakers/mum"], successors=["bakerz/mum"])


def test_the_dead_do_not_join() -> None:
    """Who has died does not come back, and neither does who is suspended."""
    made = draft()
    record_death(made, "bakers/granny", None)
    with pytest.raises(BadInputError, match="is deceased"):
        join(made, "bakers/granny", {})


def test_a_minor_joins_with_an_adult() -> None:
    """A minor needs a responsible adult; with one it is a member and User."""
    born: dict[str, Value | None] = {"given_name": "Kim", "birth_date": date(2015, 1, 1)}
    with pytest.raises(RefusedError, match="no responsible adult"):
        join(draft(), "bakers/kim", born)
    made = draft()
    join(made, "bakers/kim", born, responsible=("bakers/mum",))
    assert ("kim", "use", "live-tv", "stb-living-room") in allowed(made)
    assert ("kim", "use", "late-night", "stb-living-room") not in allowed(made)


def test_nobody_joins_before_they_are_born() -> None:
    """A date of birth after the day is a slip, and no minor of less than no age."""
    born: dict[str, Value | None] = {"given_name": "Kim", "birth_date": date(2127, 11, 1)}
    with pytest.raises(BadInputError, match="is after the day on which `bakers/kim` joins"):
        join(draft(), "bakers/kim", born, responsible=("bakers/mum",))


def test_of_age_on_the_birthday_and_not_before() -> None:
    """Roles go on without a guarantor; one that is to begin later begins no sooner."""
    with pytest.raises(RefusedError, match="a minor until 2027-01-30T00:00:00"):
        come_of_age(draft(), "bakers/emma")
    birthday = from_datetime(datetime(2027, 1, 30, tzinfo=UTC))
    made = draft(at=birthday)
    role = party_role(
        made,
        "bakers/emma",
        PartyRoleKind.CUSTOMER,
        "bakers/account",
        (LATER, FOREVER),
        guarantor="bakers/dad",
    )
    made = again(made)
    come_of_age(made, "bakers/emma")
    check_early_effects(made, AT)
    customer = [r for r in made.index.labelled("Customer") if "emma" in r.id]
    begins = {r.id: span_of(r.properties)[0] for r in customer}
    assert begins[f"{role}-2"] == LATER
    assert begins["bakers/emma.customer.teens-account-2"] == birthday
    open_ones = [r for r in customer if span_of(r.properties)[1] == FOREVER]
    assert not any(made.index.outgoing("GUARANTEED_BY", r.id) for r in open_ones)
    assert ("emma", "administer", "sports-channel", "") in allowed(made)


def test_a_customer_hands_over_and_keeps_the_rest() -> None:
    """What dad administers by his Customer role he still administers, with his usernames."""
    made = draft()
    before = allowed(made)
    hand_over(made, PartyRoleKind.CUSTOMER, "bakers/account", "bakers/dad", "bakers/mum")
    assert allowed(made) == before
    hand_over(made, PartyRoleKind.BILL_PAYER, "bakers/bill", "bakers/dad", "bakers/granny")
    assert shares(made, "bakers/bill") == {"bakers/granny": 60.0, "bakers/mum": 40.0}
    with pytest.raises(BadInputError, match="does not pay"):
        hand_over(made, PartyRoleKind.BILL_PAYER, "bakers/bill", "bakers/dad", "bakers/mum")
    with pytest.raises(BadInputError, match="not handed over"):
        hand_over(made, InvolvementKind.CONSUMER, "bakers/cloud", "bakers/mum", "bakers/dad")


def test_moving_home() -> None:
    """All that stood at the old place stands at the new one; what is left is locked, or ends."""
    made = draft()
    address = {"street": "9 Mill Lane"}
    move_home(made, "new-home", address, left=("stb-bedroom", "cable-tv"))
    there = {link.start for link in made.index.incoming("LOCATED_AT", "bakers/new-home")}
    assert there == {"bakers", "bakers/home-hub", "bakers/stb-living-room"}
    assert made.get("stb-bedroom").properties["administrative_state"] == "locked"
    assert not holds(made.get("cable-tv").properties, AT)
    with pytest.raises(BadInputError, match="several places"):
        move_home(draft("bike-shop"), "new-shop", address)
    shop = draft("bike-shop")
    move_home(shop, "new-shop", address, old="shop")
    assert shop.index.incoming("LOCATED_AT", "bike-shop/workshop-site")
    assert not shop.index.incoming("LOCATED_AT", "bike-shop/shop")


def test_what_is_kept_goes_along_for_as_long_as_it_lasts() -> None:
    """A product goes with what it bundles, a device with the ends of what is available on it."""
    made, target = draft(), nobody_yet()
    made.relate("BUNDLES", "bakers/broadband", "bakers/cloud")
    [link] = made.index.outgoing("AVAILABLE_ON", "bakers/voice-mum")
    made.end(link, LATER)
    made = again(made)
    kept = ("broadband", "mobile-mum", "phone-mum")
    leave_for(made, target, "bakers/mum", keep=kept, successor="bakers/dad")
    assert [x.end for x in target.index.outgoing("BUNDLES", "new/broadband")] == ["new/cloud"]
    [there] = target.index.outgoing("AVAILABLE_ON", "new/voice-mum")
    assert span_of(there.properties) == (AT, LATER)
    assert ownership_gaps(target.index, facts_from_rows(target.rows), AT) == []
    assert ("mum", "use", "voice-mum", "phone-mum") in allowed(target)
    assert ("mum", "use", "voice-mum", "phone-mum") not in allowed(made)


def test_a_minor_needs_an_adult_along() -> None:
    """Katie cannot leave for a household of her own before she is of age."""
    with pytest.raises(RefusedError, match="is a minor"):
        leave_for(draft(), nobody_yet(), "bakers/katie")


def test_a_bill_that_goes_along_is_paid_in_full() -> None:
    """Mum, who paid 40 of 100, pays all of the bill that goes with her."""
    made, target = draft(), nobody_yet()
    separate(made, target, ["mum", "account"], successors=["mum"])
    assert shares(target, "new/bill") == {"new/mum": 100.0}
    assert ownership_gaps(target.index, facts_from_rows(target.rows), AT) == []


def test_who_is_of_age_belongs_to_one_household() -> None:
    """Only minors belong to both."""
    with pytest.raises(BadInputError, match="is of age"):
        separate(draft(), nobody_yet(), ["mum"], both=["granny"])


@pytest.mark.parametrize("name", ["bakers", "bike-shop"])
def test_a_merged_household_may_what_it_might(name: str) -> None:
    """Everybody may in the other household what they might in the one that is closed."""
    made, target = draft(name), nobody_yet()
    target.create("new", ("Party", "Organization"), made.get(name).properties)
    target = again(target)
    before = {tuple(name_of(part, name) for part in cell) for cell in allowed(made)}
    members = [link for link in made.before.relationships if link.type == "MEMBER_OF"]
    merge(made, target, {})
    assert allowed(target) == before
    assert allowed(made) == set()
    there = [link for link in target.rows.relationships if link.type == "MEMBER_OF"]
    assert len(there) == sum(span_of(link.properties)[1] > AT for link in members)
    assert positions(target) == positions(draft(name))


def name_of(part: str, household: str) -> str:
    return "new" if part == household else part


def positions(made: Draft) -> list[object]:
    roles = made.index.labelled("ResourceRole")
    return [role.properties.get("position") for role in roles]


def test_two_who_are_one() -> None:
    """Katie is in both, and is one afterwards; who was born on another day is somebody else."""
    made, target = draft(), draft()
    rows = Rows("flat", (), ())
    other = Draft(rows, AT, LONDON)
    other.create("flat", ("Party", "Organization"), target.get("bakers").properties)
    for local_id, born in (("katie", date(2013, 5, 14)), ("ann", date(2000, 1, 1))):
        other.create(f"flat/{local_id}", ("Party", "Individual"), {"birth_date": born})
    other = again(other)
    with pytest.raises(BadInputError, match="not born on the same day"):
        merge(made, other, {"bakers/katie": "flat/ann"})
    merge(made, other, {"bakers/katie": "flat/katie"})
    assert "flat/katie-2" not in other.index.nodes
    assert other.index.outgoing("MEMBER_OF", "flat/katie")


def test_a_merge_needs_a_household_that_is_there() -> None:
    """Merging makes no new household."""
    with pytest.raises(BadInputError, match="is not there"):
        merge(draft(), nobody_yet(), {})


@pytest.mark.parametrize("successor", [None, "bakers/dad"])
def test_what_can_be_arranged_for_a_later_day(successor: str | None) -> None:
    """Leaving, separating and handing over touch nothing that would hold too early."""
    made = draft(at=LATER)
    leave(made, "bakers/mum", successor)
    check_early_effects(made, AT)
    made, target = draft(at=LATER), nobody_yet(at=LATER)
    separate(made, target, ["mum", "cloud", "phone-mum"], both=["katie"])
    check_early_effects(made, AT)
    check_early_effects(target, AT)
    made = draft(at=LATER)
    hand_over(made, InvolvementKind.ADMIN, "bakers/cloud", "bakers/mum", "bakers/dad")
    hand_over(made, PartyRoleKind.BILL_PAYER, "bakers/account", "bakers/mum", "bakers/dad")
    check_early_effects(made, AT)
    involve(made, "bakers/granny", InvolvementKind.CONSUMER, "bakers/mobile-mum")
    check_early_effects(made, AT)
