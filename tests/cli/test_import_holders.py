"""Numbers that are given to somebody else, and customers closed and opened again."""

import json
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.model.rows import NodeRow, Rows
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan, import_run, imported_rows
from tests.cli.test_import_later import (
    CONTACTS,
    LINES,
    OF_CONTACTS,
    OF_LINES,
    active,
    contact,
    export,
)

ARCHERS = "lines-account-447700900181"
ALICE = "07700 900181,Alice Archer,02/03/1948,1 Ash Close,ZZ5 1AA,York,Mobile,10.00,01/02/2019"
ALAN = "07700 900182,Alan Archer,14/05/1946,1 Ash Close,ZZ5 1AA,York,Mobile,10.00,01/02/2019"
BEN = "07700 900181,Ben Booth,30/11/2001,77 Quay Road,ZZ5 9ZZ,Hull,Mobile,10.00,15/09/2026"


def people(rows: Rows) -> dict[str, str]:
    """Return the given names of people, by their local ids."""
    return {
        node.id.partition("/")[2]: str(node.properties["given_name"])
        for node in rows.nodes
        if "Individual" in node.labels
    }


def members(rows: Rows) -> set[str]:
    """Return the local ids of those who are members for good."""
    return {
        link.start.partition("/")[2]
        for link in rows.relationships
        if link.type == "MEMBER_OF" and "valid_to" not in link.properties
    }


