"""When something live is without whom it needs, to the millisecond, and who counts for it.

Mum is Customer of an account, and Admin of its product tv and of the service wall that realizes
it; Dad pays the bill and is Admin of the box; Mum is responsible for Ann, a minor.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import (
    active_guardians,
    administered,
    holders_of,
    is_guaranteed,
    judged_at,
    ownership_gaps,
    responsible_adults,
    takes_part,
)
from household_graph.model.enums import PartyRoleKind
from household_graph.model.instants import from_datetime
from household_graph.model.rows import RelationshipRow, RowIndex, Rows
from tests.unit.plain_facts import links, node

SPRING, SUMMER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
SPAN = {"valid_from": SPRING, "valid_to": SUMMER}
FROM, TO = from_datetime(SPRING), from_datetime(SUMMER)
AROUND = (FROM - 1, FROM, TO - 1, TO)
ACTIVE = {"status": "active"}
SUSPENDED = {"status": "suspended"}

NODES = (
    node("", "Party Organization", time_zone="UTC", age_of_majority=18, **ACTIVE),
    node("ann", "Party Individual", minor=True, **ACTIVE),
    *(node(one, "Party Individual", **ACTIVE) for one in ("mum", "dad")),
    node("account", "CustomerAccount", state="active"),
    node("bill", "BillingAccount", state="active"),
    node("tv", "Product", **ACTIVE),
    node("wall", "Service", state="active"),
    node("box", "Resource", administrative_state="unlocked", operational_state="enable"),
    node("customer", "PartyRole Customer"),
    node("payer", "PartyRole BillPayer"),
    *(node(one, "PartyRole User") for one in ("user", "young")),
    *(node(f"admin-{one}", "InvolvementRole Admin") for one in ("tv", "wall", "box")),
    node("consumer", "InvolvementRole Consumer"),
)
LINKS = (
    *links("MEMBER_OF", "ann>"),
    *links("RESPONSIBLE_FOR", "mum>ann"),
    *links("HAS_PRODUCT", "account>tv"),
    *links("REALIZED_BY", "tv>wall"),
    *links("CHARGED_TO", "tv>bill"),
    *links("PAYS", "payer>bill"),
    *links("ON_ACCOUNT", "customer>account", "payer>account", "user>account"),
    *links("PLAYS", "mum>customer", "dad>payer", "dad>user"),
    *links("PLAYS", "customer>admin-tv", "customer>admin-wall", "user>admin-box", "user>consumer"),
    *links("INVOLVED_IN", "admin-tv>tv", "admin-wall>wall", "admin-box>box", "consumer>box"),
)


def household(
    *more: RelationshipRow, without: tuple[str, ...] = (), **properties: dict[str, Any]
) -> tuple[RowIndex, Facts]:
    """Return the household with more relationships, and without those of some types.

    Properties are of nodes by their local ids (`_` for `-`), or of the relationships of a type.
    """
    own = {
        name if name.isupper() else f"h/{name.replace('_', '-')}": one
        for name, one in properties.items()
    }
    changed = [replace(one, properties={**one.properties, **own.get(one.id, {})}) for one in NODES]
    related = [
        replace(one, properties={**one.properties, **own.get(one.type, {})})
        for one in LINKS
        if one.type not in without and f"{one.start}>{one.end}" not in without
    ]
    rows = Rows("h", tuple(changed), (*related, *more))
    return RowIndex(rows), facts_from_rows(rows)


def gaps(household: tuple[RowIndex, Facts], instant: int = FROM) -> set[str]:
    found = ownership_gaps(*household, instant)
    assert found == sorted(found)
    return {f"{one.id.removeprefix('h/')}: {one.needs}" for one in found}


def test_nothing_is_missing() -> None:
    """Everything live has whom it needs."""
    assert gaps(household()) == set()


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (household(customer=SPAN), {"account: Customer", "tv: Admin", "wall: Admin"}),
        (household(payer=SPAN), {"bill: BillPayer"}),
        (household(payer=SPAN, without=("CHARGED_TO",)), {"account: BillPayer"}),
        (household(admin_tv=SPAN), {"tv: Admin"}),
        (household(admin_box=SPAN), {"box: Admin"}),
        # Who administers a product administers the services that realize it.
        (household(admin_wall=SPAN), set()),
        (household(admin_wall=SPAN, admin_tv=SPAN), {"tv: Admin", "wall: Admin"}),
        (household(RESPONSIBLE_FOR=SPAN), {"ann: responsible adult"}),
    ],
)
def test_what_is_needed_is_missing_before_and_after_its_time(
    made: tuple[RowIndex, Facts], missing: set[str]
) -> None:
    """From the first instant of a role or relationship on, until the last, nothing is."""
    assert [gaps(made, at) for at in AROUND] == [missing, set(), set(), missing]


@pytest.mark.parametrize(
    ("made", "always", "missing"),
    [
        (
            household(tv=SPAN, mum=SUSPENDED, dad=SUSPENDED),
            {"box: Admin", "ann: responsible adult"},
            {"account: Customer", "bill: BillPayer", "tv: Admin", "wall: Admin"},
        ),
        (
            household(tv=SPAN, without=("HAS_PRODUCT", "PLAYS", "INVOLVED_IN")),
            set(),
            {"tv: Admin"},
        ),
        (
            household(MEMBER_OF=SPAN, without=("RESPONSIBLE_FOR",)),
            set(),
            {"ann: responsible adult"},
        ),
        (
            household(
                *links("PLAYS", "ann>young"),
                without=("RESPONSIBLE_FOR", "MEMBER_OF"),
                young=SPAN,
            ),
            set(),
            {"ann: responsible adult"},
        ),
    ],
)
def test_what_is_live_for_a_time_needs_somebody_then(
    made: tuple[RowIndex, Facts], always: set[str], missing: set[str]
) -> None:
    """A product with what it is charged to and realized by, and a minor who takes part."""
    assert [gaps(made, at) for at in AROUND] == [always, always | missing, always | missing, always]


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (
            household(without=("h/mum>h/customer", "RESPONSIBLE_FOR"), tv=SUSPENDED),
            {"ann: responsible adult"},
        ),
        (household(without=("h/mum>h/customer",), account={"state": "closed"}), {"box: Admin"}),
        (household(without=("RESPONSIBLE_FOR",), ann=SUSPENDED), set()),
        (household(without=("RESPONSIBLE_FOR",), ann={"minor": False}), set()),
        (household(without=("RESPONSIBLE_FOR", "MEMBER_OF")), set()),
        (household(dad=SUSPENDED), {"bill: BillPayer", "box: Admin"}),
        (household(dad=SUSPENDED, box={"administrative_state": "lost"}), {"bill: BillPayer"}),
        (household(mum={"minor": True}), {"ann: responsible adult", "mum: responsible adult"}),
        (household(*links("PAYS", "customer>bill"), dad=SUSPENDED), {"box: Admin"}),
        (household(*links("PLAYS", "mum>payer"), dad=SUSPENDED), {"box: Admin"}),
        # Who consumes something administers nothing of it, and needs no Admin for it.
        (household(admin_box={"valid_to": SPRING}), {"box: Admin"}),
        (household(without=("h/user>h/admin-box",)), set()),
    ],
)
def test_only_what_is_active_counts_or_needs_anybody(
    made: tuple[RowIndex, Facts], missing: set[str]
) -> None:
    """A party, a product with its account, a device and a minor; one active payer is enough."""
    assert gaps(made) == missing


def test_who_administers_something() -> None:
    """By a role on it, on a product that carries it, or on a bundle; not by one on its parts."""
    facts = household()[1]
    assert [administered(facts, f"h/{one}", FROM) for one in ("tv", "wall", "box")] == [True] * 3
    alone = household(without=("h/customer>h/admin-tv",))[1]
    assert [administered(alone, f"h/{one}", FROM) for one in ("tv", "wall")] == [False, True]
    by_product = household(without=("h/customer>h/admin-wall",))[1]
    assert [administered(by_product, f"h/{one}", FROM) for one in ("tv", "wall")] == [True, True]


def test_who_holds_a_role_on_an_account() -> None:
    """Active parties, sorted, each once: of that role, at that instant."""
    index, facts = household(
        *links("PLAYS", "mum>payer", "ann>payer", "ann>customer", "dad>customer"),
        payer=SPAN,
        ann=SUSPENDED,
    )

    def holders(kind: PartyRoleKind, at: int, account: str = "h/account") -> list[str]:
        return holders_of(index, facts, kind, account, at)

    payers = [holders(PartyRoleKind.BILL_PAYER, at) for at in AROUND]
    assert payers == [[], ["h/dad", "h/mum"], ["h/dad", "h/mum"], []]
    assert holders(PartyRoleKind.CUSTOMER, FROM) == ["h/dad", "h/mum"]
    assert holders(PartyRoleKind.USER, FROM) == ["h/dad"]
    assert holders(PartyRoleKind.USER, FROM, "h/other") == []


def test_who_is_responsible_for_a_minor() -> None:
    """Adults at that instant; only those who are active can act, and they come sorted."""
    more = links("RESPONSIBLE_FOR", "dad>ann")
    index, facts = household(*more, mum=SUSPENDED)
    assert responsible_adults(index, facts, "h/ann", FROM) == {"h/dad", "h/mum"}
    assert active_guardians(index, facts, "h/ann", FROM) == ["h/dad"]
    assert active_guardians(*household(*more), "h/ann", FROM) == ["h/dad", "h/mum"]
    young = household(*more, dad={"minor": True})
    assert responsible_adults(*young, "h/ann", FROM) == {"h/mum"}
    dated = household(RESPONSIBLE_FOR=SPAN)
    found = [responsible_adults(*dated, "h/ann", at) for at in AROUND]
    assert found == [set(), {"h/mum"}, {"h/mum"}, set()]
    assert responsible_adults(*dated, "h/mum", FROM) == set()


def test_a_role_is_guaranteed_by_a_responsible_adult() -> None:
    """Whoever else is recorded as guarantor does not count."""
    for guarantor, expected in (("mum", True), ("dad", False)):
        made = household(*links("GUARANTEED_BY", f"payer>{guarantor}"))
        assert is_guaranteed(*made, "h/payer", "h/ann", FROM) is expected
        assert not is_guaranteed(*made, "h/customer", "h/ann", FROM)
    both = household(*links("GUARANTEED_BY", "payer>dad", "payer>mum"))
    assert is_guaranteed(*both, "h/payer", "h/ann", FROM)


@pytest.mark.parametrize(
    ("instant", "moment"), [(9, 10), (10, 10), (11, 11), (19, 19), (20, None), (21, None)]
)
def test_when_a_role_is_held_to_the_law_of_guarantors(instant: int, moment: int | None) -> None:
    """One that is to come by how it begins, one that is over not at all."""
    assert judged_at((10, 20), instant) == moment


def test_who_takes_part() -> None:
    """A member of anything, or who plays a role, at that instant."""
    member = household(MEMBER_OF=SPAN)[0]
    assert [takes_part(member, "h/ann", at) for at in AROUND] == [False, True, True, False]
    player = household(*links("PLAYS", "ann>young"), without=("MEMBER_OF",), young=SPAN)[0]
    assert [takes_part(player, "h/ann", at) for at in AROUND] == [False, True, True, False]
    assert not takes_part(household(without=("MEMBER_OF",))[0], "h/ann", FROM)
