"""What is done to a household so that it becomes what a document says."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from household_graph.documents.diff import Difference, difference
from household_graph.documents.export import dump, from_rows
from household_graph.documents.read import document_of
from household_graph.documents.to_rows import to_rows
from household_graph.errors import DocumentError, InvalidTimeError
from household_graph.model.edits import apply_edits
from household_graph.model.rows import NodeRow, RelationshipRow, Rows

AT = datetime(2026, 11, 22, 20, tzinfo=UTC)
HOME: dict[str, Any] = {
    "organization": {"id": "h", "time_zone": "UTC"},
    "valid_from": "2020-01-01",
    "individuals": [{"id": "mum", "member_of": ["h"]}],
    "customer_accounts": [{"id": "account"}],
    "products": [{"id": "broadband", "account": "account", "services": ["internet"]}],
    "services": [{"id": "internet", "available_on": ["hub"]}],
    "resources": [{"id": "hub"}],
    "party_roles": [
        {"party": "mum", "role": "User", "account": "account", "consumer_of": ["internet"]}
    ],
    "policies": [{"id": "p", "kind": "block", "audience": ["mum"], "governs": ["internet"]}],
}


def rows(**sections: Any) -> Rows:  # noqa: ANN401 - sections of a document
    return to_rows(document_of({**copy.deepcopy(HOME), **sections}))


def changed(**sections: Any) -> Difference:  # noqa: ANN401 - sections of a document
    return difference(rows(), rows(**sections), AT)


def ended(change: Difference) -> dict[str, Any]:
    """Return when each thing that is ended ends, by id, or by type of relationship."""
    things: dict[str, Any] = {}
    for edit in change.edits.nodes:
        things[edit.id] = edit.after
    for link in change.edits.relationships:
        if link.after:
            things[link.after.type] = link.after
    return {
        name: thing.properties["valid_to"]
        for name, thing in things.items()
        if thing in [one.after for one in change.ended]
    }


def removed(change: Difference) -> list[RelationshipRow]:
    return [one.before for one in change.edits.relationships if one.before and not one.after]


def test_a_new_household() -> None:
    """Everything is added to a household that is not there."""
    wanted = rows()
    change = difference(Rows("h", (), ()), wanted, AT)
    assert change.counts == {
        "added": len(wanted.nodes) + len(wanted.relationships),
        "changed": 0,
        "ended": 0,
        "removed": 0,
        "kept": 0,
    }
    assert apply_edits(Rows("h", (), ()), change.edits) == wanted


def test_nothing_to_do() -> None:
    """A document that says what is there is an empty difference."""
    assert not changed().edits


def test_a_property_is_changed_and_another_dropped() -> None:
    """A change has the node before and after; a property no longer stated is gone."""
    before = rows(individuals=[{"id": "mum", "given_name": "Ann", "member_of": ["h"]}])
    after = rows(individuals=[{"id": "mum", "family_name": "Bee", "member_of": ["h"]}])
    [change] = difference(before, after, AT).edits.nodes
    assert change.before
    assert change.before.properties == {"given_name": "Ann", "status": "active"}
    assert change.after
    assert change.after.properties == {"family_name": "Bee", "status": "active"}


def test_what_documents_do_not_speak_of_stays() -> None:
    """The revision of the organization, and other properties of other origin, are left alone."""
    current = rows()
    nodes = tuple(
        NodeRow(node.id, node.labels, {**node.properties, "revision": 7})
        if node.id == "h"
        else node
        for node in current.nodes
    )
    there = Rows("h", nodes, current.relationships)
    assert not difference(there, current, AT).edits
    renamed = rows(organization={"id": "h", "time_zone": "UTC", "name": "Home"})
    [change] = difference(there, renamed, AT).edits.nodes
    assert change.after
    assert change.after.properties["revision"] == 7


def test_roles_and_policies_left_out_end() -> None:
    """A role, its involvement and a policy end at the given time, and stay."""
    change = changed(party_roles=[], policies=[])
    assert ended(change) == dict.fromkeys(
        ("h/mum.user.account", "h/mum.user.account.consumer.internet", "h/p"), AT
    )
    assert removed(change) == []
    assert change.kept == ()


def test_memberships_and_availability_left_out_end() -> None:
    """Dated relationships end at the given time."""
    change = changed(individuals=[{"id": "mum"}], services=[{"id": "internet"}])
    assert ended(change) == {"MEMBER_OF": AT, "AVAILABLE_ON": AT}


@pytest.mark.parametrize(
    ("validity", "end"),
    [
        ({"valid_to": "2021-01-01"}, None),
        ({"valid_to": "2030-01-01"}, AT),
        ({"valid_from": "2030-01-01"}, datetime(2030, 1, 1, tzinfo=UTC)),
        (
            {"valid_from": "2030-01-01", "valid_to": "2031-01-01"},
            datetime(2030, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_when_things_end(validity: dict[str, str], end: datetime | None) -> None:
    """What has ended is left; what has not begun by then never begins."""
    current = rows(individuals=[{"id": "mum", "member_of": [{"to": "h", **validity}]}])
    change = difference(current, rows(individuals=[{"id": "mum"}]), AT)
    assert ended(change) == ({"MEMBER_OF": end} if end else {})
    there = apply_edits(current, change.edits)
    assert not difference(there, rows(individuals=[{"id": "mum"}]), AT).edits


def test_other_things_left_out_are_kept() -> None:
    """People, products and devices a document does not mention stay, with their links."""
    change = difference(
        rows(),
        to_rows(document_of({key: HOME[key] for key in ("organization", "valid_from")})),
        AT,
    )
    assert change.kept == ("h/account", "h/broadband", "h/hub", "h/internet", "h/mum")
    assert removed(change) == []
    assert set(ended(change)) == {
        *("MEMBER_OF", "AVAILABLE_ON", "h/p"),
        *("h/mum.user.account", "h/mum.user.account.consumer.internet"),
    }


def test_links_between_mentioned_things_are_removed() -> None:
    """An undated relationship that is not stated goes if both ends are mentioned."""
    change = changed(products=[{"id": "broadband", "account": "account"}])
    assert [link.key for link in removed(change)] == [
        ("REALIZED_BY", "h/broadband", "h/internet", 0)
    ]
    left_out = changed(
        products=[{"id": "broadband", "account": "account"}],
        services=[],
        policies=[],
        party_roles=[],
    )
    assert removed(left_out) == []


def test_a_product_moves_to_another_account() -> None:
    """The link to the old account goes, even if the document does not mention that account."""
    change = changed(
        customer_accounts=[{"id": "new"}],
        products=[{"id": "broadband", "account": "new", "services": ["internet"]}],
        party_roles=[],
    )
    assert [link.key for link in removed(change)] == [
        ("HAS_PRODUCT", "h/account", "h/broadband", 0)
    ]


def test_a_policy_for_everyone_has_no_parties() -> None:
    """The parties of a policy go with the audience, mentioned or not."""
    policy = {"id": "p", "kind": "block", "audience": "everyone", "governs": ["internet"]}
    change = changed(policies=[policy], individuals=[], party_roles=[])
    assert [link.type for link in removed(change)] == ["APPLIES_TO"]


def stays(*spans: tuple[str | None, str | None]) -> Rows:
    links = [{"to": "h", "valid_from": start, "valid_to": end} for start, end in spans]
    return rows(individuals=[{"id": "mum", "member_of": links}])


def periods(there: Rows) -> dict[int, tuple[str, str]]:
    """Return the years in which each stay begins and ends."""
    return {
        link.period: (_year(link, "valid_from"), _year(link, "valid_to"))
        for link in there.relationships
        if link.type == "MEMBER_OF"
    }


def _year(link: RelationshipRow, name: str) -> str:
    return str(link.properties[name])[:4] if name in link.properties else ""


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ([("2020", "2021"), ("2022", "2024")], {1: ("2020", "2021"), 2: ("2022", "2024")}),
        ([("2022", None)], {1: ("2020", "2021"), 2: ("2022", "")}),
        ([("2019", "2021"), ("2022", None)], {1: ("2019", "2021"), 2: ("2022", "")}),
        (
            [("2010", "2011"), ("2022", None)],
            {1: ("2020", "2021"), 2: ("2022", ""), 3: ("2010", "2011")},
        ),
        ([("2030", None)], {1: ("2020", "2021"), 2: ("2030", "")}),
        ([("2020", "2021")], {1: ("2020", "2021"), 2: ("2022", "2026")}),
        ([], {1: ("2020", "2021"), 2: ("2022", "2026")}),
    ],
)
def test_which_stay_is_meant(
    wanted: list[tuple[str, str | None]], there: dict[int, tuple[str, str]]
) -> None:
    """A stay that begins alike, or overlaps, is corrected; another is new; history stays."""
    current = stays(("2020-01-01", "2021-01-01"), ("2022-01-01", None))
    full = [(f"{start}-01-01", end and f"{end}-01-01") for start, end in wanted]
    change = difference(current, stays(*full), AT)
    assert periods(apply_edits(current, change.edits)) == there
    assert not difference(apply_edits(current, change.edits), stays(*full), AT).edits


def test_an_id_of_another_kind_is_refused() -> None:
    """A thing does not become one of another kind: its id is taken."""
    wanted = rows(resources=[{"id": "hub"}, {"id": "tv"}])
    current = rows(places=[{"id": "tv"}])
    with pytest.raises(DocumentError, match="`h/tv` is Place in the graph and Resource in the"):
        difference(current, wanted, AT)


def test_the_time_has_an_offset() -> None:
    """When things end is an instant."""
    with pytest.raises(InvalidTimeError):
        difference(rows(), rows(), AT.replace(tzinfo=None))


def test_what_never_held_is_not_exported() -> None:
    """A role that ended before it began is in no document, nor is what hung on it alone."""
    late = copy.deepcopy(HOME["party_roles"])
    late[0]["valid_from"] = "2030-01-01"
    current = rows(party_roles=late)
    there = apply_edits(current, difference(current, rows(party_roles=[]), AT).edits)
    assert len(there.nodes) == len(current.nodes)
    assert from_rows(there).party_roles == ()


def test_times_are_written_as_short_as_they_can_be() -> None:
    """The first moment of a day is a date, also where clocks skip midnight; else with offset."""
    data = {
        "organization": {"id": "h", "time_zone": "America/Havana"},
        "individuals": [
            {
                "id": "mum",
                "member_of": [
                    {"to": "h", "valid_from": "2026-03-08", "valid_to": "2026-03-09"},
                    {"to": "h", "valid_from": "2026-05-01T03:00Z", "valid_to": "2026-05-02T04:00Z"},
                ],
            }
        ],
    }
    text = dump(document_of(data))
    assert "\nvalid_from: 2026-03-08\n" in text
    assert "{to: h, valid_to: 2026-03-09}" in text
    assert '{to: h, valid_from: "2026-04-30T23:00:00-04:00", valid_to: 2026-05-02}' in text


def test_rows_that_are_no_document() -> None:
    """Rows that lack what a document needs are refused with the reason."""
    organization = NodeRow("h", frozenset({"Party", "Organization"}), {"time_zone": "UTC"})
    role = NodeRow("h/role", frozenset({"PartyRole", "User"}))
    with pytest.raises(
        DocumentError, match=r"cannot be written as a document: party_roles.0.party"
    ):
        from_rows(Rows("h", (organization, role), ()))
    with pytest.raises(DocumentError, match="no organization `h`"):
        from_rows(Rows("h", (role,), ()))