def test_a_number_given_to_somebody_else(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Alice ends where she is, and Ben begins in a household of his own; he is not asked to move.

    The same export again changes nothing, and the undo of the run brings her back.
    """
    import_run(export(tmp_path, LINES, ALICE, ALAN), *OF_LINES)
    before = imported_rows(empty)
    later = export(tmp_path, LINES, BEN, ALAN)
    done = import_run(later, *OF_LINES)
    assert (done["new"], done["ended"], done["renamed"]) == (1, 1, 0)
    found = imported_rows(empty)
    [bens] = found.keys() - {ARCHERS}
    assert people(found[ARCHERS])["customer"] == "Alice"
    assert members(found[ARCHERS]) == {"447700900182"}
    assert people(found[bens]) == {"customer": "Ben"}
    assert active(found[bens], "Customer")
    then = household_graph("services", f"{ARCHERS}/customer", "--as-of", "2026-08-01T12:00")
    assert then.out.count("yes") == 1
    assert import_run(later, *OF_LINES)["written"] == 0
    assert imported_rows(empty) == found
    household_graph("import", "undo", "import-lines-3")
    household_graph("import", "undo", "import-lines-2")
    assert imported_rows(empty) == before


def test_a_number_that_lay_idle_is_given_to_somebody_else(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """Who had a number is known after it has ended; when it returns to them it is theirs again."""
    import_run(export(tmp_path, LINES, ALICE, ALAN), *OF_LINES)
    import_run(export(tmp_path, LINES, ALAN), *OF_LINES, "--full-export")
    import_run(export(tmp_path, LINES, BEN, ALAN), *OF_LINES)
    assert members(imported_rows(empty)[ARCHERS]) == {"447700900182"}
    import_run(export(tmp_path, LINES, ALICE, ALAN), *OF_LINES)
    found = imported_rows(empty)
    [bens] = found.keys() - {ARCHERS}
    assert members(found[ARCHERS]) == {"customer", "447700900182"}
    assert members(found[bens]) == set()
    assert people(found[ARCHERS])["customer"] == "Alice"


def test_a_review_decides_that_it_was_a_renaming(empty: HouseholdGraph, tmp_path: Path) -> None:
    """The two are asked about; accepted, the next run of the export makes them one again."""
    import_run(export(tmp_path, LINES, ALICE, ALAN), *OF_LINES)
    later = export(tmp_path, LINES, BEN, ALAN)
    import_run(later, *OF_LINES)
    asked = household_graph("import", "review", "-o", "csv").out
    assert "lines/+447700900181,lines/+447700900181~holder-2,person" in asked
    accepted = household_graph("import", "review", "--accept", "1")
    assert accepted.code == 0, accepted
    import_run(later, *OF_LINES)
    found = imported_rows(empty)
    assert people(found[ARCHERS])["customer"] == "Ben"
    assert members(found[ARCHERS]) == {"customer", "447700900182"}
    assert [members(rows) for name, rows in found.items() if name != ARCHERS] == [set()]
    assert import_run(later, *OF_LINES)["written"] == 0


def test_a_contact_number_given_to_a_housemate(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Where household and account have keys of their own, they stay; the person is another one."""
    import_run(export(tmp_path, CONTACTS, contact("C-1", "Dad,Baker")), *OF_CONTACTS)
    later = export(tmp_path, CONTACTS, contact("C-1", "Zoe,Quill", "01.01.2001"))
    assert import_plan(later, *OF_CONTACTS)["renamed"] == 0
    import_run(later, *OF_CONTACTS)
    [rows] = imported_rows(empty).values()
    assert sorted(people(rows).values()) == ["Dad", "Zoe"]
    assert [people(rows)[one] for one in members(rows)] == ["Zoe"]


def test_who_was_joined_by_the_address_and_moves_away_is_asked_about(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """They stay until a review decides; refused as one household, they leave, with what is theirs.

    Accepted, they stay and are not asked about again. A corrected spelling asks nothing.
    """
    import_run(export(tmp_path, LINES, ALICE, ALAN), *OF_LINES)
    spelt = export(tmp_path, LINES, ALICE, ALAN.replace("Ash Close", "Ashe Close"))
    assert "possible_duplicates" not in import_run(spelt, *OF_LINES)
    moved = export(
        tmp_path, LINES, ALICE, ALAN.replace("1 Ash Close,ZZ5 1AA", "9 Elm Road,ZZ5 2BB")
    )
    for _run in range(2):
        assert import_run(moved, *OF_LINES)["moved"] == 0
        [asked] = json.loads(household_graph("import", "review", "-o", "json").out)
        assert (asked["kind"], asked["first"]) == ("household", "lines/+447700900181")
        assert members(imported_rows(empty)[ARCHERS]) == {"customer", "447700900182"}
    household_graph("import", "review", "--accept", "1")
    assert "possible_duplicates" not in import_run(moved, *OF_LINES)
    household_graph("import", "undo", "import-lines-5")
    assert household_graph("import", "review", "import-lines-4", "--refuse", "1").code == 0
    assert import_run(moved, *OF_LINES)["moved"] == 1
    found = imported_rows(empty)
    assert members(found[ARCHERS]) == {"customer"}
    assert people(found["lines-account-447700900182"]) == {"customer": "Alan"}
    assert import_run(moved, *OF_LINES)["written"] == 0


@pytest.mark.parametrize("by_dates", [True, False])
def test_a_customer_closed_and_opened_again_has_two_periods(
    by_dates: bool,
    empty: HouseholdGraph,
    tmp_path: Path,
) -> None:
    """The first period stays, whether the export said its end or left the customer out."""
    header = f"{LINES},end_date,status"
    ida = "07700 900131,Ida Kerr,05/06/1981,3 Pine Row,ZZ9 1AB,Hull,Mobile M,12.00,{},{},{}"
    import_run(export(tmp_path, header, ida.format("01/02/2020", "", "Active")), *OF_LINES)
    if by_dates:
        closed = ida.format("01/02/2020", "31/05/2025", "Ceased")
        import_run(export(tmp_path, header, closed), *OF_LINES)
    else:
        confirmed = ("--full-export", "--confirm-ends", "1")
        import_run(export(tmp_path, header), *OF_LINES, *confirmed)
    again = export(tmp_path, header, ida.format("01/01/2030", "", "Active"))
    import_run(again, *OF_LINES)
    [rows] = imported_rows(empty).values()
    first, second = sorted(
        (node for node in rows.nodes if "Product" in node.labels), key=lambda node: node.id
    )
    assert [dated(first)[0], dated(second)] == ["2020-02-01", ("2030-01-01", None)]
    assert dated(first)[1] is not None
    person = f"{rows.household}/customer"
    asked = household_graph("services", person, "--as-of", "2024-01-01T12:00")
    assert asked.out.count("yes") == 1, asked.out
    assert import_run(again, *OF_LINES)["written"] == 0


def dated(product: NodeRow) -> tuple[str | None, ...]:
    times = (product.properties.get(name) for name in ("valid_from", "valid_to"))
    return tuple(str(one)[:10] if one else None for one in times)
