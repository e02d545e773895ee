"""Names that look like formulas: guarded where a spreadsheet reads them, and nowhere else."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.model.actor import Actor
from tests.cli.commands import household_graph
from tests.cli.imports import forget_imports, import_run

NAMES = {
    "=SUM(A1:A2)": "'=SUM(A1:A2)",
    "+CMD": "'+CMD",
    "-Reed": "'-Reed",
    "@home": "'@home",
    "'=quoted": "'=quoted",
    "'tHooft": "'tHooft",
    "-5": "-5",
    "+44 7700 900171": "+44 7700 900171",
    "Zo\u200dë": "Zo\u200dë",
}
CONTACTS = """household,id,first_name,last_name,birthday,email,phone,primary
form,K-1,=SUM(A1),Fold,31.02.2001,a@fold.example,07700 900171,yes
form,K-3,'tHooft,Fold,31.02.2001,c@fold.example,+447700900173,yes
form,K-4,-Ann,Fold,31.02.2001,,+44 7700 900174,no
"""


@pytest.fixture
def tabs(graph: HouseholdGraph) -> Iterator[str]:
    """A household with a device, and a person, of each name; gone afterwards."""
    document = HouseholdDocument.model_validate(
        {
            "organization": {"id": "tabs", "name": "=HYPERLINK(1)", "time_zone": "UTC"},
            "individuals": [
                {"id": f"p{n}", "given_name": name, "member_of": ["tabs"]}
                for n, name in enumerate(NAMES)
            ],
            "resources": [{"id": f"d{n}", "name": name} for n, name in enumerate(NAMES)],
        }
    )
    load_document(graph.store, document, actor=Actor.operator("tests"))
    yield "tabs"
    graph.connection.driver.execute_query("MATCH (n) WHERE n.id STARTS WITH 'tabs' DETACH DELETE n")


def test_a_csv_guards_what_a_spreadsheet_would_run(tabs: str) -> None:
    """Formulas have an apostrophe; numbers and names that only begin with one do not."""
    rows = csv.DictReader(io.StringIO(household_graph("device", "list", tabs, "-o", "csv").out))
    assert [row["name"] for row in rows] == list(NAMES.values())


def test_other_formats_give_names_back_to_the_letter(tabs: str) -> None:
    """JSON does, and what `export` writes changes nothing when it is loaded again."""
    devices = json.loads(household_graph("device", "list", tabs, "-o", "json").out)
    assert [device["name"] for device in devices] == list(NAMES)
    for output in ("yaml", "json"):
        document = household_graph("export", tabs, "-o", output).out
        loaded = household_graph("load", "-", "--dry-run", "-o", "json", stdin=document)
        assert json.loads(loaded.out)[0]["outcome"] == "unchanged", loaded.err


def test_rejects_go_round_without_growing(graph: HouseholdGraph, tmp_path: Path) -> None:
    """They are for correcting and running again, so nothing is guarded, however often it is."""
    file = tmp_path / "contacts.csv"
    file.write_text(CONTACTS, encoding="utf-8")
    try:
        import_run(str(file), "-p", "contacts-with-household", code=5)
        rejected = household_graph("import", "rejects").out
        assert [row["first_name"] for row in csv.DictReader(io.StringIO(rejected))] == [
            "=SUM(A1)",
            "'tHooft",
            "-Ann",
        ]
        file.write_text(rejected.replace("31.02.2001", "28.02.2001"), encoding="utf-8")
        import_run(str(file), "-p", "contacts-with-household", code=5)
        again = household_graph("import", "rejects").out
        assert [row["first_name"] for row in csv.DictReader(io.StringIO(again))] == ["=SUM(A1)"]
        names = graph.connection.driver.execute_query(
            "MATCH (n:Individual) WHERE n.id STARTS WITH 'contacts-form' RETURN n.given_name"
        ).records
        assert sorted(record[0] for record in names) == ["'tHooft", "-Ann"]
    finally:
        forget_imports(graph)
