"""A household as a tree: complete, never cut, and nothing in it taken for markup."""

import io

import pytest
from rich.console import Console

from household_graph.cli.tree_view import household_tree
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import document_of
from tests.scenarios.scenarios import SEEDS, seed


def shown(document: HouseholdDocument, width: int = 500) -> str:
    text = io.StringIO()
    Console(file=text, width=width, markup=False, emoji=False).print(household_tree(document))
    return text.getvalue()


@pytest.mark.parametrize("name", SEEDS)
@pytest.mark.parametrize("width", [40, 500])
def test_everything_is_in_it(name: str, width: int) -> None:
    """Every person, account, product, service, device and policy is shown, however narrow."""
    document = seed(name)
    words = set(shown(document, width).split())
    sections = ("individuals", "units", "customer_accounts", "billing_accounts", "products")
    more = ("services", "resources", "policies")
    ids = {one.id for section in (*sections, *more) for one in getattr(document, section)}
    assert ids <= words


def test_what_is_said_of_the_bakers() -> None:
    """Roles, guarantors, involvement, prices, shares and hours stand where they belong."""
    text = shown(seed("bakers"))
    for line in (
        "Customer on teens-account, guaranteed by mum",
        "User on account from 2026-06-01 until 2026-09-01",
        "broadband Broadband (32.00 a month)",
        "Consumer: au-pair from 2026-09-01, bakers",
        "movies Movies (tv; from 15 years; on stb-bedroom, stb-living-room, tablet-katie)",
        "bill The Bakers' bill (dad 60 %, mum 40 %)",
        "Sunday to Thursday, 21:00 to 07:00)",
        "always; rated above their own age, or category adult)",
    ):
        assert line in text


def test_markup_and_escapes_are_shown_as_they_are() -> None:
    """What somebody typed cannot colour the terminal, move its cursor or vanish."""
    organization = {"id": "odd", "name": "[red]Odd[/x] \x1b[2J", "time_zone": "UTC"}
    text = shown(document_of({"organization": organization}))
    assert "[red]Odd[/x] \N{REPLACEMENT CHARACTER}[2J" in text


def test_what_is_on_no_account_is_shown_too() -> None:
    """A product without an account has its place, and full ids are as good as local ones."""
    document = document_of(
        {
            "organization": {"id": "odd", "time_zone": "UTC"},
            "products": [{"id": "radio", "services": ["odd/waves"]}],
            "services": [{"id": "waves"}],
        }
    )
    assert "on no account\n    └── radio\n        └── waves (on no device)" in shown(document)


def test_dates_and_states_are_shown() -> None:
    """What has ended, or is to come, has its dates; what is not active, its state."""
    home, cable = {"id": "odd", "time_zone": "UTC"}, {"to": "radio", "valid_to": "2026-05-01"}
    payer = {"party": "ann", "role": "BillPayer", "account": "account", "pays": ["bill"]}
    admin = {"party": "ann", "role": "User", "account": "account", "admin_of": [cable]}
    document = document_of(
        {
            "organization": home | {"located_at": ["flat"]},
            "valid_from": "2020-01-01",
            "places": [{"id": "flat", "street": "1 High Street", "city": "Leeds"}],
            "individuals": [{"id": "ann"}],
            "customer_accounts": [{"id": "account"}],
            "billing_accounts": [{"id": "bill"}],
            "products": [
                {
                    "id": "radio",
                    "account": "account",
                    "services": ["waves"],
                    "valid_to": "2027-01-01",
                }
            ],
            "services": [
                {"id": "waves", "state": "suspended"}
                | {"available_on": [{"to": "box", "valid_from": "2026-06-01T09:30"}]}
            ],
            "resources": [{"id": "box", "administrative_state": "locked", "located_at": ["flat"]}],
            "party_roles": [
                payer | {"valid_to": "2026-03-01T20:15"},
                admin | {"valid_to": "2026-04-01"},
            ],
            "policies": [
                {"id": "ban", "kind": "block", "audience": "everyone", "governs": ["radio"]}
                | {"exempt": [{"to": "ann", "valid_from": "2026-12-24", "valid_to": "2026-12-27"}]}
            ],
        }
    )
    text = shown(document)
    for line in (
        "odd (household; UTC; at flat)",
        "flat (1 High Street, Leeds)",
        "BillPayer on account until 2026-03-01 20:15",
        "radio (until 2027-01-01)",
        "Admin: ann until 2026-04-01",
        "waves (suspended; on box from 2026-06-01 09:30)",
        "bill (ann 100 % until 2026-03-01 20:15)",
        "box (locked; at flat)",
        "exempt: ann from 2026-12-24 until 2026-12-27",
    ):
        assert line in text


def test_the_order_of_a_hunting_group_is_shown() -> None:
    """A line has its position behind it."""
    assert "line-1 (position 1), line-2 (position 2)" in shown(seed("bike-shop"))


def test_each_thing_a_policy_says_is_shown_under_its_id() -> None:
    """With the devices it is narrowed to, what an exemption is for alone, and its pauses."""
    ban = {"kind": "block", "audience": "everyone", "governs": ["odd"]}
    later = {"id": "ban.2", "policy": "ban", "supersedes": "ban", "valid_from": "2027-01-01"}
    lifts = {
        "paused": [{"to": "odd", "valid_from": "2027-02-01"}],
        "exempt": [{"to": "ann", "only_for": ["box"], "valid_to": "2027-03-01"}],
    }
    document = document_of(
        {
            "organization": {"id": "odd", "time_zone": "UTC"},
            "individuals": [{"id": "ann"}],
            "resources": [{"id": "box"}],
            "policies": [
                {"id": "ban", "valid_to": "2027-01-01"} | ban,
                later | ban | {"only_on": ["box"]} | lifts,
            ],
        }
    )
    text = shown(document)
    assert "ban (block; everyone; for odd; always; until 2027-01-01)" in text
    assert "ban (block; everyone; for odd; on box; always; from 2027-01-01; exempt: ann" in text
    assert "exempt: ann for box alone until 2027-03-01; paused: from 2027-02-01" in text
