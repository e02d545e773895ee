"""What the doctor finds in what was imported is told at the end of a run, by kind."""

import json
from pathlib import Path

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph
from tests.cli.imports import import_run
from tests.cli.test_import_later import (
    CONTACTS,
    LINES,
    OF_CONTACTS,
    OF_LINES,
    contact,
    export,
    line,
)


def test_households_without_a_customer_are_told(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Each kind has its number, and a command that lists the first of them; no line for each."""
    assert empty
    assets = "ROW_ID,OWNER_ACCNT_ID,OWNER_CON_ID,PROD_NAME,TYPE_CD,STATUS_CD,INSTALL_DT"
    rows = [f"1-A{number},1-H{number},,Broadband,internet,Active,01/01/2020" for number in range(3)]
    told = import_run(export(tmp_path, assets, *rows, name="S_ASSET.csv"), "-p", "siebel")
    assert told["findings"] == told["findings"] | {
        "account-without-customer": 3,
        "product-without-admin": 3,
    }
    shown = household_graph(
        "import",
        "run",
        export(tmp_path, assets, rows[0].replace("Broadband", "Fibre"), name="S_ASSET.csv"),
        "-p",
        "siebel",
    )
    command = "household-graph doctor siebel-1-H0 --only account-without-customer"
    assert f"  1 account-without-customer (error), such as: {command}\n" in shown.out
    found = household_graph(*command.split()[1:], "-o", "json")
    assert [one["household"] for one in json.loads(found.out)] == ["siebel-1-H0"]


def test_what_is_as_it_should_be_is_not_told(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A household with its customer has no findings, and an export that changes nothing neither.

    What has ended needs no customer.
    """
    assert empty
    file = export(tmp_path, CONTACTS, contact("C-1", "Dad,Baker"))
    assert import_run(file, *OF_CONTACTS)["findings"] == {}
    assert import_run(file, *OF_CONTACTS)["findings"] == {}
    assert import_run(export(tmp_path, LINES, line(191), line(192)), *OF_LINES)["findings"] == {}
    gone = import_run(export(tmp_path, LINES, line(192)), *OF_LINES, "--full-export")
    assert (gone["ended"], gone["findings"]) == (1, {})


def test_a_first_plan_shows_some_households(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Five of them as trees; a later plan shows none unless it is asked for the changes."""
    assert empty
    rows = [contact(f"C-{number}", "Dad,Baker", home=f"bakers-{number}") for number in range(7)]
    file = export(tmp_path, CONTACTS, *rows)
    planned = household_graph("import", "plan", file, *OF_CONTACTS).out
    shown = [f"contacts-bakers-{n} (household;" in planned for n in range(7)]
    assert shown == [True] * 5 + [False] * 2
    import_run(file, *OF_CONTACTS)
    later = export(tmp_path, CONTACTS, *rows, contact("C-8", "Dad,Baker", home="bakers-8"))
    planned = household_graph("import", "plan", later, *OF_CONTACTS).out
    assert "(household;" not in planned
