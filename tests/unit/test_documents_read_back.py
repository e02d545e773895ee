"""Households that an export once wrote as no load could read them; each is read back now."""

from collections.abc import Callable

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for
from household_graph.changes.role_grants import involve, party_role
from household_graph.documents.diff import difference
from household_graph.documents.export import from_rows
from household_graph.model.edits import apply_edits
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.instants import FOREVER, to_utc
from household_graph.model.rows import Rows
from household_graph.viz.diagram import rows_at
from tests.property.reading_back import not_read_back
from tests.unit.drafts import LONDON, draft_of, instant
from tests.unit.events import come_of_age, move_home

NOW = instant("2026-11-22T20:00")
OF_AGE = "2027-01-30"
"""When Emma is 18."""
MOVED = "2027-01-02"


def _leave_at_18() -> list[Rows]:
    home, place = (
        draft_of(at="2027-02-01"),
        Draft(Rows("emmas", (), ()), instant("2027-02-01"), LONDON),
    )
    leave_for(home, place, "bakers/emma", keep=("bakers/sports-channel", "bakers/phone-emma"))
    return [home.rows, place.rows]


def _drafted(work: Callable[[Draft], object], at: str = "2026-11-22T20:00") -> list[Rows]:
    draft = draft_of(at=at)
    work(draft)
    return [draft.rows]


def _customer_at_18(draft: Draft) -> None:
    span = (instant(OF_AGE), FOREVER)
    party_role(draft, "emma", PartyRoleKind.CUSTOMER, "account", span)


def _cable_never_held(draft: Draft) -> None:
    """Record a product that was to begin later, with a Consumer, and call it off."""
    later = instant(MOVED)
    draft.create("bakers/radio", ["Product"], {"status": "active"}, (later, FOREVER))
    draft.relate("HAS_PRODUCT", "bakers/account", "bakers/radio")
    involve(draft, "granny", InvolvementKind.CONSUMER, "radio")
    draft.hold("bakers/radio", later, later)


def _joined_policies() -> list[Rows]:
    """Load a document in which a policy that has versions is a version of another one."""
    draft = draft_of()
    bedtime, classification = "bakers/bedtime", "bakers/classification"
    begin = (instant("2026-11-01"), FOREVER)
    for version, before in (("bedtime.2", "bedtime"), ("bedtime.3", "bedtime.2")):
        node = draft.index.nodes[bedtime].properties
        terms = {name: value for name, value in node.items() if not name.startswith("valid_")}
        draft.create(f"bakers/{version}", ["Policy"], {**terms, "policy": bedtime}, begin)
        for link in draft.index.outgoing("ENFORCED_BY", bedtime):
            draft.relate("ENFORCED_BY", f"bakers/{version}", link.end)
        for link in draft.index.outgoing("GOVERNS", bedtime):
            draft.relate("GOVERNS", f"bakers/{version}", link.end)
        draft.relate("SUPERSEDES", f"bakers/{version}", f"bakers/{before}")
    current = draft.rows
    target = draft_of()
    target.update(bedtime, policy=classification)
    target.relate("SUPERSEDES", bedtime, classification)
    loaded = difference(current, target.rows, to_utc(NOW))
    return [current, apply_edits(current, loaded.edits)]


STATES: dict[str, Callable[[], list[Rows]]] = {
    "a role from the 18th birthday on": lambda: _drafted(_customer_at_18),
    "of age later": lambda: _drafted(lambda draft: come_of_age(draft, "emma"), OF_AGE),
    "gone at 18": _leave_at_18,
    "a product that ends": lambda: _drafted(
        lambda draft: move_home(draft, "flat", {"city": "Leeds"}, left=["cable-tv"]), MOVED
    ),
    "a product that never held": lambda: _drafted(_cable_never_held),
    "a policy that became a version": _joined_policies,
}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_read_back(state: str) -> None:
    """What is exported is loaded without a change, whenever it is loaded."""
    for rows in STATES[state]():
        for moment in (NOW, instant(MOVED), instant("2027-06-01")):
            assert list(not_read_back(rows, moment)) == []


def test_what_holds_after_a_product_has_ended() -> None:
    """A tree at a time shows neither the product nor the roles on it."""
    [rows] = STATES["a product that ends"]()
    shown = from_rows(rows_at(rows, instant("2027-06-01")))
    assert "cable-tv" not in {product.id for product in shown.products}
    assert not any(
        link.to == "cable-tv"
        for role in shown.party_roles
        for link in (*role.consumer_of, *role.admin_of, *role.chooser_of)
    )
