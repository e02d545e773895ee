"""What is live and nobody holds, told of the Bakers."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from household_graph.changes.draft import Draft
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.model.instants import from_datetime, zone_named

SEED = Path(__file__).parents[2] / "seed"
AT = from_datetime(datetime(2026, 11, 22, 20, tzinfo=UTC))


def draft(name: str = "bakers") -> Draft:
    [document] = read_documents(SEED / f"{name}.yaml", today=date(2026, 11, 22))
    return Draft(to_rows(document), AT, zone_named("Europe/London"))


def lacking(made: Draft) -> list[OwnershipGap]:
    return ownership_gaps(made.index, facts_from_rows(made.rows), made.at)


def end_roles(made: Draft, party: str, label: str) -> None:
    for link in made.index.outgoing("PLAYS", party):
        if label in (role := made.get(link.end)).labels:
            made.end(role)


@pytest.mark.parametrize("name", ["bakers", "bike-shop"])
def test_nothing_is_missing_in_the_seeds(name: str) -> None:
    """Everything live in the seed households has whom it needs."""
    assert lacking(draft(name)) == []


def test_a_customer_who_goes() -> None:
    """Without Dad as Customer the account has none, and what he administers by it no Admin."""
    made = draft()
    end_roles(made, "bakers/dad", "Customer")
    assert lacking(made) == [
        OwnershipGap("bakers/account", "Customer"),
        OwnershipGap("bakers/cable-tv", "Admin"),
        OwnershipGap("bakers/mobile-dad", "Admin"),
    ]


def test_a_payer_who_goes() -> None:
    """A bill has a payer as long as one is left, and then none."""
    made = draft()
    end_roles(made, "bakers/dad", "BillPayer")
    assert lacking(made) == []
    end_roles(made, "bakers/mum", "BillPayer")
    assert lacking(made) == [OwnershipGap("bakers/bill", "BillPayer")]


def test_a_party_that_is_not_active() -> None:
    """Who is suspended holds nothing, and answers for nobody."""
    made = draft()
    made.update("bakers/mum", status="suspended")
    found = lacking(made)
    assert OwnershipGap("bakers/broadband", "Admin") in found
    assert OwnershipGap("bakers/smart-firewall", "Admin") in found
    assert not any(lack.needs == "responsible adult" for lack in found)
    made.update("bakers/dad", status="deceased")
    assert OwnershipGap("bakers/katie", "responsible adult") in lacking(made)


def test_what_is_not_live_needs_nobody() -> None:
    """A product that is terminated, or has ended, needs neither Admin nor Customer nor payer."""
    made = draft()
    for role in ("Customer", "BillPayer", "User"):
        end_roles(made, "bakers/emma", role)
        end_roles(made, "bakers/tom", role)
    assert {lack.id for lack in lacking(made)} == {
        *("bakers/sports-channel", "bakers/teens-account", "bakers/teens-bill"),
    }
    made.update("bakers/sports-channel", status="terminated")
    assert lacking(made) == []


def test_a_minor_who_has_left_needs_no_adult() -> None:
    """A minor needs a responsible adult as long as it is a member or plays a role."""
    made = draft()
    for link in made.index.incoming("RESPONSIBLE_FOR", "bakers/katie"):
        made.end(link)
    assert lacking(made) == [OwnershipGap("bakers/katie", "responsible adult")]
    for link in made.index.outgoing("MEMBER_OF", "bakers/katie"):
        made.end(link)
    end_roles(made, "bakers/katie", "User")
    assert lacking(made) == []
