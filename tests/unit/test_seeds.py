"""The households that come with the package."""

from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump, from_rows
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.documents.yaml_lines import parse_yaml
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.model.rows import Rows
from scripts.document_pages import json_schema

SEED = Path(__file__).parents[2] / "seed"
SEEDS = sorted(SEED.glob("*.yaml"))


def seed(name: str) -> HouseholdDocument:
    [document] = read_documents(SEED / f"{name}.yaml", today=date(2026, 11, 22))
    return document


@pytest.fixture(scope="module")
def bakers() -> Rows:
    return to_rows(seed("bakers"))


@pytest.fixture(scope="module")
def shop() -> Facts:
    return facts_from_rows(to_rows(seed("bike-shop")))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_seeds_fit_the_json_schema(path: Path) -> None:
    """Every seed is what the published JSON Schema says."""
    trees, findings = parse_yaml(path.read_text(encoding="utf-8"))
    assert findings == []
    for tree in trees:
        Draft202012Validator(json_schema()).validate(tree.data)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_seeds_come_back(path: Path) -> None:
    """A seed makes rows that make it again, and its canonical text reads as itself."""
    [document] = read_documents(path)
    rows = to_rows(document)
    assert to_rows(from_rows(rows)) == rows
    assert dump(from_rows(rows)) == dump(document)


def test_who_the_bakers_are(bakers: Rows) -> None:
    """Eight people, of whom the au pair has no name and is no member."""
    people = {node.id: node.properties for node in bakers.nodes if "Individual" in node.labels}
    assert {one.removeprefix("bakers/"): people[one].get("birth_date") for one in people} == {
        "dad": date(1978, 3, 2),
        "mum": date(1980, 7, 19),
        "emma": date(2009, 1, 30),
        "tom": date(2010, 9, 11),
        "katie": date(2013, 5, 14),
        "granny": date(1949, 11, 5),
        "auntie-jean": date(1975, 12, 24),
        "au-pair": None,
    }
    assert set(people["bakers/au-pair"]) == {"description", "status"}
    members = {link.start for link in bakers.relationships if link.type == "MEMBER_OF"}
    assert members == set(people) - {"bakers/au-pair"}


def test_the_functional_roles_of_the_bakers(bakers: Rows) -> None:
    """Who is Customer, Bill Payer and User of what, and who stands guarantor."""
    links = {(link.type, link.start, link.end) for link in bakers.relationships}
    roles = {
        (node.id.split("/")[1].split(".")[0], kind, account.removeprefix("bakers/"))
        for node in bakers.nodes
        for kind in ("Customer", "BillPayer", "User")
        if kind in node.labels
        for _type, role, account in links
        if (_type, role) == ("ON_ACCOUNT", node.id)
    }
    everyone = (
        *("dad", "mum", "emma", "tom", "katie", "granny", "auntie-jean", "au-pair", "bakers"),
    )
    assert roles == {
        ("dad", "Customer", "account"),
        ("dad", "BillPayer", "account"),
        ("mum", "BillPayer", "account"),
        ("emma", "Customer", "teens-account"),
        ("emma", "BillPayer", "teens-account"),
        ("tom", "BillPayer", "teens-account"),
        ("emma", "User", "teens-account"),
        ("tom", "User", "teens-account"),
        *((party, "User", "account") for party in everyone),
    }
    guaranteed = {
        start for kind, start, end in links if kind == "GUARANTEED_BY" and end == "bakers/mum"
    }
    assert guaranteed == {
        f"bakers/{role}.teens-account"
        for role in ("emma.customer", "emma.bill-payer", "tom.bill-payer")
    }


def test_who_pays_the_bills_of_the_bakers(bakers: Rows) -> None:
    """Dad and mum pay one, 60 and 40; emma and tom the other, half each."""
    shares = {
        (link.start.split(".")[0], link.end): link.properties["share"]
        for link in bakers.relationships
        if link.type == "PAYS"
    }
    assert shares == {
        ("bakers/dad", "bakers/bill"): 60,
        ("bakers/mum", "bakers/bill"): 40,
        ("bakers/emma", "bakers/teens-bill"): 50,
        ("bakers/tom", "bakers/teens-bill"): 50,
    }


def test_policies_of_the_bakers_are_set_by_the_security_admin(bakers: Rows) -> None:
    """Mum set both, as Admin of the smart firewall, which enforces them."""
    links = {(link.type, link.start, link.end) for link in bakers.relationships}
    for policy in ("bakers/bedtime", "bakers/classification"):
        assert ("SET", "bakers/home-security-admin", policy) in links
        assert ("ENFORCED_BY", policy, "bakers/smart-firewall") in links
    assert ("INVOLVED_IN", "bakers/home-security-admin", "bakers/smart-firewall") in links
    assert ("PLAYS", "bakers/mum.user.account", "bakers/home-security-admin") in links
    assert ("IDENTIFIED_BY", "bakers/home-security-admin", "bakers/mum-login") in links


@pytest.mark.parametrize(
    ("party", "target", "device", "at", "codes"),
    [
        ("line-1", "hunt-group-sales", None, "2026-11-23T10:00", {"granted"}),
        ("line-4", "hunt-group-sales", None, "2026-11-23T10:00", {"not-granted"}),
        ("line-5", "call-pick-up", None, "2026-11-23T10:00", {"granted"}),
        ("assistant-1", "international-calls", "line-1", "2026-11-23T18:29", {"granted"}),
        ("assistant-1", "international-calls", "line-1", "2026-11-23T18:30", {"curfew"}),
        ("assistant-1", "international-calls", "line-1", "2026-11-24T07:59", {"curfew"}),
        ("owner", "international-calls", "line-3", "2026-11-23T22:00", {"exempt", "granted"}),
        ("manager", "calls", "line-1", "2026-11-23T10:00", {"no-device-grant"}),
        ("mechanic-2", "internet-workshop", "router-workshop", "2026-11-23T10:00", {"granted"}),
        ("mechanic-2", "international-calls", "line-4", "2026-11-23T10:00", {"block"}),
        (
            "assistant-2",
            "internet-shop",
            "till",
            "2025-02-28T10:00",
            {"not-yet-valid"},
        ),
        ("assistant-2", "internet-shop", "till", "2025-03-01T10:00", {"granted"}),
        ("owner", "premium-calls", "line-3", "2026-11-23T10:00", {"block"}),
        ("cleaner", "internet-shop", "router-shop", "2026-11-23T20:00", {"granted"}),
        ("cleaner", "calls", "line-1", "2026-11-23T20:00", {"no-device-grant", "not-granted"}),
    ],
)
def test_the_bike_shop(
    shop: Facts, *, party: str, target: str, device: str | None, at: str, codes: set[str]
) -> None:
    """The hunting group, pick-up, opening hours, nested units and the cleaner do what they say."""
    question = Question(
        f"bike-shop/{party}",
        f"bike-shop/{target}",
        device=device and f"bike-shop/{device}",
        at=at,
    )
    assert set(decide(shop, question, now=0).codes) == codes


def test_the_hunting_group_has_an_order() -> None:
    """The positions of its lines are 1, 2 and 3."""
    rows = to_rows(seed("bike-shop"))
    positions = {
        node.id.split("/")[1].split(".")[0]: node.properties["position"]
        for node in rows.nodes
        if "position" in node.properties
    }
    assert positions == {"line-1": 1, "line-2": 2, "line-3": 3}
