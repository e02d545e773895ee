"""Tables of relationships and memberships: who lives where, and who is responsible for a minor."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from household_graph.imports.mapping.compile import CompiledTable
from household_graph.imports.mapping.mapping import read_mapping
from household_graph.imports.records import NormalizedRecord, RawRecord, RejectedRecord
from household_graph.model.rows import NodeRow, Rows
from tests.unit.staged_imports import Outcome, staged

HEAD = 'source: crm\ncountry: GB\ntime_zone: Europe/London\ndate_order: dmy\ndecimal: "."\n'
CONTACTS = "id,contact_type,first_name,last_name,birth_date,household_name,is_deceased"
RELATIONSHIPS = "id,contact_id_a,relationship_type,contact_id_b,start_date,end_date,is_active"
BAKERS = (
    "1,Individual,Dad,Baker,1978-03-02,,0",
    "2,Individual,Mum,Baker,1980-07-19,,0",
    "3,Individual,Katie,Baker,2013-05-14,,0",
    "9,Household,,,,The Bakers,0",
)
FAMILY = (
    "11,3,Child of,1,,,1",
    "12,3,Child of,2,2020-01-01,,1",
    "13,1,Spouse of,2,,,1",
    "14,1,Head of Household for,9,,,1",
    "15,2,Household Member of,9,,,1",
    "16,3,Household Member of,9,,,1",
)


def civicrm(folder: Path, contacts: tuple[str, ...], relationships: tuple[str, ...]) -> Outcome:
    return staged(
        folder,
        "civicrm",
        {
            "civicrm_contact.csv": [CONTACTS, *contacts],
            "civicrm_relationship.csv": [RELATIONSHIPS, *relationships],
        },
    )


def people(rows: Rows) -> dict[str, NodeRow]:
    return {
        str(node.properties.get("given_name")): node
        for node in rows.nodes
        if "Individual" in node.labels
    }


def responsible(rows: Rows) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the validity of each responsibility, by the local ids of adult and minor."""
    return {
        (link.start.rpartition("/")[2], link.end.rpartition("/")[2]): {
            name: value.date().isoformat() if hasattr(value, "date") else value
            for name, value in link.properties.items()
        }
        for link in rows.relationships
        if link.type == "RESPONSIBLE_FOR"
    }


def test_contacts_live_where_memberships_say(tmp_path: Path) -> None:
    """Contacts, memberships and relationships of one person make one household with its name."""
    outcome = civicrm(tmp_path, BAKERS, FAMILY)
    assert not outcome.rejects
    [rows] = outcome.households.values()
    assert rows.household == "civicrm-9"
    assert set(people(rows)) == {"Dad", "Mum", "Katie"}
    [organization] = [node for node in rows.nodes if "Organization" in node.labels]
    assert organization.properties["name"] == "The Bakers"
    assert sum("Customer" in node.labels for node in rows.nodes) == 1


def test_parents_are_responsible_for_a_minor(tmp_path: Path) -> None:
    """From the day that the relationship has, until the minor comes of age."""
    [rows] = civicrm(tmp_path, BAKERS, FAMILY).households.values()
    found = responsible(rows)
    assert set(found) == {("1", "3"), ("2", "3")}
    assert "valid_from" not in found["1", "3"]
    assert found["2", "3"]["valid_from"] < found["2", "3"]["valid_to"]
    assert found["1", "3"]["valid_to"] == found["2", "3"]["valid_to"]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("3,Individual,Katie,Baker,,,0", BAKERS[0]),  # of unknown age: counts as an adult
        (BAKERS[2], "1,Individual,Tom,Baker,2010-09-11,,0"),  # a minor answers later, for months
    ],
)
def test_responsibility_follows_the_laws(tmp_path: Path, child: str, parent: str) -> None:
    """Nobody is responsible for an adult, and no minor is responsible."""
    outcome = civicrm(tmp_path, (parent, child, BAKERS[3]), (FAMILY[0], *FAMILY[3:4], FAMILY[5]))
    [rows] = outcome.households.values()
    begins = [validity.get("valid_from") for validity in responsible(rows).values()]
    assert None not in begins


def test_a_couple_without_a_household_is_one(tmp_path: Path) -> None:
    """Two who are married live together where the source has no household for either."""
    [rows] = civicrm(tmp_path, BAKERS[:2], FAMILY[2:3]).households.values()
    assert set(people(rows)) == {"Dad", "Mum"}
    apart = civicrm(tmp_path, BAKERS[:2], ("13,1,Spouse of,2,,2020-01-01,1",))
    assert len(apart.households) == 2


def test_a_child_alone_moves_nobody(tmp_path: Path) -> None:
    """Grown children live elsewhere: a relationship to a parent places nobody."""
    outcome = civicrm(tmp_path, BAKERS[:3], FAMILY[:1])
    assert len(outcome.households) == 3
    assert not any(responsible(rows) for rows in outcome.households.values())


