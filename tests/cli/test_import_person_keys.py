"""Tables that meet by the keys of people: each record is placed where its person is."""

from pathlib import Path
from typing import Any

import pytest

from household_graph import HouseholdGraph
from tests.cli.imports import import_run, imported_rows

PEOPLE = """contact_id,first_name,last_name,birthday
C-1,Ann,Fold,1970-02-03
C-2,Bob,Fold,1972-05-14
C-3,Cat,Fold,2013-05-14
"""
MAPPING = """source: contacts
country: GB
time_zone: Europe/London
date_order: ymd
decimal: "."
tables:
  contacts:
    files: ["contacts*"]
    key: contact_id
    person: {given_name: first_name, family_name: last_name, birth_date: birthday}
  members:
    files: ["members*"]
    key: row
    household: household_id
    account: household_id
    person: {key: {column: contact_id, table: contacts}}
    roles:
      - {role: Customer, when: {head: yes}}
      - {role: User}
"""
Found = dict[str, dict[str, Any]]
"""The birth dates of people by given name, by household."""


@pytest.fixture
def mapping(tmp_path: Path) -> tuple[str, ...]:
    """A mapping of people and of the households that they are members of."""
    file = tmp_path / "mapping.yaml"
    file.write_text(MAPPING, encoding="utf-8")
    return "-m", str(file)


def exported(folder: Path, *members: str) -> tuple[str, str]:
    """Write people and members, each a person, a household, and whether it is the head."""
    people, of = folder / "contacts.csv", folder / "members.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    rows = [f"{number},{member}" for number, member in enumerate(members, start=1)]
    of.write_text("\n".join(["row,contact_id,household_id,head", *rows, ""]), encoding="utf-8")
    return str(people), str(of)


def living(graph: HouseholdGraph) -> Found:
    """Return the members of each household that they have not left."""
    return {
        household: {
            str(node.properties.get("given_name")): str(node.properties.get("birth_date"))
            for node in rows.nodes
            for link in rows.relationships
            if (link.type, link.start) == ("MEMBER_OF", node.id)
            and "valid_to" not in link.properties
        }
        for household, rows in imported_rows(graph).items()
    }


FAMILY = {"Ann": "1970-02-03", "Bob": "1972-05-14", "Cat": "2013-05-14"}


def test_people_are_where_a_table_of_members_says(
    empty: HouseholdGraph, tmp_path: Path, mapping: tuple[str, ...]
) -> None:
    """A child of thirteen is one with name and birth date, and no nameless adult beside it.

    The table of people alone, later, moves nobody.
    """
    files = exported(tmp_path, "C-1,H-7,yes", "C-2,H-7,no", "C-3,H-7,no")
    first = import_run(*files, *mapping)
    assert first["households"] == 1
    assert living(empty) == {"contacts-H-7": FAMILY}
    assert import_run(files[0], *mapping)["written"] == 0
    assert import_run(*files, *mapping)["written"] == 0


def test_who_is_a_member_elsewhere_later_moves_as_a_whole(
    empty: HouseholdGraph, tmp_path: Path, mapping: tuple[str, ...]
) -> None:
    """The record about the person follows the one that says where they are."""
    import_run(*exported(tmp_path, "C-1,H-7,yes", "C-2,H-7,no", "C-3,H-7,no"), *mapping)
    later = exported(tmp_path, "C-1,H-7,yes", "C-2,H-8,yes", "C-3,H-7,no")
    assert import_run(*later, *mapping)["moved"] == 2
    assert living(empty) == {
        "contacts-H-7": {name: born for name, born in FAMILY.items() if name != "Bob"},
        "contacts-H-8": {"Bob": FAMILY["Bob"]},
    }


def test_a_member_of_two_households_is_known_in_both(
    empty: HouseholdGraph, tmp_path: Path, mapping: tuple[str, ...]
) -> None:
    """A child of parents who live apart is a child in either household; a mended name is in both.

    It stays so as a later export mends the name.
    """
    members = ("C-1,H-7,yes", "C-2,H-8,yes", "C-3,H-7,no", "C-3,H-8,no")
    import_run(*exported(tmp_path, *members), *mapping)
    cat = {"Cat": FAMILY["Cat"]}
    assert living(empty) == {
        "contacts-H-7": {"Ann": FAMILY["Ann"]} | cat,
        "contacts-H-8": {"Bob": FAMILY["Bob"]} | cat,
    }
    assert import_run(*exported(tmp_path, *members), *mapping)["written"] == 0
    people, of = exported(tmp_path, *members)
    Path(people).write_text(PEOPLE.replace("Cat,", "Kat,"), encoding="utf-8")
    import_run(people, of, *mapping)
    assert all("Kat" in found for found in living(empty).values())
