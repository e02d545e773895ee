"""How grants reach a party and cover a target: to the millisecond, to the level, by what is active.

In the household `h`, Ann is in a team of it. Its role is Consumer of a bundle, which bundles the
product tv, which the service video realizes.
"""

from itertools import pairwise
from typing import Any

import pytest

from household_graph.engine.facts import Facts, Grant, GrantAssignment, Role
from household_graph.engine.grants import (
    Coverage,
    Inactive,
    MembershipChain,
    Path,
    availability,
    carried_services,
    chain_too_long,
    consumed_at,
    coverages,
    held,
    holdings,
    inactive,
    is_granted,
    membership_chains,
    paths,
    too_deep,
)
from household_graph.model.instants import BEGINNING, FOREVER
from household_graph.model.spans import ALWAYS, Span
from tests.unit.plain_facts import OPEN, granted, plain_facts, policy

SPAN = (10, 20)
AROUND = (9, 10, 19, 20)


def household(**rows: Any) -> Facts:  # noqa: ANN401 - rows of any section
    usual = {
        "individuals": [["h/ann", None, True, "active"], ["h/bob", None, False, "active"]],
        "organizations": [["h", "active"], ["h/team", "active"]],
        "memberships": [["h/ann", "h/team", *OPEN], ["h/team", "h", *OPEN]],
        "grants": [granted("h", "h/bundle", account=("h/account", "active"))],
        "products": [
            ["h/bundle", "active", *OPEN, None, None],
            ["h/tv", "active", *OPEN, "h/bills", "active"],
        ],
        "carriers": [["h/tv", "h/bundle"], ["h/video", "h/tv"]],
        "services": [["h/video", "tv", None, "active"]],
        "resources": [["h/box", "unlocked", "enable"]],
    }
    return plain_facts(**{**usual, **rows})


def answers(facts: Facts, instant: int, party: str = "h/ann", target: str = "h/video") -> bool:
    """Return whether the party is Consumer of the target, on which all ways to say it agree."""
    said = {
        is_granted(facts, party, "Consumer", target, instant),
        any(one.is_effective(instant) for one in paths(facts, party, "Consumer", target)),
        target in consumed_at(facts, party, instant),
        any(start <= instant < end for start, end in holdings(facts, party, "Consumer")[target])
        if target in holdings(facts, party, "Consumer")
        else False,
    }
    [answer] = said
    return answer


@pytest.mark.parametrize(
    "rows",
    [
        {"memberships": [["h/ann", "h/team", *SPAN], ["h/team", "h", *OPEN]]},
        {"memberships": [["h/ann", "h/team", *OPEN], ["h/team", "h", *SPAN]]},
        {"grants": [granted("h", "h/bundle", span=SPAN)]},
        {"grants": [granted("h", "h/bundle", role_span=SPAN)]},
        {
            "products": [
                ["h/bundle", "active", *SPAN, None, None],
                ["h/tv", "active", *OPEN, None, None],
            ]
        },
        {
            "products": [
                ["h/bundle", "active", *OPEN, None, None],
                ["h/tv", "active", *SPAN, None, None],
            ]
        },
    ],
)
def test_a_grant_counts_while_every_link_is_valid(rows: dict[str, Any]) -> None:
    """Law 2: from the first instant of a validity on, until the last before its end."""
    facts = household(**rows)
    assert [answers(facts, instant) for instant in AROUND] == [False, True, True, False]
    assert held(facts, "h/ann", "Consumer", "h/video") == (Span(*SPAN),)
    [path] = paths(facts, "h/ann", "Consumer", "h/video")
    assert path.span == Span(*SPAN)


def test_a_grant_counts_for_what_all_its_links_have_in_common() -> None:
    """Each of them begins or ends it, and two grants count together."""
    facts = household(
        memberships=[["h/ann", "h/team", 1, 90], ["h/team", "h", 2, 80]],
        grants=[
            granted("h", "h/bundle", span=(3, 70), role_span=(4, 60)),
            granted("h/ann", "h/video", span=(50, 99)),
        ],
        products=[
            *(["h/bundle", "active", 5, 55, None, None], ["h/tv", "active", 6, 65, None, None]),
        ],
    )
    assert held(facts, "h/ann", "Consumer", "h/video") == (Span(6, 65),)
    by_unit, own = sorted(one.span for one in paths(facts, "h/ann", "Consumer", "h/video"))
    assert (by_unit, own) == (Span(6, 55), Span(50, 65))
    assert holdings(facts, "h/team", "Consumer") == {
        "h/bundle": (Span(5, 55),),
        "h/tv": (Span(6, 55),),
        "h/video": (Span(6, 55),),
    }