def test_a_relationship_of_nobody_is_rejected(tmp_path: Path) -> None:
    """It makes no person without a name, and no household."""
    outcome = civicrm(tmp_path, BAKERS[:2], ("11,3,Child of,1,,,1",))
    assert len(outcome.households) == 2
    [reject] = outcome.rejects
    assert reject["reason"] == "the person of this relationship is in no other record"


def of_record(folder: Path, table: str, **values: str) -> NormalizedRecord | RejectedRecord:
    file = folder / "mapping.yaml"
    file.write_text(f"{HEAD}tables:\n  people:\n    key: id\n{table}", encoding="utf-8")
    compiled = CompiledTable(read_mapping(file), "people", list(values))
    found = compiled.read(RawRecord("people.csv", 2, "", values))
    assert isinstance(found, NormalizedRecord | RejectedRecord)
    return found


def test_a_count_implies_so_many_people(tmp_path: Path) -> None:
    """Each has an id of its own; what is no number of people is left out with a warning."""
    table = "    person: {}\n    others: [{id: dependent, count: Dependents, minor: true}]\n"
    found = of_record(tmp_path, table, id="7", Dependents="3")
    assert isinstance(found, NormalizedRecord)
    expected = [f"people/7#dependent-{place}" for place in (1, 2, 3)]
    assert [(one.key, one.minor) for one in found.others] == [(one, True) for one in expected]
    for written in ("", "0", "4000", "some"):
        none = of_record(tmp_path, table, id="7", Dependents=written)
        assert isinstance(none, NormalizedRecord)
        assert none.others == ()


@pytest.mark.parametrize(
    ("age", "born", "minor"),
    [("17", "", True), ("18", "", False), ("", "", None), ("17", "14.05.2013", None)],
)
def test_an_age_says_who_is_a_minor(
    tmp_path: Path, age: str, born: str, minor: bool | None
) -> None:
    """It counts where there is no birth date; one that cannot be read rejects the record."""
    table = "    person: {age: Age, birth_date: Born}\n"
    found = of_record(tmp_path, table, id="7", Age=age, Born=born)
    assert isinstance(found, NormalizedRecord)
    assert found.person
    assert found.person.minor is minor
    assert found.person.birth_date == (date(2013, 5, 14) if born else None)
    assert isinstance(of_record(tmp_path, table, id="7", Age="200", Born=""), RejectedRecord)


def test_a_value_may_depend_on_other_columns(tmp_path: Path) -> None:
    """A value with `when` is empty in records whose columns have other values."""
    table = "    household: {column: to, when: {type: [member, head]}}\n"
    for kind, household in (("member", "9"), ("Head", "9"), ("friend", None)):
        found = of_record(tmp_path, table, id="7", to="9", type=kind)
        assert isinstance(found, NormalizedRecord)
        assert found.household == household


def test_roles_may_be_for_those_of_age(tmp_path: Path) -> None:
    """A child of a list is no customer, and is not rejected; the adults are customers."""
    header = "id;household;first_name;last_name;birthday"
    rows = ["1;7;Dad;Baker;02.03.1978", "2;7;Katie;Baker;14.05.2013"]
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        f"{HEAD}tables:\n  people:\n    key: id\n    household: household\n"
        "    account: household\n"
        "    person: {given_name: first_name, family_name: last_name, birth_date: birthday}\n"
        "    roles: [{role: Customer, of_age: true}, {role: User}]\n",
        encoding="utf-8",
    )
    outcome = staged(tmp_path, mapping, {"people.csv": [header, *rows]})
    assert not outcome.rejects
    [household] = outcome.households.values()
    assert set(people(household)) == {"Dad", "Katie"}
    assert sum("Customer" in node.labels for node in household.nodes) == 1
    assert sum("User" in node.labels for node in household.nodes) == 2


def test_columns_are_kept_as_characteristics(tmp_path: Path) -> None:
    """Each with its name; those of several records about one person are joined, and blanks none."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        f"{HEAD}tables:\n  people:\n    files: ['people*']\n    key: id\n    household: home\n"
        "    person: {full_name: name, characteristics: [Gender, Colour]}\n"
        "    roles: [{role: Customer}]\n"
        "  facts:\n    files: ['facts*']\n    key: row\n    household: home\n"
        "    person: {key: {column: id, table: people}, characteristics: {Satisfaction: score}}\n"
        "    terms: {characteristics: [CLTV]}\n",
        encoding="utf-8",
    )
    outcome = staged(
        tmp_path,
        mapping,
        {
            "people.csv": ["id,home,name,Gender,Colour", "1,7,Ann Fold,Female,"],
            "facts.csv": ["row,id,home,score,CLTV", f"9,1,7,3,{'x' * 3000}"],
        },
    )
    [rows] = outcome.households.values()
    [ann] = people(rows).values()
    assert ann.properties["characteristics"] == ("Gender: Female", "Satisfaction: 3")
    assert not any(
        "characteristics" in node.properties
        for node in rows.nodes
        if "Individual" not in node.labels
    )
    assert [warning["column_name"] for warning in outcome.warnings] == ["CLTV"]
