"""How people are reached: every e-mail address and phone number of a contact, found again."""

import json
from pathlib import Path

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph
from tests.cli.imports import import_run, imported_rows

HEADER = "contact_id,household,first_name,last_name,email,phone,mobile"
OF_CONTACTS = ("-p", "contacts-with-household")


def export(folder: Path, *rows: str) -> str:
    file = folder / "contacts.csv"
    file.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return str(file)


def reached(graph: HouseholdGraph) -> dict[str, bool]:
    """Return whether each contact medium still holds, by its value."""
    return {
        str(node.properties["value"]): "valid_to" not in node.properties
        for rows in imported_rows(graph).values()
        for node in rows.nodes
        if "ContactMedium" in node.labels
    }


def whose(number: str) -> list[list[str]]:
    arguments = ("devices/who-has-number", "-p", f"number={number}")
    done = household_graph("query", "run", *arguments, "-o", "json")
    return [one["persons"] for one in json.loads(done.out)]


def test_every_number_of_a_contact_is_found(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Two columns of phones are two contact media; a later export ends the one it has no more."""
    row = "7,H-7,Ann,Fold,ann@fold.example,020 7946 0171,07700 900171"
    import_run(export(tmp_path, row), *OF_CONTACTS)
    assert reached(empty) == dict.fromkeys(
        ("ann@fold.example", "+442079460171", "+447700900171"), True
    )
    assert whose("+447700900171") == whose("ann@fold") == [["contacts-H-7/7"]]
    empty.connection.driver.execute_query(
        "CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()"
    )
    [found] = empty.find("020 7946 0171", household="contacts-H-7")
    assert (found.kind, found.text) == ("contact medium", "+442079460171")
    import_run(export(tmp_path, row.replace("020 7946 0171", "020 7946 0172")), *OF_CONTACTS)
    assert reached(empty) == {
        "ann@fold.example": True,
        "+442079460171": False,
        "+442079460172": True,
        "+447700900171": True,
    }
    assert whose("+442079460171") == []