def test_a_path_is_told_from_the_party_to_the_target() -> None:
    """Every node on the way, with the role and the involvement role in the middle."""
    facts = household()
    [path] = paths(facts, "h/ann", "Consumer", "h/video")
    assert path.ids == (
        *("h/ann", "h/team", "h", "h.user", "h.user.consumer.h/bundle"),
        *("h/bundle", "h/tv", "h/video"),
    )
    chain = MembershipChain("h", ("h/ann", "h/team", "h"), ALWAYS, None)
    cover = Coverage("h/bundle", ("h/bundle", "h/tv", "h/video"), ALWAYS, None)
    grant = Grant("h.user.consumer.h/bundle")
    role = Role("h.user", "h/account", {"Consumer": {"h/bundle": [grant]}})
    assignment = GrantAssignment("h", role, "Consumer", "h/bundle", grant)
    assert path == Path(chain, assignment, cover, ALWAYS, None)
    assert paths(facts, "h/ann", "Admin", "h/video") == []
    assert paths(facts, "h/bob", "Consumer", "h/video") == []


def test_what_a_party_holds_is_told_by_kind_and_target() -> None:
    """No kind implies another, and a grant on a service reaches that service alone (laws 1, 3)."""
    facts = household(grants=[granted("h/bob", "h/video", "Admin"), granted("h/bob", "h/box")])
    assert holdings(facts, "h/bob", "Admin") == {"h/video": (ALWAYS,)}
    assert holdings(facts, "h/bob", "Consumer") == {"h/box": (ALWAYS,)}
    assert holdings(facts, "h/bob", "Chooser") == {}
    assert consumed_at(facts, "h/bob", 0) == {"h/box"}
    assert consumed_at(facts, "h/ann", 0) == set()


@pytest.mark.parametrize(
    ("rows", "stopped"),
    [
        ({"organizations": [["h", "active"], ["h/team", "closed"]]}, ("h/team", "closed")),
        ({"organizations": [["h", "closed"], ["h/team", "active"]]}, ("h", "closed")),
        ({"organizations": [["h", "closed"], ["h/team", None]]}, ("h/team", None)),
        (
            {"grants": [granted("h", "h/bundle", account=("h/account", "suspended"))]},
            ("h/account", "suspended"),
        ),
        (
            {
                "products": [
                    ["h/bundle", "active", *OPEN, "h/bills", "closed"],
                    ["h/tv", "active", *OPEN, None, None],
                ]
            },
            ("h/bills", "closed"),
        ),
        (
            {
                "products": [
                    ["h/bundle", "terminated", *OPEN, None, None],
                    ["h/tv", "active", *OPEN, None, None],
                ]
            },
            ("h/bundle", "terminated"),
        ),
        (
            {
                "products": [
                    ["h/bundle", "active", *OPEN, None, None],
                    ["h/tv", "pending", *OPEN, None, None],
                ]
            },
            ("h/tv", "pending"),
        ),
        (
            {
                "organizations": [["h", "closed"], ["h/team", "active"]],
                "grants": [granted("h", "h/bundle", account=("h/account", "suspended"))],
                "products": [
                    ["h/bundle", "terminated", *OPEN, None, None],
                    ["h/tv", "pending", *OPEN, None, None],
                ],
            },
            ("h", "closed"),
        ),
    ],
)
def test_a_path_over_something_that_is_not_active_grants_nothing(
    rows: dict[str, Any], stopped: tuple[str, str | None]
) -> None:
    """Law 6; the path names the first such thing on it, from the party on."""
    facts = household(**rows)
    assert not answers(facts, 0)
    [path] = paths(facts, "h/ann", "Consumer", "h/video")
    assert path.inactive == Inactive(*stopped)


def test_another_path_grants_where_one_is_not_active() -> None:
    """A role on a suspended account stops nothing that another role of the holder grants."""
    unpaid = granted("h", "h/bundle", of="h.unpaid", account=("h/unpaid", "suspended"))
    facts = household(grants=[unpaid, granted("h", "h/bundle")])
    assert answers(facts, 0)
    stopped = [one.inactive for one in paths(facts, "h/ann", "Consumer", "h/video")]
    assert stopped == [Inactive("h/unpaid", "suspended"), None]


