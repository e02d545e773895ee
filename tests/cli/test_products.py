"""`product`, `service`, and positions in a hunting group: to the graph and back."""

import json
from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph
from tests.cli.fresh import Home, home


@pytest.fixture(scope="module")
def shop(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "products-shop", "bike-shop") as household:
        yield household


def test_the_catalogue_is_listed() -> None:
    """Every product there is to choose from, by offering, with its services."""
    found = json.loads(household_graph("product", "offerings", "-o", "json").out)
    assert {
        "offering": "mobile",
        "product": "mobile",
        "price": 15.0,
        "per_person": True,
        "services": ["voice", "mobile-data"],
    } in found
    said = household_graph("product", "offerings", "--for", "business", "-o", "jsonl").out
    assert "cable-tv" not in said


def test_a_product_is_listed_with_who_pays_it(shop: Home) -> None:
    """Shares of bills and of payers are multiplied; an order is in the list at once."""
    shop.done(
        "product add @ --offering mobile --for @/manager --charged-to @/shop-bill --as @/owner"
    )
    found = {one["product"]: one for one in json.loads(shop.done("product list @ -o json").out)}
    assert found["products-shop/telephony"]["paid_by"] == [
        "products-shop/bookkeeper 40 %",
        "products-shop/owner 60 %",
    ]
    mobile = found["products-shop/mobile-manager"]
    assert mobile["paid_by"] == ["products-shop/owner 100 %"]
    assert mobile["used_by"] == ["products-shop/manager"]
    assert "mobile-manager" not in shop.done("product list @/cleaner").out
    assert "products-shop/telephony" in shop.done("product list @").out


def test_a_line_gets_a_position_in_a_hunting_group(shop: Home) -> None:
    """`tree`, `who` and `role list` show it; another of the same place is noted."""
    line = "role grant @/line-6 consumer @/hunt-group-sales --position"
    name = ("--role-name", "hunt group member")
    said = shop.done(f"{line} 3", *name)
    assert (
        "products-shop/line-3 has position 3 of products-shop/hunt-group-sales as well" in said.err
    )
    shop.done(f"{line} 4 --as @/owner", *name)
    assert "line-6 (position 4)" in shop.done("tree @").out
    [own] = json.loads(shop.done("role list @/line-6 -o json").out)
    assert own["position"] == 4
    assert "position" in shop.done("role list @/line-6").out
    assert "position" not in shop.done("role list @/owner").out
    shop.done("role grant @/line-1 consumer @/hunt-group-sales --position 5 --as @/owner")
    who = "who @/hunt-group-sales"
    found = json.loads(shop.done(f"{who} -o json").out)
    order = [(one["party"].partition("/")[2], one["position"]) for one in found]
    assert order == [("line-2", 2), ("line-3", 3), ("line-6", 4), ("line-1", 5)]
    assert "line-2 (position 2)" in shop.done(who).out
    assert "position" in shop.done(f"{who} -o csv").out.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("product add @ --offering cloud", 2, "unknown product of an offering"),
        ("product add @ --offering mobile", 2, "is for one person"),
        ("product change @/telephony", 2, "nothing to change"),
        ("product suspend @/line-1", 2, "is a resource, and no product"),
        ("service unavailable @/calls @/till", 2, "is not available on"),
        ("service available @/calls @/calls", 2, "is a service, and no device"),
        ("role grant @/owner consumer @/calls --position 1", 2, "is no device"),
        ("role grant @/owner customer @/account --position 1", 2, "`position` is not for customer"),
        ("role grant @/line-4 consumer @/hunt-group-sales --position 1", 2, "--role-name"),
        ("product move @/mobile-owner @/shop-bill", 2, "is a billing account, and no account"),
    ],
)
def test_what_is_refused(shop: Home, line: str, code: int, said: str) -> None:
    """Each command line that cannot be followed ends in its code, says why, and writes nothing."""
    before = shop.revision()
    outcome = shop.run(line)
    assert outcome.code == code
    assert said in " ".join(outcome.err.split())
    assert shop.revision() == before
