"""A later export changes only what it says otherwise, and leaves the household's own changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.imports.assemble import assemble_rows, recorded
from household_graph.imports.records import NormalizedRecord
from household_graph.imports.three_way_merge import three_way_merge
from household_graph.model.edits import apply_edits
from household_graph.model.rows import NodeRow, Rows, Value
from tests.unit.import_records import SOURCE, assigned, normalized, product

AT = datetime(2026, 11, 1, tzinfo=UTC)
NOBODY = Rows("crm-7", (), ())
ADMIN = "customer.customer.account.admin.tv"


def rows(*said: NormalizedRecord) -> Rows:
    return assemble_rows(SOURCE, "crm-7", [assigned(one) for one in said])


def after(current: Rows, before: Rows, now: Rows) -> Rows:
    return apply_edits(current, three_way_merge(current, before, now, AT).edits)


def node(found: Rows, local: str) -> NodeRow:
    return next(one for one in found.nodes if one.id == f"crm-7/{local}")


def changed(found: Rows, local: str, **properties: Value) -> Rows:
    """Return rows in which somebody has changed something by hand."""
    nodes = [
        replace(one, properties={**one.properties, **properties})
        if one.id == f"crm-7/{local}"
        else one
        for one in found.nodes
    ]
    return replace(found, nodes=tuple(nodes))


said = st.builds(
    lambda name, products, price: normalized(
        person={"key": "customers/7", "given_name": name},
        products=tuple(product(one, price=price) for one in sorted(products)),
    ),
    st.sampled_from([None, "Ann", "Anne"]),
    st.sets(st.sampled_from(["tv", "internet", "voice"])),
    st.sampled_from([None, 10.0, 12.5]),
)


@given(said, said)
@settings(deadline=None)
def test_a_new_household_is_what_its_records_say(
    one: NormalizedRecord, other: NormalizedRecord
) -> None:
    """With nothing before, all that the records say is written; saying it again changes nothing."""
    first = rows(one)
    made = after(NOBODY, NOBODY, first)
    assert {row.id: row for row in made.nodes} == {row.id: row for row in first.nodes}
    assert not three_way_merge(made, first, first, AT).edits
    assert not three_way_merge(after(made, first, rows(other)), rows(other), rows(other), AT).edits


@given(said, said)
@settings(deadline=None)
def test_what_is_written_reads_back_as_the_same_records(
    one: NormalizedRecord, other: NormalizedRecord
) -> None:
    """The records of a household can be told from its rows, after a change too."""
    first, second = rows(one), rows(other)
    assert [record.content for record in recorded(SOURCE, after(NOBODY, NOBODY, first))] == [one]
    assert [record.content for record in recorded(SOURCE, after(first, first, second))] == [other]


def test_what_the_household_changed_itself_is_left_alone() -> None:
    """A name put right by hand stays, though the export changes it; the rest follows the export."""
    before = rows(normalized(person={"key": "customers/7", "given_name": "Katy"}))
    now = rows(
        normalized(
            person={"key": "customers/7", "given_name": "Kate", "family_name": "Baker"},
        )
    )
    update = three_way_merge(changed(before, "customer", given_name="Katie"), before, now, AT)
    found = apply_edits(changed(before, "customer", given_name="Katie"), update.edits)
    assert node(found, "customer").properties["given_name"] == "Katie"
    assert node(found, "customer").properties["family_name"] == "Baker"
    assert update.conflicts == ("crm-7/customer",)


def test_a_product_that_is_no_longer_said_ends_and_stays() -> None:
    """It ends at the time of the run, and who used it is still known."""
    before = rows(normalized(products=(product("tv"), product("internet"))))
    now = rows(normalized(products=(product("internet"),)))
    found = after(before, before, now)
    assert node(found, "tv").properties["valid_to"] == AT
    assert "valid_to" not in node(found, "internet").properties
    assert {link.key for link in before.relationships if link.type == "REALIZED_BY"} <= {
        link.key for link in found.relationships
    }


def test_a_product_that_comes_back_has_a_second_period() -> None:
    """What ended with one export keeps its dates; said again by a later one, it begins anew.

    The roles on it do so, too, and each export after that speaks of the second.
    """
    both = rows(normalized(products=(product("tv"),)))
    none = rows(normalized())
    found = after(after(both, both, none), none, both)
    assert node(found, "tv").properties["valid_to"] == AT
    again = node(found, "tv.period-2")
    assert again.properties == {**node(both, "tv").properties, "valid_from": AT}
    involved = {link.start for link in found.relationships if link.end == again.id}
    assert f"crm-7/{ADMIN}.period-2" in involved
    assert node(found, ADMIN).properties["valid_to"] == AT
    assert after(found, both, both) == found
    assert node(after(found, both, none), "tv.period-2").properties["valid_to"] == AT


def test_a_period_that_is_told_of_when_it_is_over_is_another_one() -> None:
    """A product that ended, and was there again between two exports, keeps its first dates."""
    first = rows(normalized(products=(product("tv", valid_from=date(2025, 1, 6)),)))
    none = rows(normalized())
    between = {"valid_from": date(2026, 11, 3), "valid_to": date(2026, 11, 5)}
    told = rows(normalized(products=(product("tv", **between),)))
    gone = after(first, first, none)
    found = apply_edits(gone, three_way_merge(gone, none, told, AT + timedelta(days=7)).edits)
    assert node(found, "tv") == node(gone, "tv")
    assert node(found, "tv.period-2").properties["valid_from"] == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_member_that_comes_back_has_a_second_period() -> None:
    """A membership that ended and is said again is the next period of the relationship."""
    here = rows(normalized())
    found = after(after(here, here, NOBODY), NOBODY, here)
    periods = sorted(
        (link.period, link.properties.get("valid_from"), link.properties.get("valid_to"))
        for link in found.relationships
        if link.type == "MEMBER_OF"
    )
    assert periods == [(1, None, AT), (2, AT, None)]
    assert after(found, here, here) == found


def test_a_household_without_records_has_ended() -> None:
    """When no record speaks of it any more, its roles and products end; no state is touched.

    A state is told of all times, so that what was allowed before would no longer seem so.
    """
    before = rows(normalized(products=(product("tv"),)))
    found = after(before, before, NOBODY)
    for own_id, name in (("account", "state"), ("tv", "status")):
        assert node(found, own_id).properties[name] == "active"
    assert all(
        one.properties.get("valid_to") == AT
        for one in found.nodes
        if {"PartyRole", "Product"} & one.labels
    )
    assert not recorded(SOURCE, found)
    ended = [link for link in found.relationships if link.type == "MEMBER_OF"]
    assert [link.properties["valid_to"] for link in ended] == [AT]


def test_records_of_several_people_share_a_bill() -> None:
    """Two payers of one account pay half of it each; the person of each record keeps its own id."""
    found = rows(
        normalized(),
        normalized("customers/8", person={"key": "customers/8"}),
    )
    shares = [link.properties["share"] for link in found.relationships if link.type == "PAYS"]
    assert shares == [50.0, 50.0]
    assert {one.id for one in found.nodes if "Individual" in one.labels} == {
        "crm-7/customer",
        "crm-7/8",
    }


def test_an_implied_minor_has_a_responsible_adult() -> None:
    """Who implies a minor is responsible for it; a partner is a member without a name."""
    others = (
        {"key": "customers/7#partner", "minor": False, "description": "partner"},
        {"key": "customers/7#dependent", "minor": True},
    )
    found = rows(normalized(others=others))
    responsible = [link for link in found.relationships if link.type == "RESPONSIBLE_FOR"]
    assert [(link.start, link.end) for link in responsible] == [
        ("crm-7/customer", "crm-7/dependent")
    ]