@pytest.mark.parametrize(
    ("thing", "rows", "stopped"),
    [
        ("h/ann", {}, None),
        ("h/ann", {"individuals": [["h/ann", None, True, "locked"]]}, "h/ann is locked"),
        ("h", {"organizations": [["h", None], ["h/team", "active"]]}, "h is None"),
        ("h/box", {}, None),
        ("h/box", {"resources": [["h/box", "lost", "enable"]]}, "h/box is lost"),
        ("h/box", {"resources": [["h/box", "unlocked", "disable"]]}, "h/box is disable"),
        ("h/box", {"resources": [["h/box", "lost", "disable"]]}, "h/box is lost"),
        ("h/box", {"resources": [["h/box", 7, "enable"]]}, "h/box is 7"),
        ("h/tv", {}, None),
        ("h/tv", {"products": [["h/tv", "x", *OPEN, "h/a", "y"]]}, "h/tv is x"),
        ("h/tv", {"products": [["h/tv", "active", *OPEN, "h/a", "y"]]}, "h/a is y"),
        ("h/video", {}, None),
        ("h/video", {"services": [["h/video", "tv", None, "reserved"]]}, "h/video is reserved"),
        ("h/video", {"products": [["h/tv", "x", *OPEN, None, None]]}, "h/tv is x"),
        (
            "h/video",
            {
                "products": [["h/tv", "x", *OPEN, None, None]],
                "services": [["h/video", "tv", None, "reserved"]],
            },
            "h/video is reserved",
        ),
        (
            "h/video",
            {
                "products": [
                    ["h/tv", "x", *OPEN, None, None],
                    ["h/gift", "active", *OPEN, None, None],
                ],
                "carriers": [["h/video", "h/tv"], ["h/video", "h/gift"]],
            },
            None,
        ),
        (
            "h/video",
            {
                "products": [
                    ["h/tv", "x", *OPEN, None, None],
                    ["h/gift", "y", *OPEN, None, None],
                ],
                "carriers": [["h/video", "h/tv"], ["h/video", "h/gift"]],
            },
            "h/gift is y",
        ),
        ("h/video", {"carriers": [], "products": []}, None),
        ("h/nothing", {}, "h/nothing is None"),
    ],
)
def test_what_about_a_thing_is_not_active(
    thing: str, rows: dict[str, Any], stopped: str | None
) -> None:
    """Its own state comes first; a product stands on its account, a service on any product."""
    carriers = {"carriers": [["h/video", "h/tv"]]} if "products" in rows else {}
    found = inactive(household(**{**carriers, **rows}), thing)
    assert (found and f"{found.id} is {found.state}") == stopped
    assert found is None or found.state is None or isinstance(found.state, str)


def test_who_or_what_is_not_active_holds_and_covers_nothing() -> None:
    """A party that asks, and the target itself, though the path to it is as it should be."""
    for rows in (
        {"individuals": [["h/ann", None, True, "suspended"]]},
        {"services": [["h/video", "tv", None, "terminated"]]},
    ):
        facts = household(**rows)
        assert held(facts, "h/ann", "Consumer", "h/video") == ()
        assert "h/video" not in holdings(facts, "h/ann", "Consumer")
        assert "h/video" not in consumed_at(facts, "h/ann", 0)


def test_a_minor_does_not_hold_the_admin_role_of_what_enforces_a_policy() -> None:
    """Law "Under age": while the policy is in force; consumers and adults are not concerned."""
    kinds = ("Admin", "Consumer", "Chooser")
    grants = [granted(one, "h/video", kind) for one in ("h/ann", "h/bob") for kind in kinds]
    facts = household(grants=grants, policies=[policy("h/block", ["h/video"], SPAN)])
    around = (Span(BEGINNING, 10), Span(20, FOREVER))
    assert held(facts, "h/ann", "Admin", "h/video") == around
    assert [is_granted(facts, "h/ann", "Admin", "h/video", at) for at in AROUND] == [
        *(True, False, False, True)
    ]
    for party, kind in (("h/ann", "Consumer"), ("h/ann", "Chooser"), ("h/bob", "Admin")):
        assert held(facts, party, kind, "h/video") == (ALWAYS,)
    assert held(facts, "h/ann", "Admin", "h/tv") == ()


def test_the_items_a_grant_on_which_covers_a_target() -> None:
    """Law 3: a product and its bundles, and a service by each product that carries it."""
    facts = household(
        products=[
            ["h/bundle", "active", 1, 9, None, None],
            ["h/gift", "closed", 2, 8, None, None],
            ["h/tv", "active", 3, 7, None, None],
        ],
        carriers=[["h/tv", "h/bundle"], ["h/video", "h/tv"], ["h/video", "h/gift"]],
    )
    closed = Inactive("h/gift", "closed")
    assert coverages(facts, "h/box") == [Coverage("h/box", ("h/box",), ALWAYS, None)]
    assert coverages(facts, "h/tv") == [
        Coverage("h/tv", ("h/tv",), Span(3, 7), None),
        Coverage("h/bundle", ("h/bundle", "h/tv"), Span(3, 7), None),
    ]
    assert coverages(facts, "h/video") == [
        Coverage("h/video", ("h/video",), Span(2, 8), closed),
        Coverage("h/video", ("h/video",), Span(3, 7), None),
        Coverage("h/gift", ("h/gift", "h/video"), Span(2, 8), closed),
        Coverage("h/tv", ("h/tv", "h/video"), Span(3, 7), None),
        Coverage("h/bundle", ("h/bundle", "h/tv", "h/video"), Span(3, 7), None),
    ]
    own = coverages(facts, "h/video")
    assert [own[1].is_effective(at) for at in (2, 3, 6, 7)] == [False, True, True, False]
    assert not any(own[0].is_effective(at) for at in (1, 2, 7, 8))
    alone = household(carriers=[["h/tv", "h/bundle"]])
    assert coverages(alone, "h/video") == [Coverage("h/video", ("h/video",), ALWAYS, None)]


@pytest.mark.parametrize(
    ("states", "stopped"),
    [
        (("closed", "active"), Inactive("h/bundle", "closed")),
        (("active", "closed"), Inactive("h/tv", "closed")),
        (("ended", "closed"), Inactive("h/bundle", "ended")),
    ],
)
def test_a_bundle_covers_only_by_products_that_are_active(
    states: tuple[str, str], stopped: Inactive
) -> None:
    """Of several that are not, the one nearest to the grant is named."""
    names = ("h/bundle", "h/tv")
    products = [[one, state, *OPEN, None, None] for one, state in zip(names, states, strict=True)]
    assert coverages(household(products=products), "h/tv")[1].inactive == stopped


def test_the_services_of_a_product_and_where_they_are_available() -> None:
    """Those that realize it or what it bundles, on any device with one of them."""
    facts = household(
        services=[[f"h/{one}", None, None, "active"] for one in ("video", "radio", "chat")],
        carriers=[["h/tv", "h/bundle"], ["h/video", "h/tv"], ["h/radio", "h/bundle"]],
        availability=[["h/video", "h/box", 1, 2], ["h/radio", "h/box", 3, 4]],
    )
    assert carried_services(facts, "h/tv") == ["h/video"]
    assert carried_services(facts, "h/bundle") == ["h/video", "h/radio"]
    assert carried_services(facts, "h/video") == carried_services(facts, "h/box") == []
    on = {
        target: availability(facts, target, "h/box")
        for target in ("h/bundle", "h/tv", "h/video", "h/chat", "h/box")
    }
    assert on == {
        "h/bundle": ((1, 2), (3, 4)),
        "h/tv": ((1, 2),),
        "h/video": ((1, 2),),
        "h/chat": (),
        "h/box": (),
    }
    assert availability(facts, "h/video", "h/phone") == ()


def test_organizations_reach_their_members_through_units() -> None:
    """Each chain with its time and what stops it first; a circle is followed only once."""
    facts = plain_facts(
        individuals=[["h/ann", None, None, "suspended"]],
        organizations=[["h", "active"], ["h/unit", "closed"], ["h/team", "active"]],
        memberships=[
            ["h/ann", "h/team", 1, 9],
            ["h/ann", "h", 2, 8],
            ["h/team", "h/unit", 3, FOREVER],
            ["h/unit", "h/team", *OPEN],
            ["h/unit", "h", *OPEN],
        ],
    )
    closed = Inactive("h/unit", "closed")
    assert membership_chains(facts, "h/ann") == [
        MembershipChain("h/ann", ("h/ann",), ALWAYS, None),
        MembershipChain("h", ("h/ann", "h"), Span(2, 8), None),
        MembershipChain("h/team", ("h/ann", "h/team"), Span(1, 9), None),
        MembershipChain("h/unit", ("h/ann", "h/team", "h/unit"), Span(3, 9), closed),
        MembershipChain("h", ("h/ann", "h/team", "h/unit", "h"), Span(3, 9), closed),
    ]


def test_units_nest_32_levels() -> None:
    """A party in a unit at level 32 is reached, one level further down it is not."""
    units = [f"h/u{n}" for n in range(34)]
    links = [[below, above, *OPEN] for above, below in pairwise(units)]
    facts = household(
        organizations=[[one, "active"] for one in units],
        memberships=links,
        grants=[granted("h/u0", "h/bundle")],
    )
    assert [answers(facts, 0, f"h/u{n}") for n in (0, 31, 32, 33)] == [True, True, True, False]
    assert [len(membership_chains(facts, f"h/u{n}")) for n in (31, 32, 33)] == [32, 33, 33]


def test_bundles_nest_32_levels() -> None:
    """A product in 32 bundles of bundles is covered, with the services that realize it."""
    products = [f"h/b{n}" for n in range(34)]
    nested = [[below, above] for above, below in pairwise(products)]
    facts = household(
        products=[[one, "active", *OPEN, None, None] for one in products],
        carriers=[*nested, *([f"h/s{n}", f"h/b{n}"] for n in range(34))],
        services=[[f"h/s{n}", None, None, "active"] for n in range(34)],
        grants=[granted("h/ann", "h/b0")],
    )
    for kind in ("b", "s"):
        asked = [answers(facts, 0, target=f"h/{kind}{n}") for n in (0, 31, 32, 33)]
        assert asked == [True, True, True, False]


def test_bundles_in_a_circle_are_followed_once() -> None:
    """Such as plain Cypher may write."""
    circle = [["h/tv", "h/bundle"], ["h/bundle", "h/tv"], ["h/video", "h/tv"]]
    facts = household(carriers=circle)
    assert answers(facts, 0)
    assert [one.ids for one in coverages(facts, "h/tv")] == [("h/tv",), ("h/bundle", "h/tv")]


def in_a_row(length: int, name: str = "n") -> list[tuple[str, str]]:
    """Return so many relationships, each from where the one before leads to."""
    return [(f"{name}{n}", f"{name}{n + 1}") for n in range(length)]


def test_the_longest_chain_is_named_where_it_is_too_long() -> None:
    """From its start on; 32 relationships are not too many, nor are many that branch."""
    assert chain_too_long([]) == []
    assert chain_too_long(in_a_row(32)) == []
    assert chain_too_long([("root", f"leaf{n}") for n in range(40)]) == []
    whole = [f"n{n}" for n in range(34)]
    assert chain_too_long(in_a_row(33)) == whole
    assert chain_too_long(in_a_row(33)[::-1]) == whole
    longer = [*in_a_row(33), *in_a_row(34, "m"), ("n20", "m20")]
    by_both = [*whole[:21], *(f"m{n}" for n in range(20, 35))]
    assert chain_too_long(longer) == chain_too_long(longer[::-1]) == by_both
    short_cut = [*in_a_row(33), ("n0", "n20"), ("other", "n33")]
    assert chain_too_long(short_cut) == whole


def test_circles_are_left_out_of_the_longest_chain() -> None:
    """With what is only reached through one; a long chain beside them is found."""
    circle = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "n0")]
    assert chain_too_long(circle) == []
    assert chain_too_long([*circle, *in_a_row(40)]) == []
    assert chain_too_long([*circle[:3], *in_a_row(33)]) == [f"n{n}" for n in range(34)]


@pytest.mark.parametrize(("kind", "word"), [("MEMBER_OF", "memberships"), ("BUNDLES", "bundles")])
def test_a_chain_that_is_too_long_is_told_by_its_ends(kind: str, word: str) -> None:
    """With how many relationships are between them, and how many count."""
    said = too_deep([f"n{n}" for n in range(34)], kind)
    assert said == f"`n0` and `n33` are 33 {word} apart, and no more than 32 count"
